from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, TitleFieldPanel
from wagtail.api import APIField
from wagtail.search import index

from ..choices import FILLED_BY_PAGES, FeedKind, InformationTopic
from .base import ArticlePage, IndexPage
from .ppid_menu import PpidMenuItem


class InformationIndexPage(IndexPage):
    parent_page_types = ["kip_pages.AgencyHomePage"]
    subpage_types = ["kip_pages.InformationPage"]

    class Meta:
        verbose_name = _("section of information pages")
        verbose_name_plural = _("sections of information pages")

    def items(self):
        return super().items().order_by("topic", "title", "pk")


class InformationPage(ArticlePage):
    """What stands: profile, potential, policy, what was said in an open meeting, services."""

    feed_kind = FeedKind.INFORMATION
    parent_page_types = ["kip_pages.InformationIndexPage"]
    subpage_types = []

    topic = models.CharField(_("topic"), max_length=20, choices=InformationTopic.choices)
    stated_on = models.DateField(
        _("date"), null=True, blank=True, help_text=_("For a policy or a meeting: its date.")
    )
    menu_item = models.ForeignKey(
        PpidMenuItem,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="pages",
        limit_choices_to={"filling__in": FILLED_BY_PAGES, "is_shown": True},
        verbose_name=_("answers in the PPID menu"),
        help_text=_("Citizens find the page there, besides where it stands."),
    )

    content_panels = [
        MultiFieldPanel(
            [
                TitleFieldPanel("title"),
                FieldPanel("summary"),
                FieldRowPanel([FieldPanel("topic"), FieldPanel("stated_on")]),
                FieldPanel("menu_item"),
            ],
            heading=_("Information"),
        ),
        FieldPanel("body"),
    ]
    search_fields = [
        *ArticlePage.search_fields,
        index.FilterField("topic"),
    ]
    api_fields = [
        *ArticlePage.api_fields,
        APIField("topic"),
        APIField("stated_on"),
    ]

    class Meta:
        verbose_name = _("information page")
        verbose_name_plural = _("information pages")

    def feed_object(self):
        return {
            "topic": self.topic,
            "stated_on": self.stated_on.isoformat() if self.stated_on else None,
        }
