"""Compare every item with its page, and repair what differs though nobody said so.

Everything that goes through Wagtail says “look again”; what does not, such as an update written in
SQL or a changed template, is found here. What is found is drift: it ought to be none.
"""

import datetime
import logging
from collections.abc import Iterator

from django.db.models import Q
from django.utils import timezone
from wagtail.models import Page

from ..models import FeedItem, FeedState, OutboxEntry, Priority
from . import outbox, sequencer

logger = logging.getLogger(__name__)

EVERY = datetime.timedelta(hours=1)


def reconcile() -> int:
    """Walk through all pages and items, and return how many items were wrong and are repaired."""
    return sum(walk())


def claim(*, at: datetime.datetime) -> bool:
    """Return whether a walk is due and the caller's to do: of many workers, one gets it."""
    FeedState.current()
    due = Q(reconcile_due_at=None) | Q(reconcile_due_at__lte=at)
    return bool(FeedState.objects.filter(due).update(reconcile_due_at=at + EVERY))


def walk() -> Iterator[int]:
    """The same a batch at a time, yielding how many items of it were wrong.

    Who walks may do something else in between, so it never delays an emergency by more than a
    batch. The sum and the time are kept in ``FeedState`` when the walk has come to its end.
    """
    drift = last = 0
    while page_ids := _page_ids_after(last):
        last = page_ids[-1]
        wrong = _reconcile_batch(page_ids)
        drift += wrong
        yield wrong
    FeedState.objects.update(drift=drift, reconciled_at=timezone.now())


def _page_ids_after(last):
    """Return the next batch of pages, and of pages that stored items say are there."""
    pages = Page.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)
    items = FeedItem.objects.present().filter(page_id__gt=last).order_by("page_id")
    items = items.values_list("page_id", flat=True)
    return sorted({*pages[: sequencer.BATCH], *items[: sequencer.BATCH]})[: sequencer.BATCH]


def _reconcile_batch(page_ids):
    # Without the lock, as nearly nothing differs; what seems to is asked again while holding it.
    suspects, failures = sequencer.differences(page_ids, at=timezone.now())
    _hand_over(failures)
    if not suspects:
        return 0
    suspected = list(dict.fromkeys(row.page_id for row in suspects))
    repaired = sequencer.number_unsaid(suspected, at=timezone.now())
    if repaired:
        pages = ", ".join(str(pk) for pk in sorted({row.page_id for row in repaired}))
        logger.warning("%d items differed from their pages: %s", len(repaired), pages)
    return len(repaired)


def _hand_over(failures):
    """Let the sequencer alarm of pages that cannot be rendered, and try them again in time."""
    known = OutboxEntry.objects.filter(page_id__in=failures).values_list("page_id", flat=True)
    outbox.look_again(failures.keys() - set(known), Priority.BULK)
