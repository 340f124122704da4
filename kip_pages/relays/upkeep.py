"""Take away what nobody needs any more: drafts that nobody will publish, and old rows."""

import datetime

from django.db.models import Q
from wagtail.actions.delete_page import DeletePageAction

from opd_sites import tree_lock

from ..choices import RelayReason, RelayState
from ..models import EmergencyAnnouncementPage, RelayedAlert

# Somebody may be writing in a draft while it runs out.
GRACE = datetime.timedelta(days=1)
# So long what came is kept as it came, and so long it is known that it came.
RAW_DAYS = 30
ROW_DAYS = 180


def tidy(*, at: datetime.datetime) -> int:
    """Take away the drafts that nobody will publish, and return how many."""
    RelayedAlert.objects.lapsed(before=at - GRACE).update(
        state=RelayState.IGNORED, reason=RelayReason.LAPSED
    )
    kept = [RelayState.OFFERED, RelayState.PUBLISHED]
    left = RelayedAlert.objects.exclude(Q(state__in=kept) | Q(page=None))
    return sum(drop(page_id) for page_id in left.values_list("page_id", flat=True))


def drop(page_id: int, *, user=None) -> bool:
    """Delete a draft that was never public and that nobody has planned; say whether it was one.

    Whoever calls has asked whether ``user`` may.
    """
    with tree_lock.changing():
        pages = EmergencyAnnouncementPage.objects.filter(pk=page_id, live=False)
        page = pages.filter(first_published_at=None).first()
        if page is None or page.scheduled_revision:
            # It is somebody's by now, and no matter of ours.
            RelayedAlert.objects.filter(page=page_id).exclude(
                state__in=[RelayState.OFFERED, RelayState.PUBLISHED]
            ).update(page=None)
            return False
        DeletePageAction(page, user=user).execute(skip_permission_checks=True)
        return True


def forget(*, at: datetime.datetime) -> None:
    """Let go of the bytes of a month ago, and of what came half a year ago."""
    before_raw, before_row = (at - datetime.timedelta(days=days) for days in (RAW_DAYS, ROW_DAYS))
    RelayedAlert.objects.filter(listed_at__lt=before_raw).exclude(raw=None).update(raw=None)
    RelayedAlert.objects.filter(listed_at__lt=before_row).delete()
