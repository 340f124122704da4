import uuid

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from ..cap import CapAlert, read
from ..choices import AlertStatus, MessageType


class MessageStaysError(TypeError):
    """A message that went out stays as it is: what is new is said by another one."""


class CapMessageQuerySet(models.QuerySet):
    def about(self, announcement: uuid.UUID, *, follows: uuid.UUID | None = None):
        """Messages of an announcement and of those it follows, however far back, oldest first.

        ``follows`` names what it follows, where none of its messages says so yet.
        """
        links = self.exclude(follows=None)
        known, asked = set(), {announcement, follows} - {None}
        while asked:
            known |= asked
            before = links.filter(announcement__in=asked).values_list("follows", flat=True)
            asked = set(before.order_by()) - known
        return self._of(known)

    def after(self, announcement: uuid.UUID):
        """Messages of an announcement and of those that follow it, however far on, oldest first."""
        known, asked = set(), {announcement}
        while asked:
            known |= asked
            later = self.filter(follows__in=asked).values_list("announcement", flat=True)
            asked = set(later.order_by()) - known
        return self._of(known)

    def _of(self, announcements):
        return (
            self.filter(announcement__in=announcements)
            .select_related("agency")
            .order_by("sent", "pk")
        )

    def unexpired(self, *, at):
        return self.filter(expires__gt=at)


class CapMessage(models.Model):
    """A CAP 1.2 message as it went out: its bytes are made once, and served as they are for ever.

    Nothing changes or deletes one, and the database refuses it as well (``sealing``): no term of
    keeping ends, and its agency can be closed but not deleted.
    """

    uid = models.UUIDField(unique=True, default=uuid.uuid4)
    # Which announcement it is about, in all its languages: their translation key. Pages may be gone.
    announcement = models.UUIDField(db_index=True)
    follows = models.UUIDField(null=True)
    agency = models.ForeignKey("opd_sites.Agency", on_delete=models.PROTECT, related_name="+")
    sender = models.CharField(max_length=255)
    sent = models.DateTimeField()
    status = models.CharField(max_length=10, choices=AlertStatus.choices)
    message_type = models.CharField(max_length=10, choices=MessageType.choices)
    expires = models.DateTimeField(db_index=True)
    # Written by itself, because nothing of the announcement is public any more.
    is_withdrawal = models.BooleanField(default=False)
    headline = models.CharField(max_length=255)
    # Hash of what is said, without name and time: a page saved again says the same.
    said = models.CharField(max_length=64)
    xml = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    objects = CapMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("CAP message")
        verbose_name_plural = _("CAP messages")
        ordering = ["-sent", "-pk"]

    def __str__(self):
        return self.identifier

    def save(self, *args, **kwargs):
        """Raise ``MessageStaysError`` for a message that is stored already."""
        if not self._state.adding:
            raise MessageStaysError(self.identifier)
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise MessageStaysError(self.identifier)

    @property
    def identifier(self) -> str:
        return f"urn:uuid:{self.uid}"

    @cached_property
    def alert(self) -> CapAlert:
        """The message, read from its bytes."""
        return read(bytes(self.xml))
