import datetime
from urllib.parse import urlsplit

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..choices import FeedKind


class StopReason(models.TextChoices):
    """Why sending to a subscription stopped without anybody switching it off."""

    GONE = "gone", _("The receiver answered 410: it wants no more messages.")
    FAILING = "failing", _("Nothing but failures for days.")


class SubscriptionHealth(models.TextChoices):
    """What an administrator sees of a subscription at a glance."""

    OFF = "off", _("Switched off")
    STOPPED = "stopped", _("Stopped")
    FAILING = "failing", _("Failing")
    NEW = "new", _("Nothing sent yet")
    WELL = "well", _("Delivering")


class WebhookSubscriptionQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def failing(self):
        """Those that nothing reaches, and those that were given up for it."""
        return self.exclude(failing_since=None, stopped_because="").filter(
            Q(is_active=True) | ~Q(stopped_because="")
        )


class WebhookSubscription(models.Model):
    """A receiver that wants to be told when the feed has advanced.

    The secrets are stored as they are, not hashed: signing needs them (HMAC). So they are shown to
    an administrator once, never logged, and whoever reads the database can sign messages.
    """

    name = models.CharField(_("name"), max_length=100)
    url = models.CharField(_("address"), max_length=500)
    agency = models.ForeignKey(
        "opd_sites.Agency",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only of this agency"),
    )
    # Values of FeedKind; empty means every kind.
    kinds = models.JSONField(_("only these kinds"), default=list, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    # ``whsec_…``; earlier ones sign too until their end, so that receivers can change over.
    secret = models.CharField(max_length=100, editable=False)
    # Of ``{"secret": …, "until": …}``, the newest first.
    earlier_secrets = models.JSONField(default=list, editable=False)
    secret_was_shown = models.BooleanField(default=False, editable=False)

    # Change number of the feed up to which this subscription was told.
    announced_pos = models.BigIntegerField(default=0, editable=False)
    last_success_at = models.DateTimeField(_("last success"), null=True, editable=False)
    # Since when there was nothing but failures.
    failing_since = models.DateTimeField(null=True, editable=False)
    stopped_because = models.CharField(
        max_length=10, choices=StopReason.choices, blank=True, editable=False
    )

    objects = WebhookSubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook subscription")
        verbose_name_plural = _("webhook subscriptions")
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name

    @property
    def health(self) -> SubscriptionHealth:
        if not self.is_active:
            return SubscriptionHealth.STOPPED if self.stopped_because else SubscriptionHealth.OFF
        if self.failing_since:
            return SubscriptionHealth.FAILING
        return SubscriptionHealth.WELL if self.last_success_at else SubscriptionHealth.NEW

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    @property
    def narrowing(self) -> str:
        """Say in words what the subscription is told of."""
        kinds = ", ".join(str(FeedKind(kind).label) for kind in self.kinds) or _("everything")
        return f"{self.agency.short_name}: {kinds}" if self.agency else str(kinds)

    @property
    def changing_secret_until(self) -> datetime.datetime | None:
        """Until when an earlier secret signs too; None where there is none."""
        return max(
            (until for _secret, until in self.valid_earlier_secrets(at=timezone.now())),
            default=None,
        )

    def valid_earlier_secrets(
        self, *, at: datetime.datetime
    ) -> list[tuple[str, datetime.datetime]]:
        """Return the earlier secrets that still sign at ``at``, each with its end."""
        earlier = [
            (earlier["secret"], datetime.datetime.fromisoformat(earlier["until"]))
            for earlier in self.earlier_secrets
        ]
        return [(secret, until) for secret, until in earlier if at < until]

    def signing_secrets(self, *, at: datetime.datetime) -> list[str]:
        """Return the secrets that sign a message sent at ``at``, the current one first."""
        return [self.secret, *(secret for secret, _until in self.valid_earlier_secrets(at=at))]


class WebhookEvent(models.TextChoices):
    FEED_ADVANCED = "feed.advanced", _("News in the feed")
    TEST = "webhook.test", _("Test message")


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Failed")
    SUPERSEDED = "superseded", _("Replaced by a newer message")


OPEN_STATES = [DeliveryState.WAITING, DeliveryState.SENDING]


class WebhookDeliveryQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state__in=OPEN_STATES)

    def due(self, *, at: datetime.datetime):
        """What must be sent at ``at``, including what a sender left behind when it died.

        One at a time to each subscription, and first to those that take what they are sent.
        """
        being_sent = self.model.objects.filter(
            subscription=OuterRef("subscription"),
            state=DeliveryState.SENDING,
            next_attempt_at__gt=at,
        )
        return (
            self.open()
            .filter(~Exists(being_sent), subscription__is_active=True, next_attempt_at__lte=at)
            .order_by(
                F("subscription__failing_since").desc(nulls_first=True),
                F("subscription__last_success_at").desc(nulls_last=True),
                "next_attempt_at",
                "pk",
            )
        )

    def newest_first(self):
        return self.order_by("-created_at", "-pk")


class WebhookDelivery(models.Model):
    """One message to one subscription: the same id and body however often it is sent."""

    subscription = models.ForeignKey(
        WebhookSubscription, on_delete=models.CASCADE, related_name="deliveries"
    )
    message_id = models.CharField(max_length=60, unique=True)
    event = models.CharField(max_length=30, choices=WebhookEvent.choices)
    body = models.TextField()
    state = models.CharField(
        max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING
    )
    # Attempts since the message was made or last replayed: the place in the retry schedule.
    tries = models.PositiveSmallIntegerField(default=0)
    # While it is being sent: when it is due again if its sender has died.
    next_attempt_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(state__in=OPEN_STATES),
                name="kip_webhook_due",
            ),
            models.Index(fields=["created_at"], name="kip_webhook_created"),
        ]

    def __str__(self):
        return self.message_id

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


class AttemptOutcome(models.TextChoices):
    UNDER_WAY = "under_way", _("Under way")
    DELIVERED = "delivered", _("Delivered")
    REFUSED = "refused", _("The receiver answered with an error")
    REDIRECTED = "redirected", _("The receiver redirects: enter the address it redirects to")
    GONE = "gone", _("The receiver wants no more messages")
    ADDRESS_REFUSED = "address", _("The address is not allowed")
    UNKNOWN_NAME = "unknown_name", _("The host name cannot be found")
    UNREACHABLE = "unreachable", _("No connection")
    BAD_CERTIFICATE = "certificate", _("No secure connection: check the receiver's certificate")
    TOO_SLOW = "too_slow", _("No complete answer in time")
    BROKEN = "broken", _("The answer broke off or is not HTTP")
    INTERRUPTED = "interrupted", _("The sender was interrupted")


class WebhookAttempt(models.Model):
    """One try to send a delivery: one request, or what prevented it."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="attempts")
    started_at = models.DateTimeField()
    outcome = models.CharField(
        max_length=12, choices=AttemptOutcome.choices, default=AttemptOutcome.UNDER_WAY
    )
    milliseconds = models.PositiveIntegerField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    # The technical reason, or the beginning of the answer.
    detail = models.TextField(blank=True)

    class Meta:
        verbose_name = _("webhook attempt")
        verbose_name_plural = _("webhook attempts")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.delivery_id} at {self.started_at}"
