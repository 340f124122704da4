import hashlib
import secrets

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..choices import FeedKind


class FeedConsumerQuerySet(models.QuerySet):
    def active(self):
        return self.filter(revoked_at=None)

    def with_token(self, token: str):
        return self.active().filter(token_digest=token_digest(token))


class FeedConsumer(models.Model):
    """A machine that mirrors the feed and says who it is, so that its lag can be told.

    Its token is random and long, so a plain SHA-256 keeps it; the token itself is kept nowhere.
    """

    TOKEN_PREFIX = "kip_"  # noqa: S105 - lets a scanner for lost secrets recognise the rest

    name = models.CharField(_("name"), max_length=100, unique=True)
    contact = models.EmailField(
        _("contact"), blank=True, help_text=_("Whom to write to when it falls behind.")
    )
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    # The last characters of the token, by which people tell two of them apart.
    token_hint = models.CharField(_("token ends with"), max_length=4, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    objects = FeedConsumerQuerySet.as_manager()

    class Meta:
        verbose_name = _("feed consumer")
        verbose_name_plural = _("feed consumers")
        ordering = ["name"]

    def __str__(self):
        return self.name

    @property
    def is_active(self) -> bool:
        return self.revoked_at is None

    def issue_token(self) -> str:
        """Give a new token, which can be read from here once; the one before is worth nothing."""
        token = self.TOKEN_PREFIX + secrets.token_urlsafe(32)
        self.token_digest, self.token_hint = token_digest(token), token[-4:]
        return token


def token_digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class ConsumerCursor(models.Model):
    """How far a consumer has read: the cursor of its latest request, for each filter it reads with."""

    consumer = models.ForeignKey(FeedConsumer, on_delete=models.CASCADE, related_name="cursors")
    agency = models.CharField(_("agency"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=20, blank=True, choices=FeedKind.choices)
    locale = models.CharField(_("language"), max_length=10, blank=True)
    epoch = models.UUIDField()
    pos = models.BigIntegerField(_("change number"))
    read_at = models.DateTimeField(_("last read"))

    class Meta:
        verbose_name = _("cursor of a consumer")
        verbose_name_plural = _("cursors of consumers")
        constraints = [
            models.UniqueConstraint(
                fields=["consumer", "agency", "kind", "locale"], name="kip_cursor_per_filter"
            )
        ]

    def __str__(self):
        filters = " ".join(filter(None, (self.agency, self.kind, self.locale)))
        return f"{self.consumer} {filters} {self.pos}"
