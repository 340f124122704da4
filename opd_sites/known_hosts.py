"""Which sites a host name has, asked of every request and remembered for moments.

A memory of the process (or one that processes share, see ``OPD_SITES["HOST_CACHE"]``) spares every
request a query. What this process changes it forgets at once; what another one changes is known
after ``MAX_AGE`` at the latest.
"""

import hashlib
import time
import uuid
from collections.abc import Callable

from django.core.cache import caches
from django.db import InterfaceError, OperationalError, transaction
from wagtail.models import Site

from .conf import get_setting

# Seconds, and for how many what was known stands in for a database that does not answer.
MAX_AGE, STANDS_IN = 5, 3600
_GENERATION = "opd_sites.known_hosts"


def sites_of(hostname: str) -> list[Site]:
    """Return the sites of the host name, each with its agency, in the order they were made."""
    name = hashlib.sha256(hostname.encode()).hexdigest()  # a key that every cache takes

    def ask():
        found = Site.objects.select_related("agency__root_page").filter(hostname=hostname)
        return list(found.order_by("pk"))

    # An unknown host is not remembered: there is no end of them.
    return remembered(name, ask)


def know_home(site: Site) -> None:
    """Give the site its home page as it was moments ago, for looking up what lies below it."""

    def ask():
        home = site.root_page.specific
        _ = home.locale
        return [home]

    (site.root_page,) = remembered(f"home.{site.pk}.{site.root_page_id}", ask)


def remembered(name: str, ask: Callable[[], list]) -> list:
    """Return what ``ask`` says of sites and agencies, remembered for moments unless it is nothing."""
    cache = caches[get_setting("HOST_CACHE")]
    # Every name belongs to a generation, so that all can be forgotten without being listed.
    key = f"{_GENERATION}.{cache.get(_GENERATION, '')}.{name}"
    until, found = cache.get(key, (0, []))
    if time.time() < until:
        return found
    try:
        found = ask()
    except (OperationalError, InterfaceError):
        # While the database is away, hosts are those that were known last.
        if not found:
            raise
        return found
    if found:
        cache.set(key, (time.time() + MAX_AGE, found), STANDS_IN)
    return found


def forget() -> None:
    """Ask anew from now on, and again once others can see what this transaction changed."""
    _start_generation()
    transaction.on_commit(_start_generation)


def _start_generation():
    caches[get_setting("HOST_CACHE")].set(_GENERATION, uuid.uuid4().hex, timeout=None)
