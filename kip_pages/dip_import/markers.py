"""Numbers, letters and bullets in front of titles: what they are, and titles without them."""

import dataclasses
import re

from .cells import Cell
from .vocabulary import remembered, tidy

_BULLET = re.compile(r"(?:[•●▪■□◦○‣►▶➢➤➔→⇒»✓✔√*·–—-]|o(?=\s))\s*(?=\S)")
_NUMBER = re.compile(r"\(?(\d{1,4}(?:\.\d{1,3})*)\s?(?:[.)]+|(?=\s*$))\s*(?=\D|$)")
_CODE = re.compile(r"\(?([A-Za-z]\.\d{1,2}(?:\.\d{1,2})*|\d{1,2}(?:\.\d{1,2})+)[.)]?\s+")
_ROMAN = re.compile(r"\(?([IVX]{1,5})\s?[.)]+\s*")
_SMALL_ROMAN = re.compile(r"\(?([ivx]{2,5})\s?[.)]+\s*")
_LETTER = re.compile(r"\(?([A-Za-z])\s?[.)]+\s*(?=\S|$)")
# Abbreviations that begin like a letter of a list.
_ABBREVIATED = re.compile(r"(?:a\.\s?n|u\.\s?b|d\.\s?a|s\.\s?d|p\.\s?[lt]|[A-Z]\.\s?[A-Z])\.", re.I)
# "Klik disini" and its like behind a title: words of a link, not of its document.
_CAPTION = re.compile(
    r"(?:[\s:|–—-]*[\[(<]\s*|\s{2,}|\s*\n\s*|\s+[-–—|:>]+\s*)?"
    r"(?:klik|lihat|baca|unduh|download|buka|selengkapnya|tautan|link|view|click|tampilkan)"
    r"(?:\s+(?:di\s?sini|di\s?bawah(?:\s+ini)?|selengkapnya|here|dokumen|file|pdf|detail|unduh|link))*"
    r"\s*[\])>.:»]*\s*$",
    re.I,
)
_NEEDS_NO_FRAME = re.compile(
    r"\s*(?:klik|lihat|baca|click)\s+(?:di\s?sini|di\s?bawah(?:\s+ini)?|here|selengkapnya)[\s>.:»]*$",
    re.I,
)

LONGEST_CAPTION = 80

BULLET, NUMBER, LETTER, CAPITAL, ROMAN, CODE = (
    "bullet",
    "number",
    "letter",
    "capital",
    "roman",
    "code",
)


@dataclasses.dataclass(frozen=True)
class Marker:
    """What stands before a title: its style, and its place in the list where it has one."""

    style: str
    place: int = 0
    # How many numbers it has: 1.2.3 has three.
    depth: int = 1

    @staticmethod
    def of_cell(cell: Cell | None) -> "Marker | None":
        return marker_of(cell.text) if cell else None


@remembered
def split_marker(text: str) -> tuple[Marker | None, str]:
    """Return the marker at the beginning of ``text``, and the text without it."""
    text = tidy(text)
    marker, length = _read(text)
    rest = text[length:].strip()
    # "1. 2. Renja" and "• a. Renja" happen; a title that is a number alone stays.
    if marker and rest:
        inner, inner_length = _read(rest)
        if inner and marker.style != NUMBER and rest[inner_length:].strip():
            return inner, rest[inner_length:].strip()
    return marker, rest


@remembered
def marker_of(text: str) -> Marker | None:
    """Read a cell of a number column: ``1``, ``a.``, ``II``, ``(3)``."""
    text = tidy(text)
    if re.fullmatch(r"\(?[a-z]\)?", text):
        return Marker(LETTER, ord(text.strip("()")) - ord("a") + 1)
    if re.fullmatch(r"\(?[IVX]+\)?", text):
        return Marker(ROMAN, _roman(text.strip("()")))
    if re.fullmatch(r"\(?[A-Z]\)?", text):
        return Marker(CAPITAL, ord(text.strip("()")) - ord("A") + 1)
    marker, length = _read(text)
    return marker if marker and length >= len(text) else None


def _read(text):
    if match := _CODE.match(text):
        return _coded(match[1]), match.end()
    if _ABBREVIATED.match(text):
        return None, 0
    if match := _NUMBER.match(text):
        is_code = "." in match[1]
        marker = _coded(match[1]) if is_code else Marker(NUMBER, int(match[1]))
        return marker, match.end()
    if match := _ROMAN.match(text):
        return Marker(ROMAN, _roman(match[1])), match.end()
    if match := _SMALL_ROMAN.match(text):
        return Marker(NUMBER, _roman(match[1].upper())), match.end()
    if match := _LETTER.match(text):
        style = LETTER if match[1].islower() else CAPITAL
        return Marker(style, ord(match[1].lower()) - ord("a") + 1), match.end()
    if match := _BULLET.match(text):
        return Marker(BULLET), match.end()
    return None, 0


def _coded(code):
    parts = code.split(".")
    return Marker(CODE, int(parts[-1]), len(parts))


_VALUES = {"I": 1, "V": 5, "X": 10}


def _roman(letters):
    total = 0
    for letter, following in zip(letters, [*letters[1:], ""], strict=True):
        value = _VALUES[letter]
        total += -value if following and _VALUES[following] > value else value
    return total


@remembered
def without_caption(text: str) -> str:
    """Return a title without the words of its link; empty where it is nothing else."""
    stripped = text.strip()
    begin, end = stripped[:-LONGEST_CAPTION], stripped[-LONGEST_CAPTION:]
    match = _CAPTION.search(end)
    if match is None:
        return stripped
    is_all = match.start() == 0 and not begin
    if is_all or _is_framed(match[0]) or _NEEDS_NO_FRAME.search(match[0]):
        return (begin + end[: match.start()]).rstrip(" :-–—|")
    return stripped


def _is_framed(caption):
    return bool(re.match(r"\s*[\[(<]|\s{2,}|\s*\n|\s+[-–—|:>]", caption))


@remembered
def is_caption(text: str) -> bool:
    """Say whether a text is nothing but the words of a link, such as "Unduh"."""
    return bool(text.strip()) and not without_caption(text)
