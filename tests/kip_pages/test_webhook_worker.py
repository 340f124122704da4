"""From a publish to a receiver through the worker as it really runs (F12)."""

import contextlib
import datetime
import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from standardwebhooks import Webhook

from kip_pages.models import (
    DeliveryState,
    FeedItem,
    NewsPage,
    WebhookAttempt,
    WebhookDelivery,
    WebhookSubscription,
)
from kip_pages.planting import set_up_portal
from kip_pages.push import announcing, managing, sending
from kip_pages.push.posting import SECONDS
from kip_pages.tasks import WebhookHeartbeat, wake_webhooks

from .. import receivers
from ..factories import AgencyFactory, publish, subscribe
from ..postgres import ROOT

DAY = datetime.timedelta(days=1)
pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def agency(committed_db):
    set_up_portal(hostname="portal.example.test", name="Portal Provinsi Contoh")
    return AgencyFactory(code="dinkes")


@pytest.fixture
def worker(committed_db):
    """``worker()`` starts the process that sends, as an operator does; it is gone after the test."""
    started = []

    def start():
        command = ["manage.py", "db_worker", "--backend", "webhooks", "--no-reload", "-v0"]
        command += ["--interval", "0.1", "--no-startup-delay"]
        settings = {"DATABASE_URL": committed_db, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
        started.append(
            subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=os.environ | settings,
                stderr=subprocess.DEVNULL,
            )
        )
        return started[-1]

    yield start
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        process.wait()


def wait_until(condition, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


def is_running(process, receiver, subscription):
    """Wait until the worker sends; a process on a busy machine takes its time to start."""
    managing.send_test(subscription, at=timezone.now())
    WebhookHeartbeat().beat(at=timezone.now())
    return wait_until(lambda: receiver.requests and process.poll() is None, 60)


def in_threads(count, job):
    def run():
        barrier.wait()
        try:
            job()
        finally:
            connections.close_all()

    barrier = threading.Barrier(count)
    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_publish_reaches_a_receiver_at_once_past_twenty_that_never_answer(
    agency, receiver, worker
):
    well = receiver(200)
    subscription = subscribe(well.url, name="Portal")
    assert is_running(worker(), well, subscription)
    dead, buried = receiver(receivers.silent), receiver(receivers.silent)
    for count in range(20):
        subscribe(dead.url, name=f"A silent {count}")
    # And past one for which more waits than there are threads.
    first_in_line = subscribe(buried.url, name="A buried one")
    for _message in range(sending.MAX_AT_ONCE):
        managing.send_test(first_in_line, at=timezone.now())
    well.requests.clear()
    well.received_at.clear()

    publish(NewsPage, agency, title="Pertama")
    first = time.time()
    assert wait_until(lambda: len(well.requests) == 1, 10)
    assert well.received_at[0] - first < 2
    headers, body = well.requests[0]
    verified = Webhook(subscription.secret).verify(body, headers)
    assert verified["type"] == "feed.advanced"
    assert verified["data"]["agencies"] == ["dinkes"]
    assert verified["data"]["changes"] == "http://portal.example.test/api/feed/v1/changes"

    # And again, while all twenty hang.
    assert wait_until(lambda: len(dead.requests) == 20 and buried.requests, 10)
    publish(NewsPage, agency, title="Kedua")
    second = time.time()
    assert wait_until(lambda: len(well.requests) == 2, 10)
    assert well.received_at[1] - second < 2
    assert (
        json.loads(well.requests[1][1])["data"]["changeNumber"] > (verified["data"]["changeNumber"])
    )

    assert len(buried.requests) == 1, "one at a time of each"
    settled = WebhookAttempt.objects.filter(outcome="too_slow")
    # The buried one goes on with its next message, so its attempts are counted apart.
    silent = settled.filter(delivery__subscription__url=dead.url)
    buried_too = settled.filter(delivery__subscription=first_in_line)
    assert wait_until(lambda: silent.count() == 20 and buried_too.exists(), SECONDS + 5)
    assert max(settled.values_list("milliseconds", flat=True)) < (SECONDS + 1.5) * 1000
    put_off = WebhookDelivery.objects.filter(subscription__url=dead.url)
    assert put_off.count() == 20
    assert set(put_off.values_list("state", flat=True)) <= {
        DeliveryState.WAITING,  # for the retry, which the first of them may have come to
        DeliveryState.SENDING,
    }
    assert DBTaskResult.objects.failed().count() == 0


def test_a_message_whose_worker_was_killed_is_sent_again_under_its_id(agency, receiver, worker):
    target = receiver(receivers.silent, 200)
    subscribe(target.url)
    process = worker()
    publish(NewsPage, agency)
    assert wait_until(lambda: target.requests, 60)
    process.send_signal(signal.SIGKILL)
    process.wait()

    delivery = WebhookDelivery.objects.get()
    assert delivery.state == DeliveryState.SENDING
    heartbeat = WebhookHeartbeat()
    heartbeat.beat(at=timezone.now())
    assert DBTaskResult.objects.ready().count() == 0, "not before its lease has ended"
    assert delivery.next_attempt_at <= timezone.now() + sending.LEASE
    WebhookDelivery.objects.update(next_attempt_at=timezone.now())  # a minute later
    heartbeat.beat(at=timezone.now())
    worker()
    assert wait_until(lambda: len(target.requests) == 2, 60)
    first, second = (headers["webhook-id"] for headers, _body in target.requests)
    assert first == second == delivery.message_id
    delivered = WebhookDelivery.objects.filter(state=DeliveryState.DELIVERED)
    assert wait_until(delivered.exists, 5)
    outcomes = list(WebhookAttempt.objects.values_list("outcome", flat=True))
    assert outcomes == ["interrupted", "delivered"]


def test_a_worker_that_is_told_to_stop_ends_what_it_began(agency, receiver, worker):
    began = threading.Event()

    def slow(handler):
        began.set()
        time.sleep(1)
        handler.send_response(200)
        handler.end_headers()

    target = receiver(slow)
    subscription = subscribe(target.url)
    process = worker()
    managing.send_test(subscription, at=timezone.now())
    WebhookHeartbeat().beat(at=timezone.now())
    assert began.wait(60)
    process.terminate()
    assert process.wait(10) == 0
    assert WebhookDelivery.objects.get().state == DeliveryState.DELIVERED


@pytest.mark.postgres
def test_of_many_senders_at_once_one_sends(agency, receiver):
    target = receiver(200)
    subscription = subscribe(target.url)
    deliveries = [managing.send_test(subscription, at=timezone.now()) for _ in range(5)]
    for delivery in deliveries:
        in_threads(6, lambda pk=delivery.pk: sending.send(pk))
    assert sorted(headers["webhook-id"] for headers, _body in target.requests) == sorted(
        delivery.message_id for delivery in deliveries
    )
    assert WebhookAttempt.objects.count() == 5


@pytest.mark.postgres
def test_of_many_that_notice_the_same_news_one_announces(agency):
    subscribe()
    publish(NewsPage, agency)
    in_threads(6, lambda: announcing.announce(at=timezone.now()))
    assert WebhookDelivery.objects.count() == 1


def test_what_no_worker_takes_does_not_pile_up(agency):
    subscribe()
    publish(NewsPage, agency)
    woken = DBTaskResult.objects.count()
    assert woken == 1, "by the publish"
    heartbeat = WebhookHeartbeat()
    for _ in range(5):
        heartbeat.beat(at=timezone.now())
    assert DBTaskResult.objects.count() == woken + 1


def test_the_feed_worker_tells_what_a_killed_publisher_could_not(agency):
    subscribe()
    publish(NewsPage, agency)
    DBTaskResult.objects.all().delete()  # the process died between the commit and its word
    call_command("feed_worker", once=True)
    assert WebhookDelivery.objects.count() == 1
    assert DBTaskResult.objects.ready().count() == 1


def test_a_publish_stands_whatever_fails_in_telling_of_it(agency):
    subscribe()
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {DBTaskResult._meta.db_table} RENAME TO taken_away")
    page = publish(NewsPage, agency, title="Tetap terbit")
    assert FeedItem.objects.present().filter(page_id=page.pk).exists()


def test_with_nobody_subscribed_nothing_is_enqueued(agency):
    subscribe(is_active=False)
    publish(NewsPage, agency)
    assert DBTaskResult.objects.count() == 0
    assert not WebhookSubscription.objects.active().exists()


def test_the_feed_worker_forgets_old_messages_and_old_tasks(agency):
    subscription = subscribe()
    long_ago = timezone.now() - 31 * DAY
    managing.send_test(subscription, at=long_ago)
    WebhookDelivery.objects.update(state=DeliveryState.DELIVERED, next_attempt_at=None)
    wake_webhooks()
    DBTaskResult.objects.update(status=TaskResultStatus.SUCCESSFUL, finished_at=long_ago)
    call_command("feed_worker", once=True)
    assert not WebhookDelivery.objects.exists()
    assert not DBTaskResult.objects.exists()
