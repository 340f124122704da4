"""The dashboard: what one's own agency has to see to, and nothing of another's."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, PageLogEntry

from kip_pages.confirming import CONFIRMED, confirm
from kip_pages.desk import LISTS
from kip_pages.feed import consumers
from kip_pages.models import (
    Confirmation,
    ConsumerCursor,
    DipEntryPage,
    EmergencyAnnouncementPage,
    FeedConsumer,
    FeedState,
    NewsPage,
)
from opd_sites.choices import AgencyRole, NoticeKind, ProvinceRole
from opd_sites.notices import tell

from ..factories import AgencyFactory, UserFactory, draft, publish
from ..opd_sites.test_roles import ROLES, announce, member, portal_emergencies
from .test_missing_columns import COMPLETE
from .test_pages_in_admin import HOST

HOME = "wagtailadmin_home"
SEVEN_MONTHS = datetime.timedelta(days=213)


def soup_of(client, address):
    response = client.get(address, headers=HOST)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def home(client):
    return soup_of(client, reverse(HOME))


def listed(client, name):
    """Return the titles on the page of a list."""
    soup = soup_of(client, reverse(f"kip_desk:{name}"))
    return [cell.get_text(strip=True) for cell in soup.select("td.title a")]


def panel(client, name):
    """Return the titles that the dashboard shows of a list; None without its panel."""
    found = home(client).select_one(f"#{name}-section")
    return found and [cell.get_text(strip=True) for cell in found.select("td.title a")]


def old_entry(agency, age=SEVEN_MONTHS, **fields):
    """A complete periodic entry that was published long ago."""
    page = publish(DipEntryPage, agency, **COMPLETE | fields)
    at = timezone.now() - age
    Page.objects.filter(pk=page.pk).update(last_published_at=at, first_published_at=at)
    page.refresh_from_db()
    return page


def in_days(days):
    return timezone.now() + datetime.timedelta(days=days)


# --- whose -----------------------------------------------------------------------------------

FILL = {
    "alerts": lambda agency, title: publish(EmergencyAnnouncementPage, agency, title=title),
    "incomplete": lambda agency, title: draft(DipEntryPage, agency, title=title),
    "doubtful": lambda agency, title: old_entry(agency, title=title),
    "ending": lambda agency, title: publish(NewsPage, agency, title=title, expire_at=in_days(3)),
    "planned": lambda agency, title: publish(NewsPage, agency, title=title, go_live_at=in_days(3)),
}

#   role                          sees own  sees other's
SEES = [
    (AgencyRole.EDITOR, True, False),
    (AgencyRole.PUBLISHER, True, False),
    (AgencyRole.AGENCY_ADMIN, True, False),
    (ProvinceRole.PROVINCE_ADMIN, True, True),
    (ProvinceRole.DUTY_OFFICER, False, False),
]


def test_the_tables_name_every_role_and_list():
    assert [row[0] for row in SEES] == ROLES
    assert {*FILL, "asked"} == {kind.name for kind in LISTS}


@pytest.mark.parametrize(("role", "own", "other"), SEES)
@pytest.mark.parametrize("name", FILL)
def test_who_sees_what_of_which_agency(client, agency, other_agency, name, role, own, other):
    FILL[name](agency, "Milik sendiri")
    FILL[name](other_agency, "Milik lain")
    client.force_login(member(role, agency))
    expected = {title for title, shown in (("Milik sendiri", own), ("Milik lain", other)) if shown}
    assert set(listed(client, name)) == expected
    assert set(panel(client, name) or []) == expected


def test_the_duty_officer_sees_the_alerts_of_the_portal(client, agency):
    publish(EmergencyAnnouncementPage, agency, title="Milik OPD")
    page = announce(portal_emergencies())
    client.force_login(member(ProvinceRole.DUTY_OFFICER, agency))
    assert listed(client, "alerts") == [page.title]


@pytest.mark.parametrize("role", ROLES)
def test_every_role_opens_every_list(client, agency, role):
    client.force_login(member(role, agency))
    for kind in LISTS:
        soup_of(client, reverse(f"kip_desk:{kind.name}"))


def test_who_works_with_several_agencies_reads_whose_it_is(client, agency, other_agency):
    draft(DipEntryPage, agency)
    user = member(AgencyRole.EDITOR, agency)
    client.force_login(user)
    table = f"#{'incomplete'}-section table"
    assert "DINKES" not in home(client).select_one(table).get_text()
    client.force_login(member(ProvinceRole.PROVINCE_ADMIN, agency))
    assert "DINKES" in home(client).select_one(table).get_text()


# --- what ------------------------------------------------------------------------------------


@pytest.fixture
def editor(client, agency):
    user = member(AgencyRole.EDITOR, agency)
    client.force_login(user)
    return user


def test_an_incomplete_entry_is_named_with_what_it_misses(client, agency, editor):
    draft(DipEntryPage, agency, **COMPLETE | {"retention": "", "title": "Renja"})
    publish(DipEntryPage, agency, **COMPLETE | {"title": "Renstra", "slug": "renstra"})
    row = (
        soup_of(client, reverse("kip_desk:incomplete"))
        .select_one("#listing-results tbody tr")
        .get_text(" ")
    )
    assert "Renja" in row
    assert str(DipEntryPage._meta.get_field("retention").verbose_name) in row
    assert listed(client, "incomplete") == ["Renja"]


def test_an_alert_in_force_is_named_until_it_is_over(client, agency, editor):
    publish(EmergencyAnnouncementPage, agency, title="Berlaku", slug="a")
    publish(EmergencyAnnouncementPage, agency, title="Nanti", slug="b", effective=in_days(1))
    publish(
        EmergencyAnnouncementPage,
        agency,
        title="Lewat",
        slug="c",
        effective=in_days(-2),
        expires=in_days(-1),
    )
    draft(EmergencyAnnouncementPage, agency, title="Konsep", slug="d")
    assert listed(client, "alerts") == ["Berlaku"]


def test_what_ends_within_thirty_days_is_named_the_soonest_first(client, agency, editor):
    publish(NewsPage, agency, title="Sebulan", slug="a", expire_at=in_days(29))
    publish(NewsPage, agency, title="Besok", slug="b", expire_at=in_days(1))
    publish(NewsPage, agency, title="Tahun depan", slug="c", expire_at=in_days(300))
    publish(EmergencyAnnouncementPage, agency, title="Siaga", slug="d", expires=in_days(2))
    assert listed(client, "ending") == ["Besok", "Siaga", "Sebulan"]


def test_of_two_ends_the_sooner_one_counts_unless_it_is_past(client, agency, editor):
    alert = {"model": EmergencyAnnouncementPage, "agency": agency}
    publish(NewsPage, agency, title="Berita", slug="a", expire_at=in_days(5))
    publish(**alert, title="Siaga", slug="b", expires=in_days(2), expire_at=in_days(20))
    past = {"effective": in_days(-2), "expires": in_days(-1)}
    publish(**alert, title="Lewat", slug="c", **past, expire_at=in_days(10))
    publish(**alert, title="Awas", slug="d", expires=in_days(12), expire_at=in_days(4))
    assert listed(client, "ending") == ["Siaga", "Awas", "Berita", "Lewat"]


def test_the_column_of_ends_is_called_as_a_date_is(client, agency, editor):
    FILL["ending"](agency, "Besok")
    headings = [th.get_text(strip=True) for th in home(client).select("#ending-section th")]
    assert "Berakhir" in headings


def test_what_goes_live_by_itself_is_named_with_when(client, agency, editor):
    publish(NewsPage, agency, title="Lusa", slug="a", go_live_at=in_days(2))
    publish(NewsPage, agency, title="Besok", slug="b", go_live_at=in_days(1))
    draft(NewsPage, agency, title="Konsep", slug="c", go_live_at=in_days(1))
    assert listed(client, "planned") == ["Besok", "Lusa"]


def test_what_an_editor_asks_to_be_published_leads_to_its_text(client, agency):
    publisher = member(AgencyRole.PUBLISHER, agency)
    page = draft(EmergencyAnnouncementPage, agency, title="Banjir")
    tell([publisher], NoticeKind.ASKED, page, at=timezone.now())
    client.force_login(publisher)
    link = home(client).select_one("#asked-section td.title a")
    assert link["href"] == reverse("kip_desk:publish_at_once", args=[page.pk])
    assert panel(client, "asked") == listed(client, "asked") == ["Banjir"]


def test_a_long_list_shows_five_and_leads_to_the_others(client, agency, editor):
    for number in range(7):
        draft(DipEntryPage, agency, title=f"Entri {number}", slug=f"entri-{number}")
    found = home(client).select_one("#incomplete-section")
    assert len(found.select("tbody tr")) == 5
    link = found.select("a")[-1]
    assert link["href"] == reverse("kip_desk:incomplete")
    assert "7" in link.get_text()
    assert len(listed(client, "incomplete")) == 7


def test_an_empty_list_has_no_panel_and_says_so_on_its_page(client, agency, editor):
    assert panel(client, "incomplete") is None
    text = soup_of(client, reverse("kip_desk:incomplete")).get_text()
    assert "Semua kolom entri sudah terisi." in text


def test_the_overview_counts(client, agency, editor):
    draft(DipEntryPage, agency)
    tiles = home(client).select(".kip-overview li a")
    counts = {tile["href"]: tile.strong.get_text() for tile in tiles}
    assert counts[reverse("kip_desk:incomplete")] == "1"
    assert counts[reverse("kip_desk:alerts")] == "0"


def test_the_dashboard_says_when_a_portal_last_read(client, agency, other_agency, editor):
    state, now = FeedState.current(), timezone.now()

    def read(name, code, minutes):
        ConsumerCursor.objects.create(
            consumer=FeedConsumer.objects.create(name=name),
            agency=code,
            epoch=state.epoch,
            pos=0,
            read_at=now - datetime.timedelta(minutes=minutes),
        )

    assert "Belum ada portal yang membaca" in home(client).select_one(".kip-overview").get_text()
    read("Portal provinsi", "", 3)
    read("Portal kesehatan", "dinkes", 60)
    read("Portal sekolah", "dindik", 1)
    text = home(client).select_one(".kip-overview").get_text(" ", strip=True)
    assert "Portal provinsi" in text
    assert "Portal kesehatan" in text
    assert "Terlambat" in text, "an hour is more than FEED_CONSUMER_MAX_LAG"
    assert "Portal sekolah" not in text
    latest, *_others = consumers.last_reads(None)
    assert latest[0] == "Portal sekolah"


# --- still current? --------------------------------------------------------------------------


def test_periodic_entries_are_doubtful_after_six_months(agency):
    old = old_entry(agency, slug="a")
    old_entry(agency, slug="b", category="always_available")
    old_entry(agency, slug="c", age=datetime.timedelta(days=180))
    draft(DipEntryPage, agency, slug="d")
    assert list(DipEntryPage.objects.doubtful(at=timezone.now())) == [old]


def test_an_entry_that_was_confirmed_is_asked_for_again_after_six_months(agency):
    entry, now = old_entry(agency), timezone.now()
    revisions, sealed = entry.revisions.count(), entry.last_published_at
    confirm(entry, user=None, at=now)
    assert not DipEntryPage.objects.doubtful(at=now).exists()
    assert DipEntryPage.objects.doubtful(at=now + SEVEN_MONTHS).get() == entry
    entry.refresh_from_db()
    assert (entry.revisions.count(), entry.last_published_at) == (revisions, sealed)
    confirm(entry, user=None, at=now + SEVEN_MONTHS)
    assert Confirmation.objects.count() == 1


def test_publishing_a_draft_from_before_takes_no_confirmation_back(agency):
    entry, now = old_entry(agency), timezone.now()
    entry.holding_unit = "Bidang"
    revision = entry.save_revision()
    confirm(entry, user=None, at=now)
    revision.publish()
    assert not DipEntryPage.objects.doubtful(at=now + datetime.timedelta(days=100)).exists()


def test_one_click_confirms_and_leads_back(client, agency, editor):
    entry = old_entry(agency, title="Renja")
    form = home(client).select_one("#doubtful-section form")
    assert form["method"] == "post"
    button = form.select_one("button")
    assert "Renja" in button.get_text(), "each button says what it confirms"
    data = {field["name"]: field["value"] for field in form.select("input")}
    response = client.post(form["action"], data, headers=HOST)
    assert (response.status_code, response["location"]) == (302, reverse(HOME))
    assert panel(client, "doubtful") is None
    log = PageLogEntry.objects.get(action=CONFIRMED)
    assert (log.page_id, log.user) == (entry.pk, editor)


#   role                          confirms own  other's
CONFIRMS = [
    (AgencyRole.EDITOR, True, False),
    (AgencyRole.PUBLISHER, True, False),
    (AgencyRole.AGENCY_ADMIN, True, False),
    (ProvinceRole.PROVINCE_ADMIN, True, True),
    (ProvinceRole.DUTY_OFFICER, False, False),
]


def test_the_table_of_confirming_names_every_role():
    assert [row[0] for row in CONFIRMS] == ROLES


@pytest.mark.parametrize(("role", "own", "other"), CONFIRMS)
def test_who_confirms_what(client, agency, other_agency, role, own, other):
    client.force_login(member(role, agency))
    for place, allowed in ((agency, own), (other_agency, other)):
        entry = old_entry(place)
        address = reverse("kip_desk:confirm", args=[entry.pk])
        assert client.get(address, headers=HOST).status_code == 405
        response = client.post(address, {"next": "https://elsewhere.example/"}, headers=HOST)
        assert Confirmation.objects.filter(entry=entry).exists() is allowed
        if allowed:
            assert response["location"] == reverse("kip_desk:doubtful")
        else:
            assert response.status_code == 404


# --- what it costs ---------------------------------------------------------------------------

# Wagtail's own dashboard asks about 20; ours ask once whose the lists are, then a count for each
# list and, for each that is not empty, its head and whose pages those are.
BUDGET = 60


def cost(client):
    home(client)  # what is asked once per process
    with CaptureQueriesContext(
        connection,
    ) as queries:
        home(client)
    return len(queries)


def fill(agency, times):
    for number in range(times):
        for name, write in FILL.items():
            write(agency, f"{name} {number} {agency.code}")
        page = draft(NewsPage, agency, title=f"Menunggu {number}")
        page.get_workflow().start(page, UserFactory(role=AgencyRole.EDITOR, role__agency=agency))


@pytest.mark.parametrize("role", [AgencyRole.PUBLISHER, ProvinceRole.PROVINCE_ADMIN])
def test_the_dashboard_costs_the_same_however_much_there_is_to_do(
    client, agency, other_agency, role
):
    client.force_login(member(role, agency))
    fill(agency, 2)
    before = cost(client)
    fill(agency, 3)
    for number in range(3):
        fill(AgencyFactory(code=f"opd-{number}"), 1)
    assert cost(client) == before
    assert before <= BUDGET
    print(f"the dashboard of {role} costs {before} queries")  # noqa: T201 - a measured promise
