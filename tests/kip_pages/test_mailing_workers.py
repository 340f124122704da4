"""Ten thousand readers, several workers, killed workers: at a real mail server, in real processes."""

import collections
import re
import signal
import time

import pytest
from django.utils import timezone

from kip_pages.models import (
    EmergencyAnnouncementPage,
    Mailing,
    MailingDelivery,
    MailingPriority,
    NewsPage,
    Subscriber,
)
from kip_pages.planting import set_up_portal
from kip_pages.subscribers import mailing, sending
from kip_pages.subscribers.line import MOST_AT_ONCE

from ..factories import AgencyFactory, publish, subscribers
from ..live import forked, in_threads, wait_until

pytestmark = pytest.mark.postgres


@pytest.fixture
def agency(committed_db):
    set_up_portal(hostname="portal.example.test", name="Portal Provinsi Contoh")
    return AgencyFactory(code="dinkes")


def announce(agency, **fields):
    fields = {"title": "Banjir di Serang", "areas": ["36.04"], "severity": "severe"} | fields
    return publish(EmergencyAnnouncementPage, agency, **fields)


def test_ten_thousand_are_told_once_each_by_two_workers(agency, mail_server, record_property):
    subscribers(10_000)
    announce(agency)
    began = time.monotonic()
    mailing.prepare(at=timezone.now())
    assert time.monotonic() - began < 3, "one statement addresses all"
    with forked(sending.send_due) as one, forked(sending.send_due) as two:
        assert one.wait(120) == two.wait(120) == 0
    received = mail_server.received
    assert len(received) == 10_000
    assert set(mail_server.recipients) == set(Subscriber.objects.values_list("email", flat=True))
    told = Mailing.objects.get()
    assert (told.addressed, told.sent, told.failed) == (10_000, 10_000, 0)
    assert not MailingDelivery.objects.exists()
    seconds = received[-1].at - received[0].at
    record_property("e-mails a second", round(10_000 / seconds))
    print(f"10,000 e-mails in {seconds:.1f} s, {10_000 / seconds:.0f} a second")  # noqa: T201
    assert mail_server.connections == 2


def test_an_alert_overtakes_five_thousand_waiting_news(agency, mail_server):
    # The alert concerns some of those who wait for the news.
    subscribers(500, wants_news=True)
    subscribers(4_500, wants_news=True, kinds=["food_poison"], name="pembaca")
    publish(NewsPage, agency, title="Kabar biasa")
    committed = []

    def publish_an_alert():
        assert wait_until(lambda: len(mail_server.received) > 100, 60)
        announce(agency)
        committed.append(len(mail_server.received))

    until = time.monotonic() + 60
    in_threads(lambda: sending.send_due(until=until), publish_an_alert, stop_when_told(mail_server))
    subjects = [kind_of(one) for one in mail_server.received]
    first = subjects.index("alerts")
    last = len(subjects) - 1 - subjects[::-1].index("alerts")
    assert "news" not in subjects[first : last + 1], "nothing goes out before all know of the alert"
    between = mail_server.received[first].at - mail_server.received[committed[0]].at
    assert between < 3
    print(f"{first - committed[0]} news after the alert was public, {between:.2f} s")  # noqa: T201


def kind_of(received):
    return re.search(rb"^List-Id: <(\w+)\.", received.content, re.M)[1].decode()


def stop_when_told(server):
    """End the mailing of news once the alert has reached everybody: the rest shows nothing."""

    def stop():
        urgent = MailingDelivery.objects.waiting().exclude(priority=MailingPriority.NEWS)
        is_told = Mailing.objects.filter(priority=MailingPriority.ALERT)
        assert wait_until(lambda: is_told.exists() and not urgent.exists(), 60)
        Mailing.objects.filter(priority=MailingPriority.NEWS).update(until=timezone.now())

    return stop


def test_workers_killed_in_the_middle_leave_nobody_out(agency, mail_server):
    """Between the server's word and our note nothing can be done exactly once; its name tells."""
    subscribers(300)
    announce(agency)
    kills = (60, 120, 121, 180)
    for killed_at in kills:
        with forked(sending.send_due) as worker:
            mail_server.before_taking = killer(mail_server, worker, killed_at)
            assert worker.wait(60) == -signal.SIGKILL
        assert wait_until(lambda at=killed_at: len(mail_server.received) > at, 5)
        left = MailingDelivery.objects.waiting().filter(due_at__gt=timezone.now())
        assert 0 < left.count() <= MOST_AT_ONCE, "what it had claimed"
        assert not left.filter(due_at__gt=timezone.now() + sending.LEASE).exists(), "for a minute"
        left.update(due_at=timezone.now())  # a minute later
    mail_server.before_taking = lambda received: None
    sending.send_due()

    assert set(mail_server.recipients) == set(Subscriber.objects.values_list("email", flat=True))
    doubles = len(mail_server.received) - 300
    assert doubles <= len(kills)
    names = collections.defaultdict(set)
    for one in mail_server.received:
        names[one.recipient].add(one.message_id)
    assert {len(ids) for ids in names.values()} == {1}, "a double has the name of the first"
    assert Mailing.objects.get().sent == 300
    print(f"{len(kills)} workers killed, {doubles} e-mails twice")  # noqa: T201


def killer(server, worker, killed_at):
    """Kill the worker when the server has its message, and before the worker hears of it."""

    def kill(received):
        if len(server.received) == killed_at:
            worker.kill()

    return kill


def test_several_workers_share_and_none_sends_twice(agency, mail_server):
    subscribers(400)
    announce(agency)
    in_threads(*[sending.send_due] * 3)
    assert len(mail_server.received) == len(set(mail_server.recipients)) == 400
    assert mail_server.connections == 3
