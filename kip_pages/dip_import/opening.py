"""Open a file for what it holds, whatever it is called."""

from pathlib import Path
from typing import BinaryIO

from ..import_choices import FileRefusal
from .cells import Workbook
from .delimited import read_delimited
from .ods import CONTENT, read_ods
from .package import Package
from .refusing import UnreadableFileError, too_large
from .xlsx import WORKBOOK, read_xlsx

EXTENSIONS = (".xlsx", ".ods", ".csv", ".tsv", ".txt")
BEGIN = 1 << 16
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TEXTS = (".csv", ".tsv", ".txt")
# How files begin that are no text, although some of them hold little else.
_OTHERS = (b"%PDF", b"{\\rtf", b"MZ", b"\x7fELF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b")


def open_workbook(file: BinaryIO, *, name: str, limit: int) -> Workbook:
    """Read a file that is called ``name`` and has at most ``limit`` bytes.

    Raises ``UnreadableFileError`` that says what to do. The workbook is to be closed.
    """
    size = file.seek(0, 2)
    if size > limit:
        raise too_large(limit)
    if not size:
        raise UnreadableFileError(FileRefusal.EMPTY)
    file.seek(0)
    begin = file.read(BEGIN)
    extension = Path(name).suffix.lower()
    if begin.startswith(b"PK"):
        return Workbook(_packaged(file, extension))
    _refuse_others(begin, extension)
    if extension not in _TEXTS:
        raise _misnamed(extension)
    return Workbook(read_delimited(file))


def _packaged(file, extension):
    package = Package(file)
    if WORKBOOK in package.names:
        _check_name(extension, ".xlsx", package)
        return read_xlsx(package)
    if CONTENT in package.names and "mimetype" in package.names:
        if package.read("mimetype").strip() == _ODS:
            _check_name(extension, ".ods", package)
            return read_ods(package)
    if "xl/workbook.bin" in package.names:
        raise UnreadableFileError(FileRefusal.BINARY_EXCEL)
    raise UnreadableFileError(FileRefusal.UNKNOWN)


def _check_name(extension, expected, package):
    if extension in (".xlsm", ".xltm") or any("vbaproject" in n.lower() for n in package.names):
        raise UnreadableFileError(FileRefusal.MACROS)
    if extension != expected:
        raise _misnamed(extension)


def _misnamed(extension):
    if extension not in EXTENSIONS:
        return UnreadableFileError(FileRefusal.UNKNOWN)
    return UnreadableFileError(FileRefusal.MISNAMED, extension=extension)


def _refuse_others(begin, extension):
    if begin.startswith(_OLE):
        protected = "EncryptedPackage".encode("utf-16-le") in begin
        raise UnreadableFileError(FileRefusal.PROTECTED if protected else FileRefusal.OLD_EXCEL)
    if begin.startswith(_OTHERS):
        raise _misnamed(extension)
    text = begin.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<html", b"<!doctype", b"<table", b"<meta", b"<head", b"<style", b"<div")):
        raise UnreadableFileError(FileRefusal.WEB_PAGE)
    if text.startswith(b"<?xml") or text.startswith(b"mime-version:"):
        is_page = b"<html" in text or b"mime-version" in text[:20]
        raise UnreadableFileError(FileRefusal.WEB_PAGE if is_page else FileRefusal.UNKNOWN)
