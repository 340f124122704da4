import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Value
from django.forms import RadioSelect
from django.utils import timezone
from django.utils.html import format_html_join, linebreaks
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    MultiFieldPanel,
    TitleFieldPanel,
)
from wagtail.api import APIField
from wagtail.coreutils import get_supported_content_language_variant
from wagtail.models import PageManager
from wagtail.search import index

from opd_sites.models import Agency

from ..areas import area_names, area_objects, district_names
from ..choices import (
    LEVELS,
    AlertReach,
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
from ..hazards import PRESETS, severity_of
from ..panels import ReceiptPanel
from .authority import authority_at, targets_at
from .base import FeedPage, IndexPage, NeverHeldMixin, showable
from .in_force import EmergencyQuerySet

# What stands first in a banner: a colour and a shape alone tell nobody enough.
SEVERITY_WORDS = {
    Severity.EXTREME: _("Danger to life – act now"),
    Severity.SEVERE: _("Serious danger"),
    Severity.MODERATE: _("Warning"),
    Severity.MINOR: _("Notice"),
    Severity.UNKNOWN: _("Warning"),
}

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
    """The announcements of an agency; on the portal, those of the whole province."""

    tells_alerts = True
    parent_page_types = ["kip_pages.AgencyHomePage", "kip_pages.PortalHomePage"]
    subpage_types = ["kip_pages.EmergencyAnnouncementPage"]

    class Meta:
        verbose_name = _("emergency section")
        verbose_name_plural = _("emergency sections")

    @property
    def is_of_the_province(self):
        return not Agency.objects.holding(self).exists()

    def items(self):
        items = super().items()
        if self.is_of_the_province:
            everywhere = EmergencyAnnouncementPage.objects.filter(locale_id=self.locale_id)
            items = showable(everywhere.filter(alias_of=None), at=timezone.now())
        return items.order_by("-effective", "-pk")


class EmergencyAnnouncementPage(NeverHeldMixin, FeedPage):
    """An announcement that the law forbids to delay (UU 14/2008 Ps. 10, PERKI 1/2021 Ps. 25).

    Elements (a), (b), (d) and (e) are required to publish; the others only warn, because delay is
    what the law forbids. Names and values follow CAP 1.2 where it has them.
    """

    feed_kind = FeedKind.EMERGENCY
    saved_at_once = True
    looked_at_first = True
    tells_alerts = True
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
    expires = models.DateTimeField(
        _("in force until"),
        null=True,
        blank=True,
        help_text=_("Left empty: as long as is usual for this hazard, counted from now."),
    )

    hazard_and_impact = models.TextField(_("a. hazard and size of its impact"))
    affected_people = models.TextField(_("b. who may be affected"))
    evacuation = models.TextField(_("c. evacuation: how and where to"), blank=True)
    how_to_avoid = models.TextField(_("d. how to avoid the danger"))
    how_to_get_help = models.TextField(_("e. how to get help"))
    announcer = models.TextField(_("f. who must announce"), blank=True)
    announcement_method = models.TextField(_("g. how it is announced in an emergency"), blank=True)
    authority_actions = models.TextField(_("h. what the authorities are doing"), blank=True)

    reach = models.CharField(
        _("where it is shown"),
        max_length=20,
        choices=AlertReach.choices,
        default=AlertReach.OWN_SITE,
    )
    target_agencies = ParentalManyToManyField(
        "opd_sites.Agency", blank=True, related_name="+", verbose_name=_("chosen agencies")
    )

    original_issuer = models.CharField(
        _("original issuer"),
        max_length=255,
        blank=True,
        help_text=_("Who issued it, when this agency passes it on: BMKG, PVMBG, a regency …"),
    )
    original_url = models.CharField(_("address of the original"), max_length=2000, blank=True)
    original_sent = models.DateTimeField(_("time of the original"), null=True, blank=True)

    objects = PageManager.from_queryset(EmergencyQuerySet)()

    content_panels = [
        ReceiptPanel(heading=_("Seen on the sites")),
        MultiFieldPanel(
            [
                TitleFieldPanel("title"),
                FieldPanel("summary"),
                FieldRowPanel([FieldPanel("kind"), FieldPanel("hazard")]),
                FieldPanel("level"),
                FieldPanel("areas"),
                FieldRowPanel([FieldPanel("effective"), FieldPanel("expires")]),
                FieldPanel("reach", widget=RadioSelect),
                FieldPanel("target_agencies", classname="kip-targets"),
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
                FieldPanel("original_sent"),
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
                "original_sent",
                "reach",
            )
        ),
    ]

    class Meta:
        verbose_name = _("emergency announcement")
        verbose_name_plural = _("emergency announcements")

    def clean(self):
        """Leave nothing open that a reader's machine needs: when it ends, and how grave it is."""
        super().clean()
        if self.severity == Severity.UNKNOWN:
            self.severity = severity_of(self.level_scheme, self.level_value)
        preset = PRESETS.get(self.hazard)
        if preset and self.effective and not self.expires:
            self.expires = max(self.effective, timezone.now()) + preset.lasts
        errors = self._errors_of_window(preset)
        if self.level_value not in {"", *LEVELS[self.level_scheme]}:
            errors["level_value"] = _("This level does not belong to the scheme.")
        if set(self.areas) - area_names().keys() - district_names().keys():
            errors["areas"] = _("Choose regencies and cities of the list.")
        if self.message_type != MessageType.ALERT and not self.predecessor_id:
            errors["predecessor"] = _("Choose the announcement that this one updates or ends.")
        if self.predecessor_id and self.predecessor_id == self.pk:
            errors["predecessor"] = _("An announcement cannot follow itself.")
        if errors:
            raise ValidationError(errors)

    def _errors_of_window(self, preset):
        if not self.expires or not self.effective:
            return {}
        if self.expires <= self.effective:
            return {"expires": _("The end must be after the beginning.")}
        if preset and self.expires - max(self.effective, timezone.now()) > preset.at_most:
            message = _(
                "At most %(days)s days for this hazard. What goes on after that is said anew, by an "
                "update."
            )
            return {"expires": message % {"days": preset.at_most.days}}
        return {}

    @staticmethod
    def range_at(place) -> tuple[list[AlertReach], list[Agency]]:
        """Return how far an announcement at ``place`` may reach, and the agencies to choose from."""
        authority = authority_at(place)
        return authority.reaches, targets_at(place, authority)

    @classmethod
    def feed_related(cls):
        return ["target_agencies"]

    def get_context(self, request, *args, **kwargs):
        """Add what a reader must know first: whether it still holds, and what replaced it."""
        now = timezone.now()
        followers = type(self).objects.filter(predecessor__translation_key=self.translation_key)
        followers = followers.taking_over(at=now, path=Value(self.path))
        # A page that is previewed before it is first saved has no key, and nothing follows it.
        successor = followers.order_by("-effective", "-pk").first() if self.pk else None
        leader = self.leader or self
        has_begun = self.effective <= now
        has_expired = any(page.expires and page.expires <= now for page in (self, leader))
        is_withdrawn = leader is not self and not leader.live
        is_over = has_expired or is_withdrawn or successor is not None
        is_all_clear = self.message_type == MessageType.CANCEL
        context = super().get_context(request, *args, **kwargs)
        return context | {
            "successor": successor,
            "has_begun": has_begun,
            "has_expired": has_expired,
            "is_withdrawn": is_withdrawn,
            "is_all_clear": is_all_clear,
            "is_in_force": has_begun and not is_over and not is_all_clear,
        }

    @property
    def leader(self):
        """The announcement in the province's language that this one translates, once it was public."""
        same = type(self).objects.filter(translation_key=self.translation_key)
        return same.leading().exclude(pk=self.pk).first()

    def is_in_force(self, *, at: datetime.datetime) -> bool:
        return type(self).objects.live().in_force(at=at).filter(pk=self.pk).exists()

    @property
    def is_drill(self):
        """Exercises and tests must look different on every page and in every feed."""
        return self.status != AlertStatus.ACTUAL

    @property
    def is_leading(self):
        """Whether it stands in the province's language, which its translations follow."""
        language = get_supported_content_language_variant(settings.LANGUAGE_CODE)
        return self.locale.language_code == language

    @property
    def is_relay(self):
        """Whether it passes on what another body announced, which stays the source."""
        return bool(self.original_issuer)

    @property
    def holds_until(self) -> datetime.datetime:
        """When it ends by itself: by what it says, or because its page does."""
        ends = [moment for moment in (self.expires, self.expire_at) if moment]
        return min(ends) if ends else self.effective + PRESETS[self.hazard].at_most

    @property
    def severity_word(self):
        """How grave it is, in a word that a reader sees before anything else."""
        return SEVERITY_WORDS[self.severity]

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
            "effective": _moment(self.effective),
            "expires": _moment(self.expires),
            **{name: getattr(self, name) for name in CONTENT_ELEMENTS},
            "original_issuer": self.original_issuer,
            "original_url": self.original_url,
            "original_sent": _moment(self.original_sent),
            "reach": self.reach,
            "target_agencies": sorted(agency.code for agency in self.target_agencies.all()),
        }


def _moment(at):
    return timezone.localtime(at).isoformat() if at else None
