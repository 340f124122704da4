"""What a register marks as exempt is set aside, wherever and however it says so."""

import pytest

from kip_pages.dip_import.opening import open_workbook
from kip_pages.dip_import.questions import Answers
from kip_pages.dip_import.refusing import MIB
from kip_pages.dip_import.understanding import understand
from kip_pages.dip_import.vocabulary import Stated

from ..registers.writing import Book


def read(path, answers=None):
    with path.open("rb") as file, open_workbook(file, name=path.name, limit=MIB) as workbook:
        return list(understand(workbook, answers).rows())


def categories(tmp_path, *lines):
    """Return the category of every entry of a text file, by its title."""
    path = tmp_path / "register.csv"
    path.write_text("\n".join(lines) + "\n")
    return {row.title: row.category for row in read(path) if row.is_entry}


PUBLIC = Stated.ALWAYS_AVAILABLE


@pytest.mark.parametrize(
    ("heading", "public", "exempt"),
    [
        ("Hasil Uji Konsekuensi", "Terbuka", "Dikecualikan"),
        ("Hak Akses", "Terbuka", "Dikecualikan"),
        ("Hak Akses", "Terbuka", "Tertutup"),
        ("Terbuka/Dikecualikan", "Terbuka", "Dikecualikan"),
        ("Akses", "Terbuka", "Dikecualikan"),
        ("Akses", "Terbuka", "Rahasia"),
        ("Telaah", "Boleh dibuka", "Pasal 17 huruf h UU 14/2008"),
        ("Keterangan", "Tidak dikecualikan", "Informasi yang dikecualikan"),
    ],
)
def test_a_mark_counts_in_every_column_also_where_nobody_knows_what_it_holds(
    tmp_path, heading, public, exempt
):
    found = categories(
        tmp_path,
        f"No;Judul Informasi;Kategori;{heading};Tautan",
        f"1;Rencana Kerja;Setiap Saat;{public};https://a.go.id/1.pdf",
        f"2;Rekam Medis Pasien;Setiap Saat;{exempt};https://a.go.id/2.pdf",
        f"3;Laporan Kinerja;Setiap Saat;{public};https://a.go.id/3.pdf",
    )
    assert found == {
        "Rencana Kerja": PUBLIC,
        "Rekam Medis Pasien": Stated.EXEMPT,
        "Laporan Kinerja": PUBLIC,
    }


def test_a_mark_for_the_cell_above_repeats_it_in_every_column(tmp_path):
    found = categories(
        tmp_path,
        "No;Judul Informasi;Kategori;Hak Akses",
        "1;Rekam Medis Pasien;Setiap Saat;Tertutup",
        "2;Hasil Tes Psikologi;Setiap Saat;sda",
    )
    assert set(found.values()) == {Stated.EXEMPT}


@pytest.mark.parametrize(
    "note",
    [
        "Dikecualikan berdasarkan Keputusan PPID Nomor 5 Tahun 2023 tentang Klasifikasi Informasi",
        "Informasi ini dikecualikan sesuai Keputusan PPID Nomor 5 Tahun 2023 tentang Klasifikasi",
        "Di kecualikan menurut hasil uji konsekuensi yang dilakukan oleh PPID pada tahun 2023",
    ],
)
@pytest.mark.parametrize("heading", ["Keterangan", "Hasil Telaah"])
def test_a_long_text_that_begins_with_the_word_is_a_mark(tmp_path, heading, note):
    found = categories(
        tmp_path,
        f"No;Judul Informasi;Kategori;{heading}",
        f"1;Rekam Medis Pasien;Setiap Saat;{note}",
        "2;Rencana Kerja;Setiap Saat;Tersedia di loket dan dapat diminta setiap hari kerja",
    )
    assert found == {"Rekam Medis Pasien": Stated.EXEMPT, "Rencana Kerja": PUBLIC}


def test_a_summary_that_begins_with_the_word_is_a_mark_also_below_the_title(tmp_path):
    found = categories(
        tmp_path,
        "No;Judul Informasi;Kategori",
        '1;"Rekam Medis Pasien\nDikecualikan berdasarkan Keputusan PPID Nomor 5 Tahun 2023";Setiap Saat',
    )
    assert set(found.values()) == {Stated.EXEMPT}


def test_what_is_about_exempt_information_stays_an_entry(tmp_path):
    about = "Daftar Informasi yang Dikecualikan"
    found = categories(
        tmp_path,
        "No;Judul Informasi;Ringkasan Isi;Kategori;Tautan;Berkas Lama",
        f"1;{about};Informasi yang dikecualikan dan alasannya;Berkala;"
        "https://a.go.id/informasi-dikecualikan;https://b.go.id/informasi-dikecualikan",
        f"2;SK {about};Penetapan;Berkala;{about}.pdf;https://b.go.id/dikecualikan.pdf",
    )
    assert found == {about: Stated.PERIODIC, f"SK {about}": Stated.PERIODIC}


def under_one_title(*rows):
    """A register in which the title of the first of ``rows`` is merged over all of them."""
    book = Book("register.xlsx")
    book.add_sheet("DIP")
    book.put("No", "Judul Informasi", "Kategori", "Keterangan", "Tautan")
    first = book.put(1, "Data Pasien RSUD", *rows[0])
    for row in rows[1:]:
        last = book.put(None, None, *row)
    book.merge(first, 2, last, 2)
    book.put(2, "Rencana Kerja", "Berkala", None, "https://a.go.id/renja.pdf")
    return book


@pytest.mark.parametrize("mark", [("Dikecualikan", None), (None, "Pasal 17 huruf h UU 14/2008")])
def test_the_address_of_an_exempt_row_does_not_reach_the_entry_whose_title_covers_it(
    tmp_path, mark
):
    public, secret = "https://a.go.id/rekap.pdf", "https://a.go.id/rahasia.pdf"
    book = under_one_title(
        ("Setiap Saat", None, public),
        (*mark, secret),
        (None, None, "https://a.go.id/rahasia-2.pdf"),
    )
    rows = read(book.save(tmp_path))
    first, exempt, last = (row for row in rows if row.is_entry)
    assert (first.category, first.links) == (PUBLIC, [public])
    assert (exempt.title, exempt.category, exempt.row) == ("Data Pasien RSUD", Stated.EXEMPT, 3)
    assert (last.title, last.category) == ("Rencana Kerja", Stated.PERIODIC)


def test_what_a_public_title_covers_stays_one_entry(tmp_path):
    book = under_one_title(
        ("Setiap Saat", None, "https://a.go.id/1.pdf"),
        ("Setiap Saat", "Terbuka", "https://a.go.id/2.pdf"),
    )
    first, _last = (row for row in read(book.save(tmp_path)) if row.is_entry)
    assert first.links == ["https://a.go.id/1.pdf", "https://a.go.id/2.pdf"]


def test_a_public_row_below_an_exempt_one_of_the_same_title_adds_nothing_to_the_register(tmp_path):
    book = under_one_title(
        ("Dikecualikan", None, "https://a.go.id/1.pdf"),
        ("Setiap Saat", None, "https://a.go.id/2.pdf"),
    )
    found = [row.category for row in read(book.save(tmp_path)) if row.is_entry]
    assert found == [Stated.EXEMPT, Stated.PERIODIC]


HEADER = "No;Judul Informasi;Unit yang menguasai;Tahun"


def test_no_heading_within_the_exempt_part_ends_it(tmp_path):
    found = categories(
        tmp_path,
        "I. INFORMASI BERKALA;;;",
        HEADER,
        "1;Renja;Sekretariat;2023",
        "II.;INFORMASI YANG DIKECUALIKAN;;",
        "A.;Bidang Pelayanan;;",
        "1;Rekam medis;Bidang Yankes;2023",
        "B.;Bidang Kepegawaian;;",
        "1;Hasil tes psikologi;Sekretariat;2023",
    )
    assert found == {
        "Renja": Stated.PERIODIC,
        "Rekam medis": Stated.EXEMPT,
        "Hasil tes psikologi": Stated.EXEMPT,
    }


def test_the_next_heading_of_its_own_list_ends_the_exempt_part_and_nothing_is_guessed(tmp_path):
    found = categories(
        tmp_path,
        "I. INFORMASI BERKALA;;;",
        HEADER,
        "1;Renja;Sekretariat;2023",
        "II.;INFORMASI YANG DIKECUALIKAN;;",
        "1;Rekam medis;Bidang Yankes;2023",
        "III.;Bidang Perencanaan;;",
        "1;Renstra;Sekretariat;2023",
        "IV.;INFORMASI SETIAP SAAT;;",
        "1;Daftar aset;Sekretariat;2023",
    )
    assert found == {
        "Renja": Stated.PERIODIC,
        "Rekam medis": Stated.EXEMPT,
        "Renstra": None,
        "Daftar aset": PUBLIC,
    }


@pytest.mark.parametrize(
    ("banner", "parts"),
    [
        (";INFORMASI YANG DIKECUALIKAN;;", ("A.", "B.", "C.")),  # without a number
        ("B.;INFORMASI YANG DIKECUALIKAN;;", ("A.", "B.", "C.")),  # numbered as its parts are
        (
            "II.;INFORMASI YANG DIKECUALIKAN;;\nA.;Dokumen yang dikecualikan;;\n1;Surat;TU;2023",
            ("B.", "C.", "D."),
        ),
    ],
)
def test_where_a_heading_may_be_of_the_exempt_part_it_is(tmp_path, banner, parts):
    found = categories(
        tmp_path,
        "A. INFORMASI BERKALA;;;",
        HEADER,
        "1;Renja;Sekretariat;2023",
        *banner.split("\n"),
        f"{parts[0]};Bidang Pelayanan;;",
        "1;Rekam medis;Bidang Yankes;2023",
        f"{parts[1]};Bidang Kepegawaian;;",
        "1;Hasil tes psikologi;Sekretariat;2023",
        f"{parts[2]};Bidang Hukum;;",
        "1;Berkas perkara;Sekretariat;2023",
    )
    assert found.pop("Renja") is Stated.PERIODIC
    assert {"Rekam medis", "Hasil tes psikologi", "Berkas perkara"} <= found.keys()
    assert set(found.values()) == {Stated.EXEMPT}


@pytest.mark.parametrize(
    "banner",
    [
        ";INFORMASI YANG DIKECUALIKAN;;",
        "B. INFORMASI YANG DIKECUALIKAN;;;",
        ";B. INFORMASI YANG DIKECUALIKAN;;",
        "INFORMASI YANG DIKECUALIKAN;;;",
    ],
)
def test_a_category_right_below_a_repeated_header_heads_what_follows(tmp_path, banner):
    found = categories(
        tmp_path,
        "INFORMASI BERKALA;;;",
        HEADER,
        "1;Renja;Sekretariat;2023",
        HEADER,
        banner,
        "1;Rekam medis;Bidang Yankes;2023",
    )
    assert found == {"Renja": Stated.PERIODIC, "Rekam medis": Stated.EXEMPT}


def test_a_category_right_below_the_first_header_is_not_lost(tmp_path):
    found = categories(
        tmp_path,
        HEADER,
        ";INFORMASI BERKALA;;",
        "1;Renja;Sekretariat;2023",
        "2;DPA;Sekretariat;2023",
    )
    assert found == {"Renja": Stated.PERIODIC, "DPA": Stated.PERIODIC}


# --- headings that are not spelt as the law spells them --------------------------------------

NOTED = "No;Judul Informasi;Unit Kerja;Tahun;Keterangan"


@pytest.mark.parametrize(
    ("banner", "category"),
    [
        ("F. Informasi yang Dikecualian", Stated.EXEMPT),
        ("H. INFORMASI YANG DIRAHASIAKAN", Stated.EXEMPT),
        ("INFORMASI YANG TIDAK DAPAT DIBERIKAN", Stated.EXEMPT),
        ("I N F O R M A S I   D I K E C U A L I K A N", Stated.EXEMPT),
        ("E. Informasi Setiap Saar", Stated.ALWAYS_AVAILABLE),
        ("C. INFORMASI YG WAJIB TERSEDIA SETIAP SAAT", Stated.ALWAYS_AVAILABLE),
        ("B. SETIAP SAAT / ALWAYS AVAILABLE", Stated.ALWAYS_AVAILABLE),
        ("C. Infomasi Serta Merta", Stated.IMMEDIATE),
        ("G. SERTA MERTA (6 bulan sekali)", Stated.IMMEDIATE),
    ],
)
def test_a_banner_counts_also_where_it_is_misspelt_spaced_out_or_said_twice(
    tmp_path, banner, category
):
    found = categories(
        tmp_path,
        NOTED,
        "A. INFORMASI BEKALA;;;;",
        "1;Renja;Sekretariat;2023;",
        f"{banner};;;;",
        "1;Berkas;Sekretariat;2023;",
    )
    assert found == {"Renja": Stated.PERIODIC, "Berkas": category}


def test_a_banner_that_names_a_category_but_is_not_understood_keeps_none_in_force(tmp_path):
    lines = [
        NOTED,
        "A. INFORMASI BERKALA;;;;",
        "1;Renja;Sekretariat;2023;",
        "B. LAIN-LAIN SETIAP SAAT ATAU SERTA MERTA;;;;",
        "1;Berkas;Sekretariat;2023;",
    ]
    assert categories(tmp_path, *lines) == {"Renja": Stated.PERIODIC, "Berkas": None}
    answers = Answers(otherwise="berkala")
    (berkas,) = (r for r in read(tmp_path / "register.csv", answers) if r.title == "Berkas")
    assert berkas.category is None, "what is said instead has to be asked for"


# --- marks of a row --------------------------------------------------------------------------


def noted(tmp_path, note, *, title="Berkas", header=NOTED):
    """Return the category of an entry with a note under a public heading."""
    found = categories(
        tmp_path,
        "INFORMASI BERKALA;;;;",
        header,
        "1;Renja;Sekretariat;2023;Terbuka",
        f"2;{title};Sekretariat;2023;{note}",
        "3;Renstra;Sekretariat;2023;Terbuka",
    )
    assert found.pop("Renja") is found.pop("Renstra") is Stated.PERIODIC
    (category,) = found.values()
    return category


@pytest.mark.parametrize(
    "note",
    [
        "Dikecualian",
        "Pasal 17 (h)",
        "Pasal 17 h",
        "UU KIP Ps.17h",
        "psl. 17 hrf. i",
        "Article 17 (h) of Law 14/2008",
        "Pasal 17 butir h",
        "DIK",
        "Tidak terbuka",
        "Tidak utk publik",
        "Tidak dipublikasikan",
        "Terbatas (internal)",
        "Tidak untuk publik / internal",
        "Not for public release",
        "Tidak (dikecualikan)",
        "Berdasarkan hasil uji konsekuensi Nomor 800/15/2023 informasi ini dikecualikan",
    ],
)
def test_a_note_marks_its_entry_in_shorthand_and_wherever_the_word_stands(tmp_path, note):
    assert noted(tmp_path, note) is Stated.EXEMPT


@pytest.mark.parametrize(
    "note",
    [
        "tidak dikecualikan",
        "bukan informasi yang dikecualikan",
        "Tidak termasuk informasi yang dikecualikan",
        "Dikecualikan: tidak",
        "Pasal 17 Perda Retribusi",
    ],
)
def test_a_note_that_denies_it_is_no_mark(tmp_path, note):
    assert noted(tmp_path, note) is Stated.PERIODIC


@pytest.mark.parametrize(
    "title",
    ["Berkas (dikecualikan)", "Rahasia: Berkas", "Berkas - Dikecualikan", '"Soal ujian\n(RAHASIA)"',
     "Berkas (Pasal 17 h)"],
)  # fmt: skip
def test_a_part_of_the_title_marks_it(tmp_path, title):
    assert noted(tmp_path, "", title=title) is Stated.EXEMPT


@pytest.mark.parametrize(
    "title",
    [
        "Daftar Informasi yang Dikecualikan Tahun 2023",
        "Daftar Informasi (Dikecualikan)",
        "SK Penetapan DIK",
        "SK PPID (Daftar Informasi yang Dikecualikan)",
        "Hasil uji konsekuensi",
    ],
)
@pytest.mark.parametrize("note", ["", "Terbuka", "SK PPID tentang informasi yang dikecualikan"])
def test_the_public_list_of_exempt_information_stays_public(tmp_path, title, note):
    assert noted(tmp_path, note, title=title) is Stated.PERIODIC


def test_a_title_that_only_begins_with_such_a_word_is_not_marked(tmp_path):
    title = "Rahasia Dagang: penjelasan bagi usaha kecil"
    assert noted(tmp_path, "Terbuka", title=title) is Stated.PERIODIC


def test_a_summary_that_leads_up_to_the_word_is_a_mark(tmp_path):
    header = "No;Judul Informasi;Unit Kerja;Tahun;Ringkasan"
    summary = "Informasi yang dikecualikan karena memuat rahasia pribadi"
    assert noted(tmp_path, summary, header=header) is Stated.EXEMPT


@pytest.mark.parametrize(
    "below",
    [";;;;Dikecualikan", ";;;;Pasal 17 huruf a", ";;Setda;;Dikecualikan", ";(lanjutan;;;Dikecualikan"],
)  # fmt: skip
def test_a_mark_in_the_second_line_of_an_entry_belongs_to_it_and_not_to_those_below(
    tmp_path, below
):
    found = categories(
        tmp_path,
        "INFORMASI BERKALA;;;;",
        NOTED,
        "1;Berkas;Sekretariat;2023;",
        below,
        "2;Renja;Sekretariat;2023;Terbuka",
        "3;Renstra;Sekretariat;2023;Terbuka",
    )
    assert [c for t, c in found.items() if t.startswith("Berkas")] == [Stated.EXEMPT]
    assert found["Renja"] is found["Renstra"] is Stated.PERIODIC and len(found) == 3


def test_where_a_marked_row_may_be_an_entry_that_nobody_numbered_both_are_set_aside(tmp_path):
    found = categories(
        tmp_path,
        "INFORMASI BERKALA;;;;",
        NOTED,
        "1;Renja;Sekretariat;2023;",
        "2;Berkas;Sekretariat;2023;",
        ";Tahun Anggaran 2023;Setda;;Dikecualikan",
        "3;Renstra;Sekretariat;2023;",
    )
    exempt = {title for title, category in found.items() if category is Stated.EXEMPT}
    assert exempt == {"Berkas", "Tahun Anggaran 2023"}


def test_a_bold_mark_below_an_entry_counts_for_what_stands_above_it_and_below(tmp_path):
    book = Book("register.xlsx")
    book.add_sheet("Berkala")
    book.put(*NOTED.split(";"))
    book.put(1, "Berkas", "Setda", 2023)
    book.put(None, None, None, None, "Dikecualikan", bold=True)
    book.put(2, "Hasil tes", "Setda", 2023)
    found = {row.title: row.category for row in read(book.save(tmp_path)) if row.is_entry}
    assert found == {"Berkas": Stated.EXEMPT, "Hasil tes": Stated.EXEMPT}


# --- ticks -----------------------------------------------------------------------------------


@pytest.mark.parametrize("parent", ["Keterangan", "Status Informasi", "Hak Akses Informasi"])
def test_a_tick_under_exempt_counts_whatever_stands_over_it(tmp_path, parent):
    book = Book("register.xlsx")
    book.add_sheet("Setiap Saat")
    head = book.put("No", "Judul Informasi", "Unit Kerja", parent)
    book.put(None, None, None, "Terbuka", "Dikecualikan")
    book.merge(head, 4, head, 5)
    book.put(1, "Renja", "Sekretariat", "√")
    book.put(2, "Berkas", "Sekretariat", None, "√")
    found = {row.title: row.category for row in read(book.save(tmp_path)) if row.is_entry}
    assert found == {"Renja": PUBLIC, "Berkas": Stated.EXEMPT}


@pytest.mark.parametrize(
    ("heading", "public", "exempt"),
    [
        ("Dikecualikan (Ya/Tidak)", "Tidak", "Ya"),
        ("Terbuka untuk publik", "Ya", "Tidak"),
        ("Terbuka", "√", "x"),
    ],
)
def test_a_column_of_yes_and_no_is_read(tmp_path, heading, public, exempt):
    found = categories(
        tmp_path,
        f"No;Judul Informasi;Kategori;{heading}",
        f"1;Renja;Setiap Saat;{public}",
        f"2;Berkas;Setiap Saat;{exempt}",
        f"3;Renstra;Setiap Saat;{public}",
    )
    assert found == {"Renja": PUBLIC, "Berkas": Stated.EXEMPT, "Renstra": PUBLIC}


def test_crosses_tick_categories_also_where_forms_are_ticked_otherwise(tmp_path):
    found = categories(
        tmp_path,
        "No;Judul Informasi;Berkala;Serta Merta;Setiap Saat;Cetak;Softcopy",
        "1;Renja;X;;;√;√",
        "2;Banjir;;X;;√;√",
        "3;SOP;;;X;√;√",
    )
    assert list(found.values()) == [Stated.PERIODIC, Stated.IMMEDIATE, PUBLIC]


# --- banners that do not stand alone ---------------------------------------------------------


@pytest.mark.parametrize(
    "banner",
    [
        "B.;INFORMASI YANG DIKECUALIKAN;;;2 dokumen",
        "Kategori :;Informasi Dikecualikan;;;",
        "INFORMASI YANG DIKECUALIKAN;;;Tahun 2024;",
        "INFORMASI YANG DIKECUALIKAN;;;;(Pasal 17 UU KIP)",
        "B;INFORMASI YANG DIKECUALIKAN;Setda;;",
        "INFORMASI YANG;DIKECUALIKAN;;;",
        "B. DAFTAR DIK;;;;",
        ";;INFORMASI YANG DIKECUALIKAN;;",
    ],
)
def test_a_banner_may_share_its_row_with_a_number_a_caption_a_count_or_a_year(tmp_path, banner):
    found = categories(
        tmp_path,
        NOTED,
        "A.;INFORMASI BERKALA;;;1 dokumen",
        "1;Renja;Sekretariat;2023;",
        banner,
        "1;Berkas;Sekretariat;2023;",
        "2;Hasil tes;Sekretariat;2023;",
    )
    exempt = dict.fromkeys(["Berkas", "Hasil tes"], Stated.EXEMPT)
    assert found == {"Renja": Stated.PERIODIC} | exempt


def test_an_entry_that_is_called_like_a_category_is_no_banner(tmp_path):
    found = categories(
        tmp_path,
        "INFORMASI SETIAP SAAT;;;;",
        NOTED,
        "1;Renja;Sekretariat;2023;",
        "2;Informasi Berkala;;2023;",
        "3;Renstra;Sekretariat;2023;",
    )
    assert found == dict.fromkeys(["Renja", "Informasi Berkala", "Renstra"], PUBLIC)


@pytest.mark.parametrize(
    ("banner", "category"),
    [("INFORMASI DIKECUALIKAN", Stated.EXEMPT), ("INFORMASI SETIAP SAAT", PUBLIC)],
)
def test_a_banner_that_a_filter_hides_still_heads_what_one_sees(tmp_path, banner, category):
    book = Book("register.xlsx")
    book.add_sheet("DIP")
    book.put("INFORMASI BERKALA")
    book.put(*NOTED.split(";"))
    book.put(1, "Renja", "Setda", 2023)
    hidden = book.put(banner)
    book.put(1, "Berkas", "Setda", 2023)
    book.sheet.row_dimensions[hidden].hidden = True
    found = {row.title: row.category for row in read(book.save(tmp_path)) if row.is_entry}
    assert found == {"Renja": Stated.PERIODIC, "Berkas": category}


@pytest.mark.parametrize("first", [0, 2])
def test_each_of_two_tables_side_by_side_has_the_category_that_stands_above_it(tmp_path, first):
    lines = [
        "INFORMASI BERKALA;;;;INFORMASI DIKECUALIKAN;;",
        "No;Judul;Unit;;No;Judul;Unit",
        "1;Renja;Setda;;1;Berkas;Setda",
        "2;Renstra;Setda;;2;Hasil tes;Setda",
    ]
    before = ["No;Judul;Tahun;;;;", "1;LKjIP;2023;;;;"][:first]
    found = categories(tmp_path, *before, *lines)
    found.pop("LKjIP", None)
    assert found == {
        "Renja": Stated.PERIODIC,
        "Renstra": Stated.PERIODIC,
        "Berkas": Stated.EXEMPT,
        "Hasil tes": Stated.EXEMPT,
    }


def test_of_two_categories_above_one_table_the_exempt_one_counts(tmp_path):
    found = categories(
        tmp_path,
        "INFORMASI BERKALA;;INFORMASI DIKECUALIKAN;",
        HEADER,
        "1;Renja;Sekretariat;2023",
    )
    assert found == {"Renja": Stated.EXEMPT}


# --- names and columns that say it -----------------------------------------------------------


def sheet(tmp_path, name, *rows, answers=None):
    """Return the category of every entry of a sheet, by its title."""
    book = Book("register.xlsx")
    book.add_sheet(name)
    for row in rows:
        book.put(*row)
    path = book.save(tmp_path)
    return {row.title: row.category for row in read(path, answers) if row.is_entry}


@pytest.mark.parametrize("name", ["DIK 2024", "dik", "Lampiran DIK"])
def test_a_sheet_that_is_called_as_the_list_of_exempt_information_is_one(tmp_path, name):
    rows = (
        ("No", "Informasi", "Dasar Hukum", "Jangka Waktu"),
        (1, "Kata sandi", "UU ITE", "5 tahun"),
    )
    assert sheet(tmp_path, name, *rows) == {"Kata sandi": Stated.EXEMPT}


def test_a_sheet_that_is_called_after_both_lists_says_nothing(tmp_path):
    rows = ("No", "Judul Informasi", "Tahun"), (1, "Renja", 2024)
    assert sheet(tmp_path, "DIP dan DIK 2024", *rows) == {"Renja": None}


def test_a_category_that_is_written_once_holds_for_the_blanks_below_it_where_it_is_exempt(tmp_path):
    rows = [
        ("Kategori", "Judul Informasi", "Unit Kerja"),
        ("Berkala", "Renja", "Setda"),
        (None, "Renstra", "Setda"),
        ("Dikecualikan", "Berkas", "Setda"),
        (None, "Hasil tes", "Setda"),
        ("-", "Hasil audit", "Setda"),
        ("Setiap Saat", "SOP", "Setda"),
        (None, "Peta", "Setda"),
    ]
    found = sheet(tmp_path, "DIP", *rows, answers=Answers(otherwise="berkala"))
    exempt = [title for title, category in found.items() if category is Stated.EXEMPT]
    assert exempt == ["Berkas", "Hasil tes", "Hasil audit"]
    found = sheet(tmp_path, "DIP", *rows)
    assert found["Renstra"] is found["Peta"] is None, "nothing public is guessed"


def test_that_something_is_open_says_nothing_of_its_category(tmp_path):
    rows = [
        ("No", "Judul Informasi", "Sifat", "Unit Kerja", "Tahun"),
        ("A", "INFORMASI BERKALA"),
        (1, "Renja", "Terbuka", "Setda", 2024),
        ("B", "INFORMASI SETIAP SAAT"),
        (1, "SOP", "Terbuka", "Setda", 2024),
        (2, "Berkas", "Tertutup", "Setda", 2024),
    ]
    found = sheet(tmp_path, "DIP", *rows)
    assert found == {"Renja": Stated.PERIODIC, "SOP": PUBLIC, "Berkas": Stated.EXEMPT}
    found = sheet(tmp_path, "DIP", rows[0], rows[2], answers=Answers(otherwise="berkala"))
    assert found == {"Renja": None}, "without a banner it is asked for"


@pytest.mark.parametrize(
    ("title", "category"),
    [
        ("KEPUTUSAN PPID TENTANG PENETAPAN DAFTAR INFORMASI PUBLIK DAN INFORMASI YANG DIKECUALIKAN",
         Stated.PERIODIC),
        ("DAFTAR INFORMASI PUBLIK DAN INFORMASI YANG DIKECUALIKAN", Stated.PERIODIC),
        ("DAFTAR INFORMASI YANG DIKECUALIAN DINAS KESEHATAN KABUPATEN", Stated.EXEMPT),
        ("DAFTAR INFORMASI PUBLIK YANG DIKECUALIKAN", Stated.EXEMPT),
    ],
)  # fmt: skip
def test_a_title_that_names_both_lists_states_neither(tmp_path, title, category):
    found = categories(
        tmp_path, f"{title};;;", HEADER, ";A. INFORMASI BERKALA;;", "1;Renja;Sekretariat;2023"
    )
    if category is Stated.EXEMPT:
        found = categories(tmp_path, f"{title};;;", HEADER, "1;Renja;Sekretariat;2023")
    assert found == {"Renja": category}


@pytest.mark.parametrize("note", ["*) dikecualikan", "*) Pasal 17 huruf h UU KIP"])
def test_a_footnote_marks_the_titles_that_refer_to_it(tmp_path, note):
    found = categories(
        tmp_path,
        "INFORMASI BERKALA;;;",
        HEADER,
        "1;Renja;Sekretariat;2023",
        "2;Berkas *);Sekretariat;2023",
        "3;Renstra **);Sekretariat;2023",
        f"{note};;;",
        "**) tidak dikecualikan;;;",
    )
    assert found == {
        "Renja": Stated.PERIODIC,
        "Berkas *)": Stated.EXEMPT,
        "Renstra **)": Stated.PERIODIC,
    }


def test_a_card_says_the_category_of_its_own_entry(tmp_path):
    rows = [
        ("Judul", "Mutu air"), ("Unit yang menguasai", "Bidang A"), ("Kategori", "Berkala"),
        ("Judul", "Berkas aduan"), ("Unit yang menguasai", "Bidang B"), ("Kategori", "Dikecualikan"),
    ]  # fmt: skip
    found = sheet(tmp_path, "Kartu", *rows)
    assert found == {"Mutu air": Stated.PERIODIC, "Berkas aduan": Stated.EXEMPT}


def test_a_card_in_one_cell_is_marked_by_what_it_says(tmp_path):
    rows = [
        ("Judul: Mutu air, Kategori: Berkala",),
        ("Judul: Berkas, Kategori: Dikecualikan, Unit: Bidang B",),
        ("Judul: Peta, Kategori: Berkala",),
    ]
    found = list(sheet(tmp_path, "Berkala", *rows).values())
    assert found == [Stated.PERIODIC, Stated.EXEMPT, Stated.PERIODIC]
