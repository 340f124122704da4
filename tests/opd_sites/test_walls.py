"""Whose content somebody works with."""

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.utils import timezone
from taggit.models import Tag
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Page,
    PageViewRestriction,
    UploadedFile,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)
from wagtail.permissions import policy_registry
from wagtail_localize.models import Translation
from wagtail_localize.operations import translate_object

from kip_pages.confirming import confirm
from kip_pages.models import (
    AlertTemplate,
    ConsumerCursor,
    DipDocument,
    DipEntryPage,
    DipImport,
    DocumentText,
    DraftSnapshot,
    EmergencyIndexPage,
    ExemptItem,
    FeedConsumer,
    FeedState,
    MailingDelivery,
    NewsPage,
    NewsRelatedEntry,
    NewsTag,
    Obligation,
    OutboxEntry,
    PortalHomePage,
    PublicChange,
    RegisterEdition,
    RelayedAlert,
    RequestTurn,
    ScheduleTurn,
    Subscriber,
    WebhookAttempt,
    WebhookDelivery,
)
from opd_sites import belongings
from opd_sites.choices import AgencyRole, NoticeKind, ProvinceRole
from opd_sites.models import Agency, AgencyWorkflow, Notice, ReviewedKind, SharedCollection
from opd_sites.role_sync import role_group, shared_collections
from opd_sites.walls import (
    AgencyOwnedPermissionPolicy,
    agencies_of,
    can_choose,
    owns,
    scope,
    works_for_province,
)

from ..factories import (
    UserFactory,
    draft,
    draft_edition,
    exempt_item,
    frozen_edition,
    publish,
    section_of,
    subscribe,
)
from ..kip_pages.import_jobs import ready

#   role                          works for the province  sees which agencies
SEES = [
    (AgencyRole.EDITOR, False, {"dinkes"}),
    (AgencyRole.PUBLISHER, False, {"dinkes"}),
    (AgencyRole.AGENCY_ADMIN, False, {"dinkes"}),
    (ProvinceRole.PROVINCE_ADMIN, True, {"dinkes", "dindik"}),
    (ProvinceRole.DUTY_OFFICER, False, set()),
]


def test_the_table_names_every_role():
    assert [row[0] for row in SEES] == [*AgencyRole, *ProvinceRole]


@pytest.mark.parametrize(("role", "for_province", "codes"), SEES)
def test_whose_content_a_role_works_with(agency, other_agency, role, for_province, codes):
    place = {"role__agency": agency} if role in AgencyRole.values else {}
    user = UserFactory(role=role, **place)
    assert works_for_province(user) is for_province
    assert set(agencies_of(user).values_list("code", flat=True)) == codes


def test_who_is_nobody_or_gone_works_with_nothing(agency):
    gone = UserFactory(role=ProvinceRole.PROVINCE_ADMIN, is_active=False)
    for user in (gone, AnonymousUser(), UserFactory()):
        assert not works_for_province(user)
        assert not agencies_of(user)


# --- whose a thing is ------------------------------------------------------------------------


def a_page(agency):
    return publish(NewsPage, agency)


def an_image(agency):
    return get_image_model().objects.create(
        title="Foto", file=get_test_image_file(), collection=agency.collection
    )


def a_document(agency):
    inner = agency.collection.add_child(name="Laporan")
    return get_document_model().objects.create(title="Renstra", collection=inner)


def a_colleague(agency):
    return UserFactory(role=AgencyRole.PUBLISHER, role__agency=agency)


def an_upload(agency):
    return UploadedFile.objects.create(file="x.png", uploaded_by_user=a_colleague(agency))


def a_workflow(agency):
    workflow = Workflow.objects.create(name="Alur")
    WorkflowPage.objects.create(workflow=workflow, page=section_of(agency, NewsPage))
    return workflow


def a_task(agency):
    task = GroupApprovalTask.objects.create(name="Persetujuan")
    task.groups.add(role_group(AgencyRole.PUBLISHER, agency))
    WorkflowTask.objects.create(workflow=a_workflow(agency), task=task, sort_order=0)
    return task


def a_workflow_state(agency):
    task = a_task(agency)
    return task.workflows.get().start(draft(NewsPage, agency), a_colleague(agency))


def a_translation(agency):
    page = a_page(agency)
    translate_object(page, [Locale.objects.get(language_code="en")], user=a_colleague(agency))
    return Translation.objects.get(source__object_id=page.translation_key)


def a_tag(agency):
    page = a_page(agency)
    page.tags.add(agency.code)
    page.save()
    return Tag.objects.get(name=agency.code)


def a_tag_on_a_file(agency):
    an_image(agency).tags.add(f"foto-{agency.code}")
    return Tag.objects.get(name=f"foto-{agency.code}")


def an_entry(agency):
    return publish(DipEntryPage, agency)


def a_row(agency):
    """Return a row below a page, which has no page of its own."""
    document = a_document(agency)
    return DipDocument.objects.create(page=an_entry(agency), title="Berkas", document=document)


def a_confirmation(agency):
    entry = an_entry(agency)
    confirm(entry, user=a_colleague(agency), at=timezone.now())
    return entry.confirmation


def an_edition_file(agency):
    an_entry(agency)  # nothing is frozen that is empty
    return frozen_edition(agency).files.first()


def a_record(agency):
    file = ContentFile(b"isi", name="isi.txt")
    document = get_document_model()(title="Isi", file=file, collection=agency.collection)
    document.save()
    return document.kip_record


def a_text(agency):
    return DocumentText.objects.create(record=a_record(agency), body="isi")


OWNED = [
    lambda agency: agency,
    lambda agency: agency.root_page,
    lambda agency: agency.collection,
    lambda agency: agency.site,
    lambda agency: role_group(AgencyRole.EDITOR, agency),
    lambda agency: subscribe(agency=agency),  # of a model with an `agency`
    a_page,
    an_image,
    a_document,
    a_colleague,
    a_workflow,
    a_task,
    a_workflow_state,
    lambda agency: a_workflow_state(agency).current_task_state,
    a_translation,
    lambda agency: a_translation(agency).source,
    lambda agency: a_translation(agency).source.stringsegment_set.first(),
    a_tag,
    a_tag_on_a_file,
    lambda agency: AgencyWorkflow.objects.filter(agency=agency).first(),
    lambda agency: AgencyWorkflow.objects.filter(agency=agency).first().workflow.tasks.first(),
    draft_edition,
    an_edition_file,
    exempt_item,
    lambda agency: ready(agency, 1),
    lambda agency: ready(agency, 1).rows.first(),
    a_row,
    a_confirmation,
    a_record,
    a_text,
    lambda agency: NewsTag.objects.get(tag=a_tag(agency)),
    lambda agency: NewsRelatedEntry.objects.create(page=a_page(agency), entry=an_entry(agency)),
]


@pytest.mark.parametrize("make", OWNED)
def test_a_thing_is_the_agencys_that_made_it(agency, other_agency, make):
    user = a_colleague(agency)
    own, foreign = make(agency), make(other_agency)
    for question in (owns, can_choose):
        assert question(user, own)
        assert not question(user, foreign)
    assert set(scope(user, type(own)._base_manager.filter(pk__in=[own.pk, foreign.pk]))) == {own}


def test_all_is_the_provinces(agency, other_agency):
    user = UserFactory(role=ProvinceRole.PROVINCE_ADMIN)
    for thing in (a_page(agency), an_image(other_agency), a_colleague(agency)):
        assert owns(user, thing)
        assert can_choose(user, thing)


def test_an_upload_is_of_who_uploaded_it(agency):
    upload = an_upload(agency)
    assert owns(upload.uploaded_by_user, upload)
    assert not owns(a_colleague(agency), upload)


def test_a_notice_is_of_whom_it_was_sent_to(agency):
    reader = a_colleague(agency)
    notice = Notice.objects.create(
        recipient=reader,
        kind=NoticeKind.APPROVED,
        page=a_page(agency),
        agency=agency,
        created_at=timezone.now(),
    )
    assert owns(reader, notice)
    assert not owns(a_colleague(agency), notice)


def test_what_somebody_types_is_theirs_alone(agency):
    writer = a_colleague(agency)
    snapshot = DraftSnapshot.objects.create(
        page=a_page(agency), user=writer, content={}, taken_at=timezone.now()
    )
    assert owns(writer, snapshot)
    assert not owns(a_colleague(agency), snapshot)


# The province's, or what only machines read and write.
NOBODYS = {
    *(AlertTemplate, ConsumerCursor, FeedConsumer, WebhookAttempt, WebhookDelivery),
    *(FeedState, OutboxEntry, PublicChange, RelayedAlert, RequestTurn, ScheduleTurn),
    *(MailingDelivery, Subscriber),
    *(ReviewedKind, SharedCollection),
}


def test_every_model_of_ours_says_whose_it_is():
    for model in apps.get_models():
        if model._meta.app_label in ("kip_pages", "opd_sites"):
            named = belongings.rule_for(model) is not None or belongings.is_for_all(model)
            assert named is (model not in NOBODYS), (
                f"{model._meta.label}: name whose it is in AppConfig.ready (opd_sites.belongings), "
                "or that it is nobody's, here"
            )


def test_a_workflow_of_the_whole_tree_is_everybodys(agency, other_agency):
    assigned, _made = WorkflowPage.objects.get_or_create(
        page=Page.get_first_root_node(),
        defaults={"workflow": Workflow.objects.create(name="Provinsi")},
    )
    for where in (agency, other_agency):
        assert owns(a_colleague(where), assigned.workflow)


def test_what_nobody_named_is_nobodys(agency):
    user = a_colleague(agency)
    session = Session.objects.create(session_key="x", expire_date=timezone.now())
    assert not owns(user, session)
    assert not can_choose(user, session)
    assert not scope(user, Session.objects.all())


@pytest.mark.parametrize("make", [lambda: Locale.get_default(), lambda: Obligation.objects.first()])
def test_a_list_of_the_province_is_for_all_to_choose_from_and_nobodys_to_change(agency, make):
    user = a_colleague(agency)
    assert can_choose(user, make())
    assert not owns(user, make())


def test_strangers_own_nothing(agency):
    gone = UserFactory(role=AgencyRole.EDITOR, role__agency=agency, is_active=False)
    for user in (gone, AnonymousUser(), UserFactory()):
        for make in OWNED[:4]:
            assert not owns(user, make(agency))


# --- the province's own ground ---------------------------------------------------------------


def test_a_duty_officer_works_with_the_portals_emergencies_only(agency):
    user = UserFactory(role=ProvinceRole.DUTY_OFFICER)
    home = PortalHomePage.objects.get()
    section = EmergencyIndexPage.objects.child_of(home).get()
    assert owns(user, section)
    assert not owns(user, home)
    assert not owns(user, a_page(agency))


def test_rights_on_the_provinces_ground_make_it_ones_own(agency):
    """Whoever keeps the portal's pages or pictures needs no role of ours."""
    user = a_colleague(agency)
    home = PortalHomePage.objects.get()
    pictures = Collection.get_first_root_node().add_child(name="Portal")
    group = Group.objects.create(name="Redaksi portal")
    user.groups.add(group)
    GroupPagePermission.objects.create(group=group, page=home, permission=right("change_page"))
    GroupCollectionPermission.objects.create(
        group=group, collection=pictures, permission=right("change_image")
    )
    assert owns(user, home)
    assert owns(user, pictures)
    assert owns(user, agency.root_page)


def right(codename):
    return Permission.objects.get(codename=codename)


@pytest.mark.parametrize("depth", [1, 2])
def test_a_right_that_was_given_by_mistake_opens_no_other_agency(agency, other_agency, depth):
    user = a_colleague(agency)
    group = role_group(AgencyRole.PUBLISHER, agency)
    root, files = Page.get_first_root_node(), Collection.get_first_root_node()
    GroupPagePermission.objects.create(
        group=group,
        page=root if depth == 1 else other_agency.root_page,
        permission=right("publish_page"),
    )
    GroupCollectionPermission.objects.create(
        group=group,
        collection=files if depth == 1 else other_agency.collection,
        permission=right("change_image"),
    )
    assert not owns(user, a_page(other_agency))
    assert not owns(user, an_image(other_agency))
    assert owns(user, a_page(agency))


def test_pages_of_the_province_are_shared_while_a_citizen_can_open_them(agency):
    user = a_colleague(agency)
    home = PortalHomePage.objects.get()
    section = EmergencyIndexPage.objects.child_of(home).get()
    assert can_choose(user, section)
    restriction = PageViewRestriction.objects.create(page=home, restriction_type="login")
    user = type(user).objects.get(pk=user.pk)
    assert not can_choose(user, section)
    restriction.delete()
    home.live = False
    home.save()
    user = type(user).objects.get(pk=user.pk)
    assert not can_choose(user, home)


def test_files_that_the_province_shares_are_chosen_and_those_it_does_not_are_not(agency):
    user = a_colleague(agency)
    (shared,) = shared_collections()
    root = Collection.get_first_root_node()
    for collection, expected in ((shared, True), (root, False)):
        image = get_image_model().objects.create(
            title="Lambang", file=get_test_image_file(), collection=collection
        )
        assert can_choose(user, image) is expected


def test_who_works_for_two_agencies_has_both(agency, other_agency):
    user = a_colleague(agency)
    user.groups.add(role_group(AgencyRole.EDITOR, other_agency))
    assert set(scope(user, Agency.objects.all())) == {agency, other_agency}
    for where in (agency, other_agency):
        assert owns(user, a_page(where))


# --- a right in one agency is none in another ------------------------------------------------

#   what is made                            action    for a publisher  for an editor
RIGHTS = [
    (lambda agency: ready(agency, 1), "view", True, True),
    (lambda agency: ready(agency, 1), "change", True, True),
    (lambda agency: ready(agency, 1), "run", True, False),
    (lambda agency: ready(agency, 1), "delete", True, False),
    (draft_edition, "view", True, True),
    (draft_edition, "change", True, False),
    (draft_edition, "delete", True, False),
    (exempt_item, "view", True, False),
    (exempt_item, "change", True, False),
]


@pytest.mark.parametrize(("make", "action", "here", "there"), RIGHTS)
def test_who_publishes_for_one_agency_only_edits_for_another(
    agency, other_agency, make, action, here, there
):
    user = UserFactory(role=AgencyRole.PUBLISHER, role__agency=agency)
    user.groups.add(role_group(AgencyRole.EDITOR, other_agency))
    for where, expected in ((agency, here), (other_agency, there)):
        thing = make(where)
        policy = policy_registry.get_by_type(type(thing))
        assert policy.user_has_permission_for_instance(user, action, thing) is expected
        assert policy.user_has_any_permission_for_instance(user, {action}, thing) is expected
        assert (thing in policy.instances_user_has_permission_for(user, action)) is expected
        assert (user in policy.users_with_permission_for_instance(action, thing)) is expected
        assert policy.agencies_for(user, {action}).contains(where) is expected


@pytest.mark.parametrize("model", [DipImport, ExemptItem, RegisterEdition])
def test_what_an_agency_owns_goes_by_the_one_policy(model):
    assert isinstance(policy_registry.get_by_type(model), AgencyOwnedPermissionPolicy)


def test_the_province_holds_its_rights_in_every_agency(agency, other_agency):
    user = UserFactory(role=ProvinceRole.PROVINCE_ADMIN)
    policy = policy_registry.get_by_type(ExemptItem)
    item = exempt_item(other_agency)
    assert policy.user_has_permission_for_instance(user, "change", item)
    assert user in policy.users_with_permission_for_instance("change", item)
    assert set(policy.agencies_for(user, {"change"})) == {agency, other_agency}


def test_a_right_from_a_group_of_no_agency_holds_in_none(agency):
    user = UserFactory(role=AgencyRole.EDITOR, role__agency=agency)
    group = Group.objects.create(name="Lain")
    group.permissions.add(right("change_exemptitem"))
    user.groups.add(group)
    policy = policy_registry.get_by_type(ExemptItem)
    assert not policy.user_has_permission_for_instance(user, "change", exempt_item(agency))
