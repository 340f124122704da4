"""Tables as text: CSV and its relatives, in whatever way a spreadsheet program has written them."""

import codecs
import csv
import io
import itertools
import re
from collections import Counter as Counts
from collections.abc import Iterator
from typing import BinaryIO

from ..import_choices import FileRefusal
from .cells import Cell, Sheet
from .refusing import MAX_CELL_TEXT, MAX_COLUMN, Counter, UnreadableFileError

PIECE = 1 << 16
SAMPLE_CHARACTERS, SAMPLE_ROWS = 200_000, 60
_CONTROLS = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1f\ufffd\uffff]")
DELIMITERS = ";,\t|"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_delimited(file: BinaryIO) -> Iterator[Sheet]:
    """Yield the one sheet; its rows are numbered by records, blank ones counted."""
    encoding = _encoding(file)
    file.seek(0)
    # Five bytes mean nothing in Windows-1252; whatever was found to be UTF-8 has none to replace.
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    try:
        sample = text.read(SAMPLE_CHARACTERS)
        _refuse_bytes(sample)
        told, begin = _told_delimiter(sample)
        delimiter = told or _delimiter(sample)
        text.seek(0)
        text.read(begin)
        sheet = Sheet(None)
        sheet.fill(_rows(text, delimiter, first=2 if told else 1))
    except (csv.Error, UnicodeError) as error:
        raise UnreadableFileError(FileRefusal.DAMAGED) from error
    finally:
        text.detach()
    yield sheet


def _rows(text, delimiter, *, first):
    counter = Counter()
    for number, values in enumerate(csv.reader(text, delimiter=delimiter), start=first):
        cells = {
            column: Cell(_plain(value))
            for column, value in enumerate(values[:MAX_COLUMN], start=1)
            if value.strip()
        }
        counter.count(len(cells))
        if cells:
            yield number, False, cells


def _plain(value):
    return value.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")[:MAX_CELL_TEXT]


def _refuse_bytes(sample):
    """Signs that nobody types are no text, whatever they were decoded to."""
    if len(_CONTROLS.findall(sample)) * 100 > len(sample):
        raise UnreadableFileError(FileRefusal.UNKNOWN)


def _encoding(file):
    """Return how the bytes were written: told by a mark, seen in the zeros, else tried."""
    file.seek(0)
    begin = file.read(PIECE)
    for mark, encoding in _MARKS:
        if begin.startswith(mark):
            return encoding
    if b"\x00" in begin:
        return _without_mark(begin)
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := file.read(PIECE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        # What Excel writes as "CSV" on the computers of offices here.
        return "cp1252"
    return "utf-8"


def _without_mark(begin):
    """UTF-16 without a mark shows: every other byte of plain text is zero."""
    even, odd = begin[0::2].count(0), begin[1::2].count(0)
    if max(even, odd) < len(begin) // 5:
        raise UnreadableFileError(FileRefusal.UNKNOWN)
    return "utf-16-be" if even > odd else "utf-16-le"


def _told_delimiter(sample):
    """Return the delimiter that a first line ``sep=;`` tells Excel, and that line's length."""
    line = sample[:8].splitlines(keepends=True)[:1]
    told = line[0].strip() if line else ""
    if len(told) == 5 and told.lower().startswith("sep="):
        return told[4], len(line[0])
    return "", 0


def _delimiter(sample):
    """Choose what divides most rows into the same number of cells; a tab where nothing does."""
    best = max(DELIMITERS, key=lambda delimiter: _regularity(sample, delimiter))
    return best if _regularity(sample, best) else "\t"


def _regularity(sample, delimiter):
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        counts = [len(row) for row in itertools.islice(reader, SAMPLE_ROWS) if any(row)]
    except csv.Error:
        return 0
    divided = Counts(count for count in counts if count > 1)
    usual, times = max(divided.items(), key=lambda item: item[1], default=(0, 0))
    # Commas in a few titles of a plain list divide nothing.
    return times * min(usual, 20) if times * 3 >= len(counts) else 0
