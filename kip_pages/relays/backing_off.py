"""When a source that failed is asked again: later each time, and not at the same moment as others."""

import datetime
import random

LONGEST = datetime.timedelta(minutes=30)
# A share of the wait.
JITTER = 0.2
# A host may ask for more time (Retry-After), but not be forgotten by it.
MAX_RETRY_AFTER = datetime.timedelta(hours=24)

_random = random.SystemRandom()


def delay(
    failures: int,
    *,
    first: datetime.timedelta,
    retry_after: datetime.timedelta | None = None,
) -> datetime.timedelta:
    """Return how long to wait after so many failures in a row: ``first``, and double each time.

    ``retry_after`` is what the host asked for; it may lengthen the wait, never shorten it.
    """
    planned = min(first * 2 ** min(failures - 1, 16), max(LONGEST, first))
    planned *= _random.uniform(1 - JITTER, 1 + JITTER)
    return planned if retry_after is None else max(planned, min(retry_after, MAX_RETRY_AFTER))
