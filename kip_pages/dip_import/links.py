"""Addresses of documents, as registers give them: on a cell, in it, several at once, or broken."""

import re
from urllib.parse import unquote

from .cells import Cell
from .markers import is_caption
from .vocabulary import is_nothing

# What no address is without.
_MAY_HOLD = re.compile(r"[/.=]")
# An address in the middle of another one, such as where a search leads to.
_INSIDE = re.compile(r"(?:://|[/=?&]\w*)$")
LOOK_BACK, LONGEST, MOST = 100, 2_000, 100
_ABSOLUTE = re.compile(r"(?:https?|ftp)://|www\.", re.I)
# An address as people pass it on: bit.ly/x, drive.google.com/file/d/1/view.
_WITHOUT_SCHEME = re.compile(
    r"(?<![\w@./-])(?:[a-z0-9-]+\.)+(?!(?:php|aspx?|jsp|html?|pdf|docx?|xlsx?)/)[a-z]{2,}/[^\s,;|]+",
    re.I,
)
_RELATIVE = re.compile(r"(?:\.{0,2}/|[\w-]+/)[^\s].*", re.S)
_FILE = re.compile(
    r"[^\s:]+\.(?:pdf|docx?|xlsx?|pptx?|zip|rar|png|jpe?g|csv|html?|php|aspx?)", re.I
)
_NO_DOCUMENT = re.compile(r"#.*|javascript:.*|mailto:.*|tel:.*|about:blank|file:.*", re.I | re.S)
# A formula whose two parts are written out; anything that would have to be calculated is not read.
_HYPERLINK = re.compile(
    r'\s*(?:of:)?=\s*HYPERLINK\(\s*"([^"]*)"\s*(?:[;,]\s*"([^"]*)"\s*)?\)\s*', re.I
)


def links_of(cell: Cell, *, is_link_column: bool = False) -> list[str]:
    """Return the addresses of documents on and in a cell, as they are written.

    In a column of links whatever looks like a path counts; elsewhere only what must be an address.
    """
    if not cell.links and not _MAY_HOLD.search(cell.text) and not cell.formula:
        return []
    written = _written(cell, is_link_column)
    found = {}
    for address in [*cell.links, *written]:
        address = address.strip()
        if address and not _NO_DOCUMENT.fullmatch(address) and not is_nothing(address):
            # The same address twice, once with its blanks written as %20.
            found.setdefault(unquote(address).rstrip("/"), address)
    return list(found.values())


def is_address(text: str) -> bool:
    """Say whether a text is nothing but addresses."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    return bool(lines) and all(
        _ABSOLUTE.match(line)
        or _WITHOUT_SCHEME.fullmatch(line)
        or (line.startswith(("/", "./", "../")) and len(line) > 1)
        for line in lines
    )


def with_scheme(address: str) -> str:
    """Return an address that leads somewhere; what is no address of a host stays as it stands."""
    return f"https://{address}" if _WITHOUT_SCHEME.fullmatch(address) else address


def is_placeholder(text: str) -> bool:
    """Say whether a cell of links tells nothing: "#", "Unduh", a dash."""
    text = text.strip()
    return is_nothing(text) or bool(_NO_DOCUMENT.fullmatch(text)) or is_caption(text)


def formula_text(cell: Cell) -> str | None:
    """Return the caption of a written-out HYPERLINK formula, or None where there is none."""
    match = _HYPERLINK.fullmatch(cell.formula or cell.text)
    return (match[2] or "") if match else None


def _written(cell, is_link_column):
    text = cell.text.strip()
    if match := _HYPERLINK.fullmatch(cell.formula or text):
        return [match[1]]
    if text.startswith("="):
        return []
    found = []
    for line in text.splitlines():
        found += _in_line(line.strip(), is_link_column)
    return found


def _in_line(line, is_link_column):
    starts = [match.start() for match in _ABSOLUTE.finditer(line)]
    # "http://https://x" is one address, broken at its source.
    starts = [s for s in starts if not _INSIDE.search(line[max(0, s - LOOK_BACK) : s])]
    starts = starts[:MOST]
    if starts:
        ends = [*starts[1:], len(line)]
        return [_trimmed(line[s:e]) for s, e in zip(starts, ends, strict=True)]
    if len(line) <= LONGEST and (is_link_column or _WITHOUT_SCHEME.fullmatch(line)):
        if found := _WITHOUT_SCHEME.findall(line)[:MOST]:
            return [_trimmed(address).rstrip(".)") for address in found]
    if len(line) <= LONGEST and (is_link_column or line.startswith(("/", "./", "../"))):
        return [part for part in _paths(line) if _looks_like_a_path(part)]
    return []


def _trimmed(address):
    """Cut off what divides addresses: commas, semicolons, "dan", "atau", numbers between them."""
    body, tail = address[:-LOOK_BACK], address[-LOOK_BACK:]
    tail = re.sub(r"[\s,;|]+(?:dan|and|atau|or|&|\d{1,2}[.)]|[-•])?\s*$", "", tail)
    return (body + tail).rstrip(" ,;|")


def _paths(line):
    return [part.strip() for part in re.split(r"\s*[;|]\s*|\s+(?=/\w)", line) if part.strip()]


def _looks_like_a_path(text):
    if text.startswith("#"):
        return False
    if text.startswith("/") and len(text) > 1:
        return True
    return bool(_FILE.search(text) and not text.startswith("=")) or bool(
        _RELATIVE.fullmatch(text) and "/" in text and " " not in text
    )
