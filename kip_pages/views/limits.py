"""How often the same one may do something in an hour of the clock, over all processes."""

import hashlib
import time

from django.core.cache import cache

HOUR = 3600


def allows(limit: int | None, what: str, who: str) -> bool:
    """Count that ``who`` did ``what``, and say whether that is not more than ``limit``.

    ``who`` is an address of a person or of a machine: only its hash is kept, for two hours at most.
    """
    if limit is None:
        return True
    known_as = hashlib.sha256(who.encode()).hexdigest()[:32]
    key = f"kip_pages.{what}.{known_as}.{int(time.time() // HOUR)}"
    cache.add(key, 0, 2 * HOUR)
    try:
        return cache.incr(key) <= limit
    except ValueError:  # it was evicted between the two
        return True
