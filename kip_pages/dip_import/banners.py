"""Banners: rows that name the category of what stands below them, and hardly anything else."""

import re

from .cells import Cell, Row
from .markers import NUMBER, marker_of, split_marker
from .vocabulary import Stated, plain, stated_heading

_CAPTION = re.compile(
    r"(?:kategori|category|klasifikasi|jenis|sifat|kelompok)(?: informasi)?(?: publik)?"
)
_COUNT = re.compile(
    r"(?:jumlah )?\d{1,4} (?:dokumen|informasi|item|buah|data|jenis|berkas|judul|documents?)|"
    r"jumlah \d{1,4}"
)
_YEAR = re.compile(r"(?:tahun|thn|ta|year)? ?(?:anggaran )?(?:19|20)\d\d")


def category_of(cell: Cell) -> Stated | None:
    """Return the category that a cell names, where it says nothing else."""
    return stated_heading(split_marker(cell.text)[1])


def banner_in(row: Row) -> tuple[int, Cell] | None:
    """Return the cell of a banner that shares its row with a number, a caption, a count or a year."""
    filled = {c: cell for c, cell in sorted(row.cells.items()) if cell.text.strip()}
    named = [(c, cell) for c, cell in filled.items() if category_of(cell)]
    if len(filled) < 2 or len(named) != 1:
        return None
    beside = [plain(cell.text) for c, cell in filled.items() if c != named[0][0]]
    return named[0] if _are_of_banner(beside) else None


def _are_of_banner(texts):
    said = [text for text in texts if _CAPTION.fullmatch(text) or _COUNT.fullmatch(text)]
    dated = [text for text in texts if _YEAR.fullmatch(text)]
    numbers = [text for text in texts if text not in said + dated and marker_of(text)]
    if len(said) + len(dated) + len(numbers) < len(texts):
        return False
    # "3 | Informasi Berkala | 2024" is an entry that is called so.
    return bool(said) or not (dated and any(marker_of(n).style == NUMBER for n in numbers))


def has_caption(row: Row) -> bool:
    """Say whether a row says what it names: "Kategori: …"."""
    return any(_CAPTION.fullmatch(plain(cell.text)) for cell in row.cells.values())


def categories_beside(row: Row) -> dict[int, Stated]:
    """Return the categories by column where every cell of a row names one, each its own."""
    named = {c: category_of(cell) for c, cell in row.cells.items() if cell.text.strip()}
    return named if None not in named.values() and len(set(named.values())) > 1 else {}
