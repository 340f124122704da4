"""Send what is due, each message in a thread of its own: a receiver that hangs delays nobody.

Taking a message, under its subscription's lock, also says when it is due again, so two workers never
send to one subscription at the same time, and a worker that dies leaves nothing behind but a message
that is sent again: at least once, under the same id. No thread holds a database connection while it
waits.
"""

import contextlib
import dataclasses
import datetime
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction
from django.utils import timezone

from ..models import (
    AttemptOutcome,
    DeliveryState,
    StopReason,
    WebhookAttempt,
    WebhookDelivery,
    WebhookSubscription,
)
from ..outward.addresses import UndeliverableError
from . import announcing, schedule
from .posting import Answer, post
from .signing import signed_headers

logger = logging.getLogger(__name__)

# Longer than any attempt can last: a message that was taken and not settled by then is sent again.
LEASE = datetime.timedelta(seconds=60)
# With nothing but failures for so long, sending stops with the last attempt of a message, until
# somebody has looked.
GIVE_UP_AFTER = datetime.timedelta(days=5)
USER_AGENT = "KIP-Pages-Webhooks/1"
MAX_DETAIL = 1000

MAX_AT_ONCE = 100
_threads = ThreadPoolExecutor(MAX_AT_ONCE, thread_name_prefix="webhook")
# What waits for a free thread, so that it is not handed over again and again meanwhile.
_queued: set[int] = set()
# Few connections to the database, however many receivers time out in the same moment.
_database = threading.BoundedSemaphore(4)


@dataclasses.dataclass(frozen=True)
class _Taken:
    """One attempt, with all that sending needs, so that it needs no database."""

    delivery_id: int
    subscription_id: int
    attempt_id: int
    tries: int
    url: str
    body: str
    headers: dict[str, str]


@dataclasses.dataclass(frozen=True)
class _Result:
    outcome: AttemptOutcome
    milliseconds: int
    status: int | None = None
    detail: str = ""
    retry_after: datetime.timedelta | None = None


def push(*, at: datetime.datetime, only_to: int | None = None) -> None:
    """Tell every subscription what is new and start sending everything that is due; do not wait.

    With ``only_to``, the key of a subscription, nobody else is told or sent to.
    """
    announcing.announce(at=at, only_to=only_to)
    served = set()
    due = WebhookDelivery.objects.due(at=at)
    if only_to is not None:
        due = due.filter(subscription=only_to)
    for pk, subscription_id in due.values_list("pk", "subscription_id"):
        if subscription_id in served:
            continue
        served.add(subscription_id)
        if pk not in _queued:
            _queued.add(pk)
            # A process that is ending takes nothing on any more; the next one finds it due.
            with contextlib.suppress(RuntimeError):
                _threads.submit(_send_and_go_on, pk, subscription_id)


def send(delivery_id: int) -> None:
    """Send one message, if it is due and nobody else is sending it, and settle what came of it."""
    with _database:
        taken = _take(delivery_id, at=timezone.now())
        _release_connection()
    if taken is None:
        return
    result = _attempt(taken)
    with _database:
        _settle(taken, result, at=timezone.now())
        _release_connection()


def _send_and_go_on(delivery_id, subscription_id):
    _queued.discard(delivery_id)
    try:
        send(delivery_id)
        # What happened meanwhile has been waiting for this message to end, and for no other: when
        # many receivers time out together, each goes on with its own.
        with _database:
            push(at=timezone.now(), only_to=subscription_id)
    except Exception:
        # The database may be away; the message becomes due again when its lease ends.
        logger.exception("delivery %s could not be settled", delivery_id)
    finally:
        connection.close()


def _release_connection():
    if not connection.in_atomic_block:
        connection.close()


@transaction.atomic
def _take(delivery_id, *, at) -> _Taken | None:
    # The subscription first, as when announcing: of two senders one finds another message under way.
    locked = WebhookSubscription.objects.select_for_update().filter(deliveries=delivery_id)
    subscription = locked.first()
    delivery = WebhookDelivery.objects.due(at=at).filter(pk=delivery_id).first()
    if subscription is None or delivery is None:
        return None
    delivery.state, delivery.next_attempt_at = DeliveryState.SENDING, at + LEASE
    delivery.tries += 1
    delivery.save(update_fields=["state", "next_attempt_at", "tries"])
    delivery.attempts.filter(outcome=AttemptOutcome.UNDER_WAY).update(
        outcome=AttemptOutcome.INTERRUPTED
    )
    attempt = delivery.attempts.create(started_at=at)
    headers = signed_headers(
        delivery.message_id,
        delivery.body,
        signing_secrets=subscription.signing_secrets(at=at),
        at=at,
    )
    headers |= {"Content-Type": "application/json", "User-Agent": USER_AGENT}
    return _Taken(
        delivery.pk,
        subscription.pk,
        attempt.pk,
        delivery.tries,
        subscription.url,
        delivery.body,
        headers,
    )


def _attempt(taken: _Taken) -> _Result:
    began = time.monotonic()
    try:
        answer = post(taken.url, taken.body, taken.headers)
    except UndeliverableError as error:
        return _Result(error.outcome, _milliseconds(began), detail=str(error))
    except Exception as error:
        logger.exception("delivery %s failed unexpectedly", taken.delivery_id)
        return _Result(AttemptOutcome.BROKEN, _milliseconds(began), detail=repr(error))
    return _Result(
        outcome_of(answer),
        _milliseconds(began),
        answer.status,
        answer.excerpt,
        answer.retry_after,
    )


def outcome_of(answer: Answer) -> AttemptOutcome:
    if 200 <= answer.status < 300:
        return AttemptOutcome.DELIVERED
    if 300 <= answer.status < 400:
        return AttemptOutcome.REDIRECTED
    return AttemptOutcome.GONE if answer.status == 410 else AttemptOutcome.REFUSED


def _milliseconds(began):
    return round((time.monotonic() - began) * 1000)


@transaction.atomic
def _settle(taken: _Taken, result: _Result, *, at) -> None:
    WebhookAttempt.objects.filter(pk=taken.attempt_id).update(
        outcome=result.outcome,
        milliseconds=result.milliseconds,
        status=result.status,
        detail=result.detail[:MAX_DETAIL],
    )
    # The subscription first, as when announcing: one order of locks.
    subscription = (
        WebhookSubscription.objects.select_for_update().filter(pk=taken.subscription_id).first()
    )
    # Of this attempt only: after a lease that ran out, the message is somebody else's.
    delivery = WebhookDelivery.objects.filter(
        pk=taken.delivery_id, state=DeliveryState.SENDING, tries=taken.tries
    )
    if subscription is None:
        return
    if result.outcome == AttemptOutcome.DELIVERED:
        delivery.update(state=DeliveryState.DELIVERED, next_attempt_at=None)
        subscription.last_success_at, subscription.failing_since = at, None
    else:
        wait = schedule.delay(taken.tries, retry_after=result.retry_after)
        _put_off(delivery, wait, result.outcome, at)
        subscription.failing_since = subscription.failing_since or at
        _stop_if_hopeless(subscription, wait, result.outcome, at)
    subscription.save(
        update_fields=["last_success_at", "failing_since", "is_active", "stopped_because"]
    )


def _put_off(delivery, wait, outcome, at):
    if wait is None or outcome == AttemptOutcome.GONE:
        delivery.update(state=DeliveryState.FAILED, next_attempt_at=None)
    else:
        delivery.update(state=DeliveryState.WAITING, next_attempt_at=at + wait)


def _stop_if_hopeless(subscription, wait, outcome, at):
    if not subscription.is_active:
        return
    if outcome == AttemptOutcome.GONE:
        subscription.is_active, subscription.stopped_because = False, StopReason.GONE
    elif wait is None and at - subscription.failing_since >= GIVE_UP_AFTER:
        # Every message has all its attempts, also the first one after a month in which there was none.
        subscription.is_active, subscription.stopped_because = False, StopReason.FAILING
    else:
        return
    logger.warning("webhooks to subscription %s stopped: %s", subscription.pk, outcome)
