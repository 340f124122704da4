"""What changed between two editions of a register: entries are the same by their id, not their title."""

import dataclasses
from collections.abc import Iterable, Iterator

from ..models import RegisterEdition
from .entries import Entry
from .files import read_frozen
from .table import AVAILABLE, FORMS, HEADINGS, OTHER_SUBJECT, Line, category_title

# Beside the legal columns: where in the table an entry stands.
PLACE = "Kategori dan kelompok informasi"
# Headings of the table of changes, and what a row is; Indonesian like the table itself.
CHANGE_HEADINGS = ("Perubahan", "Ringkasan isi informasi", "Kolom", "Sebelum", "Sesudah")
ADDED, REMOVED, CHANGED = "Ditambahkan", "Dihapus", "Diubah"


@dataclasses.dataclass(frozen=True)
class ColumnChange:
    heading: str
    before: str
    after: str


@dataclasses.dataclass(frozen=True)
class Change:
    """An entry that both editions have and that does not say the same in them."""

    entry: Entry
    columns: list[ColumnChange]


@dataclasses.dataclass(frozen=True)
class Difference:
    added: list[Entry]
    removed: list[Entry]
    changed: list[Change]

    def __bool__(self):
        return bool(self.added or self.removed or self.changed)

    def rows(self) -> Iterator[list[str]]:
        """Yield the table of changes under ``CHANGE_HEADINGS``: a row per entry and changed column."""
        for kind, entries in ((ADDED, self.added), (REMOVED, self.removed)):
            for entry in entries:
                yield [kind, entry.title, "", "", ""]
        for change in self.changed:
            for column in change.columns:
                place = [change.entry.title, column.heading]
                yield [CHANGED, *place, column.before, column.after]


def year_before(edition: RegisterEdition) -> RegisterEdition | None:
    """Return the last frozen edition of an earlier year, as it stood after its corrections."""
    earlier = RegisterEdition.objects.frozen().filter(agency=edition.agency_id)
    return earlier.filter(year__lt=edition.year).newest_first().first()


def corrected_by(edition: RegisterEdition) -> RegisterEdition | None:
    """Return the edition that ``edition`` corrects."""
    same_year = RegisterEdition.objects.frozen().filter(agency=edition.agency_id)
    same_year = same_year.filter(year=edition.year, revision__lt=edition.revision)
    return same_year.newest_first().first()


def compare_editions(before: RegisterEdition, after: RegisterEdition) -> Difference:
    """Return what changed from one frozen edition to another."""
    return compare(read_frozen(before).entries, read_frozen(after).entries)


def compare(before: Iterable[Entry], after: Iterable[Entry]) -> Difference:
    """Return what changed, in the order of the tables."""
    before, after = list(before), list(after)
    old = {entry.uid: entry for entry in before}
    kept = {entry.uid for entry in after}
    changes = (
        Change(entry, columns)
        for entry in after
        if entry.uid in old and (columns := _columns(old[entry.uid], entry))
    )
    return Difference(
        added=[entry for entry in after if entry.uid not in old],
        removed=[entry for entry in before if entry.uid not in kept],
        changed=list(changes),
    )


def _columns(before, after):
    pairs = zip(_texts(before), _texts(after), strict=True)
    return [
        ColumnChange(heading, old, new) for (heading, old), (_heading, new) in pairs if old != new
    ]


def _texts(entry):
    """Return heading and text of each column that can change; the number is no property of an entry."""
    _number, summary, unit, officer, made, *available, retention = Line(3, entry=entry).cells
    forms = [form for form, mark in zip(FORMS, available, strict=True) if mark == AVAILABLE]
    place = f"{category_title(entry.category)} – {entry.subject_title or OTHER_SUBJECT}"
    texts = (summary, unit, officer, made, ", ".join(forms), retention)
    return [(PLACE, place), *zip(HEADINGS[1:], texts, strict=True)]
