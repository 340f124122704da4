"""What becomes of e-mails that do not arrive, and what is known of those that did."""

import datetime

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from kip_pages.models import (
    Mailing,
    MailingDelivery,
    MailingPriority,
    Subscriber,
)
from kip_pages.subscribers import mailing, sending
from kip_pages.tasks import SubscriberHeartbeat
from opd_sites.choices import ProvinceRole

from ..factories import UserFactory, subscriber, subscribers
from ..mailings import announce, report, sent
from ..smtp import MailServer

pytestmark = pytest.mark.usefixtures("portal")
HOUR = datetime.timedelta(hours=1)


def test_the_gravest_goes_first(agency):
    subscriber(wants_news=True)
    report(agency, title="berita")
    announce(agency, title="peringatan")
    announce(agency, title="jiwa", severity="extreme")
    assert [message.subject.split(": ")[1] for message in sent()] == [
        "jiwa",
        "peringatan",
        "berita",
    ]
    assert set(Mailing.objects.values_list("priority", flat=True)) == set(MailingPriority.values)


def test_a_server_that_is_away_loses_nothing_and_stops_nobody(agency, mail_server):
    subscribers(30)
    announce(agency)
    mail_server.stop()
    for _round in range(10):
        assert sending.send_due() is False
    assert set(MailingDelivery.objects.values_list("state", "attempts")) == {("waiting", 0)}
    back = MailServer(mail_server.port)
    sending.send_due()
    back.stop()
    assert sorted(set(back.recipients)) == sorted(back.recipients)
    assert len(back.received) == 30


def test_a_server_that_hangs_up_now_and_then_is_called_again(agency, mail_server):
    mail_server.per_connection = 7
    subscribers(30)
    announce(agency)
    sending.send_due()
    assert len(mail_server.received) + MailingDelivery.objects.waiting().count() == 30
    MailingDelivery.objects.update(due_at=timezone.now())
    sending.send_due()
    assert len(set(mail_server.recipients)) == len(mail_server.received) == 30


def test_a_server_that_does_not_want_us_stops_nobody(agency, mail_server):
    mail_server.answer_to_sender = "550 5.7.1 Not from there"
    subscribers(30)
    announce(agency)
    for _round in range(5):
        sending.send_due()
    assert not MailingDelivery.objects.filter(state="failed").exists()
    assert Subscriber.objects.active().count() == 30


@pytest.mark.parametrize(
    ("answer", "is_to_blame"),
    [
        ("550 5.1.1 No such mailbox", True),
        ("550 5.2.1 Mailbox closed", True),
        ("550 No such user here", True),
        ("550 5.7.1 Relaying denied", False),
        ("554 Blocked", False),
        ("450 4.2.0 Greylisted", False),
        ("452 4.2.2 Mailbox full", False),
    ],
)
def test_only_the_address_itself_can_be_to_blame(agency, mail_server, answer, is_to_blame):
    mail_server.answers["warga@example.test"] = answer
    reader = subscriber()
    subscriber("lain@example.test")
    announce(agency)
    sending.send_due()
    assert mail_server.recipients == ["lain@example.test"], "one keeps no other waiting"
    reader.refresh_from_db()
    assert reader.bounces == int(is_to_blame)
    waiting = MailingDelivery.objects.waiting().filter(subscriber=reader)
    assert waiting.exists() is not is_to_blame


def test_an_address_that_refuses_three_in_a_row_is_left_alone(agency, mail_server):
    mail_server.answers["warga@example.test"] = "550 5.1.1 No such mailbox"
    reader = subscriber()
    for title in ("Satu", "Dua", "Tiga", "Empat"):
        announce(agency, title=title)
        sending.send_due()
    reader.refresh_from_db()
    assert (reader.bounces, reader.is_active) == (3, False)
    assert [one.failed for one in Mailing.objects.order_by("pk")] == [1, 1, 1, 0]


def test_one_that_arrives_forgives_those_before(agency, mail_server):
    reader = subscriber(bounces=2)
    announce(agency)
    sending.send_due()
    reader.refresh_from_db()
    assert reader.bounces == 0


def test_an_address_that_is_put_off_is_tried_later_and_later(agency, mail_server):
    mail_server.answers["warga@example.test"] = "450 4.2.0 Later"
    subscriber()
    announce(agency)
    mailing.prepare(at=timezone.now())
    waits = []
    while MailingDelivery.objects.waiting().exists():
        now = timezone.now()
        sending.send_due()
        waiting = MailingDelivery.objects.waiting().first()
        if waiting:
            waits.append(round((waiting.due_at - now).total_seconds() / 60))
        MailingDelivery.objects.update(due_at=timezone.now())
        assert len(waits) < 20
    assert waits == [1, 2, 4, 8, 16, 32, 64]
    sending.send_due()
    assert Mailing.objects.get().failed == 1


def test_no_more_are_sent_a_second_than_allowed(agency, mail_server, settings):
    settings.KIP_PAGES = settings.KIP_PAGES | {"MAILING_RATE": 20}
    subscribers(21)
    announce(agency)
    sending.send_due()
    moments = [one.at for one in mail_server.received]
    assert 0.9 < moments[-1] - moments[0] < 3


def test_no_log_names_anybody(agency, mail_server, caplog):
    mail_server.answers["warga@example.test"] = "550 5.1.1 <warga@example.test> unknown"
    subscriber(bounces=2)
    announce(agency)
    sending.send_due()
    assert caplog.records
    assert "warga" not in caplog.text


def test_without_a_worker_the_feed_worker_sends(agency, settings):
    settings.TASKS = {name: one for name, one in settings.TASKS.items() if name != "mail"}
    subscriber()
    announce(agency)
    SubscriberHeartbeat().beat(at=timezone.now())
    assert len(mail.outbox) == 1


def test_the_command_sends_what_is_due(agency):
    subscriber()
    announce(agency)
    call_command("send_mailings")
    assert len(mail.outbox) == 1


def test_a_mailing_that_is_over_keeps_numbers_and_no_names(agency):
    subscribers(3)
    announce(agency)
    sent()
    one = Mailing.objects.get()
    assert (one.addressed, one.sent, one.failed) == (3, 3, 0)
    assert one.finished_at
    assert one.seconds is not None
    assert not MailingDelivery.objects.exists()
    mailing.forget_texts(before=timezone.now() + HOUR)
    one.refresh_from_db()
    assert (one.texts, one.audiences) == ({}, [])


def test_the_province_sees_numbers_and_no_address(client, agency):
    subscribers(3)
    announce(agency)
    sent()
    client.force_login(UserFactory(role=ProvinceRole.PROVINCE_ADMIN))
    shown = client.get(reverse("mailings:index"), headers={"host": "portal.example.test"})
    text = shown.content.decode()
    assert "Banjir di Serang" in text
    assert "warga" not in text.replace("warga-", "")
    (row,) = shown.context["object_list"]
    assert (row.addressed, row.sent_so_far, row.waiting, row.failed_so_far) == (3, 3, 0, 0)


def test_nobody_writes_what_the_workers_count(client, agency):
    subscriber()
    announce(agency)
    sent()
    client.force_login(UserFactory(is_superuser=True))
    for view in ("edit", "delete"):
        path = reverse(f"mailings:{view}", args=[Mailing.objects.get().pk])
        client.post(path, {"subject": "lain"}, headers={"host": "portal.example.test"})
    assert Mailing.objects.get().subject == "Banjir di Serang"
