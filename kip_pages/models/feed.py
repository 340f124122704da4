import json
import uuid

from django.db import connection, models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opd_sites.choices import AgencyStatus

from ..choices import FeedKind
from ..identifiers import LANGUAGE_TAG_LENGTH
from .languages import province_language


class Priority(models.IntegerChoices):
    """Who is numbered first. Bulk work is left to the importer, the worker and late readers."""

    EMERGENCY = 0
    NORMAL = 5
    BULK = 9


class OutboxEntryQuerySet(models.QuerySet):
    def ready(self, *, at):
        """Entries that are not waiting after a failure."""
        return self.filter(Q(retry_at=None) | Q(retry_at__lte=at))

    def pressing(self):
        """Entries that must not wait for a worker: everything but bulk work."""
        return self.filter(priority__lt=Priority.BULK)


class OutboxEntry(models.Model):
    """“Look again at this page”, written in the transaction that may have changed it. Append-only."""

    # Not a foreign key: the page may be gone, and nothing here may lock it.
    page_id = models.IntegerField()
    priority = models.SmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    created_at = models.DateTimeField(default=timezone.now)
    # Set when the page could not be rendered; the others flow on.
    attempts = models.SmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    objects = OutboxEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("outbox entry")
        verbose_name_plural = _("outbox entries")
        indexes = [models.Index(fields=["priority", "id"], name="kip_outbox_priority")]

    def __str__(self):
        return f"page {self.page_id}, priority {self.priority}"


# Any number that nobody else uses for an advisory lock in this database.
_TURN = 0x4B49_5046_4545_44  # "KIPFEED"


class FeedState(models.Model):
    """One row: the feed's epoch, its last change number, and how far deletions were forgotten."""

    SINGLETON = 1

    epoch = models.UUIDField(default=uuid.uuid4)
    pos = models.BigIntegerField(default=0)
    # Highest change number of a purged deletion: an older cursor may have missed it. See FeedPurge.
    purged_pos = models.BigIntegerField(default=0)
    # When any of the above last changed.
    changed_at = models.DateTimeField(default=timezone.now)
    # What the last comparison with the pages found wrong, when it ended, and when the next is due.
    drift = models.PositiveIntegerField(default=0)
    reconciled_at = models.DateTimeField(null=True)
    reconcile_due_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("state of the feed")
        verbose_name_plural = _("state of the feed")

    def __str__(self):
        return f"{self.epoch} at {self.pos}"

    @classmethod
    def lock(cls) -> "FeedState":
        """Return the row, locked until the transaction ends: who holds it gives the numbers."""
        state = cls._locked()
        if state is None:
            cls.objects.get_or_create(pk=cls.SINGLETON)
            state = cls._locked()
        return state

    @classmethod
    def lock_if_free(cls) -> "FeedState | None":
        """The same without waiting: None while somebody else holds it, and before there is a row."""
        return cls._locked(skip_locked=True)

    @classmethod
    def _locked(cls, **options):
        return cls.objects.select_for_update(**options).filter(pk=cls.SINGLETON).first()

    @classmethod
    def take_turn(cls) -> bool:
        """Say whether this one may wait for ``lock`` next, of those who leave it to whoever may.

        The turn lasts until the transaction ends, and keeps nobody else from the lock. Where the
        database has no such turns, all wait.
        """
        if connection.vendor != "postgresql":
            return True
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_TURN])
            return cursor.fetchone()[0]

    @classmethod
    def current(cls) -> "FeedState":
        return cls.objects.get_or_create(pk=cls.SINGLETON)[0]


class ItemState(models.TextChoices):
    """RPDE 1.0 state."""

    UPDATED = "updated", _("Updated")
    DELETED = "deleted", _("Deleted")


class FeedItemQuerySet(models.QuerySet):
    def present(self):
        return self.filter(state=ItemState.UPDATED)

    def showable(self, *, at):
        """What a citizen or a portal may be shown at ``at``, newest first."""
        return (
            self.present()
            .filter(agency__status=AgencyStatus.ACTIVE)
            .filter(Q(visible_until=None) | Q(visible_until__gt=at))
            .newest_first()
        )

    def newest_first(self):
        return self.order_by("-published_at", "-uid")

    def expired(self, *, at):
        """Items whose page ran out without anybody saving it."""
        return self.present().filter(visible_until__lte=at)

    def read_in(self, language):
        """Each once: in ``language``, or as the province wrote it where nobody has translated it."""
        own = Q(locale=language)
        if language != province_language():
            # Exact: payloads are canonical JSON, and within a text these quotes would be escaped.
            translated = Q(payload__contains=f'"locale":"{language}","url":')
            own |= Q(locale=province_language()) & ~translated
        return self.filter(own)

    def of_agency(self, agency):
        return self.filter(agency=agency) if agency else self

    def news(self):
        return self.filter(kind=FeedKind.NEWS)

    def register(self):
        return self.filter(kind=FeedKind.DIP)

    def activities(self):
        return self.filter(kind=FeedKind.ACTIVITY)

    def with_attachments(self):
        # Exact: payloads are canonical JSON, and within a text these quotes would be escaped.
        return self.exclude(payload__contains='"attachments":[]')

    def containing(self, words):
        """Items whose title or summary holds every word of ``words``."""
        for word in words.split():
            self = self.filter(text__icontains=word)
        return self

    def answering(self, obligation):
        """Items that answer the obligation with this code, or one below it."""
        return self.filter(
            Q(obligations__contains=f"|{obligation}|") | Q(obligations__contains=f"|{obligation}.")
        )


class FeedItem(models.Model):
    """One page as one agency publishes it, ready to send; a deletion keeps its row.

    A page that moves to another agency leaves a deletion under the old one.
    """

    uid = models.UUIDField()
    agency = models.ForeignKey(
        "opd_sites.Agency", on_delete=models.PROTECT, related_name="feed_items"
    )
    kind = models.CharField(max_length=20, choices=FeedKind.choices)
    locale = models.CharField(max_length=LANGUAGE_TAG_LENGTH)
    pos = models.BigIntegerField(unique=True)
    state = models.CharField(max_length=10, choices=ItemState.choices)
    # A deletion that only the old agency's feed tells: the item lives on elsewhere.
    moved = models.BooleanField(default=False)
    schema = models.CharField(max_length=20, blank=True)
    payload = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    changed_at = models.DateTimeField()
    visible_until = models.DateTimeField(null=True)

    # For the questions of `/items` and of the front pages; never sent.
    page_id = models.IntegerField(db_index=True)
    title = models.CharField(max_length=255, blank=True)
    text = models.TextField(blank=True)
    category = models.CharField(max_length=20, blank=True)
    obligations = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True)

    objects = FeedItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("feed item")
        verbose_name_plural = _("feed items")
        constraints = [
            models.UniqueConstraint(fields=["uid", "agency"], name="kip_feed_item_per_agency")
        ]
        indexes = [
            models.Index(fields=["agency", "pos"], name="kip_feed_agency_pos"),
            models.Index(fields=["kind", "pos"], name="kip_feed_kind_pos"),
            models.Index(fields=["locale", "pos"], name="kip_feed_locale_pos"),
            models.Index(fields=["-published_at", "-uid"], name="kip_feed_newest"),
            models.Index(
                fields=["visible_until"],
                condition=Q(visible_until__isnull=False),
                name="kip_feed_expiring",
            ),
        ]

    def __str__(self):
        return self.title or str(self.uid)

    @property
    def data(self) -> dict:
        """The stored payload, parsed."""
        return json.loads(self.payload)


class FeedPurge(models.Model):
    """How far deletions of an agency's items of one kind and language were forgotten.

    By change number, as ``FeedState`` has it for all of them: who reads only some has missed nothing by
    what was forgotten of others.
    """

    agency = models.ForeignKey("opd_sites.Agency", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=FeedKind.choices)
    locale = models.CharField(max_length=LANGUAGE_TAG_LENGTH)
    moved = models.BooleanField()
    pos = models.BigIntegerField()

    class Meta:
        verbose_name = _("forgotten deletions")
        verbose_name_plural = _("forgotten deletions")
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "kind", "locale", "moved"], name="kip_feed_purge_of_each"
            )
        ]

    def __str__(self):
        return f"{self.agency_id} {self.kind} {self.locale}: {self.pos}"
