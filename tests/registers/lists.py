"""Registers that are no tables: copied web pages, lists of titles, outlines."""

from .entries import (
    ALWAYS,
    BUDGET,
    BUDGET_2024,
    IMMEDIATE,
    PERIODIC,
    PROFILE,
    RULES,
    SITE,
    Entry,
    read,
    url,
)
from .writing import Book, Text


def bare(entry, sheet, row, **changes):
    """A list tells no more than titles, and what is in them."""
    changes = {
        "years": None, "date": None, "responsible_unit": None, "holder_unit": None, "form": (),
        "retention": None,
    } | changes  # fmt: skip
    return read(entry, sheet, row, **changes)


def in_title(entry):
    """The years that the title itself names."""
    named = {
        BUDGET_2024.title: (2024, 2024), ALWAYS[0].title: (2023, 2026), ALWAYS[1].title: (2024, 2024)
    }  # fmt: skip
    return named.get(entry.title)


def an_outline_without_any_dress():
    """Romans, letters and numbers in one column of a CSV, three levels deep."""
    text = Text("kerangka.csv")
    groups = (("I. INFORMASI BERKALA", PERIODIC), ("II. INFORMASI SERTA MERTA", IMMEDIATE),
              ("III. INFORMASI SETIAP SAAT", ALWAYS))  # fmt: skip
    for heading, entries in groups:
        text.put(heading)
        sections = list(dict.fromkeys(entry.section for entry in entries))
        for letter, section in zip("ABC", sections, strict=False):
            if section:
                text.put(f"{letter}. {section}")
            for number, entry in enumerate((e for e in entries if e.section == section), start=1):
                row = text.put(f"{number}. {entry.title}")
                text.expect(bare(entry, None, row, years=in_title(entry)))
    return text


def a_web_page_with_buttons():
    """Titles and the buttons beside them, all else a page leaves behind, nothing bold."""
    text = Text("halaman.csv", delimiter=";")
    text.put("Beranda > PPID > Informasi Publik > Serta Merta", "")
    text.put("INFORMASI SERTA MERTA", "")
    text.put("", "")
    for entry in IMMEDIATE:
        row = text.put(f"» {entry.title}  Unduh", url(entry))
        text.expect(bare(entry, None, row, urls=(url(entry),)))
    text.put("", "")
    text.put("Dilihat : 1.204 kali", "")
    text.put("© 2024 Dinas Contoh. Hak cipta dilindungi.", "")
    return text


def headings_that_look_like_entries():
    """Entries that are called like categories, among numbered entries."""
    book = Book("jebakan.xlsx").add_sheet("Setiap Saat")
    book.put("No", "Nama Informasi", "Unit", bold=True)
    titles = ("Daftar Informasi Publik", "Informasi Wajib Berkala", "Informasi Serta Merta",
              "Jumlah permohonan informasi publik yang diterima", "Catatan Atas Laporan Keuangan",
              "Kepala Dinas", "Keterangan hak akses", "PPID")  # fmt: skip
    for number, title in enumerate(titles, start=1):
        unit = "Sekretariat" if number % 2 else None
        row = book.put(number, title, unit)
        book.expect(
            bare(ALWAYS[0], "Setiap Saat", row, title=title, section=None, holder_unit=unit)
        )
    return book


def links_without_categories():
    """Sheets named after nothing in particular: headings are merged, the category must be asked for."""
    book = Book("tanpa_kategori.xlsx").add_sheet("Dokumen")
    book.put(None, "Dokumen Dinas Contoh", bold=True, merge=(2, 3), skip=1)
    for section, entries in ((PROFILE, PERIODIC[:3]), (BUDGET, PERIODIC[3:])):
        book.put(section, bold=True, merge=(1, 3))
        for entry in entries:
            row = book.put(None, f"• {entry.title}.pdf", f"/berkas/{entry.title}.pdf")
            book.expect(
                bare(entry, "Dokumen", row, title=f"{entry.title}.pdf", category=None,
                     urls=(f"/berkas/{entry.title}.pdf",), years=in_title(entry))
            )  # fmt: skip
    return book


def numbered_links_without_header():
    """Number, title, button: three columns and no header; the sheet is named after its category."""
    book = Book("bernomor.xlsx").add_sheet("INFORMASI SETIAP SAAT")
    for number, entry in enumerate(ALWAYS, start=1):
        row = book.put(number, entry.title, "Lihat disini>>>")
        book.link(3, url(entry))
        book.expect(
            bare(entry, "INFORMASI SETIAP SAAT", row, section=None, urls=(url(entry),),
                 years=in_title(entry))
        )  # fmt: skip
    row = book.put(4, "Maklumat pelayanan (klik di sini)", "#")
    book.expect(
        bare(ALWAYS[0], "INFORMASI SETIAP SAAT", row, title="Maklumat pelayanan", section=None)
    )
    row = book.put(5, "Standar biaya", f"{SITE}/1.pdf\n{SITE}/2.pdf , {SITE}/3.pdf")
    urls = tuple(f"{SITE}/{number}.pdf" for number in (1, 2, 3))
    book.expect(
        bare(
            ALWAYS[0], "INFORMASI SETIAP SAAT", row, title="Standar biaya", section=None, urls=urls
        )
    )
    return book


def a_column_for_every_category():
    """Three lists beside each other, headed by their categories."""
    book = Book("tiga_kolom.xlsx").add_sheet("DIP")
    book.put("DAFTAR INFORMASI PUBLIK", bold=True, merge=(1, 3))
    book.put("Informasi Berkala", "Informasi Serta Merta", "Informasi Setiap Saat", bold=True)
    columns = (PERIODIC[:3], IMMEDIATE, ALWAYS)
    for place in range(3):
        entries = [entries[place] if place < len(entries) else None for entries in columns]
        row = book.put(*(entry.title if entry else None for entry in entries))
        for entry in filter(None, entries):
            book.expect(bare(entry, "DIP", row, section=None, years=in_title(entry)))
    return book


def addresses_in_rows_of_their_own():
    """Title, then its addresses below; headings stand apart by a blank row."""
    text = Text("tautan_bawah.csv", delimiter="\t")
    text.put("Informasi Berkala")
    text.put("")
    for section, entries in ((PROFILE, PERIODIC[:2]), (BUDGET, PERIODIC[3:5])):
        text.put(f"{section}:")
        for entry in entries:
            row = text.put(entry.title)
            text.put(url(entry))
            if entry is BUDGET_2024:
                text.put(url(entry, 2))
            urls = (url(entry), url(entry, 2)) if entry is BUDGET_2024 else (url(entry),)
            text.expect(bare(entry, None, row, urls=urls, years=in_title(entry)))
        text.put("")
    return text


def many_rows_that_only_have_titles():
    """A table whose other columns nobody has filled, with bold sections and a signature beside it."""
    book = Book("kosong.xlsx").add_sheet("Lampiran II")
    book.put("Jenis Informasi : Setiap Saat", bold=True)
    book.put("No.", "Judul Informasi", "Penanggung Jawab", "Bentuk", bold=True, skip=1)
    for place, section in enumerate((RULES, "Laporan"), start=1):
        book.put(place, section, bold=True)
        for letter, title in zip("abc", ("Renstra", "Renja", "Pohon kinerja"), strict=True):
            title = f"{title} {section}"
            row = book.put(f"{letter}.", title)
            book.expect(bare(ALWAYS[0], "Lampiran II", row, title=title, section=section))
    book.put(None, None, None, "Ditetapkan di Serang", skip=1)
    book.put(None, None, None, "KEPALA DINAS CONTOH,")
    book.put(None, None, None, "NAMA PEJABAT, S.Sos, M.Si", skip=2)
    book.put(None, None, None, "Pembina Utama Muda")
    return book


def one_entry_in_many_ways():
    """The same title in two categories counts twice, in one only once."""
    book = Book("ganda.xlsx").add_sheet("Semua")
    book.put("Kategori", "Judul", "Link")
    plain = Entry("Indikator Kinerja Utama")
    for category, link in (
        ("Berkala", "a"),
        ("Setiap Saat", "a"),
        ("Berkala", "b"),
        ("Berkala", "a"),
    ):
        row = book.put(category, plain.title, f"{SITE}/{link}")
        if row < 5:
            book.expect(
                read(plain, "Semua", row, category=category.lower().replace(" ", "_"),
                     urls=(f"{SITE}/{link}",))
            )  # fmt: skip
    return book


SAMPLES = [
    an_outline_without_any_dress,
    a_web_page_with_buttons,
    headings_that_look_like_entries,
    links_without_categories,
    numbered_links_without_header,
    a_column_for_every_category,
    addresses_in_rows_of_their_own,
    many_rows_that_only_have_titles,
    one_entry_in_many_ways,
]
