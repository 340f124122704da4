"""Files of the register that leave by an address of their own: frozen editions, and what is made now.

The addresses of editions and of entries stand at the root of the host, not below a page: pages are
renamed and moved, and what a decree or a citizen cites must stay where it is.
"""

import tempfile

from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe
from wagtail.models import Locale, Page, Site

from opd_sites.models import Agency

from .api.http import conditional
from .choices import EditionFormat
from .editions.comparing import CHANGE_HEADINGS, compare_editions, year_before
from .editions.entries import live_entries
from .editions.files import file_content, live_head
from .editions.sheet import legal_csv, write_legal_workbook
from .exempt.summary import HEADINGS, TITLE, public_rows
from .formats.csv_table import csv_text
from .formats.register import HEADINGS as REGISTER_HEADINGS
from .formats.register_entries import entry_rows
from .formats.workbook import workbook
from .models import DipEntryPage, DipIndexPage, EditionFile, ExemptItem, FeedItem, RegisterEdition
from .models.base import showable
from .models.provincial_register import provincial_listing

MEDIA_TYPES = {
    EditionFormat.PDF: "application/pdf",
    EditionFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    EditionFormat.CSV: "text/csv; charset=utf-8",
    EditionFormat.JSON: "application/json",
}
# A year for the reader; caches in between ask again, as an agency may be suspended.
FOR_EVER = "public, max-age=31536000, s-maxage=3600, immutable"
TODAY = "public, max-age=300"
# As long as a shared cache may keep the page that links to it.
NOW = "public, max-age=60"
REGISTER_TITLE = "Daftar Informasi Publik"
# Pages fetched at a time by the database's own cursor: what bounds the memory of a download. A page
# weighs far more than a row of the feed.
CHUNK = 100


@require_safe
def edition_file(request, year, revision, name):
    """A file of a frozen edition, byte for byte as it was frozen."""
    if name not in EditionFormat:
        raise Http404
    edition = _edition_of_host(request, year, revision)
    kept = EditionFile.objects.filter(edition=edition, format=name).values_list("sha256", flat=True)
    tag = kept.first()
    if tag is None:
        raise Http404
    response = HttpResponse(
        content_type=MEDIA_TYPES[name], headers={"Cache-Control": FOR_EVER} | _named(edition, name)
    )
    if unchanged := conditional(request, response, tag=tag, changed_at=edition.frozen_at):
        return unchanged
    response.content = file_content(edition, name)
    return response


@require_safe
def edition_changes(request, year, revision):
    """What changed since the year before, as a workbook."""
    edition = _edition_of_host(request, year, revision)
    before = year_before(edition)
    if before is None:
        raise Http404
    return changes_response(before, edition)


@require_safe
def register_file(request, name):
    """The view of a register that the address names, whole, as a table; on the portal of all agencies."""
    agencies, listing = _register_of_host(request)
    whose = {agency.root_page.path: agency for agency in agencies}
    chosen = listing.view.chosen.get("instansi", "")
    code = agencies[0].code if request.agency else chosen or "semua-instansi"
    filename = f"daftar-informasi-publik-{code}-{timezone.localdate()}.{name}"
    headers = {"Cache-Control": NOW, "X-Robots-Tag": "noindex"} | _attached(filename)
    if request.method == "HEAD":
        return HttpResponse(content_type=MEDIA_TYPES[name], headers=headers)
    # What nobody has translated stands in it as it was written.
    languages = dict(Locale.objects.values_list("pk", "language_code"))
    entries = listing.entries().prefetch_related(*DipEntryPage.feed_related())
    rows = entry_rows(
        entries.iterator(chunk_size=CHUNK),
        agency_of=lambda entry: whose[entry.path[: 2 * Page.steplen]],
        address_of=lambda entry: entry.get_full_url(request),
        language_of=lambda entry: languages[entry.locale_id],
    )
    if name == EditionFormat.CSV:
        content = csv_text(REGISTER_HEADINGS, rows)
    else:
        content = workbook(REGISTER_TITLE, REGISTER_HEADINGS, rows)
    return StreamingHttpResponse(content, content_type=MEDIA_TYPES[name], headers=headers)


def _register_of_host(request):
    """Return whose entries are asked for, and the view of them."""
    # The home that Wagtail serves in this language, which is another one where there is no translation.
    home = Site.find_for_request(request).root_page.localized
    if request.agency is None:
        agencies = list(Agency.objects.active().select_related("root_page"))
        language = home.locale.language_code
        return agencies, provincial_listing(request.GET, agencies, language=language)
    section = get_object_or_404(showable(DipIndexPage.objects.child_of(home), at=timezone.now()))
    return [request.agency], section.listing(request.GET)


@require_safe
def lasting_address(request, uid):
    """Lead to an entry wherever its page is now; ``uid`` is its id in the feed."""
    now = timezone.now()
    known = FeedItem.objects.showable(at=now).register().filter(uid=uid)
    entries = DipEntryPage.objects.filter(pk__in=known.order_by().values("page_id"))
    entry = get_object_or_404(showable(entries, at=now))
    response = redirect(entry.get_full_url(request))
    response["Cache-Control"] = NOW
    return response


@require_safe
def exempt_table(request, name):
    """The public list of what is exempt, as a table."""
    if request.agency is None:
        raise Http404
    items = ExemptItem.objects.filter(agency=request.agency).public(on=timezone.localdate())
    rows = public_rows(items)
    content = workbook(TITLE, HEADINGS, rows) if name == "xlsx" else csv_text(HEADINGS, rows)
    headers = {"Cache-Control": TODAY} | _attached(f"DIK-{request.agency.code}.{name}")
    return StreamingHttpResponse(content, content_type=MEDIA_TYPES[name], headers=headers)


def _edition_of_host(request, year, revision):
    if request.agency is None:
        raise Http404
    frozen = RegisterEdition.objects.frozen().select_related("agency")
    return get_object_or_404(frozen, agency=request.agency, year=year, revision=revision)


def edition_path(edition: RegisterEdition, name: EditionFormat) -> str:
    """Return where a frozen edition's file is on the agency's host, for ever."""
    return reverse("kip_register:edition_file", args=[edition.year, edition.revision, name])


def kept_response(edition: RegisterEdition, name: EditionFormat) -> HttpResponse:
    """Answer with a file of a frozen edition; raises as ``file_content`` does."""
    content = file_content(edition, name)
    return HttpResponse(content, content_type=MEDIA_TYPES[name], headers=_named(edition, name))


def live_response(agency, name: EditionFormat, *, at, edition=None):
    """Answer with the register as it is at ``at``, as a workbook or as CSV."""
    head, entries = live_head(agency, at=at, edition=edition), live_entries(agency, at=at)
    filename = f"DIP-{agency.code}-{timezone.localdate(at)}.{name}"
    if name == EditionFormat.CSV:
        content = legal_csv(head, entries)
        return StreamingHttpResponse(
            content, content_type=MEDIA_TYPES[name], headers=_attached(filename)
        )
    book = tempfile.TemporaryFile()
    write_legal_workbook(head, entries, book)
    book.seek(0)
    return FileResponse(book, content_type=MEDIA_TYPES[name], as_attachment=True, filename=filename)


def changes_response(before: RegisterEdition, after: RegisterEdition) -> HttpResponse:
    """Answer with a workbook of what changed between two frozen editions."""
    rows = compare_editions(before, after).rows()
    filename = f"DIP-{after.agency.code}-perubahan-{_dashed(before)}-{_dashed(after)}.xlsx"
    return StreamingHttpResponse(
        workbook("Perubahan", CHANGE_HEADINGS, rows),
        content_type=MEDIA_TYPES[EditionFormat.XLSX],
        headers=_attached(filename),
    )


def pdf_response(content: bytes, filename: str) -> HttpResponse:
    """Answer with a PDF that was just made."""
    headers = _attached(filename)
    return HttpResponse(content, content_type=MEDIA_TYPES[EditionFormat.PDF], headers=headers)


def _named(edition, name):
    return _attached(f"DIP-{edition.agency.code}-{_dashed(edition)}.{name}")


def _dashed(edition):
    return edition.label.replace("/", "-revisi-")


def _attached(filename):
    return {"Content-Disposition": content_disposition_header(True, filename)}
