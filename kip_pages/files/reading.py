"""The text of a file, for search: up to a limit, without what is not on its pages."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
from lxml import etree

from .archive import open_archive
from .kinds import FileKind
from .markup import local_name
from .plain import encoding_of
from .verdicts import Reading, Refusal, RefusedError

MAX_PAGES = 2_000
# A page with less than this that shows a picture is a scan: a scanning app writes its name on it.
FEW_LETTERS = 50
_PIECE = 1 << 16
# Where the text is. Numbers in cells are no words; nobody searches for them.
_OOXML_PARTS = {
    FileKind.DOCX: ("word/document", "word/footnotes", "word/endnotes"),
    FileKind.XLSX: ("xl/sharedStrings", "xl/worksheets/sheet"),
    FileKind.PPTX: ("ppt/slides/slide",),
}
_OOXML_TEXT, _ODF_TEXT = {"t"}, {"p", "h"}
_BREAKS = {"p", "h", "si", "is", "tab", "br", "tc", "s", "line-break", "table-cell"}
# What was deleted, and what is said about the text.
_UNSEEN = {"tracked-changes", "annotation", "forms", "scripts", "rPh"}


def read(kind: FileKind, source: Path, target: Path, *, limit: int) -> Reading:
    """Write at most ``limit`` characters of the file's text to ``target``, as UTF-8."""
    if kind == FileKind.PDF:
        with pypdfium2.PdfDocument(source) as pdf:
            pages = _Pages(pdf)
            _write(pages, target, limit)
            return Reading(pages.seen, pages.scans)
    _write(_lines(kind, source), target, limit)
    return Reading()


def _write(pieces: Iterable[str], target, limit):
    with target.open("w", encoding="utf-8", errors="ignore") as file:
        for piece in pieces:
            tidy = " ".join(piece.replace("\0", " ").split())
            if tidy:
                file.write(tidy[: limit - 1] + "\n")
                limit -= len(tidy) + 1
            if limit <= 0:
                return


class _Pages:
    """The text of a PDF's pages in order; what was seen of them is counted on the way."""

    def __init__(self, pdf):
        self._pdf = pdf
        self.seen = self.scans = 0

    def __iter__(self) -> Iterator[str]:
        for number in range(min(len(self._pdf), MAX_PAGES)):
            page = self._pdf[number]
            text = _page_text(page)
            self.seen += 1
            letters = sum(map(str.isalnum, text))
            if not letters or (letters < FEW_LETTERS and _has_picture(page)):
                self.scans += 1
            page.close()
            yield text


def _page_text(page):
    words = page.get_textpage()
    try:
        return words.get_text_bounded()
    finally:
        words.close()


def _has_picture(page):
    pictures = page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3)
    return next(iter(pictures), None) is not None


def _lines(kind, source) -> Iterator[str]:
    if kind.is_plain:
        with source.open(encoding=encoding_of(source), errors="replace") as file:
            while line := file.readline(_PIECE):
                yield line
        return
    wanted = _ODF_TEXT if kind.is_odf else _OOXML_TEXT
    with open_archive(source) as archive:
        starts = _OOXML_PARTS.get(kind, ("content",))
        names = [n for n in archive.namelist() if n.startswith(starts) and n.endswith(".xml")]
        for name in sorted(names, key=lambda name: (len(name), name)):
            with archive.open(name) as part:
                yield from _part_lines(part, wanted)


def _part_lines(part, wanted) -> Iterator[str]:
    """Read a part piece by piece, so that memory does not grow with it."""
    heard = _Listener(wanted)
    parser = etree.XMLParser(
        target=heard, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
    )
    try:
        while piece := part.read(_PIECE):
            parser.feed(piece)
            yield from heard.take()
        parser.close()
    except etree.XMLSyntaxError as error:
        raise RefusedError(Refusal.DAMAGED) from error
    yield from heard.take()


class _Listener:
    """Collects what stands inside elements of ``wanted``, a line per paragraph or cell."""

    def __init__(self, wanted):
        self._wanted = wanted
        self._inside = self._unseen = 0
        self._line, self._lines = [], []

    def start(self, tag, attributes):
        name = local_name(tag)
        self._inside += name in self._wanted
        self._unseen += name in _UNSEEN

    def end(self, tag):
        name = local_name(tag)
        self._inside -= name in self._wanted
        self._unseen -= name in _UNSEEN
        if name in _BREAKS:
            self._line.append(" ")
            if name in ("p", "h", "si", "is"):
                self._end_line()

    def data(self, text):
        if self._inside and not self._unseen:
            self._line.append(text)

    def close(self):
        self._end_line()

    def take(self) -> list[str]:
        lines, self._lines = self._lines, []
        return lines

    def _end_line(self):
        if self._line:
            self._lines.append("".join(self._line))
        self._line = []
