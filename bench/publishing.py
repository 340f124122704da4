"""What the feed adds to a publish: the same publishes with and without its signal handlers."""

import contextlib
import itertools
import statistics
import time
from collections import defaultdict

from django.db.models.signals import post_save, pre_save

from kip_pages.models import ActivityPage, DipEntryPage, NewsPage
from kip_pages.signal_handlers import (
    on_page_saved,
    on_page_saving,
    register_signal_handlers,
)

from .figures import Figure, milliseconds

# Pages of each type, about as they occur.
POOL = {NewsPage: 6, DipEntryPage: 5, ActivityPage: 1}
HANDLERS = ((pre_save, on_page_saving), (post_save, on_page_saved))


class HandlerMissingError(RuntimeError):
    """The feed's handlers have other names: there would be nothing to compare."""


def measure(*, rounds: int) -> list[Figure]:
    pool = [page for model, count in POOL.items() for page in model.objects.order_by("-pk")[:count]]
    for page in pool:
        _seconds_to_publish(page, 0)  # the first publish also makes the page's references
    costs = defaultdict(list)
    for number in range(1, rounds + 1):
        for turn, page in enumerate(pool, start=number):
            # Each page both ways, in turns first.
            for with_feed in (turn % 2 == 0, turn % 2 == 1):
                with contextlib.nullcontext() if with_feed else without_feed():
                    seconds = _seconds_to_publish(page, 2 * number + with_feed)
                costs[with_feed, page].append(seconds)
    with_it, without = _usual(costs, pool, True), _usual(costs, pool, False)
    return [
        Figure(
            "publish with the feed, against without",
            with_it / without,
            "×",
            "≤",
            1.15,
            f"{milliseconds(with_it)} against {milliseconds(without)}, "
            f"{rounds} publishes of {len(pool)} pages each",
        )
    ]


def _usual(costs, pool, with_feed):
    """Return the mean over the pages of each one's median: types of page cost differently."""
    return statistics.mean(statistics.median(costs[with_feed, page]) for page in pool)


@contextlib.contextmanager
def without_feed():
    """Let pages be published unheard."""
    for (signal, handler), model in itertools.product(HANDLERS, POOL):
        uid = f"kip_pages.{handler.__name__}.{model._meta.label_lower}"
        if not signal.disconnect(sender=model, dispatch_uid=uid):
            raise HandlerMissingError(uid)
    try:
        yield
    finally:
        register_signal_handlers()


def _seconds_to_publish(page, change):
    """Change and publish a page as it is stored now; every change is one that the feed tells."""
    page = type(page).objects.get(pk=page.pk)
    began = time.perf_counter()
    publish_changed(page, change)
    return time.perf_counter() - began


def publish_changed(page, change: int) -> None:
    page.title = f"{page.title.split(' ~')[0]} ~{change}"
    page.save_revision().publish()
