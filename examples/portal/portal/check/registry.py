"""The list of promises, and the run that keeps or breaks them."""

import dataclasses
import time
from collections.abc import Callable

from ..client import Client
from .subject import Feed

# How often what looks wrong is read again: a feed changes while it is read, and caches lag.
READINGS = 3


class Broken(Exception):
    """The promise is broken: what was expected, and what was seen."""

    def __init__(self, *, expected: str, seen: str):
        super().__init__(f"expected {expected}; saw {seen}")


class NotApplicable(Exception):
    """This installation, or what it holds now, cannot show whether the promise is kept."""


@dataclasses.dataclass(frozen=True)
class Promise:
    sentence: str
    # Takes the feed and returns what was seen; raises `Broken` or `NotApplicable`.
    check: Callable[[Feed], str]
    rereads: bool


PROMISES: list[Promise] = []


def promise(sentence: str, *, rereads: bool = True):
    """Register a check. ``rereads=False``: it looks at what was read already, or tries again itself."""

    def register(check):
        PROMISES.append(Promise(sentence, check, rereads))
        return check

    return register


def run(root: str, client: Client, *, pause: float, only: str = "") -> bool:
    """Check every promise, print a line for each and a verdict; return whether none is broken.

    Raises ``FeedError`` if nobody answers there at all.
    """
    feed = Feed(root, client)
    feed.get("/changes", limit=1)
    outcomes = []
    for one in PROMISES:
        if only.lower() in one.sentence.lower():
            outcome, said = _check(one, feed, pause)
            outcomes.append(outcome)
            print(f"{outcome:14} {one.sentence} ({said})", flush=True)
    kept, broken = outcomes.count(OK), outcomes.count(FAILED)
    left = outcomes.count(NOT_APPLICABLE)
    verdict = "conforms" if kept and not broken else "does not conform"
    print(f"Verdict: {root} {verdict}: {kept} OK, {broken} failed, {left} not applicable.")
    return bool(kept and not broken)


OK, FAILED, NOT_APPLICABLE = "OK", "FAILED", "not applicable"


def _check(one, feed, pause):
    for reading in range(READINGS if one.rereads else 1):
        time.sleep(pause * reading)
        try:
            return OK, one.check(feed)
        except NotApplicable as reason:
            return NOT_APPLICABLE, reason
        except Broken as broken:
            outcome = FAILED, broken
        except Exception as error:  # noqa: BLE001 - whatever a strange server causes is its verdict
            # An answer of quite another shape: a member is missing, or is something else.
            outcome = FAILED, f"expected what the other promises say; saw {error!r}"
    return outcome
