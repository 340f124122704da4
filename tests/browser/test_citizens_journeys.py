"""What citizens come for, from a front page on, by what it shows: on a telephone and at a desk."""

import csv
import io
import re
from datetime import date

import openpyxl
import pypdf
import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from wagtail.models import Locale
from wagtail_localize.operations import translate_object

from kip_pages.alerts.acting import sequel
from kip_pages.choices import ActivityState, MessageType
from kip_pages.models import (
    ActivityPage,
    DipDocument,
    DipEntryPage,
    EmergencyAnnouncementPage,
    NewsPage,
    Obligation,
)

from ..every_page import document_of
from ..factories import ONE_HOUR, publish
from .office import SIZES, TO_THE_FRONT, fits
from .watching import MISSING, watched

STRATEGIC_PLAN = "Rencana Strategis (Renstra) Dinas Kesehatan 2025–2029"
ACTIVITY = "Imunisasi anak sekolah"
NEWS, NEWS_IN_ENGLISH = "Pekan imunisasi dimulai", "Immunisation week begins"
SUMMARY = "Semua puskesmas melayani sampai pukul empat."
BANNER = "#darurat .banner"


class Citizen:
    """Goes on by what a page shows, and counts the steps."""

    def __init__(self, page: Page, *, touches: bool):
        self.page, self.touches, self.steps = page, touches, 0

    def begin_at(self, address):
        """The one address that a citizen types."""
        self.page.goto(address)
        fits(self.page)

    def press(self, role, name, *, within=None, **options):
        found = (within or self.page).get_by_role(role, name=name, **options).first
        before = self.page.url
        found.tap() if self.touches else found.click()
        self.steps += 1
        self.page.wait_for_url(lambda address: address != before)
        fits(self.page)

    def search(self, field, words):
        self.page.get_by_role("searchbox", name=field).first.fill(words)
        form = self.page.get_by_role("search").filter(
            has=self.page.get_by_role("searchbox", name=field)
        )
        self.press("button", "Cari", within=form.first)

    def download(self, name):
        with self.page.expect_download() as loading:
            self.page.get_by_role("link", name=name).first.click()
        self.steps += 1
        return loading.value

    def first_sheet_of(self, name):
        """Return what the PDF says first; browsers show it in a viewer that shows its text to no test."""
        link = self.page.get_by_role("link", name=name)
        taken = link.evaluate(
            "async (link) => [...new Uint8Array(await (await fetch(link.href)).arrayBuffer())]"
        )
        return pypdf.PdfReader(io.BytesIO(bytes(taken))).pages[0].extract_text().strip()

    def menu(self):
        return self.page.get_by_role("navigation", name="Menu utama")

    def reads(self, title):
        expect(self.page.get_by_role("heading", level=1)).to_have_text(title)


@pytest.fixture(scope="module")
def published():
    """What the first journey publishes, for all."""
    return {}


@pytest.fixture
def content(office, published):
    if not published:
        agency = office.agency
        plan = DipDocument(title="Renstra 2025–2029", document=document_of(agency, "Renstra"))
        for number in range(7):
            publish(
                DipEntryPage,
                agency,
                title=f"Laporan kinerja ke-{number}",
                period=("2024", "2025")[number % 2],
                summary=SUMMARY,
            )
        published["plan"] = publish(
            DipEntryPage,
            agency,
            title=STRATEGIC_PLAN,
            summary="Apa yang hendak dicapai dinas dalam lima tahun.",
            category="always_available",
            period="2025-2029",
            documents=[plan],
            obligations=[Obligation.objects.get(code="SS.RENSTRA_RENJA.RENSTRA")],
        )
        published["activity"] = publish(
            ActivityPage,
            agency,
            title=ACTIVITY,
            summary="Suntikan gratis di semua sekolah dasar.",
            state=ActivityState.RUNNING,
            starts_on=date(2026, 1, 5),
            ends_on=date(2026, 12, 5),
            progress=40,
            goal="Semua anak sekolah diimunisasi.",
            budget_source="APBD 2026",
            budget_amount=1_000_000_000,
            budget_spent=300_000_000,
            areas=["36.04"],
        )
        publish(ActivityPage, agency, title="Gedung baru", state=ActivityState.PLANNED)
        news = published["news"] = publish(NewsPage, agency, title=NEWS, summary=SUMMARY)
        english = Locale.objects.get(language_code="en")
        translate_object(news, [english])
        translation = news.get_translation(english)
        translation.title = NEWS_IN_ENGLISH
        translation.save_revision().publish()
    return published


@pytest.fixture
def citizens(office, content, troubles):
    """``citizens("phone")`` opens the window of a citizen; what it complains of fails the test."""

    def come(size, *, name="citizen", meant=(), **options):
        page = office.window(name, **SIZES[size] | options)
        return Citizen(watched(page, troubles, meant=meant), touches=size == "phone")

    return come


both_sizes = pytest.mark.parametrize("size", SIZES)
with_and_without_scripts = pytest.mark.parametrize(
    "scripts", [True, False], ids=["scripts", "no-scripts"]
)


# --- the strategic plan ----------------------------------------------------------------------


def by_searching(citizen):
    citizen.search("Cari di situs ini", "renstra")
    citizen.press("link", STRATEGIC_PLAN)


def by_the_register(citizen):
    citizen.press("link", "Daftar Informasi Publik", within=citizen.menu())
    citizen.search("Kata dalam judul", "rencana strategis")
    citizen.press("link", STRATEGIC_PLAN)


def by_the_ppid_menu(citizen):
    if citizen.touches:
        citizen.press("link", "PPID", within=citizen.menu(), exact=True)
        within = citizen.page.locator("main")
    else:
        within = citizen.page.get_by_role("navigation", name="Menu PPID")
        within.get_by_text("Informasi Publik", exact=True).click()
        citizen.steps += 1
    citizen.press("link", "Informasi setiap saat", within=within)
    citizen.press("link", STRATEGIC_PLAN)


@both_sizes
@pytest.mark.parametrize("way", [by_searching, by_the_register, by_the_ppid_menu])
def test_the_strategic_plan_of_an_agency_is_three_steps_away(office, citizens, size, way):
    citizen = citizens(size)
    citizen.begin_at(office.site())
    way(citizen)
    citizen.reads(STRATEGIC_PLAN)
    assert citizen.steps <= 3
    assert citizen.first_sheet_of("Renstra 2025–2029") == "Renstra"


@both_sizes
def test_from_the_portal_it_is_one_step_more(office, citizens, size):
    citizen = citizens(size)
    citizen.begin_at(office.portal())
    citizen.press("link", "Dinas Kesehatan", exact=True)
    expect(citizen.page).to_have_url(office.site())
    by_searching(citizen)
    citizen.reads(STRATEGIC_PLAN)
    assert citizen.steps <= 4


# --- an activity -----------------------------------------------------------------------------


@both_sizes
def test_a_running_activity_is_found_on_the_portal_and_says_how_far_it_is(office, citizens, size):
    citizen = citizens(size)
    citizen.begin_at(office.portal())
    citizen.press("link", "Jurnal pembangunan semua perangkat daerah")
    state = citizen.page.get_by_label("Keadaan")
    if not state.is_visible():
        citizen.page.get_by_text("Saring kegiatan").click()
    state.select_option(label="Sedang berjalan (1)")
    citizen.press("button", "Tampilkan")
    expect(citizen.page.get_by_role("link", name="Gedung baru")).to_have_count(0)
    citizen.press("link", ACTIVITY)
    citizen.reads(ACTIVITY)
    expect(citizen.page).to_have_url(re.compile(re.escape(office.site())))
    main = citizen.page.locator("main")
    for said in ("Semua anak sekolah diimunisasi.", "40", "APBD 2026", "Kabupaten Serang"):
        expect(main).to_contain_text(said)
    assert citizen.steps <= 4


# --- an alert --------------------------------------------------------------------------------


@both_sizes
@with_and_without_scripts
def test_an_alert_is_on_the_front_page_and_so_is_its_end(office, citizens, size, scripts):
    title = f"Banjir {office.mark}"
    citizen = citizens(size, java_script_enabled=scripts)
    alert = publish(
        EmergencyAnnouncementPage,
        office.agency,
        title=title,
        severity="severe",
        areas=["36.04"],
        expires=timezone.now() + ONE_HOUR,
    )
    citizen.begin_at(office.site())
    banner = citizen.page.locator(BANNER)
    citizen.press("link", title, within=banner)
    citizen.reads(title)
    main = citizen.page.locator("main")
    expect(main).to_contain_text("Sedang berlaku.")
    expect(main).to_contain_text("Jauhi sungai.")

    publish(EmergencyAnnouncementPage, office.agency, **sequel(alert, MessageType.CANCEL))
    if scripts:
        citizen.page.evaluate(TO_THE_FRONT)
    else:
        citizen.page.reload()
    expect(banner).to_have_count(0, timeout=15_000)
    citizen.page.reload()
    expect(main).to_contain_text("Tidak berlaku lagi.")
    citizen.press("link", re.compile(title), within=main.locator(".notice"))
    expect(citizen.page.locator("main")).to_contain_text("Keadaan dinyatakan aman.")


# --- the register ----------------------------------------------------------------------------


def narrow_and_take_along(citizen):
    """Narrow the register to one year and some words, and compare its files with what is shown."""
    citizen.press("link", "Daftar Informasi Publik", within=citizen.menu())
    count = citizen.page.locator("#register-count")
    facets = citizen.page.locator("details.facets")
    if not facets.get_by_role("link", name=re.compile("^2025")).first.is_visible():
        facets.locator("summary").click()
    citizen.press("link", re.compile(r"^2025 "), within=facets)
    expect(citizen.page.get_by_role("link", name="Hapus: Tahun: 2025").first).to_be_visible()
    citizen.search("Kata dalam judul", "kinerja")
    expect(count).to_have_text("3 hasil")
    citizen.press("link", "Judul A–Z")
    shown = ["Laporan kinerja ke-1", "Laporan kinerja ke-3", "Laporan kinerja ke-5"]
    links = citizen.page.locator("table.register .register__title a")
    expect(links).to_have_text(shown)
    addresses = [link.evaluate("link => link.href") for link in links.all()]
    rows = rows_of_csv(citizen.download("CSV"))
    in_sheet = rows_of_xlsx(citizen.download("Excel (XLSX)"))
    assert [without_moments(row) for row in in_sheet] == [without_moments(row) for row in rows]
    assert all(row[moment] for row in (*rows, *in_sheet) for moment in MOMENTS)
    assert [row["Ringkasan Isi Informasi"] for row in rows] == shown
    assert [row["Alamat Halaman"] for row in rows] == addresses
    assert {(row["Keterangan"], row["Periode"]) for row in rows} == {(SUMMARY, "2025")}


def rows_of_csv(file):
    with open(file.path(), encoding="utf-8-sig", newline="") as content:
        return list(csv.DictReader(content))


def rows_of_xlsx(file):
    content = io.BytesIO(file.path().read_bytes())
    heads, *rows = openpyxl.load_workbook(content).active.iter_rows(values_only=True)
    return [{head: _as_text(cell) for head, cell in zip(heads, row, strict=True)} for row in rows]


def _as_text(cell):
    return "" if cell is None else str(cell)


# A sheet knows moments, text only writes them: each in its own way.
MOMENTS = ("Waktu Terbit", "Waktu Pembaruan")


def without_moments(row):
    return {head: value for head, value in row.items() if head not in MOMENTS}


@both_sizes
def test_the_register_is_narrowed_and_what_is_shown_is_what_the_files_hold(office, citizens, size):
    citizen = citizens(size)
    citizen.begin_at(office.site())
    narrow_and_take_along(citizen)


# --- another language ------------------------------------------------------------------------


def read_in_english_and_back(citizen):
    citizen.press("link", NEWS)
    citizen.press("link", "English")
    citizen.reads(NEWS_IN_ENGLISH)
    expect(citizen.page.locator("html")).to_have_attribute("lang", "en")
    expect(citizen.page.get_by_role("navigation", name="Main menu")).to_be_visible()
    citizen.press("link", "Bahasa Indonesia")
    citizen.reads(NEWS)


@both_sizes
def test_a_report_is_read_in_english_and_the_way_back_leads_to_it(office, citizens, size):
    citizen = citizens(size)
    citizen.begin_at(office.site())
    read_in_english_and_back(citizen)
    # What is not translated is not lost: the language leads on to what there is.
    citizen.press("link", "Program dan Kegiatan", within=citizen.menu())
    citizen.press("link", ACTIVITY)
    citizen.press("link", "English")
    expect(citizen.page.locator("html")).to_have_attribute("lang", "en")
    expect(citizen.page.get_by_role("heading", level=1)).to_be_visible()


# --- without JavaScript ----------------------------------------------------------------------


@both_sizes
def test_without_javascript_the_whole_walk_is_the_same(office, citizens, size):
    citizen = citizens(size, java_script_enabled=False)
    citizen.begin_at(office.portal())
    citizen.press("link", "Dinas Kesehatan", exact=True)
    by_searching(citizen)
    citizen.reads(STRATEGIC_PLAN)
    citizen.press("link", re.compile("Dinas Kesehatan"), within=citizen.page.get_by_role("banner"))
    by_the_ppid_menu(citizen)
    citizen.press("link", "Beranda", within=citizen.menu())
    read_in_english_and_back(citizen)
    narrow_and_take_along(citizen)
    expect(citizen.page.get_by_role("button", name="Baca nyaring")).to_have_count(0)


# --- on paper --------------------------------------------------------------------------------


@both_sizes
def test_on_paper_stand_the_report_and_its_address_and_no_menu(office, citizens, size):
    citizen = citizens(size, color_scheme="dark")
    citizen.begin_at(office.site())
    citizen.press("link", NEWS)
    page = citizen.page
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name=NEWS)).to_be_visible()
    for gone in page.get_by_role("navigation").all() + page.get_by_role("search").all():
        expect(gone).to_be_hidden()
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == "rgb(255, 255, 255)"
    sheets = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    printed = re.sub(r"\s+", " ", " ".join(sheet.extract_text() for sheet in sheets))
    for said in (NEWS, SUMMARY, "Isi berita.", "Dinas Kesehatan", page.url):
        assert said in printed
    for gone in ("Menu", "Beranda", "PPID", "English", "Cari", "Peringatan lewat e-mail", "Lompat"):
        assert gone not in printed


# --- lost ------------------------------------------------------------------------------------


@both_sizes
@with_and_without_scripts
def test_an_unknown_subdomain_says_so_and_leads_to_the_agency(office, citizens, size, scripts):
    citizen = citizens(size, meant=(MISSING,), java_script_enabled=scripts)
    citizen.begin_at("http://dinkess.example.test/berita/")
    citizen.reads("Tidak ada situs di alamat ini.")
    expect(citizen.page.locator("main")).to_contain_text("Periksa")
    citizen.press("link", "Ke portal provinsi")
    expect(citizen.page).to_have_url(office.portal())
    citizen.press("link", "Dinas Kesehatan", exact=True)
    expect(citizen.page).to_have_url(office.site())


@both_sizes
def test_a_page_that_is_gone_offers_what_was_looked_for(office, citizens, size):
    citizen = citizens(size, meant=(MISSING,))
    citizen.begin_at(office.site("berita/pindah/"))
    citizen.reads("Halaman ini tidak ditemukan")
    citizen.search("Apa yang Anda cari?", "imunisasi sekolah")
    citizen.press("link", ACTIVITY)
    citizen.reads(ACTIVITY)
