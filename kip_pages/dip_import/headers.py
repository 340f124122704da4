"""Find the header of a table: one to three rows that say what the columns hold."""

import dataclasses
import itertools
import re

from .banners import banner_in
from .cells import Row
from .columns import (
    CATEGORY_TICKS,
    LONGEST_HEADING,
    Role,
    is_year,
    may_be_title,
    role_of,
    tick_role_of,
)
from .links import is_address
from .markers import split_marker
from .vocabulary import plain, says_only_open, stated_heading, tidy

MOST_ROWS = 3
# Sub-headings are words, not texts.
LONGEST_SUB_HEADING = 60
Headings = dict[int, tuple[str, ...]]


@dataclasses.dataclass(frozen=True)
class Header:
    """The rows of a header, and the headings of each column from the top down."""

    rows: tuple[int, ...]
    headings: Headings

    def role(self, column: int) -> Role | None:
        return role_of_parts(self.headings[column])

    def text(self, column: int) -> str:
        return " › ".join(self.headings[column])

    @property
    def words(self) -> tuple:
        """What is the same in a header that is repeated on the next page."""
        return tuple((c, plain(" ".join(h))) for c, h in sorted(self.headings.items()))


def header_at(row: Row, following: list[Row]) -> Header | None:
    """Return the header that begins at ``row``, or None where none does."""
    top = _top(row)
    if not top or sum(bool(cell.text.strip()) for cell in row.cells.values()) < 2:
        return None
    if banner_in(row):
        return None
    best = Header((row.number,), top) if _is_header(top) else None
    headings, rows = top, [row.number]
    for below in following[: MOST_ROWS - 1]:
        joined = _joined(headings, below, row.spans)
        if joined is None or below.number > rows[-1] + 1:
            break
        headings, rows = joined, [*rows, below.number]
        if _is_header(headings) and (best is None or _score(headings) >= _score(best.headings)):
            best = Header(tuple(rows), headings)
    if best:
        named = {c: h for c, h in best.headings.items() if any(part.strip() for part in h)}
        return dataclasses.replace(best, headings=named)
    return None


def role_of_parts(parts: tuple[str, ...]) -> Role | None:
    """Return what a column holds by its headings, the lowest of which says most."""
    *parents, leaf = parts
    if is_year(leaf):
        return Role.OF_YEAR
    if not parents:
        return role_of(leaf) or tick_role_of(leaf)
    parent, own = role_of(" ".join(parents)), role_of(leaf)
    tick = tick_role_of(leaf)
    if tick and parent in (Role.FORM, Role.CATEGORY, Role.SECTION, None):
        return tick
    if tick in CATEGORY_TICKS and parent in (Role.NOTE, Role.IGNORED, Role.LINK):
        return tick  # "Keterangan", "Status", "Akses": Terbuka | Dikecualikan
    if parent is Role.RETENTION:
        return parent
    if parent is Role.MADE and own in (Role.MADE, Role.PLACE, Role.YEAR):
        return own
    return role_of(" ".join(parts)) or own or parent


def is_numbering(row: Row) -> bool:
    """Say whether a row below a header numbers the columns: 1, 2, 3 … or (1), (2), (3) …"""
    texts = [tidy(cell.text) for _column, cell in sorted(row.cells.items()) if cell.text.strip()]
    if len(texts) < 3:
        return False
    numbers = [re.fullmatch(r"\(?(\d{1,2})(?:\s?[=(+].*)?\)?\.?", text) for text in texts]
    if all(numbers):
        places = [int(match[1]) for match in numbers]
        return places[0] <= 1 and all(b - a in (0, 1) for a, b in itertools.pairwise(places))
    letters = [text.strip("().").lower() for text in texts]
    return letters == [chr(ord("a") + place) for place in range(len(letters))]


def _top(row):
    headings = {}
    for column, cell in row.cells.items():
        text = tidy(cell.text)
        if not text:
            continue
        if not _may_be_heading(text) or cell.links:
            return {}
        for under in range(column, row.spans.get(column, column) + 1):
            headings[under] = (text,)
    return headings


def _may_be_heading(text):
    if len(text) > LONGEST_HEADING or is_address(text):
        return False
    if not re.search(r"\d", text) or is_year(text) or "17" in text:
        return True
    return role_of(text) is Role.LINK and bool(re.fullmatch(r"\D+\d\d?", text))


def _joined(headings, below, spans):
    """Return the headings with those of the next row under them, or None if that is no such row."""
    if _is_banner(below, spans):
        return None
    joined = dict(headings)
    for column, cell in below.cells.items():
        text = tidy(cell.text)
        if not text:
            continue
        if len(text) > LONGEST_SUB_HEADING or not _may_be_heading(text) or cell.links:
            return None
        upper = headings.get(column, ())
        if not upper and not (upper := _to_the_left(headings, column, below)):
            return None
        parts = (*upper, text)
        if not _belongs(upper, parts, column, spans) and not _is_beside_exempt(text, below):
            return None
        for under in range(column, below.spans.get(column, column) + 1):
            joined[under] = parts
    return joined if joined != headings else None


def _is_banner(below, spans):
    """Say whether the row says nothing but a category: it heads what follows, and is no sub-heading."""
    filled = [(column, cell) for column, cell in below.cells.items() if cell.text.strip()]
    if len(filled) != 1:
        return False
    ((column, cell),) = filled
    return not _is_under_several(column, spans) and bool(stated_heading(split_marker(cell.text)[1]))


def _is_under_several(column, spans):
    return any(first <= column <= last for first, last in spans.items() if last > first)


def _to_the_left(headings, column, below):
    """A file without merged cells leaves the cells right of a heading blank that stands over several."""
    for left in range(column - 1, max(column - 5, 0), -1):
        if left in headings:
            # Only where the heading itself has something below it.
            return headings[left] if left in below.cells or left in below.above else ()
    return ()


def _belongs(upper, parts, column, spans):
    """Say whether a text under a heading is part of the header, and not the first entry."""
    leaf = parts[-1]
    if tick_role_of(leaf) or is_year(leaf):
        return True
    if _is_under_several(column, spans) and role_of_parts(parts):
        return True
    # A heading that goes on in the next row: "Penanggung" / "Jawab".
    before, after = role_of(" ".join(upper)), role_of(" ".join(parts))
    return after is not None and (before is None or before == after) and _goes_on(leaf)


def _is_beside_exempt(text, below):
    """Say whether a sub-heading is the other half of "Terbuka | Dikecualikan"."""
    return says_only_open(text) and any(
        tick_role_of(cell.text) is Role.IS_EXEMPT for cell in below.cells.values()
    )


def _goes_on(text):
    words = plain(text)
    return bool(re.search(rf"\b(?:{_HEADER_WORDS})\b", words)) and len(words.split()) <= 6


_HEADER_WORDS = (
    "informasi|publik|dokumen|jawab|menguasai|dikuasai|pembuatan|penerbitan|penyimpanan|retensi|arsip|"
    "tersedia|tempat|waktu|tanggal|tahun|unit|satuan|kerja|satker|isi|pejabat|unduh|tautan|link|singkat|"
    "information|unit|date|year|period|format|media"
)


def _score(headings):
    roles = [role_of_parts(parts) for parts in headings.values()]
    return (len(set(roles) - _UNTOLD), sum(role is not None for role in roles))


# What says nothing of whether a row is a header: names of units stand in every row.
_UNTOLD = {None, Role.IGNORED, Role.UNIT}


def _is_header(headings):
    roles = [role_of_parts(parts) for parts in headings.values()]
    known = [role for role in roles if role is not None]
    distinct = len(set(known) - _UNTOLD)
    if len(known) * 2 < len(roles) or len(set(headings.values())) < 2:
        return False
    has_title = Role.TITLE in known or any(may_be_title(parts[-1]) for parts in headings.values())
    if has_title:
        return distinct >= 2
    return len(known) == len(roles) and len(known) >= 3 and distinct >= 2
