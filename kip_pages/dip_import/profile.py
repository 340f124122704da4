"""What the cells of a column look like, for where its heading does not say enough."""

import dataclasses
import re

from .cells import Cell, Row
from .columns import Role
from .links import is_address, is_placeholder, links_of
from .markers import is_caption, marker_of
from .vocabulary import forms_in, is_ditto, is_nothing, is_tick, plain, stated_value, tidy

# More are not looked at: enough to know a column by.
MOST = 400
MOST_ROWS = 2_000
SAMPLES = 3
LONG = 25


@dataclasses.dataclass
class Profile:
    """Counts of what was found in a column."""

    filled: int = 0
    long: int = 0
    linked: int = 0
    addresses: int = 0
    captions: int = 0
    ticks: int = 0
    crosses: int = 0
    categories: int = 0
    years: int = 0
    forms: int = 0
    markers: int = 0
    # Numbers of several levels: 1.2.3 is a place, and the key of nothing.
    levels: int = 0
    dittos: int = 0
    characters: int = 0
    merged: int = 0
    distinct: set[str] = dataclasses.field(default_factory=set)
    # A few values as they stand, for people.
    samples: list[str] = dataclasses.field(default_factory=list)

    def add(self, cell: Cell) -> None:
        text = cell.text.strip()
        if self.filled >= MOST or is_nothing(text):
            return
        if is_ditto(text):
            self.dittos += 1
            return
        self.filled += 1
        self.characters += len(text)
        self.long += len(text) > LONG
        self.linked += bool(links_of(cell))
        self.addresses += is_address(text)
        self.captions += is_caption(text) or is_placeholder(text)
        self.ticks += is_tick(cell)
        self.crosses += text.lower() in ("x", "×")
        self.categories += len(text) < 60 and stated_value(text) is not None
        self.years += bool(cell.date) or bool(re.fullmatch(r"(?:19|20)\d\d", text))
        self.forms += len(text) < 60 and bool(forms_in(text))
        marker = marker_of(text)
        self.markers += marker is not None
        self.levels += marker is not None and marker.depth > 1
        words = plain(text)[:80]
        if words not in self.distinct and len(self.samples) < SAMPLES:
            self.samples.append(tidy(text)[:80])
        self.distinct.add(words)

    def explain(self, legend: dict[str, str]) -> None:
        """Count as categories the abbreviations of which a legend says so."""
        if self.distinct and self.distinct <= legend.keys():
            self.categories = self.filled

    def share(self, count: int) -> float:
        return count / self.filled if self.filled else 0.0

    @property
    def variety(self) -> float:
        """How far the values differ from each other: 1 where none stands twice."""
        return self.share(len(self.distinct))


class Profiles:
    """The columns of one table, and how its rows are dressed."""

    def __init__(self):
        self.columns: dict[int, Profile] = {}
        self.rows = self.full = self.full_bold = self.full_filled = 0
        self.single = self.single_bold = self.linked = 0

    def add(self, row: Row) -> None:
        if self.rows >= MOST_ROWS:
            return
        self.rows += 1
        for column, cell in row.cells.items():
            self.of(column).add(cell)
        for column in row.above:
            self.of(column).merged += 1
        cells = [c for c in row.cells.values() if c.text.strip()]
        self.linked += has_any_link(row)
        # The number of a row says nothing of how the row is dressed.
        worded = [cell for cell in cells if not marker_of(cell.text)] or cells
        is_bold = all(cell.is_bold for cell in worded)
        if len(worded) > 1:
            self.full += 1
            self.full_bold += is_bold
            self.full_filled += all(cell.is_filled for cell in worded)
        elif worded:
            self.single += 1
            self.single_bold += is_bold

    def of(self, column: int) -> Profile:
        return self.columns.setdefault(column, Profile())

    @property
    def are_linked(self) -> bool:
        return self.linked * 2 > self.rows

    @property
    def full_are_bold(self) -> bool:
        return self.full_bold * 2 > self.full

    @property
    def full_are_filled(self) -> bool:
        return self.full_filled * 2 > self.full


def has_any_link(row: Row) -> bool:
    """Say whether a row has a link, be it one that leads nowhere."""
    return any(cell.links or links_of(cell) for cell in row.cells.values())


def guessed_role(profile: Profile) -> Role | None:
    """Return what a column without a heading holds, where its cells alone leave no doubt."""
    if not profile.filled:
        return None
    if profile.share(profile.markers) > 0.8:
        return Role.NUMBER
    if profile.share(profile.addresses + profile.captions) > 0.6:
        return Role.LINK
    if profile.share(profile.categories) > 0.8 and profile.variety < 0.7:
        return Role.CATEGORY
    if profile.share(profile.years) > 0.8:
        return Role.YEAR
    if profile.share(profile.forms) > 0.8 and profile.variety < 0.5:
        return Role.FORM
    return None


def holds_ticks(profile: Profile) -> bool:
    """Say whether a column under a heading such as "Online" holds ticks, and not titles or links."""
    # Signatures below the table stand in such columns as well.
    return bool(profile.ticks) or not profile.long or profile.share(profile.addresses) > 0.5


def title_weight(profile: Profile) -> tuple[float, int]:
    """Order columns by how likely they hold the titles: texts that differ, and long ones."""
    texts = profile.filled - profile.addresses - profile.captions - profile.markers
    return (texts * profile.variety, profile.characters)
