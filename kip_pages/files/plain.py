"""CSV, text and JSON: proof that they are text. There is nothing in them to clean."""

import codecs
import json
from pathlib import Path

from .kinds import FileKind
from .verdicts import Refusal, RefusedError

# Control characters that no text holds: what has them is something else under a wrong name.
_BINARY = frozenset(map(chr, range(32))) - frozenset("\t\n\r\f\x1a\x1b")
_PIECE = 1 << 20
_MAX_JSON_BYTES = 64 * 1024 * 1024


def clean(kind: FileKind, source: Path, target: Path) -> set:
    """Copy a text as it is; raises ``RefusedError`` where it is none."""
    with source.open("rb") as read, target.open("wb") as written:
        decoder = codecs.getincrementaldecoder(encoding_of(source))()
        while piece := read.read(_PIECE):
            _check(decoder, piece)
            written.write(piece)
        _check(decoder, b"", final=True)
    if kind == FileKind.JSON:
        _check_json(source)
    return set()


def encoding_of(source: Path) -> str:
    """Return how a text is encoded: by its byte order mark, as UTF-8, else as old Windows does."""
    with source.open("rb") as file:
        start = file.read(4)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while piece := file.read(_PIECE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "latin-1"
    return "utf-8-sig"


def _check(decoder, piece, *, final=False):
    try:
        text = decoder.decode(piece, final)
    except UnicodeDecodeError as error:
        raise RefusedError(Refusal.DAMAGED) from error
    if not _BINARY.isdisjoint(text):
        raise RefusedError(Refusal.OTHER_CONTENT)


def _check_json(source):
    if source.stat().st_size > _MAX_JSON_BYTES:
        raise RefusedError(Refusal.TOO_COMPLEX)
    try:
        json.loads(source.read_bytes())
    except (ValueError, RecursionError) as error:
        raise RefusedError(Refusal.DAMAGED) from error
