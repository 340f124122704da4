"""What a spreadsheet is here, whatever file it came from: sheets of rows of cells."""

import contextlib
import dataclasses
import json
import tempfile
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .refusing import MAX_AREAS, MAX_CELLS, MAX_COLUMN, too_many_cells

# Rows wait in memory up to this size, then on disk.
IN_MEMORY = 4 << 20


class Cell(NamedTuple):
    """One filled cell. ``text`` is what a person sees, line breaks and all."""

    text: str
    # The number behind the text, where the file says it is one.
    number: float | None = None
    # ISO 8601, where the file says it is a day.
    date: str = ""
    links: tuple[str, ...] = ()
    # Name of the font in small letters: in Wingdings a "ü" is a tick.
    font: str = ""
    is_bold: bool = False
    is_filled: bool = False
    # Text of a formula. It is never calculated.
    formula: str = ""


class Area(NamedTuple):
    """Cells that were merged into one; numbered from 1, ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclasses.dataclass(slots=True)
class Row:
    """A row as the officer counts it, from 1."""

    number: int
    cells: dict[int, Cell]
    is_hidden: bool = False
    # Last column of a cell that was merged to the right, by its first.
    spans: dict[int, int] = dataclasses.field(default_factory=dict)
    # What is merged down into this row from above, by column.
    above: dict[int, Cell] = dataclasses.field(default_factory=dict)

    def seen(self, column: int) -> Cell | None:
        """Return what a person sees in this column: its own cell, or the one merged over it."""
        return self.cells.get(column) or self.above.get(column)

    @property
    def is_blank(self) -> bool:
        return not any(cell.text.strip() or cell.links for cell in self.cells.values())

    @property
    def text(self) -> str:
        return " ".join(" | ".join(c.text for _n, c in sorted(self.cells.items())).split())


class Sheet:
    """A sheet that can be walked through again and again, and is never in memory as a whole."""

    def __init__(self, name: str | None, *, is_hidden: bool = False):
        self.name = name
        self.is_hidden = is_hidden
        self.hidden_columns: set[int] = set()
        self._areas: dict[int, list[Area]] = {}
        # Addresses that stand apart from the cells they belong to, as XLSX keeps them.
        self._links: dict[tuple[int, int], list[str]] = {}
        self._last_row = self._last_column = 0
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, mode="w+b")

    def fill(self, rows: Iterable[tuple[int, bool, dict[int, Cell]]]) -> None:
        """Write the rows down: number, whether it is hidden, and the filled cells by column."""
        for number, is_hidden, cells in rows:
            line = json.dumps([number, is_hidden, list(cells.items())], separators=(",", ":"))
            self._file.write(line.encode())
            self._file.write(b"\n")
            self._last_row = number
            self._last_column = max(self._last_column, *cells, 0)

    def merge(self, areas: Iterable[Area]) -> None:
        """Say which cells are one. What reaches beyond the filled cells is cut off."""
        size = 0
        for area in areas:
            bottom, right = min(area.bottom, self._last_row), min(area.right, MAX_COLUMN)
            area = area._replace(bottom=bottom, right=right)
            size += (area.bottom - area.top + 1) * min(area.right - area.left + 1, 50)
            if size > MAX_CELLS:
                raise too_many_cells()
            self._areas.setdefault(area.top, []).append(area)

    def link(self, row: int, column: int, address: str) -> None:
        """Lay an address over a cell."""
        self._links.setdefault((row, column), []).append(address)
        if len(self._links) > MAX_AREAS:
            raise too_many_cells()

    def rows(self) -> Iterator[Row]:
        """Yield the rows from the top; rows between two that are not stored are blank."""
        self._file.seek(0)
        merged = _Merged(self._areas)
        for line in self._file:
            number, is_hidden, stored = json.loads(line)
            cells = {column: _cell(values) for column, values in stored}
            if self._links:
                self._add_links(number, cells)
            row = Row(number, cells, is_hidden)
            merged.apply(row)
            yield row

    def close(self):
        self._file.close()

    def _add_links(self, number, cells):
        for column, cell in list(cells.items()):
            if addresses := self._links.get((number, column)):
                links = tuple(dict.fromkeys([*cell.links, *addresses]))
                cells[column] = cell._replace(links=links)


def _cell(values):
    values[3] = tuple(values[3])
    return Cell(*values)


class _Merged:
    """Keeps the cells that reach down into the rows that follow."""

    def __init__(self, areas):
        self.areas = areas
        self.reaching: list[tuple[Area, Cell]] = []

    def apply(self, row):
        self.reaching = [(area, cell) for area, cell in self.reaching if area.bottom >= row.number]
        for area, cell in self.reaching:
            for column in range(area.left, area.right + 1):
                # What stands below a merged cell is hidden by it, and left over from before.
                row.cells.pop(column, None)
                row.above[column] = cell
        for area in self.areas.get(row.number, ()):
            self._start(area, row)

    def _start(self, area, row):
        cell = row.cells.get(area.left)
        for column in range(area.left + 1, area.right + 1):
            row.cells.pop(column, None)
        if cell is None:
            return
        if area.right > area.left:
            row.spans[area.left] = area.right
        if area.bottom > area.top:
            self.reaching.append((area, cell))


class Workbook:
    """The sheets of a file, in their order; to be closed when it has been read."""

    def __init__(self, sheets: Iterable[Sheet]):
        self.sheets: list[Sheet] = []
        with contextlib.ExitStack() as failed:
            failed.callback(self.close)
            for sheet in sheets:
                self.sheets.append(sheet)
            failed.pop_all()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def close(self):
        for sheet in self.sheets:
            sheet.close()
