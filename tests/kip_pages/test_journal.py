"""The journal of activities: what is shown, counted and summed, in a section and for the province."""

import datetime
from http import HTTPStatus
from importlib import import_module
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Locale, Page, PageViewRestriction

from kip_pages.budget_kinds import kind_of
from kip_pages.choices import ActivityState, BudgetKind
from kip_pages.models import ActivityPage
from kip_pages.models.journal import Asked
from kip_pages.page_cache import versions
from opd_sites import known_hosts
from opd_sites.provisioning import resume, suspend

from ..factories import AgencyFactory, publish, section_of

PORTAL = "portal.example.test"
DINKES = "dinkes.example.test"
RUNNING, PLANNED, PAST = ActivityState.RUNNING, ActivityState.PLANNED, ActivityState.PAST


def page_at(client, host, query="", path="/kegiatan/", status=HTTPStatus.OK):
    response = client.get(path + query, headers={"host": host})
    assert response.status_code == status, response.status_code
    return BeautifulSoup(response.content, "html.parser")


def titles(shown):
    return [link.text for link in shown.select(".timeline__title a, .card__title a")]


def date(text):
    return datetime.date.fromisoformat(text)


@pytest.fixture
def activities(portal, agency, other_agency):
    """Three of one agency and one of another, which differ in all that can be asked for."""

    def write(owner, title, state, starts, ends, **fields):
        fields = {"summary": f"Tentang {title}", "state": state} | fields
        dates = {"starts_on": starts and date(starts), "ends_on": ends and date(ends)}
        return publish(ActivityPage, owner, title=title, **dates, **fields)

    return [
        write(
            agency,
            "Vaksinasi",
            RUNNING,
            "2025-11-01",
            "2026-12-31",
            areas=["36.01", "36.71"],
            budget_source="APBD 2026",
            budget_amount=2_000_000_000,
            budget_spent=500_000_000,
            progress=40,
        ),
        write(
            agency,
            "Laboratorium",
            PLANNED,
            "2027-02-01",
            None,
            areas=["36.01"],
            budget_source="DAK Fisik 2027",
            budget_amount=300_000_000,
        ),
        write(agency, "Posyandu", PAST, "2024-01-01", "2024-12-01", areas=["36.02"]),
        write(
            other_agency,
            "Sekolah baru",
            RUNNING,
            "2026-01-01",
            "2026-10-01",
            areas=["36.71"],
            budget_source="APBN",
            budget_amount=1_000_000_000,
            budget_spent=0,
        ),
    ]


# --- what is asked ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["Vaksinasi", "Laboratorium", "Posyandu"]),
        ({"q": "LABOR"}, ["Laboratorium"]),
        ({"q": "tentang pos"}, ["Posyandu"]),
        ({"wilayah": "36.01"}, ["Vaksinasi", "Laboratorium"]),
        ({"wilayah": "36.01", "sumber": "dak"}, ["Laboratorium"]),
        ({"wilayah": "36.03"}, []),
        ({"tahun": "2025"}, ["Vaksinasi"]),
        ({"tahun": "2026"}, ["Vaksinasi"]),
        ({"tahun": "2027"}, ["Laboratorium"]),
        ({"tahun": "2023"}, []),
        ({"sumber": "apbd"}, ["Vaksinasi"]),
        ({"keadaan": "past"}, ["Posyandu"]),
        ({"keadaan": "past", "tahun": "2026"}, []),
        ({"tampilan": "daftar"}, ["Laboratorium", "Vaksinasi", "Posyandu"]),
        ({"tampilan": "peta", "wilayah": "36.02"}, ["Posyandu"]),
        # What nobody can mean narrows nothing, and another agency is none of this host's.
        ({"instansi": "dindik"}, ["Vaksinasi", "Laboratorium", "Posyandu"]),
        ({"wilayah": "99.99", "tahun": "٢٠٢٦", "sumber": "emas"}, 3),
        ({"keadaan": "'", "tampilan": "3d", "hal": "x", "q": "\0"}, 3),
        ({"tahun": "0", "hal": "9" * 5000}, 3),
    ],
)
def test_a_section_shows_what_is_asked_for(client, activities, asked, found):
    shown = titles(page_at(client, DINKES, f"?{urlencode(asked)}"))
    assert (len(shown) if isinstance(found, int) else shown) == found


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["Sekolah baru", "Vaksinasi", "Laboratorium", "Posyandu"]),
        ({"instansi": "dindik"}, ["Sekolah baru"]),
        ({"instansi": "dinkes", "wilayah": "36.71"}, ["Vaksinasi"]),
        ({"instansi": "tidak-ada"}, 4),
        ({"sumber": "apbn", "tahun": "2026"}, ["Sekolah baru"]),
    ],
)
def test_the_portal_shows_what_is_asked_for_of_all_agencies(client, activities, asked, found):
    shown = titles(page_at(client, PORTAL, f"?{urlencode(asked)}"))
    assert (len(shown) if isinstance(found, int) else shown) == found


def test_an_address_says_what_is_asked_for_in_one_way_only():
    query = QueryDict("tampilan=peta&tahun=2026&q=+air++bersih&keadaan=&x=1&sumber=emas&hal=2")
    asked = Asked.of(query)
    assert asked.query() == "?q=air+bersih&tahun=2026&tampilan=peta"
    assert Asked.of(QueryDict(asked.query()[1:])) == asked
    assert asked.query(year="", view="garis-waktu", state="past") == "?q=air+bersih&keadaan=past"
    assert Asked().query() == "?"


def test_the_page_names_its_one_address_and_keeps_what_is_asked_for(client, activities):
    shown = page_at(client, PORTAL, "?tahun=2026&q=&wilayah=36.71&hal=1")
    canonical = shown.select_one("link[rel=canonical]")["href"]
    assert canonical == f"http://{PORTAL}/kegiatan/?wilayah=36.71&tahun=2026"
    assert page_at(client, PORTAL).select_one("link[rel=canonical]")["href"] == (
        f"http://{PORTAL}/kegiatan/"
    )
    views = {link.text: link["href"] for link in shown.select(".journal__views a")}
    assert views["Daftar"] == "?wilayah=36.71&tahun=2026&tampilan=daftar"
    region = shown.select_one("[data-in-place]")
    assert region["id"]
    assert region.select_one("form[method=get] button[type=submit]")
    assert {field["name"] for field in region.select("form [name]")} == {
        *("q", "instansi", "wilayah", "tahun", "sumber", "keadaan")
    }
    for field in region.select("form [name]:not([type=hidden])"):
        assert region.select_one(f"label[for={field['id']}]")
    everything = page_at(client, PORTAL, "?tahun=2026&tampilan=daftar").select_one(".list-status a")
    assert everything["href"] == "?tampilan=daftar"


def test_a_filter_counts_what_its_choices_would_show(client, activities):
    shown = page_at(client, PORTAL, "?wilayah=36.71&keadaan=running")

    def choices(name):
        return [option.text for option in shown.select(f"select[name={name}] option")][1:]

    assert choices("keadaan") == ["Sedang berjalan (2)"]
    assert choices("wilayah") == ["Kabupaten Pandeglang (1)", "Kota Tangerang (2)"]
    assert choices("tahun") == ["2026 (2)", "2025 (1)"]
    assert shown.select_one("select[name=wilayah] option[selected]")["value"] == "36.71"


# --- what is shown ---------------------------------------------------------------------------


def test_the_timeline_goes_by_state_in_the_order_of_the_law(client, activities):
    shown = page_at(client, PORTAL)
    headings = [heading.text for heading in shown.select(".timeline h2")]
    assert headings == ["Sedang berjalan", "Direncanakan", "Sudah lewat"]
    assert [len(items.select("li")) for items in shown.select(".timeline ol")] == [2, 1, 1]
    first = shown.select_one(".timeline li")
    assert [time["datetime"] for time in first.select("time")] == ["2026-01-01", "2026-10-01"]
    assert "Dinas Dindik" in first.text
    assert "40 persen" in shown.text


def test_the_sums_are_those_of_what_is_shown(client, activities):
    status = page_at(client, PORTAL).select_one(".list-status").text
    assert "4 kegiatan" in status
    assert "Rp3,3 miliar" in status
    assert "Rp500 juta" in status
    rows = page_at(client, PORTAL, "?keadaan=running").select("#budget-chart-title")
    assert rows
    table = page_at(client, PORTAL).select(".chart__table tbody tr")
    assert [[cell.text for cell in row.select("th, td")] for row in table] == [
        ["APBD (anggaran provinsi)", "Rp2.000.000.000", "Rp500.000.000", "25%"],
        ["APBN (anggaran negara)", "Rp1.000.000.000", "Rp0", "0%"],
        ["Dana alokasi khusus (DAK)", "Rp300.000.000", "–", "–"],
    ]


def test_pages_of_the_list_keep_what_is_asked_for(client, activities, agency):
    section = section_of(agency, ActivityPage)
    for number in range(25):
        section.add_child(instance=ActivityPage(title=f"Jalan {number}", state=RUNNING))
    first = page_at(client, DINKES, "?keadaan=running&q=jalan")
    assert len(titles(first)) == 20
    following = first.select_one(".pagination a[rel=next]")["href"]
    assert following == "?q=jalan&keadaan=running&hal=2"
    second = page_at(client, DINKES, following)
    assert len(titles(second)) == 5
    canonical = second.select_one("link[rel=canonical]")["href"]
    assert canonical == f"http://{DINKES}/kegiatan/{following}"
    assert len(titles(page_at(client, DINKES, "?keadaan=running&q=jalan&hal=99"))) == 5


def test_an_activity_has_its_schedule_progress_budget_place_and_contact(client, agency):
    today = timezone.localdate()
    first, last = today - datetime.timedelta(days=30), today + datetime.timedelta(days=69)
    page = publish(
        ActivityPage,
        agency,
        title="Vaksinasi",
        state=RUNNING,
        progress=40,
        starts_on=first,
        ends_on=last,
        budget_source="APBD 2026",
        budget_amount=2_000_000_000,
        budget_spent=500_000_000,
        unit="Bidang P2P",
        contact="0254-000000",
        areas=["36.01"],
        body=[("paragraph", "<p>Isi.</p>")],
    )
    shown = page_at(client, DINKES, path=page.url.removeprefix(f"http://{DINKES}"))
    days = [step["datetime"] for step in shown.select(".steps time")]
    assert days == [day.isoformat() for day in (first, today, last)]
    assert "Hari ini" in shown.select(".steps li")[1].text
    progress, budget = shown.select(".chart__table")
    rows = [[cell.text for cell in row.select("th, td")] for row in progress.select("tbody tr")]
    assert rows == [
        ["Pekerjaan selesai", "40%"],
        ["Waktu terpakai", "30%"],
        ["Anggaran terealisasi", "25%"],
    ]
    assert "Pekerjaan selesai: 40%." in shown.select_one("#progress-chart-desc").text
    assert "Rp500.000.000" in budget.text
    assert shown.select_one(".map [role=img] desc").text == "Kabupaten Pandeglang"
    assert len(shown.select(".map__area--4")) == 1
    for word in ("Bidang P2P", "0254-000000", "APBD 2026", "Isi."):
        assert word in shown.text
    bare = publish(ActivityPage, agency, title="Tanpa data")
    shown = page_at(client, DINKES, path=bare.url.removeprefix(f"http://{DINKES}"))
    assert not shown.select("svg.chart__drawing, svg.map__drawing, .steps, .progress")


def test_there_is_one_journal_of_the_province_in_each_language_with_each_activity_once(
    client, activities, portal
):
    english = Locale.objects.get(language_code="en")
    home = portal.root_page.specific.copy_for_translation(english)
    home.save_revision().publish()
    page = activities[0].copy_for_translation(english, copy_parents=True)
    page.title = "Vaccination"
    page.save_revision().publish()
    alias = activities[1].copy_for_translation(english, copy_parents=True, alias=True)
    assert alias.alias_of_id
    shown = page_at(client, PORTAL, path="/en/kegiatan/")
    assert shown.html["lang"] == "en"
    # What nobody has translated stands there as it was written; an alias is no translation.
    assert sorted(titles(shown)) == ["Laboratorium", "Posyandu", "Sekolah baru", "Vaccination"]
    marked = {link.text for link in shown.select('[lang="id"] a') if link.text in titles(shown)}
    assert marked == {"Laboratorium", "Posyandu", "Sekolah baru"}
    assert "Vaccination" not in titles(page_at(client, PORTAL))


# --- what is not shown -----------------------------------------------------------------------


def told(client, host):
    """Everything that a host's journal tells in its three views."""
    return "".join(
        page_at(client, host, f"?tampilan={view}").main.text
        for view in ("garis-waktu", "daftar", "peta")
    )


def hide(page):
    return PageViewRestriction.objects.create(
        page=Page.objects.get(pk=page.pk), restriction_type=PageViewRestriction.LOGIN
    )


@pytest.mark.parametrize("way", ["suspended", "private", "private section", "withdrawn", "expired"])
def test_what_nobody_may_see_is_in_no_list_count_sum_or_map(
    client, activities, other_agency, agency, way
):
    hidden, own = activities[3], activities[0]
    before = told(client, PORTAL)
    assert "Sekolah baru" in before
    match way:
        case "suspended":
            suspend(other_agency, at=timezone.now())
        case "private":
            hide(hidden)
        case "private section":
            hide(section_of(other_agency, ActivityPage))
        case "withdrawn":
            hidden.unpublish()
        case "expired":
            past = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
            ActivityPage.objects.filter(pk=hidden.pk).update(expire_at=past)
    after = told(client, PORTAL)
    for trace in ("Sekolah baru", "4 kegiatan", "Rp3,3 miliar", "APBN", "Rp1.000.000.000"):
        assert trace in before
        assert trace not in after
    assert "3 kegiatan" in after
    shown = page_at(client, PORTAL, "?tampilan=peta")
    assert "Kota Tangerang: 1 kegiatan, anggaran Rp2 miliar" in {
        link["aria-label"] for link in shown.select(".map__link")
    }
    assert not shown.select_one("option[value=dindik], option[value=apbn]")
    assert page_at(client, PORTAL, "?sumber=apbn").select_one(".empty")
    if way == "suspended":
        # Nor can one ask for it.
        assert "Sekolah baru" not in told(client, DINKES)
        assert len(titles(page_at(client, PORTAL, "?instansi=dindik"))) == 3
        page_at(client, "dindik.example.test", status=HTTPStatus.NOT_FOUND)
        resume(other_agency, at=timezone.now())
        assert told(client, PORTAL) == before
    assert own.title in after


def test_an_alias_beside_its_original_counts_once(client, activities, agency):
    section = section_of(agency, ActivityPage)
    alias = activities[0].create_alias(parent=section, update_slug="lagi")
    assert alias.live
    for host in (DINKES, PORTAL):
        shown = page_at(client, host, "?keadaan=running&q=vaksin")
        assert titles(shown) == ["Vaksinasi"]
        assert "Rp2 miliar" in shown.select_one(".list-status").text


def test_an_agency_shows_its_own_section_where_the_portal_shows_all(client, activities):
    assert "Sekolah baru" not in told(client, DINKES)
    assert not page_at(client, DINKES).select("select[name=instansi]")
    page_at(client, PORTAL, path="/kegiatan/apa/", status=HTTPStatus.NOT_FOUND)
    page_at(client, "tidak.example.test", status=HTTPStatus.NOT_FOUND)
    home = page_at(client, PORTAL, path="/")
    assert home.select_one("a[href$='/kegiatan/']")


def test_a_journal_without_activities_says_so(client, portal, agency):
    for host in (PORTAL, DINKES):
        for view in ("garis-waktu", "peta"):
            shown = page_at(client, host, f"?tampilan={view}")
            assert shown.select_one(".empty")
            assert not shown.select("form.journal__form, svg.map__drawing")


# --- what it costs ---------------------------------------------------------------------------


@pytest.mark.usefixtures("steady_versions")
@pytest.mark.parametrize("view", ["garis-waktu", "daftar", "peta"])
def test_a_journal_costs_the_same_however_much_there_is(client, portal, agency, other_agency, view):
    def cost(host):
        # Once before, so that the addresses of all sites are known, which Wagtail asks once an hour;
        # what is remembered for moments is forgotten, or the clock would decide what is counted.
        page_at(client, host)
        known_hosts.forget()
        versions.forget()
        with CaptureQueriesContext(connection) as asked:
            page_at(client, host, f"?tampilan={view}&tahun=2026")
        return len(asked)

    def add(owner, count):
        section = section_of(owner, ActivityPage)
        for number in range(count):
            section.add_child(
                instance=ActivityPage(
                    title=f"Kegiatan {number}",
                    state=RUNNING,
                    starts_on=date("2026-01-01"),
                    areas=["36.01"],
                    budget_source="APBD",
                    budget_amount=1000,
                )
            )

    add(agency, 3)
    add(other_agency, 2)
    few = cost(PORTAL), cost(DINKES)
    add(agency, 27)
    for number in range(10):
        add(AgencyFactory(code=f"opd{number}"), 3)
    many = cost(PORTAL), cost(DINKES)
    assert many == few
    # The site, its restrictions, menu, banners and footer; then the lines, one page of activities
    # and, on the portal, the agencies.
    assert max(few) <= 20, few


# --- the sources of money --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("APBD 2026", "apbd"),
        ("apbd", "apbd"),
        ("APBD2026", "apbd"),
        ("A.P.B.D. Provinsi Banten", "apbd"),
        ("APBD-P 2026", "apbd"),
        ("P-APBD 2026", "apbd"),
        ("APBDP 2025", "apbd"),
        ("PAD", "apbd"),
        ("Belanja Tidak Terduga (BTT)", "apbd"),
        ("APBN (Dekonsentrasi)", "apbn"),
        ("DIPA Kemenkes", "apbn"),
        ("DAK Fisik 2026", "dak"),
        ("APBN/DAK Nonfisik", "dak"),
        ("APBD (DBH CHT)", "dbh"),
        ("BLUD RSUD Banten", "blud"),
        ("Hibah Bank Dunia", "hibah"),
        ("Pinjaman daerah", "pinjaman"),
        ("CSR PT Contoh", "csr"),
        ("TJSL badan usaha", "csr"),
        ("APBD dan APBN", "lainnya"),
        ("APBDes", "lainnya"),
        ("Swadaya masyarakat", "lainnya"),
        ("Tidak ada", "lainnya"),
        (" ", ""),
        ("", ""),
    ],
)
def test_a_source_is_known_by_how_officers_write_it(typed, kind):
    assert kind_of(typed) == kind
    assert not kind or kind in BudgetKind.values


def test_activities_of_before_get_the_kind_of_their_source(activities, agency):
    unnamed = publish(ActivityPage, agency, title="Tanpa sumber")
    ActivityPage.objects.update(budget_kind="")
    import_module("kip_pages.migrations.0022_journal").read_kinds(apps, None)
    kinds = dict(ActivityPage.objects.values_list("title", "budget_kind"))
    assert kinds == {
        "Vaksinasi": "apbd",
        "Laboratorium": "dak",
        "Posyandu": "",
        "Sekolah baru": "apbn",
        unnamed.title: "",
    }
