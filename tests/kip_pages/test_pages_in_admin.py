"""What editors do with Wagtail's own forms."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.test.utils.form_data import (
    inline_formset,
    nested_form_data,
    querydict_from_html,
    rich_text,
    streamfield,
)

from kip_pages.models import (
    ActivityPage,
    DipEntryPage,
    EmergencyAnnouncementPage,
    FeedPage,
    InformationPage,
    NewsPage,
    Obligation,
)
from opd_sites.choices import AgencyRole

from ..factories import UserFactory, draft, publish, section_of

HOST = {"host": "dinkes.example.test"}
PUBLISH = {"action-publish": "action-publish"}

BODY = streamfield(
    [
        ("heading", "Bagian pertama"),
        ("paragraph", rich_text("<p>Isi <b>penting</b>.</p>")),
        ("quote", {"quote": "Sehat itu hak.", "attribution": "Kepala Dinas"}),
    ]
)
COMMON = {"title": "Judul", "slug": "judul", "summary": "Ringkasan.", "search_description": ""}
ELEMENTS = {
    "hazard_and_impact": "Banjir setinggi satu meter.",
    "affected_people": "Warga bantaran sungai.",
    "how_to_avoid": "Jauhi sungai.",
    "how_to_get_help": "Hubungi 112.",
}
LATER_ELEMENTS = ["evacuation", "announcer", "announcement_method", "authority_actions"]

# What somebody who fills in the form of a type would send.
FORMS = {
    NewsPage: COMMON
    | {
        "date": "2026-11-24",
        "category": "press_release",
        "lead_image": "",
        "lead_image_alt": "",
        "body": BODY,
        "related_entries": inline_formset([]),
        "tags": "kesehatan, imunisasi",
    },
    DipEntryPage: COMMON
    | {
        "category": "periodic",
        "documents": inline_formset(
            [
                {
                    "title": "Renstra",
                    "kind": "document",
                    "document": "",
                    "external_url": "https://x.test/a.pdf",
                }
            ]
        ),
        "holding_unit": "Sekretariat",
        "responsible_officer": "Kepala Dinas",
        "made_when": "17 Mei 2021",
        "made_where": "Serang",
        "is_online": "on",
        "retention": "5 tahun",
        "activity_state": "running",
        "period": "2021-2026",
    },
    EmergencyAnnouncementPage: COMMON
    | ELEMENTS
    | dict.fromkeys(LATER_ELEMENTS, "")
    | {
        "status": "actual",
        "message_type": "alert",
        "predecessor": "",
        "kind": "natural_disaster",
        "hazard": "flood",
        "level": "flood:2",
        "urgency": "immediate",
        "severity": "severe",
        "certainty": "observed",
        "areas": ["36.01", "36.71"],
        "effective": "2026-11-24 08:00",
        "expires": "2026-11-25 08:00",
        "original_issuer": "",
        "original_url": "",
        "original_sent": "",
        "reach": "own_site",
    },
    ActivityPage: COMMON
    | {
        "state": "running",
        "goal": "Semua anak diimunisasi.",
        "target": "",
        "progress": "40",
        "starts_on": "2026-01-01",
        "ends_on": "2026-12-31",
        "budget_source": "APBD 2026",
        "budget_kind": "",
        "budget_amount": "1500000000",
        "budget_spent": "250000000",
        "unit": "",
        "contact": "",
        "location": "",
        "areas": [],
        "body": BODY,
    },
    InformationPage: COMMON | {"topic": "profile", "stated_on": "", "body": BODY},
}


@pytest.fixture
def publisher(client, agency):
    """A client of somebody who publishes for the agency."""
    client.force_login(UserFactory(role=AgencyRole.PUBLISHER, role__agency=agency))
    return client


def form_data(model, **changes):
    data = FORMS[model] | changes
    lists = {name: data.pop(name) for name in ("areas", "obligations") if name in data}
    return nested_form_data(data) | lists


def add_view(model, agency):
    arguments = [*model._meta.label_lower.split("."), section_of(agency, model).pk]
    return reverse("wagtailadmin_pages:add", args=arguments)


def edit_view(page):
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def add(client, agency, model, action=PUBLISH, **changes):
    data = form_data(model, **changes) | action
    return confirmed(client, client.post(add_view(model, agency), data, headers=HOST))


def save(client, page, action=PUBLISH, **changes):
    data = form_data(type(page), slug=page.slug, **changes) | action
    return confirmed(client, client.post(edit_view(page), data, headers=HOST))


def confirmed(client, response):
    """Press the button of the page that shows the public text of an emergency announcement."""
    if response.status_code != 302 or "/desk/publish/" not in response["location"]:
        return response
    shown = client.get(response["location"], headers=HOST)
    form = querydict_from_html(shown.content.decode(), form_id="publish-at-once").dict()
    return client.post(response["location"], form, headers=HOST)


def refused(response, *fields):
    """Assert that the form came back with errors at exactly ``fields``; return it."""
    assert response.status_code == 200
    form = response.context["form"]
    assert set(form.errors) == set(fields), form.errors
    text = BeautifulSoup(response.content, "html.parser").get_text()
    for field in fields:
        assert form.errors[field][0] in text
    return form


def accepted(response, model):
    """Assert that the page was saved; return it as it is in the database."""
    if response.status_code == 200:
        raise AssertionError(response.context["form"].errors)
    assert response.status_code == 302
    return model.objects.get(slug="judul")


# --- every type ------------------------------------------------------------------------------


def test_the_table_of_forms_names_every_page_type():
    assert set(FORMS) == {
        *FeedPage.__subclasses__(),
        *(sub for model in FeedPage.__subclasses__() for sub in model.__subclasses__()),
    } - {model for model in FeedPage.__subclasses__() if model._meta.abstract}


@pytest.mark.parametrize("model", FORMS)
def test_a_page_is_written_published_and_opened_again(publisher, agency, model):
    response = publisher.get(add_view(model, agency), headers=HOST)
    assert response.status_code == 200
    page = accepted(add(publisher, agency, model), model)
    assert page.live
    assert page.is_descendant_of(agency.root_page)
    assert publisher.get(edit_view(page), headers=HOST).status_code == 200
    page = accepted(save(publisher, page, title="Judul kedua"), model)
    assert page.title == "Judul kedua"
    public = publisher.get(page.get_url(), headers=HOST)
    assert public.status_code == 200
    assert "Judul kedua" in public.content.decode()


@pytest.mark.parametrize("model", FORMS)
def test_a_draft_is_kept_and_not_shown(publisher, agency, model):
    page = accepted(add(publisher, agency, model, action={}), model)
    assert not page.live
    assert publisher.get(page.get_url(), headers=HOST).status_code == 404
    assert publisher.get(edit_view(page), headers=HOST).status_code == 200


@pytest.mark.parametrize("model", FORMS)
def test_a_page_without_a_title_is_refused(publisher, agency, model):
    refused(add(publisher, agency, model, title=""), "title")
    assert not model.objects.filter(slug="judul").exists()


@pytest.mark.parametrize("model", FORMS)
def test_the_preview_of_a_page_being_written_is_shown(publisher, agency, model):
    arguments = [*model._meta.label_lower.split("."), section_of(agency, model).pk]
    path = reverse("wagtailadmin_pages:preview_on_add", args=arguments)
    answer = publisher.post(path, form_data(model), headers=HOST).json()
    assert answer["is_valid"], answer
    preview = publisher.get(path, {"mode": ""}, headers=HOST)
    assert preview.status_code == 200
    assert "Judul" in preview.content.decode()


@pytest.mark.parametrize("model", [NewsPage, ActivityPage, InformationPage])
def test_blocks_are_stored_as_they_were_typed(publisher, agency, model):
    page = accepted(add(publisher, agency, model), model)
    assert [block.block_type for block in page.body] == ["heading", "paragraph", "quote"]
    assert "<b>penting</b>" in page.body[1].value.source
    assert page.body[2].value["attribution"] == "Kepala Dinas"


# --- register entries ------------------------------------------------------------------------


def test_dates_of_a_register_entry_are_typed_in_words_and_stored_in_notation(publisher, agency):
    page = accepted(add(publisher, agency, DipEntryPage), DipEntryPage)
    assert (page.made_when, page.period) == ("2021-05-17", "2021/2026")
    assert page.retention_end_year == 2026
    html = publisher.get(edit_view(page), headers=HOST).content
    shown = BeautifulSoup(html, "html.parser")
    assert shown.select_one("[name=made_when]")["value"] == "17 Mei 2021"
    assert shown.select_one("[name=period]")["value"] == "2021–2026"


def test_a_register_entry_saved_as_it_is_shown_keeps_its_dates(publisher, agency):
    page = accepted(
        add(publisher, agency, DipEntryPage, documents=inline_formset([])), DipEntryPage
    )
    html = publisher.get(edit_view(page), headers=HOST).content.decode()
    shown = querydict_from_html(html, form_id="page-edit-form").dict() | PUBLISH
    response = publisher.post(edit_view(page), shown, headers=HOST)
    page = accepted(response, DipEntryPage)
    assert (page.made_when, page.period) == ("2021-05-17", "2021/2026")


@pytest.mark.parametrize("field", ["made_when", "period"])
@pytest.mark.parametrize("typed", ["kemarin", "31-02-2021", "2022-2017"])
def test_a_wrong_date_is_refused_at_its_field_and_stays_as_typed(publisher, agency, field, typed):
    response = add(publisher, agency, DipEntryPage, **{field: typed})
    refused(response, field)
    shown = BeautifulSoup(response.content, "html.parser").select_one(f"[name={field}]")
    assert shown["value"] == typed


def test_documents_and_obligations_of_a_register_entry_are_stored(publisher, agency):
    uploaded = get_document_model().objects.create(
        title="Renja", file="documents/renja.pdf", collection=agency.collection
    )
    documents = [
        {"title": "Renja", "kind": "document", "document": uploaded.pk, "external_url": ""},
        {"title": "Data", "kind": "dataset", "document": "", "external_url": "https://x.test/d"},
    ]
    obligation = Obligation.objects.get(code="SS.RENSTRA_RENJA")
    response = add(
        publisher,
        agency,
        DipEntryPage,
        documents=inline_formset(documents),
        obligations=[obligation.pk],
    )
    page = accepted(response, DipEntryPage)
    assert [(d.title, d.kind, d.document_id) for d in page.documents.all()] == [
        ("Renja", "document", uploaded.pk),
        ("Data", "dataset", None),
    ]
    assert list(page.obligations.all()) == [obligation]
    assert page.formats == ["online"]


@pytest.mark.parametrize("address", ["", "both"])
def test_a_document_that_is_neither_or_both_is_refused(publisher, agency, address):
    uploaded = get_document_model().objects.create(
        title="Renja", file="documents/renja.pdf", collection=agency.collection
    )
    row = {"title": "Renja", "kind": "document", "document": "", "external_url": ""}
    if address == "both":
        row |= {"document": uploaded.pk, "external_url": "https://x.test/a.pdf"}
    response = add(publisher, agency, DipEntryPage, documents=inline_formset([row]))
    assert response.status_code == 200
    (errors,) = response.context["form"].formsets["documents"].errors
    assert set(errors) == {"document"}


# --- news ------------------------------------------------------------------------------------


@pytest.mark.parametrize("alt", ["", "   "])
def test_a_lead_image_must_say_what_it_shows(publisher, agency, alt):
    image = get_image_model().objects.create(
        title="Foto", file=get_test_image_file(), collection=agency.collection
    )
    refused(
        add(publisher, agency, NewsPage, lead_image=image.pk, lead_image_alt=alt), "lead_image_alt"
    )
    response = add(publisher, agency, NewsPage, lead_image=image.pk, lead_image_alt="Anak disuntik")
    page = accepted(response, NewsPage)
    html = publisher.get(page.get_url(), headers=HOST).content
    assert BeautifulSoup(html, "html.parser").select_one('img[alt="Anak disuntik"]')


def test_tags_and_related_entries_of_a_report_are_stored(publisher, agency):
    entry = publish(DipEntryPage, agency, title="Renstra", slug="renstra")
    rows = inline_formset([{"entry": entry.pk}])
    page = accepted(add(publisher, agency, NewsPage, related_entries=rows), NewsPage)
    assert page.feed_tags() == ["imunisasi", "kesehatan"]
    assert [row.entry for row in page.related_entries.all()] == [entry]


# --- emergency announcements -----------------------------------------------------------------


def announce(client, agency, action=PUBLISH, **changes):
    return add(client, agency, EmergencyAnnouncementPage, action, **changes)


def test_a_draft_of_an_announcement_may_lack_every_element(publisher, agency):
    missing = dict.fromkeys([*ELEMENTS, *LATER_ELEMENTS], "")
    page = accepted(announce(publisher, agency, action={}, **missing), EmergencyAnnouncementPage)
    assert not page.live
    response = save(publisher, page, **missing)
    refused(response, *ELEMENTS)
    page.refresh_from_db()
    assert not page.live
    page = accepted(save(publisher, page), EmergencyAnnouncementPage)
    assert page.live


@pytest.mark.parametrize("element", ELEMENTS)
def test_an_announcement_is_not_published_without_an_element_it_must_have(
    publisher, agency, element
):
    refused(announce(publisher, agency, **{element: ""}), element)
    assert not EmergencyAnnouncementPage.objects.filter(slug="judul").exists()


def told(client):
    """Return what the admin tells after an action."""
    return BeautifulSoup(
        client.get(reverse("wagtailadmin_home"), headers=HOST).content, "html.parser"
    ).get_text(" ")


def test_an_announcement_does_not_wait_for_the_other_elements_but_asks_for_them(publisher, agency):
    page = accepted(announce(publisher, agency), EmergencyAnnouncementPage)
    assert page.live
    message = told(publisher)
    for name in LATER_ELEMENTS:
        assert str(page._meta.get_field(name).verbose_name) in message
    for name in ELEMENTS:
        assert str(page._meta.get_field(name).verbose_name) not in message


def test_a_complete_announcement_is_published_without_a_warning(publisher, agency):
    complete = dict.fromkeys(LATER_ELEMENTS, "Ada.")
    page = accepted(announce(publisher, agency, **complete), EmergencyAnnouncementPage)
    message = told(publisher)
    for name in LATER_ELEMENTS:
        assert str(page._meta.get_field(name).verbose_name) not in message


def test_saving_a_draft_of_an_announcement_warns_of_nothing(publisher, agency):
    page = accepted(announce(publisher, agency, action={}), EmergencyAnnouncementPage)
    assert str(page._meta.get_field("evacuation").verbose_name) not in told(publisher)


@pytest.mark.parametrize("message_type", ["update", "cancel"])
def test_what_updates_or_ends_must_say_what(publisher, agency, message_type):
    refused(announce(publisher, agency, message_type=message_type), "predecessor")
    first = publish(EmergencyAnnouncementPage, agency, title="Banjir", slug="banjir")
    response = announce(publisher, agency, message_type=message_type, predecessor=first.pk)
    assert accepted(response, EmergencyAnnouncementPage).predecessor == first


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"level": "volcano:siaga"}, "level"),
        ({"level": "tsunami:4"}, "level"),
        ({"level": "siaga"}, "level"),
        ({"level": "none:"}, "level"),
        ({"areas": ["99.99"]}, "areas"),
        ({"expires": "2026-11-24 08:00"}, "expires"),
        ({"expires": "2026-11-24 07:59"}, "expires"),
        ({"kind": "gossip"}, "kind"),
        ({"hazard": ""}, "hazard"),
    ],
)
def test_a_wrong_announcement_is_refused_at_its_field(publisher, agency, changes, field):
    refused(announce(publisher, agency, **changes), field)


def test_level_areas_and_times_of_an_announcement_are_stored_and_shown_again(publisher, agency):
    page = accepted(announce(publisher, agency), EmergencyAnnouncementPage)
    assert (page.level_scheme, page.level_value) == ("flood", "2")
    assert page.areas == ["36.01", "36.71"]
    morning = datetime.datetime(2026, 11, 24, 1, tzinfo=datetime.UTC)  # 08:00 in Jakarta
    assert page.effective == morning
    form = publisher.get(edit_view(page), headers=HOST).context["form"]
    assert form["level"].value() == "flood:2"
    assert form["areas"].value() == ["36.01", "36.71"]
    page = accepted(save(publisher, page, level="", areas=[]), EmergencyAnnouncementPage)
    assert (page.level_scheme, page.level_value, page.areas) == ("none", "", [])


# --- what an editor may not ------------------------------------------------------------------


@pytest.mark.parametrize("model", FORMS)
def test_an_editor_writes_drafts_only(client, agency, model):
    client.force_login(UserFactory(role=AgencyRole.EDITOR, role__agency=agency))
    page = accepted(add(client, agency, model), model)
    assert not page.live
    assert page.has_unpublished_changes
    live = publish(model, agency, title="Terbit", slug="terbit")
    assert save(client, live, title="Diubah").status_code == 302
    live.refresh_from_db()
    assert live.title == "Terbit"
    assert live.get_latest_revision_as_object().title == "Diubah"


def test_a_page_with_unpublished_changes_shows_the_old_text(publisher, agency):
    page = draft(NewsPage, agency, slug="judul")
    page.get_latest_revision().publish()
    save(publisher, page, action={}, title="Konsep baru")
    html = publisher.get(page.get_url(), headers=HOST).content.decode()
    assert "Judul contoh" in html
    assert "Konsep baru" not in html


@pytest.mark.parametrize("model", FORMS)
def test_typing_a_title_fills_the_address(publisher, agency, model):
    section = section_of(agency, model)
    name = model._meta.model_name
    form = publisher.get(f"/admin/pages/add/kip_pages/{name}/{section.pk}/", headers=HOST)
    title = BeautifulSoup(form.content, "html.parser").find("input", id="id_title")
    assert title["data-w-sync-target-value"] == "#id_slug"
