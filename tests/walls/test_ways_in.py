"""What the matrix cannot ask by itself: ids that are only implied, and bodies of another kind."""

import contextlib
import logging
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import ResolverMatch, reverse
from django.views.generic import View
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import (
    Comment,
    GroupApprovalTask,
    Locale,
    Page,
    PageViewRestriction,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)
from wagtail.test.utils.form_data import inline_formset
from wagtail_localize.models import (
    OverridableSegment,
    SegmentOverride,
    StringSegment,
    StringTranslation,
    Translation,
    TranslationSource,
)
from wagtail_localize.operations import translate_object

from kip_pages.models import DipEntryPage, NewsPage, Obligation, PortalHomePage
from opd_sites.choices import AgencyRole, ProvinceRole
from opd_sites.guard import routes
from opd_sites.models import Agency
from opd_sites.role_sync import role_group, sync_roles

from ..factories import UserFactory, draft, exempt_item, publish, section_of
from ..kip_pages.import_jobs import ready
from ..kip_pages.test_pages_in_admin import form_data

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


@pytest.mark.parametrize("owner", ["own", "foreign"])
def test_the_source_of_an_aliass_privacy_is_named_if_it_is_ones_own(
    publisher, agency, other_agency, owner
):
    where = agency if owner == "own" else other_agency
    source = publish(NewsPage, where, title=SECRET, slug="sumber")
    PageViewRestriction.objects.create(page=source, restriction_type="password", password="x")
    alias = source.create_alias(parent=section_of(agency, NewsPage), update_slug="salinan")
    address = reverse("wagtailadmin_pages:set_privacy", args=[alias.pk])
    html = publisher.get(address, headers=HOST).json()["html"]
    assert (SECRET in html) is (f"/{source.pk}/edit" in html) is (owner == "own")
    assert ("Privasi mengikuti halaman lain" in html) is (owner == "foreign")


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


def test_what_somebody_submitted_for_an_agency_before_is_not_counted_any_more(
    client, agency, other_agency
):
    user = UserFactory(role=AgencyRole.EDITOR, role__agency=agency)
    for where in (agency, other_agency):
        page = draft(NewsPage, where)
        page.get_workflow().start(page, user)
    client.force_login(user)
    response = client.get(reverse("opd_desk:submitted"), headers=HOST)
    assert response.context["todo"].count == 1


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


@pytest.mark.parametrize("role", AgencyRole)
def test_an_agencys_people_translate_its_pages_and_no_others(client, agency, other_agency, role):
    client.force_login(UserFactory(role=role, role__agency=agency))
    own, foreign = (publish(NewsPage, where) for where in (agency, other_agency))
    response = submit(client, own)
    english = own.get_translation(Locale.objects.get(language_code="en"))
    assert response["location"] == reverse("wagtailadmin_pages:edit", args=[english.pk])
    assert english.is_descendant_of(agency.root_page)
    assert client.get(response["location"], headers=HOST).status_code == 200
    assert submit(client, foreign).status_code == 404
    assert not TranslationSource.objects.filter(object_id=foreign.translation_key).exists()


@pytest.mark.parametrize("role", AgencyRole)
def test_a_translation_starts_as_a_draft(client, agency, role, django_capture_on_commit_callbacks):
    """Before somebody has written it, it holds the text of the other language."""
    client.force_login(UserFactory(role=role, role__agency=agency))
    page = publish(NewsPage, agency)
    with django_capture_on_commit_callbacks(execute=True):
        submit(client, page)
    assert not page.get_translation(Locale.objects.get(language_code="en")).live


#   role                     publishes
PUBLISHES = [
    (AgencyRole.EDITOR, False),
    (AgencyRole.PUBLISHER, True),
    (AgencyRole.AGENCY_ADMIN, True),
]


@pytest.mark.parametrize(("role", "publishes"), PUBLISHES)
def test_bringing_translations_up_to_date_publishes_for_who_may_publish(
    client, agency, translation, role, publishes, django_capture_on_commit_callbacks
):
    client.force_login(UserFactory(role=role, role__agency=agency))
    address = reverse("wagtail_localize:update_translations", args=[translation.source.pk])
    assert client.get(address, headers=HOST).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(address, {"publish_translations": "on"}, headers=HOST)
    assert response.status_code == 302
    assert translation.get_target_instance().live is publishes


@pytest.mark.parametrize(("role", "publishes"), PUBLISHES)
def test_a_translation_becomes_an_alias_for_who_may_publish(
    client, agency, translation, role, publishes
):
    """An alias is public where its source is."""
    client.force_login(UserFactory(role=role, role__agency=agency))
    page = translation.get_target_instance()
    client.post(reverse("wagtail_localize:convert_to_alias", args=[page.pk]), headers=HOST)
    page.refresh_from_db()
    assert (page.alias_of is not None, page.live) == (publishes, publishes)


@pytest.mark.parametrize("role", AgencyRole)
def test_an_agencys_people_edit_stop_and_restart_its_translations_and_no_others(
    client, agency, other_agency, translation, role
):
    client.force_login(UserFactory(role=role, role__agency=agency))
    foreign = translated(other_agency)
    for one, reached in ((translation, True), (foreign, False)):
        put_string(client, one)
        assert StringTranslation.objects.filter(data="By hand").exists() is reached
        StringTranslation.objects.all().delete()
        client.post(reverse("wagtail_localize:stop_translation", args=[one.pk]), headers=HOST)
        one.refresh_from_db()
        assert one.enabled is not reached
        Translation.objects.filter(pk=one.pk).update(enabled=False)
        page = one.get_target_instance()
        client.post(
            reverse("wagtailadmin_pages:edit", args=[page.pk]),
            {"localize-restart-translation": ""},
            headers=HOST,
        )
        one.refresh_from_db()
        assert one.enabled is reached


def test_a_segment_of_ones_own_is_no_way_into_a_foreign_translation(
    publisher, translation, other_agency
):
    foreign = translated(other_agency)
    segment = StringSegment.objects.filter(source=translation.source).first()
    names = [foreign.pk, segment.pk]
    address = reverse("wagtail_localize:edit_string_translation", args=names)
    body = urlencode({"value": "By hand"})
    assert publisher.put(address, body, headers=HOST, **FORM).status_code == 404
    assert not StringTranslation.objects.exists()


def put_string(client, translation):
    segment = StringSegment.objects.filter(source=translation.source).first()
    names = [translation.pk, segment.pk]
    address = reverse("wagtail_localize:edit_string_translation", args=names)
    return client.put(address, urlencode({"value": "By hand"}), headers=HOST, **FORM)


def translated(agency):
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


@pytest.fixture
def translation(agency):
    return translated(agency)


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


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-7", "cp037", "tidak-ada"])
@pytest.mark.parametrize("parts", [False, True])
def test_whatever_the_letters_of_the_form_the_file_is_ones_own(
    publisher, agency, other_agency, translation, charset, parts
):
    """The view reads it in the charset that the request names, and so does the guard."""
    foreign = an_image(other_agency)
    kind, body = f"application/x-www-form-urlencoded; charset={charset}", f"value={foreign.pk}"
    if parts:
        kind = f"multipart/form-data; boundary=x; charset={charset}"
        body = (
            f'--x\r\nContent-Disposition: form-data; name="value"\r\n\r\n{foreign.pk}\r\n--x--\r\n'
        )
    with contextlib.suppress(LookupError):
        body = body.encode("ascii" if parts else charset)
    segment = OverridableSegment.objects.get(source=translation.source, context__path="lead_image")
    address = reverse("wagtail_localize:edit_override", args=[translation.pk, segment.pk])
    answer = publisher.generic("PUT", address, body, content_type=kind, headers=HOST)
    assert answer.status_code in (400, 404)
    assert not SegmentOverride.objects.exists()


def test_a_translation_links_to_addresses_and_to_nothing_that_acts(publisher, translation):
    path = next(
        segment.context.path
        for segment in OverridableSegment.objects.filter(source=translation.source)
        if segment.context.path.endswith("'")
    )
    segment = OverridableSegment.objects.get(source=translation.source, context__path=path)
    address = reverse("wagtail_localize:edit_override", args=[translation.pk, segment.pk])
    for value, status in (
        ("javascript:alert(1)", 404),
        (" java\tscript:alert(1)", 404),
        ("data:text/html,x", 404),
        ("https://contoh.go.id/", 201),
        ("mailto:ppid@contoh.go.id", 200),
    ):
        body = urlencode({"value": value})
        assert publisher.put(address, body, headers=HOST, **FORM).status_code == status, value


def test_the_top_page_of_an_agency_is_not_translated(publisher, agency):
    """What came of it would be nobody's, beside all agencies."""
    english, before = Locale.objects.get(language_code="en"), Page.objects.filter(depth=2).count()
    address = reverse("wagtail_localize:submit_page_translation", args=[agency.root_page.pk])
    for client, status in ((publisher, 404), (administrator_of_the_province(), 302)):
        answer = client.post(address, {"locales": [english.pk]}, headers=HOST)
        assert answer.status_code == status
        assert Page.objects.filter(depth=2).count() == before


def administrator_of_the_province():
    client = Client()
    client.force_login(UserFactory(role=ProvinceRole.PROVINCE_ADMIN))
    return client


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


# --- where several agencies meet in one person -----------------------------------------------


@pytest.fixture
def of_two(client, agency, other_agency):
    """Publisher of one agency, editor of another."""
    user = UserFactory(role=AgencyRole.PUBLISHER, role__agency=agency)
    user.groups.add(role_group(AgencyRole.EDITOR, other_agency))
    client.force_login(user)
    return client


def test_who_publishes_for_one_agency_only_edits_for_another(of_two, agency, other_agency):
    for where, publishes in ((agency, True), (other_agency, False)):
        page = draft(NewsPage, where)
        address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
        of_two.post(f"{address}?id={page.pk}", headers=HOST)
        page.refresh_from_db()
        assert page.live is publishes
        item = exempt_item(where)
        address = reverse("exempt_items:inspect", args=[item.pk])
        assert of_two.get(address, headers=HOST).status_code == (200 if publishes else 404)
        job = ready(where, 1)
        of_two.post(reverse("imports:run", args=[job.pk]), headers=HOST)
        job.refresh_from_db()
        assert (job.started_by is not None) is publishes


def test_so_does_a_translation_made_by_them(
    of_two, agency, other_agency, django_capture_on_commit_callbacks
):
    for where, publishes in ((agency, True), (other_agency, False)):
        one = translated(where)
        address = reverse("wagtail_localize:update_translations", args=[one.source.pk])
        with django_capture_on_commit_callbacks(execute=True):
            of_two.post(address, {"publish_translations": "on"}, headers=HOST)
        assert one.get_target_instance().live is publishes


# --- comments --------------------------------------------------------------------------------


def test_a_foreign_comment_is_not_changed_through_a_page_of_ones_own(
    publisher, agency, other_agency
):
    own, foreign = (publish(NewsPage, where) for where in (agency, other_agency))
    author = UserFactory(role=AgencyRole.EDITOR, role__agency=other_agency)
    comment = Comment.objects.create(page=foreign, user=author, text=SECRET, contentpath="title")
    told = {"id": comment.pk, "text": "diubah", "contentpath": "title", "position": "[]"}
    data = form_data(
        NewsPage, comments=inline_formset([told | {"replies": inline_formset([])}], initial=1)
    )
    address = reverse("wagtailadmin_pages:edit", args=[own.pk])
    response = publisher.post(address, data, headers=HOST)
    assert SECRET not in response.content.decode()
    comment.refresh_from_db()
    assert (comment.text, comment.page_id) == (SECRET, foreign.pk)


# --- what belongs to all agencies at once ----------------------------------------------------


@pytest.mark.parametrize("namespace", sorted(routes.CLOSED_NAMESPACES))
def test_an_area_that_all_agencies_share_is_closed_even_where_it_is_not_installed(namespace):
    match = ResolverMatch(Undescribed.as_view(), (), {}, url_name="index", namespaces=[namespace])
    assert routes.is_closed(match)


@pytest.mark.parametrize(("model", "closed"), [(Obligation, False), (NewsPage, True), (None, True)])
def test_snippets_are_chosen_from_lists_of_the_province_only(model, closed):
    view = Undescribed.as_view() if model is None else Chooser.as_view(model=model)
    namespaces = ["wagtailsnippetchoosers_kip_pages_x"]
    match = ResolverMatch(view, (), {}, url_name="choose", namespaces=namespaces)
    assert routes.is_closed(match) is closed


class Chooser(View):
    model = None


# --- what nobody described -------------------------------------------------------------------


class Undescribed(View):
    pass


class Described(View):
    model = Agency
    wall_models = {"page_pk": Page, "format": str}


def described(request, thing_pk):
    """A view that is a function."""


described.wall_models = {"thing_pk": Page}


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
    match = match_of(Described, pk=5, page_pk=6, format="csv")
    assert routes.models_in_address(match, match.func) == {"pk": Agency, "page_pk": Page}
    match = ResolverMatch(described, (), {"thing_pk": 5}, url_name="layar")
    assert routes.models_in_address(match, match.func) == {"thing_pk": Page}
