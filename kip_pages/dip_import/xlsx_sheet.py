"""The rows of one sheet of an Excel workbook."""

import math
import re

from openpyxl.utils.datetime import from_excel

from .cells import Area, Cell
from .package import Handler
from .refusing import MAX_AREAS, MAX_CELL_TEXT, MAX_COLUMN, too_many_cells
from .xlsx_parts import at, plain_text, whole_number

_PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")


_PLAIN = (False, False, False, "")


class SheetReader(Handler):
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
        self._number = max(whole_number(attributes.get("r")), self._number + 1)
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
            first, last = whole_number(attributes.get("min")), whole_number(attributes.get("max"))
            self.hidden_columns.update(range(first, min(last, MAX_COLUMN) + 1))

    def _refuse_many(self, things):
        if len(things) > MAX_AREAS:
            raise too_many_cells()

    def _end_cell(self):
        attributes, parts = self._cell, self._parts
        if not parts or self._column > MAX_COLUMN:
            return
        look = at(self._looks, attributes.get("s"), _PLAIN)
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
            return at(self._strings, raw, ""), None, ""
        if kind in ("str", "inlineStr"):
            return plain_text(raw), None, ""
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
    "row": SheetReader._begin_row,
    "c": SheetReader._begin_cell,
    "v": SheetReader._begin_value,
    "t": SheetReader._begin_text,
    "f": SheetReader._begin_formula,
    "rPh": SheetReader._begin_phonetic,
    "mergeCell": SheetReader._merge,
    "hyperlink": SheetReader._hyperlink,
    "col": SheetReader._hide_columns,
}


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
