"""Rows as CSV (RFC 4180) and as an Excel workbook, safe to open.

A spreadsheet program runs a cell that begins like a formula, whoever wrote it. What a citizen opens
must do nothing but be read.
"""

import csv
import datetime
import io
import itertools
import re
import tempfile
from collections.abc import Iterable, Iterator

from .register import Value
from .text import xml_text

BYTE_ORDER_MARK = "\ufeff"
ROWS_AT_A_TIME = 200
BYTES_AT_A_TIME = 64 * 1024
COLUMN_WIDTH = 24

_STARTERS = r"=+\-@＝＋－＠"
_STARTS_LIKE_A_FORMULA = re.compile(rf"\s*[{_STARTERS}]|[\t\r\n]")
# A dash for "none" and a negative number are no formulas; "+62 254…" is one, a sum, so it is not here.
_IS_HARMLESS = re.compile(r"-+|-\d+(?:[.,]\d+)*\s?%?")
# A program that splits at another separator sees a cell begin inside ours. What could do harm there
# calls something, a function or a program; a list of "- items" does not.
_CALL_INSIDE = re.compile(rf'([;,\t\r\n"]\s*)(?=[{_STARTERS}][^;,\t\r\n"]*[(|])')


def csv_text(headings: Iterable[str], rows: Iterable[list[Value]]) -> Iterator[str]:
    """Yield the rows as CSV, beginning with a byte order mark, by which Excel knows UTF-8."""
    yield BYTE_ORDER_MARK
    rows = itertools.chain([list(headings)], rows)
    while batch := list(itertools.islice(rows, ROWS_AT_A_TIME)):
        buffer = io.StringIO()
        csv.writer(buffer).writerows([_csv_cell(value) for value in row] for row in batch)
        yield buffer.getvalue()


def _csv_cell(value):
    if isinstance(value, datetime.date):
        return value.isoformat()
    return harmless(xml_text(value)) if isinstance(value, str) else value


def harmless(text: str) -> str:
    """Return ``text`` with an apostrophe before whatever a spreadsheet program would calculate."""
    if _is_risky(text):
        text = f"'{text}"
    return _CALL_INSIDE.sub(r"\1'", text)


def _is_risky(text):
    return bool(_STARTS_LIKE_A_FORMULA.match(text) and not _IS_HARMLESS.fullmatch(text.strip()))


def workbook(title: str, headings: Iterable[str], rows: Iterable[list[Value]]) -> Iterator[bytes]:
    """Yield an Excel workbook of one sheet, made row by row in a temporary file."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    headings = list(headings)
    last_column = get_column_letter(len(headings))
    for number in range(2, len(headings) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = COLUMN_WIDTH
    sheet.freeze_panes = "C2"  # the headings, the numbers and what each row is about stay in view
    heads = [WriteOnlyCell(sheet, value=heading) for heading in headings]
    for head in heads:
        head.font = Font(bold=True)
    sheet.append(heads)
    length = 1
    for row in rows:
        sheet.append([_workbook_cell(sheet, value, WriteOnlyCell) for value in row])
        length += 1
    sheet.auto_filter.ref = f"A1:{last_column}{length}"
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        yield from iter(lambda: file.read(BYTES_AT_A_TIME), b"")


def _workbook_cell(sheet, value, cell_type):
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None)  # Excel knows no zones; payloads carry the local time
    if not isinstance(value, str):
        return value
    # Excel breaks lines at a line feed and shows a carriage return as rubbish.
    text = xml_text(value).replace("\r\n", "\n").replace("\r", "\n")
    if not text.lstrip().startswith("#") and not _is_risky(text):
        return text
    # Text by its type, so nothing is added to it; and still text after somebody edited the cell.
    cell = cell_type(sheet, value=text)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell
