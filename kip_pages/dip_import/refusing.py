"""Saying no to a file, and how much of one is read before that."""

from django.template.defaultfilters import filesizeformat
from django.utils import formats

from ..import_choices import FileRefusal

MIB = 1 << 20
MAX_UNPACKED = 96 * MIB
# A part of a package that grows more than this is no text that anybody typed.
MAX_GROWTH = 500
MAX_PARTS = 4_000
MAX_DIRECTORY = MIB
MAX_SHEETS = 200
# Empty ones as well: reading stops there.
MAX_ROWS = 120_000
MAX_CELLS = 800_000
MAX_COLUMN = 1_000
MAX_SHARED_TEXT = 32 * MIB
MAX_AREAS = 120_000
MAX_CELL_TEXT = 32_767


class UnreadableFileError(ValueError):
    """The file is not read; the message tells the officer what to do about it."""

    def __init__(self, refusal: FileRefusal, **parameters: str):
        super().__init__(refusal, parameters)
        self.refusal = refusal
        self.parameters = parameters

    def __str__(self):
        return str(self.refusal.label) % self.parameters


def too_large(limit: int) -> UnreadableFileError:
    return UnreadableFileError(FileRefusal.TOO_LARGE, limit=filesizeformat(limit))


def bomb() -> UnreadableFileError:
    return UnreadableFileError(FileRefusal.BOMB, limit=filesizeformat(MAX_UNPACKED))


def too_many_cells() -> UnreadableFileError:
    return _too_many(FileRefusal.TOO_MANY_CELLS, MAX_CELLS)


class Counter:
    """Counts rows and cells of a whole file, and refuses it when there are too many."""

    def __init__(self):
        self.rows = self.cells = 0

    def count(self, cells: int, *, rows: int = 1) -> None:
        self.rows += rows
        self.cells += cells
        if self.rows > MAX_ROWS:
            raise _too_many(FileRefusal.TOO_MANY_ROWS, MAX_ROWS)
        if self.cells > MAX_CELLS:
            raise too_many_cells()


def _too_many(refusal, limit):
    return UnreadableFileError(refusal, limit=formats.number_format(limit, force_grouping=True))
