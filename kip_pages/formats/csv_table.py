"""Rows as CSV (RFC 4180), safe to open.

A spreadsheet program runs a cell that begins like a formula, whoever wrote it. What a citizen opens
must do nothing but be read.
"""

import csv
import datetime
import io
import itertools
import re
from collections.abc import Iterable, Iterator

from .register import Value
from .text import xml_text

BYTE_ORDER_MARK = "\ufeff"
ROWS_AT_A_TIME = 200

_STARTERS = r"=+\-@＝＋－＠"
_STARTS_LIKE_A_FORMULA = re.compile(rf"\s*[{_STARTERS}]|[\t\r\n]")
# A dash for "none" and a negative number are no formulas; "+62 254…" is one, a sum, so it is not here.
_IS_HARMLESS = re.compile(r"-+|-\d+(?:[.,]\d+)*\s?%?")
# A program that splits at another separator sees a cell begin inside ours. What could do harm there
# calls something, a function or a program; a list of "- items" does not.
_CALL_INSIDE = re.compile(rf'([;,\t\r\n"]\s*)(?=[{_STARTERS}][^;,\t\r\n"]*[(|])')


def csv_text(
    headings: Iterable[str], rows: Iterable[list[Value]], *, delimiter: str = ","
) -> Iterator[str]:
    """Yield the rows as CSV, beginning with a byte order mark, by which Excel knows UTF-8.

    Where the comma divides decimals, as in Indonesia, Excel divides cells at ``;`` and nothing else.
    """
    yield BYTE_ORDER_MARK
    rows = itertools.chain([list(headings)], rows)
    while batch := list(itertools.islice(rows, ROWS_AT_A_TIME)):
        buffer = io.StringIO()
        writer = csv.writer(buffer, delimiter=delimiter)
        writer.writerows([_csv_cell(value) for value in row] for row in batch)
        yield buffer.getvalue()


def _csv_cell(value):
    if isinstance(value, datetime.date):
        return value.isoformat()
    return harmless(xml_text(value)) if isinstance(value, str) else value


def harmless(text: str) -> str:
    """Return ``text`` with an apostrophe before whatever a spreadsheet program would calculate."""
    if begins_like_a_formula(text):
        text = f"'{text}"
    return _CALL_INSIDE.sub(r"\1'", text)


def begins_like_a_formula(text: str) -> bool:
    return bool(_STARTS_LIKE_A_FORMULA.match(text) and not _IS_HARMLESS.fullmatch(text.strip()))
