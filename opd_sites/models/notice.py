import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from ..choices import NoticeKind
from .agency import Agency

# What each kind says, in lists and as the subject of its e-mail.
SENTENCES = {
    NoticeKind.SUBMITTED: _("“%(title)s” waits for your approval"),
    NoticeKind.APPROVED: _("“%(title)s” was approved"),
    NoticeKind.RETURNED: _("“%(title)s” was sent back to be changed"),
    NoticeKind.ASKED: _("Please publish at once: “%(title)s”"),
    NoticeKind.PUBLISHED: _("Published at once, without approval: “%(title)s”"),
    NoticeKind.PLANNED: _("Will go live as planned, without approval: “%(title)s”"),
}


# What is no longer anybody's business once somebody has seen to it.
REQUESTS = (NoticeKind.SUBMITTED, NoticeKind.ASKED)


class NoticeQuerySet(models.QuerySet):
    def requests(self):
        """Notices that ask for something; the others only tell."""
        return self.filter(kind__in=REQUESTS)

    def news(self):
        return self.exclude(kind__in=REQUESTS)

    def unseen(self):
        return self.filter(seen_at=None)

    def newest_first(self):
        return self.order_by("-created_at", "-pk")

    def to_mail(self, *, at: datetime.datetime):
        """Notices whose e-mail is to be sent at ``at``, oldest first."""
        return self.filter(mail_due_at__lte=at).order_by("mail_due_at", "pk")


class Notice(models.Model):
    """What one person is told about a page; the words are chosen when it is read, in their language."""

    # A notice does not use its page: it neither keeps nor counts it.
    wagtail_reference_index_ignore = True

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=NoticeKind.choices)
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, null=True, related_name="+")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    # Why: what is to be changed, or the reason for publishing at once.
    reason = models.TextField(_("reason"), blank=True)
    # Where it leads on the agency's host, if not to the page's editor.
    address = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(_("told at"))
    # When its reader saw it; of a request, when somebody had seen to it.
    seen_at = models.DateTimeField(_("seen at"), null=True)
    # Empty once it is sent or given up, and for who wants no e-mail.
    mail_due_at = models.DateTimeField(null=True, db_index=True)
    mail_attempts = models.PositiveSmallIntegerField(default=0)
    mailed_at = models.DateTimeField(_("sent by e-mail at"), null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["recipient", "seen_at", "-created_at"], name="opd_notice_inbox")
        ]

    def __str__(self):
        return str(SENTENCES[self.kind] % {"title": self.page.draft_title})
