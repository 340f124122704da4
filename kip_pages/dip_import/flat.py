"""Flat tables: one header line with known names, one entry per line, as CSV or XLSX."""

import csv
import dataclasses
import hashlib
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from ..choices import InformationCategory

EXCLUDED = "dikecualikan"

CATEGORIES = {
    "berkala": InformationCategory.PERIODIC,
    "serta merta": InformationCategory.IMMEDIATE,
    "setiap saat": InformationCategory.ALWAYS_AVAILABLE,
}

REQUIRED_COLUMNS = ("title",)
COLUMNS = (
    *("dip_id", "opd_code", "banten_equivalent", "category", "section", "title", "summary", "year"),
    *("responsible_unit", "holder_unit", "form", "retention", "document_url", "extra_urls"),
)


class UnreadableFileError(ValueError):
    """The file is not a flat CSV (UTF-8) or XLSX table with a ``title`` column."""


@dataclasses.dataclass(frozen=True)
class Row:
    """One line of the file: ``line`` as the officer counts, values as received, blanks trimmed."""

    line: int
    values: dict[str, str]

    def __getitem__(self, name):
        return self.values.get(name, "")

    @property
    def agency_code(self) -> str:
        """Code of the agency that the row names, or empty."""
        return self["banten_equivalent"] or self["opd_code"]

    @property
    def is_excluded(self) -> bool:
        """Whether the row says that its information is exempt (UU 14/2008 Ps. 17)."""
        return EXCLUDED in _plain(self["category"])

    @property
    def category(self) -> InformationCategory | None:
        """The category that the row states; None where it states none that exists."""
        return CATEGORIES.get(_plain(self["category"]).removeprefix("informasi ").strip())

    @property
    def urls(self) -> list[str]:
        found = [self["document_url"], *self["extra_urls"].split()]
        return list(dict.fromkeys(url for url in found if url))

    @property
    def key(self) -> str:
        """What makes this row the same row next time: its id, or else what it is called."""
        if self["dip_id"]:
            return self["dip_id"]
        named = "\n".join(self[name] for name in ("category", "section", "title", "year"))
        return "sha256:" + hashlib.sha256(named.encode()).hexdigest()


def read_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a file; raises ``UnreadableFileError`` that says what to save it as."""
    reader = _xlsx if path.suffix.lower() == ".xlsx" else _csv
    lines = reader(path)
    header = next(lines, (0, []))[1]
    names = [str(name or "").strip().lower() for name in header]
    missing = [name for name in REQUIRED_COLUMNS if name not in names]
    if missing:
        raise UnreadableFileError(
            f"{path.name} has no column {', '.join(missing)}; "
            f"the first line must name some of {', '.join(COLUMNS)}."
        )
    for line, cells in lines:
        values = {n: _text(c) for n, c in zip(names, cells, strict=False) if n in COLUMNS}
        if any(values.values()):
            yield Row(line, values)


def _csv(path):
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            for cells in reader:
                yield reader.line_num, cells
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"{path.name} is not UTF-8; save it as CSV UTF-8.") from error
    except csv.Error as error:
        raise UnreadableFileError(f"{path.name} is no CSV table: {error}.") from error


def _xlsx(path):
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError) as error:
        raise UnreadableFileError(f"{path.name} is no XLSX workbook.") from error
    yield from enumerate(book.worksheets[0].iter_rows(values_only=True), start=1)
    book.close()


def _text(cell):
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    # Cells hold text for people; PostgreSQL cannot hold U+0000, and nobody can read it.
    return str(cell).replace("\x00", "").strip()


def _plain(text):
    return re.sub(r"[\s_\-]+", " ", text).strip().lower()
