"""``/sitemap.xml`` of every host: its home and section pages, and its items as they are stored."""

from django.contrib.sitemaps import views
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import cached_property
from wagtail.contrib.sitemaps import Sitemap
from wagtail.models import Page

from opd_sites.models import Agency

from .feed import reading
from .models import FeedItem, FeedPage, PortalHomePage
from .models.base import showable
from .models.portal_journal import JOURNAL
from .models.provincial_register import REGISTER

# Of the 50,000 addresses a file may hold: with two languages each this stays below 10 MB.
ITEMS_PER_FILE = 10_000


def index(request):
    """The host's sitemap index: names one file per section, and more where items are many."""
    return views.index(request, _sections(request), sitemap_url_name="kip_sitemap_section")


def section(request, section):
    return views.sitemap(request, _sections(request), section=section)


def _sections(request):
    now = timezone.now()
    # Number what must not wait, so that nothing hidden is told.
    reading.current_position(at=now)
    return {"pages": PagesSitemap(request, now), "items": ItemsSitemap(request, now)}


class _HostSitemap(Sitemap):
    """Of one host, at one moment; knows when it last changed without listing everything."""

    def __init__(self, request, now):
        super().__init__(request)
        self.now = now
        self.site = self.get_wagtail_site()

    def _urls(self, page, protocol, domain):
        urls = self.entries(self.paginator.page(page).object_list)
        if newest := max((url["lastmod"] for url in urls if url["lastmod"]), default=None):
            self.latest_lastmod = newest
        return urls


class PagesSitemap(_HostSitemap):
    """The host's home pages and their sections: whatever is no item of the feed."""

    @cached_property
    def homes(self):
        """The host's home page in every language."""
        return list(self.site.root_page.get_translations(inclusive=True))

    def items(self):
        below = Q()
        for home in self.homes:
            below |= Q(path__startswith=home.path, depth__lte=home.depth + 1)
        # An alias shows its original once more, in the original's language.
        pages = Page.objects.filter(below, alias_of=None).not_type(FeedPage)
        return showable(pages, at=self.now).select_related("locale").order_by("path")

    def get_latest_lastmod(self):
        return self.items().aggregate(newest=Max("last_published_at"))["newest"]

    def entries(self, pages):
        pages = list(pages)
        found = {}
        for page in pages:
            address = page.get_full_url(self.request)
            found.setdefault(page.translation_key, {})[page.locale.language_code] = address
        return [
            _entry(
                found[page.translation_key][page.locale.language_code] + part,
                page.last_published_at or page.latest_revision_created_at,
                {code: address + part for code, address in found[page.translation_key].items()},
            )
            for page in pages
            for part in _parts(page)
        ]


class ItemsSitemap(_HostSitemap):
    """The items whose address is on this host.

    They are the host's agency's. The portal's own pages are told by the lead agency, so its items lie
    on two hosts.
    """

    limit = ITEMS_PER_FILE

    def items(self):
        agency = self.request.agency or Agency.objects.active().filter(is_lead=True).first()
        items = FeedItem.objects.showable(at=self.now)
        return items.filter(agency=agency).only("uid", "payload")

    def get_latest_lastmod(self):
        return self.items().aggregate(newest=Max("changed_at"))["newest"]

    def entries(self, items):
        data = (item.data for item in items.iterator(chunk_size=500))
        return [
            _entry(
                item["url"],
                parse_datetime(item["updated_at"] or ""),
                {item["locale"]: item["url"]}
                | {other["locale"]: other["url"] for other in item["translations"]},
            )
            for item in data
            if item["url"].startswith(f"{self.site.root_url}/")
        ]


def _parts(page):
    """Return what is shown at a page's address and below it: of all agencies, by the portal's home."""
    return ["", REGISTER, JOURNAL] if page.specific_class is PortalHomePage else [""]


def _entry(location, lastmod, languages):
    """``languages`` maps every language of the page, its own too, to an address."""
    alternates = [
        {"lang_code": code, "location": address} for code, address in sorted(languages.items())
    ]
    return {
        "location": location,
        "lastmod": lastmod,
        "alternates": alternates if len(alternates) > 1 else [],
    }
