"""Banners: rows that name the category of what stands below them, and hardly anything else."""

import re

from .cells import Cell, Row
from .markers import CAPITAL, NUMBER, ROMAN, marker_of, split_marker
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


def is_said_in_full(text: str) -> bool:
    """Say whether a text is a banner by itself: "Informasi Dikecualikan", not "Dikecualikan"."""
    return bool(stated_heading(text)) and "informasi" in plain(text)


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


def exempt_banner_in(row: Row, title: int) -> tuple[int, Cell] | None:
    """Return the cell of a banner whatever shares its row, in a table whose entries are numbered.

    An entry has a number of its own there; and a public list of exempt information says so.
    """
    filled = {c: cell for c, cell in sorted(row.cells.items()) if cell.text.strip()}
    leading = [(c, cell) for c, cell in filled.items() if c <= title]
    named = [(c, cell) for c, cell in leading if category_of(cell) is Stated.EXEMPT]
    markers = [marker_of(cell.text) for c, cell in leading if c < title]
    if len(named) != 1 or any(m and m.style not in (ROMAN, CAPITAL) for m in markers):
        return None
    is_list = "daftar" in plain(named[0][1].text) and len(filled) > 2
    return None if is_list else named[0]


def has_caption(row: Row) -> bool:
    """Say whether a row says what it names: "Kategori: …"."""
    return any(_CAPTION.fullmatch(plain(cell.text)) for cell in row.cells.values())


def categories_beside(row: Row) -> dict[int, Stated]:
    """Return the categories by column where every cell of a row names one, each its own."""
    named = {c: category_of(cell) for c, cell in row.cells.items() if cell.text.strip()}
    return named if None not in named.values() and len(set(named.values())) > 1 else {}
