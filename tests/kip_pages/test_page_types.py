"""What a page type is, where it may live, and what holds of it."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.models import Locale, Page, get_page_models

from kip_pages.choices import LEVELS, AlertStatus, LevelScheme, MessageType
from kip_pages.models import (
    ActivityIndexPage,
    ActivityPage,
    AgencyHomePage,
    AgencyRootPage,
    DipDocument,
    DipEntryPage,
    DipIndexPage,
    EmergencyAnnouncementPage,
    EmergencyIndexPage,
    InformationIndexPage,
    InformationPage,
    NewsIndexPage,
    NewsPage,
    PortalHomePage,
)

from ..factories import REQUIRED, draft, publish, section_of

SECTIONS = [
    NewsIndexPage,
    DipIndexPage,
    EmergencyIndexPage,
    ActivityIndexPage,
    InformationIndexPage,
]

#   type                         lives under                        has under it
PLACES = [
    (PortalHomePage, [Page], [EmergencyIndexPage]),
    (AgencyRootPage, [Page], [AgencyHomePage]),
    (AgencyHomePage, [AgencyRootPage], SECTIONS),
    (NewsIndexPage, [AgencyHomePage], [NewsPage]),
    (DipIndexPage, [AgencyHomePage], [DipEntryPage]),
    (EmergencyIndexPage, [AgencyHomePage, PortalHomePage], [EmergencyAnnouncementPage]),
    (ActivityIndexPage, [AgencyHomePage], [ActivityPage]),
    (InformationIndexPage, [AgencyHomePage], [InformationPage]),
    (NewsPage, [NewsIndexPage], []),
    (DipEntryPage, [DipIndexPage], []),
    (EmergencyAnnouncementPage, [EmergencyIndexPage], []),
    (ActivityPage, [ActivityIndexPage], []),
    (InformationPage, [InformationIndexPage], []),
]


# --- the tree --------------------------------------------------------------------------------


def test_the_table_names_every_page_type():
    ours = {model for model in get_page_models() if model._meta.app_label == "kip_pages"}
    assert {row[0] for row in PLACES} == ours
    assert len(PLACES) == len(ours)


@pytest.mark.parametrize(("model", "parents", "children"), PLACES)
def test_where_a_page_type_may_live(model, parents, children):
    assert set(model.allowed_parent_page_models()) == set(parents)
    assert set(model.allowed_subpage_models()) == set(children)


@pytest.mark.parametrize("model", [PortalHomePage, AgencyRootPage, AgencyHomePage])
def test_nobody_makes_homes_by_hand(model):
    assert not model.is_creatable
    assert model not in Page.creatable_subpage_models()


@pytest.mark.parametrize("model", SECTIONS)
def test_an_agency_has_one_section_of_a_kind(agency, other_agency, model):
    home = agency.site.root_page.specific
    assert not model.can_create_at(home)
    model.objects.child_of(home).get().delete()
    home.refresh_from_db()
    assert model.can_create_at(home)
    assert not model.can_create_at(other_agency.site.root_page.specific)


# --- register entries ------------------------------------------------------------------------


def test_a_register_entry_stores_dates_in_one_notation(agency):
    page = draft(DipEntryPage, agency)
    page.made_when, page.period = "17/05/2021", "2021-2026"
    page.full_clean()
    assert (page.made_when, page.period) == ("2021-05-17", "2021/2026")
    page.made_when, page.period = "kemarin", "besok"
    with pytest.raises(ValidationError) as refusal:
        page.full_clean()
    assert set(refusal.value.message_dict) == {"made_when", "period"}


@pytest.mark.parametrize(
    ("given", "accepted"),
    [
        ({"external_url": "https://x.test/a.pdf"}, True),
        ({"document_id": 1}, True),
        ({}, False),
        ({"document_id": 1, "external_url": "https://x.test/a.pdf"}, False),
    ],
)
def test_a_document_is_a_file_or_an_address_elsewhere(given, accepted):
    document = DipDocument(title="Renstra", **given)
    if accepted:
        document.clean()
        return
    with pytest.raises(ValidationError) as refusal:
        document.clean()
    assert set(refusal.value.message_dict) == {"document"}


@pytest.mark.parametrize(
    ("received", "link"),
    [
        ("https://x.test/a.pdf", "https://x.test/a.pdf"),
        ("http://x.test/", "http://x.test/"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("/berkas/a.pdf", ""),
        ("x.test/a.pdf", ""),
        ("https:///a.pdf", ""),
        ("#", ""),
    ],
)
def test_only_what_can_be_opened_becomes_a_link(received, link):
    document = DipDocument(title="Renstra", external_url=received)
    assert document.link == link
    assert document.as_attachment()["url"] == received


# --- activities ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"starts_on": "2026-01-01", "ends_on": "2026-01-01"}, set()),
        ({"starts_on": "2026-01-02", "ends_on": "2026-01-01"}, {"ends_on"}),
        ({"progress": 0}, set()),
        ({"progress": 100}, set()),
        ({"progress": 101}, {"progress"}),
        ({"budget_amount": -1}, {"budget_amount"}),
        ({"budget_source": "APBD 2026", "budget_kind": "apbn"}, {"budget_kind"}),
        ({"budget_source": "Anggaran dinas", "budget_kind": "apbd"}, set()),
        ({"budget_source": "APBD dan APBN", "budget_kind": "apbd"}, set()),
        ({"budget_kind": "emas"}, {"budget_kind"}),
        ({"budget_amount": 10, "budget_spent": 10}, set()),
        ({"budget_amount": 10, "budget_spent": 11}, {"budget_spent"}),
        ({"budget_amount": 10, "budget_spent": -1}, {"budget_spent"}),
        ({"budget_spent": 1}, {"budget_amount"}),
        ({"budget_spent": 0}, set()),
        ({"budget_amount": 10, "budget_spent": 1, "state": "planned"}, {"state"}),
        ({"budget_amount": 10, "budget_spent": 0, "state": "planned"}, set()),
        ({"areas": ["36.01"]}, set()),
        ({"areas": ["99.99"]}, {"areas"}),
    ],
)
def test_an_activity_refuses_what_cannot_be(agency, fields, refused):
    page = draft(ActivityPage, agency)
    for name, value in fields.items():
        setattr(page, name, page._meta.get_field(name).to_python(value))
    assert errors_of(page) == refused


def errors_of(page):
    try:
        page.full_clean()
    except ValidationError as error:
        return set(error.message_dict)
    return set()


# --- emergency announcements -----------------------------------------------------------------

NOON = datetime.datetime(2026, 11, 24, 5, tzinfo=datetime.UTC)
LATER = datetime.datetime(2099, 11, 24, 5, tzinfo=datetime.UTC)  # counted from then, not from now
SECOND = datetime.timedelta(seconds=1)
HOUR = datetime.timedelta(hours=1)


def announce(agency, **fields):
    return publish(EmergencyAnnouncementPage, agency, **{"effective": NOON} | fields)


def in_force(at):
    found = EmergencyAnnouncementPage.objects.live().in_force(at=at)
    return set(found.values_list("title", flat=True))


#   expires       asked at               in force
WINDOW = [
    (NOON + HOUR, NOON - SECOND, False),
    (NOON + HOUR, NOON, True),
    (NOON + HOUR, NOON + SECOND, True),
    (NOON + HOUR, NOON + HOUR - SECOND, True),
    (NOON + HOUR, NOON + HOUR, False),
    (NOON + HOUR, NOON + HOUR + SECOND, False),
]


@pytest.mark.parametrize(("expires", "at", "expected"), WINDOW)
def test_an_announcement_holds_from_its_beginning_until_before_its_end(
    agency, expires, at, expected
):
    page = announce(agency, expires=expires)
    assert page.is_in_force(at=at) is expected


@pytest.mark.parametrize(("hazard", "usual"), [("flood", 12 * HOUR), ("tsunami", 3 * HOUR)])
def test_an_announcement_without_an_end_holds_as_long_as_is_usual_for_its_hazard(
    agency, hazard, usual
):
    """Machines need an end (CAP), and no alert may stay for ever because nobody ended it."""
    before = timezone.now()
    page = announce(agency, hazard=hazard)
    assert before + usual <= page.expires <= timezone.now() + usual
    assert page.expires == EmergencyAnnouncementPage.objects.get(pk=page.pk).expires


@pytest.mark.parametrize(
    ("level", "severity"),
    [(("tsunami", "siaga"), "severe"), (("volcano", "3"), "moderate"), (("flood", "4"), "minor")],
)
def test_the_same_word_is_as_grave_as_its_scheme_has_it(agency, level, severity):
    page = announce(agency, level_scheme=level[0], level_value=level[1])
    assert page.severity == severity


@pytest.mark.parametrize("status", AlertStatus)
def test_only_what_is_meant_in_earnest_is_in_force(agency, status):
    page = announce(agency, status=status)
    assert page.is_in_force(at=NOON) is (status == AlertStatus.ACTUAL)
    assert page.is_drill is (status != AlertStatus.ACTUAL)


def test_a_draft_is_not_in_force(agency):
    page = draft(EmergencyAnnouncementPage, agency, effective=NOON)
    assert not page.is_in_force(at=NOON)


#   what follows                                                 in force an hour later
FOLLOWERS = [
    ({"message_type": MessageType.UPDATE}, {"lanjutan"}),
    ({"message_type": MessageType.CANCEL}, set()),
    ({"message_type": MessageType.UPDATE, "expires": NOON + 2 * SECOND}, set()),
    ({"message_type": MessageType.UPDATE, "effective": NOON + 2 * HOUR}, {"awal"}),
    ({"message_type": MessageType.UPDATE, "status": AlertStatus.EXERCISE}, {"awal"}),
    ({"message_type": MessageType.CANCEL, "status": AlertStatus.TEST}, {"awal"}),
]


@pytest.mark.parametrize(("fields", "expected"), FOLLOWERS)
def test_what_follows_takes_the_place_of_an_alert(agency, fields, expected):
    first = announce(agency, title="awal")
    fields = {"effective": NOON + SECOND} | fields
    announce(agency, title="lanjutan", predecessor=first, **fields)
    assert in_force(NOON + HOUR) == expected


def test_a_follower_that_is_still_a_draft_changes_nothing(agency):
    first = announce(agency, title="awal")
    follower = draft(
        EmergencyAnnouncementPage,
        agency,
        title="lanjutan",
        effective=NOON,
        message_type=MessageType.CANCEL,
        predecessor=first,
    )
    assert in_force(NOON) == {"awal"}
    follower.get_latest_revision().publish()
    assert in_force(NOON) == set()
    follower.refresh_from_db()
    follower.unpublish()
    assert in_force(NOON) == {"awal"}


def test_another_agency_cannot_end_an_alert(agency, other_agency):
    first = announce(agency, title="awal")
    announce(other_agency, title="asing", message_type=MessageType.CANCEL, predecessor=first)
    assert in_force(NOON) == {"awal"}


@pytest.mark.parametrize(("fields", "expected"), FOLLOWERS)
def test_the_page_itself_says_the_same_as_the_list(client, agency, fields, expected):
    """The table again, an hour before now: a reader of the page must not be told otherwise."""
    shift = timezone.now() - HOUR - NOON
    moved = {k: v + shift if isinstance(v, datetime.datetime) else v for k, v in fields.items()}
    first = announce(agency, title="awal", effective=NOON + shift)
    moved = {"effective": NOON + shift + SECOND} | moved
    announce(agency, title="lanjutan", predecessor=first, **moved)
    response = client.get(first.get_url(), headers={"host": "dinkes.example.test"})
    assert response.context["is_in_force"] is ("awal" in expected)


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({}, set()),
        ({"expires": NOON + SECOND}, set()),
        ({"expires": NOON}, {"expires"}),
        ({"expires": NOON - SECOND}, {"expires"}),
        ({"effective": LATER, "expires": LATER + 14 * 24 * HOUR}, set()),
        ({"effective": LATER, "expires": LATER + 14 * 24 * HOUR + SECOND}, {"expires"}),
        ({"hazard": "tsunami", "effective": LATER, "expires": LATER + 72 * HOUR}, {"expires"}),
        ({"message_type": "update"}, {"predecessor"}),
        ({"message_type": "cancel"}, {"predecessor"}),
        ({"level_scheme": "volcano", "level_value": "4"}, set()),
        ({"level_scheme": "volcano", "level_value": "siaga"}, {"level_value"}),
        ({"level_scheme": "tsunami", "level_value": "4"}, {"level_value"}),
        ({"level_scheme": "none", "level_value": "4"}, {"level_value"}),
        ({"areas": ["36.01", "36.71"]}, set()),
        ({"areas": ["36.99"]}, {"areas"}),
        ({"hazard_and_impact": ""}, {"hazard_and_impact"}),
        ({"evacuation": "", "announcer": ""}, set()),
    ],
)
def test_an_announcement_refuses_what_cannot_be(agency, fields, refused):
    page = draft(EmergencyAnnouncementPage, agency, effective=NOON)
    for name, value in fields.items():
        setattr(page, name, value)
    assert errors_of(page) == refused


def test_an_announcement_cannot_follow_itself(agency):
    page = announce(agency)
    page.message_type, page.predecessor = MessageType.UPDATE, page
    assert errors_of(page) == {"predecessor"}


def test_every_scheme_of_levels_is_a_choice_and_the_other_way_round():
    assert list(LEVELS) == list(LevelScheme)


# --- sections --------------------------------------------------------------------------------


def test_a_section_lists_what_a_citizen_may_see(client, agency, other_agency):
    publish(NewsPage, agency, title="Terbit")
    draft(NewsPage, agency, title="Konsep")
    publish(NewsPage, other_agency, title="Asing")
    expired = publish(NewsPage, agency, title="Habis")
    Page.objects.filter(pk=expired.pk).update(expire_at=timezone.now() - HOUR)
    response = client.get("/berita/", headers={"host": "dinkes.example.test"})
    assert [page.title for page in response.context["page_of_items"]] == ["Terbit"]


@pytest.mark.parametrize("model", REQUIRED)
def test_every_kind_of_page_and_its_section_is_served(client, agency, model):
    page = publish(model, agency, title="Judul <b>& rekan</b>")
    for path in (page.get_url(), section_of(agency, model).get_url()):
        response = client.get(path, headers={"host": "dinkes.example.test"})
        assert response.status_code == 200
        html = response.content.decode()
        assert "Judul &lt;b&gt;&amp; rekan&lt;/b&gt;" in html
        assert "<b>& rekan" not in html


# --- in two languages ------------------------------------------------------------------------


def alternates(client, path):
    """Return the addresses by language that the head of a page names."""
    response = client.get(path, headers={"host": "dinkes.example.test"})
    assert response.status_code == 200, path
    links = BeautifulSoup(response.content, "html.parser").select("link[rel=alternate][hreflang]")
    return {link["hreflang"]: link["href"] for link in links}


def test_a_translation_lives_under_its_language_on_the_same_host(client, agency):
    page = publish(NewsPage, agency, title="Judul", slug="judul")
    english = Locale.objects.get(language_code="en")
    copy = page.copy_for_translation(english, copy_parents=True)
    copy.title, copy.slug = "Title", "title"
    copy.save_revision().publish()
    path = "/en/berita/title/"
    response = client.get(path, headers={"host": "dinkes.example.test"})
    assert response.status_code == 200
    assert response.context["page"].title == "Title"
    assert '<html lang="en"' in response.content.decode()
    both = {
        "id": "http://dinkes.example.test/berita/judul/",
        "en": "http://dinkes.example.test/en/berita/title/",
    }
    assert both.items() <= alternates(client, path).items()
    assert both.items() <= alternates(client, "/berita/judul/").items()


def test_the_english_tree_grows_inside_the_agency(client, agency, other_agency):
    page = publish(NewsPage, agency)
    copy = page.copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True)
    assert copy.is_descendant_of(agency.root_page)
    homes = AgencyHomePage.objects.child_of(agency.root_page).order_by("path")
    assert [home.locale.language_code for home in homes] == ["id", "en"]
    assert AgencyHomePage.objects.child_of(other_agency.root_page).count() == 1
    response = client.get("/en/", headers={"host": "dindik.example.test"})
    assert response.context["page"].is_descendant_of(other_agency.root_page)


def test_a_page_without_a_translation_names_no_other_language(client, agency):
    page = publish(NewsPage, agency)
    assert "en" not in alternates(client, page.get_url())
    page.copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True)
    assert "en" not in alternates(client, page.get_url())  # a draft has no address
