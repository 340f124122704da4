"""The kinds of files that may be published, and how each is told by its first bytes.

A short list of what is known to the end, instead of a guess at everything: a file comes in only
where its extension is in the list, its content is of that kind, and its cleaner has read all of it.
"""

import enum
from pathlib import PurePath

from .verdicts import Refusal, RefusedError


class FileKind(enum.StrEnum):
    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"
    ODT = "odt"
    ODS = "ods"
    ODP = "odp"
    CSV = "csv"
    TXT = "txt"
    JSON = "json"
    JPEG = "jpeg"
    PNG = "png"

    @property
    def is_ooxml(self) -> bool:
        return self in OOXML

    @property
    def is_odf(self) -> bool:
        return self in ODF

    @property
    def is_plain(self) -> bool:
        return self in PLAIN

    @property
    def is_picture(self) -> bool:
        return self in PICTURES

    @property
    def has_text(self) -> bool:
        return not self.is_picture


OOXML = frozenset({FileKind.DOCX, FileKind.XLSX, FileKind.PPTX})
ODF = frozenset({FileKind.ODT, FileKind.ODS, FileKind.ODP})
PLAIN = frozenset({FileKind.CSV, FileKind.TXT, FileKind.JSON})
KINDS = frozenset(FileKind)
PICTURES = frozenset({FileKind.JPEG, FileKind.PNG})

EXTENSIONS = {kind.value: kind for kind in FileKind} | {
    "jpg": FileKind.JPEG,
    "geojson": FileKind.JSON,
}

_MACRO_EXTENSIONS = {"docm", "dotm", "xlsm", "xltm", "xlsb", "xlam", "pptm", "potm", "ppsm"}
_REFUSED_EXTENSIONS = {
    Refusal.MACROS: _MACRO_EXTENSIONS,
    Refusal.OLD_OFFICE: {"doc", "dot", "xls", "xlt", "ppt", "pps", "rtf", "wps"},
    Refusal.ARCHIVE: {"zip", "rar", "7z", "gz", "tgz", "tar", "bz2", "xz"},
    Refusal.MARKUP: {"html", "htm", "xhtml", "svg", "xml", "mht", "mhtml", "js", "css"},
    Refusal.PROGRAM: {"exe", "com", "bat", "cmd", "msi", "scr", "apk", "jar", "sh", "ps1", "vbs"},
}

ZIP = "zip"
_SIGNATURES = (
    (b"\xff\xd8\xff", FileKind.JPEG),
    (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
    (b"PK\x03\x04", ZIP),
    # Office keeps what a password protects in the same container as its files of before 2007.
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Refusal.OLD_OFFICE),
    (b"{\\rtf", Refusal.OLD_OFFICE),
    *((start, Refusal.PROGRAM) for start in (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe")),
    *((start, Refusal.PROGRAM) for start in (b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe")),
    *((start, Refusal.ARCHIVE) for start in (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b")),
    *((start, Refusal.ARCHIVE) for start in (b"BZh", b"\xfd7zXZ\x00", b"PK\x05\x06")),
)
_MARKUP = (b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<?xml", b"<!--")
# Readers find the header of a PDF within this many bytes, and so do we.
PDF_HEADER_WITHIN = 1024
HEAD = 4096


def kind_of_name(name: str) -> FileKind:
    """Return the kind that a file's extension promises; raises ``RefusedError`` for all others."""
    extension = PurePath(name).suffix.lower().lstrip(".")
    if extension in EXTENSIONS:
        return EXTENSIONS[extension]
    for refusal, extensions in _REFUSED_EXTENSIONS.items():
        if extension in extensions:
            raise RefusedError(refusal, f".{extension}")
    raise RefusedError(Refusal.UNKNOWN_EXTENSION, f".{extension}" if extension else name)


def check_head(kind: FileKind, head: bytes) -> None:
    """Raise ``RefusedError`` unless the first bytes of a file can be those of ``kind``."""
    if not head:
        raise RefusedError(Refusal.EMPTY)
    found = _found(head)
    wanted = ZIP if kind.is_ooxml or kind.is_odf else None if kind.is_plain else kind
    if found == wanted:
        return
    if isinstance(found, Refusal):
        raise RefusedError(found, f".{kind}")
    raise RefusedError(Refusal.OTHER_CONTENT, found.upper() if found in KINDS else "")


def _found(head):
    """Return a kind, a refusal, ``ZIP`` for what must be opened first, or None for what may be text."""
    for signature, found in _SIGNATURES:
        if head.startswith(signature):
            return found
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_MARKUP):
        return Refusal.MARKUP
    if b"%PDF-" in head[:PDF_HEADER_WITHIN]:
        return FileKind.PDF
    return None
