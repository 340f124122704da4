"""Follow the feed: ask, check, store, go on."""

import logging
import threading
from urllib.parse import urlsplit

from .addresses import with_parameters
from .client import FRESH, Answer, Client, FeedError, backoff
from .digest import seal_of
from .store import Store

logger = logging.getLogger(__name__)

PAGE_SIZE = 500


class Mirror:
    """Brings a ``Store`` up to date, page by page; may be killed anywhere and goes on from there."""

    def __init__(self, store: Store, client: Client):
        self.store = store
        self.client = client

    def begin(self, root: str, *, page_size: int = PAGE_SIZE, **filters: str) -> None:
        """Say which feed is mirrored, if the store does not know yet; raises ``OtherFeedError``."""
        start = with_parameters(f"{root}/changes", **filters)
        self.store.begin(start, with_parameters(start, limit=page_size))

    def begin_anew(self) -> None:
        """Walk the whole feed again, for example because ``verify`` found a difference."""
        start = with_parameters(self.store.start, limit=PAGE_SIZE)
        self.store.start_again(self.store.position(), start)

    def catch_up(self, *, fresh: bool = False) -> None:
        """Read until nothing new comes. Raises ``FeedError``; what was stored before stays.

        ``fresh``: from the feed itself, past the caches on the way.
        """
        while self.step(fresh=fresh):
            pass

    def step(self, *, fresh: bool = False) -> bool:
        """Read and store one page; return whether more may follow at once."""
        asked = self.store.position()
        answer = self.client.get(
            asked.next, **(FRESH if fresh else {}), etag="" if fresh else asked.etag
        )
        if answer.status == 304:
            self.store.confirm(asked)
            return False
        if answer.status == 410:
            self._start_again(asked, answer)
            return True
        if answer.status != 200:
            raise FeedError(f"{asked.next} answered {answer.status}: {_problem(answer)}")
        items, following = read_page(answer)
        if urlsplit(following).netloc != urlsplit(asked.next).netloc:
            raise FeedError(f"{asked.next} leads to another host: {following}")
        # RPDE: the last page is empty and repeats its own address; its ETag is good for next time.
        etag = answer.headers.get("etag", "") if following == asked.next else ""
        if not self.store.put(asked, items, following, etag, last=not items):
            return True  # another process mirrors into the same file and was first
        logger.info("%d changes stored", len(items))
        return bool(items)

    def _start_again(self, asked, answer):
        """The feed has another epoch, or forgot deletions that were never told here: walk it all."""
        restart = answer.json().get("restart") or with_parameters(self.store.start, limit=PAGE_SIZE)
        if restart == asked.next:
            raise FeedError(f"{restart} answers that one must start again from {restart}")
        if urlsplit(restart).netloc != urlsplit(asked.next).netloc:
            raise FeedError(f"{asked.next} leads to another host: {restart}")
        logger.warning("the feed says to start again: %s", _problem(answer))
        self.store.start_again(asked, restart)


def follow(mirror: Mirror, *, every: float, wake: threading.Event) -> None:
    """Keep up for ever: look every ``every`` seconds, and at once when ``wake`` is set.

    Nothing that goes wrong ends it, neither with the feed nor with the database.
    """
    failures = 0
    while True:
        # Before reading: what wakes us while we read is looked at afterwards.
        wake.clear()
        try:
            mirror.catch_up()
            failures = 0
        except FeedError as error:
            failures += 1
            logger.error("%s", error)
        except Exception:
            failures += 1
            logger.exception("the mirror could not be brought up to date")
        wake.wait(every + (backoff(failures) if failures else 0))


def read_page(answer: Answer) -> tuple[list[dict], str]:
    """Return the items and ``next`` of a page, every item checked; raises ``FeedError``."""
    page = answer.json()
    try:
        items, following = page["items"], page["next"]
        for item in items:
            _check(item)
        return items, str(following)
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise FeedError(f"this is not a page of the feed ({error!r})") from error


def _check(item):
    named = isinstance(item["id"], str) and isinstance(item["kind"], str)
    if not named or not isinstance(item["modified"], int):
        raise ValueError(f"id, kind or modified of {item['id']}")
    if item["state"] == "deleted":
        return
    if item["state"] != "updated":
        raise ValueError(f"state {item['state']} of {item['id']}")
    if not isinstance(item["data"]["agency"]["code"], str):
        raise ValueError(f"agency of {item['id']}")
    # Never stored: it was damaged on the way or at its source, and asking again is the cure.
    if item["data"]["sha256"] != seal_of(item["data"]):
        raise FeedError(f"the sha256 of item {item['id']} is not that of its data")


def _problem(answer):
    """Return what a problem document (RFC 9457) says, or the beginning of whatever came instead."""
    try:
        problem = answer.json()
        return problem.get("detail") or problem["title"]
    except (FeedError, KeyError, AttributeError):
        return answer.body[:200].decode(errors="replace")
