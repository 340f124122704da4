"""Have a CDN forget at once what changed, where ``WAGTAILFRONTENDCACHE`` names one.

It need not: what it keeps it asks us for again after a minute at most (``keeping.SHARED``), which is how
menus and alerts reach its readers. Wagtail itself has a page forgotten that is published or withdrawn.
"""

import copy

from django.db import transaction
from wagtail.contrib.frontend_cache.utils import PurgeBatch, get_backends
from wagtail.models import Page, Site


def forget_lists_of(page: Page) -> None:
    """Have the sections and front pages that may list ``page`` forgotten, after the commit."""
    if get_backends():
        above = page.get_ancestors().filter(depth__gt=2)
        portals = Site.objects.filter(agency=None)
        _forget([*(one.full_url for one in above), *(f"{one.root_url}/" for one in portals)])


def forget_addresses_of(page: Page, url_path: str) -> None:
    """Have forgotten where ``page`` and all below it were while it had ``url_path``, after the commit."""
    if not get_backends():
        return
    former = copy.copy(page)
    former.url_path = url_path
    below = Page.objects.descendant_of(page, inclusive=True).values_list("url_path", flat=True)
    if former.full_url:
        _forget(former.full_url + path.removeprefix(page.url_path) for path in below)


def _forget(urls):
    batch = PurgeBatch(filter(None, urls))
    transaction.on_commit(batch.purge, robust=True)
