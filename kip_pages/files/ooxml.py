"""DOCX, XLSX and PPTX: proof that they are, and a copy that names nobody."""

import posixpath
import re
import tempfile
import zipfile
from pathlib import Path

from .archive import Copy, open_archive, read_part
from .kinds import FileKind
from .markup import elements, file_name, local_name, mentions, parse, write
from .verdicts import Note, Refusal, RefusedError

CONTENT_TYPES = "[Content_Types].xml"
_MAIN = {
    "wordprocessingml.document.main+xml": FileKind.DOCX,
    "spreadsheetml.sheet.main+xml": FileKind.XLSX,
    "presentationml.presentation.main+xml": FileKind.PPTX,
}
_ACTIVE = re.compile(r"macroEnabled|vbaProject|vbaData|activeX|ms-office\.control", re.I)
_SIGNATURES = "digital-signature"
_EMBEDDED_PACKAGE = re.compile(
    r"openxmlformats-officedocument\.\w+\.(document|sheet|presentation)$"
)
_OPC = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006"
_LABELS = "http://schemas.microsoft.com/office/2020/mipLabelMetadata"
# Parts that exist to say who, where and with what: replaced by empty ones, by their content type.
_EMPTIED = {
    "core-properties+xml": f'<cp:coreProperties xmlns:cp="{_OPC}"/>',
    "extended-properties+xml": f'<Properties xmlns="{_PROPERTIES}/extended-properties"/>',
    "custom-properties+xml": f'<Properties xmlns="{_PROPERTIES}/custom-properties"/>',
    "classificationlabels+xml": f'<l:labelList xmlns:l="{_LABELS}"/>',
}
# Attributes that name people, by the content types in which they do; all other parts stay as they are.
_PEOPLE = (
    (re.compile(r"wordprocessingml\.people"), {"author", "userId", "providerId"}),
    (re.compile(r"wordprocessingml\."), {"author", "initials"}),
    (
        re.compile(r"ms-excel\.person|ms-powerpoint\.authors|presentationml\.commentAuthors"),
        {"name", "displayName", "initials", "userId", "providerId"},
    ),
    (re.compile(r"spreadsheetml\.(revision|userNames)"), {"userName", "name"}),
    (re.compile(r"spreadsheetml\.(sheet\.main|comments)"), {"userName"}),
    (re.compile(r"spreadsheetml\.pivotCacheDefinition"), {"refreshedBy"}),
    # Whose account opens which database or file.
    (re.compile(r"spreadsheetml\.connections"), {"connection", "odcFile", "sourceFile"}),
)
# What a workbook holds of others, or of rows that are long gone, without showing it on any sheet.
_HIDDEN_DATA = re.compile(r"spreadsheetml\.(pivotCacheRecords|externalLink)\+xml$")
_COMMENTS = re.compile(r"[.](comments|threadedcomments|comment)\+xml$", re.I)
_CHANGES = {"ins", "del", "moveFrom", "moveTo"}
_WORDS = (
    *(b"author", b"initials", b"userName", b"name=", b"displayName", b"userId"),
    *(b"absPath", b"attachedTemplate", b"mailMerge", b"refreshedBy"),
    *(b"connection=", b"odcFile", b"sourceFile"),
)
# Properties that SharePoint adds, with the people a file was shared with.
_SHAREPOINT = "{http://schemas.microsoft.com/office/2006/metadata/properties"
_THUMBNAIL, _TEMPLATE = "/metadata/thumbnail", "/attachedTemplate"
_MAIL_MERGE = ("/mailMergeSource", "/mailMergeHeaderSource")
# Whatever lies on somebody's computer or in an office's network, and other workbooks wherever they are.
_ON_A_COMPUTER = re.compile(r"file:|[a-z]:[\\/]|\\\\|/", re.I)
_OTHER_WORKBOOK = re.compile(r"/(externalLink|xl)[A-Za-z/]*Path")
MAX_DEPTH = 3


def clean(kind: FileKind, source: Path, target: Path, *, depth: int = 0) -> set[Note]:
    """Write the public copy and return what an editor should know; raises ``RefusedError``."""
    with open_archive(source) as archive, Copy(target) as copy:
        package = _Package(archive)
        package.judge(kind)
        for part in archive.infolist():
            if not part.is_dir() and part.filename not in package.dropped:
                package.copy_part(part, copy, depth)
    return package.notes


class _Package:
    def __init__(self, archive):
        self.archive = archive
        self.notes = set()
        self.types, self.defaults = self._read_types()
        self.dropped = set()

    def _read_types(self):
        try:
            root = parse(read_part(self.archive, CONTENT_TYPES))
        except KeyError:
            raise RefusedError(Refusal.OTHER_CONTENT) from None
        types, defaults = {}, {}
        for element, name in elements(root):
            content_type = element.get("ContentType", "")
            if name == "Override":
                types[element.get("PartName", "").lstrip("/").lower()] = content_type
            elif name == "Default":
                defaults[element.get("Extension", "").lower()] = content_type
        return types, defaults

    def type_of(self, name):
        extension = posixpath.splitext(name)[1].lstrip(".").lower()
        return self.types.get(name.lower()) or self.defaults.get(extension, "")

    def judge(self, kind):
        """Raise ``RefusedError`` unless the archive is what it says, and nothing in it can act."""
        told = {*self.types.values(), *self.defaults.values()}
        names = [name.lower() for name in self.archive.namelist()]
        has_macros = any("vbaproject" in name or "/activex/" in name for name in names)
        if has_macros or any(_ACTIVE.search(content_type) for content_type in told):
            raise RefusedError(Refusal.MACROS)
        found = {
            kind
            for end, kind in _MAIN.items()
            for given in self.types.values()
            if given.endswith(end)
        }
        if found != {kind}:
            raise RefusedError(Refusal.OTHER_CONTENT, next((f.upper() for f in sorted(found)), ""))
        if any(_SIGNATURES in content_type for content_type in told):
            raise RefusedError(Refusal.SIGNED_OFFICE)
        self._find_thumbnails()

    def _find_thumbnails(self):
        if "_rels/.rels" not in self.archive.namelist():
            raise RefusedError(Refusal.DAMAGED)
        for element, _name in elements(parse(read_part(self.archive, "_rels/.rels"))):
            if element.get("Type", "").endswith(_THUMBNAIL):
                self.dropped.add(element.get("Target", "").lstrip("/"))

    def copy_part(self, part, copy, depth):
        content_type = self.type_of(part.filename)
        emptied = next((e for end, e in _EMPTIED.items() if content_type.endswith(end)), None)
        if emptied is not None:
            copy.write(part.filename, emptied.encode())
        elif _EMBEDDED_PACKAGE.search(content_type):
            self._copy_embedded(part, content_type, copy, depth)
        elif content_type.endswith("xml") or part.filename.endswith((".xml", ".rels")):
            content = self._cleaned(part, content_type)
            if content is None:
                copy.take_over(self.archive, part)
            else:
                copy.write(part.filename, content)
        else:
            if "oleobject" in content_type.lower():
                self.notes.add(Note.EMBEDDED)
            copy.take_over(self.archive, part)

    def _copy_embedded(self, part, content_type, copy, depth):
        """A chart carries a whole workbook, with its own author."""
        if depth >= MAX_DEPTH:
            raise RefusedError(Refusal.TOO_COMPLEX)
        kinds = {"document": FileKind.DOCX, "sheet": FileKind.XLSX, "presentation": FileKind.PPTX}
        kind = kinds[content_type.rpartition(".")[2]]
        with tempfile.TemporaryDirectory() as directory:
            inner, cleaned = Path(directory, "in"), Path(directory, "out")
            with self.archive.open(part) as source, inner.open("wb") as to:
                while piece := source.read(1 << 20):
                    to.write(piece)
            self.notes |= clean(kind, inner, cleaned, depth=depth + 1)
            copy.write(part.filename, cleaned.read_bytes(), method=zipfile.ZIP_STORED)

    def _cleaned(self, part, content_type):
        """Return the new content of an XML part, or None where the old one may stay."""
        if part.filename.endswith(".rels"):
            return self._cleaned_relations(part)
        if _COMMENTS.search(content_type):
            self.notes.add(Note.COMMENTS)
        if _HIDDEN_DATA.search(content_type):
            self.notes.add(Note.HIDDEN_DATA)
        if content_type == "application/xml":
            return self._cleaned_custom(part)
        attributes = next((a for types, a in _PEOPLE if types.search(content_type)), None)
        if attributes is None or not mentions(self.archive.read(part), *_WORDS):
            return None
        root = parse(read_part(self.archive, part.filename))
        self._forget_people(root, attributes, content_type)
        return write(root)

    def _cleaned_custom(self, part):
        """What SharePoint knows of a file; other data that somebody put into it stays."""
        root = parse(read_part(self.archive, part.filename))
        if not root.tag.startswith(_SHAREPOINT):
            return None
        del root[:]
        return write(root)

    def _cleaned_relations(self, part):
        root = parse(read_part(self.archive, part.filename))
        for relation in list(root):
            kind, target = relation.get("Type", ""), relation.get("Target", "")
            if kind.endswith((_THUMBNAIL, _TEMPLATE, *_MAIL_MERGE)):
                root.remove(relation)
            elif relation.get("TargetMode") == "External" and (
                _ON_A_COMPUTER.match(target) or _OTHER_WORKBOOK.search(kind)
            ):
                relation.set("Target", file_name(target))
        return write(root)

    def _forget_people(self, root, attributes, content_type):
        for element, name in list(elements(root)):
            told = [key for key in element.keys() if local_name(key) in attributes]
            for key in told:
                element.set(key, "")
            if told and name in _CHANGES:
                self.notes.add(Note.TRACKED_CHANGES)
            if name == "author" and "spreadsheetml.comments" in content_type:
                element.text = ""
            elif name == "absPath":
                element.set("url", "")
            elif name in ("attachedTemplate", "mailMerge"):
                element.getparent().remove(element)
