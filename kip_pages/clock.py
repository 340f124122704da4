"""The time as it passes during work that began at a given moment."""

import datetime
import time
from collections.abc import Callable


def clock_from(at: datetime.datetime) -> Callable[[], datetime.datetime]:
    """Return a function that says what time it is, if it is ``at`` now.

    Long work is given one moment, but what it claims on its way is claimed then, and not before: a
    claim that looks old is taken over by others.
    """
    began = time.monotonic()
    return lambda: at + datetime.timedelta(seconds=time.monotonic() - began)
