"""The feed in other formats: Atom, the register for spreadsheets and programs, a DCAT catalogue.

All of them tell the stored items that ``/items`` tells, newest first.
"""

import datetime

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field
from wagtail.models import Site

from opd_sites import known_hosts
from opd_sites.models import Agency

from ..choices import FeedKind
from ..conf import get_setting
from ..feed import reading
from ..formats import dcat
from ..formats.atom import FeedHead, atom
from ..formats.csv_table import csv_text
from ..formats.register import HEADINGS, json_lines, register_rows
from ..formats.workbook import workbook
from ..identifiers import feed_uid
from ..models import FeedItem
from . import schemas
from .filters import address_of, asked_for, page_of, read_filters
from .http import CSV, JSON_LINES, answer, stream

ATOM = "application/atom+xml"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
JSON_LD = "application/ld+json"
TURTLE = "text/turtle; charset=utf-8"

REGISTER_TITLE = "Daftar Informasi Publik"
# Rows fetched at a time by the database's own cursor: what bounds the memory of a download.
CHUNK = 500
NEVER = datetime.datetime.fromtimestamp(0, datetime.UTC)

router = Router(tags=["formats"])


class AtomParameters(schemas.Parameters):
    cursor: schemas.Text = Field(
        "", max_length=200, description="Opaque; the link `next` carries it."
    )
    limit: schemas.Limit = schemas.DEFAULT_LIMIT


class RegisterParameters(Schema):
    agency: schemas.Text = Field("", max_length=40, description="Code of an agency, see /agencies.")
    locale: schemas.Text = Field("", max_length=35, description="Language code: id, en.")
    category: schemas.Category = Field(None, description="Category of information.")
    obligation: schemas.Text = Field(
        "", max_length=60, description="Code of an obligation; those below it count too."
    )


class CatalogParameters(RegisterParameters):
    cursor: schemas.Text = Field("", max_length=200, description="Opaque; `hydra:next` carries it.")
    limit: schemas.Limit = schemas.DEFAULT_LIMIT


def _described(summary, content_type, **schema):
    """Return what a route says of an answer that is not JSON."""
    ok = {
        "description": summary,
        "content": {content_type.partition(";")[0]: {"schema": {"type": "string"} | schema}},
    }
    return {
        "response": {400: schemas.ProblemOut},
        "openapi_extra": {"responses": {200: ok}},
    }


@router.get("/atom", url_name="atom", **_described("Atom 1.0", ATOM))
def atom_feed(request, query: Query[AtomParameters]):
    """What is public now, newest first (Atom 1.0, paged by RFC 5005)."""
    now = timezone.now()
    filters = read_filters(request, query)
    position = reading.current_position(at=now, filters=filters)
    site_title = _site_title(request)
    return answer(
        request,
        lambda: _atom(request, query, filters, site_title, now),
        version=f"{position.version} {site_title} {get_setting('FEED_LICENSE')}",
        changed_at=position.changed_at,
        content_type=ATOM,
    )


def _atom(request, query, filters, site_title, now):
    page = page_of(request, "atom", filters.narrow(FeedItem.objects.showable(at=now)), query)
    head = FeedHead(
        id=feed_uid(filters.agency, filters.kind, filters.locale).urn,
        title=_title(site_title, filters, _agency(request, filters), filters.kind),
        language=_language(filters),
        updated=_last_change(filters),
        home_url=request.build_absolute_uri("/"),
        page_url=page.url,
        first_url=page.first_url,
        next_url=page.next_url,
        license=get_setting("FEED_LICENSE"),
    )
    return atom(head, page.rows)


@router.get("/register.csv", url_name="register_csv", **_described("RFC 4180, UTF-8", CSV))
def register_csv(request, query: Query[RegisterParameters]):
    """The register of public information as CSV."""
    return _download(
        request, query, lambda items: csv_text(HEADINGS, register_rows(items)), CSV, "csv"
    )


@router.get(
    "/register.xlsx",
    url_name="register_xlsx",
    **_described("Excel workbook", XLSX, format="binary"),
)
def register_xlsx(request, query: Query[RegisterParameters]):
    """The register of public information as an Excel workbook."""
    return _download(
        request,
        query,
        lambda items: workbook(REGISTER_TITLE, HEADINGS, register_rows(items)),
        XLSX,
        "xlsx",
    )


@router.get("/register.jsonl", url_name="register_jsonl", **_described("JSON Lines", JSON_LINES))
def register_jsonl(request, query: Query[RegisterParameters]):
    """The register of public information as JSON Lines; `data` is that of `/changes`."""
    return _download(request, query, json_lines, JSON_LINES, "jsonl")


@router.get(
    "/catalog.jsonld",
    url_name="catalog_jsonld",
    **_described("DCAT 3 as JSON-LD", JSON_LD, type="object"),
)
def catalog_jsonld(request, query: Query[CatalogParameters]):
    """Every entry of the register that has documents, as a dataset (DCAT 3, DCAT-AP 3)."""
    return _catalogue(request, query, "catalog_jsonld", dcat.json_ld, JSON_LD)


@router.get("/catalog.ttl", url_name="catalog_ttl", **_described("DCAT 3 as Turtle", TURTLE))
def catalog_ttl(request, query: Query[CatalogParameters]):
    """The same catalogue in Turtle."""
    return _catalogue(request, query, "catalog_ttl", dcat.turtle, TURTLE)


def _entries(request, query, now):
    """Return the filters, where the feed is, and the register's entries that are public now."""
    filters = read_filters(request, query)
    position = reading.current_position(at=now, filters=filters)
    items = filters.narrow(FeedItem.objects.showable(at=now).register())
    if query.category:
        items = items.filter(category=query.category)
    if query.obligation:
        items = items.answering(query.obligation)
    return filters, position, items


def _download(request, query, write, content_type, ending):
    """Send what ``write`` makes of the entries; the file's name has the agency and the day."""
    now = timezone.now()
    filters, position, items = _entries(request, query, now)
    items = items.only("uid", "pos", "payload").iterator(chunk_size=CHUNK)
    parts = ["daftar-informasi-publik", filters.agency, f"{timezone.localdate(now):%Y-%m-%d}"]
    return stream(
        request,
        write(items),
        version=position.version,
        changed_at=position.changed_at,
        content_type=content_type,
        filename=f"{'-'.join(part for part in parts if part)}.{ending}",
    )


def _catalogue(request, query, name, write, content_type):
    filters, position, items = _entries(request, query, timezone.now())
    site_title = _site_title(request)
    # What the catalogue says of agencies beside what their items say.
    contacts = known_hosts.remembered("contacts", _contacts)
    return answer(
        request,
        lambda: write(_catalog(request, query, name, filters, items, site_title)),
        version=f"{position.version} {site_title} {contacts} {get_setting('FEED_LICENSE')}",
        changed_at=None,  # contacts have no date
        content_type=content_type,
    )


def _contacts():
    told = Agency.objects.active().in_order()
    return list(told.values_list("code", "name", "phone", "email", "is_lead"))


def _catalog(request, query, name, filters, items, site_title):
    page = page_of(request, name, items.with_attachments(), query)
    agencies = _agencies_of(page.rows)
    agency = _agency(request, filters)
    language = _language(filters)
    with translation.override(language):
        description = _("Documents and data listed in the register of public information.")
        service_title = _("Feed of public information")
    # The catalogue is one thing, whatever the page and the notation it is read in.
    kept = {
        name: value for name, value in asked_for(query).items() if name not in ("cursor", "limit")
    }
    head = dcat.CatalogHead(
        id=f"{address_of(request, 'catalog_jsonld', **kept)}#catalog",
        title=_title(site_title, filters, agency),
        description=description,
        language=language,
        home_url=request.build_absolute_uri("/"),
        publisher=agency or _lead(),
        license=get_setting("FEED_LICENSE"),
        service_title=service_title,
        service_url=address_of(request, "api-root"),
        service_description_url=address_of(request, "openapi-json"),
        page_url=page.url,
        first_url=page.first_url,
        next_url=page.next_url,
    )
    return dcat.catalog(head, page.rows, agencies)


def _agency(request, filters):
    """Return the agency whose feed is asked for, or None."""
    if request.agency or not filters.agency:
        return request.agency
    return Agency.objects.select_related("site").get(code=filters.agency)


def _lead():
    return Agency.objects.active().filter(is_lead=True).select_related("site").first()


def _agencies_of(rows):
    return Agency.objects.select_related("site").in_bulk({row.agency_id for row in rows})


def _language(filters):
    """Return the language to name a whole feed in; whatever else was asked for has no items."""
    known = filters.locale in dict(settings.LANGUAGES)
    return filters.locale if known else settings.LANGUAGE_CODE


def _site_title(request):
    site = Site.find_for_request(request)
    return (site and site.site_name) or request.get_host()


def _title(site_title, filters, agency, kind=""):
    title = agency.name if agency else site_title
    with translation.override(_language(filters)):
        return f"{title} – {FeedKind(kind).label}" if kind else title


def _last_change(filters):
    """Return when the feed last changed, deletions too: the moment of its highest change number."""
    changes = filters.narrow(FeedItem.objects.order_by("-pos"))
    return changes.values_list("changed_at", flat=True).first() or NEVER
