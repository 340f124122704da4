"""Say that what is public is still current, which the law wants every six months (UU 14/2008 Ps. 9)."""

import datetime

from django.db import transaction
from wagtail.log_actions import log

from .models import Confirmation, DipEntryPage

CONFIRMED = "kip_pages.confirm"


@transaction.atomic
def confirm(entry: DipEntryPage, *, user, at: datetime.datetime) -> Confirmation:
    """Note that ``user`` found the entry still current; nothing of it changes, the audit log says so."""
    confirmation, _is_first = Confirmation.objects.update_or_create(
        entry=entry, defaults={"confirmed_at": at, "confirmed_by": user}
    )
    log(instance=entry, action=CONFIRMED, user=user, revision=entry.live_revision)
    return confirmation
