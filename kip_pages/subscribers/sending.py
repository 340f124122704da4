"""Send what subscribers are to be told, the most urgent first, whatever was begun before.

A worker claims a second's work at a time and looks again before the next. Claiming says when each
e-mail is due again, so several workers never send the same one, and one that dies leaves nothing
behind but e-mails that become due. Each is noted as soon as the server has taken it: a worker that is
killed just between the two has that one sent again, under the same Message-ID.
"""

import datetime
import logging
import time

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from opd_sites.models import portal_site

from ..models import MailingDelivery, MailingPriority, MailingState, Subscriber
from . import letters, mailing
from .copies import Copies
from .line import Line, Outcome

logger = logging.getLogger(__name__)

# How often a worker that has much to do asks whether there is anything new to tell.
LOOK_EVERY = 0.5
# What is claimed belongs to its worker for so long …
LEASE = datetime.timedelta(seconds=60)
# … so it takes on no further e-mail after this: the slowest one ends before the lease does.
BATCH_SECONDS = 15
RETRY_AFTER = datetime.timedelta(minutes=1)
MAX_ATTEMPTS = 8
# Refusals in a row, each of another mailing, after which an address is written to no more.
MAX_BOUNCES = 3


def send_due(*, until: float | None = None) -> bool:
    """Send until nothing is due, the mail server is away, or the clock says ``until``.

    Returns whether that clock was the reason. Several workers share the work.
    """
    looked_at = None
    with Line() as line:
        while until is None or time.monotonic() < until:
            if looked_at is None or time.monotonic() - looked_at >= LOOK_EVERY:
                mailing.prepare(at=timezone.now())
                looked_at = time.monotonic()
            if not line.is_open():
                return False
            if not _is_urgent_due(at=timezone.now()):
                letters.send_due(line)
            batch = _claim(line.batch_size, at=timezone.now())
            if not batch:
                mailing.finish(at=timezone.now())
                return False
            if not _send_batch(batch, line) and not line.was_worth_it():
                return False
    return True


def _is_urgent_due(*, at):
    due = MailingDelivery.objects.due(at=at)
    return due.filter(priority__lt=MailingPriority.NEWS).exists()


@transaction.atomic
def _claim(size, *, at) -> list[MailingDelivery]:
    due = MailingDelivery.objects.due(at=at).select_for_update(skip_locked=True, of=("self",))
    batch = list(due.select_related("subscriber").prefetch_related("mailing")[:size])
    for delivery in batch:
        delivery.due_at = at + LEASE
        delivery.attempts += 1
    claimed = MailingDelivery.objects.filter(pk__in=[delivery.pk for delivery in batch])
    claimed.update(due_at=at + LEASE, attempts=F("attempts") + 1)
    return batch


def _send_batch(batch, line) -> bool:
    """Send what was claimed; say whether the line held."""
    until = time.monotonic() + BATCH_SECONDS
    copies = Copies(portal_site())
    for place, delivery in enumerate(batch):
        if time.monotonic() >= until:
            _give_back(batch[place:])
            return True
        outcome = line.send(copies.of(delivery))
        _note(delivery, outcome, at=timezone.now())
        if outcome is Outcome.CUT:
            _give_back(batch[place + 1 :])
            return False
    return True


def _own(deliveries):
    """Narrow to what is still this worker's: what ran out of its lease may be another one's by now."""
    return MailingDelivery.objects.filter(
        pk__in=[delivery.pk for delivery in deliveries], due_at=deliveries[0].due_at
    )


def _give_back(deliveries):
    """Let others have what was not tried, at once, as if it had not been claimed."""
    if deliveries:
        _own(deliveries).update(due_at=timezone.now(), attempts=F("attempts") - 1)


def _note(delivery, outcome, *, at):
    own = _own([delivery])
    if outcome is Outcome.SENT:
        own.update(state=MailingState.SENT, sent_at=at)
        if delivery.subscriber.bounces:
            Subscriber.objects.filter(pk=delivery.subscriber_id).update(bounces=0)
    elif outcome is Outcome.REFUSED:
        own.update(state=MailingState.FAILED)
        _count_bounce(delivery.subscriber_id, at)
    elif delivery.attempts >= MAX_ATTEMPTS:
        own.update(state=MailingState.FAILED)
    else:
        own.update(due_at=at + RETRY_AFTER * 2 ** (delivery.attempts - 1))


def _count_bounce(subscriber_id, at):
    refused = Subscriber.objects.filter(pk=subscriber_id)
    refused.update(bounces=F("bounces") + 1)
    if refused.filter(bounces__gte=MAX_BOUNCES, stopped_at=None).update(stopped_at=at):
        logger.info("subscriber %s is written to no more: every e-mail is refused", subscriber_id)
        others = MailingDelivery.objects.waiting().filter(subscriber=subscriber_id)
        others.update(state=MailingState.FAILED)
