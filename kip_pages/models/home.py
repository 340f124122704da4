from urllib.parse import urlencode

from django.db import models
from django.http import Http404, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.api import APIField
from wagtail.coreutils import get_supported_content_language_variant
from wagtail.models import Page

from opd_sites.models import Agency, PlacedPageMixin

from ..choices import ActivityState
from .activity import ActivityPage
from .base import showable
from .dip import DipEntryPage
from .emergency import EmergencyAnnouncementPage
from .feed import FeedItem
from .in_force import one_of_each
from .languages import original_of, read_in
from .news import NewsPage
from .portal_journal import PortalJournalMixin
from .preview import FrontEndPreviewMixin
from .privacy import RestrictedPageMixin
from .provincial_register import ProvincialRegisterMixin


class HomePageMixin:
    """For pages that sites begin at, which ``opd_sites.known_hosts`` remembers for moments.

    A remembered one is good for finding what lies below it; it is never shown itself.
    """

    @property
    def localized(self):
        active = get_supported_content_language_variant(get_language())
        return self if self.locale.language_code == active else super().localized

    def route(self, request, path_components):
        """Wagtail's; what this language lacks is found where it was written, and shown as it is."""
        try:
            return self._route(request, path_components)
        except Http404:
            original = original_of(self)
            if original is None:
                raise
            # Whoever serves it looks whether it is here under another name.
            request.is_untranslated = True
            return original.specific.route(request, path_components)

    def _route(self, request, path_components):
        """Find a page of a section by its whole address, without the steps to it."""
        if len(path_components) == 2:
            below = Page.objects.descendant_of(self).filter(depth=self.depth + 2)
            address = f"{self.url_path}{'/'.join(path_components)}/"
            page = below.filter(slug=path_components[1], url_path=address).first()
            if page is not None:
                return page.specific.route(request, [])
        found = super().route(request, path_components)
        if found.page is not self:
            return found
        fresh = get_object_or_404(type(self), pk=self.pk)
        return super(HomePageMixin, fresh).route(request, path_components)


class PortalHomePage(
    HomePageMixin,
    FrontEndPreviewMixin,
    RestrictedPageMixin,
    ProvincialRegisterMixin,
    PortalJournalMixin,
    PlacedPageMixin,
    Page,
):
    """The province's front page: what all agencies published, alerts first."""

    # What it shows beside the banners depends on which alerts hold at the moment.
    tells_alerts = True
    is_creatable = False
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["kip_pages.EmergencyIndexPage"]

    intro = models.TextField(_("introduction"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro")]
    api_fields = [APIField("intro")]

    class Meta:
        verbose_name = _("portal home page")
        verbose_name_plural = _("portal home pages")

    def serve(self, request, *args, **kwargs):
        """Lead addresses of the search that stood here, which people have kept, to the one there is."""
        if "q" in request.GET and request.path == self.get_url(request):
            asked = urlencode({"q": request.GET["q"]})
            return HttpResponsePermanentRedirect(f"{reverse('kip_search:search')}?{asked}")
        return super().serve(request, *args, **kwargs)

    def get_context(self, request, *args, **kwargs):
        now = timezone.now()
        agencies = list(Agency.objects.active().select_related("site", "root_page").in_order())
        items = FeedItem.objects.showable(at=now).read_in(self.locale.language_code)
        context = super().get_context(request, *args, **kwargs)
        return context | {
            "alerts": self._alerts(agencies, at=now),
            "agencies": agencies,
            "newest": items.news()[:6],
            "newest_entries": items.register()[:6],
        }

    def _alerts(self, agencies, *, at):
        """Return what is in force anywhere in the province, gravest first, with whose it is."""
        agency_at = {agency.root_page.path: agency for agency in agencies}
        shown = showable(EmergencyAnnouncementPage.objects.filter(alias_of=None), at=at)
        in_force = shown.in_force(at=at).select_related("locale").gravest_first()
        alerts = one_of_each(in_force, self.locale.language_code)
        for alert in alerts:
            alert.agency = agency_at.get(alert.path[: 2 * Page.steplen])
        return alerts


class AgencyRootPage(PlacedPageMixin, Page):
    """Holds an agency's home pages, one per language; permissions and suspension hang here.

    It has no language and no address of its own: sites begin at the home pages below it. Without it
    the homes of two languages would have the tree's root as common ancestor, and an editor of one
    agency would meet the others there.
    """

    is_creatable = False
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["kip_pages.AgencyHomePage"]

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")

    def get_translation(self, locale):
        """Return itself: translations of a home page are planted beside it."""
        return self


class AgencyHomePage(
    HomePageMixin, FrontEndPreviewMixin, RestrictedPageMixin, PlacedPageMixin, Page
):
    """An agency's front page: what it published last."""

    is_creatable = False
    parent_page_types = ["kip_pages.AgencyRootPage"]
    subpage_types = [
        "kip_pages.NewsIndexPage",
        "kip_pages.DipIndexPage",
        "kip_pages.EmergencyIndexPage",
        "kip_pages.ActivityIndexPage",
        "kip_pages.InformationIndexPage",
    ]

    intro = models.TextField(_("welcome"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro")]
    api_fields = [APIField("intro")]

    class Meta:
        verbose_name = _("agency home page")
        verbose_name_plural = _("agency home pages")

    def get_context(self, request, *args, **kwargs):
        now = timezone.now()
        # Of the agency, whose homes in all languages lie side by side.
        own = Page.objects.filter(path__startswith=self.path[: -self.steplen], depth__gt=self.depth)
        shown = read_in(showable(own, at=now), self.locale.language_code).values("pk")

        def below(model):
            return model.objects.filter(pk__in=shown)

        running = below(ActivityPage).filter(state=ActivityState.RUNNING)
        news = (
            below(NewsPage).select_related("lead_image").prefetch_related("lead_image__renditions")
        )
        context = super().get_context(request, *args, **kwargs)
        return context | {
            "newest": news.order_by("-date", "-pk")[:6],
            "newest_entries": below(DipEntryPage).order_by("-first_published_at", "-pk")[:8],
            "running": running.order_by(models.F("starts_on").desc(nulls_last=True), "-pk")[:4],
        }
