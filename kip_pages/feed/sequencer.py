"""Number what is committed.

Whoever holds the one row of ``FeedState`` takes a batch of the outbox, reads the pages again as
they are now, and gives the next numbers to what differs from what is stored. So a number is only
given to committed truth, in the order in which numbers become visible: a cursor on it loses nothing.
"""

import datetime
import itertools
import logging

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.models import Page

from ..models import FeedItem, FeedState, ItemState, OutboxEntry
from .payload import RenderedItem, render_pages
from .signals import feed_advanced

logger = logging.getLogger(__name__)

BATCH = 50
# Batches that a publish may do of what others left; the rest is the worker's, or a reader's.
MAX_BATCHES = 5
RETRY_AFTER = datetime.timedelta(minutes=1)
MAX_RETRY_AFTER = datetime.timedelta(hours=1)

_STORED_FIELDS = [
    *("kind", "locale", "pos", "state", "moved", "schema", "payload", "sha256", "changed_at"),
    *("visible_until", "page_id", "title", "text", "category", "obligations", "published_at"),
]


def catch_up(*, pressing_only: bool, max_batches: int | None = MAX_BATCHES) -> int:
    """Number until nothing is waiting, and return how many pages were looked at.

    ``pressing_only`` leaves bulk work alone; ``max_batches`` bounds the work (None: no bound).
    """
    looked_at = 0
    for _batch in itertools.count() if max_batches is None else range(max_batches):
        done, is_full = number_batch(at=timezone.now(), pressing_only=pressing_only)
        looked_at += done
        if not is_full:
            break
    return looked_at


def number_said() -> None:
    """Number what a publisher has just said, and at most a batch of what may wait.

    One that finds somebody else at it waits only if no other one does already: that one looks for
    all of them, and again after it has let go, so that what was said meanwhile is not lost.
    """
    with transaction.atomic():
        state = FeedState.lock_if_free()
        is_full = state and _settle_batch(state, at=timezone.now(), with_expired=False)[1]
    if state is None:
        _number_for_all()
    elif is_full:
        # What presses comes first in a batch, so this is more than an ordinary change.
        catch_up(pressing_only=True)


def _number_for_all():
    for _batch in range(MAX_BATCHES):
        with transaction.atomic():
            if not FeedState.take_turn():
                return
            _settle_batch(FeedState.lock(), at=timezone.now(), with_expired=False)
        if not OutboxEntry.objects.ready(at=timezone.now()).pressing().exists():
            return


@transaction.atomic
def number_batch(
    *, at: datetime.datetime, pressing_only: bool = False, with_expired: bool = True
) -> tuple[int, bool]:
    """Settle a batch of outbox entries and of items whose page expired.

    Returns how many pages were looked at, and whether the batch was full, so that more may wait.
    """
    return _settle_batch(
        FeedState.lock(), at=at, pressing_only=pressing_only, with_expired=with_expired
    )


def _settle_batch(state, *, at, pressing_only=False, with_expired):
    entries = OutboxEntry.objects.ready(at=at)
    if pressing_only:
        entries = entries.pressing()
    entries = list(entries.order_by("priority", "pk")[:BATCH])
    page_ids = [entry.page_id for entry in entries]
    if with_expired:
        page_ids += FeedItem.objects.expired(at=at).values_list("page_id", flat=True)[:BATCH]
    is_full = len(page_ids) >= BATCH
    page_ids = list(dict.fromkeys(page_ids))
    if not page_ids:
        return 0, False
    changed, failures = differences(page_ids, at=at)
    _number(state, changed)
    settled = [entry.pk for entry in entries if entry.page_id not in failures]
    OutboxEntry.objects.filter(pk__in=settled).delete()
    if failures:
        _postpone([entry for entry in entries if entry.page_id in failures], failures, at)
    return len(page_ids), is_full


@transaction.atomic
def number_unsaid(page_ids: list[int], *, at: datetime.datetime) -> list[FeedItem]:
    """Number what differs of these pages though nobody said “look again”, and return it.

    What somebody did say, and what just ran out, is left to its turn.
    """
    state = FeedState.lock()
    changed, _failures = differences(page_ids, at=at)
    # Asked after the pages were read: whatever was committed before that and is not numbered waits.
    waiting = _waiting(page_ids, at)
    changed = [row for row in changed if row.page_id not in waiting]
    _number(state, changed)
    return changed


def differences(
    page_ids: list[int], *, at: datetime.datetime
) -> tuple[list[FeedItem], dict[int, str]]:
    """Return the items that ought to be otherwise than they are stored, as they ought to be.

    They are not saved, and in the order in which they are to be numbered. With them come the
    reasons, by page id, of the pages that cannot be rendered.
    """
    rendered, failures = render_pages(page_ids, at=at)
    rows = _rows_of(page_ids, rendered)
    untold = failures.keys() - _ran_out(rows, at)
    gone = _deletions(rows, set(page_ids) - untold, rendered)
    return gone + _updates(rows, rendered, at), failures


def _waiting(page_ids, at):
    """Return the pages whose change is already known, with their other languages."""
    family = Q(page_id__in=page_ids) | Q(page_id__in=_languages_of(page_ids))
    said = list(OutboxEntry.objects.filter(family).values_list("page_id", flat=True))
    ran_out = FeedItem.objects.expired(at=at).filter(family).values_list("page_id", flat=True)
    return {*said, *_languages_of(said), *ran_out}


def _languages_of(page_ids):
    keys = Page.objects.filter(pk__in=page_ids).order_by().values("translation_key")
    return Page.objects.filter(translation_key__in=keys).order_by().values_list("pk", flat=True)


def _number(state, changed):
    if not changed:
        return
    # The clock is read last of all, holding the lock: a date that lies before the wait for it could
    # be one that a reader was told already, and would hide this change from who asks by date.
    state.changed_at = max(timezone.now(), state.changed_at)
    for row in changed:
        state.pos += 1
        row.pos = state.pos
        row.changed_at = state.changed_at
    FeedItem.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["uid", "agency"],
        update_fields=_STORED_FIELDS,
    )
    FeedState.objects.filter(pk=state.pk).update(pos=state.pos, changed_at=state.changed_at)
    # Robust: whoever listens can fail, numbering goes on.
    kinds = {row.kind for row in changed}
    feed_advanced.send_robust(sender=FeedState, pos=state.pos, kinds=kinds)


def _rows_of(page_ids, rendered):
    """Return the stored rows of the pages, and those of their ids (a page deleted and made anew)."""
    uids = [item.uid for item in rendered.values()]
    rows = FeedItem.objects.filter(Q(page_id__in=page_ids) | Q(uid__in=uids))
    return {(row.uid, row.agency_id): row for row in rows}


def _ran_out(rows, at):
    """Return the pages whose stored item says itself that its time is over.

    Where nothing newer can be said, because the page cannot be rendered, that is what holds.
    """
    return {row.page_id for row in rows.values() if row.visible_until and row.visible_until <= at}


def _deletions(rows, looked_at, rendered):
    """Turn stored items that are no longer there into deletions, which drop their payload."""
    present = {(item.uid, item.agency_id) for item in rendered.values()}
    uids = {item.uid for item in rendered.values()}
    gone = []
    for key, row in rows.items():
        if key in present or (row.page_id not in looked_at and row.uid not in uids):
            continue
        moved = row.uid in uids
        if row.state == ItemState.DELETED and (row.moved or not moved):
            continue
        row.state, row.moved = ItemState.DELETED, moved
        row.payload = row.sha256 = row.schema = row.title = row.text = row.obligations = ""
        row.visible_until = None
        gone.append(row)
    return gone


def _updates(rows, rendered, at):
    """Store what differs. Numbered after the deletions, so that a moved item lives last."""
    updated = []
    for page_id, item in rendered.items():
        row = rows.get((item.uid, item.agency_id)) or FeedItem(
            uid=item.uid, agency_id=item.agency_id
        )
        if _is_stored(row, page_id, item):
            continue
        _store(row, page_id, item, at)
        updated.append(row)
    return updated


def _is_stored(row: FeedItem, page_id: int, item: RenderedItem) -> bool:
    if row.state != ItemState.UPDATED or row.moved or row.page_id != page_id:
        return False
    return all(
        getattr(row, name) == getattr(item, name)
        for name in RenderedItem.STORED
        # See below: such a page keeps the date when it was first seen.
        if name != "published_at" or item.published_at
    )


def _store(row: FeedItem, page_id: int, item: RenderedItem, at: datetime.datetime):
    row.state, row.moved, row.page_id = ItemState.UPDATED, False, page_id
    first_seen = row.published_at or at
    for name in RenderedItem.STORED:
        setattr(row, name, getattr(item, name))
    # A page that was put live without a revision has no date of its own.
    row.published_at = row.published_at or first_seen


def _postpone(entries, failures, at):
    """Let pages that cannot be rendered wait, longer each time, while the others flow on."""
    for entry in entries:
        entry.attempts += 1
        entry.retry_at = at + min(RETRY_AFTER * 2 ** (entry.attempts - 1), MAX_RETRY_AFTER)
        entry.error = failures[entry.page_id]
        logger.error("page %s cannot be rendered for the feed: %s", entry.page_id, entry.error)
    OutboxEntry.objects.bulk_update(entries, ["attempts", "retry_at", "error"])
    # Other languages of a page that was named: nobody named them, so they get an entry here, once.
    unnamed = failures.keys() - {entry.page_id for entry in entries}
    known = OutboxEntry.objects.filter(page_id__in=unnamed).values_list("page_id", flat=True)
    unnamed -= set(known)
    OutboxEntry.objects.bulk_create(
        OutboxEntry(page_id=pk, attempts=1, retry_at=at + RETRY_AFTER, error=failures[pk])
        for pk in unnamed
    )
