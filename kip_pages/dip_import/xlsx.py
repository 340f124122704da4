"""Excel workbooks (Office Open XML), read as a stream.

``openpyxl`` would hold the whole workbook, fifty times the size of the file, and when it streams it
knows neither merged cells nor links. Only its knowledge of number formats is used here.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath

from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from ..import_choices import FileRefusal
from .cells import Sheet
from .package import Handler, Package
from .refusing import MAX_SHEETS, Counter, UnreadableFileError, too_many_cells
from .xlsx_parts import SharedStrings, Styles
from .xlsx_sheet import SheetReader

_MACROS = ("vbaproject", "macroenabled", "macrosheet", "intlmacrosheet")
WORKBOOK = "xl/workbook.xml"
# Rows that one address may be laid over; more were selected by mistake.
MAX_LINK_ROWS = 100


def read_xlsx(package: Package) -> Iterator[Sheet]:
    """Yield the sheets with everything in them; raises ``UnreadableFileError``."""
    _refuse_macros(package)
    book = _Book()
    package.hear(WORKBOOK, book)
    relations = _relations(package, WORKBOOK)
    strings, styles = SharedStrings(), Styles()
    for handler, name in ((strings, "sharedStrings.xml"), (styles, "styles.xml")):
        if path := _part(relations, name, package):
            package.hear(path, handler)
    if len(book.sheets) > MAX_SHEETS:
        raise too_many_cells()
    counter = Counter()
    for name, is_hidden, relation in book.sheets:
        path = relations.get(relation, "")
        if path in package.names:
            reader = SheetReader(strings.texts, styles, counter, epoch=book.epoch)
            yield _sheet(package, path, reader, Sheet(name, is_hidden=is_hidden))


def _sheet(package, path, reader, sheet):
    sheet.fill(_rows(package, path, reader))
    sheet.merge(reader.areas)
    sheet.hidden_columns = reader.hidden_columns
    relations = _relations(package, path)
    for area, relation, location in reader.links:
        address = relations.get(relation, "") or (f"#{location}" if location else "")
        for row in range(area.top, min(area.bottom, area.top + MAX_LINK_ROWS - 1) + 1):
            sheet.link(row, area.left, address)
    return sheet


def _rows(package, path, reader):
    for _piece in package.events(path, reader):
        yield from reader.take()


def _refuse_macros(package):
    types = package.read("[Content_Types].xml").lower()
    names = " ".join(package.names).lower()
    if any(word.encode() in types or word in names for word in _MACROS):
        raise UnreadableFileError(FileRefusal.MACROS)


def _relations(package, path):
    """Return the targets of a part's relations by their id: parts by path, else as they stand."""
    folder, name = str(PurePosixPath(path).parent), PurePosixPath(path).name
    source = f"{folder}/_rels/{name}.rels"
    if source not in package.names:
        return {}
    handler = _Relations(folder)
    package.hear(source, handler)
    return handler.targets


def _part(relations, name, package):
    paths = [path for path in relations.values() if path.endswith(f"/{name}")]
    return next((path for path in paths if path in package.names), None)


class _Relations(Handler):
    def __init__(self, folder):
        self.folder = folder
        self.targets = {}

    def start(self, name, attributes):
        if name != "Relationship":
            return
        target = attributes.get("Target", "")
        if attributes.get("TargetMode") != "External":
            target = target.lstrip("/") if target.startswith("/") else f"{self.folder}/{target}"
            target = _without_dots(target)
        self.targets[attributes.get("Id")] = target


def _without_dots(path):
    kept = []
    for part in path.split("/"):
        if part == ".." and kept:
            kept.pop()
        elif part not in ("", ".", ".."):
            kept.append(part)
    return "/".join(kept)


class _Book(Handler):
    def __init__(self):
        self.sheets = []
        self.epoch = CALENDAR_WINDOWS_1900

    def start(self, name, attributes):
        if name == "sheet":
            is_hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append((attributes.get("name", ""), is_hidden, attributes.get("id")))
        elif name == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            self.epoch = CALENDAR_MAC_1904
