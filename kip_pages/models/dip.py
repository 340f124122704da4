import datetime
import itertools
import mimetypes
import operator
from functools import reduce
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Prefetch, Q
from django.db.models.functions import Coalesce, Greatest
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html, linebreaks
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from rest_framework.serializers import SlugRelatedField
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    TitleFieldPanel,
)
from wagtail.api import APIField
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.coreutils import get_supported_content_language_variant
from wagtail.documents import get_document_model_string
from wagtail.models import Orderable, PageManager, TranslatableMixin
from wagtail.query import PageQuerySet
from wagtail.search import index

from ..choices import (
    ActivityState,
    DocumentKind,
    FeedKind,
    InformationCategory,
    InformationFormat,
)
from ..forms import DipEntryForm
from ..panels import ToDoPanel
from ..partial_dates import PartialDate, normalise_partial_date, retention_end_year
from ..register_view import RegisterView
from .base import FeedPage, IndexPage, document_attachment, is_held
from .document import TEXT_LIMIT, DocumentRecord, DocumentText
from .edition import RegisterEdition
from .exempt import ExemptItem
from .languages import search_below
from .preview import FrontEndPreviewMixin
from .register_facets import FLAG_OF_FORMAT, facets_of_agency
from .register_listing import RegisterListing, register_context

PARTIAL_DATE_LENGTH = 10
# The law wants periodic information announced anew at least every six months.
CURRENT_FOR = datetime.timedelta(days=183)

# The seven columns of PERKI's annex that can be empty: the first is a running number, and in the
# second stands the title where there is no summary, in the register as in the feed.
COLUMNS = {
    "holding_unit": _("unit that holds the information"),
    "responsible_officer": _("responsible for making or issuing it"),
    "made_when": _("when it was made"),
    "made_where": _("where it was made"),
    "formats": _("forms available"),
    "retention": _("retention period"),
}
FORMAT_FLAGS = tuple(FLAG_OF_FORMAT.values())
# Depth of an agency's root page in the tree.
AGENCY_DEPTH = 2
# Addresses below a register that are no entries.
TAKEN_SLUGS = frozenset({"dikecualikan", "edisi"})
# Of an address that is made of a title.
SLUG_LENGTH = 80


class DipIndexPage(RoutablePageMixin, IndexPage):
    """The register, its frozen editions, and the public list of what is exempt."""

    parent_page_types = ["kip_pages.AgencyHomePage"]
    subpage_types = ["kip_pages.DipEntryPage"]

    class Meta:
        verbose_name = _("information register")
        verbose_name_plural = _("information registers")

    def serve_preview(self, request, mode_name):
        # Wagtail's routable pages know one preview only, and would stand in front of ours.
        return FrontEndPreviewMixin.serve_preview(self, request, mode_name)

    def get_context(self, request, *args, **kwargs):
        # Not the section's own: what is listed here is more than words narrow.
        context = super(IndexPage, self).get_context(request, *args, **kwargs)
        listing = self.listing(request.GET, address=self.get_url(request) or "")
        return context | register_context(listing, request.GET) | {"editions": self.editions()}

    def listing(self, query, *, address=""):
        """Return what the parameters of an address ask of this register."""
        return RegisterListing(
            self.items(),
            RegisterView.parse(query),
            facets=facets_of_agency(),
            searched=search_below(self, DipEntryPage.objects.live()),
            address=address,
        )

    def free_slug(self, title: str) -> str:
        """Return an address made of ``title`` that a new entry of the register can have."""
        wanted = slugify(title)[:SLUG_LENGTH] or "informasi"
        siblings = self.get_children().filter(slug__startswith=wanted)
        taken = TAKEN_SLUGS.union(siblings.values_list("slug", flat=True))
        numbered = (f"{wanted}-{number}" for number in itertools.count(1))
        return next(slug for slug in itertools.chain([wanted], numbered) if slug not in taken)

    def editions(self):
        """Return the agency's frozen editions, newest first, without their files."""
        editions = RegisterEdition.objects.frozen().of_pages_below(self.agency_path)
        return editions.newest_first()

    @property
    def agency_path(self):
        """The path of the agency's root page, which all its languages have in common."""
        return self.path[: AGENCY_DEPTH * self.steplen]

    @path("edisi/<int:year>-<int:revision>/", name="edition")
    def serve_edition(self, request, year, revision):
        edition = get_object_or_404(self.editions(), year=year, revision=revision)
        return self._render_part(request, "kip_pages/register_edition.html", edition=edition)

    @path("dikecualikan/", name="exempt")
    def serve_exempt(self, request):
        items = ExemptItem.objects.filter(agency__root_page__path=self.agency_path)
        items = items.public(on=timezone.localdate())
        return self._render_part(request, "kip_pages/exempt_summary.html", items=items)

    def _render_part(self, request, template, **context):
        # Not the section's own context: nothing here is listed, searched or paged.
        return TemplateResponse(request, template, {"page": self, "self": self} | context)


class DipEntryQuerySet(PageQuerySet):
    def sources(self):
        """Entries as the register is kept: without their translations and copies by alias."""
        language = get_supported_content_language_variant(settings.LANGUAGE_CODE)
        return self.filter(alias_of=None, locale__language_code=language)

    def doubtful(self, *, at: datetime.datetime):
        """Periodic entries that nobody has published or confirmed for six months."""
        published = Coalesce("last_published_at", "first_published_at")
        # SQLite knows no greatest of something and nothing.
        assured_at = Coalesce(Greatest(published, "confirmation__confirmed_at"), published)
        periodic = self.live().filter(category=InformationCategory.PERIODIC)
        periodic = periodic.annotate(assured_at=assured_at)
        return periodic.filter(Q(assured_at=None) | Q(assured_at__lt=at - CURRENT_FOR))

    def incomplete(self):
        """Entries that miss something of the seven columns; ``missing_columns`` says what."""
        no_format = Q(**dict.fromkeys(FORMAT_FLAGS, False))
        empty = (Q(**{name: ""}) for name in COLUMNS if name != "formats")
        return self.filter(reduce(operator.or_, empty, no_format))

    def with_scans(self):
        """Entries with a document that has no text."""
        scans = DocumentRecord.objects.without_text().values("document")
        return self.filter(documents__document__in=scans).distinct()


class DipEntryPage(FeedPage):
    """One row of the Daftar Informasi Publik: the seven columns of PERKI, and what goes with them."""

    feed_kind = FeedKind.DIP
    parent_page_types = ["kip_pages.DipIndexPage"]
    subpage_types = []
    base_form_class = DipEntryForm

    category = models.CharField(_("category"), max_length=20, choices=InformationCategory.choices)
    obligations = ParentalManyToManyField(
        "kip_pages.Obligation",
        blank=True,
        related_name="entries",
        verbose_name=_("obligations"),
        help_text=_("What the law asks for and this entry answers."),
    )
    holding_unit = models.CharField(
        _("unit that holds the information"), max_length=255, blank=True
    )
    responsible_officer = models.CharField(
        _("responsible for making or issuing it"), max_length=255, blank=True
    )
    made_when = models.CharField(
        _("when it was made"),
        max_length=PARTIAL_DATE_LENGTH,
        blank=True,
        help_text=_("A day, a month, a year or a range of years: 17-05-2021, 05-2021, 2017-2022."),
    )
    made_where = models.CharField(_("where it was made"), max_length=255, blank=True)
    is_printed = models.BooleanField(_("print"), default=False)
    is_recorded = models.BooleanField(_("recording"), default=False)
    is_online = models.BooleanField(_("online"), default=False)
    retention = models.CharField(
        _("retention period"), max_length=255, blank=True, help_text=_("For example: 5 tahun.")
    )
    activity_state = models.CharField(
        _("state of the activity"), max_length=10, choices=ActivityState.choices, blank=True
    )
    period = models.CharField(
        _("period it covers"),
        max_length=PARTIAL_DATE_LENGTH,
        blank=True,
        help_text=_("The year or years the information is about, for example 2024."),
    )
    raw_title = models.TextField(
        _("title as received"),
        blank=True,
        help_text=_("As it stood in the list this entry was taken from."),
    )
    source_key = models.CharField(
        _("key in the source"), max_length=255, blank=True, db_index=True, editable=False
    )

    objects = PageManager.from_queryset(DipEntryQuerySet)()

    content_panels = [
        ToDoPanel(heading=_("Still to do")),
        MultiFieldPanel(
            [TitleFieldPanel("title"), FieldPanel("summary"), FieldPanel("category")],
            heading=_("What it is"),
        ),
        InlinePanel("documents", heading=_("Documents"), label=_("Document")),
        MultiFieldPanel(
            [
                FieldPanel("holding_unit"),
                FieldPanel("responsible_officer"),
                FieldRowPanel([FieldPanel("made_when"), FieldPanel("made_where")]),
                FieldRowPanel(
                    [FieldPanel("is_printed"), FieldPanel("is_recorded"), FieldPanel("is_online")],
                    heading=_("Forms available"),
                ),
                FieldPanel("retention"),
            ],
            heading=_("Columns of the register"),
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("activity_state"), FieldPanel("period")])],
            heading=_("Activity"),
        ),
        FieldPanel("obligations"),
        MultiFieldPanel(
            [FieldPanel("raw_title", read_only=True)],
            heading=_("Source"),
            classname="collapsed",
        ),
    ]
    search_fields = [
        *FeedPage.search_fields,
        index.SearchField("holding_unit"),
        index.SearchField("responsible_officer"),
        index.FilterField("category"),
        index.FilterField("activity_state"),
        index.RelatedFields("documents", [index.SearchField("title")]),
        index.SearchField("documents_text"),
    ]
    api_fields = [
        *FeedPage.api_fields,
        APIField("category"),
        APIField("holding_unit"),
        APIField("responsible_officer"),
        APIField("made_when"),
        APIField("made_where"),
        APIField("formats"),
        APIField("retention"),
        APIField("activity_state"),
        APIField("period"),
        APIField("documents"),
        APIField(
            "obligations",
            serializer=SlugRelatedField(many=True, read_only=True, slug_field="code"),
        ),
    ]

    class Meta:
        verbose_name = _("register entry")
        verbose_name_plural = _("register entries")

    def clean(self):
        super().clean()
        errors = {}
        for name in ("made_when", "period"):
            try:
                setattr(self, name, normalise_partial_date(getattr(self, name)))
            except ValidationError as error:
                errors[name] = error
        if self.slug in TAKEN_SLUGS:
            errors["slug"] = _("This address is taken by a list of the register: choose another.")
        if errors:
            raise ValidationError(errors)

    @property
    def missing_columns(self) -> list[str]:
        """Return the labels of what the seven columns of the register still need, in their order."""
        return [str(label) for name, label in COLUMNS.items() if not getattr(self, name)]

    def legal_columns(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return the label of each column, and the fields of the form that fill it: any of them."""
        return [
            (str(label), FORMAT_FLAGS if name == "formats" else (name,))
            for name, label in COLUMNS.items()
        ]

    @property
    def document_records(self) -> list[DocumentRecord]:
        """What is known of the files of this entry, in their order."""
        files = [document.document_id for document in self.documents.all() if document.document_id]
        records = DocumentRecord.objects.filter(document__in=files).select_related("document")
        return sorted(records, key=lambda record: files.index(record.document_id))

    @property
    def needs_text(self) -> bool:
        """Whether one of its files is a scan."""
        return any(record.needs_text for record in self.document_records)

    @property
    def documents_text(self) -> str:
        """What its files say, for search: no more than the index of a database takes."""
        files = [document.document_id for document in self.documents.all() if document.document_id]
        if not files:
            return ""
        records = DocumentRecord.objects.open_to_all().filter(document__in=files)
        texts = DocumentText.objects.filter(record__in=records).order_by("pk")
        return "\n".join(texts.values_list("body", flat=True))[:TEXT_LIMIT]

    @property
    def formats(self) -> list[str]:
        flags = zip(
            InformationFormat, (self.is_printed, self.is_recorded, self.is_online), strict=True
        )
        return [form.value for form, available in flags if available]

    @property
    def formats_display(self):
        return [InformationFormat(value).label for value in self.formats]

    @property
    def made(self) -> PartialDate | None:
        return PartialDate.parse(self.made_when) if self.made_when else None

    @property
    def covered(self) -> PartialDate | None:
        return PartialDate.parse(self.period) if self.period else None

    @property
    def retention_end_year(self) -> int | None:
        return retention_end_year(self.retention, self.made)

    @classmethod
    def feed_related(cls):
        documents = DipDocument.objects.select_related("document__kip_record")
        return [Prefetch("documents", documents), "obligations"]

    def feed_html(self):
        parts = [linebreaks(self.summary, autoescape=True)] if self.summary else []
        links = [
            format_html('<li><a href="{}">{}</a></li>', document.link, document.title)
            for document in self.documents.all()
            if document.link
        ]
        return "".join(parts + (["<ul>", *links, "</ul>"] if links else []))

    def feed_object(self):
        return {
            "category": self.category,
            "obligations": sorted(o.pk for o in self.obligations.all()),
            "summary": self.summary or self.title,
            "holding_unit": self.holding_unit,
            "responsible_officer": self.responsible_officer,
            "made_when": self.made_when or None,
            "made_when_precision": self.made.precision if self.made else None,
            "made_where": self.made_where,
            "formats": self.formats,
            "retention": self.retention,
            "retention_end_year": self.retention_end_year,
            "activity_state": self.activity_state or None,
            "period": self.period or None,
            "raw_title": self.raw_title,
        }

    def feed_attachments(self):
        return [document.as_attachment() for document in self.documents.all()]


class DipDocument(TranslatableMixin, Orderable):
    """A document of a register entry: an uploaded file, or an address elsewhere as it was received."""

    page = ParentalKey(DipEntryPage, on_delete=models.CASCADE, related_name="documents")
    title = models.CharField(_("title"), max_length=255)
    kind = models.CharField(
        _("kind"), max_length=20, choices=DocumentKind.choices, default=DocumentKind.DOCUMENT
    )
    document = models.ForeignKey(
        get_document_model_string(),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("file"),
    )
    # Not a URLField: addresses in old registers are broken in every way, and none may be lost.
    external_url = models.CharField(
        _("address elsewhere"),
        max_length=2000,
        blank=True,
        help_text=_("Starts with https://. Leave empty when a file is chosen."),
    )

    panels = [
        FieldPanel("title"),
        FieldPanel("kind"),
        FieldPanel("document"),
        FieldPanel("external_url"),
    ]
    api_fields = [APIField("title"), APIField("kind"), APIField("link"), APIField("media_type")]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def __str__(self):
        return self.title

    def clean(self):
        super().clean()
        if bool(self.document_id) == bool(self.external_url):
            message = _("Choose a file, or type an address elsewhere: one of the two.")
            raise ValidationError({"document": message})

    @property
    def is_held(self) -> bool:
        """Whether a file was chosen that may not be public; the record says why."""
        return is_held(self.document)

    @property
    def link(self) -> str:
        """Address to open, or empty where there is none to open."""
        if self.document:
            return "" if self.is_held else self.document.url
        parts = urlsplit(self.external_url)
        return self.external_url if parts.scheme in ("http", "https") and parts.netloc else ""

    @property
    def size(self) -> int | None:
        """Bytes of an uploaded file; None for an address elsewhere."""
        return self.document.get_file_size() if self.document else None

    @property
    def media_type(self) -> str | None:
        if self.document:
            return self.document.content_type
        return mimetypes.guess_type(urlsplit(self.external_url).path)[0]

    def as_attachment(self) -> dict:
        if self.document:
            return document_attachment(self.document, self.title)
        return {
            "title": self.title,
            "url": self.link or self.external_url,
            "media_type": self.media_type,
            "bytes": None,
        }
