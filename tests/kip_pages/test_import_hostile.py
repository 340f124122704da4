"""Files that mean harm, or only cost it, are refused in seconds, in little memory, with what to do."""

import io
import json
import subprocess
import sys
import zipfile

import pytest

from kip_pages.dip_import.opening import open_workbook
from kip_pages.dip_import.refusing import MIB, UnreadableFileError
from kip_pages.dip_import.understanding import understand
from kip_pages.import_choices import FileRefusal

from ..live import ROOT, environment

LIMIT = 20 * MIB
# Of one core, and beyond what the program itself needs. What is refused costs far less than this.
SECONDS, MEMORY = 20, 100 * MIB

TYPES = (
    '<Types xmlns="x"><Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
BOOK = '<workbook xmlns:r="r"><sheets><sheet name="Berkala" sheetId="1" r:id="rId1"/></sheets></workbook>'
RELATIONS = (
    "<Relationships>"
    '<Relationship Id="rId1" Type="worksheet" Target="worksheets/sheet1.xml"/>'
    '<Relationship Id="rId2" Type="sharedStrings" Target="sharedStrings.xml"/>'
    "</Relationships>"
)
HEADER = "".join(f'<c t="inlineStr"><is><t>{t}</t></is></c>' for t in ("No", "Judul", "Tautan"))
ENTITY = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)).replace("&a0;", "&a;")
    + "]>"
)


def sheet(rows="", after="", before=""):
    return f"{before}<worksheet><sheetData><row>{HEADER}</row>{rows}</sheetData>{after}</worksheet>"


SHEET = sheet()


def xlsx(path, *, sheet=SHEET, strings="<sst/>", types=TYPES, more=()):
    """Write a workbook out of its parts; a part may be a text, or pieces of one."""
    parts = {
        "[Content_Types].xml": types,
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS,
        "xl/worksheets/sheet1.xml": sheet,
        "xl/sharedStrings.xml": strings,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, content in [*parts.items(), *more]:
            with package.open(name, "w", force_zip64=False) as part:
                for piece in [content] if isinstance(content, str | bytes) else content:
                    part.write(piece.encode() if isinstance(piece, str) else piece)
    return path


def ods(path, content):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", content)
    return path


def written(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def sparse(path, size):
    with path.open("wb") as file:
        file.truncate(size)
    return path


def patched(path, find, put):
    """Let a package lie about the size of its largest part."""
    content = path.read_bytes()
    assert content.count(find) >= 1
    return written(path, content.replace(find, put))


def many(piece, times):
    return (piece * 10_000 for _round in range(times // 10_000))


# --- refused, and why ------------------------------------------------------------------------

REFUSED = {
    "a bomb of 1 GB": (
        lambda d: xlsx(d / "a.xlsx", sheet=(b"\0" * MIB for _n in range(1024))),
        FileRefusal.BOMB,
    ),
    "a package of five thousand parts": (
        lambda d: xlsx(d / "a.xlsx", more=[(f"xl/{n}", "") for n in range(5000)]),
        FileRefusal.BOMB,
    ),
    "an entity of a file of the server": (
        lambda d: xlsx(d / "a.xlsx", strings=f"{ENTITY}<sst><si><t>&e;</t></si></sst>"),
        FileRefusal.DANGEROUS,
    ),
    "a billion laughs": (
        lambda d: xlsx(d / "a.xlsx", strings=f"{LAUGHS}<sst><si><t>&a9;</t></si></sst>"),
        FileRefusal.DANGEROUS,
    ),
    "an entity in the sheet": (
        lambda d: xlsx(d / "a.xlsx", sheet=sheet(before=ENTITY)),
        FileRefusal.DANGEROUS,
    ),
    "an entity in OpenDocument": (
        lambda d: ods(d / "a.ods", f"{ENTITY}<document-content>&e;</document-content>"),
        FileRefusal.DANGEROUS,
    ),
    "a tag of fifty megabytes": (
        lambda d: xlsx(d / "a.xlsx", sheet=["<worksheet a='", *many("x", 50_000_000), "'/>"]),
        FileRefusal.DANGEROUS,
    ),
    "two million empty rows": (
        lambda d: xlsx(
            d / "a.xlsx", sheet=["<worksheet><sheetData>", *many("<row/>", 2_000_000),
                                 "</sheetData></worksheet>"]
        ),
        FileRefusal.TOO_MANY_ROWS,
    ),
    "two million empty lines": (
        lambda d: written(d / "a.csv", "No;Judul\n" + ";\n" * 2_000_000),
        FileRefusal.TOO_MANY_ROWS,
    ),
    "two million empty rows of OpenDocument": (
        lambda d: ods(
            d / "a.ods",
            "<document-content><table>" + "<table-row/>" * 2_000_000 + "</table></document-content>",
        ),
        FileRefusal.BOMB,
    ),
    "a hundred thousand overlapping merged cells": (
        lambda d: xlsx(
            d / "a.xlsx",
            sheet=sheet(
                rows="<row><c><v>1</v></c></row>" * 1000,
                after="<mergeCells>" + '<mergeCell ref="A1:ZZ1000"/>' * 100_000 + "</mergeCells>",
            ),
        ),
        FileRefusal.TOO_MANY_CELLS,
    ),
    "macros under another name": (
        lambda d: xlsx(d / "a.xlsx", more=[("xl/vbaProject.bin", "x")]),
        FileRefusal.MACROS,
    ),
    "macros under their own": (lambda d: xlsx(d / "a.xlsm"), FileRefusal.MACROS),
    "macros of Excel 4": (
        lambda d: xlsx(d / "a.xlsx", types=TYPES.replace("sheet.main", "intlmacrosheet")),
        FileRefusal.MACROS,
    ),
    "a program": (lambda d: written(d / "a.xlsx", b"MZ\x90\0" * 100), FileRefusal.MISNAMED),
    "a PDF": (lambda d: written(d / "a.csv", b"%PDF-1.7"), FileRefusal.MISNAMED),
    "a workbook called CSV": (lambda d: xlsx(d / "a.csv"), FileRefusal.MISNAMED),
    "a text called workbook": (lambda d: written(d / "a.xlsx", "Judul\n1"), FileRefusal.MISNAMED),
    "an unknown ending": (lambda d: written(d / "a.exe", "Judul"), FileRefusal.UNKNOWN),
    "another office file": (
        lambda d: ods(d / "a.xlsx", "<x/>"), FileRefusal.MISNAMED,
    ),
    "any package": (
        lambda d: written(d / "a.xlsx", _zip_of("word/document.xml")), FileRefusal.UNKNOWN,
    ),
    "a binary workbook": (
        lambda d: written(d / "a.xlsx", _zip_of("xl/workbook.bin")), FileRefusal.BINARY_EXCEL,
    ),
    "bytes": (lambda d: written(d / "a.csv", bytes(range(1, 32)) + b"\0\x01" * 50), FileRefusal.UNKNOWN),
    "200 MB": (lambda d: sparse(d / "a.xlsx", 200 * MIB), FileRefusal.TOO_LARGE),
    "nothing": (lambda d: written(d / "a.csv", b""), FileRefusal.EMPTY),
    "half a workbook": (
        lambda d: written(d / "b.xlsx", xlsx(d / "a.xlsx").read_bytes()[:700]), FileRefusal.DAMAGED,
    ),
    "XML that is none": (lambda d: xlsx(d / "a.xlsx", sheet="<worksheet><"), FileRefusal.DAMAGED),
    "an old workbook": (
        lambda d: written(d / "a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
        FileRefusal.OLD_EXCEL,
    ),
    "a workbook with a password": (
        lambda d: written(
            d / "a.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        ),
        FileRefusal.PROTECTED,
    ),
    "a web page called workbook": (
        lambda d: written(d / "a.xls", "<html><body><table><tr><td>Judul</td></tr></table>"),
        FileRefusal.WEB_PAGE,
    ),
}  # fmt: skip


def _zip_of(name):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr(name, "x")
    return buffer.getvalue()


# Open the file, read all of it, and say what came of it and what it cost this process.
PROGRAM = """
import json, resource, sys, time
import django
django.setup()
from kip_pages.dip_import.opening import open_workbook
from kip_pages.dip_import.refusing import UnreadableFileError
from kip_pages.dip_import.understanding import understand

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

for path in sys.argv[1:]:
    before, began, told, refusal = peak(), time.process_time(), "", ""
    try:
        with open(path, "rb") as file, open_workbook(file, name=path, limit=20 << 20) as book:
            entries = sum(row.is_entry for row in understand(book).rows())
            told = f"{entries} entries"
    except UnreadableFileError as error:
        told, refusal = str(error), error.refusal.value
    seconds, memory = time.process_time() - began, peak() - before
    print(json.dumps([refusal, told, seconds, memory]), flush=True)
"""


def judged(*paths):
    """Read the files in a process of their own; returns refusal, words, seconds and memory of each."""
    output = subprocess.run(
        [sys.executable, "-c", PROGRAM, *map(str, paths)],
        cwd=ROOT,
        env=environment("sqlite://:memory:"),
        check=True,
        stdout=subprocess.PIPE,
        timeout=600,
    ).stdout
    return [json.loads(line) for line in output.splitlines()]


def test_hostile_files_are_refused_in_seconds_and_little_memory(tmp_path):
    paths = []
    for number, (make, _refusal) in enumerate(REFUSED.values()):
        directory = tmp_path / str(number)
        directory.mkdir()
        paths.append(make(directory))
    found = judged(*paths)
    for (name, (_make, expected)), (refusal, told, seconds, memory) in zip(
        REFUSED.items(), found, strict=True
    ):
        assert refusal, f"{name} was read: {told}"
        assert refusal == expected, f"{name}: {told}"
        assert seconds < SECONDS, f"{name} took {seconds:.1f} s"
        assert memory < MEMORY, f"{name} took {memory / MIB:.0f} MiB"
        assert told.endswith("."), f"{name} is told in a sentence: {told}"


# --- read, whatever they hold ----------------------------------------------------------------

LONG = 30_000
NASTY = [
    "- " * (LONG // 2), "a" + " " * LONG + "b", "uu 14 2008 " * (LONG // 11), "(" * LONG,
    "http://" * (LONG // 7), "1. " * (LONG // 3), "/a " * (LONG // 3), "x > " * (LONG // 4),
    "2024-" * (LONG // 5), "Pasal 17 " * (LONG // 9), "." * LONG, "klik " * (LONG // 5),
    "Serang, " * (LONG // 8), "informasi berkala " * (LONG // 18), "=" * LONG, ", " * (LONG // 2),
]  # fmt: skip


def test_texts_that_are_made_to_be_slow_are_read_quickly(tmp_path):
    rows = "".join(
        f'<row><c t="inlineStr"><is><t>{n}</t></is></c>'
        + "".join(f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>' * 2)
        + "</row>"
        for n, text in enumerate(
            t.replace("<", "").replace("&", "").replace(">", "»") for t in NASTY
        )
    )
    lone = "".join(
        f'<row><c t="inlineStr"><is><t xml:space="preserve">{text.replace(">", "»")}</t></is></c></row>'
        for text in NASTY
    )
    path = xlsx(tmp_path / "a.xlsx", sheet=sheet(rows=rows + lone))
    ((refusal, told, seconds, memory),) = judged(path)
    assert not refusal, told
    assert seconds < SECONDS, f"{seconds:.1f} s"
    assert memory < MEMORY


def test_a_package_that_lies_about_its_sizes_is_not_believed(tmp_path):
    path = xlsx(tmp_path / "a.xlsx", sheet=sheet(rows="<row><c><v>7</v></c></row>" * 50_000))
    with zipfile.ZipFile(path) as package:
        size = package.getinfo("xl/worksheets/sheet1.xml").file_size
    patched(path, size.to_bytes(4, "little"), (500).to_bytes(4, "little"))
    with pytest.raises(UnreadableFileError) as refused, path.open("rb") as file:
        open_workbook(file, name=path.name, limit=LIMIT)
    assert refused.value.refusal == FileRefusal.DAMAGED


def test_relations_that_lead_out_of_the_package_lead_nowhere(tmp_path):
    path = xlsx(tmp_path / "a.xlsx")
    content = path.read_bytes()
    assert b"sheet1.xml" in content
    outside = RELATIONS.replace("worksheets/sheet1.xml", "../../../../etc/passwd")
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as package:
        for name, text in (
            ("[Content_Types].xml", TYPES), ("xl/workbook.xml", BOOK),
            ("xl/_rels/workbook.xml.rels", outside),
        ):  # fmt: skip
            package.writestr(name, text)
    with (
        (tmp_path / "b.xlsx").open("rb") as file,
        open_workbook(file, name="b.xlsx", limit=LIMIT) as book,
    ):
        assert list(understand(book).rows()) == []


def test_a_register_of_ten_thousand_rows_needs_no_more_memory_than_one_of_a_thousand(tmp_path):
    few, many_rows = (written(tmp_path / f"{n}.csv", _register(n)) for n in (1_000, 10_000))
    # The first also loads what the program needs.
    _first, small, large = judged(few, few, many_rows)
    assert (small[1], large[1]) == ("1000 entries", "10000 entries")
    assert large[3] - small[3] < 12 * MIB, (small, large)


def _register(rows):
    lines = ["No;Judul;Kategori;Ringkasan;Tautan"]
    lines += [
        f"{n};Dokumen nomor {n};Berkala;{'x' * 200} {n};https://x.test/{n}.pdf" for n in range(rows)
    ]
    return "\n".join(lines)
