"""Who wakes the worker that tells subscribers, and what is done when the word to it is lost."""

import time

import pytest
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from kip_pages import tasks
from kip_pages.models import Mailing, MailingDelivery, NewsPage, Subscriber
from kip_pages.planting import set_up_portal
from kip_pages.subscribers import mailing, sending
from kip_pages.subscribers.subscribing import Choices, subscribe, unsubscribe
from kip_pages.tasks import SubscriberHeartbeat

from ..factories import AgencyFactory, publish, subscriber, subscribers
from ..live import in_threads
from ..mailings import announce

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def agency(committed_db):
    set_up_portal(hostname="portal.example.test", name="Portal Provinsi Contoh")
    return AgencyFactory(code="dinkes")


def woken():
    return DBTaskResult.objects.ready().filter(backend_name="mail").count()


def test_a_publish_wakes_the_worker(agency):
    subscriber(wants_news=True)
    announce(agency)
    assert woken() == 1
    publish(NewsPage, agency)
    assert woken() == 2


def test_with_nobody_subscribed_nobody_is_woken(agency):
    subscriber(confirmed_at=None)
    announce(agency)
    SubscriberHeartbeat().beat(at=timezone.now())
    assert woken() == 0
    subscriber("baru@example.test")
    SubscriberHeartbeat().beat(at=timezone.now())
    assert woken() == 0, "who comes later is told of what comes later"


def test_the_feed_worker_finds_what_a_killed_publisher_could_not_say(agency, mail_server):
    subscriber()
    announce(agency)
    DBTaskResult.objects.all().delete()  # the process died between the commit and its word
    call_command("feed_worker", once=True)
    assert woken() == 1
    heartbeat = SubscriberHeartbeat()
    for _round in range(3):
        heartbeat.beat(at=timezone.now())
    assert woken() == 2, "one of each who wakes, however long nobody listens"
    call_command("db_worker", "--backend=mail", "--batch", "--no-startup-delay", "-v0")
    assert mail_server.recipients == ["warga@example.test"]
    heartbeat.beat(at=timezone.now())
    assert woken() == 0, "nothing is left to do"


def test_a_task_ends_after_a_while_and_leaves_the_rest_to_the_next(
    agency, mail_server, monkeypatch
):
    monkeypatch.setattr(tasks, "MAIL_SECONDS", 0.2)
    mail_server.before_taking = lambda received: time.sleep(0.02)
    subscribers(60)
    announce(agency)
    DBTaskResult.objects.all().delete()
    tasks.send_mailings.func()
    assert 0 < len(mail_server.received) < 60
    assert woken() == 1
    while MailingDelivery.objects.waiting().exists():
        tasks.send_mailings.func()
    assert len(set(mail_server.recipients)) == len(mail_server.received) == 60


@pytest.mark.postgres
def test_an_address_entered_many_times_at_once_is_one_subscriber(agency):
    def enter():
        subscribe("warga@example.test", Choices(), language="id", at=timezone.now())

    in_threads(*[enter] * 6)
    assert Subscriber.objects.count() == 1


@pytest.mark.postgres
def test_many_that_find_the_same_news_make_one_mailing(agency):
    subscribers(5)
    announce(agency)
    in_threads(*[lambda: mailing.prepare(at=timezone.now())] * 4)
    assert Mailing.objects.count() == 1
    assert MailingDelivery.objects.count() == 5


@pytest.mark.postgres
def test_a_mailing_is_finished_once_while_readers_leave(agency, mail_server):
    readers = subscribers(40)
    announce(agency)
    leaving = [reader.key for reader in readers[::4]]

    def leave():
        for key in leaving:
            unsubscribe(key)

    in_threads(sending.send_due, sending.send_due, leave)
    sending.send_due()
    one = Mailing.objects.get()
    assert one.finished_at
    assert 30 <= one.sent <= 40
    assert one.sent <= len(mail_server.received)
    assert Subscriber.objects.count() == 30
