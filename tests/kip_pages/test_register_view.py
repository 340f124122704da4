"""The register as citizens narrow, sort, count and download it: one agency's, and the province's."""

import csv
import io
from pathlib import Path
from urllib.parse import parse_qsl

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.contrib.staticfiles import finders
from django.db import transaction
from django.test import Client
from django.utils import timezone
from wagtail.models import Locale, Page, PageViewRestriction

from kip_pages.dip_import.content import EntryContent
from kip_pages.dip_import.publishing import publish_new
from kip_pages.formats.register import HEADINGS
from kip_pages.models import DipEntryPage, Obligation, PortalHomePage
from kip_pages.models.register_listing import ITEMS_PER_PAGE
from kip_pages.register_view import RegisterView
from opd_sites.provisioning import suspend

from ..factories import ONE_HOUR, AgencyFactory, draft, publish, section_of
from ..province import agency_named

AGENCY, PORTAL = {"host": "dinkes.example.test"}, {"host": "portal.example.test"}
REGISTER = "/informasi-publik/"
# No reader may meet it, in whatever is shown or downloaded.
HIDDEN = "Rahasiaku"


# --- the address of a view -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ("", ""),
        ("q=&kategori=&urut=terbaru&hal=3&semua=unit&utm_source=x", ""),
        ("tahun=2024&kategori=periodic", "kategori=periodic&tahun=2024"),
        ("kategori=exempt&bentuk=papyrus&keadaan=lost&tahun=abcd&urut=acak", ""),
        ("tahun=20244", ""),
        ("tahun=٢٠٢٤", ""),
        ("instansi=Dinas%20X&kewajiban=%27%3B--", ""),
        ("q=%20anggaran%00%20&urut=judul", "q=anggaran&urut=judul"),
        ("unit=Sub%20Bagian%20%26%20Umum", "unit=Sub+Bagian+%26+Umum"),
        (f"unit={'x' * 256}", ""),
    ],
)
def test_one_view_has_one_address_and_what_no_register_knows_is_left_out(given, canonical):
    view = RegisterView.parse(dict(parse_qsl(given, keep_blank_values=True)))
    assert view.query_string == canonical
    assert RegisterView.parse(dict(parse_qsl(canonical))) == view


# --- what is found ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def registers(province, django_db_blocker):
    """Two registers, and around them whatever may not be shown; made once, each test rolls back to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield fill_registers(agency_named("dinkes"), agency_named("dindik"))
        transaction.set_rollback(True)


@pytest.fixture
def entries(registers, db):
    """The obligation that one entry of the registers answers."""
    return registers


def fill_registers(agency, other_agency):
    obligation = Obligation.objects.order_by("position", "pk").first()

    def entry(of, title, **fields):
        return publish(DipEntryPage, of, title=title, **fields)

    budget = entry(
        agency,
        "Anggaran",
        period="2024",
        holding_unit="Keuangan",
        is_printed=True,
        is_online=True,
        activity_state="running",
    )
    budget.obligations = [obligation]
    budget.save_revision().publish()
    entry(
        agency,
        "Rencana lima tahun",
        category="always_available",
        period="2017/2022",
        made_when="2016-12",
        holding_unit="Perencanaan ",
        is_online=True,
    )
    entry(
        agency,
        "laporan Mei",
        made_when="2022-05-17",
        holding_unit="Keuangan",
        activity_state="past",
        summary="Tentang anggaran kesehatan",
    )
    entry(agency, "Maklumat", category="immediate", is_printed=True)
    entry(other_agency, "Kurikulum", period="2024", holding_unit="Kurikulum", is_online=True)
    hide_others(agency, obligation)
    return obligation


def hide_others(agency, obligation):
    """The same columns as those that are shown have, so that each would count among them."""
    alike = {"period": "2024", "holding_unit": HIDDEN, "is_online": True, "category": "periodic"}
    draft(DipEntryPage, agency, title=f"{HIDDEN} naskah", **alike)
    publish(DipEntryPage, agency, title=f"{HIDDEN} ditarik", **alike).unpublish()
    private = publish(DipEntryPage, agency, title=f"{HIDDEN} pribadi", **alike)
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    expired = publish(DipEntryPage, agency, title=f"{HIDDEN} lewat", **alike)
    DipEntryPage.objects.filter(pk=expired.pk).update(expire_at=timezone.now() - ONE_HOUR)
    closed = AgencyFactory(code="dishub", name=f"Dinas {HIDDEN}")
    page = publish(DipEntryPage, closed, title=f"{HIDDEN} dinas", **alike)
    page.obligations = [obligation]
    page.save_revision().publish()
    suspend(closed, at=timezone.now())


def ask(address, headers=AGENCY, **query):
    return Client().get(address, query, headers=headers)


def titles(response):
    page = BeautifulSoup(response.content, "html.parser")
    return [link.get_text() for link in page.select(".register__title a")]


def offered(response):
    """Return what the page offers, by facet: the values' names and counts, and whether it is chosen."""
    page = BeautifulSoup(response.content, "html.parser")
    return {
        facet.h2.get_text(strip=True): {
            link.select_one(".facet__label").get_text(strip=True): int(
                link.select_one(".facet__count").get_text()
            )
            for link in facet.select("a:has(.facet__count)")
        }
        for facet in page.select(".facet")
    }


#   asked                                      found, in this order
VIEWS = [
    ({}, ["Maklumat", "laporan Mei", "Rencana lima tahun", "Anggaran"]),
    ({"urut": "terlama"}, ["Anggaran", "Rencana lima tahun", "laporan Mei", "Maklumat"]),
    ({"urut": "judul"}, ["Anggaran", "laporan Mei", "Maklumat", "Rencana lima tahun"]),
    ({"urut": "tahun"}, ["Anggaran", "laporan Mei", "Rencana lima tahun", "Maklumat"]),
    ({"q": "ANGGARAN"}, ["laporan Mei", "Anggaran"]),
    ({"q": "kesehatan laporan"}, ["laporan Mei"]),
    ({"q": "anggaran", "kategori": "periodic", "tahun": "2024"}, ["Anggaran"]),
    ({"kategori": "always_available"}, ["Rencana lima tahun"]),
    ({"tahun": "2022"}, ["laporan Mei", "Rencana lima tahun"]),
    ({"tahun": "2019"}, ["Rencana lima tahun"]),
    ({"tahun": "2016"}, []),  # it was made then, but is about other years
    ({"unit": "Perencanaan"}, ["Rencana lima tahun"]),
    ({"bentuk": "print"}, ["Maklumat", "Anggaran"]),
    ({"keadaan": "past"}, ["laporan Mei"]),
    ({"kewajiban": "TIDAK.ADA"}, []),
    # Of one agency there is nothing to choose.
    ({"instansi": "dindik", "keadaan": "past"}, ["laporan Mei"]),
]


def test_words_facets_and_order_narrow_and_sort_an_agencys_register(entries):
    for query, expected in VIEWS:
        assert titles(ask(REGISTER, **query)) == expected, query
    assert titles(ask(REGISTER, kewajiban=entries.pk)) == ["Anggaran"]


def test_every_facet_is_counted_with_the_others_applied_and_can_be_taken_away(entries):
    whole = ask(REGISTER, urut="judul", q="a")  # narrowed, so that so few are offered facets
    assert offered(whole) == {
        "Kategori": {"Berkala": 2, "Serta-merta": 1, "Setiap saat": 1},
        "Tahun": {"2024": 1, "2022": 2, "2021": 1, "2020": 1, "2019": 1, "2018": 1, "2017": 1},
        "Unit": {"Keuangan": 2, "Perencanaan": 1},
        "Kewajiban": {entries.title: 1},
        "Bentuk informasi": {"Cetak": 2, "Daring": 2},
        "Keadaan kegiatan": {"Sudah lewat": 1, "Sedang berjalan": 1},
    }
    narrowed = ask(REGISTER, unit="Keuangan", tahun="2024")
    found = offered(narrowed)
    assert found["Unit"] == {"✓Hapus:Keuangan": 1}
    assert found["Tahun"] == {"✓Hapus:2024": 1, "2022": 1}
    page = BeautifulSoup(narrowed.content, "html.parser")
    links = {link.get_text(" ", strip=True): link["href"] for link in page.select(".chosen a")}
    assert links == {
        "Hapus: Tahun: 2024 ×": f"{REGISTER}?unit=Keuangan",
        "Hapus: Unit: Keuangan ×": f"{REGISTER}?tahun=2024",
        "Tampilkan semua": REGISTER,
    }
    # A search keeps what was chosen.
    kept = {
        field["name"]: field["value"] for field in page.select("form.search input[type=hidden]")
    }
    assert kept == {"tahun": "2024", "unit": "Keuangan"}
    assert page.find(rel="canonical")["href"] == (
        f"http://dinkes.example.test{REGISTER}?tahun=2024&unit=Keuangan"
    )
    assert page.find(role="status").get_text(strip=True) == "1 hasil"
    assert "2024" in page.title.get_text()


def test_a_register_with_no_result_says_so_and_leads_back(entries):
    html = BeautifulSoup(ask(REGISTER, q="tidak ada yang begini").content, "html.parser")
    assert html.find(role="status").get_text(strip=True) == "Tidak ditemukan."
    assert html.select_one(f'.empty a[href="{REGISTER}"]')
    assert html.find("meta", attrs={"name": "robots"})["content"] == "noindex, follow"
    assert not html.select("table.register")


# --- the province ----------------------------------------------------------------------------


def test_the_provinces_register_is_that_of_all_active_agencies_and_of_no_other_host(entries):
    everything = ["Anggaran", "Kurikulum", "laporan Mei", "Maklumat", "Rencana lima tahun"]
    assert titles(ask("/dip/", PORTAL, urut="judul")) == everything
    whole = ask("/dip/", PORTAL, q="r", urut="judul")
    assert titles(whole) == [title for title in everything if "r" in title.lower()]
    assert offered(whole)["Perangkat daerah"] == {"Dinas Dinkes": 3, "Dinas Dindik": 1}
    assert titles(ask("/dip/", PORTAL, instansi="dindik", tahun="2024")) == ["Kurikulum"]
    for nobodys in ("dishub", "tidak-ada"):
        assert titles(ask("/dip/", PORTAL, instansi=nobodys)) == []
    page = BeautifulSoup(whole.content, "html.parser")
    links = [link["href"] for link in page.select(".register__title a")]
    assert links[0] == f"http://dinkes.example.test{REGISTER}anggaran/"
    assert page.find(rel="canonical")["href"] == "http://portal.example.test/dip/?q=r&urut=judul"
    assert ask("/dip/", AGENCY).status_code == 404
    assert ask("/dip/", {"host": "dishub.example.test"}).status_code == 404


def test_an_entry_stands_once_in_the_register_of_the_readers_language(entries, agency):
    english = Locale.objects.get(language_code="en")
    PortalHomePage.objects.get().copy_for_translation(english).save_revision().publish()
    first = DipEntryPage.objects.get(title="Anggaran")
    translated = first.copy_for_translation(english, copy_parents=True)
    translated.title = "Budget"
    translated.save_revision().publish()
    Page.objects.filter(pk=translated.get_parent().pk).update(live=True)
    second = DipEntryPage.objects.get(title="Maklumat")
    second.copy_for_translation(english, copy_parents=True, alias=True)
    # What nobody has translated stands there as it was written; an alias is no translation.
    untranslated = ["Kurikulum", "Maklumat", "Rencana lima tahun", "laporan Mei"]
    assert sorted(titles(ask("/en/dip/", PORTAL))) == ["Budget", *untranslated]
    page = BeautifulSoup(ask("/dip/", PORTAL).content, "html.parser")
    assert page.select_one('link[hreflang="en"]')["href"] == "http://portal.example.test/en/dip/"
    assert page.select_one('.languages a[lang="en"]')["href"] == "/en/dip/"
    assert page.select_one(".breadcrumbs a")["href"] == "/"
    assert len(titles(ask("/dip/", PORTAL))) == 5
    own = sorted(set(untranslated) - {"Kurikulum"})
    assert sorted(titles(ask(f"/en{REGISTER}"))) == ["Budget", *own]
    rows = downloaded(ask("/en/dip.csv", PORTAL))
    said = {row["Ringkasan Isi Informasi"]: row["Bahasa"] for row in rows}
    assert said.pop("Budget") == "en" and set(said.values()) == {"id"} and len(said) == 4
    (address,) = [row["Alamat Halaman"] for row in rows if row["Bahasa"] == "en"]
    assert address == f"http://dinkes.example.test/en{REGISTER}anggaran/"


# --- the walls -------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_nobody_may_see_is_in_no_count_facet_list_or_download(entries, ending):
    for address, host in ((REGISTER, AGENCY), ("/dip/", PORTAL)):
        for query in ({}, {"q": HIDDEN}, {"unit": HIDDEN}, {"tahun": "2024"}, {"semua": "unit"}):
            response = ask(address, host, **query)
            assert response.context["page_of_items"].paginator.count == len(titles(response))
            parts = BeautifulSoup(response.content, "html.parser")
            # What the reader typed stands in the field, among the choices and in the address on paper.
            for part in parts.select("form.search, .chosen, title, head, caption, .on-paper"):
                part.decompose()
            for mark in parts.select(".facet [aria-current]"):
                if HIDDEN in mark.get_text():
                    assert mark.select_one(".facet__count").get_text() == "0"
                    mark.decompose()
            assert HIDDEN not in str(parts), (address, query)
    for host, count in ((AGENCY, 4), (PORTAL, 5)):
        rows = downloaded(ask(f"/dip.{ending}", host))
        assert len(rows) == count
        assert HIDDEN not in repr(rows)
    assert ask(f"/dip.{ending}", {"host": "dishub.example.test"}).status_code == 404


# --- the download ----------------------------------------------------------------------------


def downloaded(response):
    """Return the rows of a download, by its headings."""
    content = b"".join(response.streaming_content)
    if response["Content-Type"].startswith("text/csv"):
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    else:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        rows = [list(row) for row in book.active.iter_rows(values_only=True)]
    assert tuple(rows[0]) == HEADINGS
    return [dict(zip(HEADINGS, row, strict=True)) for row in rows[1:]]


def test_a_download_holds_all_rows_of_exactly_this_view_in_its_order(entries, agency):
    fill(agency, ITEMS_PER_PAGE, title="=Berkas({})", period="2024")
    query = {"tahun": "2024", "urut": "judul"}
    shown = []
    for number in (1, 2):
        shown += titles(ask("/dip/", PORTAL, **query, hal=number))
    page = BeautifulSoup(ask("/dip/", PORTAL, **query).content, "html.parser")
    for ending in ("csv", "xlsx"):
        rows = downloaded(ask(f"/dip.{ending}", PORTAL, **query))
        found = [row["Ringkasan Isi Informasi"] for row in rows]
        if ending == "csv":  # a workbook tells by its type what must not be calculated
            assert found[0].startswith("'=")
            found = [title.lstrip("'") for title in found]
        assert found == shown
        assert len(rows) == ITEMS_PER_PAGE + 2
        assert [int(row["No."]) for row in rows] == list(range(1, len(rows) + 1))
        last = rows[-1]
        assert (last["Badan Publik"], last["Kode Badan Publik"]) == ("Dinas Dindik", "dindik")
        assert last["Alamat Halaman"] == f"http://dindik.example.test{REGISTER}kurikulum/"
        assert page.select_one(f'a[href="/dip.{ending}?tahun=2024&urut=judul"]')


def test_a_download_is_named_by_agency_and_day_and_can_be_asked_for_its_head(entries):
    today = timezone.localdate()
    for address, host, name in (
        ("/dip.csv", AGENCY, f"daftar-informasi-publik-dinkes-{today}.csv"),
        ("/dip.xlsx?instansi=dindik", PORTAL, f"daftar-informasi-publik-dindik-{today}.xlsx"),
        ("/dip.csv", PORTAL, f"daftar-informasi-publik-semua-instansi-{today}.csv"),
    ):
        whole, head = Client().get(address, headers=host), Client().head(address, headers=host)
        assert (head.status_code, head.content) == (200, b"")
        for response in (whole, head):
            assert response["Content-Disposition"] == f'attachment; filename="{name}"'
            assert response["Content-Type"] == whole["Content-Type"]
    assert Client().post("/dip.csv", headers=AGENCY).status_code == 405


# --- what it costs ---------------------------------------------------------------------------


@pytest.mark.usefixtures("steady_versions")
def test_a_register_costs_the_same_queries_whatever_its_length_and_the_number_of_agencies(
    entries, agency, django_assert_max_num_queries
):
    """Two for the counts, a page of the list with its documents, what a search and every page ask."""
    query = {"q": "a", "kategori": "periodic", "urut": "tahun"}

    def costs(**more):
        found = []
        for address, host in ((REGISTER, AGENCY), ("/dip/", PORTAL)):
            ask(address, host, **query)  # once, so that sites and hosts are known
            with django_assert_max_num_queries(25) as captured:
                ask(address, host, **query, **more)
            found.append(len(captured))
        return found

    few = costs()
    for number in range(10):
        fill(AgencyFactory(code=f"opd-{number}"), 5)
    fill(agency, 60)
    assert ask("/dip/", PORTAL).context["page_of_items"].paginator.count == 5 + 50 + 60
    assert costs() == few
    costs(kewajiban=entries.pk, instansi="dinkes", tahun="2024", unit="Keuangan")


def fill(agency, count, *, title="Data {}", **fields):
    """Publish entries as an import does, each of another unit, and of another year unless told."""
    fields = {"category": "periodic", "is_online": True} | fields
    publish_new(
        [
            EntryContent(
                f"data-{number}",
                {"period": f"{1990 + number % 40}"}
                | fields
                | {"title": title.format(number), "holding_unit": f"Unit {number}"},
                (),
            )
            for number in range(count)
        ],
        section=section_of(agency, DipEntryPage),
        user=None,
        at=timezone.now(),
    )


def test_a_long_facet_shows_the_most_frequent_and_leads_to_all_of_them(entries, agency):
    for count in (12, 1):
        fill(agency, count)
    first = ask(REGISTER)
    units = offered(first)["Unit"]
    assert len(units) == 10
    assert list(units)[:2] == ["Keuangan", "Unit 0"]
    page = BeautifulSoup(first.content, "html.parser")
    everything = page.select_one(f'.facet a[href="{REGISTER}?semua=unit"]')
    assert everything.get_text() == "Semuanya: Unit"
    whole = ask(everything["href"])
    assert len(offered(whole)["Unit"]) == 14
    assert BeautifulSoup(whole.content, "html.parser").select_one("details.facets[open]")


def test_a_register_that_is_kept_tells_at_once_of_what_changed(entries, agency):
    for address, host in ((REGISTER, AGENCY), ("/dip/", PORTAL)):
        assert ask(address, host)["ETag"] == ask(address, host)["ETag"]
    entry = publish(DipEntryPage, agency, title="Baru saja")
    for address, host in ((REGISTER, AGENCY), ("/dip/", PORTAL)):
        assert "Baru saja" in ask(address, host).content.decode()
    entry.unpublish()
    for address, host in ((REGISTER, AGENCY), ("/dip/", PORTAL)):
        assert "Baru saja" not in ask(address, host).content.decode()


def test_the_script_that_fills_in_place_is_small():
    script = Path(finders.find("kip_pages/in_place.js"))
    assert script.stat().st_size <= 2048
