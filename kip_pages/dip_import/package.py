"""The ZIP packages that XLSX and ODS files are, opened without trust.

Nothing is unpacked to disk, every part is read in pieces and counted, and XML that declares a
document type is refused before it can name an entity or another file.
"""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO
from xml.parsers import expat

from ..import_choices import FileRefusal
from .refusing import (
    MAX_DIRECTORY,
    MAX_GROWTH,
    MAX_PARTS,
    MAX_UNPACKED,
    MIB,
    UnreadableFileError,
    bomb,
)

PIECE = 1 << 16
# A tag or a name of more than this is no spreadsheet's; a parser would hold all of it.
MAX_TAG = MIB
_END_OF_DIRECTORY, _END_LENGTH, _MAX_COMMENT = b"PK\x05\x06", 22, 0xFFFF


class Package:
    """A ZIP file whose parts are read as streams of XML events."""

    def __init__(self, file: BinaryIO):
        _refuse_large_directory(file)
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise UnreadableFileError(FileRefusal.DAMAGED) from error
        self.names = set(self._zip.namelist())
        self._unpacked = 0
        _refuse_bomb(self._zip.infolist())

    def read(self, name: str) -> bytes:
        """Return a small part as it is."""
        return b"".join(self.pieces(name))

    def pieces(self, name: str) -> Iterator[bytes]:
        try:
            with self._zip.open(name) as part:
                while piece := part.read(PIECE):
                    self._unpacked += len(piece)
                    if self._unpacked > MAX_UNPACKED:
                        raise bomb()
                    yield piece
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise UnreadableFileError(FileRefusal.DAMAGED) from error
        except NotImplementedError as error:  # packed in a way that no spreadsheet program uses
            raise UnreadableFileError(FileRefusal.DAMAGED) from error
        except RuntimeError as error:  # encrypted
            raise UnreadableFileError(FileRefusal.PROTECTED) from error

    def events(self, name: str, handler: "Handler") -> Iterator[None]:
        """Let ``handler`` hear the part's XML; yields after every piece, for what it has gathered."""
        parser = _parser(handler)
        given = 0
        try:
            for piece in self.pieces(name):
                parser.Parse(piece, False)
                given += len(piece)
                if given - max(parser.CurrentByteIndex, 0) > MAX_TAG:
                    raise _dangerous("XML")
                yield
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise UnreadableFileError(FileRefusal.DAMAGED) from error
        yield

    def hear(self, name: str, handler: "Handler") -> None:
        """Let ``handler`` hear a part from its beginning to its end."""
        for _piece in self.events(name, handler):
            pass


class Handler:
    """Hears XML. Names come without their namespaces: files differ in these and mean the same."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        pass

    def end(self, name: str) -> None:
        pass

    # Set where text matters.
    text: Callable[[str], None] | None = None


def _parser(handler):
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.EntityDeclHandler = _refuse_document_type
    local = _LocalNames()

    def start(name, attributes):
        handler.start(local[name], {local[key]: value for key, value in attributes.items()})

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda name: handler.end(local[name])
    parser.CharacterDataHandler = handler.text
    return parser


class _LocalNames(dict):
    """Names without namespaces, remembered: a sheet has a few, a hundred thousand times each."""

    MOST = 10_000

    def __missing__(self, name):
        if len(self) > self.MOST:
            raise _dangerous("XML")
        self[name] = local = name.rpartition(" ")[2]
        return local


def _refuse_document_type(*_arguments):
    raise _dangerous("DOCTYPE")


def _dangerous(what):
    return UnreadableFileError(FileRefusal.DANGEROUS, what=what)


def _refuse_large_directory(file):
    """The list of parts is held in memory, and may lie about its length nowhere but here."""
    file.seek(0, 2)
    file.seek(max(0, file.tell() - _END_LENGTH - _MAX_COMMENT))
    tail = file.read()
    end = tail.rfind(_END_OF_DIRECTORY)
    record = tail[end : end + _END_LENGTH]
    if end < 0 or len(record) < _END_LENGTH:
        raise UnreadableFileError(FileRefusal.DAMAGED)
    if int.from_bytes(record[12:16], "little") > MAX_DIRECTORY:
        raise bomb()
    file.seek(0)


def _refuse_bomb(parts):
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise bomb()
    for part in parts:
        if part.file_size > MIB and part.file_size > MAX_GROWTH * max(part.compress_size, 1):
            raise bomb()
