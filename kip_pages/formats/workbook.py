"""Rows as an Excel workbook (Office Open XML, ECMA-376) that leaves while it is written.

Written by hand: ``openpyxl`` gives a workbook only when all of it is done, which for 100,000 entries is
most of a minute, and no proxy waits that long for the first byte. Here it goes out as it is made, in a
fifth of the time, and the same rows make the same bytes.
"""

import datetime
import itertools
import zipfile
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

from .csv_table import begins_like_a_formula
from .register import Value
from .text import xml_text

ROWS_AT_A_TIME = 200
# Excel's own limit; it refuses a file that breaks it.
CELL_CHARACTERS = 32_767
EPOCH = datetime.datetime(1899, 12, 30)  # noqa: DTZ001 - Excel knows no time zones

HEADING, DATE, MOMENT, QUOTED = 1, 2, 3, 4
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f"""<Types xmlns="{_PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>
<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>
</Types>""",
    "_rels/.rels": f"""<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>
</Relationships>""",
    "xl/_rels/workbook.xml.rels": f"""<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/>
</Relationships>""",
    # The formats of cells in the order of the constants above.
    "xl/styles.xml": f"""<styleSheet xmlns="{_MAIN}">
<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>
<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>
<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>
<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill>
<fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>
<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>
<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"/></cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
</styleSheet>""",
}


def workbook(title: str, headings: list[str], rows: Iterable[list[Value]]) -> Iterator[bytes]:
    """Yield a workbook of one sheet called ``title``; the headings and two columns stay in view."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in (_PARTS | {"xl/workbook.xml": _workbook_part(title)}).items():
            with package.open(zipfile.ZipInfo(name), "w") as part:
                part.write((_XML + content).encode())
        sheet_info = zipfile.ZipInfo("xl/worksheets/sheet1.xml")
        sheet_info.compress_type = zipfile.ZIP_DEFLATED
        with package.open(sheet_info, "w") as sheet:
            for text in _sheet_part(headings, rows):
                sheet.write(text.encode())
                yield sink.take()
    yield sink.take()


class _Sink:
    """Takes what the package writes, and can only be read once."""

    def __init__(self):
        self.written = []

    def write(self, data):
        self.written.append(bytes(data))
        return len(data)

    def flush(self):
        pass

    def take(self):
        data, self.written = b"".join(self.written), []
        return data


def _workbook_part(title):
    return (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        f'<sheet name="{escape(title)}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )


def _sheet_part(headings, rows):
    columns = [_letters(number) for number in range(1, len(headings) + 1)]
    yield (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane xSplit="2" ySplit="1" topLeftCell="C2" activePane="bottomRight" state="frozen"/>'
        f'</sheetView></sheetViews><cols><col min="2" max="{max(2, len(headings))}" width="24" '
        f'customWidth="1"/></cols><sheetData>{_row(1, columns, headings, HEADING)}'
    )
    length = 1
    rows = iter(rows)
    while batch := list(itertools.islice(rows, ROWS_AT_A_TIME)):
        yield "".join(_row(length + n, columns, row) for n, row in enumerate(batch, start=1))
        length += len(batch)
    yield f'</sheetData><autoFilter ref="A1:{columns[-1]}{length}"/></worksheet>'


def _letters(number):
    """Return the name of a column: 1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _row(number, columns, values, style=0):
    cells = (
        _cell(f"{column}{number}", value, style)
        for column, value in zip(columns, values, strict=True)
        if value is not None and value != ""
    )
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(place, value, style):
    if isinstance(value, str):
        # Excel breaks lines at a line feed and shows a carriage return as rubbish.
        text = xml_text(value).replace("\r\n", "\n").replace("\r", "\n")[:CELL_CHARACTERS]
        # Text by its type, so nothing has to be added to it to keep it from being calculated; the
        # style keeps it text even after somebody edits the cell.
        style = QUOTED if begins_like_a_formula(text) else style
        return (
            f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">'
            f"{escape(text)}</t></is></c>"
        )
    if isinstance(value, datetime.datetime):
        value, style = value.replace(tzinfo=None), MOMENT  # payloads carry the local time
    elif isinstance(value, datetime.date):
        value, style = datetime.datetime.combine(value, datetime.time.min), DATE
    if isinstance(value, datetime.datetime):
        value = (value - EPOCH) / datetime.timedelta(days=1)
    return f'<c r="{place}" s="{style}"><v>{value}</v></c>'
