"""What an entry of the register is to hold, by what was understood of its row."""

import dataclasses

from django.core.exceptions import ValidationError

from ..choices import DocumentKind, InformationFormat
from ..models import DipDocument, DipEntryPage
from ..partial_dates import PartialDate, normalise_partial_date
from .links import with_scheme
from .understood import Understood

TITLE_LENGTH = DipEntryPage._meta.get_field("title").max_length
_FILES = (".pdf", ".doc", ".docx", ".xls", ".xlsx", ".zip")


@dataclasses.dataclass(frozen=True)
class EntryContent:
    """The fields of an entry, and its addresses in their order."""

    key: str
    fields: dict
    documents: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, row: Understood) -> "EntryContent":
        title = shortened(row.title)
        years = row.period
        fields = {
            "title": title,
            "raw_title": row.raw_title or row.title,
            "summary": row.summary,
            "category": row.category.category,
            "holding_unit": row.holder,
            "responsible_officer": row.responsible,
            "made_when": row.made.stored if row.made else "",
            "made_where": row.made_place,
            "period": _period(years) if years else "",
            "is_printed": InformationFormat.PRINT in row.forms,
            "is_recorded": InformationFormat.RECORDING in row.forms,
            "is_online": InformationFormat.ONLINE in row.forms,
            "retention": row.retention,
        }
        return cls(row.key, fields, tuple((title, with_scheme(address)) for address in row.links))

    def check(self) -> str:
        """Return why the entry cannot be stored, or nothing."""
        try:
            entry = DipEntryPage(**self.fields, source_key=self.key, slug="x")
            entry.clean_fields(exclude=_OF_THE_TREE)
            for name in ("made_when", "period"):
                _check_time(name, self.fields[name])
            for document in self.new_documents():
                document.clean_fields(exclude=("page", "locale", "translation_key"))
        except ValidationError as error:
            return "; ".join(_messages(error))
        return ""

    def differences(self, entry: DipEntryPage) -> list[str]:
        """Return the names of the fields in which a published entry is otherwise."""
        names = [name for name, value in self.fields.items() if getattr(entry, name) != value]
        return names + (["documents"] if external(entry) != self.documents else [])

    def new_documents(self) -> list[DipDocument]:
        """Return the addresses as documents in their order, not saved."""
        return [
            _document(title, address, place)
            for place, (title, address) in enumerate(self.documents)
        ]


# What the tree and the language give a page, and an importer does not.
_OF_THE_TREE = (
    "path",
    "depth",
    "url_path",
    "content_type",
    "locale",
    "translation_key",
    "page_ptr",
)


def external(entry: DipEntryPage) -> tuple[tuple[str, str], ...]:
    """Return the addresses of an entry; uploaded files are not the importer's."""
    return tuple((d.title, d.external_url) for d in entry.documents.all() if d.external_url)


def shortened(title: str) -> str:
    """Return a title that fits; the whole of it is kept beside."""
    return title if len(title) <= TITLE_LENGTH else f"{title[: TITLE_LENGTH - 1].rstrip()}…"


def _period(years):
    first, last = years
    return str(PartialDate(first, until_year=last if last != first else None))


def _document(title, address, place):
    is_file = address.lower().endswith(_FILES)
    kind = DocumentKind.DOCUMENT if is_file else DocumentKind.LINK
    return DipDocument(title=title, external_url=address, kind=kind, sort_order=place)


def _check_time(name, text):
    """Whoever shows an entry reads its times; the fields themselves take any text."""
    try:
        normalise_partial_date(text)
    except ValidationError as error:
        raise ValidationError({name: error}) from error


def _messages(error):
    """Name the field of each message: without its form nobody knows which is meant."""
    for name, messages in error.message_dict.items():
        field = DipEntryPage._meta.get_field(name) if hasattr(DipEntryPage, name) else None
        label = str(field.verbose_name) if field is not None else name
        yield from (f"{label}: {message}" for message in messages)
