"""Questions a reader asks of the feed, in as few queries as they need."""

import dataclasses
import datetime
import functools
import uuid

from django.db import connection

from opd_sites.models import Agency

from ..conf import get_setting
from ..models import FeedItem, FeedPurge, FeedState, ItemState, OutboxEntry, Priority
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


EVERYTHING = Filters()


class UnknownAgencyError(ValueError):
    """No agency has this code; ``/api/feed/v1/agencies`` lists them."""


class CursorExpiredError(ValueError):
    """The reader's cursor cannot be served: start again without ``afterChangeNumber``.

    Its epoch is another one (the database was restored), it lies beyond the newest number, or
    deletions after it have been forgotten.
    """


@dataclasses.dataclass(frozen=True)
class Position:
    """Where the feed is: its epoch, its newest number, how far deletions were forgotten, since when.

    ``purged_pos`` is that of the feed as the reader narrows it.
    """

    epoch: uuid.UUID
    pos: int
    purged_pos: int
    changed_at: datetime.datetime

    @property
    def version(self) -> str:
        """Names what the feed says: as long as it is the same, so is every answer made of items."""
        return f"{self.epoch}/{self.pos}/{self.purged_pos}"


@dataclasses.dataclass(frozen=True)
class Cursor:
    """Where a reader is: the number of the last change it has, and when its walk began.

    ``forgotten`` is how far deletions were forgotten when the reader started from nothing: what was
    forgotten before then, it never had.
    """

    after: int = 0
    epoch: uuid.UUID | None = None
    forgotten: int = 0

    def check(self, position: Position) -> None:
        """Raise ``CursorExpiredError`` if something may have been lost after this cursor."""
        if self.epoch and self.epoch != position.epoch:
            raise CursorExpiredError("this change number belongs to another epoch of the feed")
        if self.epoch and self.after > position.pos:
            raise CursorExpiredError("this change number was never given")
        if 0 < self.after < position.purged_pos and self.forgotten < position.purged_pos:
            raise CursorExpiredError("deletions after this change number have been forgotten")

    def advanced(self, position: Position, to: int) -> "Cursor":
        """Return the cursor after the change numbered ``to``."""
        forgotten = self.forgotten if self.after else position.purged_pos
        return Cursor(to, position.epoch, forgotten)


def current_position(
    *, at: datetime.datetime, filters: Filters = EVERYTHING, cursor: Cursor | None = None
) -> Position:
    """Return where the feed is as ``filters`` narrow it, with everything numbered that must not wait.

    So what was hidden or has run out is not told again. Raises ``UnknownAgencyError``, and
    ``CursorExpiredError`` if there is a cursor and it cannot be served.
    """
    position, _rows = _read_up_to_date(filters, at=at, after=0, limit=0)
    if cursor:
        cursor.check(position)
    return position


def changes(
    filters: Filters, cursor: Cursor, *, at: datetime.datetime, limit: int
) -> tuple[Position, list[tuple]]:
    """Return where the feed is and (uid, kind, state, pos, payload) of ``limit`` changes after
    ``cursor``, with everything numbered that must not wait.

    Raises ``UnknownAgencyError`` and ``CursorExpiredError``.
    """
    position, rows = _read_up_to_date(filters, at=at, after=cursor.after, limit=limit)
    cursor.check(position)
    return position, rows


def unread(filters: Filters, *, after: int):
    """Return, as a queryset, what a reader with these filters has yet to read."""
    items = filters.narrow(FeedItem.objects.filter(pos__gt=after))
    return items if filters.agency else items.filter(moved=False)


def _read_up_to_date(filters, *, at, after, limit):
    position, must_number, rows = _read(filters, at, after, limit)
    if must_number:
        _looked_at, is_full = sequencer.number_batch(at=at)
        if is_full:
            # However much it is: a reader waits rather than being told what is hidden by now.
            sequencer.catch_up(pressing_only=True, max_batches=None)
        position, _must_number, rows = _read(filters, at, after, limit)
    return position, rows


def _read(filters, at, after, limit):
    """Ask everything in one statement: one snapshot, one way to the database and back.

    Written by hand because this is what every portal asks all the time; composing the same by the
    ORM takes longer than PostgreSQL takes to answer it.
    """
    late = at - datetime.timedelta(seconds=get_setting("FEED_MAX_LAG"))
    parameters = dataclasses.asdict(filters) | {
        "at": connection.ops.adapt_datetimefield_value(at),
        "late": connection.ops.adapt_datetimefield_value(late),
        "bulk": Priority.BULK.value,
        "updated": ItemState.UPDATED.value,
        "singleton": FeedState.SINGLETON,
        "after": after,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_statement(_names_in(filters)), parameters)
        found = cursor.fetchall()
    if not found:
        FeedState.current()
        return _read(filters, at, after, limit)
    epoch, pos, purged_pos, changed_at, must_number, knows_agency = found[0][:6]
    if not knows_agency:
        raise UnknownAgencyError(filters.agency)
    rows = [(_hyphened(row[6]), *row[7:]) for row in found if row[6]]
    position = Position(uuid.UUID(epoch), pos, purged_pos, _aware(changed_at))
    return position, bool(must_number), rows


def _names_in(filters) -> tuple[str, ...]:
    """Return by what the feed is narrowed: of each combination the statement is written once."""
    return tuple(name for name in ("agency", "kind", "locale") if getattr(filters, name))


@functools.cache
def _statement(names):
    tables = {
        "state": FeedState._meta.db_table,
        "item": FeedItem._meta.db_table,
        "outbox": OutboxEntry._meta.db_table,
        "agency": Agency._meta.db_table,
        "purge": FeedPurge._meta.db_table,
    }
    # What moved to another agency is told by the feed of the old one alone.
    narrowing = [_OF_AGENCY if "agency" in names else "NOT moved"]
    narrowing += [f"{name} = %({name})s" for name in ("kind", "locale") if name in names]
    forgotten = _FORGOTTEN_WITHIN if names else "state.purged_pos"
    statement = _STATEMENT.replace("{forgotten}", forgotten)
    return statement.replace("{narrowing}", " AND ".join(narrowing)).format(**tables)


# A reader of few items has lost nothing by what was forgotten of others.
_FORGOTTEN_WITHIN = "COALESCE((SELECT MAX(pos) FROM {purge} WHERE {narrowing}), 0)"
_OF_AGENCY = "agency_id = (SELECT id FROM {agency} WHERE code = %(agency)s)"
_STATEMENT = """
SELECT CAST(state.epoch AS text), state.pos, {forgotten}, state.changed_at,
    EXISTS (
        SELECT 1 FROM {outbox}
        WHERE (retry_at IS NULL OR retry_at <= %(at)s)
        AND (priority < %(bulk)s OR created_at < %(late)s)
    ) OR EXISTS (
        SELECT 1 FROM {item} WHERE state = %(updated)s AND visible_until <= %(at)s
    ),
    %(agency)s = '' OR EXISTS (SELECT 1 FROM {agency} WHERE code = %(agency)s),
    CAST(change.uid AS text), change.kind, change.state, change.pos, change.payload
FROM {state} state
LEFT JOIN (
    SELECT uid, kind, state, pos, payload FROM {item}
    WHERE pos > %(after)s AND {narrowing} ORDER BY pos LIMIT %(limit)s
) change ON 1 = 1
WHERE state.id = %(singleton)s
ORDER BY change.pos
"""


def _aware(moment):
    """SQLite keeps moments in UTC without saying so."""
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


def _hyphened(uid):
    """SQLite keeps UUIDs without hyphens."""
    return uid if "-" in uid else str(uuid.UUID(uid))
