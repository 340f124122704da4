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

_STARTERS = r"=+@＝＋－＠"
_STARTS_LIKE_A_FORMULA = re.compile(rf"\s*[-{_STARTERS}]|[\t\r\n]")
# A dash for "none" and a negative number are no formulas; "+62 254…" is one, a sum, so it is not here.
_HARMLESS = r"(?:-+|-\d+(?:[.,]\d+)*\s?%?)"
_IS_HARMLESS = re.compile(_HARMLESS)
# A program that splits at another separator sees a cell begin inside ours, and end in one of the next:
# whether it would do harm cannot be told here, so it is not asked. The comma is our own separator, and
# what holds one is in quotes: a dash after it is left, as in "Rp5.000,- per lembar".
_BEGINS_INSIDE = re.compile(
    rf'([;\t\r\n"]\s*)(?=[-{_STARTERS}])(?!{_HARMLESS}\s*(?:[;,\t\r\n"]|\Z))|(,\s*)(?=[{_STARTERS}])'
)


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
    return _BEGINS_INSIDE.sub(r"\g<0>'", text)


def begins_like_a_formula(text: str) -> bool:
    return bool(_STARTS_LIKE_A_FORMULA.match(text) and not _IS_HARMLESS.fullmatch(text.strip()))
