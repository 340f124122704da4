"""Who may do what and where: the role table, asked of Wagtail and over HTTP."""

from io import StringIO

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page
from wagtail.permissions import policy_registry
from wagtail.test.utils.form_data import nested_form_data, streamfield

from kip_pages.models import (
    EmergencyAnnouncementPage,
    EmergencyIndexPage,
    NewsPage,
    PortalHomePage,
)
from opd_sites.choices import AgencyRole, ProvinceRole
from opd_sites.models import RoleGroup
from opd_sites.role_sync import role_group, sync_agency_roles, sync_roles
from opd_sites.roles import COLLECTION_PERMISSIONS, MODEL_PERMISSIONS, PAGE_PERMISSIONS

from ..factories import REQUIRED, AgencyFactory, UserFactory, draft, publish, section_of

ROLES = [*AgencyRole, *ProvinceRole]
NOTHING, WRITE = "", "add edit"
EVERYTHING = "add delete edit lock publish unpublish"
ANNOUNCE = "add delete edit publish unpublish"

#   role                          own agency  other agency  portal's emergencies
ON_PAGES = [
    (AgencyRole.EDITOR, WRITE, NOTHING, NOTHING),
    (AgencyRole.PUBLISHER, EVERYTHING, NOTHING, NOTHING),
    (AgencyRole.AGENCY_ADMIN, EVERYTHING, NOTHING, NOTHING),
    (ProvinceRole.PROVINCE_ADMIN, EVERYTHING, EVERYTHING, EVERYTHING),
    (ProvinceRole.DUTY_OFFICER, NOTHING, NOTHING, ANNOUNCE),
]

# For Wagtail who may change a file may delete it.
MANAGE = "add change choose delete"

#   role                          own       other     province's own collection
ON_FILES = [
    (AgencyRole.EDITOR, MANAGE, NOTHING, NOTHING),
    (AgencyRole.PUBLISHER, MANAGE, NOTHING, NOTHING),
    (AgencyRole.AGENCY_ADMIN, MANAGE, NOTHING, NOTHING),
    (ProvinceRole.PROVINCE_ADMIN, MANAGE, MANAGE, MANAGE),
    (ProvinceRole.DUTY_OFFICER, NOTHING, NOTHING, NOTHING),
]

#   role                          own section  own page  other's page  portal's emergencies
OPENS_EDIT_VIEW = [
    (AgencyRole.EDITOR, True, True, False, False),
    (AgencyRole.PUBLISHER, True, True, False, False),
    (AgencyRole.AGENCY_ADMIN, True, True, False, False),
    (ProvinceRole.PROVINCE_ADMIN, True, True, True, True),
    (ProvinceRole.DUTY_OFFICER, False, False, False, True),
]


@pytest.mark.parametrize("table", [ON_PAGES, ON_FILES, OPENS_EDIT_VIEW])
def test_the_table_names_every_role(table):
    assert [row[0] for row in table] == ROLES


@pytest.mark.parametrize("table", [PAGE_PERMISSIONS, COLLECTION_PERMISSIONS, MODEL_PERMISSIONS])
def test_the_specification_names_every_role(table):
    assert list(table) == ROLES


def member(role, agency):
    """Return somebody with ``role``: in ``agency``, or for the province."""
    if role in AgencyRole.values:
        return UserFactory(role=role, role__agency=agency)
    return UserFactory(role=role)


def portal_emergencies():
    return EmergencyIndexPage.objects.child_of(PortalHomePage.objects.get()).get()


def announce(section):
    fields = REQUIRED[EmergencyAnnouncementPage]
    return section.add_child(instance=EmergencyAnnouncementPage(title="Banjir", **fields))


# --- asked of Wagtail ------------------------------------------------------------------------


def rights_in(section, page, user):
    """Return what ``user`` may do in a section and with a live page there."""
    may = page.permissions_for_user(user)
    return {
        name
        for name, allowed in (
            ("add", section.permissions_for_user(user).can_add_subpage()),
            ("edit", may.can_edit()),
            ("publish", may.can_publish()),
            ("unpublish", may.can_unpublish()),
            ("delete", may.can_delete()),
            ("lock", may.can_lock()),
        )
        if allowed
    }


@pytest.mark.parametrize(("role", "own", "other", "emergencies"), ON_PAGES)
def test_rights_on_pages(agency, other_agency, role, own, other, emergencies):
    user = member(role, agency)
    for where, expected in ((agency, own), (other_agency, other)):
        for model in (NewsPage, EmergencyAnnouncementPage):
            found = rights_in(section_of(where, model), publish(model, where), user)
            assert found == set(expected.split()), (where, model)
    section = portal_emergencies()
    assert rights_in(section, announce(section), user) == set(emergencies.split())


@pytest.mark.parametrize("role", ROLES)
def test_only_the_province_administrator_edits_the_portals_home(agency, role):
    home = PortalHomePage.objects.get()
    may = home.permissions_for_user(member(role, agency))
    assert may.can_edit() is may.can_publish() is (role == ProvinceRole.PROVINCE_ADMIN)


@pytest.mark.parametrize("role", AgencyRole)
def test_nobody_of_an_agency_has_a_right_at_the_root_of_the_tree(agency, role):
    may = Page.get_first_root_node().permissions_for_user(member(role, agency))
    assert not (may.can_edit() or may.can_add_subpage() or may.can_publish_subpage())


def an_image_in(collection):
    return get_image_model().objects.create(
        title="Foto", file=get_test_image_file(), collection=collection
    )


def a_document_in(collection):
    return get_document_model().objects.create(title="Renstra", collection=collection)


@pytest.mark.parametrize("put_in", [an_image_in, a_document_in])
@pytest.mark.parametrize(("role", "own", "other", "shared"), ON_FILES)
def test_rights_on_files(agency, other_agency, put_in, role, own, other, shared):
    user = member(role, agency)
    root = Collection.get_first_root_node()
    for collection, expected in (
        (agency.collection, own),
        (other_agency.collection, other),
        (root, shared),
    ):
        policy = policy_registry.get_by_type(type(put_in(collection)))
        allowed = {
            action
            for action in MANAGE.split()
            if policy.collections_user_has_permission_for(user, action)
            .filter(pk=collection.pk)
            .exists()
        }
        assert allowed == set(expected.split()), collection


#   role                          files of colleagues: change, delete
ON_FILES_OF_COLLEAGUES = [
    (AgencyRole.EDITOR, False),
    (AgencyRole.PUBLISHER, True),
    (AgencyRole.AGENCY_ADMIN, True),
]


@pytest.mark.parametrize("put_in", [an_image_in, a_document_in])
@pytest.mark.parametrize(("role", "may_change"), ON_FILES_OF_COLLEAGUES)
def test_everybody_changes_own_files_and_publishers_those_of_colleagues(
    agency, other_agency, put_in, role, may_change
):
    user = member(role, agency)
    theirs, foreign = put_in(agency.collection), put_in(other_agency.collection)
    own = put_in(agency.collection)
    own.uploaded_by_user = user
    own.save()
    policy = policy_registry.get_by_type(type(own))
    assert set(policy.instances_user_has_permission_for(user, "choose")) == {own, theirs}
    for action in ("change", "delete"):
        assert policy.user_has_permission_for_instance(user, action, own)
        assert policy.user_has_permission_for_instance(user, action, theirs) is may_change
        assert not policy.user_has_permission_for_instance(user, action, foreign)


# --- over HTTP -------------------------------------------------------------------------------

HOST = {"host": "dinkes.example.test"}


def edit_view(page):
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def opens(client, address):
    """Say whether the admin answers; what is not one's own is not there, other refusals lead home."""
    response = client.get(address, headers=HOST)
    if response.status_code == 200:
        return True
    home = response.status_code == 302 and response["location"] == reverse("wagtailadmin_home")
    assert home or response.status_code == 404
    return False


@pytest.mark.parametrize(("role", "section", "own", "other", "emergencies"), OPENS_EDIT_VIEW)
def test_who_opens_which_edit_view(
    client, agency, other_agency, role, section, own, other, emergencies
):
    client.force_login(member(role, agency))
    assert opens(client, edit_view(section_of(agency, NewsPage))) is section
    assert opens(client, edit_view(publish(NewsPage, agency))) is own
    assert opens(client, edit_view(publish(NewsPage, other_agency))) is other
    assert opens(client, edit_view(portal_emergencies())) is emergencies


def post_news(client, page, **fields):
    data = {
        "title": "Judul yang disunting",
        "slug": page.slug,
        "summary": "",
        "date": "2026-11-24",
        "category": "news",
        "lead_image": "",
        "lead_image_alt": "",
        "body": streamfield([]),
        "related_entries": {
            "TOTAL_FORMS": "0",
            "INITIAL_FORMS": "0",
            "MIN_NUM_FORMS": "0",
            "MAX_NUM_FORMS": "1000",
        },
        "tags": "",
    }
    return client.post(edit_view(page), nested_form_data(data | fields), headers=HOST)


@pytest.mark.parametrize(
    ("role", "goes_live"),
    [
        (AgencyRole.EDITOR, False),
        (AgencyRole.PUBLISHER, True),
        (AgencyRole.AGENCY_ADMIN, True),
        (ProvinceRole.PROVINCE_ADMIN, True),
    ],
)
def test_who_takes_a_page_live_by_pressing_publish(client, agency, role, goes_live):
    page = draft(NewsPage, agency)
    client.force_login(member(role, agency))
    response = post_news(client, page, **{"action-publish": "action-publish"})
    assert response.status_code == 302
    page.refresh_from_db()
    assert page.live is goes_live
    assert page.get_latest_revision_as_object().title == "Judul yang disunting"


def test_a_foreign_page_is_not_written(client, agency, other_agency):
    page = publish(NewsPage, other_agency, title="Asli")
    client.force_login(member(AgencyRole.PUBLISHER, agency))
    response = post_news(client, page, **{"action-publish": "action-publish"})
    assert response.status_code == 404
    page.refresh_from_db()
    assert page.get_latest_revision_as_object().title == page.title == "Asli"


def test_the_duty_officer_announces_for_the_province_and_for_nobody_else(client, agency):
    client.force_login(member(ProvinceRole.DUTY_OFFICER, agency))
    name = ("kip_pages", EmergencyAnnouncementPage._meta.model_name)
    for section, allowed in (
        (portal_emergencies(), True),
        (section_of(agency, EmergencyAnnouncementPage), False),
    ):
        assert opens(client, reverse("wagtailadmin_pages:add", args=[*name, section.pk])) is allowed


@pytest.mark.parametrize("role", ROLES)
def test_only_the_province_administrator_meets_the_list_of_agencies(client, agency, role):
    client.force_login(member(role, agency))
    allowed = role == ProvinceRole.PROVINCE_ADMIN
    assert opens(client, reverse("agencies:index")) is allowed
    menu = client.get(reverse("wagtailadmin_home"), headers=HOST).content.decode()
    assert (reverse("agencies:index") in menu) is allowed


# --- keeping the groups right ----------------------------------------------------------------


def rows(group):
    return (
        set(GroupPagePermission.objects.filter(group=group).values_list("page", "permission")),
        set(
            GroupCollectionPermission.objects.filter(group=group).values_list(
                "collection", "permission"
            )
        ),
        set(group.permissions.all()),
    )


def publish_everywhere(group, agency):
    GroupPagePermission.objects.create(
        group=group,
        page=Page.get_first_root_node(),
        permission=Permission.objects.get(codename="publish_page"),
    )


def lose_the_pages(group, agency):
    GroupPagePermission.objects.filter(group=group).delete()


def hold_a_foreign_collection(group, agency):
    GroupCollectionPermission.objects.create(
        group=group,
        collection=Collection.get_first_root_node(),
        permission=Permission.objects.get(codename="choose_image"),
    )


def lose_one_right_on_files(group, agency):
    GroupCollectionPermission.objects.filter(group=group).first().delete()


def manage_users(group, agency):
    group.permissions.add(Permission.objects.get(codename="change_user"))


def lose_the_admin(group, agency):
    group.permissions.clear()


def be_renamed(group, agency):
    Group.objects.filter(pk=group.pk).update(name="Siapa saja")


@pytest.mark.parametrize(
    "tamper",
    [
        publish_everywhere,
        lose_the_pages,
        hold_a_foreign_collection,
        lose_one_right_on_files,
        manage_users,
        lose_the_admin,
        be_renamed,
    ],
)
def test_a_tampered_group_is_repaired_and_the_second_run_has_nothing_to_do(
    agency, other_agency, tamper
):
    group = role_group(AgencyRole.EDITOR, agency)
    name, right = group.name, rows(group)
    tamper(group, agency)
    assert sync_roles() == 1
    group.refresh_from_db()
    assert (group.name, rows(group)) == (name, right)
    assert sync_roles() == 0


def test_a_tampered_province_group_is_repaired(portal):
    group = role_group(ProvinceRole.DUTY_OFFICER)
    right = rows(group)
    publish_everywhere(group, None)
    assert sync_roles() == 1
    assert rows(group) == right


def test_the_command_says_how_many_groups_changed(agency, other_agency):
    for left_out in (agency, other_agency):
        lose_the_admin(role_group(AgencyRole.PUBLISHER, left_out), left_out)
    out = StringIO()
    call_command("sync_roles", stdout=out)
    call_command("sync_roles", stdout=out)
    assert out.getvalue() == "2 groups changed\n0 groups changed\n"


def test_the_provinces_words_rename_the_groups_and_keep_the_members(agency, settings):
    user = member(AgencyRole.PUBLISHER, agency)
    settings.OPD_SITES = {"ROLE_LABELS": {"publisher": "PPID Pelaksana", "duty_officer": "Piket"}}
    assert sync_roles() == 3  # each agency's publishers, and the duty officers
    assert [group.name for group in user.groups.all()] == ["dinkes · PPID Pelaksana"]
    assert role_group(ProvinceRole.DUTY_OFFICER).name == "Piket"
    assert sync_roles() == 0


def test_a_group_has_one_name_whatever_language_its_maker_speaks(agency):
    for language in ("en", "id"):
        with translation.override(language):
            assert sync_agency_roles(agency) == 0


def test_every_agency_has_every_role_once(agency, other_agency):
    held = RoleGroup.objects.values_list("agency__code", "role")
    assert sorted(held, key=str) == sorted(
        [
            *((code, role.value) for code in ("dinkes", "dindik") for role in AgencyRole),
            *((None, role.value) for role in ProvinceRole),
        ],
        key=str,
    )


def test_a_new_agency_changes_no_other_ones_groups(agency):
    before = {held.pk: rows(held.group) for held in RoleGroup.objects.all()}
    AgencyFactory()
    for held in RoleGroup.objects.filter(pk__in=before):
        assert rows(held.group) == before[held.pk]
