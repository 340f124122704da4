from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import TaggedItemBase
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    TitleFieldPanel,
)
from wagtail.api import APIField
from wagtail.images import get_image_model_string
from wagtail.models import Orderable
from wagtail.search import index

from ..alt_texts import validate_alt_text
from ..choices import FeedKind, NewsCategory
from .base import ArticlePage, IndexPage, showable
from .dip import DipEntryPage


class NewsIndexPage(IndexPage):
    parent_page_types = ["kip_pages.AgencyHomePage"]
    subpage_types = ["kip_pages.NewsPage"]

    class Meta:
        verbose_name = _("news section")
        verbose_name_plural = _("news sections")

    def items(self):
        return super().items().order_by("-date", "-pk").prefetch_related("lead_image__renditions")


class NewsTag(TaggedItemBase):
    content_object = ParentalKey(
        "kip_pages.NewsPage", on_delete=models.CASCADE, related_name="tagged_items"
    )


class NewsPage(ArticlePage):
    feed_kind = FeedKind.NEWS
    parent_page_types = ["kip_pages.NewsIndexPage"]
    subpage_types = []

    date = models.DateField(_("date"), default=timezone.localdate)
    category = models.CharField(
        _("category"), max_length=20, choices=NewsCategory.choices, default=NewsCategory.NEWS
    )
    lead_image = models.ForeignKey(
        get_image_model_string(),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lead image"),
    )
    lead_image_alt = models.CharField(
        _("what the lead image shows"),
        max_length=255,
        blank=True,
        help_text=_("Read aloud to people who cannot see it; required when there is an image."),
    )
    tags = ClusterTaggableManager(through=NewsTag, blank=True, verbose_name=_("tags"))

    content_panels = [
        MultiFieldPanel(
            [
                TitleFieldPanel("title"),
                FieldPanel("summary"),
                FieldRowPanel([FieldPanel("date"), FieldPanel("category")]),
            ],
            heading=_("Report"),
        ),
        MultiFieldPanel(
            [FieldPanel("lead_image"), FieldPanel("lead_image_alt")], heading=_("Lead image")
        ),
        FieldPanel("body"),
        InlinePanel(
            "related_entries", heading=_("Related register entries"), label=_("Register entry")
        ),
        FieldPanel("tags"),
    ]
    search_fields = [
        *ArticlePage.search_fields,
        index.FilterField("date"),
        index.FilterField("category"),
    ]
    api_fields = [
        *ArticlePage.api_fields,
        APIField("date"),
        APIField("category"),
        APIField("lead_image"),
        APIField("lead_image_alt"),
        APIField("tags"),
        APIField("related_entries"),
    ]

    class Meta:
        verbose_name = _("news report")
        verbose_name_plural = _("news reports")

    def clean(self):
        super().clean()
        if self.lead_image_id:
            try:
                validate_alt_text(self.lead_image_alt, file_name=self.lead_image.file.name)
            except ValidationError as error:
                raise ValidationError({"lead_image_alt": error}) from error

    @classmethod
    def feed_related(cls):
        tags = Prefetch("tagged_items", NewsTag.objects.select_related("tag"))
        return ["lead_image", tags, "related_entries"]

    def register_entries(self) -> list[DipEntryPage]:
        """Return the register entries that the report names, as far as a citizen may see them."""
        shown = showable(DipEntryPage.objects.select_related("locale"), at=timezone.now())
        rows = self.related_entries.all()
        if isinstance(rows, QuerySet):
            stored = rows.filter(entry__in=shown).select_related("entry__locale")
            return [row.entry for row in stored]
        # Of a draft, whose rows are in no table.
        wanted = [row.entry_id for row in rows]
        found = shown.in_bulk(wanted)
        return [found[pk] for pk in wanted if pk in found]

    def feed_object(self):
        return {
            "date": self.date.isoformat(),
            "category": self.category,
            "related_dip": [entry.feed_id for entry in self.register_entries()],
        }

    def feed_tags(self):
        return sorted(row.tag.name for row in self.tagged_items.all())

    def feed_image(self):
        return (self.lead_image, self.lead_image_alt) if self.lead_image_id else None


class NewsRelatedEntry(Orderable):
    page = ParentalKey(NewsPage, on_delete=models.CASCADE, related_name="related_entries")
    entry = models.ForeignKey(
        "kip_pages.DipEntryPage",
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("register entry"),
    )

    panels = [FieldPanel("entry")]
    api_fields = [APIField("entry")]

    class Meta(Orderable.Meta):
        verbose_name = _("related register entry")
        verbose_name_plural = _("related register entries")

    def __str__(self):
        return str(self.entry)
