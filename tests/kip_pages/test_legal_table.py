"""The law's table is the annex's, wherever it is written, and does nothing but be read."""

import csv
import datetime
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from kip_pages.choices import InformationCategory
from kip_pages.editions import pdf
from kip_pages.editions.entries import Entry
from kip_pages.editions.sheet import legal_csv, write_legal_workbook
from kip_pages.editions.table import FORMS, HEADINGS, Head, lines
from kip_pages.formats.csv_table import BYTE_ORDER_MARK

from .test_spreadsheets import DANGEROUS

ROOT = Path(__file__).resolve().parents[2]

# The annex of PERKI 1/2010, word for word (law.md §2.1); the sixth column has three of its own.
ANNEX = [
    "No",
    "Ringkasan isi informasi",
    "Pejabat/unit/satuan kerja yang menguasai informasi",
    "Penanggung jawab pembuatan atau penerbitan informasi",
    "Waktu dan tempat pembuatan informasi",
    "Bentuk/format informasi yang tersedia",
    "Jangka waktu penyimpanan atau retensi arsip",
]

SIGNED = Head(
    agency="Dinas Kesehatan",
    as_of=datetime.date(2026, 11, 26),
    year=2026,
    decree_number="489.1/Kep.12-PPID/2026",
    decided_on=datetime.date(2026, 11, 20),
    place="Serang",
    signer_name="Siti Aminah",
    signer_position="Kepala Dinas Kesehatan selaku PPID Pelaksana",
    signer_nip="19700131 199503 2 001",
)
LIVE = Head(agency="Dinas Kesehatan", as_of=datetime.date(2026, 11, 26), year=2026)


def entry(title="Laporan Kinerja", **fields):
    return Entry(
        **{
            "uid": "1",
            "category": InformationCategory.PERIODIC,
            "subject": "BK.KINERJA",
            "subject_title": "Ringkasan informasi tentang kinerja",
            "title": title,
            "summary": "Capaian tahun 2025",
            "holding_unit": "Subbagian Perencanaan",
            "responsible_officer": "Kepala Dinas",
            "made_when": "2026-02",
            "made_where": "Serang",
            "formats": ("print", "online"),
            "retention": "5 tahun",
        }
        | fields
    )


ENTRIES = [
    entry("Laporan Kinerja"),
    entry("Laporan Keuangan", subject="BK.KEUANGAN", subject_title="Ringkasan laporan keuangan"),
    entry("Jalur evakuasi", category=InformationCategory.IMMEDIATE, subject="", subject_title=""),
    entry("Renstra", category=InformationCategory.ALWAYS_AVAILABLE, summary="", made_when=""),
]


def workbook_of(entries, head=SIGNED):
    out = io.BytesIO()
    write_legal_workbook(head, entries, out)
    return load_workbook(io.BytesIO(out.getvalue())).active


def csv_of(entries, head=SIGNED):
    text = "".join(legal_csv(head, entries))
    assert text.startswith(BYTE_ORDER_MARK)
    reader = csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline=""), delimiter=";")
    return list(reader)


# --- the table -------------------------------------------------------------------------------


def test_the_headings_are_those_of_the_annex():
    assert list(HEADINGS) == ANNEX
    assert FORMS == ("Cetak", "Rekam", "Online")


def test_entries_stand_under_category_and_subject_and_are_numbered_through():
    assert [(line.level, line.text or line.number) for line in lines(ENTRIES)] == [
        (1, "A. Informasi yang wajib disediakan dan diumumkan secara berkala"),
        (2, "1. Ringkasan informasi tentang kinerja"),
        (3, 1),
        (2, "2. Ringkasan laporan keuangan"),
        (3, 2),
        (1, "B. Informasi yang wajib diumumkan secara serta-merta"),
        (2, "1. Informasi Publik lainnya"),
        (3, 3),
        (1, "C. Informasi yang wajib tersedia setiap saat"),
        (2, "1. Ringkasan informasi tentang kinerja"),
        (3, 4),
    ]


def test_an_entry_fills_the_columns_in_their_order():
    (_category, _subject, line) = lines([entry()])
    assert line.cells == [
        1,
        "Laporan Kinerja\nCapaian tahun 2025",
        "Subbagian Perencanaan",
        "Kepala Dinas",
        "Serang, Februari 2026",
        "√",
        "",
        "√",
        "5 tahun",
    ]


@pytest.mark.parametrize(
    ("made_when", "made_where", "shown"),
    [
        ("2021-05-17", "Serang", "Serang, 17 Mei 2021"),
        ("2017/2022", "", "2017–2022"),
        ("", "Serang", "Serang"),
        ("", "", ""),
    ],
)
def test_time_and_place_are_indonesian_whoever_asks(made_when, made_where, shown, settings):
    settings.LANGUAGE_CODE = "en"
    (*_bands, line) = lines([entry(made_when=made_when, made_where=made_where)])
    assert line.cells[4] == shown


def test_the_head_says_by_which_decree_and_the_foot_who_signed():
    assert SIGNED.decree == [
        "Lampiran Keputusan Kepala Dinas Kesehatan selaku PPID Pelaksana",
        "Nomor 489.1/Kep.12-PPID/2026",
        "Tanggal 20 November 2026",
    ]
    assert SIGNED.remarks == []
    assert SIGNED.signature == [
        "Serang, 20 November 2026",
        "Kepala Dinas Kesehatan selaku PPID Pelaksana",
        "Siti Aminah",
        "NIP 19700131 199503 2 001",
    ]


def test_a_list_without_a_decree_says_so_and_leaves_room_to_sign():
    assert LIVE.decree == []
    assert LIVE.remarks == ["Keadaan per 26 November 2026; belum ditetapkan dengan keputusan"]
    assert all("…" in line for line in LIVE.signature)


# --- Excel -----------------------------------------------------------------------------------


def test_the_workbook_has_the_annexs_headings_over_three_levels():
    sheet = workbook_of(ENTRIES)
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][0] == "DAFTAR INFORMASI PUBLIK DINAS KESEHATAN TAHUN 2026"
    assert "Nomor 489.1/Kep.12-PPID/2026" in rows[1][0]
    assert [value for value in rows[2] if value] == ANNEX
    assert rows[3] == [None] * 5 + list(FORMS) + [None]
    assert rows[4][0].startswith("A. ")
    assert rows[5][0].startswith("1. ")
    assert rows[6][:2] == [1, "Laporan Kinerja\nCapaian tahun 2025"]
    assert rows[-1][5].split("\n")[0] == "Serang, 20 November 2026"
    assert rows[-1][5].split("\n")[-2:] == ["Siti Aminah", "NIP 19700131 199503 2 001"]


def test_the_workbook_prints_on_landscape_a4_with_its_headings_on_every_page():
    sheet = workbook_of(ENTRIES)
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.paperSize == int(sheet.PAPERSIZE_A4)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$3:$4"
    assert sheet.freeze_panes == "C5"
    assert sheet.oddFooter.right.text == "Halaman &P dari &N"
    assert "F3:H3" in {str(merged) for merged in sheet.merged_cells.ranges}


def test_a_row_is_as_high_as_its_longest_cell():
    sheet = workbook_of([entry("Pendek", summary=""), entry("x" * 400)])
    assert sheet.row_dimensions[7].height < sheet.row_dimensions[8].height


@pytest.mark.parametrize("text", DANGEROUS)
def test_nothing_in_the_workbook_is_calculated(text):
    sheet = workbook_of([entry(text, summary="", holding_unit=text)], LIVE)
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert [c.value for c in cells if c.column == 3][1] == text.replace("\r", "\n")


# --- CSV -------------------------------------------------------------------------------------


def test_the_csv_has_the_same_rows_with_the_separator_of_indonesian_excel():
    sheet = workbook_of(ENTRIES)
    expected = [
        ["" if cell.value is None else str(cell.value) for cell in row] for row in sheet.iter_rows()
    ]
    assert csv_of(ENTRIES) == expected


@pytest.mark.parametrize("text", DANGEROUS)
def test_nothing_in_the_csv_is_calculated(text):
    rows = csv_of([entry(text, summary="", holding_unit=f"aman;{text}")])
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.startswith(tuple("=+@\t\r"))]


# --- memory ----------------------------------------------------------------------------------

# Few rows, then many, from a generator; prints the peaks.
PROGRAM = """
import json, tempfile
from pathlib import Path
import django
django.setup()
from tests.kip_pages.test_legal_table import SIGNED, entry
from kip_pages.editions.sheet import legal_csv, write_legal_workbook

def peak():
    status = Path("/proc/self/status").read_text()
    return next(int(l.split()[1]) for l in status.splitlines() if l.startswith("VmHWM:")) * 1024

def write(rows):
    entries = lambda: (entry("x" * 500, summary="y" * 1500) for _ in range(rows))
    with tempfile.TemporaryFile() as out:
        write_legal_workbook(SIGNED, entries(), out)
    return sum(map(len, legal_csv(SIGNED, entries())))

few = write(300), peak()
many = write(3_000), peak()
print(json.dumps([few, many]))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux tells the peak")
def test_workbook_and_csv_hold_a_few_rows_at_a_time():
    output = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env=os.environ
        | {
            "DATABASE_URL": "sqlite://:memory:",
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'site'}",
        },
        check=True,
        stdout=subprocess.PIPE,
    ).stdout
    (few, few_peak), (many, many_peak) = json.loads(output.splitlines()[-1])
    room = 3 * 2**20
    assert many - few > room
    assert many_peak - few_peak < room, (few_peak, many_peak)


# --- PDF -------------------------------------------------------------------------------------


def read_pdf(content):
    reader = PdfReader(io.BytesIO(content))
    return reader, [" ".join(page.extract_text().split()) for page in reader.pages]


@pytest.fixture(scope="module")
def printed():
    return pdf.legal_pdf(SIGNED, [entry(f"Laporan {n}") for n in range(1, 26)])


def test_the_pdf_is_landscape_a4_with_headings_and_page_number_on_every_page(printed):
    reader, texts = read_pdf(printed)
    assert len(texts) > 1
    for number, (page, text) in enumerate(zip(reader.pages, texts, strict=True), start=1):
        assert [round(float(side)) for side in page.mediabox[2:]] == [842, 595]
        assert f"Halaman {number} dari {len(texts)}" in text
        assert "Daftar Informasi Publik Dinas Kesehatan Tahun 2026" in text
        for heading in (*ANNEX, *FORMS):
            assert heading in text
    assert "DAFTAR INFORMASI PUBLIK" in texts[0]
    assert "Nomor 489.1/Kep.12-PPID/2026" in texts[0]
    assert "NIP 19700131 199503 2 001" in texts[-1]
    titles = "".join(texts)
    assert all(f"Laporan {n} Capaian" in titles for n in range(1, 26))


def test_the_pdf_is_tagged_for_screen_readers(printed):
    document = pikepdf.open(io.BytesIO(printed))
    assert document.Root.Lang == "id"
    assert document.Root.MarkInfo.Marked
    with document.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert "Dinas Kesehatan" in metadata["dc:title"]
    kinds = tags_of(document)
    # On each page a table with its headings; and once a category and a subject.
    assert kinds["/Table"] == len(document.pages)
    assert kinds["/TH"] == len(document.pages) * (len(ANNEX) + len(FORMS)) + 2
    assert kinds["/TD"] == 25 * 9


def tags_of(document):
    found, waiting = {}, [document.Root.StructTreeRoot.K[0]]
    while waiting:
        element = waiting.pop()
        found[str(element.S)] = found.get(str(element.S), 0) + 1
        kids = element.get("/K", [])
        kids = kids if isinstance(kids, pikepdf.Array) else [kids]
        waiting += [kid for kid in kids if isinstance(kid, pikepdf.Dictionary)]
    return found


def test_a_long_table_is_laid_out_in_parts_and_joined_with_its_tags(printed, monkeypatch):
    monkeypatch.setattr(pdf, "ROWS_AT_A_TIME", 17)  # a page and a half
    joined = pdf.legal_pdf(SIGNED, [entry(f"Laporan {n}") for n in range(1, 26)])
    _reader, texts = read_pdf(joined)
    _reader, whole = read_pdf(printed)
    assert texts == whole
    document = pikepdf.open(io.BytesIO(joined))
    assert len(document.Root.StructTreeRoot.K) == 1
    kinds = tags_of(document)
    assert kinds["/TD"] == 25 * 9
    # Each page finds its own tags, and cells name headings that no other part has.
    numbers = document.Root.StructTreeRoot.ParentTree.Nums
    pages = [int(page.obj.StructParents) for page in document.pages]
    assert pages == [int(numbers[n]) for n in range(0, len(numbers), 2)] == list(range(len(pages)))
    names = headings_by_name(document)
    assert len(names) == len(set(names))


def headings_by_name(document):
    return [
        str(element.ID)
        for element in document.objects
        if isinstance(element, pikepdf.Dictionary) and element.get("/S") == "/TH"
    ]


@pytest.mark.parametrize("rows", range(4, 9))
def test_no_signature_stands_on_a_page_without_rows(rows):
    tall = [entry(f"Laporan {n}", summary="Uraian panjang. " * 25) for n in range(rows)]
    _reader, texts = read_pdf(pdf.legal_pdf(SIGNED, tall))
    assert "NIP" in texts[-1]
    assert "Laporan" in texts[-1]


def test_hostile_text_stays_text_and_nothing_is_fetched(tmp_path):
    marker = tmp_path / "secret.txt"
    marker.write_text("rahasia")
    text = f'<img src="file://{marker}"><script>alert(1)</script></td></table>\x00\x1b'
    _reader, texts = read_pdf(pdf.legal_pdf(LIVE, [entry(text, holding_unit=text)]))
    assert "<script>alert(1)</script></td></table>" in texts[0].replace(" ", "")
    assert "rahasia" not in texts[0]


def test_without_pango_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)  # as if it were not installed
    with pytest.raises(pdf.PdfUnavailableError):
        pdf.legal_pdf(LIVE, [])
    assert "libpango-1.0-0" in pdf.PdfUnavailableError.__doc__
