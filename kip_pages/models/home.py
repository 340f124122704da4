from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from opd_sites.models import Agency
from wagtail.admin.panels import FieldPanel
from wagtail.api import APIField
from wagtail.models import Page

from .feed import FeedItem


class PortalHomePage(Page):
    """The province's front page: what all agencies published, alerts first."""

    is_creatable = False
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["kip_pages.EmergencyIndexPage"]

    intro = models.TextField(_("introduction"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro")]
    api_fields = [APIField("intro")]

    class Meta:
        verbose_name = _("portal home page")
        verbose_name_plural = _("portal home pages")

    def get_context(self, request, *args, **kwargs):
        now = timezone.now()
        items = FeedItem.objects.showable(at=now).in_locale(self.locale.language_code)
        words = request.GET.get("q", "").strip()
        context = super().get_context(request, *args, **kwargs)
        return context | {
            "alerts": items.alerts_in_force(at=now)[:5],
            "newest": items.news()[:9],
            "agencies": Agency.objects.active().select_related("site").in_order(),
            "words": words,
            "found": items.register().containing(words)[:50] if words else None,
        }


class AgencyRootPage(Page):
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


class AgencyHomePage(Page):
    """An agency's front page: the same as the portal's, for one agency."""

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
        items = (
            FeedItem.objects.showable(at=now)
            .in_locale(self.locale.language_code)
            .of_agency(getattr(request, "agency", None))
        )
        context = super().get_context(request, *args, **kwargs)
        return context | {
            "alerts": FeedItem.objects.showable(at=now)
            .in_locale(self.locale.language_code)
            .alerts_in_force(at=now)
            .of_agency(getattr(request, "agency", None))[:5],
            "newest": items.news()[:6],
            "newest_entries": items.register()[:8],
            "running": items.activities()[:4],
            "sections": self.get_children().live().public().in_menu(),
        }
