"""Make an agency's register match the rows of a file. Running it again changes nothing."""

import dataclasses
import enum
from collections.abc import Iterable, Iterator
from itertools import islice

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from wagtail.coreutils import find_available_slug
from wagtail.models import Locale

from ..choices import DocumentKind, InformationCategory
from ..feed.outbox import bulk_work
from ..models import DipDocument, DipEntryPage, DipIndexPage
from ..partial_dates import normalise_partial_date
from .flat import Row

# A transaction per this many rows: an emergency never waits for more.
BATCH = 50
TITLE_LENGTH = 255


class NoRegisterError(ValueError):
    """The agency has no register section in the default language to import into."""


class Outcome(enum.Enum):
    CREATED = "new"
    UPDATED = "changed"
    SAME = "same"
    REFUSED = "refused"
    OTHER_AGENCY = "of another agency"


@dataclasses.dataclass(frozen=True)
class ImportResult:
    line: int
    title: str
    outcome: Outcome
    reason: str = ""


def import_rows(
    rows: Iterable[Row],
    *,
    agency,
    category: InformationCategory | None = None,
    dry_run: bool = False,
) -> Iterator[ImportResult]:
    """Publish, change or refuse each row, and yield what became of it.

    ``category`` stands in where a row states none. Exempt information is refused, whatever else the
    row says. Rows that name another agency are left alone. With ``dry_run`` everything is tried and
    rolled back. Raises ``NoRegisterError``.
    """
    section = (
        DipIndexPage.objects.descendant_of(agency.root_page)
        .filter(locale=Locale.get_default())
        .first()
    )
    if section is None:
        raise NoRegisterError(f"{agency.code} has no register section")
    seen = {}
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        with bulk_work(), transaction.atomic():
            known = _known(section, batch)
            results = [_import(row, section, agency, category, seen, known) for row in batch]
            if dry_run:
                transaction.set_rollback(True)
        yield from results


def _known(section, batch):
    keys = [row.key for row in batch]
    entries = DipEntryPage.objects.child_of(section).filter(source_key__in=keys)
    return {entry.source_key: entry for entry in entries}


def _import(row, section, agency, category, seen, known):
    def result(outcome, reason=""):
        return ImportResult(row.line, row["title"], outcome, reason)

    if row.agency_code and row.agency_code != agency.code:
        return result(Outcome.OTHER_AGENCY, row.agency_code)
    if row.is_excluded:
        return result(
            Outcome.REFUSED,
            "dikecualikan: exempt information is never published; keep it in the list of exempt "
            "information (UU 14/2008 Ps. 17)",
        )
    if row.key in seen:
        return result(Outcome.REFUSED, f"stands already on line {seen[row.key]}")
    seen[row.key] = row.line
    if not row["title"]:
        return result(Outcome.REFUSED, "the title is empty")
    chosen = row.category or category
    if chosen is None or (row["category"] and row.category is None):
        return result(
            Outcome.REFUSED,
            f"category {row['category']!r} is not berkala, serta_merta or setiap_saat",
        )
    try:
        with transaction.atomic():
            return result(_save(row, chosen, section, known.get(row.key)))
    except ValidationError as error:
        return result(Outcome.REFUSED, "; ".join(error.messages))


def _save(row, category, section, entry):
    fields = _fields(row, category)
    documents = [(row["title"][:TITLE_LENGTH], url) for url in row.urls]
    if entry is not None and _is_same(entry, fields, documents):
        return Outcome.SAME
    is_new = entry is None
    entry = entry or DipEntryPage(source_key=row.key, live=False)
    for name, value in fields.items():
        setattr(entry, name, value)
    if is_new or _external(entry) != documents:
        kept = [] if is_new else [d for d in entry.documents.all() if d.document_id]
        entry.documents = kept + [_document(title, url) for title, url in documents]
    if is_new:
        entry.slug = find_available_slug(section, slugify(entry.title)[:80] or "informasi")
        section.add_child(instance=entry)
    entry.save_revision().publish()
    return Outcome.CREATED if is_new else Outcome.UPDATED


def _fields(row, category):
    form = row["form"].lower()
    return {
        "title": row["title"][:TITLE_LENGTH],
        "raw_title": row["title"],
        "summary": row["summary"],
        "category": category,
        "holding_unit": row["holder_unit"],
        "responsible_officer": row["responsible_unit"],
        "period": normalise_partial_date(row["year"]),
        "is_printed": any(word in form for word in ("hard", "cetak")),
        "is_recorded": any(word in form for word in ("soft", "rekam", "pdf")),
        "is_online": any(word in form for word in ("online", "website", "daring")),
        "retention": row["retention"],
    }


def _is_same(entry, fields, documents):
    unchanged = all(getattr(entry, name) == value for name, value in fields.items())
    return unchanged and entry.live and _external(entry) == documents


def _external(entry):
    return [(d.title, d.external_url) for d in entry.documents.all() if d.external_url]


def _document(title, url):
    is_file = url.lower().endswith((".pdf", ".doc", ".docx", ".xls", ".xlsx", ".zip"))
    kind = DocumentKind.DOCUMENT if is_file else DocumentKind.LINK
    return DipDocument(title=title, external_url=url, kind=kind)
