"""Prove that the mirror is right, or show where it is not."""

import dataclasses
import time

from .addresses import api_root, parameters_of
from .client import FRESH, Client, FeedError
from .digest import digest, digest_of_answer, seal_of
from .mirror import Mirror

ATTEMPTS = 8


class CannotTellError(Exception):
    """The mirror can be neither proven right nor wrong now; the message says why."""


@dataclasses.dataclass(frozen=True)
class Comparison:
    """An agency and a kind: (count, hash) in the feed and in the mirror; None where it has none."""

    agency: str
    kind: str
    feed: tuple[int, str] | None
    mirror: tuple[int, str] | None

    @property
    def same(self) -> bool:
        return self.feed == self.mirror


def compare(mirror: Mirror, client: Client) -> list[Comparison]:
    """Catch up and compare with the feed's digest, per agency and kind.

    The digest is read before and after catching up: when both say the same, the feed did not move,
    and the mirror stands exactly there. Otherwise it is done again, a bounded number of times. All
    of it is read past the caches on the way: one that is behind would look like a difference.
    Raises ``CannotTellError`` and ``FeedError``.
    """
    filters = parameters_of(mirror.store.start)
    if "locale" in filters:
        raise CannotTellError("the digest counts all languages, this mirror holds only one of them")
    address = f"{api_root(mirror.store.start)}/digest"
    for attempt in range(ATTEMPTS):
        time.sleep(attempt / 4)
        before = _read(client, address)
        mirror.catch_up(fresh=True)
        if _read(client, address) == before:
            return _compare(digest_of_answer(before), digest(_sealed(mirror.store)), filters)
    raise CannotTellError(f"the feed moved on {ATTEMPTS} times while it was being compared")


def _read(client, address):
    answer = client.get(address, **FRESH)
    if answer.status != 200:
        raise FeedError(f"{address} answered {answer.status}")
    return answer.json()


def _sealed(store):
    """The seals are computed anew from what is stored: a changed copy must not vouch for itself."""
    for item in store.items():
        yield item.data["agency"]["code"], item.kind, item.id, seal_of(item.data)


def _compare(feed, copy, filters):
    return [
        Comparison(agency, kind, feed.get((agency, kind)), copy.get((agency, kind)))
        for agency, kind in sorted(feed.keys() | copy.keys())
        if filters.get("agency", agency) == agency and filters.get("kind", kind) == kind
    ]


def table(rows: list[Comparison]) -> str:
    """Return the differences as a table for a terminal."""
    lines = [f"{'agency':20} {'kind':12} {'feed':>8} {'mirror':>8}  hash"]
    for row in rows:
        in_feed, in_mirror = (row.feed or (0, ""))[0], (row.mirror or (0, ""))[0]
        hashes = f"{(row.feed or (0, 'none'))[1][:12]} ≠ {(row.mirror or (0, 'none'))[1][:12]}"
        lines.append(f"{row.agency:20} {row.kind:12} {in_feed:8} {in_mirror:8}  {hashes}")
    return "\n".join(lines)
