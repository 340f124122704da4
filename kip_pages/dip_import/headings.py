"""Tell the headings among the rows that hold a single text."""

import dataclasses
import re

from .banners import banner_in, exempt_banner_in, has_caption
from .cells import Cell, Row
from .columns import Role
from .layout import Table
from .links import is_address, links_of
from .markers import BULLET, CAPITAL, CODE, LETTER, NUMBER, ROMAN, Marker, marker_of, split_marker
from .profile import MOST, has_any_link
from .vocabulary import tidy

# Styles of numbering from the outermost in, as registers nest them.
_RANKS = {ROMAN: 0, CAPITAL: 1, NUMBER: 2, CODE: 3, LETTER: 3, BULLET: 4}


@dataclasses.dataclass(frozen=True)
class Alone:
    """The one text of a row, apart from its number."""

    column: int
    cell: Cell
    marker: Marker | None
    # Without its number, and as it stands.
    text: str
    whole: str
    number_column: int | None

    @classmethod
    def of(cls, row: Row, table: Table) -> "Alone | None":
        """Return the lone text of a row, or None where there are several."""
        filled = {
            c: cell for c, cell in sorted(row.cells.items()) if cell.text.strip() or cell.links
        }
        numbers = table.columns(Role.NUMBER)
        own = None
        if banner := _banner_in(row, table):
            column, cell = banner
            own = next((m for c in filled if c < column and (m := marker_of(filled[c].text))), None)
            filled = {column: cell}
        if len(filled) == 2:
            (first, cell), _other = filled.items()
            if (first in numbers or table.title is None or first < table.title) and marker_of(
                cell.text
            ):
                own = marker_of(cell.text)
                del filled[first]
        if len(filled) != 1:
            return None
        ((column, cell),) = filled.items()
        marker, text = split_marker(cell.text)
        return cls(
            column, cell, own or marker, text, tidy(cell.text), numbers[0] if numbers else None
        )

    @property
    def has_link(self) -> bool:
        return bool(links_of(self.cell))

    def may_be_title(self, table: Table) -> bool:
        return table.title is None or self.column == table.title or not table.has_header

    def goes_on(self, last: Marker | None) -> bool:
        """Say whether the row carries the next number of a list of entries."""
        return self.is_beside(last) and (
            self.marker.style == BULLET or self.marker.place in (last.place, last.place + 1)
        )

    def is_beside(self, other: Marker | None) -> bool:
        """Say whether the row is numbered in the style of another one, at the same depth."""
        return bool(
            self.marker
            and other
            and (self.marker.style, self.marker.depth) == (other.style, other.depth)
        )

    def is_below(self, other: Marker | None) -> bool:
        return bool(self.marker and other and _rank(self.marker) > _rank(other))

    def continues(self, run) -> bool:
        """Say whether the text is the rest of the title above it."""
        if run.entry is None or self.marker or self.column != run.table.title:
            return False
        is_numbered = run.table.profiles.of(self.number_column).filled if self.number_column else 0
        return bool(is_numbered and continues_title(self.text))


def _banner_in(row, table):
    """Return the cell of a banner; what stands in a column of categories is said of its own row.

    So is "Kategori: …" on a card, which is what there is without a header.
    """
    banner = banner_in(row) or _exempt_banner_in(row, table)
    if banner is None or has_caption(row):
        return banner if table.has_header else None
    return None if table.roles.get(banner[0]) is Role.CATEGORY else banner


def _exempt_banner_in(row, table):
    numbers = table.columns(Role.NUMBER)
    if not (table.has_header and numbers and table.title) or set(numbers) & row.above.keys():
        return None
    number = Marker.of_cell(row.cells.get(numbers[0]))
    if number and number.style not in (ROMAN, CAPITAL):
        return None
    banner = exempt_banner_in(row, table.title)
    # In any other column it is said of the entry.
    is_heading = banner and table.roles.get(banner[0]) in (Role.NUMBER, Role.TITLE, None)
    return banner if is_heading else None


def continues_title(text: str) -> bool:
    """Say whether a text goes on in the middle of a sentence."""
    return bool(re.match(r"\s*[a-z(]", text))


def is_heading(row: Row, alone: Alone, run, following: list[Row], *, above: int = 0) -> bool:
    """Say whether a lone text heads what follows it; ``above`` is the last row before it."""
    table = run.table
    if alone.has_link or not following:
        return False
    if is_dressed(row, alone, table):
        return True
    if alone.goes_on(run.last) or table.is_list_of_category:
        return False
    below = _marker_below(table, following)
    if alone.marker and below and _rank(alone.marker) < _rank(below) and _begins(below):
        return True
    if table.title is not None and alone.column < table.title and not alone.marker:
        return not table.has_header or alone.column != alone.number_column or len(alone.text) > 3
    if table.has_header:
        return _is_bare(alone, table, below)
    return _heads_list(row, alone, table, following, above or run.above)


def is_dressed(row: Row, alone: Alone, table: Table) -> bool:
    """Say whether the row looks otherwise than entries do: bold, coloured, or laid over the columns."""
    profiles = table.profiles
    last = row.spans.get(alone.column, alone.column)
    width = max([*table.headings, *table.roles, 1])
    if last > alone.column and (last - alone.column + 1) * 2 >= width:
        return True
    if alone.cell.is_bold and not _entries_are_bold(table):
        return True
    return alone.cell.is_filled and table.has_header and not profiles.full_are_filled


def _entries_are_bold(table):
    profiles = table.profiles
    if table.has_header and profiles.full:
        return profiles.full_are_bold
    bold, all_rows = profiles.single_bold + profiles.full_bold, profiles.single + profiles.full
    return bold * 2 > all_rows


def _is_bare(alone, table, below):
    """In a table whose entries have numbers and other cells, a text with neither is a heading."""
    if alone.marker:
        is_outer = alone.marker.style in (ROMAN, CAPITAL)
        return is_outer and (below is None or below.style != alone.marker.style)
    profiles = table.profiles
    if alone.number_column and profiles.full:
        numbered = profiles.of(alone.number_column).filled
        return numbered > 0.8 * min(profiles.full, MOST)
    looks_like_one = alone.text.isupper() or alone.text.endswith(":")
    return looks_like_one and profiles.single < profiles.full


def _heads_list(row, alone, table, following, above):
    """In a list without any dress, what stands apart from the rows around it is a heading."""
    below = following[0]
    if alone.text.endswith(":"):
        return True
    if is_address(_text(below)):
        return False
    profiles = table.profiles
    if alone.marker and profiles.are_linked and has_any_link(below):
        titles = profiles.of(alone.column)
        if titles.share(titles.markers) < 0.3:
            return True
    stands_apart = row.number > above + 1 and below.number == row.number + 1
    if not stands_apart:
        return False
    if profiles.are_linked:
        return has_any_link(below)
    has_dress = profiles.single_bold or profiles.full_bold
    return not has_dress and alone.text.isupper() and not _text(below).isupper()


def _text(row):
    return " ".join(tidy(cell.text) for cell in row.cells.values())


def _marker_below(table, following):
    below = following[0]
    alone = Alone.of(below, table)
    if alone:
        return alone.marker
    number = below.cells.get(next(iter(table.columns(Role.NUMBER)), None))
    if number and (marker := marker_of(number.text)):
        return marker
    title = below.cells.get(table.title)
    return split_marker(title.text)[0] if title else None


def _rank(marker):
    return _RANKS[marker.style] + (marker.depth - 2 if marker.style == CODE else 0)


def _begins(marker):
    return marker.place in (0, 1)
