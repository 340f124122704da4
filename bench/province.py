"""A province large enough to measure: 41 agencies, and pages written straight into the tables.

``add_child`` takes some 50 ms a page, a quarter of an hour for 20,000; the rows are the same.
"""

import dataclasses
import datetime
from collections import Counter

from django.db import connection, transaction
from django.utils import timezone
from wagtail.models import Locale, Page

from kip_pages.models import (
    ActivityIndexPage,
    ActivityPage,
    DipEntryPage,
    DipIndexPage,
    FeedPage,
    NewsIndexPage,
    NewsPage,
)
from kip_pages.obligations import load_obligations
from kip_pages.planting import set_up_portal
from opd_sites.models import Agency
from opd_sites.provisioning import provision

from . import content
from .prose import Writer

AGENCIES = 41
DOMAIN = "bench.test"
PORTAL_HOST = f"portal.{DOMAIN}"
SECTIONS = {NewsPage: NewsIndexPage, DipEntryPage: DipIndexPage, ActivityPage: ActivityIndexPage}
# What an agency's pages are, in turn: one mix everywhere, so that the feed's pages weigh alike.
MIX = [NewsPage, DipEntryPage] * 9 + [ActivityPage, DipEntryPage]


class BrokenTreeError(RuntimeError):
    """The rows written are not the tree that ``add_child`` would have made."""


@dataclasses.dataclass(frozen=True)
class Place:
    """Where the page numbered ``number`` stands: the ``position``-th below ``section``."""

    number: int
    agency: Agency
    section: Page
    position: int
    model: type[FeedPage]


@transaction.atomic
def found() -> list[Agency]:
    """Provision the portal and its agencies and return these."""
    load_obligations()
    set_up_portal(hostname=PORTAL_HOST, name="Portal Provinsi")
    return [
        provision(
            code=f"opd-{number}",
            hostname=f"opd-{number}.{DOMAIN}",
            name=f"Dinas Contoh {number}",
            short_name=f"OPD {number}",
            kind="dinas",
            is_lead=number == 1,
        )
        for number in range(1, AGENCIES + 1)
    ]


def settle(agencies: list[Agency], *, pages: int) -> None:
    """Write ``pages`` live pages, the agencies taking turns; raises ``BrokenTreeError``."""
    with transaction.atomic():
        places = _places(agencies, pages)
        _insert(places)
        for section, children in Counter(place.section for place in places).items():
            Page.objects.filter(pk=section.pk).update(numchild=children)
    # One agency stands for all: asking of the whole tree takes a minute.
    if any(problems := Page.find_problems(agencies[-1].root_page)):
        raise BrokenTreeError(problems)


def analyse() -> None:
    """Let PostgreSQL learn what the tables hold, as it does by itself in time."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _places(agencies, count):
    sections = {
        (agency.pk, model): index.objects.descendant_of(agency.root_page).get()
        for agency in agencies
        for model, index in SECTIONS.items()
    }
    places, filled = [], Counter()
    for number in range(count):
        turn, which = divmod(number, len(agencies))
        agency, model = agencies[which], MIX[(turn + which) % len(MIX)]
        section = sections[agency.pk, model]
        filled[section] += 1
        places.append(Place(number, agency, section, filled[section], model))
    return places


def _insert(places):
    shelf = content.Shelf.fill(list({place.agency.pk: place.agency for place in places}.values()))
    language, began = Locale.get_default(), timezone.now() - datetime.timedelta(days=365)
    pages = [_page(place, shelf, language, began) for place in places]
    bases = [_base_row(page) for page in pages]
    Page.objects.bulk_create(bases, batch_size=content.BATCH)
    for page, base in zip(pages, bases, strict=True):
        page.pk = base.pk
    for model in SECTIONS:
        rows = [page for page in pages if isinstance(page, model)]
        # What `bulk_create` does, which refuses models that have a parent's table as well.
        model._base_manager.all()._batched_insert(
            rows, model._meta.local_concrete_fields, content.BATCH
        )
    agency_of = {page.pk: place.agency.pk for page, place in zip(pages, places, strict=True)}
    content.add_belongings(pages, agency_of, shelf)


def _page(place, shelf, language, began):
    writer = Writer(place.number)
    title, slug = writer.title(), f"halaman-{place.number}"
    at = began + datetime.timedelta(minutes=20 * place.number)
    depth = place.section.depth + 1
    return place.model(
        title=title,
        draft_title=title,
        slug=slug,
        summary=writer.summary(),
        path=Page._get_path(place.section.path, depth, place.position),
        depth=depth,
        url_path=f"{place.section.url_path}{slug}/",
        locale=language,
        first_published_at=at,
        last_published_at=at,
        **content.own_fields(
            place.model, writer, picture=shelf.pictures[place.agency.pk], on=at.date()
        ),
    )


def _base_row(page):
    """Return the row of a page that stands in the table of all pages."""
    fields = Page._meta.concrete_fields
    return Page(**{field.attname: getattr(page, field.attname) for field in fields})
