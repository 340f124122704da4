"""Let somebody without a log-in read a draft: for a while, and that draft only."""

import datetime

from django.urls import reverse
from wagtail.log_actions import log
from wagtail.models import Page

from . import preview_tokens
from .conf import get_setting
from .preview_tokens import Key

SHARED_PREVIEW = "kip_pages.share_preview"


def share_preview(page: Page, *, user, at: datetime.datetime) -> tuple[str, datetime.datetime]:
    """Return an address that shows the newest draft of ``page``, and until when; it is logged.

    The address is on the host of the page's own site. It shows this version, whatever is written
    afterwards; it cannot be taken back, it ends by itself.
    """
    revision = page.get_latest_revision() or page.save_revision(user=user)
    until = at + datetime.timedelta(hours=get_setting("PREVIEW_HOURS"))
    token = preview_tokens.sign(Key(page=page.pk, revision=revision.pk, until=until))
    log(instance=page, action=SHARED_PREVIEW, user=user, revision=revision)
    return page.get_site().root_url + reverse("kip_preview", args=[token]), until
