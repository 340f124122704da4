import hashlib

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..choices import FeedKind
from ..identifiers import LANGUAGE_TAG_LENGTH


class FeedConsumerQuerySet(models.QuerySet):
    def with_token(self, token: str):
        return self.filter(token_digest=token_digest(token))


class FeedConsumer(models.Model):
    """A machine that mirrors the feed and says who it is, so that its lag can be told.

    Its token is random and long, so a plain SHA-256 keeps it; the token itself is kept nowhere.
    """

    name = models.CharField(
        _("name"), max_length=100, unique=True, help_text=_("For example “Provincial portal”.")
    )
    contact = models.EmailField(
        _("contact"), blank=True, help_text=_("Whom to write to when it falls behind.")
    )
    # Empty while there is no valid token: no hash is empty.
    token_digest = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    # The last characters of the token, by which people tell two of them apart.
    token_hint = models.CharField(max_length=4, blank=True, editable=False)
    token_issued_at = models.DateTimeField(null=True, editable=False)

    objects = FeedConsumerQuerySet.as_manager()

    class Meta:
        verbose_name = _("feed consumer")
        verbose_name_plural = _("feed consumers")
        ordering = ["name"]

    def __str__(self):
        return self.name

    @property
    def has_token(self) -> bool:
        return bool(self.token_digest)


def token_digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class ConsumerCursor(models.Model):
    """How far a consumer has read: the cursor of its latest request, for each filter it reads with."""

    consumer = models.ForeignKey(FeedConsumer, on_delete=models.CASCADE, related_name="cursors")
    agency = models.CharField(_("agency"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=20, blank=True, choices=FeedKind.choices)
    locale = models.CharField(_("language"), max_length=LANGUAGE_TAG_LENGTH, blank=True)
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

    @property
    def narrowing(self) -> str:
        """What it reads, for people: everything, or one agency, kind or language."""
        names = (self.agency, self.get_kind_display(), self.locale)
        return " · ".join(str(name) for name in names if name) or gettext("Everything")
