"""Citizens who want to be told by e-mail, and what there is to tell them."""

import datetime
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..identifiers import LANGUAGE_TAG_LENGTH


class SubscriberQuerySet(models.QuerySet):
    def with_address(self, email: str):
        """The subscriber with this address, however it is capitalised; at most one."""
        return self.alias(lowered=Lower("email")).filter(lowered=email.strip().lower())

    def active(self):
        """Those who said themselves that they want to be told, and whom mail still reaches."""
        return self.filter(confirmed_at__isnull=False, stopped_at=None)

    def awaiting_letter(self, *, at: datetime.datetime):
        """Those who asked for a link and have not got it yet, the longest waiting first."""
        return self.filter(letter_due_at__lte=at).order_by("letter_due_at", "pk")


class Subscriber(models.Model):
    """An address that is told of alerts, and of news if it wants; kept for nothing else.

    Nothing is sent before ``confirmed_at`` but the one e-mail that asks to confirm. Who leaves is
    deleted with everything that names them.
    """

    # Stands in the links of every e-mail, signed; a deleted one takes its links along.
    key = models.UUIDField(unique=True, default=uuid.uuid4)
    email = models.EmailField(_("e-mail address"))
    # Of LANGUAGES; not stored as choices, which would differ from province to province.
    language = models.CharField(max_length=LANGUAGE_TAG_LENGTH)
    # Of EmergencyKind and of the areas' codes. Empty means all, as with the agencies.
    kinds = models.JSONField(default=list, blank=True)
    regencies = models.JSONField(default=list, blank=True)
    agencies = models.ManyToManyField("opd_sites.Agency", blank=True, related_name="+")
    wants_news = models.BooleanField(default=False)

    # When the choices were last made by somebody who has not confirmed them.
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)
    # An e-mail with the link to confirm, or to change what is confirmed already.
    letter_due_at = models.DateTimeField(null=True, db_index=True)
    letter_attempts = models.PositiveSmallIntegerField(default=0)
    # E-mails in a row that were refused because of the address, and when that became too many.
    bounces = models.PositiveSmallIntegerField(default=0)
    stopped_at = models.DateTimeField(null=True)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        constraints = [models.UniqueConstraint(Lower("email"), name="kip_subscriber_address")]

    def __str__(self):
        # Lists, logs and error reports show this: the address stays out of them.
        return f"subscriber {self.pk}"

    @property
    def is_active(self) -> bool:
        return self.confirmed_at is not None and self.stopped_at is None


class MailingPriority(models.IntegerChoices):
    """What is sent first. Whatever is more urgent overtakes what is being sent."""

    DANGER_TO_LIFE = 0, _("Danger to life")
    ALERT = 1, _("Alert")
    NEWS = 5, _("News")


def _count(state):
    return Count("deliveries", filter=Q(deliveries__state=state))


class MailingQuerySet(models.QuerySet):
    def unfinished(self):
        return self.filter(finished_at=None)

    def with_numbers(self):
        """Add ``waiting``, ``sent_so_far`` and ``failed_so_far``: how far each one is."""
        return self.annotate(
            waiting=_count(MailingState.WAITING),
            sent_so_far=F("sent") + _count(MailingState.SENT),
            failed_so_far=F("failed") + _count(MailingState.FAILED),
        )


class Mailing(models.Model):
    """One thing that subscribers are told, and how far that is.

    Its texts are written once, so all get the same, also after a crash. Who was told is known only
    while it is being sent (``MailingDelivery``); then numbers remain.
    """

    # The CapMessage's uid, or the translation key of a news report: nothing is told twice.
    about = models.UUIDField(unique=True, editable=False)
    agency = models.ForeignKey(
        "opd_sites.Agency", on_delete=models.PROTECT, related_name="+", verbose_name=_("agency")
    )
    priority = models.SmallIntegerField(_("kind"), choices=MailingPriority.choices)
    subject = models.CharField(_("subject"), max_length=255)
    # By language: {"subject": …, "text": …, "html": …}, with marks where the reader's links go.
    texts = models.JSONField(default=dict)
    # Whom it concerns, as ``subscribers.matching.Audience``; what follows it must reach them too.
    audiences = models.JSONField(default=list)
    created_at = models.DateTimeField(_("begun"), default=timezone.now)
    # Later than this it is better not told at all.
    until = models.DateTimeField()

    addressed = models.PositiveIntegerField(_("subscribers"), default=0)
    # Of deliveries whose rows are gone; while it is unfinished, others may still be there.
    sent = models.PositiveIntegerField(_("sent"), default=0)
    failed = models.PositiveIntegerField(_("failed"), default=0)
    last_sent_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = MailingQuerySet.as_manager()

    class Meta:
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=Q(finished_at=None),
                name="kip_mailing_unfinished",
            )
        ]

    def __str__(self):
        return self.subject

    @property
    def seconds(self) -> int | None:
        """How long it took until the last one was sent."""
        if self.last_sent_at is None:
            return None
        return round((self.last_sent_at - self.created_at).total_seconds())

    def text_in(self, language: str) -> dict[str, str]:
        """Return subject, text and HTML in ``language``, or in the province's."""
        return self.texts.get(language) or self.texts[settings.LANGUAGE_CODE]


class MailingState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    # A newer message says what holds now, or its time is over.
    DROPPED = "dropped", _("Not sent any more")


class MailingDeliveryQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(state=MailingState.WAITING)

    def due(self, *, at: datetime.datetime):
        """What is to be sent at ``at``, the most urgent first, else as it was made."""
        return self.waiting().filter(due_at__lte=at).order_by("priority", "pk")


class MailingDelivery(models.Model):
    """One e-mail to one subscriber; its row lives until the mailing is finished."""

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="deliveries")
    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="deliveries")
    priority = models.SmallIntegerField(choices=MailingPriority.choices)
    state = models.CharField(
        max_length=10, choices=MailingState.choices, default=MailingState.WAITING
    )
    # While it is being sent: when it is due again if its sender has died.
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)

    objects = MailingDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("mailing delivery")
        verbose_name_plural = _("mailing deliveries")
        constraints = [
            models.UniqueConstraint(
                fields=["mailing", "subscriber"], name="kip_mailing_once_to_each"
            )
        ]
        indexes = [
            models.Index(
                fields=["priority", "id"],
                condition=Q(state="waiting"),
                name="kip_mailing_waiting",
            )
        ]

    def __str__(self):
        return f"delivery {self.pk} of mailing {self.mailing_id}"

    def message_id(self, host: str) -> str:
        """Return the Message-ID, the same however often this has to be sent."""
        return f"<{self.mailing.about.hex}.{self.pk}@{host}>"
