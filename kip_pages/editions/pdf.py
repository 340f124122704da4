"""The law's table as a PDF to print and sign: landscape A4, tagged for screen readers (PDF/UA-1).

WeasyPrint needs Debian's Pango; both are imported when a PDF is made, so that everything else works
without them. It keeps some 300 kB for each row it lays out, so a long table is laid out in parts and
put together: each part ends where a page ends, and the next begins with what did not fit.
"""

import ctypes
import importlib.util
import io
import sys
from collections.abc import Iterable

from django.template.loader import render_to_string

from ..formats.text import xml_text
from .entries import Entry
from .table import FORMS, FORMS_AT, HEADINGS, TITLE, WIDTH, Head, Line, lines

TEMPLATE = "kip_pages/print/register.html"
VARIANT = "pdf/ua-1"
# Rows laid out at a time: some 100 MB, and a page more or less to do over.
ROWS_AT_A_TIME = 200
# Rows on the page of the signature, at least.
ROWS_WITH_SIGNATURE = 2
MODULES = ("weasyprint", "pikepdf")
LIBRARIES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")
# What Debian calls them, with the letters that official documents are written in.
PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation"


class PdfUnavailableError(RuntimeError):
    """WeasyPrint, pikepdf or Pango is missing on this machine.

    Install them: ``pip install weasyprint pikepdf``, and on Debian
    ``apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation``.
    """


def missing() -> list[str]:
    """Return what this machine lacks to make a PDF, without loading any of it."""
    lacking = [name for name in MODULES if importlib.util.find_spec(name) is None]
    for name in LIBRARIES if sys.platform == "linux" else ():
        try:
            ctypes.CDLL(name)
        except OSError:
            lacking.append(name)
    return lacking


def legal_pdf(head: Head, entries: Iterable[Entry]) -> bytes:
    """Return the PDF; raises ``PdfUnavailableError``.

    Takes tens of milliseconds a row: ask for it in the background.
    """
    try:
        import pikepdf  # noqa: F401
        import weasyprint  # noqa: F401
    except (ImportError, OSError) as error:  # OSError: a library of Pango is not there
        raise PdfUnavailableError(str(error)) from error
    rows = list(lines(entries))
    if len(rows) <= ROWS_AT_A_TIME:
        return _Part(head, rows).pdf()
    return _joined(_parts(head, rows))


class _Part:
    """Some rows of the table, laid out: the first with the head, the last with the signature."""

    def __init__(self, head, rows, *, start=0, first_page=1, total=None):
        self.end = min(start + ROWS_AT_A_TIME, len(rows))
        is_last = self.end == len(rows)
        context = {
            "head": head,
            "title": TITLE,
            "headings": HEADINGS,
            "forms": FORMS,
            "forms_at": FORMS_AT,
            "width": WIDTH,
            "lines": [(f"l{n}", rows[n]) for n in range(start, self.end)],
            "is_first": start == 0,
            "is_last": is_last,
            "first_page": first_page,
            "total": total,
        }
        self.document = _lay_out(context)
        if is_last and rows and not self.document.pages[-1].anchors:
            # A signature on a page of its own could be put under anything.
            context["break_at"] = f"l{max(start, self.end - ROWS_WITH_SIGNATURE)}"
            self.document = _lay_out(context)
        self.pages = self.document.pages
        if not is_last and len(self.pages) > 1:
            # The last page is not full: its rows begin the next part.
            *self.pages, last = self.pages
            self.end = min(int(name[1:]) for name in last.anchors)

    def pdf(self) -> bytes:
        return self.document.copy(self.pages).write_pdf(pdf_variant=VARIANT)


def _lay_out(context):
    from weasyprint import HTML

    return HTML(string=xml_text(render_to_string(TEMPLATE, context)), url_fetcher=_refuse).render()


def _refuse(url, *args, **kwargs):
    """The table needs nothing from anywhere; whoever writes its texts shall fetch nothing."""
    raise ValueError(f"not fetched: {url}")


def _parts(head, rows: list[Line]):
    """Yield the PDF of each part. Laid out twice: no page knows how many follow it."""
    total = sum(len(part.pages) for part in _laid_out(head, rows))
    for part in _laid_out(head, rows, total=total):
        yield part.pdf()


def _laid_out(head, rows, *, total=0):
    start, page = 0, 1
    while start < len(rows):
        part = _Part(head, rows, start=start, first_page=page, total=total)
        yield part
        start, page = part.end, page + len(part.pages)


def _joined(parts: Iterable[bytes]) -> bytes:
    """Put PDF files together as one document with one tree of tags."""
    import pikepdf

    parts = iter(parts)
    whole = pikepdf.open(io.BytesIO(next(parts)))
    tags = whole.Root.StructTreeRoot
    by_page, root = tags.ParentTree.Nums, tags.K[0]
    for number, content in enumerate(parts, start=2):
        part = pikepdf.open(io.BytesIO(content))
        taken = len(by_page) // 2
        for page in part.pages:
            page.obj.StructParents = int(page.obj.StructParents) + taken
        whole.pages.extend(part.pages)
        _name_apart(part.Root.StructTreeRoot.K[0], f"p{number}-")
        added = whole.copy_foreign(part.Root.StructTreeRoot)
        for key, elements in _pairs(added.ParentTree.Nums):
            by_page.append(int(key) + taken)
            by_page.append(elements)
        for element in added.K[0].K:
            element.P = root
            root.K.append(element)
    out = io.BytesIO()
    whole.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _pairs(nums):
    return ((nums[n], nums[n + 1]) for n in range(0, len(nums), 2))


def _name_apart(element, prefix):
    """Give the headings of a table names of their own: cells name their headings by them."""
    import pikepdf

    waiting = [element]
    while waiting:
        element = waiting.pop()
        if "/ID" in element:
            element.ID = pikepdf.String(prefix + str(element.ID))
        if "/A" in element:
            for attributes in element.A if isinstance(element.A, pikepdf.Array) else [element.A]:
                if "/Headers" in attributes:
                    attributes.Headers = pikepdf.Array(
                        [pikepdf.String(prefix + str(name)) for name in attributes.Headers]
                    )
        kids = element.get("/K", [])
        kids = kids if isinstance(kids, pikepdf.Array) else [kids]
        waiting += [kid for kid in kids if isinstance(kid, pikepdf.Dictionary)]
