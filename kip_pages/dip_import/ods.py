"""OpenDocument spreadsheets, read as a stream."""

from collections.abc import Iterator

from ..import_choices import FileRefusal
from .cells import Area, Cell, Sheet
from .package import Handler, Package
from .refusing import (
    MAX_CELL_TEXT,
    MAX_COLUMN,
    MAX_SHEETS,
    Counter,
    UnreadableFileError,
    too_many_cells,
)

CONTENT, MANIFEST = "content.xml", "META-INF/manifest.xml"
# A row that is filled and repeated more often than this was repeated by mistake.
MAX_REPEATED = 1_000


def read_ods(package: Package) -> Iterator[Sheet]:
    """Yield the sheets with everything in them; raises ``UnreadableFileError``."""
    if MANIFEST in package.names and b"encryption-data" in package.read(MANIFEST):
        raise UnreadableFileError(FileRefusal.PROTECTED)
    if any(name.startswith(("Basic/", "Scripts/")) for name in package.names):
        raise UnreadableFileError(FileRefusal.MACROS)
    styles = _Styles()
    if "styles.xml" in package.names:
        package.hear("styles.xml", styles)
    reader = _Content(styles, Counter())
    for _piece in package.events(CONTENT, reader):
        yield from reader.take()
    yield from reader.take()


class _Styles(Handler):
    """Which styles are bold, filled, or in a font of symbols."""

    def __init__(self):
        self.looks = {}
        self._name = None

    def start(self, name, attributes):
        if name == "style":
            self._name = attributes.get("name")
            self.looks[self._name] = self.looks.get(attributes.get("parent-style-name"), _PLAIN)
        elif name == "text-properties" and self._name:
            self._text(attributes)
        elif name == "table-cell-properties" and self._name:
            colour = attributes.get("background-color", "transparent")
            is_bold, _filled, font = self.looks[self._name]
            self.looks[self._name] = (is_bold, colour not in ("transparent", "#ffffff"), font)

    def end(self, name):
        if name == "style":
            self._name = None

    def _text(self, attributes):
        is_bold, is_filled, font = self.looks[self._name]
        is_bold = attributes.get("font-weight", "bold" if is_bold else "") in _BOLD
        named = (attributes.get("font-name") or attributes.get("font-family") or "").lower()
        if named:
            font = named if named.startswith(("wingdings", "webdings", "symbol")) else ""
        self.looks[self._name] = (is_bold, is_filled, font)


_PLAIN = (False, False, "")
_BOLD = {"bold", "600", "700", "800", "900"}


class _Content(Handler):
    """Gathers one sheet after the other from ``content.xml``."""

    def __init__(self, styles, counter):
        self._styles, self._counter = styles, counter
        self._done, self._sheet, self._areas = [], None, []
        self._hidden_styles, self._table_style = set(), None
        self._row = self._column = 0
        self._row_attributes, self._cells = {}, {}
        self._cell, self._paragraphs, self._links, self._notes = None, [], [], 0
        self._columns = 0

    def take(self):
        done, self._done = self._done, []
        return done

    def start(self, name, attributes):
        self._styles.start(name, attributes)
        if begin := _BEGINNINGS.get(name):
            begin(self, attributes)

    def text(self, text):
        if self._cell is not None and self._paragraphs and not self._notes:
            self._paragraphs[-1].append(text)

    def end(self, name):
        self._styles.end(name)
        if end := _ENDINGS.get(name):
            end(self)

    def _begin_style(self, attributes):
        self._table_style = attributes.get("name") if attributes.get("family") == "table" else None

    def _table_properties(self, attributes):
        if self._table_style and attributes.get("display") == "false":
            self._hidden_styles.add(self._table_style)

    def _begin_table(self, attributes):
        is_hidden = attributes.get("style-name") in self._hidden_styles
        self._sheet = Sheet(attributes.get("name", ""), is_hidden=is_hidden)
        self._done.append(self._sheet)
        if len(self._done) > MAX_SHEETS:
            raise too_many_cells()
        self._row = self._columns = 0
        self._areas = []

    def _begin_column(self, attributes):
        repeated = _number(attributes.get("number-columns-repeated"), 1)
        if attributes.get("visibility") in ("collapse", "filter") and self._sheet:
            first = self._columns + 1
            last = min(self._columns + repeated, MAX_COLUMN)
            self._sheet.hidden_columns.update(range(first, last + 1))
        self._columns += repeated

    def _begin_row(self, attributes):
        self._row_attributes, self._cells, self._column = attributes, {}, 0
        self._row += 1

    def _begin_cell(self, attributes):
        self._cell, self._paragraphs, self._links = attributes, [], []

    def _begin_paragraph(self, _attributes):
        if self._cell is not None and not self._notes:
            self._paragraphs.append([])

    def _spaces(self, attributes):
        self.text(" " * min(_number(attributes.get("c"), 1), 100))

    def _tab(self, _attributes):
        self.text("\t")

    def _line_break(self, _attributes):
        self.text("\n")

    def _link(self, attributes):
        if self._cell is not None:
            self._links.append(attributes.get("href", ""))

    def _begin_note(self, _attributes):
        self._notes += 1

    def _end_note(self):
        self._notes -= 1

    def _end_cell(self):
        attributes, self._cell = self._cell, None
        if attributes is None:
            return
        repeated = _number(attributes.get("number-columns-repeated"), 1)
        first = self._column + 1
        self._column += repeated
        self._merge(attributes, first)
        cell = self._read(attributes)
        if cell is None:
            return
        for column in range(first, min(self._column, MAX_COLUMN) + 1):
            self._cells[column] = cell

    def _merge(self, attributes, left):
        wide = _number(attributes.get("number-columns-spanned"), 1)
        high = _number(attributes.get("number-rows-spanned"), 1)
        if (wide > 1 or high > 1) and left <= MAX_COLUMN:
            self._areas.append(Area(self._row, left, self._row + high - 1, left + wide - 1))

    def _read(self, attributes):
        text = "\n".join("".join(parts) for parts in self._paragraphs)[:MAX_CELL_TEXT]
        formula = attributes.get("formula", "")
        number, date = None, attributes.get("date-value", "")[:10]
        if attributes.get("value-type") in ("float", "percentage", "currency"):
            number = _float(attributes.get("value"))
            if number is not None and number.is_integer() and not formula:
                text = text if "%" in text else str(int(number))
        text = text or formula.partition(":")[2] or formula
        if not text.strip() and not self._links:
            return None
        look = self._styles.looks.get(attributes.get("style-name"), _PLAIN)
        links = tuple(dict.fromkeys(self._links))
        return Cell(text, number, date, links, look[2], look[0], look[1], formula)

    def _end_row(self):
        repeated = _number(self._row_attributes.get("number-rows-repeated"), 1)
        is_hidden = self._row_attributes.get("visibility") in ("collapse", "filter")
        first = self._row
        self._row += repeated - 1
        if not self._cells or self._sheet is None:
            # A sheet ends with a million blank rows, written as one.
            self._counter.count(0)
            return
        for number in range(first, first + min(repeated, MAX_REPEATED)):
            self._counter.count(len(self._cells))
            self._sheet.fill([(number, is_hidden, self._cells)])

    def _end_table(self):
        if self._sheet is not None:
            self._sheet.merge(self._areas)
        self._sheet = None


_BEGINNINGS = {
    "style": _Content._begin_style,
    "table-properties": _Content._table_properties,
    "table": _Content._begin_table,
    "table-column": _Content._begin_column,
    "table-row": _Content._begin_row,
    "table-cell": _Content._begin_cell,
    "covered-table-cell": _Content._begin_cell,
    "p": _Content._begin_paragraph,
    "s": _Content._spaces,
    "tab": _Content._tab,
    "line-break": _Content._line_break,
    "a": _Content._link,
    "annotation": _Content._begin_note,
}
_ENDINGS = {
    "annotation": _Content._end_note,
    "table-cell": _Content._end_cell,
    "covered-table-cell": _Content._end_cell,
    "table-row": _Content._end_row,
    "table": _Content._end_table,
}


def _number(text, default):
    return int(text) if text and text.isdecimal() else default


def _float(text):
    try:
        return float(text)
    except (TypeError, ValueError):
        return None
