"""What subscribers are told, who they are, and what becomes of e-mails that do not arrive."""

import datetime

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale

from kip_pages.choices import AlertReach, AlertStatus, MessageType
from kip_pages.feed import sequencer
from kip_pages.models import (
    CapMessage,
    EmergencyAnnouncementPage,
    EmergencyIndexPage,
    Mailing,
    MailingDelivery,
    MailingPriority,
    NewsPage,
    PortalHomePage,
    Subscriber,
)
from kip_pages.subscribers import mailing, sending
from kip_pages.tasks import SubscriberHeartbeat
from opd_sites.choices import ProvinceRole

from ..factories import REQUIRED, UserFactory, publish, subscriber, subscribers
from ..smtp import MailServer

pytestmark = pytest.mark.usefixtures("portal")
HOUR = datetime.timedelta(hours=1)


def announce(agency, **fields):
    fields = {"title": "Banjir di Serang", "areas": ["36.04"], "severity": "severe"} | fields
    page = publish(EmergencyAnnouncementPage, agency, **fields)
    number()
    return page


def follow(agency, page, message_type, **fields):
    fields = {"slug": f"{page.slug}-lanjutan", "title": f"{page.title} lagi"} | fields
    return announce(agency, predecessor=page, message_type=message_type, **fields)


def report(agency, **fields):
    page = publish(NewsPage, agency, **fields)
    number()
    return page


def number():
    sequencer.catch_up(pressing_only=False, max_batches=None)


def sent():
    """Send what waits, and return it."""
    mail.outbox.clear()
    sending.send_due()
    return list(mail.outbox)


def told():
    """Send what waits, and return the names in the addresses it went to."""
    return sorted(message.to[0].split("@")[0] for message in sent())


# --- whom ------------------------------------------------------------------------------------


# What a reader chose, and whether they are told of: a flood in 36.04 by dinkes, in the whole province by
# dinkes, in 36.04 by dinkes on every site, news of dinkes.
@pytest.mark.parametrize(
    ("choices", "heard"),
    [
        ({}, "flood everywhere province"),
        ({"kinds": ["natural_disaster", "food_poison"]}, "flood everywhere province"),
        ({"kinds": ["food_poison"]}, ""),
        ({"regencies": ["36.04", "36.71"]}, "flood everywhere province"),
        ({"regencies": ["36.71"]}, "everywhere"),
        ({"agencies": ["dinkes"]}, "flood everywhere province"),
        ({"agencies": ["dindik"]}, "province"),
        ({"agencies": ["dindik"], "regencies": ["36.71"]}, ""),
        ({"agencies": ["dindik", "dinkes"], "kinds": ["food_poison"]}, ""),
        ({"wants_news": True}, "flood everywhere province news"),
        ({"wants_news": True, "agencies": ["dinkes"]}, "flood everywhere province news"),
        ({"wants_news": True, "agencies": ["dindik"]}, "province"),
        ({"wants_news": True, "kinds": ["food_poison"], "regencies": ["36.71"]}, "news"),
        ({"confirmed_at": None}, ""),
        ({"stopped_at": timezone.now()}, ""),
    ],
)
def test_who_is_concerned(agency, other_agency, choices, heard):
    known = {"dinkes": agency, "dindik": other_agency}
    chosen = [known[code] for code in choices.pop("agencies", [])] if choices else []
    subscriber(agencies=chosen, **choices)
    announce(agency, title="flood")
    announce(agency, title="everywhere", areas=[])
    announce(agency, title="province", reach=AlertReach.PROVINCE)
    report(agency, title="news")
    titles = {message.subject.split(": ")[-1] for message in sent()}
    assert titles == set(heard.split())


def test_the_portal_s_word_is_for_everybody(agency):
    subscriber(agencies=[agency])
    section = EmergencyIndexPage.objects.child_of(PortalHomePage.objects.first()).first()
    fields = REQUIRED[EmergencyAnnouncementPage] | {"title": "Gempa"}
    page = section.add_child(instance=EmergencyAnnouncementPage(live=False, **fields))
    page.save_revision().publish()
    agency.is_lead = True
    agency.save()
    number()
    assert told() == ["warga"]


@pytest.mark.parametrize("status", [AlertStatus.EXERCISE, AlertStatus.TEST])
def test_drills_are_never_mailed(agency, status):
    subscriber()
    announce(agency, status=status)
    assert CapMessage.objects.exists()
    assert told() == []
    assert not Mailing.objects.exists()


def test_whoever_was_told_of_a_danger_hears_what_became_of_it(agency):
    """Wherever it is now: here it moved from Serang to Tangerang, and then was over."""
    subscriber("serang@example.test", regencies=["36.04"])
    subscriber("tangerang@example.test", regencies=["36.03"])
    page = announce(agency)
    assert told() == ["serang"]
    update = follow(agency, page, MessageType.UPDATE, areas=["36.03"])
    assert told() == ["serang", "tangerang"]
    follow(agency, update, MessageType.CANCEL, areas=["36.03"])
    assert told() == ["serang", "tangerang"]


def test_a_withdrawal_reaches_whom_the_alert_reached(agency, other_agency):
    subscriber("semua@example.test", agencies=[other_agency])
    subscriber("lain@example.test", kinds=["food_poison"])
    page = announce(agency, reach=AlertReach.PROVINCE)
    assert told() == ["semua"]
    page.delete()
    number()
    (message,) = sent()
    assert message.subject == "Ditarik: Banjir di Serang"


def test_what_an_update_replaces_is_sent_to_nobody_any_more(agency):
    subscribers(3)
    page = announce(agency)
    mailing.prepare(at=timezone.now())
    follow(agency, page, MessageType.CANCEL)
    assert {message.subject for message in sent()} == {"Sudah berakhir: Banjir di Serang lagi"}
    assert [(one.addressed, one.sent) for one in Mailing.objects.order_by("pk")] == [(3, 0), (3, 3)]


def test_what_ran_out_while_nothing_could_be_sent_is_not_sent(agency):
    subscriber()
    announce(agency, expires=timezone.now() + HOUR)
    mailing.prepare(at=timezone.now())
    Mailing.objects.update(until=timezone.now())
    assert told() == []
    assert Mailing.objects.get().finished_at


def test_withdrawn_news_is_sent_to_nobody_any_more(agency):
    subscriber(wants_news=True)
    page = report(agency)
    mailing.prepare(at=timezone.now())
    page.unpublish()
    number()
    assert told() == []


def test_old_news_and_news_that_was_told_is_no_news(agency):
    subscriber(wants_news=True)
    report(agency, title="Lama", first_published_at=timezone.now() - datetime.timedelta(days=3))
    page = report(agency, title="Baru")
    assert len(sent()) == 1
    page.save_revision().publish()
    number()
    english = page.copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True)
    english.save_revision().publish()
    number()
    assert sent() == []


# --- what ------------------------------------------------------------------------------------


def test_an_alert_says_what_and_where_and_what_to_do(agency):
    reader = subscriber()
    page = announce(agency, original_issuer="BMKG", original_url="https://bmkg.go.id/1")
    (message,) = sent()
    assert message.subject == "Bahaya serius: Banjir di Serang"
    raw = message.message().as_bytes().decode()
    for text in (
        "BAHAYA SERIUS",
        "Kabupaten Serang",
        "Banjir setinggi satu meter.",
        "Jauhi sungai.",
        "Hubungi 112.",
        "BMKG",
        page.full_url,
        "Dinas Dinkes",
        timezone.localtime(page.expires).strftime("%H.%M WIB"),
        f"/berlangganan/kelola/{reader.key.hex}:",
        f"/berlangganan/berhenti/{reader.key.hex}:",
    ):
        assert text in message.body, text
        assert raw.count(text.replace("BAHAYA SERIUS", "Bahaya serius")) >= 1, text
    assert "[[" not in raw
    assert "<img" not in raw


def test_mail_programmes_can_unsubscribe_by_themselves(agency, mail_server):
    reader = subscriber()
    announce(agency)
    sending.send_due()
    (received,) = mail_server.received
    message = received.message
    assert message["To"] == reader.email
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"/berlangganan/berhenti/{reader.key.hex}:" in message["List-Unsubscribe"]
    assert message["List-Id"] == "<alerts.portal.example.test>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].startswith(f"<{CapMessage.objects.get().uid.hex}.")
    plain, rich = message.iter_parts()
    assert (plain.get_content_type(), rich.get_content_type()) == ("text/plain", "text/html")


@pytest.mark.parametrize(
    ("message_type", "severity", "subject"),
    [
        (MessageType.UPDATE, "severe", "Pembaruan – Bahaya serius: Banjir di Serang lagi"),
        (MessageType.UPDATE, "extreme", "Pembaruan – Bahaya bagi jiwa – segera bertindak: …"),
        (MessageType.CANCEL, "severe", "Sudah berakhir: Banjir di Serang lagi"),
    ],
)
def test_the_subject_says_whether_it_goes_on(agency, message_type, severity, subject):
    subscriber()
    page = announce(agency)
    sent()
    follow(agency, page, message_type, severity=severity)
    (message,) = sent()
    assert message.subject.startswith(subject.removesuffix("…"))


def test_readers_get_their_language_or_the_one_there_is(agency):
    subscriber("id@example.test")
    subscriber("en@example.test", language="en")
    page = announce(agency)
    subjects = {message.to[0]: message.subject for message in sent()}
    assert subjects == {
        "id@example.test": "Bahaya serius: Banjir di Serang",
        "en@example.test": "Serious danger: Banjir di Serang",
    }
    english = page.copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True)
    english.title, english.slug = "Flood in Serang", "flood"
    english.hazard_and_impact, english.how_to_avoid = "One metre deep.", "Keep off the river."
    english.affected_people = "Who lives by the river."
    english.save_revision().publish()
    number()
    by_reader = {message.to[0]: message for message in sent()}
    assert "Update – Serious danger: Flood in Serang" == by_reader["en@example.test"].subject
    assert "What to do" in by_reader["en@example.test"].body
    assert "/en/berlangganan/" in by_reader["en@example.test"].body
    assert "Banjir" in by_reader["id@example.test"].subject


def test_a_very_long_text_arrives_whole(agency, mail_server):
    subscriber()
    long = "Warga " + "di tepi sungai yang sangat panjang – " * 60 + "x" * 1500
    announce(agency, hazard_and_impact=long)
    sending.send_due()
    plain = next(mail_server.received[0].message.iter_parts()).get_content()
    assert "x" * 1500 in plain
    assert "[[" not in plain
    assert "berlangganan/berhenti" in plain


def test_news_comes_with_its_summary(agency):
    subscriber(wants_news=True)
    page = report(agency, title="Pasar baru", summary="Pasar dibuka Senin.")
    (message,) = sent()
    assert message.subject == "DINKES: Pasar baru"
    assert "Pasar dibuka Senin." in message.body
    assert page.full_url in message.body
    assert message.extra_headers == {}, "the bytes are ready"


# --- what does not arrive --------------------------------------------------------------------


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


# --- the admin -------------------------------------------------------------------------------


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
