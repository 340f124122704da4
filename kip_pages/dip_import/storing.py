"""Rows as they are kept between reading a file and publishing what is in it."""

import dataclasses

from ..choices import InformationFormat
from ..import_choices import RowPlan
from ..models import DipImport, DipImportRow
from .dates import When
from .planning import Planned
from .understood import Understood
from .vocabulary import Stated

_TEXTS = (
    *("sheet", "row", "question", "said", "answer", "section", "title", "raw_title", "summary"),
    *("made_place", "holder", "responsible", "retention", "links", "legal_basis", "key", "agency"),
    *("has_natural_key", "raw"),
)


def row_as_json(row: Understood) -> dict:
    """Return an entry as JSON that ``row_from_json`` reads; of exempt ones no address is kept."""
    stored = {name: getattr(row, name) for name in _TEXTS}
    stored["category"] = row.category.value if row.category else None
    stored["years"], stored["period"] = row.years, row.period
    stored["forms"] = sorted(form.value for form in row.forms)
    stored["made"] = dataclasses.astuple(row.made) if row.made else None
    if row.is_exempt:
        stored["links"], stored["raw"] = [], {}
    return stored


def row_from_json(stored: dict) -> Understood:
    row = Understood(**{name: stored[name] for name in _TEXTS})
    row.category = Stated(stored["category"]) if stored["category"] else None
    row.years = tuple(stored["years"]) if stored["years"] else None
    row.period = tuple(stored["period"]) if stored["period"] else None
    row.forms = {InformationFormat(form) for form in stored["forms"]}
    row.made = When(*stored["made"]) if stored["made"] else None
    return row


def import_row(job: DipImport, number: int, planned: Planned) -> DipImportRow:
    """Return the row to be stored of what was planned."""
    row = planned.row
    is_entry = planned.plan is not RowPlan.ASIDE
    return DipImportRow(
        of=job,
        number=number,
        sheet=(row.sheet or "")[:255],
        row=row.row,
        title=row.title,
        understood=row_as_json(row) if is_entry else {"text": row.text},
        plan=planned.plan,
        reason=planned.reason or "",
        reason_about=planned.about,
        changes=planned.changes,
        resembles=planned.resembles,
        page=planned.entry,
    )
