from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from opd_sites.models import ReviewedPageMixin

from ..blocks import BodyBlock, images_of, require_alt_text
from ..identifiers import item_uid
from .languages import read_below
from .preview import FrontEndPreviewMixin
from .privacy import RestrictedPageMixin, public


def showable(pages, *, at):
    """Narrow a page queryset to what a citizen may see at ``at``; the one place that says so."""
    return public(pages.live()).filter(Q(expire_at=None) | Q(expire_at__gt=at))


class NeverHeldMixin:
    """For what the law forbids to delay: no workflow holds it, whatever hangs above it in the tree."""

    has_workflow = False

    def get_workflow(self):
        return None


def is_held(document) -> bool:
    """Say whether an uploaded document may not be public; its record says why."""
    record = getattr(document, "kip_record", None)
    return record is not None and record.is_held


def document_attachment(document, title: str = "") -> dict:
    """Describe an uploaded document as the feed's attachments do; one that is held has no address."""
    opens = not is_held(document)
    return {
        "title": title or document.title,
        "url": document.url if opens else "",
        "media_type": document.content_type,
        "bytes": document.get_file_size() if opens else None,
    }


class FeedPage(FrontEndPreviewMixin, RestrictedPageMixin, ReviewedPageMixin, Page):
    """A page that goes to the portal: what every kind of item has, and what the feed asks of it."""

    # One of FeedKind; kip_pages.E002 checks that every concrete type says which.
    feed_kind = None
    # Name of the payload's shape; grows only when a change would break a reader.
    feed_schema_version = 1

    summary = models.TextField(
        _("summary"),
        blank=True,
        help_text=_("One or two plain sentences; shown in lists, searches and the feed."),
    )

    search_fields = [*Page.search_fields, index.SearchField("summary", boost=1)]
    api_fields = [APIField("summary")]
    content_panels = [*Page.content_panels, FieldPanel("summary")]

    class Meta:
        abstract = True

    @classmethod
    def feed_related(cls) -> list:
        """Return the relations that the feed reads, to be fetched at once for a batch of pages."""
        return []

    def feed_html(self) -> str:
        """Return the content as HTML; relative addresses are made absolute by the feed."""
        return ""

    @property
    def feed_id(self) -> str:
        """Id of this page in the feed."""
        return str(item_uid(self.translation_key, self.locale.language_code))

    def feed_object(self) -> dict:
        """Return the legal fields of this kind, JSON-ready; stands in the payload under the kind."""
        raise NotImplementedError

    def feed_tags(self) -> list[str]:
        return []

    def feed_image(self) -> tuple | None:
        """Return ``(image, alternative text)``, or None."""
        return None

    def feed_attachments(self) -> list[dict]:
        """Return title, url, media_type and bytes of each file; None where it is not known."""
        return []


class ArticlePage(FeedPage):
    """A page that goes to the portal and whose content is a body of blocks."""

    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)

    search_fields = [*FeedPage.search_fields, index.SearchField("body")]
    api_fields = [*FeedPage.api_fields, APIField("body")]

    class Meta:
        abstract = True

    def clean(self):
        """Let no image in without words for it, whoever writes: translations pass no form."""
        super().clean()
        for image in images_of(self.body):
            try:
                require_alt_text(image)
            except ValidationError as error:
                raise ValidationError({"body": error}) from error

    def feed_html(self):
        return self.body.render_as_block({"for_feed": True})

    def feed_attachments(self):
        documents = [b.value for b in self.body if b.block_type == "document" and b.value]
        return [document_attachment(document) for document in documents]


class IndexPage(FrontEndPreviewMixin, RestrictedPageMixin, ReviewedPageMixin, Page):
    """A section: one per kind of page and agency, planted with the agency."""

    items_per_page = 20

    intro = models.TextField(_("introduction"), blank=True)

    max_count_per_parent = 1
    content_panels = [*Page.content_panels, FieldPanel("intro")]
    api_fields = [APIField("intro")]

    class Meta:
        abstract = True

    def items(self):
        """Return the section's pages as a citizen may see them, in the section's order.

        What nobody has translated into the section's language is among them as it was written.
        """
        shown = showable(self.item_model().objects.all(), at=timezone.now())
        return read_below(self, shown).order_by("-first_published_at", "-pk")

    @classmethod
    def item_model(cls):
        """Return the type of page that this section lists."""
        (model,) = cls.clean_subpage_models()
        return model

    def narrow(self, items, query):
        """Narrow ``items`` by the request's ``query``; sections with filters override this."""
        words = query.get("q", "").strip()
        if words:
            items = items.filter(Q(title__icontains=words) | Q(summary__icontains=words))
        return items

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        items = self.narrow(self.items(), request.GET)
        page = Paginator(items, self.items_per_page).get_page(request.GET.get("hal"))
        kept = request.GET.copy()
        kept.pop("hal", None)
        return context | {
            "page_of_items": page,
            "query": request.GET,
            "kept_query": kept.urlencode(),
        }
