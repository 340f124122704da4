"""Texts and styles of Excel workbooks, which their cells name by number."""

import re

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

from .package import Handler
from .refusing import MAX_SHARED_TEXT, too_many_cells

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class SharedStrings(Handler):
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
            self.texts.append(plain_text("".join(self._parts)))
            self._parts = []
            self._length += len(self.texts[-1]) + 8
            if self._length > MAX_SHARED_TEXT:
                raise too_many_cells()


class Styles(Handler):
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
            self._formats[whole_number(attributes.get("numFmtId"))] = attributes.get(
                "formatCode", ""
            )
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
        code = self._formats.get(whole_number(attributes.get("numFmtId"))) or ""
        font = at(self._fonts, attributes.get("fontId"), [False, ""])
        is_filled = at(self._fills, attributes.get("fillId"), False)
        symbols = font[1] if font[1].startswith(("wingdings", "webdings", "symbol")) else ""
        self.looks.append((is_date_format(code), font[0], is_filled, symbols))


def plain_text(text):
    """Undo what XLSX does to characters that XML does not know."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda match: _character(int(match[1], 16)), text)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _character(code):
    # No database stores half a character, and PostgreSQL no U+0000.
    return "" if code == 0 or 0xD800 <= code <= 0xDFFF else chr(code)


def whole_number(text):
    return int(text) if text and text.isdecimal() else 0


def at(values, index, default):
    index = int(index) if index and index.strip().isdecimal() else -1
    return values[index] if 0 <= index < len(values) else default
