"""The law's table as an Excel workbook to print and sign, and as CSV with the same rows.

Programs that read the register take the feed's own ``register.csv``: one entry a row, nothing else.
"""

import enum
import math
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from ..formats.csv_table import begins_like_a_formula, csv_text
from ..formats.text import xml_text
from ..formats.workbook import CELL_CHARACTERS
from .entries import Entry
from .table import FORMS, FORMS_AT, HEADINGS, TITLE, WIDTH, Head, lines

# Excel separates cells so where the comma is the decimal separator, as in Indonesia.
DELIMITER = ";"
# In characters; together they fill a landscape A4 page at about nine tenths of their size.
COLUMN_WIDTHS = (5, 46, 25, 25, 21, 7, 7, 7, 19)
LINE_HEIGHT = 15  # points
HIGHEST = 409  # points; Excel knows no higher row
FONT = "Calibri"
SIGNATURE_AT = 5  # columns left of the signature block
# Blank lines between position and name, for the signature itself.
SIGNING_SPACE = 4
A4 = 9  # Excel's number of the paper size


class Kind(enum.Enum):
    """What a row is, and by that how its cells look; the last two are single cells of an entry."""

    TITLE = enum.auto()
    SUBTITLE = enum.auto()
    HEADING = enum.auto()
    CATEGORY = enum.auto()
    SUBJECT = enum.auto()
    ENTRY = enum.auto()
    SIGNATURE = enum.auto()
    BLANK = enum.auto()
    MARK = enum.auto()
    QUOTED = enum.auto()


_ACROSS = {Kind.TITLE, Kind.SUBTITLE, Kind.CATEGORY, Kind.SUBJECT}
_LEVELS = {1: Kind.CATEGORY, 2: Kind.SUBJECT}

Row = tuple[Kind, list[str | int]]


def legal_rows(head: Head, entries: Iterable[Entry]) -> Iterator[Row]:
    """Yield what stands in each row of the sheet, as wide as the table."""
    yield Kind.TITLE, _across(head.title.upper())
    for text in _subtitles(head):
        yield Kind.SUBTITLE, _across(text)
    yield from _headings()
    for line in lines(entries):
        if line.level in _LEVELS:
            yield _LEVELS[line.level], _across(line.text)
        else:
            yield Kind.ENTRY, line.cells
    yield from _signature(head)


def legal_csv(head: Head, entries: Iterable[Entry]) -> Iterator[str]:
    """Yield the rows as CSV, safe to open in an Excel that speaks Indonesian."""
    rows = (cells for _kind, cells in legal_rows(head, entries))
    return csv_text(next(rows), rows, delimiter=DELIMITER)


def write_legal_workbook(head: Head, entries: Iterable[Entry], out: BinaryIO) -> None:
    """Write the workbook to ``out``; rows leave memory as they come."""
    book = Workbook(write_only=True)
    book.properties.title = head.title
    book.properties.creator = head.agency
    book.properties.language = "id"
    sheet = book.create_sheet(TITLE)
    _set_up_page(sheet, headings_at=2 + len(_subtitles(head)))
    styles = _styles(sheet)
    for number, (kind, cells) in enumerate(legal_rows(head, entries), start=1):
        _prepare(sheet, number, kind, cells)
        sheet.append([_cell(sheet, styles, kind, *place) for place in enumerate(cells)])
    book.save(out)


def _subtitles(head):
    return [text for text in (" ".join(head.decree), "; ".join(head.remarks)) if text]


def _across(text):
    return [text] + [""] * (WIDTH - 1)


def _headings() -> Iterator[Row]:
    upper, lower = list(HEADINGS), [""] * WIDTH
    upper[FORMS_AT + 1 : FORMS_AT + 1] = [""] * (len(FORMS) - 1)
    lower[FORMS_AT : FORMS_AT + len(FORMS)] = FORMS
    yield Kind.HEADING, upper
    yield Kind.HEADING, lower


def _signature(head) -> Iterator[Row]:
    """One row for all of it: no page can end within."""
    *above, name, nip = head.signature
    text = "\n".join([*above, *[""] * SIGNING_SPACE, name, nip])
    yield Kind.BLANK, [""] * WIDTH
    yield Kind.SIGNATURE, [*[""] * SIGNATURE_AT, text, *[""] * (WIDTH - SIGNATURE_AT - 1)]


def _set_up_page(sheet, headings_at):
    """Say how the sheet is shown and printed, before its first row is written: then it is too late."""
    sheet.freeze_panes = f"C{headings_at + 2}"
    sheet.print_title_rows = f"{headings_at}:{headings_at + 1}"
    for letter, width in zip("ABCDEFGHI", COLUMN_WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.5
    margins.top, margins.bottom, margins.footer = 0.6, 0.8, 0.35
    sheet.oddFooter.right.text = "Halaman &P dari &N"
    sheet.oddFooter.left.text = TITLE


def _styles(sheet):
    """Return a style per kind of row; ``_cell`` gives it to the cells."""
    line = Side(style="thin")
    box = Border(left=line, right=line, top=line, bottom=line)
    top = {"vertical": "top", "wrap_text": True}
    middle = {"horizontal": "center", "vertical": "center", "wrap_text": True}

    def style(**attributes):
        cell = WriteOnlyCell(sheet)
        for name, value in attributes.items():
            setattr(cell, name, value)
        return cell

    def filled(colour):
        return PatternFill("solid", fgColor=colour)

    plain, bold = Font(name=FONT), Font(name=FONT, bold=True)

    return {
        Kind.TITLE: style(font=Font(name=FONT, bold=True, size=14), alignment=Alignment(**middle)),
        Kind.SUBTITLE: style(font=plain, alignment=Alignment(**middle)),
        Kind.HEADING: style(
            font=bold, border=box, alignment=Alignment(**middle), fill=filled("D9E2EC")
        ),
        Kind.CATEGORY: style(
            font=bold, border=box, alignment=Alignment(**top), fill=filled("E8EEF4")
        ),
        Kind.SUBJECT: style(
            font=bold, border=box, alignment=Alignment(**top), fill=filled("F7F9FB")
        ),
        Kind.ENTRY: style(font=plain, border=box, alignment=Alignment(**top)),
        Kind.MARK: style(font=plain, border=box, alignment=Alignment(horizontal="center", **top)),
        Kind.QUOTED: style(font=plain, border=box, alignment=Alignment(**top), quotePrefix=True),
        Kind.SIGNATURE: style(
            font=plain, alignment=Alignment(horizontal="center", vertical="top", wrap_text=True)
        ),
        Kind.BLANK: style(font=plain),
    }


def _prepare(sheet, number, kind, cells):
    """Merge what belongs together, and fix the height: not every program finds it out by itself."""
    if kind in _ACROSS:
        sheet.merged_cells.add(f"A{number}:I{number}")
        rows = _lines(cells[0], sum(COLUMN_WIDTHS)) + (0.5 if kind is Kind.TITLE else 0.2)
    elif kind is Kind.SIGNATURE:
        sheet.merged_cells.add(f"F{number}:I{number}")
        rows = _lines(cells[SIGNATURE_AT], sum(COLUMN_WIDTHS[SIGNATURE_AT:]))
    elif kind is Kind.HEADING:
        rows = 3 if cells[0] else 1.2
        if cells[0]:
            _merge_headings(sheet, number)
    else:
        rows = max(map(_lines, cells, COLUMN_WIDTHS))
    sheet.row_dimensions[number].height = min(LINE_HEIGHT * rows, HIGHEST)


def _lines(value, width):
    """Return how many lines a text takes in a column so many characters wide."""
    return sum(max(1, math.ceil(len(x) / width)) for x in str(value).split("\n"))


def _merge_headings(sheet, number):
    """Join what of the two rows of headings belongs together."""
    sheet.merged_cells.add(f"F{number}:H{number}")
    for letter in "ABCDEI":
        sheet.merged_cells.add(f"{letter}{number}:{letter}{number + 1}")


def _cell(sheet, styles, kind, column, value):
    if isinstance(value, str):
        value = xml_text(value).replace("\r\n", "\n").replace("\r", "\n")[:CELL_CHARACTERS]
    cell = WriteOnlyCell(sheet, value)
    if kind is Kind.ENTRY:
        if column == 0 or FORMS_AT <= column < FORMS_AT + len(FORMS):
            kind = Kind.MARK
        elif begins_like_a_formula(value):
            kind = Kind.QUOTED
    if isinstance(value, str):
        cell.data_type = "s"  # never a formula, whatever it begins with
    cell._style = styles[kind]._style
    return cell
