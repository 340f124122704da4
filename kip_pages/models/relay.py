"""Warnings of others: where they are read, and what became of each."""

import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opd_sites.models import Agency

from ..cap import signature
from ..choices import (
    AlertReach,
    Certainty,
    Hazard,
    RelayAction,
    RelayReason,
    RelayState,
    Severity,
    SourceProblem,
    Urgency,
)

# With nothing but failures for so long, health turns amber.
FAILING_AFTER = datetime.timedelta(minutes=30)


class SourceHealth(models.TextChoices):
    """What an administrator sees of a source at a glance."""

    OFF = "off", _("Switched off")
    NEW = "new", _("Not read yet")
    FAILING = "failing", _("Failing")
    WELL = "well", _("Being read")


class AlertSourceQuerySet(models.QuerySet):
    def due(self, *, at: datetime.datetime):
        return self.filter(is_enabled=True, next_attempt_at__lte=at).order_by(
            "next_attempt_at", "pk"
        )

    def same_voice(self, source: "AlertSource"):
        """The lists of one body, in several languages or for several hazards."""
        return self.filter(issuer=source.issuer, certificate=source.certificate)

    def failing(self, *, at: datetime.datetime):
        """Those from which nothing has come for longer than a hiccup."""
        return self.filter(is_enabled=True, failing_since__lte=at - FAILING_AFTER)


class AlertSource(models.Model):
    """A list of CAP messages that another body publishes, and what is done with those about us."""

    name = models.CharField(
        _("name"), max_length=100, help_text=_("In lists, for example “BMKG weather nowcast”.")
    )
    issuer = models.CharField(
        _("credit"),
        max_length=255,
        help_text=_("Named as the source wherever a warning is shown, for example “BMKG”."),
    )
    url = models.CharField(
        _("address of the list"),
        max_length=500,
        help_text=_("RSS or Atom, for example https://www.bmkg.go.id/alerts/nowcast/id"),
    )
    hosts = models.CharField(
        _("other hosts"),
        max_length=500,
        blank=True,
        help_text=_("Where the messages are, if not on the host of the list; parted by commas."),
    )
    language = models.CharField(
        _("language"),
        max_length=20,
        default="id",
        help_text=_("Of several languages in a message this one is taken."),
    )
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("passed on by"),
        help_text=_("Leave empty for the portal, where duty officers announce."),
    )
    reach = models.CharField(
        _("where it is shown"),
        max_length=20,
        choices=[(reach, reach.label) for reach in (AlertReach.OWN_SITE, AlertReach.PROVINCE)],
        default=AlertReach.OWN_SITE,
    )
    action = models.CharField(
        _("what is done"), max_length=10, choices=RelayAction.choices, default=RelayAction.DRAFT
    )
    least_severity = models.CharField(
        _("at least so grave"), max_length=10, choices=Severity.choices, default=Severity.SEVERE
    )
    least_urgency = models.CharField(
        _("at least so urgent"), max_length=10, choices=Urgency.choices, default=Urgency.EXPECTED
    )
    least_certainty = models.CharField(
        _("at least so certain"),
        max_length=10,
        choices=Certainty.choices,
        default=Certainty.LIKELY,
    )
    # Values of Hazard; empty means every hazard.
    hazards = models.JSONField(_("only these hazards"), default=list, blank=True)
    certificate = models.TextField(
        _("certificate of the sender"),
        blank=True,
        help_text=_(
            "PEM, as the sender gave it to you. With it, messages that are not signed by it are refused."
        ),
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes between two looks"), default=2, validators=[MinValueValidator(1)]
    )
    is_enabled = models.BooleanField(_("switched on"), default=False)

    # How polling goes; written by whoever polls.
    next_attempt_at = models.DateTimeField(default=timezone.now, editable=False)
    etag = models.CharField(max_length=255, blank=True, editable=False)
    last_modified = models.CharField(max_length=100, blank=True, editable=False)
    last_success_at = models.DateTimeField(_("last success"), null=True, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    problem = models.CharField(
        max_length=20, choices=SourceProblem.choices, blank=True, editable=False
    )
    # The technical reason.
    detail = models.CharField(max_length=500, blank=True, editable=False)

    objects = AlertSourceQuerySet.as_manager()

    POLLED = ("next_attempt_at", "etag", "last_modified", "last_success_at", "failing_since")
    POLLED += ("failures", "problem", "detail")

    class Meta:
        verbose_name = _("source of warnings")
        verbose_name_plural = _("sources of warnings")
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name

    def clean(self):
        super().clean()
        if set(self.hazards) - set(Hazard.values):
            raise ValidationError({"hazards": _("Choose hazards of the list.")})
        if self.certificate:
            self._check_certificate()

    def _check_certificate(self):
        if not signature.is_available():
            message = _(
                "Signatures cannot be verified here: the extra “signature” is not installed."
            )
            raise ValidationError({"certificate": message})
        try:
            signature.check_certificate(self.certificate.encode())
        except ValueError as error:
            message = _("This is no certificate in PEM form.")
            raise ValidationError({"certificate": message}) from error

    @property
    def health(self) -> SourceHealth:
        if not self.is_enabled:
            return SourceHealth.OFF
        if self.failing_since:
            return SourceHealth.FAILING
        return SourceHealth.WELL if self.last_success_at else SourceHealth.NEW

    @property
    def passed_on_by(self) -> str:
        return self.agency.short_name if self.agency else _("Portal")

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    def may_be_at(self, link: str) -> bool:
        """Say whether a message of this source may be fetched from ``link``."""
        others = {host.strip().lower() for host in self.hosts.split(",")} - {""}
        try:
            return (urlsplit(link).hostname or "") in {self.host, *others}
        except ValueError:
            return False

    def covers(self, hazard: str, severity: str, urgency: str, certainty: str) -> bool:
        """Say whether the rule publishes what is so grave, urgent and certain."""
        return (
            self.action == RelayAction.PUBLISH
            and (not self.hazards or hazard in self.hazards)
            and _reaches(Severity, severity, self.least_severity)
            and _reaches(Urgency, urgency, self.least_urgency)
            and _reaches(Certainty, certainty, self.least_certainty)
        )


def _reaches(scale, value, least) -> bool:
    """The scales of CAP begin with the most, and end with what is unknown."""
    order = list(scale)
    return order.index(scale(value)) <= order.index(scale(least))


class RelayedAlertQuerySet(models.QuerySet):
    def to_fetch(self, *, at: datetime.datetime):
        """What was listed and not read, the oldest first; a reader that died leaves it so."""
        return self.filter(state=RelayState.LISTED, next_attempt_at__lte=at).order_by("pk")

    def waiting(self, *, at: datetime.datetime):
        """What a duty officer has to decide on: offered, not published, not run out."""
        return (
            self.filter(state=RelayState.OFFERED, page__live=False, page__first_published_at=None)
            .filter(Q(expires=None) | Q(expires__gt=at))
            .order_by(F("expires").asc(nulls_last=True), "pk")
        )

    def lapsed(self, *, before: datetime.datetime):
        """What was offered and nobody published before it ran out."""
        undecided = self.filter(state=RelayState.OFFERED, page__first_published_at=None)
        return undecided.filter(expires__lte=before)

    def said_by(self, source: AlertSource):
        """What came from lists of the same body, as far as it proves who it is in the same way.

        So no list can end, or pretend to have said, what another one has signed.
        """
        return self.filter(source__in=AlertSource.objects.same_voice(source))

    def decided(self):
        return self.exclude(state__in=[RelayState.LISTED, RelayState.REFUSED])

    def named(self, sender: str, identifier: str):
        return self.filter(sender=sender, identifier=identifier)

    def replacing(self, sender: str, identifier: str):
        """What replaces or ends the message of this name."""
        return self.filter(replaces__contains=f"\n{sender},{identifier}\n")

    def newest_first(self):
        return self.order_by("-listed_at", "-pk")


class RelayedAlert(models.Model):
    """One message of a source, from the list it stood in to what became of it."""

    wagtail_reference_index_ignore = True

    source = models.ForeignKey(AlertSource, on_delete=models.CASCADE, related_name="alerts")
    link = models.CharField(_("address"), max_length=1000)
    # Another one as soon as the list tells of another message under the same address.
    mark = models.CharField(max_length=64)
    title = models.CharField(_("title"), max_length=255)
    listed_at = models.DateTimeField(_("came at"), default=timezone.now)
    # Empty until it is read.
    identifier = models.CharField(max_length=255, blank=True)
    sender = models.CharField(_("sender"), max_length=255, blank=True)
    sent = models.DateTimeField(_("sent"), null=True)
    expires = models.DateTimeField(_("in force until"), null=True)
    # What it replaces or ends, in earnest: a line of "sender,identifier" each, and a break around each.
    replaces = models.TextField(blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=RelayState.choices, default=RelayState.LISTED
    )
    reason = models.CharField(_("reason"), max_length=20, choices=RelayReason.choices, blank=True)
    # What the reason is about: the element that cannot be read, what an announcement lacks.
    detail = models.CharField(max_length=500, blank=True)
    page = models.ForeignKey(
        "kip_pages.EmergencyAnnouncementPage",
        on_delete=models.SET_NULL,
        null=True,
        related_name="relayed",
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    # The message as it came, while somebody may ask about it.
    raw = models.BinaryField(null=True)
    # By which its host knows whether it is another one by now.
    etag = models.CharField(max_length=255, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)

    objects = RelayedAlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("warning of others")
        verbose_name_plural = _("warnings of others")
        ordering = ["-listed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["source", "mark"], name="kip_relay_listed_once"),
            models.UniqueConstraint(
                fields=["source", "sender", "identifier"],
                condition=Q(state__in=[RelayState.OFFERED, RelayState.PUBLISHED]),
                name="kip_relay_taken_once",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "next_attempt_at"], name="kip_relay_due"),
            models.Index(fields=["sender", "identifier"], name="kip_relay_name"),
        ]

    def __str__(self):
        return self.title

    @property
    def outcome(self) -> str:
        """What became of it, in words; also what an officer did with the draft."""
        if self.state == RelayState.OFFERED and self.page and self.page.first_published_at:
            return _("Published by an officer")
        return self.get_state_display()


class RequestTurn(models.Model):
    """When one host was asked during the last minute, by whichever worker: hosts limit that."""

    host = models.CharField(max_length=255, unique=True)
    # Seconds since 1970, oldest first.
    asked_at = models.JSONField(default=list)

    class Meta:
        verbose_name = _("turn of requests")
        verbose_name_plural = _("turns of requests")

    def __str__(self):
        return self.host
