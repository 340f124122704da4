"""The public table of what is exempt, for spreadsheets."""

from collections.abc import Iterable, Iterator

from ..editions.table import legal_date
from ..models import ExemptItem

TITLE = "Daftar Informasi Dikecualikan"  # 31 characters at most: it names a sheet
# A legal form, so Indonesian in whatever language somebody asks.
HEADINGS = (
    "No",
    "Informasi",
    "Dasar hukum",
    "Konsekuensi bila dibuka",
    "Konsekuensi bila ditutup",
    "Jangka waktu",
    "Keputusan",
)


def public_rows(items: Iterable[ExemptItem]) -> Iterator[list[str | int]]:
    """Yield the table under ``HEADINGS`` for what ``ExemptItem.objects.public`` returned."""
    for number, item in enumerate(items, start=1):
        yield [
            number,
            item.public_information,
            f"{item.legal_ground}; {item.statute}",
            item.public_if_opened,
            item.public_if_closed,
            _period(item),
            f"{item.decision_number}, {legal_date(item.decided_on)}",
        ]


def _period(item):
    until = f"sampai dengan {legal_date(item.expires_on)}" if item.expires_on else ""
    return "; ".join(part for part in (item.period, until) if part)
