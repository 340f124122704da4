import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from .. import preview_tokens
from ..conf import get_setting
from ..preview_tokens import Key, NoPreviewError

FRONT_END = "front_end"
# As long as an editor may look at a front end's answer without touching the form again.
TYPED_FOR = datetime.timedelta(hours=1)


class DraftSnapshotQuerySet(models.QuerySet):
    def worthless(self, *, at: datetime.datetime):
        """Snapshots that no key opens any more."""
        return self.filter(taken_at__lt=at - TYPED_FOR)


class DraftSnapshot(models.Model):
    """A page as somebody has typed it and not saved yet, for a front end to fetch and show.

    One per page and person: the next look replaces it.
    """

    wagtail_reference_index_ignore = True

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    content = models.JSONField(encoder=DjangoJSONEncoder)
    taken_at = models.DateTimeField()

    objects = DraftSnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = _("snapshot of a draft")
        verbose_name_plural = _("snapshots of drafts")
        constraints = [
            models.UniqueConstraint(fields=["page", "user"], name="kip_one_snapshot_per_reader")
        ]

    def __str__(self):
        return f"{self.page_id} {self.taken_at:%Y-%m-%d %H:%M}"


def preview_token(page: Page, *, user, at: datetime.datetime) -> str:
    """Keep ``page`` as it is in memory, and return the token by which a front end can fetch it."""
    snapshot, _is_first = DraftSnapshot.objects.update_or_create(
        page_id=page.pk, user=user, defaults={"content": page.serializable_data(), "taken_at": at}
    )
    return preview_tokens.sign(Key(page=page.pk, snapshot=snapshot.pk, until=at + TYPED_FOR))


def opened_by(token: str, *, at: datetime.datetime) -> tuple[Page, Key]:
    """Return the page as ``token`` opens it. Raises ``NoPreviewError`` and ``PreviewExpiredError``."""
    key = preview_tokens.read(token, at=at)
    page = Page.objects.filter(pk=key.page).first()
    if page is None:
        raise NoPreviewError
    page = page.specific
    if key.snapshot:
        snapshot = DraftSnapshot.objects.filter(pk=key.snapshot, page_id=page.pk).first()
        content = snapshot and snapshot.content
    else:
        revision = page.revisions.filter(pk=key.revision).first()
        content = revision and revision.content
    if not content:
        raise NoPreviewError
    return page.with_content_json(content), key


class FrontEndPreviewMixin:
    """Adds the province's front end to the editor's previews, where ``PREVIEW_CLIENT_URL`` names one."""

    @property
    def preview_modes(self):
        modes = list(super().preview_modes)
        if get_setting("PREVIEW_CLIENT_URL"):
            modes.append((FRONT_END, _("In the front end")))
        return modes

    def serve_preview(self, request, mode_name):
        if mode_name != FRONT_END:
            return super().serve_preview(request, mode_name)
        if self.pk is None:
            # Nothing could be fetched yet; the editor saves a new page by itself once it has a title.
            return render(request, "kip_pages/admin/preview_needs_draft.html")
        token = preview_token(self, user=request.user, at=timezone.now())
        address = get_setting("PREVIEW_CLIENT_URL").format(host=request.get_host())
        separator = "&" if "?" in address else "?"
        return redirect(address + separator + urlencode({"token": token}))
