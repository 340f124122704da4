"""When a message that was not taken is sent again: ten attempts over about three days."""

import datetime
import random

_HOUR = 3600
# Seconds before the second, third … attempt; together 75 hours and a half.
DELAYS = (
    *(5, 5 * 60, 30 * 60),
    *(hours * _HOUR for hours in (2, 5, 10, 14, 20, 24)),
)
# A share of the delay, so that receivers that came back together are not met together.
JITTER = 0.1
# A receiver may ask for more time (Retry-After), but not be forgotten by it.
MAX_RETRY_AFTER = datetime.timedelta(hours=24)

_random = random.SystemRandom()


def delay(
    tries: int, *, retry_after: datetime.timedelta | None = None
) -> datetime.timedelta | None:
    """Return how long to wait after attempt number ``tries`` failed; None: it was the last.

    ``retry_after`` is what the receiver asked for; it may lengthen the wait, never shorten it.
    """
    if tries > len(DELAYS):
        return None
    seconds = DELAYS[tries - 1] * _random.uniform(1 - JITTER, 1 + JITTER)
    planned = datetime.timedelta(seconds=seconds)
    if retry_after is None:
        return planned
    return max(planned, min(retry_after, MAX_RETRY_AFTER))
