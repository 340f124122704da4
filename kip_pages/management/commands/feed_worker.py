import datetime
import logging
import signal
import threading
import time
from collections.abc import Iterator

from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone

from opd_sites import tree_check
from opd_sites.tasks import MailHeartbeat

from ...alerts import drilling, messages
from ...conf import get_setting
from ...editions import printing
from ...feed import reconcile, sequencer, upkeep
from ...import_tasks import ImportHeartbeat, forget_old_imports
from ...intake import taking_in
from ...models import DraftSnapshot
from ...page_cache import changes
from ...push.upkeep import forget_deliveries
from ...relays import upkeep as relay_upkeep
from ...schedule import Schedule
from ...subscribers.mailing import forget_texts
from ...subscribers.subscribing import forget_unconfirmed
from ...tasks import (
    PrintHeartbeat,
    ReceiptHeartbeat,
    RelayHeartbeat,
    SubscriberHeartbeat,
    TextHeartbeat,
    WebhookHeartbeat,
    forget_finished_tasks,
    wake_reminding,
)

logger = logging.getLogger(__name__)

# What mailings said is on the pages; it is kept while somebody may ask about an e-mail.
MAILING_TEXT_DAYS = 30
PURGE_EVERY = datetime.timedelta(days=1)


class Command(BaseCommand):
    help = "Publish what is due, number what waits and wake the other workers, every few seconds."

    def add_arguments(self, parser):
        parser.add_argument("--every", type=float, default=5, help="seconds between two rounds")
        parser.add_argument("--once", action="store_true", help="one round, then stop")

    def handle(self, *, every, once, **options):
        stop = threading.Event()
        if not once:
            for name in (signal.SIGTERM, signal.SIGINT):
                signal.signal(name, lambda *_: stop.set())
        schedule = Schedule()
        relays = RelayHeartbeat()
        heartbeats = (
            ReceiptHeartbeat(),
            relays,
            SubscriberHeartbeat(),
            WebhookHeartbeat(),
            MailHeartbeat(),
            TextHeartbeat(),
            PrintHeartbeat(),
            ImportHeartbeat(),
        )
        purged_at, walk = None, iter(())
        while True:
            now = timezone.now()
            next_round = time.monotonic() + every
            purge = purged_at is None or now - purged_at >= PURGE_EVERY
            try:
                work(schedule, purge=purge, until=None if once else next_round)
                for heartbeat in heartbeats:
                    heartbeat.beat(at=timezone.now())
                purged_at = now if purge else purged_at
                if once:
                    relays.wait()
                    return
                if reconcile.claim(at=now):
                    walk = reconcile.walk()
                _advance(walk, until=next_round, stop=stop)
            except Exception:
                # The database may be away for a while; the next round tries again.
                if once:
                    raise
                logger.exception("this round failed")
            if stop.wait(max(0, next_round - time.monotonic())):
                return
            close_old_connections()


def work(schedule: Schedule, *, purge: bool, until: float | None) -> None:
    """One round: go live and expire on time, then number, then what a day asks for."""
    schedule.catch_up(at=timezone.now())
    _number(until)
    messages.settle(at=timezone.now())
    changes.tidy()
    if purge:
        upkeep.purge_deletions(before=_days_ago(get_setting("TOMBSTONE_DAYS")))
        forget_deliveries(before=_days_ago(get_setting("WEBHOOK_LOG_DAYS")))
        forget_unconfirmed(at=timezone.now())
        relay_upkeep.forget(at=timezone.now())
        forget_texts(before=_days_ago(MAILING_TEXT_DAYS))
        forget_finished_tasks()
        forget_old_imports(at=timezone.now())
        taking_in.sweep(at=timezone.now())
        DraftSnapshot.objects.worthless(at=timezone.now()).delete()
        printing.catch_up(at=timezone.now())
        wake_reminding()
        drilling.drill_if_due(at=timezone.now())
        _look_at_the_tree()


def _look_at_the_tree():
    for problem in tree_check.problems():
        logger.error("the tree is damaged, run check_tree --fix: %s", problem)


def _number(until):
    """Number what waits; what a large import left may take several rounds, as others are due, too."""
    while sequencer.number_batch(at=timezone.now())[1]:
        if until is not None and time.monotonic() >= until:
            return


def _days_ago(days):
    return timezone.now() - datetime.timedelta(days=days)


def _advance(walk: Iterator[int], *, until: float, stop: threading.Event) -> None:
    """Compare items with their pages in the time that is left before the next round."""
    for _wrong in walk:
        if time.monotonic() >= until or stop.is_set():
            return
