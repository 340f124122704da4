"""Excel workbooks (Office Open XML), read as a stream.

``openpyxl`` would hold the whole workbook, fifty times the size of the file, and when it streams it
knows neither merged cells nor links. Only its knowledge of number formats is used here.
"""

import math
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from ..import_choices import FileRefusal
from .cells import Area, Cell, Sheet
from .package import Handler, Package
from .refusing import (
    MAX_AREAS,
    MAX_CELL_TEXT,
    MAX_COLUMN,
    MAX_SHARED_TEXT,
    MAX_SHEETS,
    Counter,
    UnreadableFileError,
    too_many_cells,
)

_PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_MACROS = ("vbaproject", "macroenabled", "macrosheet", "intlmacrosheet")
WORKBOOK = "xl/workbook.xml"
# Rows that one address may be laid over; more were selected by mistake.
MAX_LINK_ROWS = 100


def read_xlsx(package: Package) -> Iterator[Sheet]:
    """Yield the sheets with everything in them; raises ``UnreadableFileError``."""
    _refuse_macros(package)
    book = _Book()
    package.hear(WORKBOOK, book)
    relations = _relations(package, WORKBOOK)
    strings, styles = _SharedStrings(), _Styles()
    for handler, name in ((strings, "sharedStrings.xml"), (styles, "styles.xml")):
        if path := _part(relations, name, package):
            package.hear(path, handler)
    if len(book.sheets) > MAX_SHEETS:
        raise too_many_cells()
    counter = Counter()
    for name, is_hidden, relation in book.sheets:
        path = relations.get(relation, "")
        if path in package.names:
            reader = _SheetReader(strings.texts, styles, counter, epoch=book.epoch)
            yield _sheet(package, path, reader, Sheet(name, is_hidden=is_hidden))


def _sheet(package, path, reader, sheet):
    sheet.fill(_rows(package, path, reader))
    sheet.merge(reader.areas)
    sheet.hidden_columns = reader.hidden_columns
    relations = _relations(package, path)
    for area, relation, location in reader.links:
        address = relations.get(relation, "") or (f"#{location}" if location else "")
        for row in range(area.top, min(area.bottom, area.top + MAX_LINK_ROWS - 1) + 1):
            sheet.link(row, area.left, address)
    return sheet


def _rows(package, path, reader):
    for _piece in package.events(path, reader):
        yield from reader.take()


def _refuse_macros(package):
    types = package.read("[Content_Types].xml").lower()
    names = " ".join(package.names).lower()
    if any(word.encode() in types or word in names for word in _MACROS):
        raise UnreadableFileError(FileRefusal.MACROS)


def _relations(package, path):
    """Return the targets of a part's relations by their id: parts by path, else as they stand."""
    folder, name = str(PurePosixPath(path).parent), PurePosixPath(path).name
    source = f"{folder}/_rels/{name}.rels"
    if source not in package.names:
        return {}
    handler = _Relations(folder)
    package.hear(source, handler)
    return handler.targets


def _part(relations, name, package):
    paths = [path for path in relations.values() if path.endswith(f"/{name}")]
    return next((path for path in paths if path in package.names), None)


class _Relations(Handler):
    def __init__(self, folder):
        self.folder = folder
        self.targets = {}

    def start(self, name, attributes):
        if name != "Relationship":
            return
        target = attributes.get("Target", "")
        if attributes.get("TargetMode") != "External":
            target = target.lstrip("/") if target.startswith("/") else f"{self.folder}/{target}"
            target = _without_dots(target)
        self.targets[attributes.get("Id")] = target


def _without_dots(path):
    kept = []
    for part in path.split("/"):
        if part == ".." and kept:
            kept.pop()
        elif part not in ("", ".", ".."):
            kept.append(part)
    return "/".join(kept)


class _Book(Handler):
    def __init__(self):
        self.sheets = []
        self.epoch = CALENDAR_WINDOWS_1900

    def start(self, name, attributes):
        if name == "sheet":
            is_hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append((attributes.get("name", ""), is_hidden, attributes.get("id")))
        elif name == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            self.epoch = CALENDAR_MAC_1904


class _SharedStrings(Handler):
    """The texts of the workbook, which its cells name by their number."""

    def __init__(self):
        self.texts = []
        self._parts, self._is_text, self._phonetic, self._length = [], False, 0, 0

    def start(self, name, attributes):
        if name == "rPh":
            self._phonetic += 1
        self._is_text = name == "t" and not self._phonetic

    def text(self, text):
        if self._is_text:
            self._parts.append(text)

    def end(self, name):
        self._is_text = False
        if name == "rPh":
            self._phonetic -= 1
        elif name == "si":
            self.texts.append(_plain("".join(self._parts)))
            self._parts = []
            self._length += len(self.texts[-1]) + 8
            if self._length > MAX_SHARED_TEXT:
                raise too_many_cells()


class _Styles(Handler):
    """Which styles of cells are dates, bold, filled, or in a font of symbols."""

    def __init__(self):
        self.looks = []
        self._formats = dict(BUILTIN_FORMATS)
        self._fonts, self._fills = [], []
        self._inside = []

    def start(self, name, attributes):
        self._inside.append(name)
        place = "/".join(self._inside[1:3])
        if place == "numFmts/numFmt":
            self._formats[_number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif place == "fonts/font":
            self._font(name, attributes)
        elif place == "fills/fill":
            self._fill(name, attributes)
        elif place == "cellXfs/xf" and name == "xf":
            self._look(attributes)

    def end(self, name):
        self._inside.pop()

    def _font(self, name, attributes):
        if name == "font":
            self._fonts.append([False, ""])
        elif name == "b":
            self._fonts[-1][0] = attributes.get("val", "1") not in ("0", "false")
        elif name == "name":
            self._fonts[-1][1] = attributes.get("val", "").lower()

    def _fill(self, name, attributes):
        if name == "fill":
            self._fills.append(False)
        elif name == "patternFill":
            self._fills[-1] = attributes.get("patternType") not in (None, "none", "gray125")

    def _look(self, attributes):
        code = self._formats.get(_number(attributes.get("numFmtId"))) or ""
        font = _at(self._fonts, attributes.get("fontId"), [False, ""])
        is_filled = _at(self._fills, attributes.get("fillId"), False)
        symbols = font[1] if font[1].startswith(("wingdings", "webdings", "symbol")) else ""
        self.looks.append((is_date_format(code), font[0], is_filled, symbols))


_PLAIN = (False, False, False, "")


class _SheetReader(Handler):
    """Gathers the rows of one sheet, and what stands behind them: merged cells and links."""

    def __init__(self, strings, styles, counter, *, epoch):
        self.areas, self.links, self.hidden_columns = [], [], set()
        self._strings, self._looks, self._counter = strings, styles.looks, counter
        self._epoch = epoch
        self._rows, self._row, self._column = [], None, 0
        self._number = 0
        self._cell, self._parts, self._keep, self._phonetic = None, {}, None, 0

    def take(self):
        rows, self._rows = self._rows, []
        return rows

    def start(self, name, attributes):
        if begin := _BEGINNINGS.get(name):
            begin(self, attributes)

    def text(self, text):
        if self._keep and not self._phonetic:
            self._parts[self._keep] = self._parts.get(self._keep, "") + text

    def end(self, name):
        if name == "c" and self._row is not None:
            self._end_cell()
        elif name == "row" and self._row is not None:
            self._rows.append(self._row)
            self._row = None
        elif name == "rPh":
            self._phonetic -= 1
        elif name in ("v", "f", "t"):
            self._keep = None

    def _begin_row(self, attributes):
        # Some writers leave the number out; none goes back.
        self._number = max(_number(attributes.get("r")), self._number + 1)
        self._counter.count(0)
        self._row = (self._number, attributes.get("hidden") in ("1", "true"), {})
        self._column = 0

    def _begin_cell(self, attributes):
        place = _PLACE.fullmatch(attributes.get("r", ""))
        self._column = _column(place[1]) if place else self._column + 1
        self._cell, self._parts = attributes, {}

    def _begin_value(self, _attributes):
        self._keep = "v"

    def _begin_formula(self, _attributes):
        self._keep = "f"
        self._parts["f"] = ""

    def _begin_text(self, _attributes):
        self._keep = "v"

    def _begin_phonetic(self, _attributes):
        self._phonetic += 1

    def _merge(self, attributes):
        if area := _area(attributes.get("ref", "")):
            self.areas.append(area)
        self._refuse_many(self.areas)

    def _hyperlink(self, attributes):
        if area := _area(attributes.get("ref", "")):
            self.links.append((area, attributes.get("id"), attributes.get("location", "")))
        self._refuse_many(self.links)

    def _hide_columns(self, attributes):
        if attributes.get("hidden") in ("1", "true"):
            first, last = _number(attributes.get("min")), _number(attributes.get("max"))
            self.hidden_columns.update(range(first, min(last, MAX_COLUMN) + 1))

    def _refuse_many(self, things):
        if len(things) > MAX_AREAS:
            raise too_many_cells()

    def _end_cell(self):
        attributes, parts = self._cell, self._parts
        if not parts or self._column > MAX_COLUMN:
            return
        look = _at(self._looks, attributes.get("s"), _PLAIN)
        text, number, date = self._value(attributes.get("t", "n"), parts.get("v", ""), look[0])
        formula = f"={parts['f']}" if parts.get("f") else ""
        text = text or formula
        if text:
            text = text[:MAX_CELL_TEXT]
            self._row[2][self._column] = Cell(
                text, number, date, (), look[3], look[1], look[2], formula
            )
            self._counter.count(1, rows=0)

    def _value(self, kind, raw, is_date):
        if kind == "s":
            return _at(self._strings, raw, ""), None, ""
        if kind in ("str", "inlineStr"):
            return _plain(raw), None, ""
        if kind == "b":
            return ("TRUE" if raw == "1" else "FALSE"), None, ""
        if kind == "d":
            return raw, None, raw[:10]
        if kind == "e":
            return "", None, ""
        return self._measure(raw, is_date)

    def _measure(self, raw, is_date):
        try:
            number = float(raw)
        except ValueError:
            return raw, None, ""
        if is_date and 1 <= number < 2_958_466:  # the last day of the year 9999
            moment = from_excel(number, self._epoch)
            date = moment.date().isoformat() if hasattr(moment, "date") else ""
            return date, number, date
        if not math.isfinite(number):
            return raw, None, ""
        return (str(int(number)) if number.is_integer() else raw), number, ""


_BEGINNINGS = {
    "row": _SheetReader._begin_row,
    "c": _SheetReader._begin_cell,
    "v": _SheetReader._begin_value,
    "t": _SheetReader._begin_text,
    "f": _SheetReader._begin_formula,
    "rPh": _SheetReader._begin_phonetic,
    "mergeCell": _SheetReader._merge,
    "hyperlink": _SheetReader._hyperlink,
    "col": _SheetReader._hide_columns,
}


def _plain(text):
    """Undo what XLSX does to characters that XML does not know."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda match: _character(int(match[1], 16)), text)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _character(code):
    # No database stores half a character, and PostgreSQL no U+0000.
    return "" if code == 0 or 0xD800 <= code <= 0xDFFF else chr(code)


def _number(text):
    return int(text) if text and text.isdecimal() else 0


def _at(values, index, default):
    index = int(index) if index and index.strip().isdecimal() else -1
    return values[index] if 0 <= index < len(values) else default


def _column(letters):
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _area(reference):
    """Return ``B2:D4`` or ``B2`` as an area, or None."""
    places = [_PLACE.fullmatch(place) for place in reference.split(":")]
    if not 1 <= len(places) <= 2 or None in places:
        return None
    first, last = places[0], places[-1]
    columns = sorted((_column(first[1]), _column(last[1])))
    rows = sorted((int(first[2]), int(last[2])))
    return Area(rows[0], columns[0], rows[1], min(columns[1], MAX_COLUMN))
