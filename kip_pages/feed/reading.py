"""Questions a reader asks of the feed, in as few queries as they need."""

import dataclasses
import datetime
import uuid

from django.db.models import Exists, Q, Value

from opd_sites.models import Agency

from ..conf import get_setting
from ..models import FeedItem, FeedState, OutboxEntry, Priority
from . import sequencer


@dataclasses.dataclass(frozen=True)
class Filters:
    """What narrows a feed; empty means everything."""

    agency: str = ""
    kind: str = ""
    locale: str = ""

    def narrow(self, items):
        if self.agency:
            items = items.filter(agency__code=self.agency)
        if self.kind:
            items = items.filter(kind=self.kind)
        if self.locale:
            items = items.filter(locale=self.locale)
        return items


class UnknownAgencyError(ValueError):
    """No agency has this code; ``/api/feed/v1/agencies`` lists them."""


class CursorExpiredError(ValueError):
    """The reader's cursor cannot be served: start again without ``afterChangeNumber``.

    Its epoch is another one (the database was restored), it lies beyond the newest number, or
    deletions after it have been forgotten.
    """


def current_state(*, at: datetime.datetime, agency: str = "") -> FeedState:
    """Return the feed's state with everything numbered that must not wait; one query when nothing is.

    Numbers first what is pressing and what has waited too long, so that what was hidden or has run
    out is not told again. Raises ``UnknownAgencyError``.
    """
    state = _state(at, agency)
    if state is None:
        FeedState.current()
        state = _state(at, agency)
    if not state.knows_agency:
        raise UnknownAgencyError(agency)
    if state.must_number or state.has_expired:
        sequencer.catch_up(pressing_only=True)
        if OutboxEntry.objects.ready(at=at).filter(_late(at)).exists():
            sequencer.number_batch(at=at)
        state = _state(at, agency)
    return state


def _state(at, agency):
    waiting = OutboxEntry.objects.ready(at=at)
    known = Exists(Agency.objects.filter(code=agency)) if agency else Value(True)
    return (
        FeedState.objects.filter(pk=FeedState.SINGLETON)
        .annotate(
            must_number=Exists(waiting.filter(Q(priority__lt=Priority.BULK) | _late(at))),
            has_expired=Exists(FeedItem.objects.expired(at=at)),
            knows_agency=known,
        )
        .first()
    )


def _late(at):
    """Say which entries have waited too long for a worker, whatever their priority."""
    return Q(created_at__lt=at - datetime.timedelta(seconds=get_setting("FEED_MAX_LAG")))


@dataclasses.dataclass(frozen=True)
class Cursor:
    """Where a reader is: the number of the last change it has, and when its walk began.

    ``forgotten`` is how far deletions were forgotten when the reader started from nothing: what was
    forgotten before then, it never had.
    """

    after: int = 0
    epoch: uuid.UUID | None = None
    forgotten: int = 0

    def check(self, state: FeedState) -> None:
        """Raise ``CursorExpiredError`` if something may have been lost after this cursor."""
        if self.epoch and self.epoch != state.epoch:
            raise CursorExpiredError("this change number belongs to another epoch of the feed")
        if self.after > state.pos:
            raise CursorExpiredError("this change number was never given")
        if 0 < self.after < state.purged_pos and self.forgotten < state.purged_pos:
            raise CursorExpiredError("deletions after this change number have been forgotten")

    def advanced(self, state: FeedState, to: int) -> "Cursor":
        """Return the cursor after the change numbered ``to``."""
        forgotten = self.forgotten if self.after else state.purged_pos
        return Cursor(to, state.epoch, forgotten)


def changes(state: FeedState, filters: Filters, cursor: Cursor, *, limit: int) -> list[tuple]:
    """Return (uid, kind, state, pos, payload) of the first ``limit`` changes after ``cursor``.

    Raises ``CursorExpiredError``.
    """
    cursor.check(state)
    items = filters.narrow(FeedItem.objects.filter(pos__gt=cursor.after))
    if not filters.agency:
        items = items.filter(moved=False)
    return list(items.order_by("pos").values_list("uid", "kind", "state", "pos", "payload")[:limit])
