"""Write the made-up registers as files."""

import csv
import io
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill

BOLD = Font(bold=True)
GREY = PatternFill("solid", fgColor="DDDDDD")


class Book:
    """A workbook that is written row by row; remembers what a careful person reads of it."""

    def __init__(self, name: str):
        self.name = name
        self.book = Workbook()
        self.book.remove(self.book.active)
        self.sheet = None
        self.row = 0
        self.expected: list[dict] = []

    def add_sheet(self, title: str, **options):
        self.sheet = self.book.create_sheet(title)
        for name, value in options.items():
            setattr(self.sheet, name, value)
        self.row = 0
        return self

    def put(self, *values, bold=False, grey=False, merge=None, skip=0) -> int:
        """Write a row and return its number; ``merge`` are first and last column of one cell."""
        self.row += 1 + skip
        for column, value in enumerate(values, start=1):
            if value is None:
                continue
            cell = self.sheet.cell(self.row, column)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"  # a text that begins with "=" stays a text
            if bold:
                cell.font = BOLD
            if grey:
                cell.fill = GREY
        if merge:
            self.merge(self.row, merge[0], self.row, merge[1])
        return self.row

    def merge(self, top, left, bottom, right):
        self.sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)

    def cell(self, column, row=None):
        return self.sheet.cell(row or self.row, column)

    def link(self, column, address, row=None):
        self.cell(column, row).hyperlink = address

    def expect(self, read: dict):
        self.expected.append(read)

    def save(self, directory: Path) -> Path:
        path = directory / self.name
        self.book.save(path)
        return path


class Text:
    """A table as text, in a file whose name and notation are chosen."""

    def __init__(self, name, *, delimiter=",", encoding="utf-8", newline="\r\n", begin=""):
        self.name, self.delimiter, self.encoding = name, delimiter, encoding
        self.newline, self.begin = newline, begin
        self.rows: list[list] = []
        self.expected: list[dict] = []
        self.first = 2 if begin else 1

    def put(self, *values) -> int:
        self.rows.append(["" if value is None else value for value in values])
        return len(self.rows) + self.first - 1

    def expect(self, read: dict):
        self.expected.append(read)

    def save(self, directory: Path) -> Path:
        buffer = io.StringIO()
        writer = csv.writer(buffer, delimiter=self.delimiter, lineterminator=self.newline)
        writer.writerows(self.rows)
        path = directory / self.name
        path.write_bytes((self.begin + buffer.getvalue()).encode(self.encoding))
        return path


class OpenDocument:
    """A spreadsheet of LibreOffice, in the few elements that matter here."""

    def __init__(self, name):
        self.name = name
        self.tables: list[list[str]] = []
        self.expected: list[dict] = []
        self.row = 0

    def add_sheet(self, title, style="shown"):
        self.tables.append(
            [f"<table:table table:name={quoteattr(title)} table:style-name='{style}'>"]
        )
        self.row = 0

    def put(self, *values, bold=False, hidden=False, repeated=1, wide=1, high=()) -> int:
        """Write a row; ``wide`` is how many columns its first cell takes, ``high`` rows by column."""
        self.row += 1
        number, self.row = self.row, self.row + repeated - 1
        hides = " table:visibility='collapse'" if hidden else ""
        times = f" table:number-rows-repeated='{repeated}'" if repeated > 1 else ""
        cells = "".join(
            self._cell(value, bold, wide if column == 1 else 1, dict(high).get(column, 1))
            for column, value in enumerate(values, start=1)
        )
        cells += "<table:covered-table-cell/>" * (wide - 1)
        self.tables[-1].append(f"<table:table-row{hides}{times}>{cells}</table:table-row>")
        return number

    def expect(self, read: dict):
        self.expected.append(read)

    def save(self, directory: Path) -> Path:
        body = "".join("".join(table) + "</table:table>" for table in self.tables)
        path = directory / self.name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            package.writestr("content.xml", _CONTENT.format(body=body))
        return path

    @staticmethod
    def _cell(value, bold, wide, high):
        style = " table:style-name='bold'" if bold else ""
        spans = f" table:number-columns-spanned='{wide}'" if wide > 1 else ""
        spans += f" table:number-rows-spanned='{high}'" if high > 1 else ""
        if value is None:
            return f"<table:table-cell{style}{spans}/>"
        if isinstance(value, tuple):
            text, address = value
            link = f"<text:a xlink:href={quoteattr(address)}>{escape(text)}</text:a>"
            return f"<table:table-cell{style}{spans}><text:p>{link}</text:p></table:table-cell>"
        kind = ""
        if isinstance(value, int):
            kind = f" office:value-type='float' office:value='{value}'"
        elif hasattr(value, "isoformat"):
            kind = f" office:value-type='date' office:date-value='{value.isoformat()}'"
            value = value.strftime("%d/%m/%y")
        lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(value).split("\n"))
        return f"<table:table-cell{style}{spans}{kind}>{lines}</table:table-cell>"


_CONTENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
 xmlns:xlink="http://www.w3.org/1999/xlink">
<office:automatic-styles>
<style:style style:name="bold" style:family="table-cell"><style:text-properties fo:font-weight="bold"/>
</style:style>
<style:style style:name="shown" style:family="table"><style:table-properties table:display="true"/>
</style:style>
<style:style style:name="hidden" style:family="table"><style:table-properties table:display="false"/>
</style:style>
</office:automatic-styles>
<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"""
