"""What the matrix cannot ask by itself: ids that are only implied, and bodies of another kind."""

import logging
from urllib.parse import urlencode

import pytest
from django.urls import ResolverMatch, reverse
from django.views.generic import View
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import (
    GroupApprovalTask,
    Locale,
    Page,
    PageViewRestriction,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)
from wagtail_localize.models import (
    OverridableSegment,
    SegmentOverride,
    StringSegment,
    Translation,
    TranslationSource,
)
from wagtail_localize.operations import translate_object

from kip_pages.models import DipEntryPage, NewsPage, PortalHomePage
from opd_sites.choices import AgencyRole, ProvinceRole
from opd_sites.guard import routes
from opd_sites.models import Agency
from opd_sites.role_sync import role_group, sync_roles

from ..factories import UserFactory, draft, publish

HOST = {"host": "dinkes.example.test"}
NOBODY = 2147480000
SECRET = "zqrahasia"


@pytest.fixture
def publisher(client, agency):
    client.force_login(UserFactory(role=AgencyRole.PUBLISHER, role__agency=agency))
    return client


def an_image(agency, title=SECRET):
    return get_image_model().objects.create(
        title=title, file=get_test_image_file(), collection=agency.collection
    )


# --- choosing --------------------------------------------------------------------------------


def link_to(client, url):
    address = reverse("wagtailadmin_choose_page_external_link")
    data = {"external-link-chooser-url": url, "external-link-chooser-link_text": "lihat"}
    return client.post(address, data, headers=HOST).json()


def test_an_address_of_ones_own_site_is_taken_for_its_page(publisher, agency):
    page = publish(NewsPage, agency, slug="imunisasi")
    assert link_to(publisher, page.full_url)["result"]["id"] == page.pk


def test_a_foreign_address_stays_an_address(publisher, agency, other_agency):
    page = publish(NewsPage, other_agency, slug="imunisasi")
    page.title = SECRET
    page.save_revision()
    for url in (page.full_url, PortalHomePage.objects.get().full_url):
        answer = link_to(publisher, url)
        assert answer["step"] == "external_link_chosen"
        assert answer["result"] == {
            "url": url,
            "title": "lihat",
            "prefer_this_title_as_link_text": True,
        }


def test_the_page_chooser_opens_at_ones_own_pages_whoever_has_pages_of_the_type(
    publisher, agency, other_agency
):
    publish(DipEntryPage, other_agency, title=SECRET)
    address = reverse("wagtailadmin_choose_page")
    answer = publisher.get(address, {"page_type": "kip_pages.dipentrypage"}, headers=HOST)
    assert answer.json()["parent_page_id"] == agency.root_page.pk
    assert other_agency.name not in answer.content.decode()


def test_the_page_chooser_leads_up_to_what_the_province_shares(publisher, agency, other_agency):
    root = Page.get_first_root_node()
    address = reverse("wagtailadmin_choose_page_child", args=[root.pk])
    html = publisher.get(address, headers=HOST).json()["html"]
    for page in (agency.root_page, PortalHomePage.objects.get()):
        assert reverse("wagtailadmin_choose_page_child", args=[page.pk]) in html
    assert other_agency.name not in html


# --- privacy ---------------------------------------------------------------------------------


def test_a_page_is_kept_for_ones_own_groups_and_for_no_other(publisher, agency, other_agency):
    page = publish(NewsPage, agency)
    address = reverse("wagtailadmin_pages:set_privacy", args=[page.pk])
    own, foreign = (role_group(AgencyRole.EDITOR, where) for where in (agency, other_agency))
    html = publisher.get(address, headers=HOST).json()["html"]
    assert own.name in html
    assert foreign.name not in html
    for group, kept in ((foreign, False), (own, True)):
        data = {"restriction_type": "groups", "groups": [group.pk]}
        publisher.post(address, data, headers=HOST)
        assert PageViewRestriction.objects.filter(page=page, groups=group).exists() is kept


def test_a_page_is_not_kept_for_whoever_has_an_account(publisher, agency):
    page = publish(NewsPage, agency)
    address = reverse("wagtailadmin_pages:set_privacy", args=[page.pk])
    answer = publisher.post(address, {"restriction_type": "login"}, headers=HOST)
    assert answer.json()["step"] == "set_privacy"
    assert not PageViewRestriction.objects.filter(page=page).exists()


def test_an_agency_does_not_lift_its_own_suspension(publisher, agency):
    address = reverse("wagtailadmin_pages:set_privacy", args=[agency.root_page.pk])
    for response in (
        publisher.get(address, headers=HOST),
        publisher.post(address, {"restriction_type": "none"}, headers=HOST),
    ):
        assert (response.status_code, response["location"]) == (302, "/admin/")


# --- many at once ----------------------------------------------------------------------------


@pytest.mark.parametrize("parent", [{}, {"childOf": NOBODY}, {"q": "Judul"}])
def test_all_means_all_of_ones_own(publisher, agency, other_agency, parent):
    own, foreign = (publish(NewsPage, where) for where in (agency, other_agency))
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"])
    publisher.post(f"{address}?{urlencode({'id': 'all'} | parent)}", headers=HOST)
    own.refresh_from_db()
    foreign.refresh_from_db()
    assert foreign.live
    assert own.live is ("childOf" in parent)


def test_one_page_of_ones_own_among_foreign_ones_is_the_only_one_unpublished(
    publisher, agency, other_agency
):
    own, foreign = (publish(NewsPage, where) for where in (agency, other_agency))
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"])
    publisher.post(f"{address}?id={own.pk}&id={foreign.pk}", headers=HOST)
    own.refresh_from_db()
    foreign.refresh_from_db()
    assert (own.live, foreign.live) == (False, True)


# --- the dashboard ---------------------------------------------------------------------------


def test_a_task_that_many_agencies_share_shows_each_its_own_pages(publisher, agency, other_agency):
    task = GroupApprovalTask.objects.create(name="Persetujuan")
    for where in (agency, other_agency):
        task.groups.add(role_group(AgencyRole.PUBLISHER, where))
    workflow = Workflow.objects.create(name="Provinsi")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    root = Page.get_first_root_node()
    WorkflowPage.objects.update_or_create(page=root, defaults={"workflow": workflow})
    for where, title in ((agency, "Menunggu sendiri"), (other_agency, SECRET)):
        author = UserFactory(role=AgencyRole.EDITOR, role__agency=where)
        workflow.start(draft(NewsPage, where, title=title), author)
    html = publisher.get(reverse("wagtailadmin_home"), headers=HOST).content.decode()
    assert "Menunggu sendiri" in html
    assert SECRET not in html


def test_the_dashboard_counts_ones_own_pages(client, agency, other_agency):
    user = UserFactory(role=AgencyRole.EDITOR, role__agency=agency)
    user.groups.add(role_group(ProvinceRole.DUTY_OFFICER))  # now the tree's root is above both
    client.force_login(user)
    publish(NewsPage, other_agency)
    (item,) = (
        item
        for item in client.get(reverse("wagtailadmin_home"), headers=HOST).context["summary_items"]
        if hasattr(item, "get_context_data") and "pages" in item.template_name
    )
    own = Page.objects.descendant_of(agency.root_page, inclusive=True).count()
    portal = PortalHomePage.objects.get().get_children().get()
    shown = item.get_context_data({"request": item.request})["total_pages"]
    assert shown == own + Page.objects.descendant_of(portal, inclusive=True).count()


def test_a_duty_officer_walks_down_to_the_emergencies_of_every_language(client, agency):
    home, english = PortalHomePage.objects.get(), Locale.objects.get(language_code="en")
    section = home.get_children().get().specific
    section.copy_for_translation(english, copy_parents=True)
    sync_roles()
    client.force_login(UserFactory(role=ProvinceRole.DUTY_OFFICER))
    for parent, child in ((Page.get_first_root_node(), home), (home, section)):
        address = reverse("wagtailadmin_explore", args=[parent.pk])
        html = client.get(address, headers={"host": "portal.example.test"}).content.decode()
        assert reverse("wagtailadmin_explore", args=[child.pk]) in html
        assert agency.name not in html


# --- translations ----------------------------------------------------------------------------


def submit(client, page):
    english = Locale.objects.get(language_code="en")
    address = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
    return client.post(address, {"locales": [english.pk]}, headers=HOST)


@pytest.mark.parametrize("role", [AgencyRole.PUBLISHER, AgencyRole.AGENCY_ADMIN])
def test_who_publishes_for_an_agency_translates_its_pages_and_no_others(
    client, agency, other_agency, role
):
    client.force_login(UserFactory(role=role, role__agency=agency))
    own, foreign = (publish(NewsPage, where) for where in (agency, other_agency))
    response = submit(client, own)
    english = own.get_translation(Locale.objects.get(language_code="en"))
    assert response["location"] == reverse("wagtailadmin_pages:edit", args=[english.pk])
    assert english.is_descendant_of(agency.root_page)
    assert client.get(response["location"], headers=HOST).status_code == 200
    assert submit(client, foreign).status_code == 404
    assert not TranslationSource.objects.filter(object_id=foreign.translation_key).exists()


def test_an_editor_does_not_translate_as_that_would_publish(client, agency):
    client.force_login(UserFactory(role=AgencyRole.EDITOR, role__agency=agency))
    page = publish(NewsPage, agency)
    response = submit(client, page)
    assert (response.status_code, response["location"]) == (302, "/admin/")
    assert not TranslationSource.objects.filter(object_id=page.translation_key).exists()


@pytest.fixture
def translation(agency):
    page = publish(
        NewsPage,
        agency,
        title="Imunisasi",
        lead_image=an_image(agency, "Suntik"),
        lead_image_alt="Suntik",
        body=[
            ("document", a_document(agency)),
            ("paragraph", "<p>Lihat <a href='https://x.test'>di sini</a></p>"),
        ],
    )
    translate_object(page, [Locale.objects.get(language_code="en")])
    return Translation.objects.get(source__object_id=page.translation_key)


def a_document(agency, title=SECRET):
    return get_document_model().objects.create(title=title, collection=agency.collection)


def override(client, translation, path, value, **kwargs):
    segment = next(
        segment
        for segment in OverridableSegment.objects.filter(source=translation.source)
        if segment.context.get_field_path(translation.source.get_source_instance()) == path
    )
    address = reverse("wagtail_localize:edit_override", args=[translation.pk, segment.pk])
    return client.put(address, urlencode({"value": value}), headers=HOST, **kwargs)


FORM = {"content_type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("path", "make"), [("lead_image", an_image), ("body.document", a_document)]
)
def test_a_translation_takes_a_file_of_ones_own_and_no_other(
    publisher, agency, other_agency, translation, path, make
):
    own, foreign = make(agency), make(other_agency)
    answers = [override(publisher, translation, path, key, **FORM) for key in (foreign.pk, NOBODY)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert not SegmentOverride.objects.exists()
    assert override(publisher, translation, path, own.pk, **FORM).status_code == 201


def test_so_does_a_form_of_several_parts(publisher, agency, other_agency, translation):
    foreign = an_image(other_agency)
    body = f'--x\r\nContent-Disposition: form-data; name="value"\r\n\r\n{foreign.pk}\r\n--x--\r\n'
    segment = OverridableSegment.objects.get(source=translation.source, context__path="lead_image")
    address = reverse("wagtail_localize:edit_override", args=[translation.pk, segment.pk])
    kind = "multipart/form-data; boundary=x"
    assert publisher.put(address, body, content_type=kind, headers=HOST).status_code == 404
    own = an_image(translation.source.get_source_instance().lead_image.collection.agency)
    body = body.replace(f"\r\n\r\n{foreign.pk}\r\n", f"\r\n\r\n{own.pk}\r\n")
    assert publisher.put(address, body, content_type=kind, headers=HOST).status_code == 201


def test_a_translated_text_brings_in_no_link_of_its_own(
    publisher, agency, other_agency, translation, django_capture_on_commit_callbacks
):
    foreign = publish(NewsPage, other_agency, title=SECRET)
    segment = StringSegment.objects.filter(
        source=translation.source, context__path__startswith="body"
    ).last()
    address = reverse("wagtail_localize:edit_string_translation", args=[translation.pk, segment.pk])
    text = f'See <a linktype="page" id="{foreign.pk}">here</a>'
    publisher.put(address, urlencode({"value": text}), headers=HOST, **FORM)
    with django_capture_on_commit_callbacks(execute=True):
        translation.save_target()
    target = translation.get_target_instance().get_latest_revision_as_object()
    assert f'id="{foreign.pk}"' not in str(target.body.raw_data)


# --- what nobody described -------------------------------------------------------------------


class Undescribed(View):
    pass


class Described(View):
    model = Agency
    wall_models = {"page_pk": Page}


def match_of(view, **kwargs):
    return ResolverMatch(view.as_view(), (), kwargs, url_name="layar", namespaces=["kita"])


def test_an_id_that_nobody_described_opens_nothing_and_the_log_says_what_to_do(caplog):
    match = match_of(Undescribed, thing_pk=5)
    with caplog.at_level(logging.WARNING, logger="opd_sites"):
        assert routes.models_in_address(match, match.func) == {"thing_pk": None}
    (record,) = caplog.records
    assert "kita:layar" in record.getMessage()
    assert "wall_models = {'thing_pk': …}" in record.getMessage()


def test_a_view_says_of_what_its_ids_are():
    match = match_of(Described, pk=5, page_pk=6)
    assert routes.models_in_address(match, match.func) == {"pk": Agency, "page_pk": Page}
