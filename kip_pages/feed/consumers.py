"""Who reads the feed, how far each has come, and how far behind that is."""

import dataclasses
import datetime
import secrets

from django.conf import settings
from django.core.cache import caches
from django.db import transaction
from django.db.models import Count, Max, Min
from django.utils import timezone
from django.utils.timesince import timesince

from ..conf import get_setting
from ..models import ConsumerCursor, FeedConsumer, FeedState
from ..models.consumer import token_digest
from .reading import Cursor, Filters, Position, unread

TOKEN_PREFIX = "kip_"  # noqa: S105 - lets a scanner for lost secrets recognise what follows
# Seconds after which a consumer that polls without news is written down again.
REFRESH = 30
READERS_SHOWN = 3


@dataclasses.dataclass(frozen=True, order=True)
class Lag:
    """How old a consumer's copy is, and how many changes it has not read; zero for both at the end.

    Ordered by age: the worst of several walks is their ``max``.
    """

    seconds: int = 0
    items: int = 0

    @property
    def age(self) -> str:
        """The seconds in words; empty below a minute, where the number says enough."""
        now = timezone.now()
        if self.seconds < 60:
            return ""
        return timesince(now - datetime.timedelta(seconds=self.seconds), now)

    @property
    def is_late(self) -> bool:
        return self.seconds > get_setting("FEED_CONSUMER_MAX_LAG")


def issue_token(consumer: FeedConsumer, *, at: datetime.datetime) -> str:
    """Give a new token, which can be read from here once; the one before is worth nothing."""
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    consumer.token_digest, consumer.token_hint = token_digest(token), token[-4:]
    consumer.token_issued_at = at
    consumer.save(update_fields=["token_digest", "token_hint", "token_issued_at"])
    return token


@transaction.atomic
def revoke(consumer: FeedConsumer) -> None:
    """Take the token away, and forget how far it was: nobody waits for this consumer any more."""
    consumer.token_digest = consumer.token_hint = ""
    consumer.token_issued_at = None
    consumer.save(update_fields=["token_digest", "token_hint", "token_issued_at"])
    consumer.cursors.all().delete()


def remember(
    consumer: FeedConsumer,
    filters: Filters,
    cursor: Cursor,
    position: Position,
    *,
    at: datetime.datetime,
) -> None:
    """Note that the consumer asked for what comes after ``cursor``: it has what came before.

    A language that nothing is written in is no walk that anybody could be late with.
    """
    if filters.locale and filters.locale not in dict(settings.LANGUAGES):
        return
    names = dataclasses.asdict(filters)
    memory = caches[get_setting("FEED_CACHE")]
    key = f"kip_pages.walk.{consumer.pk}.{consumer.token_hint}.{'.'.join(names.values())}"
    place = f"{position.epoch}/{cursor.after}"
    if memory.get(key) == place:
        return
    ConsumerCursor.objects.update_or_create(
        consumer=consumer,
        **names,
        defaults={"epoch": position.epoch, "pos": cursor.after, "read_at": at},
    )
    memory.set(key, place, REFRESH)


def forget_walk(cursor: ConsumerCursor) -> None:
    """Forget a walk that nobody goes on with, such as a trial: it would count as behind for ever."""
    cursor.delete()


def last_reads(agency_codes: list[str] | None) -> list[tuple[str, datetime.datetime]]:
    """Return who last read what agencies publish, and when, latest first; None means all agencies.

    Who reads everything reads theirs, too.
    """
    cursors = ConsumerCursor.objects.all()
    if agency_codes is not None:
        cursors = cursors.filter(agency__in=["", *agency_codes])
    read_at = cursors.values_list("consumer__name").annotate(latest=Max("read_at"))
    return list(read_at.order_by("-latest")[:READERS_SHOWN])


def lag_of(cursor: ConsumerCursor, state: FeedState, *, at: datetime.datetime) -> Lag:
    """Return how far behind one walk is; a cursor of another epoch has everything yet to read."""
    after = cursor.pos if cursor.epoch == state.epoch else 0
    filters = Filters(agency=cursor.agency, kind=cursor.kind, locale=cursor.locale)
    found = unread(filters, after=after).aggregate(items=Count("pk"), oldest=Min("changed_at"))
    if not found["items"]:
        return Lag()
    return Lag(seconds=int((at - found["oldest"]).total_seconds()), items=found["items"])


def lags(*, at: datetime.datetime) -> dict[int, Lag]:
    """Return the lag of each consumer that has a token and has ever read, by its key."""
    state = FeedState.current()
    worst: dict[int, Lag] = {}
    for cursor in ConsumerCursor.objects.all():
        lag = lag_of(cursor, state, at=at)
        worst[cursor.consumer_id] = max(lag, worst.get(cursor.consumer_id, lag))
    return worst
