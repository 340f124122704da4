"""What an operator does to the feed: a new epoch after a restore, forgetting old deletions."""

import datetime
import uuid

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from ..models import FeedItem, FeedPurge, FeedState, ItemState


@transaction.atomic
def new_epoch() -> uuid.UUID:
    """Make every cursor handed out before invalid: readers start again. Part of every restore."""
    state = FeedState.lock()
    state.epoch, state.changed_at = uuid.uuid4(), timezone.now()
    state.save(update_fields=["epoch", "changed_at"])
    return state.epoch


@transaction.atomic
def purge_deletions(*, before: datetime.datetime) -> int:
    """Forget deletions older than ``before``; cursors from before them are refused from then on.

    Live rows are never touched, however old. Returns how many were forgotten.
    """
    state = FeedState.lock()
    old = FeedItem.objects.filter(state=ItemState.DELETED, changed_at__lt=before)
    newest = old.aggregate(Max("pos"))["pos__max"]
    if newest is None:
        return 0
    state.purged_pos = max(state.purged_pos, newest)
    state.changed_at = timezone.now()
    state.save(update_fields=["purged_pos", "changed_at"])
    of_each = old.order_by().values("agency_id", "kind", "locale", "moved")
    FeedPurge.objects.bulk_create(
        [FeedPurge(**kind) for kind in of_each.annotate(pos=Max("pos"))],
        update_conflicts=True,
        unique_fields=["agency", "kind", "locale", "moved"],
        update_fields=["pos"],
    )
    return old.filter(pos__lte=newest).delete()[0]
