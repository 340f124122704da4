"""What was understood of one row: an entry, or why it is none."""

import dataclasses

from ..choices import InformationFormat
from ..import_choices import SetAside
from .dates import When
from .vocabulary import Stated

# The words of the law's annex for the forms, and what the samples of registers call them.
FORM_WORDS = {
    InformationFormat.PRINT: "hardcopy",
    InformationFormat.RECORDING: "softcopy",
    InformationFormat.ONLINE: "online",
}
# Of a long row a part is enough to find it again.
TEXT_LENGTH = 500


@dataclasses.dataclass
class Understood:
    """One row of a sheet. ``why`` is set where it is no entry, or must not become one."""

    sheet: str | None
    row: int
    text: str = ""
    why: SetAside | None = None
    # What the label of ``why`` names: a row, an agency.
    about: dict[str, str] = dataclasses.field(default_factory=dict)

    category: Stated | None = None
    # Which question has to be answered where there is no category, and what was said instead.
    question: str = ""
    said: str = ""
    answer: str = ""
    section: str = ""
    title: str = ""
    # As it stood, with its number and its bullet.
    raw_title: str = ""
    summary: str = ""
    years: tuple[int, int] | None = None
    # The years that it is about, as far as a column or the title says so.
    period: tuple[int, int] | None = None
    made: When | None = None
    made_place: str = ""
    holder: str = ""
    responsible: str = ""
    forms: set[InformationFormat] = dataclasses.field(default_factory=set)
    retention: str = ""
    links: list[str] = dataclasses.field(default_factory=list)
    legal_basis: str = ""
    key: str = ""
    # Whether the key is made of what the entry is called, for want of one in the file.
    has_natural_key: bool = False
    agency: str = ""
    # Cells as they stood, by the heading of their column.
    raw: dict[str, str] = dataclasses.field(default_factory=dict)

    @property
    def is_entry(self) -> bool:
        return self.why is None

    @property
    def is_exempt(self) -> bool:
        return self.category is Stated.EXEMPT

    def as_json(self) -> dict:
        """Return the row in the schema in which samples of registers say what is expected."""
        first, last = self.years or (None, None)
        return {
            "sheet": self.sheet,
            "row": self.row,
            "category": self.category.value if self.category else None,
            "section": self.section or None,
            "title": self.title,
            "summary": self.summary or None,
            "year_start": first,
            "year_end": last,
            "date": (self.made.day if self.made else "") or None,
            "responsible_unit": self.responsible or None,
            "holder_unit": self.holder or None,
            "form": sorted(FORM_WORDS[form] for form in self.forms),
            "retention": self.retention or None,
            "document_urls": [] if self.is_exempt else self.links,
            "legal_basis": self.legal_basis or None,
            "dip_id": None if self.has_natural_key else self.key or None,
            "flag": None,
        }

    def refusal_as_json(self) -> dict:
        return {
            "sheet": self.sheet,
            "row": self.row,
            "why": str(self.why.label) % self.about,
            "text": self.text,
        }
