"""What is understood of registers, layout by layout and word by word."""

import pytest
from django.utils import timezone

from kip_pages.choices import InformationFormat
from kip_pages.dip_import.cells import Cell
from kip_pages.dip_import.columns import Role, may_be_title, role_of, tick_role_of
from kip_pages.dip_import.content import EntryContent
from kip_pages.dip_import.dates import When, read_when, years_in
from kip_pages.dip_import.exemption import names_a_ground
from kip_pages.dip_import.links import links_of
from kip_pages.dip_import.markers import split_marker, without_caption
from kip_pages.dip_import.opening import open_workbook
from kip_pages.dip_import.questions import Answers
from kip_pages.dip_import.refusing import MIB
from kip_pages.dip_import.rowkinds import closing_of
from kip_pages.dip_import.understanding import natural_key, understand
from kip_pages.dip_import.understood import Understood
from kip_pages.dip_import.vocabulary import Stated, forms_in, is_ditto, stated_heading, stated_value
from kip_pages.import_choices import SetAside

from ..registers import flat, lists, official
from ..registers.writing import Book

SAMPLES = [*official.SAMPLES, *flat.SAMPLES, *lists.SAMPLES]


def read(path, answers=None):
    with path.open("rb") as file, open_workbook(file, name=path.name, limit=MIB) as workbook:
        return list(understand(workbook, answers).rows())


def told(rows):
    """Return the entries as the importer tells them, less what only a person would note."""
    entries = [row.as_json() for row in rows if row.is_entry]
    return [{k: v for k, v in e.items() if k not in ("dip_id", "flag")} for e in entries]


def in_order(entries):
    return sorted(entries, key=lambda entry: (entry["sheet"] or "", entry["row"], entry["title"]))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.__name__)
def test_a_layout_is_read_as_a_careful_person_reads_it(sample, tmp_path):
    book = sample()
    rows = read(book.save(tmp_path))
    assert in_order(told(rows)) == in_order(book.expected)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.__name__)
def test_every_row_that_is_not_blank_is_told_of_once(sample, tmp_path):
    """Nothing disappears: what is no entry is listed with its reason."""
    path = sample().save(tmp_path)
    rows = read(path)
    places = [(row.sheet, row.row) for row in rows]
    with path.open("rb") as file, open_workbook(file, name=path.name, limit=MIB) as workbook:
        written = {
            (sheet.name, row.number)
            for sheet in workbook.sheets
            for row in sheet.rows()
            if not row.is_blank
        }
    assert set(places) == written
    assert all(row.text or row.title for row in rows)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.__name__)
def test_nothing_exempt_carries_an_address(sample, tmp_path):
    exempt = [row for row in read(sample().save(tmp_path)) if row.is_exempt]
    assert [row.as_json()["document_urls"] for row in exempt] == [[]] * len(exempt)


def whys(book, tmp_path):
    return {row.row: row.why for row in read(book.save(tmp_path)) if not row.is_entry}


def test_what_is_no_entry_is_called_by_its_name(tmp_path):
    found = whys(official.header_repeated_on_every_page(), tmp_path)
    assert [found[row] for row in (1, 2, 3, 4, 5, 6)] == [
        SetAside.TITLE,
        SetAside.NAVIGATION,
        SetAside.HEADER,
        SetAside.HEADER,
        SetAside.NUMBERING,
        SetAside.CATEGORY,
    ]
    assert list(found.values())[-5:] == [SetAside.TOTAL, *[SetAside.SIGNATURE] * 4]


def test_an_answer_counts_for_the_rows_that_were_asked_about_and_no_others(tmp_path):
    book = lists.links_without_categories()
    path = book.save(tmp_path)
    asked = {row.question: row.section for row in read(path) if row.is_entry}
    assert len(asked) == 2, "one question for each part of the sheet"
    question = next(iter(asked))
    rows = read(path, Answers(categories={question: "setiap_saat"}))
    answered = {row.section: row.category for row in rows if row.is_entry}
    assert answered == {asked[question]: Stated.ALWAYS_AVAILABLE} | {
        section: None for key, section in asked.items() if key != question
    }


def test_a_column_is_what_the_officer_says_it_is(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Judul;Uraian;Kategori\nA1;Renja dinas;Berkala\n")
    with path.open("rb") as file, open_workbook(file, name=path.name, limit=MIB) as workbook:
        (layout,) = understand(workbook).layouts
    answers = Answers(columns={layout.tables[0].key: {"1": "key", "2": "title"}})
    (entry,) = (row for row in read(path, answers) if row.is_entry)
    assert (entry.key, entry.title) == ("A1", "Renja dinas")


def test_the_same_title_of_several_units_is_as_many_entries_each_with_a_key_of_its_own(tmp_path):
    path = tmp_path / "a.csv"
    link = "https://x.test/a.pdf"
    lines = ["No;Judul;Kategori;Unit yang menguasai;Tautan"]
    lines += [f"{n};Laporan Kinerja;Berkala;Bidang {n};" for n in range(1, 4)]
    lines += [f"{n};Laporan Kinerja;Berkala;Bidang {n};{link}" for n in range(4, 6)]
    lines += ["6;Laporan Kinerja;Berkala;BIDANG 5;" + link]
    path.write_text("\n".join(lines))
    *entries, last = [row for row in read(path) if row.why is not SetAside.HEADER]
    assert all(row.is_entry for row in entries)
    assert len({row.key for row in entries}) == 5
    assert entries[0].key == natural_key(entries[0])
    assert entries[3].key == natural_key(entries[3], link), "as registers came in before"
    assert (last.why, last.about) == (SetAside.DUPLICATE, {"row": "6"})


def entries_of(tmp_path, *lines):
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines))
    return [row for row in read(path) if row.is_entry]


def test_the_same_title_made_at_another_time_or_with_another_summary_is_another_entry(tmp_path):
    head = "No;Judul;Ringkasan;Kategori;Unit yang menguasai;Waktu Pembuatan"
    lines = [
        "1;Laporan Bulanan;Neraca;Berkala;Keuangan;Januari 2024",
        "2;Laporan Bulanan;Neraca;Berkala;Keuangan;Februari 2024",
        "3;Laporan Bulanan;Catatan;Berkala;Keuangan;Februari 2024",
        "4;Laporan Bulanan;Catatan;Berkala;Umum;Februari 2024",
        "5;Laporan Bulanan;Catatan;Berkala;Keuangan;Februari 2024",
    ]
    entries = entries_of(tmp_path, head, *lines)
    assert [row.row for row in entries] == [2, 3, 4, 5], "only the last repeats another"
    assert len({row.key for row in entries}) == 4
    before = entries_of(tmp_path, head, lines[0], lines[3])
    assert [row.key for row in before] == [entries[0].key, entries[3].key], (
        "keys stay what they were"
    )


def test_the_same_title_on_the_sheets_of_two_units_is_two_entries(tmp_path):
    book = Book("register.xlsx")
    for unit in ("Sekretariat", "Bidang Kedaruratan"):
        book.add_sheet(unit)
        book.put("No", "Judul Informasi", "Kategori", "Tahun")
        book.put(1, "Perjanjian Kinerja", "Berkala", 2024)
    rows = [row for row in read(book.save(tmp_path)) if row.is_entry]
    assert len({row.key for row in rows}) == len(rows) == 2


def test_a_sheet_called_master_is_a_register_where_it_has_the_columns_of_one(tmp_path):
    book = Book("register.xlsx")
    book.add_sheet("Master DIP 2024")
    book.put("No", "Judul Informasi", "Kategori", "Tahun")
    book.put(1, "Renja", "Berkala", 2024)
    book.add_sheet("Master Kategori")
    book.put("No", "Kategori Informasi")
    book.put(1, "Berkala")
    rows = read(book.save(tmp_path))
    assert [row.title for row in rows if row.is_entry] == ["Renja"]
    assert {row.why for row in rows if row.sheet == "Master Kategori"} == {SetAside.INSTRUCTIONS}


@pytest.mark.parametrize(
    "line", ["PPID Pelaksana: SK Penetapan;PPID", "Kepala Dinas;PPID", "Mengetahui,;Kepala Dinas"]
)
def test_what_looks_like_a_signature_within_a_table_does_not_end_it(tmp_path, line):
    lines = ["Renja;Sekretariat;2023;Berkala", "Renstra;Sekretariat;2024;Berkala"]
    head = "Judul Informasi;Unit Kerja;Tahun;Kategori"
    entries = entries_of(tmp_path, head, lines[0], f"{line};;", lines[1])
    titles = [row.title for row in entries]
    assert titles[0] == "Renja" and titles[-1] == "Renstra"
    assert (len(titles) == 3) == line.startswith("PPID")


# --- headings of columns ---------------------------------------------------------------------

HEADINGS = {
    Role.NUMBER: ["No", "No.", "NOMOR", "No Urut", "#"],
    Role.KEY: ["Kode", "dip_id", "ID", "Kode Informasi"],
    Role.TITLE: ["Judul", "Nama Dokumen", "Nama Informasi", "Judul/Nama Informasi", "Title",
                 "Information title", "Daftar Informasi", "Jenis Dokumen"],
    Role.SUMMARY: ["Ringkasan", "Uraian Singkat", "Deskripsi", "Summary", "Ringkasan isi informasi"],
    Role.CATEGORY: ["Kategori", "Klasifikasi Informasi", "Jenis Informasi", "Sifat Informasi"],
    Role.SECTION: ["Kelompok Informasi", "Sub Kategori", "section"],
    Role.HOLDER: ["Pejabat/Unit/Satker yang Menguasi Informasi", "Dikuasai Oleh", "Custodian"],
    Role.RESPONSIBLE: ["Penanggungjawab Pembuatan atau Penerbitan Informasi", "Unit Penerbit", "PJ",
                       "Responsible unit"],
    Role.MADE: ["Waktu dan Tempat Pembuatan", "Tempat dan Waktu Pembuatan", "Tgl Terbit",
                "Tanggal / Tahun", "Date of issue"],
    Role.YEAR: ["Tahun", "Thn", "Tahun Anggaran", "Year"],
    Role.PLACE: ["Tempat", "Tempat Pembuatan"],
    Role.FORM: ["Bentuk Informasi yang Tersedia", "Format", "Media", "Available in"],
    Role.RETENTION: ["Jangka Waktu Penyimpanan atau Retensi Arsip", "Masa Simpan", "Masa Retensi"],
    Role.LINK: ["Tautan", "URL Unduhan", "Link Dokumen", "File/Unduhan", "document_url"],
    Role.LEGAL_BASIS: ["Dasar Hukum Pengecualian", "Dasar Pengecualian", "Konsekuensi jika dibuka"],
    Role.NOTE: ["Keterangan", "Ket."],
    Role.IGNORED: ["Kontak", "Email", "source_url", "Jumlah", "Status"],
    # Titles of entries, which must not make a header of their row.
    None: ["Nama Program dan Kegiatan", "Tempat dan kedudukan", "Daftar Prestasi", "Profil Pimpinan",
           "Waktu yang diperlukan dalam memenuhi setiap permohonan", "Jumlah permohonan", "LHKPN"],
}  # fmt: skip


@pytest.mark.parametrize(("role", "heading"), [(r, h) for r, hs in HEADINGS.items() for h in hs])
def test_a_heading_says_what_its_column_holds(role, heading):
    assert role_of(heading) is role


def test_some_headings_are_those_of_titles_where_there_is_no_better_one():
    assert all(may_be_title(h) for h in ("Ringkasan isi informasi", "Jenis Informasi", "Uraian"))
    assert not any(may_be_title(h) for h in ("Penanggung Jawab", "Tahun", "Tautan"))


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("Cetak", Role.IS_PRINTED), ("Hardcopy", Role.IS_PRINTED), ("HC", Role.IS_PRINTED),
        ("Rekam", Role.IS_RECORDED), ("Soft Copy", Role.IS_RECORDED), ("Digital", Role.IS_RECORDED),
        ("Online", Role.IS_ONLINE), ("Daring", Role.IS_ONLINE), ("Berkala", Role.IS_PERIODIC),
        ("Serta-Merta", Role.IS_IMMEDIATE), ("Setiap Saat", Role.IS_ALWAYS_AVAILABLE),
        ("Dikecualikan", Role.IS_EXEMPT), ("Sekretariat", None),
    ],
)  # fmt: skip
def test_columns_of_ticks(heading, role):
    assert tick_role_of(heading) is role


# --- words -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("Berkala", Stated.PERIODIC), ("01 - Berkala", Stated.PERIODIC),
        ("informasi secara  berkala", Stated.PERIODIC), ("SERTA  MERTA", Stated.IMMEDIATE),
        ("sertamerta", Stated.IMMEDIATE), ("Setiap-Saat", Stated.ALWAYS_AVAILABLE),
        ("Info Tersedia Setiap Saat", Stated.ALWAYS_AVAILABLE),
        ("Dikecualikan (berkala)", Stated.EXEMPT), ("Rahasia", Stated.EXEMPT),
        ("tidak dikecualikan", None), ("Berkala/Setiap Saat", None), ("Internal OPD", None), ("", None),
    ],
)  # fmt: skip
def test_spellings_of_categories(text, stated):
    assert stated_value(text) is stated


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("INFORMASI YANG WAJIB DISEDIAKAN DAN DIUMUMKAN SECARA BERKALA", Stated.PERIODIC),
        ("Daftar Informasi Berkala Dinas Kesehatan Tahun 2024", Stated.PERIODIC),
        ("Informasi Serta Merta", Stated.IMMEDIATE),
        ("DAFTAR INFORMASI YANG DIKECUALIKAN", Stated.EXEMPT),
        ("Laporan Berkala Kepegawaian", None), ("Informasi Serta Merta.pdf", None),
        ("SK Informasi Dikecualikan", None),
    ],
)  # fmt: skip
def test_a_heading_is_a_category_only_where_it_says_nothing_else(text, stated):
    assert stated_heading(text) is stated


@pytest.mark.parametrize(
    ("text", "cites"),
    [
        ("UU NO 14 Tahun 2008 tentang KIP, Pasal 17 huruf c angka 6", True),
        ("Pasal 17 huruf h UU KIP", True), ("Ps. 17 UU 14/2008", True),
        ("UU Nomor 14 Tahun 2008 huruf h angka 4", True),
        ("Undang-Undang Nomor 14 Tahun 2008 tentang Keterbukaan Informasi Publik", False),
        ("Pasal 17 Perda Retribusi", False), ("Peraturan Nomor 17 Tahun 2014", False),
    ],
)  # fmt: skip
def test_grounds_of_exemption(text, cites):
    assert names_a_ground(text) is cites


@pytest.mark.parametrize(
    "mark", ["sda", "s.d.a.", "Sda", "idem", '-"-', '"', "〃", "ditto", "sama dengan di atas", "”", ",,"]
)  # fmt: skip
def test_marks_for_the_cell_above(mark):
    assert is_ditto(mark)


@pytest.mark.parametrize("text", ["-", "Sekretariat", "sd", "2021 s.d. 2023", ""])
def test_what_is_no_such_mark(text):
    assert not is_ditto(text)


PRINT, RECORDING, ONLINE = InformationFormat


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("Hard & Soft File", {PRINT, RECORDING}), ("Cetak+Rekam+Online", {*InformationFormat}),
        ("HC / SC", {PRINT, RECORDING}), ("file PDF", {RECORDING}), ("Poster & website", {PRINT, ONLINE}),
        ("Cetak;Digital", {PRINT, RECORDING}), ("Daring", {ONLINE}), ("non-elektronik", {PRINT}),
        ("Terbuka", set()), ("", set()),
    ],
)  # fmt: skip
def test_forms(text, forms):
    assert forms_in(text) == forms


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("1. Pedoman Personil", "Pedoman Personil"), ("a. Neraca", "Neraca"), ("d) Agenda", "Agenda"),
        ("(3) Renja", "Renja"), ("IV. Anggaran", "Anggaran"), ("⇒ Laporan", "Laporan"),
        ("• a. Renja", "Renja"), ("A.1. Renstra", "Renstra"), ("2023 Laporan", "2023 Laporan"),
        ("1.000 rumah", "1.000 rumah"), ("a.n. Gubernur", "a.n. Gubernur"),
        ("3 (tiga) Raperda", "3 (tiga) Raperda"), ("Perda No. 5", "Perda No. 5"),
    ],
)  # fmt: skip
def test_numbers_and_bullets_are_no_part_of_titles(text, title):
    assert split_marker(text)[1] == title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Opini LKPD [unduh]", "Opini LKPD"), ("Opini LKPD  Download", "Opini LKPD"),
        ("Perda Klik Disini", "Perda"), ("Maklumat (klik di sini)", "Maklumat"), ("Lihat disini>>>", ""),
        ("Unduh", ""), ("Tata Cara Unduh", "Tata Cara Unduh"), ("SOP Download", "SOP Download"),
    ],
)  # fmt: skip
def test_words_of_links_are_no_part_of_titles(text, title):
    assert without_caption(text) == title


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("Renstra 2017 - 2022", (2017, 2022)), ("DPA 2024.pdf", (2024, 2024)),
        ("UU Nomor 19 Tahun 2016 tentang Perubahan atas UU Nomor 11 Tahun 2008", (2016, 2016)),
        ("Keputusan Nomor 489.1/Kep.50-Huk/2022 tentang PPID", (2022, 2022)),
        ("Program Tahun 2024 - Anggaran 2024", (2024, 2024)), ("Neraca", None), ("LHKPN 12345", None),
    ],
)  # fmt: skip
def test_the_years_of_a_title(text, years):
    assert years_in(text) == years


@pytest.mark.parametrize(
    ("text", "stored", "place"),
    [
        ("Serang, 4 Maret 2024", "2024-03-04", "Serang"), ("Mei 2025", "2025-05", ""),
        ("Jakarta, 2025", "2025", "Jakarta"), ("2017/2018", "2017/2018", ""),
        ("12-Jan-25", "2025-01-12", ""),
        ("31/02/2024", "2024", ""), ("5/13/2024", "2024-05-13", ""),
    ],
)  # fmt: skip
def test_when_it_was_made_is_kept_as_exactly_as_it_is_known(text, stored, place):
    when = read_when(Cell(text))
    assert (when.stored, when.place) == (stored, place)


@pytest.mark.parametrize("date", ["2202-05-17", "1899-12-31", "20223-05-01", "2022-13-01"])
def test_a_date_that_nobody_can_have_meant_tells_none(date):
    assert read_when(Cell(date, date=date)) is None
    assert read_when(Cell("17-05-2022", date="2022-05-17")).stored == "2022-05-17"


def test_a_year_of_two_digits_lies_at_most_a_year_ahead():
    assert read_when(Cell("12/05/98")).stored == "1998-05-12"
    assert read_when(Cell("17 Mei 99")).stored == "1999-05-17"
    this_year = timezone.localdate().year
    for ahead, year in ((1, this_year + 1), (2, this_year + 2 - 100)):
        assert read_when(Cell(f"01/02/{(this_year + ahead) % 100:02d}")).first == year


@pytest.mark.django_db
@pytest.mark.parametrize("stored", ["2202-05-17", "2022-13", "kemarin"])
def test_an_entry_with_a_time_that_nobody_can_read_cannot_be_stored(stored):
    made = When(2022, 2022, day=stored)
    row = Understood(None, 2, title="Renja", category=Stated.PERIODIC, key="k", made=made)
    assert stored in EntryContent.of(row).check()
    row.made = When(2022, 2022, day="2022-05-17")
    assert EntryContent.of(row).check() == ""


@pytest.mark.parametrize(
    ("text", "links", "found"),
    [
        ("", ["https://x.test/a"], ["https://x.test/a"]),
        ("https://x.test/a b.pdf", ["https://x.test/a%20b.pdf"], ["https://x.test/a%20b.pdf"]),
        ("https://x.test/a https://x.test/b", [], ["https://x.test/a", "https://x.test/b"]),
        ("1. https://x.test/a\n2. https://x.test/b", [], ["https://x.test/a", "https://x.test/b"]),
        ("http://https://x.test/a", [], ["http://https://x.test/a"]),
        ("https://x.test/?to=https://y.test/", [], ["https://x.test/?to=https://y.test/"]),
        ("bit.ly/x", [], ["bit.ly/x"]), ("index.php/a.pdf", [], ["index.php/a.pdf"]),
        ("Unduh drive.google.com/file/d/1/view", [], ["drive.google.com/file/d/1/view"]),
        ("https://x.test/a atau https://x.test/b", [], ["https://x.test/a", "https://x.test/b"]),
        ("/berkas/a b.pdf", [], ["/berkas/a b.pdf"]), ("berkas/a.pdf", [], ["berkas/a.pdf"]),
        ("#", ["#"], []), ("-", ["mailto:a@x.test"], []), ("Tersedia di loket", [], []),
        ('=HYPERLINK("https://x.test/a","Unduh")', [], ["https://x.test/a"]),
        ('=HYPERLINK("https://x.test/?d="&C2,"klik")', [], []),
    ],
)  # fmt: skip
def test_addresses(text, links, found):
    cell = Cell(text, links=tuple(links))
    assert links_of(cell, is_link_column=True) == found


def test_an_address_without_a_scheme_is_stored_as_one_that_leads_somewhere():
    row = Understood(None, 2, title="Renja", category=Stated.PERIODIC, key="k")
    row.links = ["bit.ly/x", "berkas/a.pdf", "https://x.test/a"]
    stored = [address for _title, address in EntryContent.of(row).documents]
    assert stored == ["https://bit.ly/x", "berkas/a.pdf", "https://x.test/a"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Jumlah: 14 dokumen", SetAside.TOTAL), ("TOTAL 25", SetAside.TOTAL),
        ("*) mengikuti JRA", SetAside.NOTE), ("Catatan: contoh", SetAside.NOTE),
        ("Serang, 5 Januari 2025", SetAside.SIGNATURE), ("NIP. 0000", SetAside.SIGNATURE),
        ("Ditetapkan di Serang", SetAside.SIGNATURE), ("© PPID", SetAside.NAVIGATION),
        ("Beranda > Informasi Publik > Berkala", SetAside.NAVIGATION),
        ("Jumlah permohonan informasi publik yang diterima", None),
        ("Catatan Atas Laporan Keuangan", None), ("Keterangan Pertanggungjawaban", None),
    ],
)  # fmt: skip
def test_ends_of_registers(text, kind):
    assert closing_of(text) is kind
