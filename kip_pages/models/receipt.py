import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from .cap_message import CapMessage

# Beyond this a reader without JavaScript, behind a cache, has waited too long.
PROMISE = datetime.timedelta(seconds=90)
# So long a receipt goes on asking.
PATIENCE = datetime.timedelta(minutes=15)


class Channel(models.TextChoices):
    """Where a host was asked."""

    PAGE = "page", _("Page (banner)")
    STATE = "state", "/_darurat.json"
    CAP = "cap", _("Index of CAP messages")


class ReceiptQuerySet(models.QuerySet):
    def newest(self):
        """The last receipt of each announcement: what went before, or was updated, is over."""
        said = OuterRef("message__announcement")
        later = Receipt.objects.filter(Q(message__announcement=said) | Q(message__follows=said))
        return self.exclude(Exists(later.filter(pk__gt=OuterRef("pk"))))

    def open(self, *, at: datetime.datetime):
        """Receipts that still ask: begun, not overtaken, with something to be seen yet."""
        waiting = ReceiptLine.objects.filter(receipt=OuterRef("pk"), seen_at=None)
        return (
            self.newest()
            .filter(since__lte=at, since__gt=at - PATIENCE)
            .filter(Exists(waiting))
            .order_by("since", "pk")
        )

    def late(self, *, at: datetime.datetime):
        """Receipts of the last day that still miss what had to be seen by ``at``."""
        waiting = ReceiptLine.objects.filter(receipt=OuterRef("pk"), seen_at=None)
        day = at - datetime.timedelta(days=1)
        return self.newest().filter(since__lte=at - PROMISE, since__gt=day).filter(Exists(waiting))


class Receipt(models.Model):
    """That what was said could be read: every host it concerns was asked, as a citizen asks."""

    message = models.OneToOneField(CapMessage, on_delete=models.PROTECT, related_name="receipt")
    page = models.ForeignKey(
        "kip_pages.EmergencyAnnouncementPage",
        on_delete=models.SET_NULL,
        null=True,
        related_name="receipts",
    )
    # From when it has to be there, or gone.
    since = models.DateTimeField(db_index=True)

    objects = ReceiptQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ["-since", "-pk"]

    def __str__(self):
        return f"{self.message.headline} {self.since:%Y-%m-%d %H:%M:%S}"


class ReceiptLine(models.Model):
    """One host, asked in one way."""

    receipt = models.ForeignKey(Receipt, on_delete=models.CASCADE, related_name="lines")
    # None: the portal.
    agency = models.ForeignKey(
        "opd_sites.Agency", on_delete=models.CASCADE, null=True, related_name="+"
    )
    channel = models.CharField(max_length=10, choices=Channel.choices)
    # The message does not reach it, but what the message replaces did, and has to be gone.
    ends_only = models.BooleanField(default=False)
    seen_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=255, blank=True)

    class Meta:
        verbose_name = _("line of a receipt")
        verbose_name_plural = _("lines of receipts")
        ordering = ["agency__name", "channel"]
        constraints = [
            models.UniqueConstraint(
                fields=["receipt", "agency", "channel"], name="kip_receipt_line"
            )
        ]

    def __str__(self):
        return f"{self.agency or _('Portal')} {self.get_channel_display()}"

    @property
    def seconds(self) -> float | None:
        """Seconds until it was seen; None while it was not."""
        return (self.seen_at - self.receipt.since).total_seconds() if self.seen_at else None

    @property
    def is_late(self) -> bool:
        return self.seconds is None or self.seconds > PROMISE.total_seconds()
