"""Real files, made as office programs and cameras make them, with a name in each that must not leak."""

import io
import zipfile

import openpyxl
import pikepdf
from openpyxl.comments import Comment
from pikepdf import Array, Dictionary, Name
from PIL import Image

# Whoever made the files. Nothing public may hold this word.
AUTHOR = "Budi Santoso"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "application/vnd.openxmlformats-officedocument"


# --- PDF -------------------------------------------------------------------------------------


def pdf(*pages: str, author: str = AUTHOR, change=None, **save) -> bytes:
    """Return a PDF with a page for each text; an empty text makes a page that is a picture."""
    with pikepdf.new() as made:
        for text in pages or ("Rencana kerja dinas kesehatan",):
            _add_page(made, text)
        made.docinfo["/Author"] = author
        with made.open_metadata() as told:
            told["dc:creator"] = [author]
            told["xmp:CreatorTool"] = "Microsoft Word"
        if change:
            change(made)
        out = io.BytesIO()
        made.save(out, **save)
    return out.getvalue()


def _add_page(made, text):
    made.add_blank_page(page_size=(595, 842))
    page = made.pages[-1]
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    picture = made.make_stream(b"\xff" * 64, Type=Name.XObject, Subtype=Name.Image)
    picture.Width, picture.Height = 8, 8
    picture.ColorSpace, picture.BitsPerComponent = Name.DeviceGray, 8
    page.Resources = Dictionary(
        Font=Dictionary(F1=made.make_indirect(font)), XObject=Dictionary(Im0=picture)
    )
    if text:
        lines = "".join(f"({line}) Tj T*\n" for line in text.splitlines())
        content = f"BT /F1 12 Tf 14 TL 50 800 Td\n{lines}ET"
    else:
        content = "q 500 0 0 700 40 40 cm /Im0 Do Q"
    page.Contents = made.make_stream(content.encode("latin-1"))


def saved_over(first: bytes, word: bytes, by: bytes) -> bytes:
    """Return a PDF that was changed as editors do: the new version is appended, the old one stays."""
    at = first.index(word)
    start = first.rindex(b"obj", 0, at)
    number = first[first.rindex(b"\n", 0, start) + 1 : start].split()[0]
    end = first.index(b"endobj", at) + len(b"endobj")
    body = first[start - len(number) - 3 : end].replace(word, by.ljust(len(word)))
    offset = len(first)
    trailer = first[first.rindex(b"trailer") :].split(b"startxref")[0]
    xref = first[first.rindex(b"startxref") :].split()[1]
    trailer = trailer.replace(b"<<", b"<< /Prev " + xref, 1)
    table = b"xref\n%s 1\n%010d 00000 n \n" % (number, offset)
    new = first + body + b"\n"
    return new + table + trailer + b"startxref\n%d\n%%%%EOF\n" % len(new)


def signed(made) -> None:
    """Add what a signature is made of; nobody here checks whether it is valid."""
    signature = Dictionary(
        Type=Name.Sig,
        Filter=Name("/Adobe.PPKLite"),
        ByteRange=Array([0, 10, 20, 30]),
        Contents=pikepdf.String(b"\0" * 32),
        Name=pikepdf.String("Kepala Dinas"),
    )
    field = Dictionary(FT=Name.Sig, T=pikepdf.String("Signature1"), V=made.make_indirect(signature))
    made.Root.AcroForm = Dictionary(Fields=Array([made.make_indirect(field)]), SigFlags=3)


def with_script(made) -> None:
    action = Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.alert('x')"))
    made.Root.OpenAction = made.make_indirect(action)


def with_attachment(made) -> None:
    made.attachments["gaji.xlsx"] = b"rahasia"


def commented(made) -> None:
    note = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Text,
        Rect=Array([10, 10, 30, 30]),
        T=pikepdf.String(AUTHOR),
        M=pikepdf.String("D:20240101"),
        Contents=pikepdf.String("Tolong diperbaiki"),
    )
    made.pages[0].Annots = Array([made.make_indirect(note)])


def tagged(made) -> None:
    """Make it accessible: a language, a structure tree and the mark that says so."""
    made.Root.Lang = pikepdf.String("id")
    made.Root.MarkInfo = Dictionary(Marked=True)
    heading = Dictionary(Type=Name.StructElem, S=Name.H1, T=pikepdf.String("Judul"), K=0)
    tree = made.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    heading.P = tree
    tree.K = Array([made.make_indirect(heading)])
    made.Root.StructTreeRoot = tree
    with made.open_metadata() as told:
        told["pdfuaid:part"] = "1"


# --- office ----------------------------------------------------------------------------------


def archive(parts: dict[str, str | bytes], *, stored: tuple[str, ...] = ()) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            method = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            made.writestr(name, content, method)
    return out.getvalue()


def content_types(overrides):
    rows = "".join(
        f'<Override PartName="/{name}" ContentType="{content_type}"/>'
        for name, content_type in overrides.items()
    )
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="jpeg" ContentType="image/jpeg"/>'
        f'<Default Extension="xlsx" ContentType="{_OFFICE}.spreadsheetml.sheet"/>'
        f"{rows}</Types>"
    )


def _relations(*pairs):
    base = "http://schemas.openxmlformats.org"
    rows = "".join(
        f'<Relationship Id="r{at}" Type="{base}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(pairs)
    )
    return f'<Relationships xmlns="{base}/package/2006/relationships">{rows}</Relationships>'


def docx(body: str = "<w:p><w:r><w:t>Laporan kinerja</w:t></w:r></w:p>", **parts) -> bytes:
    """Return a Word document by ``AUTHOR``, on whose computer it was made and printed."""
    main = f"{_OFFICE}.wordprocessingml"
    core = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    made = {
        "[Content_Types].xml": content_types(
            {
                "word/document.xml": f"{main}.document.main+xml",
                "word/settings.xml": f"{main}.settings+xml",
                "word/comments.xml": f"{main}.comments+xml",
                "word/people.xml": f"{main}.people+xml",
                "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
                "docProps/app.xml": f"{_OFFICE}.extended-properties+xml",
                "docProps/custom.xml": f"{_OFFICE}.custom-properties+xml",
            }
        ),
        "_rels/.rels": _relations(
            ("officeDocument/2006/relationships/officeDocument", "word/document.xml"),
            ("package/2006/relationships/metadata/core-properties", "docProps/core.xml"),
            ("officeDocument/2006/relationships/extended-properties", "docProps/app.xml"),
            ("package/2006/relationships/metadata/thumbnail", "docProps/thumbnail.jpeg"),
        ),
        "word/document.xml": f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>',
        "word/settings.xml": f'<w:settings xmlns:w="{W}"><w:zoom w:percent="100"/></w:settings>',
        "docProps/core.xml": (
            f'<cp:coreProperties xmlns:cp="{core}" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<dc:creator>{AUTHOR}</dc:creator><cp:lastModifiedBy>{AUTHOR}</cp:lastModifiedBy>"
            "</cp:coreProperties>"
        ),
        "docProps/app.xml": f"<Properties><Manager>{AUTHOR}</Manager></Properties>",
        "docProps/custom.xml": f"<Properties><p>{AUTHOR}</p></Properties>",
        "docProps/thumbnail.jpeg": b"\xff\xd8\xff" + AUTHOR.encode(),
    }
    return archive(made | parts)


TRACKED = (
    f'<w:p><w:ins w:id="1" w:author="{AUTHOR}" w:date="2024-01-01T00:00:00Z">'
    "<w:r><w:t>Baru</w:t></w:r></w:ins>"
    f'<w:del w:id="2" w:author="{AUTHOR}"><w:r><w:delText>Lama sekali</w:delText></w:r></w:del></w:p>'
)
COMMENTS = {
    "word/comments.xml": (
        f'<w:comments xmlns:w="{W}"><w:comment w:id="0" w:author="{AUTHOR}" w:initials="BS">'
        "<w:p><w:r><w:t>Cek lagi</w:t></w:r></w:p></w:comment></w:comments>"
    ),
    "word/people.xml": (
        '<w15:people xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml">'
        f'<w15:person w15:author="{AUTHOR}"><w15:presenceInfo w15:providerId="AD" '
        f'w15:userId="{AUTHOR}"/></w15:person></w15:people>'
    ),
}


def xlsx(rows=(("Judul", 1),), *, comment: str = "") -> bytes:
    book = openpyxl.Workbook()
    book.properties.creator = book.properties.lastModifiedBy = AUTHOR
    for row in rows:
        book.active.append(row)
    if comment:
        book.active["A1"].comment = Comment(comment, AUTHOR)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def linked_xlsx() -> bytes:
    """Return a workbook with a pivot table, a link to another one and a connection to a file."""
    main, sheet = f"{_OFFICE}.spreadsheetml", "xl/externalLinks/externalLink1.xml"
    return archive(
        {
            "[Content_Types].xml": content_types(
                {
                    "xl/workbook.xml": f"{main}.sheet.main+xml",
                    "xl/pivotCache/pivotCacheDefinition1.xml": f"{main}.pivotCacheDefinition+xml",
                    "xl/pivotCache/pivotCacheRecords1.xml": f"{main}.pivotCacheRecords+xml",
                    sheet: f"{main}.externalLink+xml",
                    "xl/connections.xml": f"{main}.connections+xml",
                }
            ),
            "_rels/.rels": _relations(
                ("officeDocument/2006/relationships/officeDocument", "xl/workbook.xml")
            ),
            "xl/workbook.xml": "<workbook/>",
            "xl/pivotCache/pivotCacheDefinition1.xml": f'<p refreshedBy="{AUTHOR}"/>',
            "xl/pivotCache/pivotCacheRecords1.xml": "<r/>",
            sheet: "<externalLink><v>12</v></externalLink>",
            "xl/externalLinks/_rels/externalLink1.xml.rels": _relations(
                (
                    "officeDocument/2006/relationships/externalLinkPath",
                    f'file:///C:/Users/{AUTHOR}/Gaji.xlsx" TargetMode="External',
                )
            ),
            "xl/connections.xml": (
                f'<c odcFile="C:\\{AUTHOR}\\a.odc"><dbPr connection="User ID={AUTHOR}"/></c>'
            ),
        }
    )


def pptx(text: str = "Paparan") -> bytes:
    main = f"{_OFFICE}.presentationml"
    drawing = "http://schemas.openxmlformats.org/drawingml/2006/main"
    return archive(
        {
            "[Content_Types].xml": content_types(
                {
                    "ppt/presentation.xml": f"{main}.presentation.main+xml",
                    "ppt/slides/slide1.xml": f"{main}.slide+xml",
                    "ppt/commentAuthors.xml": f"{main}.commentAuthors+xml",
                }
            ),
            "_rels/.rels": _relations(
                ("officeDocument/2006/relationships/officeDocument", "ppt/presentation.xml")
            ),
            "ppt/presentation.xml": "<presentation/>",
            "ppt/slides/slide1.xml": (
                f'<s xmlns:a="{drawing}"><a:p><a:r><a:t>{text}</a:t></a:r></a:p></s>'
            ),
            "ppt/commentAuthors.xml": f'<l><cmAuthor name="{AUTHOR}" initials="BS"/></l>',
        }
    )


def odf(
    kind: str = "text", body: str = "<text:p>Keputusan kepala dinas</text:p>", **parts
) -> bytes:
    office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    spaces = (
        f'xmlns:office="{office}" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
        'xmlns:config="urn:oasis:names:tc:opendocument:xmlns:config:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:xlink="http://www.w3.org/1999/xlink"'
    )
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type=""/>'
        for name in ("/", "content.xml", "meta.xml", "Thumbnails/thumbnail.png")
    )
    made = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": (
            f"<office:document-content {spaces}><office:body><office:text>{body}</office:text>"
            "</office:body></office:document-content>"
        ),
        "meta.xml": (
            f"<office:document-meta {spaces}><office:meta><dc:creator>{AUTHOR}</dc:creator>"
            "</office:meta></office:document-meta>"
        ),
        "settings.xml": (
            f"<office:document-settings {spaces}><config:config-item "
            f'config:name="PrinterName">Printer {AUTHOR}</config:config-item>'
            "</office:document-settings>"
        ),
        "Thumbnails/thumbnail.png": AUTHOR.encode(),
        "META-INF/manifest.xml": (
            f'<manifest:manifest xmlns:manifest="{manifest}">{entries}</manifest:manifest>'
        ),
    }
    return archive(made | parts, stored=("mimetype",))


# --- pictures --------------------------------------------------------------------------------


def picture(format: str = "JPEG", *, orientation: int = 1) -> bytes:
    """Return a photograph that tells who took it, where, and which way it was held."""
    image = Image.effect_noise((64, 48), 60).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x013B] = AUTHOR
    exif.get_ifd(0x8825)[2] = (6.0, 7.0, 8.0)
    out = io.BytesIO()
    options = {"comment": AUTHOR.encode()} if format == "JPEG" else {}
    image.save(out, format, exif=exif, **options)
    return out.getvalue()
