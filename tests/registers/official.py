"""Registers that follow the law's annex: seven columns, headings between the rows, ticks."""

import datetime

from openpyxl.styles import Font

from .entries import (
    ALWAYS,
    BALANCE,
    BUDGET_2024,
    GROUND,
    IMMEDIATE,
    PASSWORDS,
    PERIODIC,
    REALISATION,
    RECORDS,
    SITE,
    Y2024,
    read,
    url,
)
from .writing import Book

FORMS = ("hardcopy", "softcopy", "online")
LONG_CATEGORIES = {
    "berkala": "Informasi yang Wajib Disediakan dan Diumumkan Secara Berkala",
    "serta_merta": "Informasi yang Wajib Diumumkan Secara Serta-Merta",
    "setiap_saat": "Informasi yang Wajib Tersedia Setiap Saat",
}


def ticks(entry, mark="√", none=None):
    return [mark if form in entry.form else none for form in FORMS]


def by_section(entries):
    sections = {}
    for entry in entries:
        sections.setdefault(entry.section, []).append(entry)
    return sections


def annex_heads(book, *, forms=("Cetak", "Rekam", "Online"), bold=True):
    """The annex's header over two rows, with the forms under one heading."""
    last = 5 + len(forms)
    top = book.put(
        "No", "Ringkasan Isi Informasi", "Pejabat/Unit/Satker yang Menguasi Informasi",
        "Penanggungjawab Pembuatan atau Penerbitan Informasi", "Waktu dan Tempat\nPembuatan Informasi",
        "Bentuk Informasi yang Tersedia", *[None] * (len(forms) - 1),
        "Jangka Waktu Penyimpanan atau Retensi Arsip", bold=bold,
    )  # fmt: skip
    book.put(*[None] * 5, *forms, bold=bold)
    book.merge(top, 6, top, last)
    for column in (1, 2, 3, 4, 5, last + 1):
        book.merge(top, column, top + 1, column)


def numbers_merged_over_subjects():
    """A band per category, a number merged down over its subject and the items below it."""
    book = Book("fakultas.xlsx").add_sheet("DIP")
    book.put("DAFTAR INFORMASI PUBLIK", bold=True, merge=(1, 8))
    book.put("PADA FAKULTAS CONTOH UNIVERSITAS CONTOH", bold=True, merge=(1, 8))
    book.put("TAHUN 2024", bold=True, merge=(1, 8))
    annex_heads(book, forms=("Cetak", "Online"))
    for category, entries in (("berkala", PERIODIC), ("setiap_saat", ALWAYS)):
        book.put(LONG_CATEGORIES[category], bold=True, merge=(1, 8))
        for number, (section, items) in enumerate(by_section(entries).items(), start=1):
            top = book.put(number, section, bold=True, merge=(2, 8))
            for item in items:
                holder, maker = item.holder_unit, item.responsible_unit
                made = "-" if item.date else str(item.years[0])
                marks = ["✔" if form in item.form else None for form in ("hardcopy", "online")]
                row = book.put(None, item.title, holder, maker, made, *marks, "-")
                form = tuple(f for f in item.form if f != "softcopy")
                # Without a year in its column, that of the title counts.
                years = Y2024 if item is BUDGET_2024 else None if item.date else item.years
                years = (item.years[0], item.years[0]) if years and not item.date else years
                book.expect(
                    read(item, "DIP", row, form=form, retention=None, date=None, years=years)
                )
            book.merge(top, 1, top + len(items), 1)
    book.put(*[None] * 5, "Bandar Contoh, 3 Juni 2024", skip=1)
    book.put(*[None] * 5, "PPID Pelaksana Fakultas Contoh")
    book.put(*[None] * 5, "................................", skip=2)
    book.put(*[None] * 5, "NIP. ................................")
    return book


def header_repeated_on_every_page():
    """Printed pages in one sheet: title, header and column numbers again and again, then signatures."""
    book = Book("halaman.xlsx").add_sheet("Cetak")
    entries = [*PERIODIC, *IMMEDIATE]
    for page in range(2):
        book.put("DAFTAR INFORMASI PUBLIK", bold=True, merge=(1, 9))
        book.put(f"Halaman {page + 1}", merge=(1, 9))
        annex_heads(book)
        book.put("(1)", "(2)", "(3)", "(4)", "(5)", "(6)", None, None, "(7)", merge=(6, 8))
        if page == 0:
            book.put("A. INFORMASI BERKALA", bold=True, merge=(1, 9))
        for number, entry in enumerate(entries[page * 4 : page * 4 + 4], start=page * 4 + 1):
            if entry is IMMEDIATE[0]:
                book.put("B. INFORMASI SERTA MERTA", bold=True, merge=(1, 9))
            made = (
                f"Serang, {entry.day.day} Maret 2024" if entry.date else f"Tahun {entry.years[0]}"
            )
            row = book.put(
                f"{number}.", entry.title, entry.holder_unit, entry.responsible_unit, made,
                *ticks(entry, "V", "-"), entry.retention,
            )  # fmt: skip
            years = Y2024 if entry.date else (entry.years[0], entry.years[0])
            date = f"2024-03-{entry.day.day:02}" if entry.date else None
            book.expect(read(entry, "Cetak", row, section=None, years=years, date=date))
    book.put("Jumlah informasi", None, None, None, None, None, None, None, 8, bold=True)
    book.put(None, "Mengetahui,", None, None, "Serang, 2 Januari 2025", skip=1)
    book.put(None, "Atasan PPID", None, None, "PPID Pelaksana")
    book.put(None, "(Nama Atasan)", None, None, "(Nama Pejabat)", skip=3)
    book.put(None, "NIP. 0000", None, None, "NIP. 0000")
    return book


def categories_as_columns_of_ticks():
    """Three rows of header: the category is ticked, the time and the retention are divided."""
    book = Book("centang.xlsx").add_sheet("Register")
    book.put("REGISTER INFORMASI PUBLIK DINAS CONTOH", bold=True, merge=(1, 15))
    top = book.put(
        "NO", "NAMA INFORMASI", "JENIS INFORMASI", None, None, None, "BENTUK", None,
        "PEMBUATAN", None, "PENANGGUNG JAWAB", "DIKUASAI OLEH", "RETENSI ARSIP", None, "KET",
        skip=1, bold=True,
    )  # fmt: skip
    book.put(
        None, None, "Berkala", "Serta Merta", "Setiap Saat", "Dikecualikan", "HC", "SC",
        "Waktu", "Tempat", None, None, "Aktif", "Inaktif", bold=True,
    )  # fmt: skip
    for left, right in ((3, 6), (7, 8), (9, 10), (13, 14)):
        book.merge(top, left, top, right)
    for column in (1, 2, 11, 12, 15):
        book.merge(top, column, top + 1, column)
    book.put(*range(1, 16))
    order = ("berkala", "serta_merta", "setiap_saat", "dikecualikan")
    for number, entry in enumerate([*PERIODIC[:4], RECORDS, *IMMEDIATE, *ALWAYS[:1]], start=1):
        marks = ["x" if category == entry.category else None for category in order]
        forms = ["x" if form in entry.form else None for form in FORMS[:2]]
        made = entry.day if entry.date else entry.years[0]
        row = book.put(
            number, f"{number}) {entry.title}", *marks, *forms, made, "Serang",
            entry.responsible_unit, entry.holder_unit, "2 tahun", "3 tahun", None,
        )  # fmt: skip
        form = tuple(f for f in entry.form if f != "online")
        years = (entry.years[0], entry.years[0])
        book.expect(
            read(entry, "Register", row, section=None, form=form, legal_basis=None,
                 retention="Aktif: 2 tahun; Inaktif: 3 tahun", years=years)
        )  # fmt: skip
    # Ticked twice: nobody can tell.
    row = book.put(
        9, BALANCE.title, "x", None, "x", None, None, "x", 2023, "Serang", None, None, None
    )
    book.expect(
        read(BALANCE, "Register", row, category=None, section=None, form=("softcopy",),
             responsible_unit=None, holder_unit=None, retention=None)
    )  # fmt: skip
    return book


def exempt_among_the_others():
    """One table for all, as national bodies keep it: the ground stands in somebody else's column."""
    book = Book("lembaga.xlsx").add_sheet("Daftar Informasi")
    annex_heads(book)
    book.put("INFORMASI YANG DIKECUALIKAN", bold=True, merge=(1, 9))
    for number, entry in enumerate((RECORDS, PASSWORDS), start=1):
        row = book.put(
            number, entry.title, GROUND, entry.responsible_unit, "Jakarta, 2024", "√", "√", "√",
            entry.retention,
        )  # fmt: skip
        book.link(2, url(entry))
        book.expect(read(entry, "Daftar Informasi", row, form=FORMS))
    book.put("INFORMASI SECARA BERKALA", bold=True, merge=(1, 9))
    row = book.put(
        1, "Ringkasan laporan keuangan yang sekurang-kurangnya terdiri atas:\n1) Rencana dan realisasi\n"
        "2) Neraca", "Biro Umum", "Kepala Biro", "Jakarta, 2024", "√", "√", "√", "1 tahun",
    )  # fmt: skip
    title = (
        "Ringkasan laporan keuangan yang sekurang-kurangnya terdiri atas: 1) Rencana dan realisasi "
        "2) Neraca"
    )
    book.expect(
        read(BALANCE, "Daftar Informasi", row, title=title, section=None, years=Y2024, form=FORMS,
             holder_unit="Biro Umum", responsible_unit="Kepala Biro", retention="1 tahun")
    )  # fmt: skip
    # Marked in the row alone, in a sheet of public information.
    row = book.put(
        2, "Data kesehatan pegawai", "Biro Umum", "Kepala Biro", "Jakarta, 2024", "√", None, None,
        "Dikecualikan",
    )  # fmt: skip
    book.expect(
        read(RECORDS, "Daftar Informasi", row, title="Data kesehatan pegawai", holder_unit="Biro Umum",
             responsible_unit="Kepala Biro", form=("hardcopy",), retention="Dikecualikan",
             legal_basis=None)
    )  # fmt: skip
    return book


def units_merged_and_repeated():
    """Sections, units and categories merged down or repeated by marks; several columns of links."""
    book = Book("gabungan.xlsx").add_sheet("Sheet1")
    book.put(
        "Klasifikasi", "Kelompok", "Judul Dokumen", "Unit Pengelola", "Penerbit", "Tanggal", "Media",
        "Masa Simpan", "Link 1", "Link 2", bold=True, grey=True,
    )  # fmt: skip
    entries = [*PERIODIC, *ALWAYS]
    first = book.row + 1
    for number, entry in enumerate(entries):
        before = entries[number - 1] if number else None
        same = before and before.holder_unit == entry.holder_unit
        marks = ("s.d.a", "idem", "〃", '-"-', "ditto", "sama dengan di atas")
        holder = marks[number % 6] if same else entry.holder_unit
        category = entry.category.replace("_", " ").upper() if number in (0, 6) else None
        section = entry.section if not before or before.section != entry.section else None
        forms = " dan ".join(
            {"hardcopy": "hard copy", "softcopy": "file"}.get(f, "web") for f in entry.form
        )
        links = (url(entry), url(entry, 2) if number % 2 else "-")
        made = entry.day if entry.date else f"{entry.years[0]} s.d. {entry.years[1]}"
        row = book.put(
            category, section, entry.title, holder, entry.responsible_unit, made, forms,
            entry.retention, *links,
        )  # fmt: skip
        if isinstance(made, datetime.date):
            book.cell(6).number_format = "[$-421]d mmmm yyyy"
        urls = tuple(link for link in links if link != "-")
        years = (entry.day.year, entry.day.year) if entry.date else entry.years
        book.expect(read(entry, "Sheet1", row, urls=urls, years=years))
    book.merge(first, 1, first + 5, 1)
    book.merge(first + 6, 1, first + 8, 1)
    for top, bottom in ((first, first + 2), (first + 3, first + 5), (first + 6, first + 8)):
        book.merge(top, 2, bottom, 2)
    return book


def wingdings_and_other_ticks():
    """Every tick that is found in registers, and what is none."""
    book = Book("tanda.xlsx").add_sheet("DIP Berkala")
    book.put("Nomor", "Uraian Informasi", "Hardcopy", "Softcopy", "Online", "Tahun", bold=True)
    marks = [
        ("√", "V", "v", ALL3 := FORMS), ("✓", "✔", "☑", ALL3), ("●", "1", "ya", ALL3),
        ("ada", "x", "tidak", ("hardcopy",)), ("0", "-", "Y", ("online",)),
        ("tersedia", "belum", None, ("hardcopy",)),
    ]  # fmt: skip
    for number, (*cells, form) in enumerate(marks, start=1):
        entry = BALANCE.like(title=f"Dokumen nomor {number}", form=form)
        row = book.put(number, entry.title, *cells, 2023)
        book.expect(
            read(entry, "DIP Berkala", row, section=None, responsible_unit=None, holder_unit=None,
                 retention=None)
        )  # fmt: skip
    row = book.put(7, "Dokumen berhuruf gambar", "ü", "û", "þ", 2023)
    for column in (3, 4, 5):
        book.cell(column).font = Font(name="Wingdings")
    book.expect(
        read(BALANCE, "DIP Berkala", row, title="Dokumen berhuruf gambar", section=None,
             form=("hardcopy", "online"), responsible_unit=None, holder_unit=None, retention=None)
    )  # fmt: skip
    return book


def one_title_over_several_addresses():
    """A title merged down over rows with one address each; addresses under and beside a title."""
    book = Book("alamat.xlsx").add_sheet("Informasi Setiap Saat")
    book.put("No", "Informasi", "Tautan", "Tahun", bold=True)
    urls = tuple(f"{SITE}/berkas {n}.pdf" for n in range(3))
    row = book.put(1, "Laporan layanan informasi", urls[0], 2023)
    for address in urls[1:]:
        book.put(None, None, address)
    for column in (1, 2, 4):
        book.merge(row, column, row + 2, column)
    plain = REALISATION.like(
        category="setiap_saat", section=None, date=None, responsible_unit=None, holder_unit=None,
        form=(), retention=None,
    )  # fmt: skip
    sheet = "Informasi Setiap Saat"
    book.expect(read(plain, sheet, row, title="Laporan layanan informasi", urls=urls))
    row = book.put(2, "Maklumat pelayanan", f"{SITE}/a b.pdf; {SITE}/c.pdf", 2023)
    book.expect(
        read(
            plain, sheet, row, title="Maklumat pelayanan", urls=(f"{SITE}/a b.pdf", f"{SITE}/c.pdf")
        )
    )
    row = book.put(3, "Standar layanan", "unduh/standar.pdf", 2023)
    book.expect(read(plain, sheet, row, title="Standar layanan", urls=("unduh/standar.pdf",)))
    row = book.put(4, "Jadwal layanan", "#", 2023)
    book.put(None, f"{SITE}/jadwal.pdf")
    book.expect(read(plain, sheet, row, title="Jadwal layanan", urls=(f"{SITE}/jadwal.pdf",)))
    row = book.put(5, "Formulir keberatan", "Klik Disini", 2023)
    book.link(3, f"{SITE}/formulir")
    book.expect(read(plain, sheet, row, title="Formulir keberatan", urls=(f"{SITE}/formulir",)))
    row = book.put(6, "Biaya perolehan salinan", "lihat papan pengumuman", 2023)
    book.expect(read(plain, sheet, row, title="Biaya perolehan salinan"))
    row = book.put(7, "Daftar Informasi Dikecualikan", f"{SITE}/dik.pdf", 2023)
    book.expect(
        read(plain, sheet, row, title="Daftar Informasi Dikecualikan", urls=(f"{SITE}/dik.pdf",))
    )
    return book


SAMPLES = [
    numbers_merged_over_subjects,
    header_repeated_on_every_page,
    categories_as_columns_of_ticks,
    exempt_among_the_others,
    units_merged_and_repeated,
    wingdings_and_other_ticks,
    one_title_over_several_addresses,
]
