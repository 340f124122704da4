"""The register as the law's table: seven columns, three levels, a head and a signature.

The headings are those of the annex of PERKI 1/2010, which PERKI 1/2021 keeps. It is a legal form,
so all of it is Indonesian in whatever language somebody asks. No query, no file format: lines of
text, which ``sheet`` and ``pdf`` set.
"""

import dataclasses
import datetime
from collections.abc import Iterable, Iterator

from django.utils import formats, translation

from ..choices import InformationCategory, InformationFormat
from ..formats.register import LEGAL_LANGUAGE
from ..partial_dates import PartialDate
from .entries import Entry

TITLE = "Daftar Informasi Publik"
# The sixth column has three of its own below it.
HEADINGS = (
    "No",
    "Ringkasan isi informasi",
    "Pejabat/unit/satuan kerja yang menguasai informasi",
    "Penanggung jawab pembuatan atau penerbitan informasi",
    "Waktu dan tempat pembuatan informasi",
    "Bentuk/format informasi yang tersedia",
    "Jangka waktu penyimpanan atau retensi arsip",
)
FORMS = ("Cetak", "Rekam", "Online")
FORMS_AT = HEADINGS.index("Bentuk/format informasi yang tersedia")
WIDTH = len(HEADINGS) + len(FORMS) - 1
AVAILABLE = "√"

CATEGORIES = {
    InformationCategory.PERIODIC: "Informasi yang wajib disediakan dan diumumkan secara berkala",
    InformationCategory.IMMEDIATE: "Informasi yang wajib diumumkan secara serta-merta",
    InformationCategory.ALWAYS_AVAILABLE: "Informasi yang wajib tersedia setiap saat",
}
OTHER_SUBJECT = "Informasi Publik lainnya"


@dataclasses.dataclass(frozen=True)
class Head:
    """What stands above and below the table: whose it is, by which decision, who signs.

    Without ``decree_number`` it says that the list has not been established by decree.
    """

    agency: str
    as_of: datetime.date
    year: int
    is_draft: bool = False
    revision: int = 0
    revision_reason: str = ""
    decree_number: str = ""
    decided_on: datetime.date | None = None
    place: str = ""
    signer_name: str = ""
    signer_position: str = ""
    signer_nip: str = ""
    # SHA-256 of the frozen rows, printed below so that paper and file can be compared.
    fingerprint: str = ""

    @property
    def title(self) -> str:
        return f"{TITLE} {self.agency} Tahun {self.year}"

    @property
    def decree(self) -> list[str]:
        """The lines that make the table the annex of a decree; empty where there is none yet."""
        if not self.decree_number:
            return []
        return [
            f"Lampiran Keputusan {self.signer_position}".strip(),
            f"Nomor {self.decree_number}",
            f"Tanggal {legal_date(self.decided_on) if self.decided_on else '…'}",
        ]

    @property
    def remarks(self) -> list[str]:
        """What a reader must know of this list: its state, and what it corrects."""
        remarks = []
        if self.is_draft:
            remarks.append(f"RANCANGAN – keadaan per {legal_date(self.as_of)}")
        elif not self.decree_number:
            remarks.append(
                f"Keadaan per {legal_date(self.as_of)}; belum ditetapkan dengan keputusan"
            )
        if self.revision:
            remarks.append(f"Perubahan ke-{self.revision}: {self.revision_reason}")
        return remarks

    @property
    def signature(self) -> list[str]:
        """Place and date, position, name and NIP; dots where something is written by hand."""
        day = legal_date(self.decided_on) if self.decided_on else "…………………"
        return [
            f"{self.place or '…………………'}, {day}",
            self.signer_position or "……………………………………",
            self.signer_name or "(……………………………………)",
            f"NIP {self.signer_nip or '……………………………'}",
        ]


@dataclasses.dataclass(frozen=True)
class Line:
    """One row of the table: a category or a subject across all columns, or an entry."""

    level: int  # 1: category, 2: subject, 3: entry
    text: str = ""
    number: int = 0
    entry: Entry | None = None

    @property
    def cells(self) -> list[str | int]:
        """The cells of an entry, ``WIDTH`` of them."""
        entry = self.entry
        summary = entry.summary.strip()
        return [
            self.number,
            entry.title if summary in ("", entry.title) else f"{entry.title}\n{summary}",
            entry.holding_unit,
            entry.responsible_officer,
            made(entry),
            *(AVAILABLE if form in entry.formats else "" for form in InformationFormat.values),
            entry.retention,
        ]


def lines(entries: Iterable[Entry]) -> Iterator[Line]:
    """Yield the rows of the table; entries are numbered through, headings come where they begin."""
    category = subject = None
    categories = subjects = 0
    for number, entry in enumerate(entries, start=1):
        if entry.category != category:
            category, subject, subjects = entry.category, None, 0
            categories += 1
            yield Line(1, f"{'ABC'[categories - 1]}. {category_title(category)}")
        if entry.subject != subject:
            subject = entry.subject
            subjects += 1
            yield Line(2, f"{subjects}. {entry.subject_title or OTHER_SUBJECT}")
        yield Line(3, number=number, entry=entry)


def category_title(category: str) -> str:
    """Return the name that the law gives to a category."""
    return CATEGORIES[InformationCategory(category)]


def made(entry: Entry) -> str:
    """Return the fifth column: when it was made, and where."""
    with translation.override(LEGAL_LANGUAGE):
        when = PartialDate.parse(entry.made_when).display() if entry.made_when else ""
    return ", ".join(part for part in (entry.made_where, when) if part)


def legal_date(day: datetime.date) -> str:
    """Return a date as Indonesian decrees write it: 26 November 2026."""
    with translation.override(LEGAL_LANGUAGE):
        return formats.date_format(day, "j F Y")
