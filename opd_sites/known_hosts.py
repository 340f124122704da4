"""Which sites a host name has, asked of every request and remembered for moments.

A memory of the process (or one that processes share, see ``OPD_SITES["HOST_CACHE"]``) spares every
request a query. What this process changes it forgets at once; what another one changes is known
after ``MAX_AGE`` at the latest.
"""

import hashlib
import uuid
from collections.abc import Callable

from django.core.cache import caches
from django.db import transaction
from wagtail.models import Site

from .conf import get_setting

MAX_AGE = 5  # seconds
_GENERATION = "opd_sites.known_hosts"


def sites_of(hostname: str) -> list[Site]:
    """Return the sites of the host name, each with its agency, in the order they were made."""
    name = hashlib.sha256(hostname.encode()).hexdigest()  # a key that every cache takes

    def ask():
        found = Site.objects.select_related("agency__root_page").filter(hostname=hostname)
        return list(found.order_by("pk"))

    # An unknown host is not remembered: there is no end of them.
    return remembered(name, ask)


def remembered(name: str, ask: Callable[[], list]) -> list:
    """Return what ``ask`` says of sites and agencies, remembered for moments unless it is nothing."""
    cache = caches[get_setting("HOST_CACHE")]
    # Every name belongs to a generation, so that all can be forgotten without being listed.
    key = f"{_GENERATION}.{cache.get(_GENERATION, '')}.{name}"
    found = cache.get(key)
    if found is None:
        found = ask()
        if found:
            cache.set(key, found, MAX_AGE)
    return found


def forget() -> None:
    """Ask anew from now on, and again once others can see what this transaction changed."""
    _start_generation()
    transaction.on_commit(_start_generation)


def _start_generation():
    caches[get_setting("HOST_CACHE")].set(_GENERATION, uuid.uuid4().hex, timeout=None)
