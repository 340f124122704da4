import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Substr
from django.utils import timezone
from django.utils.html import format_html_join, linebreaks
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    MultiFieldPanel,
    TitleFieldPanel,
)
from wagtail.api import APIField
from wagtail.models import PageManager
from wagtail.query import PageQuerySet
from wagtail.search import index

from ..areas import area_names, area_objects
from ..choices import (
    LEVELS,
    AlertStatus,
    Certainty,
    EmergencyKind,
    FeedKind,
    Hazard,
    LevelScheme,
    MessageType,
    Severity,
    Urgency,
)
from ..forms import EmergencyAnnouncementForm
from .base import FeedPage, IndexPage, NeverHeldMixin

# The eight elements of PERKI 1/2021's announcement standard, (a)–(h).
CONTENT_ELEMENTS = (
    "hazard_and_impact",
    "affected_people",
    "evacuation",
    "how_to_avoid",
    "how_to_get_help",
    "announcer",
    "announcement_method",
    "authority_actions",
)


class EmergencyIndexPage(NeverHeldMixin, IndexPage):
    parent_page_types = ["kip_pages.AgencyHomePage", "kip_pages.PortalHomePage"]
    subpage_types = ["kip_pages.EmergencyAnnouncementPage"]

    class Meta:
        verbose_name = _("emergency section")
        verbose_name_plural = _("emergency sections")

    def items(self):
        return super().items().order_by("-effective", "-pk")


class EmergencyQuerySet(PageQuerySet):
    def taking_over(self, *, at: datetime.datetime, path):
        """What says something new about an announcement at ``at``: in earnest, and begun.

        ``path`` is the tree path of the announcement; only its own agency can take its place.
        """
        return self.filter(
            live=True,
            status=AlertStatus.ACTUAL,
            effective__lte=at,
            path__startswith=Substr(path, 1, 2 * self.model.steplen),
        )

    def in_force(self, *, at: datetime.datetime):
        """Alerts and updates that hold at ``at``: begun, not expired, not superseded; half-open."""
        others = EmergencyQuerySet(self.model).filter(predecessor=OuterRef("pk"))
        return (
            self.filter(effective__lte=at, status=AlertStatus.ACTUAL)
            .filter(Q(expires=None) | Q(expires__gt=at))
            .exclude(message_type=MessageType.CANCEL)
            .exclude(Exists(others.taking_over(at=at, path=OuterRef("path"))))
        )


class EmergencyAnnouncementPage(NeverHeldMixin, FeedPage):
    """An announcement that the law forbids to delay (UU 14/2008 Ps. 10, PERKI 1/2021 Ps. 25).

    Elements (a), (b), (d) and (e) are required to publish; the others only warn, because delay is
    what the law forbids. Names and values follow CAP 1.2 where it has them.
    """

    feed_kind = FeedKind.EMERGENCY
    saved_at_once = True
    looked_at_first = True
    parent_page_types = ["kip_pages.EmergencyIndexPage"]
    subpage_types = []
    base_form_class = EmergencyAnnouncementForm

    status = models.CharField(
        _("status"), max_length=10, choices=AlertStatus.choices, default=AlertStatus.ACTUAL
    )
    message_type = models.CharField(
        _("type of message"), max_length=10, choices=MessageType.choices, default=MessageType.ALERT
    )
    predecessor = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="successors",
        verbose_name=_("announcement that this one updates or ends"),
    )
    kind = models.CharField(_("kind"), max_length=30, choices=EmergencyKind.choices)
    hazard = models.CharField(_("hazard"), max_length=30, choices=Hazard.choices)
    level_scheme = models.CharField(
        _("scheme of the level"),
        max_length=20,
        choices=LevelScheme.choices,
        default=LevelScheme.NONE,
    )
    level_value = models.CharField(_("level"), max_length=20, blank=True)
    urgency = models.CharField(
        _("urgency"), max_length=10, choices=Urgency.choices, default=Urgency.UNKNOWN
    )
    severity = models.CharField(
        _("severity"), max_length=10, choices=Severity.choices, default=Severity.UNKNOWN
    )
    certainty = models.CharField(
        _("certainty"), max_length=10, choices=Certainty.choices, default=Certainty.UNKNOWN
    )
    areas = models.JSONField(_("affected regencies and cities"), default=list, blank=True)
    effective = models.DateTimeField(_("in force from"), default=timezone.now)
    expires = models.DateTimeField(_("in force until"), null=True, blank=True)

    hazard_and_impact = models.TextField(_("a. hazard and size of its impact"))
    affected_people = models.TextField(_("b. who may be affected"))
    evacuation = models.TextField(_("c. evacuation: how and where to"), blank=True)
    how_to_avoid = models.TextField(_("d. how to avoid the danger"))
    how_to_get_help = models.TextField(_("e. how to get help"))
    announcer = models.TextField(_("f. who must announce"), blank=True)
    announcement_method = models.TextField(_("g. how it is announced in an emergency"), blank=True)
    authority_actions = models.TextField(_("h. what the authorities are doing"), blank=True)

    original_issuer = models.CharField(
        _("original issuer"),
        max_length=255,
        blank=True,
        help_text=_("Who issued it, when this agency passes it on: BMKG, PVMBG, a regency …"),
    )
    original_url = models.CharField(_("address of the original"), max_length=2000, blank=True)

    objects = PageManager.from_queryset(EmergencyQuerySet)()

    content_panels = [
        MultiFieldPanel(
            [
                TitleFieldPanel("title"),
                FieldPanel("summary"),
                FieldRowPanel([FieldPanel("kind"), FieldPanel("hazard")]),
                FieldPanel("level"),
                FieldPanel("areas"),
                FieldRowPanel([FieldPanel("effective"), FieldPanel("expires")]),
            ],
            heading=_("What happened, where and until when"),
        ),
        MultiFieldPanel(
            [
                HelpPanel(
                    _(
                        "Elements a, b, d and e are needed before publishing. "
                        "The others can follow: an announcement must never wait for them."
                    )
                ),
                *(FieldPanel(name) for name in CONTENT_ELEMENTS),
            ],
            heading=_("What the public must know"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("message_type"), FieldPanel("status")]),
                FieldPanel("predecessor"),
                FieldPanel("original_issuer"),
                FieldPanel("original_url"),
                FieldRowPanel(
                    [FieldPanel("urgency"), FieldPanel("severity"), FieldPanel("certainty")]
                ),
            ],
            heading=_("Message and source"),
        ),
    ]
    search_fields = [
        *FeedPage.search_fields,
        index.SearchField("hazard_and_impact"),
        index.SearchField("how_to_avoid"),
        index.FilterField("kind"),
        index.FilterField("status"),
        index.FilterField("effective"),
    ]
    api_fields = [
        *FeedPage.api_fields,
        *(
            APIField(name)
            for name in (
                "status",
                "message_type",
                "predecessor",
                "kind",
                "hazard",
                "level_scheme",
                "level_value",
                "urgency",
                "severity",
                "certainty",
                "areas",
                "effective",
                "expires",
                *CONTENT_ELEMENTS,
                "original_issuer",
                "original_url",
            )
        ),
    ]

    class Meta:
        verbose_name = _("emergency announcement")
        verbose_name_plural = _("emergency announcements")

    def clean(self):
        super().clean()
        errors = {}
        if self.expires and self.effective and self.expires <= self.effective:
            errors["expires"] = _("The end must be after the beginning.")
        if self.level_value not in {"", *LEVELS[self.level_scheme]}:
            errors["level_value"] = _("This level does not belong to the scheme.")
        if set(self.areas) - area_names().keys():
            errors["areas"] = _("Choose regencies and cities of the list.")
        if self.message_type != MessageType.ALERT and not self.predecessor_id:
            errors["predecessor"] = _("Choose the announcement that this one updates or ends.")
        if self.predecessor_id and self.predecessor_id == self.pk:
            errors["predecessor"] = _("An announcement cannot follow itself.")
        if errors:
            raise ValidationError(errors)

    def get_context(self, request, *args, **kwargs):
        """Add what a reader must know first: whether it still holds, and what replaced it."""
        now = timezone.now()
        followers = type(self).objects.filter(predecessor_id=self.pk)
        followers = followers.taking_over(at=now, path=Value(self.path))
        # A page that is previewed before it is first saved has no key, and nothing follows it.
        successor = followers.order_by("-effective", "-pk").first() if self.pk else None
        has_begun = self.effective <= now
        has_expired = bool(self.expires and self.expires <= now)
        is_over = has_expired or successor is not None
        is_all_clear = self.message_type == MessageType.CANCEL
        context = super().get_context(request, *args, **kwargs)
        return context | {
            "successor": successor,
            "has_begun": has_begun,
            "has_expired": has_expired,
            "is_all_clear": is_all_clear,
            "is_in_force": has_begun and not is_over and not is_all_clear,
        }

    def is_in_force(self, *, at: datetime.datetime) -> bool:
        return type(self).objects.live().in_force(at=at).filter(pk=self.pk).exists()

    @property
    def is_drill(self):
        """Exercises and tests must look different on every page and in every feed."""
        return self.status != AlertStatus.ACTUAL

    @property
    def level_display(self):
        return LEVELS[self.level_scheme].get(self.level_value, "")

    @property
    def area_list(self):
        return [area["name"] for area in area_objects(self.areas)]

    @property
    def elements(self):
        """The content elements that are filled in, as (name, label, text) in the order of the law."""
        return [
            (name, self._meta.get_field(name).verbose_name, getattr(self, name))
            for name in CONTENT_ELEMENTS
            if getattr(self, name)
        ]

    @property
    def missing_elements(self):
        return [
            self._meta.get_field(name).verbose_name
            for name in CONTENT_ELEMENTS
            if not getattr(self, name)
        ]

    def feed_html(self):
        return format_html_join(
            "",
            "<h3>{}</h3>{}",
            (
                (label, mark_safe(linebreaks(text, autoescape=True)))  # noqa: S308 - escaped there
                for _name, label, text in self.elements
            ),
        )

    def feed_object(self):
        return {
            "status": self.status,
            "message_type": self.message_type,
            "predecessor": self.predecessor.feed_id if self.predecessor else None,
            "kind": self.kind,
            "hazard": self.hazard,
            "level": {"scheme": self.level_scheme, "value": self.level_value}
            if self.level_value
            else None,
            "urgency": self.urgency,
            "severity": self.severity,
            "certainty": self.certainty,
            "areas": area_objects(self.areas),
            "effective": timezone.localtime(self.effective).isoformat(),
            "expires": timezone.localtime(self.expires).isoformat() if self.expires else None,
            **{name: getattr(self, name) for name in CONTENT_ELEMENTS},
            "original_issuer": self.original_issuer,
            "original_url": self.original_url,
        }
