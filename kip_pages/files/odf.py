"""ODT, ODS and ODP: proof that they are, and a copy that names nobody."""

import re
import zipfile
from pathlib import Path

from .archive import Copy, open_archive, read_part
from .kinds import FileKind
from .markup import elements, file_name, mentions, parse, write
from .verdicts import Note, Refusal, RefusedError

MIMETYPE, MANIFEST = "mimetype", "META-INF/manifest.xml"
_TYPES = {
    b"application/vnd.oasis.opendocument.text": FileKind.ODT,
    b"application/vnd.oasis.opendocument.spreadsheet": FileKind.ODS,
    b"application/vnd.oasis.opendocument.presentation": FileKind.ODP,
}
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_EMPTY_META = (
    f'<office:document-meta xmlns:office="{_OFFICE}" office:version="1.3">'
    "<office:meta/></office:document-meta>"
)
# LibreOffice writes the two lists even where no macro is in them.
_MACROS = re.compile(r"^(Basic/.*(?<!script-lc\.xml)(?<!script-lb\.xml)|Scripts/.+)$")
# A picture of the first page, and earlier versions of the whole document.
_DROPPED = re.compile(r"^(Thumbnails|Versions)/|^VersionList\.xml$")
_SIGNATURES = re.compile(r"^META-INF/.*signatures\.xml$")
# Of who commented or changed; what a field prints on the page (text:creator) is content and stays.
_PEOPLE = {
    "{http://purl.org/dc/elements/1.1/}creator",
    "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}creator-initials",
    "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}sender-initials",
}
_PRINTER = {"PrinterName", "PrinterSetup"}
_WORDS = (b"creator", b"initials", b"annotation", b"tracked-changes", b"table-source", b"file:/")
# In links, formulas and the names of sheets that were taken from there.
_ON_A_COMPUTER = re.compile(r"file:/+[^'\"#]+")


def clean(kind: FileKind, source: Path, target: Path) -> set[Note]:
    """Write the public copy and return what an editor should know; raises ``RefusedError``."""
    notes = set()
    with open_archive(source) as archive:
        names = archive.namelist()
        _judge(kind, archive, names)
        with Copy(target) as copy:
            copy.write(MIMETYPE, archive.read(MIMETYPE), method=zipfile.ZIP_STORED)
            for part in archive.infolist():
                name = part.filename
                if name == MIMETYPE or part.is_dir() or _DROPPED.search(name):
                    continue
                content = _cleaned(archive, name, notes)
                if content is None:
                    copy.take_over(archive, part)
                else:
                    copy.write(name, content)
    return notes


def _judge(kind, archive, names):
    if MIMETYPE not in names or archive.getinfo(MIMETYPE).file_size > 100:
        raise RefusedError(Refusal.OTHER_CONTENT)
    found = _TYPES.get(archive.read(MIMETYPE).strip())
    if found != kind:
        raise RefusedError(Refusal.OTHER_CONTENT, found.upper() if found else "")
    if "content.xml" not in names or MANIFEST not in names:
        raise RefusedError(Refusal.DAMAGED)
    if b"encryption-data" in read_part(archive, MANIFEST):
        raise RefusedError(Refusal.PASSWORD)
    if any(_MACROS.search(name) and not name.endswith("/") for name in names):
        raise RefusedError(Refusal.MACROS)
    if any(_SIGNATURES.search(name) for name in names):
        raise RefusedError(Refusal.SIGNED_OFFICE)


def _cleaned(archive, name, notes):
    """Return the new content of a part, or None where the old one may stay."""
    base = name.rpartition("/")[2]
    if base == "meta.xml":
        return _EMPTY_META.encode()
    if name == MANIFEST:
        return _without(read_part(archive, name), _is_dropped_entry)
    if base == "settings.xml":
        return _without(read_part(archive, name), _is_printer)
    if base in ("content.xml", "styles.xml"):
        content = archive.read(name)
        if mentions(content, *_WORDS):
            return _without_people(read_part(archive, name), notes)
    return None


def _without(content, is_unwanted):
    root = parse(content)
    for element, _tag in list(elements(root)):
        if is_unwanted(element):
            element.getparent().remove(element)
    return write(root)


def _attribute(element, local):
    return next((value for key, value in element.items() if key.endswith("}" + local)), "")


def _is_dropped_entry(element):
    return bool(_DROPPED.search(_attribute(element, "full-path")))


def _is_printer(element):
    return _attribute(element, "name") in _PRINTER


def _without_people(content, notes):
    root = parse(content)
    for element, tag in elements(root):
        for key, value in element.items():
            if "file:/" in value:
                element.set(key, _ON_A_COMPUTER.sub(lambda found: file_name(found[0]), value))
        if element.tag in _PEOPLE:
            element.text = ""
        elif tag == "annotation":
            notes.add(Note.COMMENTS)
        elif tag in ("change-info", "tracked-changes"):
            notes.add(Note.TRACKED_CHANGES)
        elif tag == "table-source":
            notes.add(Note.HIDDEN_DATA)
    return write(root)
