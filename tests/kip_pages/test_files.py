"""What a file is, and what its public copy still tells: real files in, bytes out, no database."""

import io
import subprocess
import time
import zipfile

import openpyxl
import pikepdf
import pytest
from PIL import Image

from kip_pages.files import kinds, odf, ooxml, pdf, pictures, plain
from kip_pages.files import reading as texts
from kip_pages.files.kinds import FileKind
from kip_pages.files.verdicts import Note, Reading, Refusal, RefusedError
from kip_pages.intake import sandbox

from .. import files
from ..files import AUTHOR

NAMED = AUTHOR.encode()


def cleaned(kind, content, tmp_path, *, title="Rencana Kerja 2024"):
    """Return the public copy of ``content`` and the notes on it."""
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(content)
    if kind == FileKind.PDF:
        notes = pdf.clean(source, target, title=title)
    else:
        notes = (ooxml if kind.is_ooxml else odf).clean(kind, source, target)
    return target.read_bytes(), notes


def why_refused(call, *arguments, **options):
    with pytest.raises(RefusedError) as caught:
        call(*arguments, **options)
    return caught.value


def parts_that_name(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [name for name in archive.namelist() if NAMED in archive.read(name)]


def part(content, name):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)


# --- kinds -----------------------------------------------------------------------------------

REFUSED_NAMES = [
    ("surat.docm", Refusal.MACROS),
    ("anggaran.XLSM", Refusal.MACROS),
    ("surat.doc", Refusal.OLD_OFFICE),
    ("surat.rtf", Refusal.OLD_OFFICE),
    ("semua.zip", Refusal.ARCHIVE),
    ("peta.svg", Refusal.MARKUP),
    ("beranda.html", Refusal.MARKUP),
    ("pasang.exe", Refusal.PROGRAM),
    ("film.mp4", Refusal.UNKNOWN_EXTENSION),
    ("tanpa-akhiran", Refusal.UNKNOWN_EXTENSION),
]


@pytest.mark.parametrize(("name", "refusal"), REFUSED_NAMES)
def test_a_name_that_promises_nothing_publishable_is_refused(name, refusal):
    assert why_refused(kinds.kind_of_name, name).refusal == refusal


REFUSED_HEADS = [
    ("pdf", b"MZ\x90\x00", Refusal.PROGRAM),
    ("docx", b"\x7fELF\x02", Refusal.PROGRAM),
    ("txt", b"#!/bin/sh\nrm", Refusal.PROGRAM),
    ("csv", b"<html><script>", Refusal.MARKUP),
    ("txt", b"\xef\xbb\xbf  <!DOCTYPE html>", Refusal.MARKUP),
    ("png", b"<svg onload='x()'>", Refusal.MARKUP),
    ("pdf", b"<?xml version='1.0'?>", Refusal.MARKUP),
    ("docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Refusal.OLD_OFFICE),
    ("xlsx", b"Rar!\x1a\x07\x00", Refusal.ARCHIVE),
    ("pdf", b"PK\x03\x04", Refusal.OTHER_CONTENT),
    ("pdf", b"\xff\xd8\xff\xe0", Refusal.OTHER_CONTENT),
    ("jpeg", b"%PDF-1.7", Refusal.OTHER_CONTENT),
    ("csv", b"%PDF-1.7", Refusal.OTHER_CONTENT),
    ("docx", b"Laporan", Refusal.OTHER_CONTENT),
    ("pdf", b"Laporan", Refusal.OTHER_CONTENT),
    ("pdf", b"", Refusal.EMPTY),
]


@pytest.mark.parametrize(("kind", "head", "refusal"), REFUSED_HEADS)
def test_a_file_whose_beginning_is_of_something_else_is_refused(kind, head, refusal):
    assert why_refused(kinds.check_head, FileKind(kind), head).refusal == refusal


# --- PDF -------------------------------------------------------------------------------------


def test_a_pdf_tells_nothing_of_who_made_it_and_keeps_its_text(tmp_path):
    content, notes = cleaned(FileKind.PDF, files.pdf("Rencana kerja"), tmp_path)
    assert NAMED not in content
    assert notes == set()
    with pikepdf.open(io.BytesIO(content)) as made:
        assert "/Info" not in made.trailer
        told = made.open_metadata()
        assert dict(told) == {"{http://purl.org/dc/elements/1.1/}title": "Rencana Kerja 2024"}
        assert b"Rencana kerja" in made.pages[0].Contents.read_bytes()


def test_what_an_earlier_version_of_a_pdf_said_is_gone(tmp_path):
    old = files.pdf("Harga rahasia", compress_streams=False, stream_decode_level=None)
    both = files.saved_over(old, b"Harga rahasia", b"Harga terbuka")
    assert b"Harga rahasia" in both
    content, _notes = cleaned(FileKind.PDF, both, tmp_path)
    with pikepdf.open(io.BytesIO(content)) as made:
        streams = [o.read_bytes() for o in made.objects if isinstance(o, pikepdf.Stream)]
    assert any(b"Harga terbuka" in stream for stream in streams)
    assert not any(b"Harga rahasia" in stream for stream in streams)


def test_a_pdf_stays_accessible(tmp_path):
    content, _notes = cleaned(FileKind.PDF, files.pdf("Isi", change=files.tagged), tmp_path)
    with pikepdf.open(io.BytesIO(content)) as made:
        assert str(made.Root.Lang) == "id"
        assert bool(made.Root.MarkInfo.Marked)
        (heading,) = made.Root.StructTreeRoot.K
        assert (str(heading.S), str(heading.T)) == ("/H1", "Judul")
        assert made.open_metadata()["pdfuaid:part"] == "1"


def test_a_script_in_a_pdf_is_taken_out(tmp_path):
    content, _notes = cleaned(FileKind.PDF, files.pdf("Isi", change=files.with_script), tmp_path)
    with pikepdf.open(io.BytesIO(content)) as made:
        assert "/JS" not in made.Root.get("/OpenAction", {})
    assert b"app.alert" not in content


def test_comments_in_a_pdf_are_noted_without_their_author(tmp_path):
    content, notes = cleaned(FileKind.PDF, files.pdf("Isi", change=files.commented), tmp_path)
    assert notes == {Note.COMMENTS}
    assert NAMED not in content
    with pikepdf.open(io.BytesIO(content)) as made:
        assert str(made.pages[0].Annots[0].Contents) == "Tolong diperbaiki"


def test_a_signed_pdf_stays_byte_for_byte_and_is_noted(tmp_path):
    content = files.pdf("Keputusan", change=files.signed)
    assert cleaned(FileKind.PDF, content, tmp_path) == (content, {Note.SIGNED})


def _signed_with_script(made):
    files.signed(made)
    files.with_script(made)


REFUSED_PDFS = [
    (files.pdf("Isi", encryption=pikepdf.Encryption(owner="a", user="b")), Refusal.PASSWORD),
    (files.pdf("Isi", encryption=pikepdf.Encryption(owner="a")), Refusal.PASSWORD),
    (files.pdf("Isi", change=files.with_attachment), Refusal.ATTACHMENTS),
    (files.pdf("Isi", change=_signed_with_script), Refusal.ACTIVE),
    (b"%PDF-1.7\nbukan apa-apa", Refusal.DAMAGED),
    (files.pdf("Isi")[:300], Refusal.DAMAGED),
]


@pytest.mark.parametrize(
    ("content", "refusal"),
    REFUSED_PDFS,
    ids=["password", "restrictions", "attachment", "signed script", "no pdf", "cut short"],
)
def test_a_pdf_that_cannot_be_published_is_refused(tmp_path, content, refusal):
    assert why_refused(cleaned, FileKind.PDF, content, tmp_path).refusal == refusal


def test_cleaning_a_clean_pdf_changes_nothing(tmp_path):
    once, _notes = cleaned(FileKind.PDF, files.pdf("Isi", change=files.tagged), tmp_path)
    assert cleaned(FileKind.PDF, once, tmp_path)[0] == once


# --- office ----------------------------------------------------------------------------------


def test_a_word_document_names_nobody_and_keeps_its_text(tmp_path):
    content = files.docx(**files.COMMENTS, body=files.TRACKED)
    assert len(parts_that_name(content)) == 7
    public, notes = cleaned(FileKind.DOCX, content, tmp_path)
    assert parts_that_name(public) == []
    assert notes == {Note.COMMENTS, Note.TRACKED_CHANGES}
    assert b"Baru" in part(public, "word/document.xml")
    assert b"Cek lagi" in part(public, "word/comments.xml")
    assert b"thumbnail" not in part(public, "_rels/.rels")


def test_a_word_document_without_comments_gets_no_note(tmp_path):
    _public, notes = cleaned(FileKind.DOCX, files.docx(), tmp_path)
    assert notes == set()


def test_a_template_on_somebodys_computer_is_forgotten(tmp_path):
    settings = (
        f'<w:settings xmlns:w="{files.W}" xmlns:r="urn:r"><w:attachedTemplate r:id="r0"/>'
        "</w:settings>"
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r0" Type="http://x/attachedTemplate" TargetMode="External" '
        f'Target="file:///C:/Users/{AUTHOR}/Normal.dotm"/></Relationships>'
    )
    parts = {"word/settings.xml": settings, "word/_rels/settings.xml.rels": relations}
    public, _notes = cleaned(FileKind.DOCX, files.docx(**parts), tmp_path)
    assert parts_that_name(public) == []
    assert b"attachedTemplate" not in part(public, "word/settings.xml")


def relations(**targets):
    rows = "".join(
        f'<Relationship Id="r{at}" Type="http://x/{kind}" TargetMode="External" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets.items())
    )
    namespace = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{namespace}">{rows}</Relationships>'


ON_A_COMPUTER = [
    (f"file:///C:/Users/{AUTHOR}/Gaji.xlsx", b"Gaji.xlsx"),
    (rf"C:\Users\{AUTHOR}\Gaji.xlsx", b"Gaji.xlsx"),
    (rf"\\server\{AUTHOR}\Gaji.xlsx", b"Gaji.xlsx"),
    (f"file:///\\\\server\\{AUTHOR}%5CGaji.xlsx", b"Gaji.xlsx"),
    (f"/Users/{AUTHOR}/Gaji.xlsx", b"Gaji.xlsx"),
    ("https://contoh.go.id/data/gaji.html", b"https://contoh.go.id/data/gaji.html"),
]


@pytest.mark.parametrize(("target", "left"), ON_A_COMPUTER)
def test_of_a_link_to_somebodys_computer_the_name_of_the_file_is_left(tmp_path, target, left):
    parts = {"word/_rels/document.xml.rels": relations(hyperlink=target)}
    public, _notes = cleaned(FileKind.DOCX, files.docx(**parts), tmp_path)
    assert parts_that_name(public) == []
    assert b'Target="' + left + b'"' in part(public, "word/_rels/document.xml.rels")


def test_a_mail_merge_is_forgotten_with_its_source(tmp_path):
    merge = f'<w:mailMerge><w:connectString w:val="User ID={AUTHOR}"/></w:mailMerge>'
    parts = {
        "word/settings.xml": f'<w:settings xmlns:w="{files.W}">{merge}</w:settings>',
        "word/_rels/settings.xml.rels": relations(mailMergeSource=f"file:///C:/{AUTHOR}/a.xlsx"),
    }
    public, _notes = cleaned(FileKind.DOCX, files.docx(**parts), tmp_path)
    assert parts_that_name(public) == []
    assert b"mailMerge" not in part(public, "word/settings.xml")


def test_a_workbook_does_not_tell_who_refreshed_it_from_where(tmp_path):
    public, notes = cleaned(FileKind.XLSX, files.linked_xlsx(), tmp_path)
    assert parts_that_name(files.linked_xlsx()) == [
        "xl/pivotCache/pivotCacheDefinition1.xml",
        "xl/externalLinks/_rels/externalLink1.xml.rels",
        "xl/connections.xml",
    ]
    assert parts_that_name(public) == []
    assert notes == {Note.HIDDEN_DATA}
    link = part(public, "xl/externalLinks/_rels/externalLink1.xml.rels")
    assert b'Target="Gaji.xlsx"' in link
    assert b"12" in part(public, "xl/externalLinks/externalLink1.xml"), "its values stay"


def test_a_link_of_an_odf_sheet_does_not_tell_where_the_other_file_lies(tmp_path):
    away = f"file:///home/{AUTHOR}/gaji.ods"
    table = (
        f"<table:table table:name=\"'{away}'#Sheet1\">"
        f'<table:table-source xlink:href="{away}"/></table:table>'
        f"<table:table-cell table:formula=\"of:=['{away}'#$Sheet1.A1]\"/>"
    )
    public, notes = cleaned(FileKind.ODT, files.odf(body=table), tmp_path)
    assert parts_that_name(public) == []
    assert b"['gaji.ods'#$Sheet1.A1]" in part(public, "content.xml")
    assert notes == {Note.HIDDEN_DATA}


def test_a_workbook_inside_a_document_is_cleaned_too(tmp_path):
    outer = files.docx(**{"word/embeddings/chart.xlsx": files.xlsx([("Dalam", 1)])})
    public, _notes = cleaned(FileKind.DOCX, outer, tmp_path)
    inner = part(public, "word/embeddings/chart.xlsx")
    assert parts_that_name(inner) == []
    assert openpyxl.load_workbook(io.BytesIO(inner)).active["A1"].value == "Dalam"


def test_a_workbook_names_nobody_and_opens_as_before(tmp_path):
    public, notes = cleaned(FileKind.XLSX, files.xlsx([("Judul", 7)], comment="Cek"), tmp_path)
    assert parts_that_name(public) == []
    assert notes == {Note.COMMENTS}
    sheet = openpyxl.load_workbook(io.BytesIO(public)).active
    assert [cell.value for cell in sheet[1]] == ["Judul", 7]
    assert sheet["A1"].comment.text == "Cek"


def test_a_presentation_names_nobody(tmp_path):
    public, _notes = cleaned(FileKind.PPTX, files.pptx("Paparan"), tmp_path)
    assert parts_that_name(public) == []
    assert b"Paparan" in part(public, "ppt/slides/slide1.xml")


def test_an_odf_document_names_nobody_and_keeps_its_text(tmp_path):
    body = (
        f"<text:p>Isi<office:annotation><dc:creator>{AUTHOR}</dc:creator><text:p>Cek</text:p>"
        "</office:annotation></text:p>"
    )
    content = files.odf(body=body)
    assert len(parts_that_name(content)) == 4
    public, notes = cleaned(FileKind.ODT, content, tmp_path)
    assert parts_that_name(public) == []
    assert notes == {Note.COMMENTS}
    assert b"thumbnail" not in part(public, "META-INF/manifest.xml")
    with zipfile.ZipFile(io.BytesIO(public)) as archive:
        first = archive.infolist()[0]
    # Readers of ODF look for the type at the very beginning, uncompressed.
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)


def _macros():
    types = files.content_types(
        {
            "word/document.xml": "application/vnd.ms-word.document.macroEnabled.main+xml",
            "word/vbaProject.bin": "application/vnd.ms-office.vbaProject",
        }
    )
    return files.docx(**{"[Content_Types].xml": types, "word/vbaProject.bin": b"x"})


def _bomb():
    return files.docx(**{"word/media/a.xml": b"\0" * (60 << 20)})


def _encrypted(content):
    """Set the flag that says a part is encrypted, in the table of contents and before the part."""
    made = bytearray(content)
    for signature, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        made[made.index(signature) + at] |= 1
    return bytes(made)


REFUSED_OFFICE = {
    "macros": ("docx", _macros, Refusal.MACROS),
    "macros under an honest type": (
        "docx",
        lambda: files.docx(**{"word/vbaProject.bin": b"x"}),
        Refusal.MACROS,
    ),
    "a workbook named docx": ("docx", files.xlsx, Refusal.OTHER_CONTENT),
    "a document named xlsx": ("xlsx", files.docx, Refusal.OTHER_CONTENT),
    "any archive named docx": (
        "docx",
        lambda: files.archive({"a.txt": "x"}),
        Refusal.OTHER_CONTENT,
    ),
    "odf named docx": ("docx", files.odf, Refusal.OTHER_CONTENT),
    "docx named odt": ("odt", files.docx, Refusal.OTHER_CONTENT),
    "text named ods": ("ods", files.odf, Refusal.OTHER_CONTENT),
    "bomb": ("docx", _bomb, Refusal.BOMB),
    "encrypted archive": ("docx", lambda: _encrypted(files.docx()), Refusal.PASSWORD),
    "cut short": ("docx", lambda: files.docx()[:-200], Refusal.DAMAGED),
    "broken xml": (
        "docx",
        lambda: files.docx(**{"word/comments.xml": "<w:comments author"}),
        Refusal.DAMAGED,
    ),
    "entities": (
        "docx",
        lambda: files.docx(
            **{
                "word/comments.xml": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
                '<a author="x">&b;</a>'
            }
        ),
        Refusal.DAMAGED,
    ),
    "odf with a password": (
        "odt",
        lambda: files.odf(**{"META-INF/manifest.xml": "<m><encryption-data/></m>"}),
        Refusal.PASSWORD,
    ),
    "odf with macros": (
        "odt",
        lambda: files.odf(**{"Basic/Standard/Module1.xml": "<x/>"}),
        Refusal.MACROS,
    ),
    "signed odf": (
        "odt",
        lambda: files.odf(**{"META-INF/documentsignatures.xml": "<x/>"}),
        Refusal.SIGNED_OFFICE,
    ),
}


@pytest.mark.parametrize("case", REFUSED_OFFICE)
def test_an_office_file_that_cannot_be_published_is_refused(tmp_path, case):
    kind, make, refusal = REFUSED_OFFICE[case]
    assert why_refused(cleaned, FileKind(kind), make(), tmp_path).refusal == refusal


def test_two_parts_of_one_name_are_refused_as_readers_would_differ(tmp_path):
    out = io.BytesIO(files.docx())
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("word/document.xml", "<other/>")
    refused = why_refused(cleaned, FileKind.DOCX, out.getvalue(), tmp_path)
    assert refused.refusal == Refusal.DAMAGED


# --- text and pictures -----------------------------------------------------------------------

TEXTS = [
    ("csv", b"wilayah;tahun\nSerang;2024\n", None),
    ("csv", "wilayah\nCilegon\n".encode("utf-16"), None),
    ("csv", "catatan\nd\xe9partement\n".encode("latin-1"), None),
    ("txt", b"baris\x00\x01\x02", Refusal.OTHER_CONTENT),
    ("json", b'{"type": "FeatureCollection"}', None),
    ("json", b"{'bukan': json}", Refusal.DAMAGED),
    ("json", b"[" * 100_000, Refusal.DAMAGED),
]


@pytest.mark.parametrize(("kind", "content", "refusal"), TEXTS)
def test_text_is_published_as_it_is_or_refused(tmp_path, kind, content, refusal):
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_bytes(content)
    if refusal:
        assert why_refused(plain.clean, FileKind(kind), source, target).refusal == refusal
    else:
        plain.clean(FileKind(kind), source, target)
        assert target.read_bytes() == content


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_picture_loses_its_place_and_author_and_not_a_pixel(format):
    content = files.picture(format)
    public = pictures.strip(content)
    before, after = Image.open(io.BytesIO(content)), Image.open(io.BytesIO(public))
    assert before.getexif().get_ifd(0x8825)
    assert not after.getexif()
    assert NAMED not in public
    assert before.tobytes() == after.tobytes()


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_photograph_still_stands_upright(orientation):
    public = pictures.strip(files.picture(orientation=orientation))
    assert dict(Image.open(io.BytesIO(public)).getexif()) == {0x0112: orientation}
    assert NAMED not in public


def test_what_hides_behind_the_end_of_a_picture_is_cut_off():
    for content in (files.picture(), files.picture("PNG")):
        assert pictures.strip(content + b"<?php") == pictures.strip(content)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_broken_picture_is_refused(format):
    assert why_refused(pictures.strip, files.picture(format)[:40]).refusal == Refusal.DAMAGED


# --- text for search -------------------------------------------------------------------------


def read(kind, content, tmp_path, limit=1000):
    source, target = tmp_path / "source", tmp_path / "text"
    source.write_bytes(content)
    found = texts.read(kind, source, target, limit=limit)
    return target.read_text(), found


READABLE = {
    "pdf": (FileKind.PDF, lambda: files.pdf("Rencana kerja"), "Rencana kerja\n"),
    "docx": (FileKind.DOCX, lambda: files.docx(files.TRACKED), "Baru\n"),
    "xlsx": (FileKind.XLSX, lambda: files.xlsx([("Aset", 12), ("Kota", "x")]), "Aset\nKota\nx\n"),
    "pptx": (FileKind.PPTX, lambda: files.pptx("Paparan"), "Paparan\n"),
    "odt": (
        FileKind.ODT,
        lambda: files.odf(
            body="<text:p>Satu <text:span>dua</text:span> tiga"
            "<office:annotation><text:p>Cek</text:p></office:annotation></text:p>"
        ),
        "Satu dua tiga\n",
    ),
    "csv": (FileKind.CSV, lambda: "a;b\n\nd\xe9\n".encode("latin-1"), "a;b\nd\xe9\n"),
}


@pytest.mark.parametrize("case", READABLE)
def test_text_is_read_as_it_stands_on_the_page(tmp_path, case):
    kind, make, expected = READABLE[case]
    assert read(kind, make(), tmp_path)[0] == expected


def test_text_is_cut_at_the_limit(tmp_path):
    text, _found = read(FileKind.CSV, b"satu dua tiga\n" * 1000, tmp_path, limit=100)
    assert len(text) <= 101


STAMP = "Dipindai dengan CamScanner"
LONG = "Laporan kinerja dinas kesehatan provinsi tahun dua ribu dua puluh empat lengkap"

#   pages of a PDF                   pages, of which scans    is a scan
SCANS = [
    (["Judul"], 1, 0, False),
    ([""], 1, 1, True),
    (["", "", ""], 3, 3, True),
    ([LONG, "", ""], 3, 2, True),
    ([LONG, LONG, ""], 3, 1, False),
]


@pytest.mark.parametrize(("pages", "count", "scans", "is_scan"), SCANS)
def test_a_pdf_of_pictures_is_told_from_one_of_text(tmp_path, pages, count, scans, is_scan):
    _text, found = read(FileKind.PDF, files.pdf(*pages), tmp_path)
    assert (found, found.is_scan) == (Reading(count, scans), is_scan)


def test_the_stamp_of_a_scanning_app_is_no_text(tmp_path):
    def stamp(made):
        page = made.pages[0]
        text = f"BT /F1 8 Tf 40 20 Td ({STAMP}) Tj ET".encode()
        page.contents_add(made.make_stream(text))

    text, found = read(FileKind.PDF, files.pdf("", change=stamp), tmp_path)
    assert text == f"{STAMP}\n"
    assert found.is_scan


# --- the child process -----------------------------------------------------------------------


def test_the_child_answers_as_the_cleaner_would(tmp_path):
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(files.docx(files.TRACKED))
    notes = sandbox.clean(FileKind.DOCX, source, target, title="Judul")
    assert notes == {Note.TRACKED_CHANGES}
    assert parts_that_name(target.read_bytes()) == []
    assert sandbox.read(FileKind.DOCX, target, tmp_path / "text", limit=10) == Reading()
    source.write_bytes(b"%PDF-1.7")
    assert why_refused(sandbox.clean, FileKind.PDF, source, target, title="").refusal == (
        Refusal.DAMAGED
    )


def test_a_file_that_keeps_its_parser_busy_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(sandbox, "CLEAN_SECONDS", 1)
    source = tmp_path / "source"
    changes = "".join(f'<w:ins w:author="{number}"/>' for number in range(600_000))
    source.write_bytes(files.docx(changes))
    started = time.monotonic()
    refused = why_refused(sandbox.clean, FileKind.DOCX, source, tmp_path / "target", title="")
    assert refused.refusal == Refusal.TOO_COMPLEX
    assert time.monotonic() - started < 30


def test_the_child_is_told_no_secret_of_ours(monkeypatch, tmp_path):
    seen, start = {}, subprocess.run

    def listen(command, **options):
        seen.update(options["env"])
        return start(command, **options)

    monkeypatch.setattr(subprocess, "run", listen)
    source = tmp_path / "source"
    source.write_bytes(files.odf())
    sandbox.clean(FileKind.ODT, source, tmp_path / "target", title="")
    assert set(seen) == {"PYTHONPATH", "LANG"}
