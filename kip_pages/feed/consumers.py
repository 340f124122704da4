"""Who reads the feed, how far each has come, and how far behind that is."""

import dataclasses
import datetime

from django.db.models import Count, Min

from ..conf import get_setting
from ..models import ConsumerCursor, FeedConsumer, FeedState
from .reading import Cursor, Filters, Position, unread

# A consumer that polls without news is written down again only after this long.
REFRESH = datetime.timedelta(seconds=30)


@dataclasses.dataclass(frozen=True, order=True)
class Lag:
    """How old a consumer's copy is, and how many changes it has not read; zero for both at the end.

    Ordered by age: the worst of several walks is their ``max``.
    """

    seconds: int = 0
    items: int = 0

    @property
    def is_late(self) -> bool:
        return self.seconds > get_setting("FEED_CONSUMER_MAX_LAG")


def remember(
    consumer: FeedConsumer,
    filters: Filters,
    cursor: Cursor,
    position: Position,
    *,
    at: datetime.datetime,
) -> None:
    """Note that the consumer asked for what comes after ``cursor``: it has what came before."""
    names = dataclasses.asdict(filters)
    known = ConsumerCursor.objects.filter(consumer=consumer, **names).first()
    is_same = known and (known.epoch, known.pos) == (position.epoch, cursor.after)
    if is_same and at - known.read_at < REFRESH:
        return
    ConsumerCursor.objects.update_or_create(
        consumer=consumer,
        **names,
        defaults={"epoch": position.epoch, "pos": cursor.after, "read_at": at},
    )


def lag_of(cursor: ConsumerCursor, state: FeedState, *, at: datetime.datetime) -> Lag:
    """Return how far behind one walk is; a cursor of another epoch has everything yet to read."""
    after = cursor.pos if cursor.epoch == state.epoch else 0
    filters = Filters(agency=cursor.agency, kind=cursor.kind, locale=cursor.locale)
    found = unread(filters, after=after).aggregate(items=Count("pk"), oldest=Min("changed_at"))
    if not found["items"]:
        return Lag()
    return Lag(seconds=int((at - found["oldest"]).total_seconds()), items=found["items"])


def lags(*, at: datetime.datetime) -> dict[int, Lag]:
    """Return the lag of each active consumer that has ever read, by its key."""
    state = FeedState.current()
    worst: dict[int, Lag] = {}
    for cursor in ConsumerCursor.objects.filter(consumer__revoked_at=None):
        lag = lag_of(cursor, state, at=at)
        worst[cursor.consumer_id] = max(lag, worst.get(cursor.consumer_id, lag))
    return worst
