"""The report of an import: what became of every row, and why."""

from collections.abc import Iterator

from django.utils.translation import gettext

from ..import_choices import RowPlan, RowRefusal, SetAside
from ..models import DipImport


def report_headings() -> list[str]:
    return [
        gettext("Sheet"),
        gettext("Row"),
        gettext("Outcome"),
        gettext("Reason"),
        gettext("Category"),
        gettext("Heading of a part"),
        gettext("Title"),
        gettext("Key"),
        gettext("Changed fields"),
        gettext("Resembles"),
        gettext("Batch"),
        gettext("Address"),
    ]


def report_rows(job: DipImport) -> Iterator[list]:
    """Return a row for each row of the file in its order; memory stays flat.

    The words are read at once: a download is written long after its request's language has gone.
    """
    outcomes = {plan.value: str(plan.label) for plan in RowPlan}
    reasons = {reason.value: str(reason.label) for reason in (*SetAside, *RowRefusal)}
    return _rows(job, outcomes, reasons)


def _rows(job, outcomes, reasons):
    rows = job.rows.select_related("page").order_by("number")
    for row in rows.iterator(chunk_size=500):
        told = row.understood
        yield [
            row.sheet,
            row.row,
            outcomes[row.outcome or row.plan],
            reasons[row.reason] % row.reason_about if row.reason else "",
            told.get("category") or "",
            told.get("section", ""),
            row.title or told.get("text", ""),
            told.get("key", ""),
            ", ".join(row.changes),
            row.resembles,
            row.batch if row.batch is not None else "",
            (row.page.full_url or "") if row.page else "",
        ]
