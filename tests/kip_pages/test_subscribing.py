"""Subscribing and leaving, as citizens do: nothing without their word, nothing kept after it."""

import datetime
import re

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from kip_pages.models import Mailing, MailingDelivery, MailingPriority, Subscriber
from kip_pages.subscribers import sending
from kip_pages.subscribers.subscribing import forget_unconfirmed
from kip_pages.subscribers.tokens import Purpose, sign

from ..factories import subscriber

PORTAL, DINKES = "portal.example.test", "dinkes.example.test"
FORM = "/berlangganan/"
pytestmark = pytest.mark.usefixtures("portal")


@pytest.fixture
def citizen():
    # As strict as any browser, and without a cookie.
    return Client(enforce_csrf_checks=True, headers={"host": PORTAL})


def enter(citizen, email="warga@example.test", **fields):
    path = fields.pop("path", FORM)
    return citizen.post(path, {"email": email} | fields)


def letters():
    """Send what waits, and return it."""
    mail.outbox.clear()
    sending.send_due()
    return list(mail.outbox)


def link(letter, word):
    """Return the path of the link in an e-mail that leads to ``word``."""
    return re.search(rf"http://{PORTAL}(\S*/berlangganan/{word}/\S+)", letter.body)[1]


def path_of(reader, purpose):
    words = {Purpose.CONFIRM: "konfirmasi", Purpose.MANAGE: "kelola", Purpose.STOP: "berhenti"}
    return f"{FORM}{words[purpose]}/{sign(reader, purpose)}/"


def test_nothing_is_sent_before_the_owner_of_the_address_says_so(citizen, agency):
    response = enter(citizen, kinds=["natural_disaster"], regencies=["36.04"], agencies=[agency.pk])
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies
    reader = Subscriber.objects.get()
    assert not reader.is_active
    (letter,) = letters()
    assert letter.to == ["warga@example.test"]
    assert letters() == [], "one letter"

    path = link(letter, "konfirmasi")
    shown = citizen.get(path)
    assert "no-store" in shown["Cache-Control"]
    assert "Kabupaten Serang" in shown.content.decode()
    reader.refresh_from_db()
    assert not reader.is_active, "programmes look at links, too"
    assert citizen.post(path).status_code == 200
    reader.refresh_from_db()
    assert reader.is_active
    assert (reader.kinds, reader.regencies) == (["natural_disaster"], ["36.04"])
    assert list(reader.agencies.all()) == [agency]


def test_on_an_agency_s_host_that_agency_is_chosen_already(citizen, agency):
    form = citizen.get(FORM, headers={"host": DINKES}).context["form"]
    assert form["agencies"].value() == [agency.pk]
    assert not citizen.get(FORM).context["form"]["agencies"].value()


@pytest.mark.parametrize("email", ["", "warga", "warga@", "a b@example.test"])
def test_a_wrong_address_is_explained_and_what_was_typed_is_kept(citizen, email):
    response = enter(citizen, email, regencies=["36.04"], wants_news="on")
    text = response.content.decode()
    assert "Belum ada yang dikirim." in text
    assert re.search(r'value="36.04"[^>]*checked', text)
    assert f'value="{email}"' in text or not email
    assert not Subscriber.objects.exists()


def test_the_form_does_not_tell_whether_an_address_is_known(citizen):
    reader = subscriber("Warga@example.test", kinds=["food_poison"])
    answers = [enter(citizen, email) for email in ("warga@EXAMPLE.test", "lain@example.test")]
    first, second = (
        answer.content.decode().replace(email, "")
        for answer, email in zip(answers, ("warga@EXAMPLE.test", "lain@example.test"), strict=True)
    )
    assert first == second
    assert Subscriber.objects.count() == 2
    reader.refresh_from_db()
    assert reader.kinds == ["food_poison"], "nothing is changed by who only knows the address"
    known, new = sorted(letters(), key=lambda letter: "konfirmasi" in letter.body)
    assert known.to == ["Warga@example.test"]
    assert citizen.get(link(known, "kelola")).status_code == 200
    assert "konfirmasi" in new.body


def test_who_fills_in_everything_is_a_programme(citizen):
    answer = enter(citizen, website="https://spam.example")
    assert answer.content == enter(citizen).content
    assert Subscriber.objects.count() == 1


def test_nobody_enters_addresses_without_end(citizen, settings):
    settings.KIP_PAGES = settings.KIP_PAGES | {"SUBSCRIBE_RATE": 3}
    for number in range(3):
        assert enter(citizen, f"warga{number}@example.test").status_code == 200
    refused = enter(citizen, "sekali-lagi@example.test")
    assert refused.status_code == 429
    assert "sekali-lagi@example.test" in refused.content.decode(), "what was typed is kept"
    assert Subscriber.objects.count() == 3
    assert enter(Client(headers={"host": PORTAL}, REMOTE_ADDR="10.1.2.3")).status_code == 200


def test_nobody_is_flooded_with_letters_whoever_asks_for_them(citizen, settings):
    settings.KIP_PAGES = settings.KIP_PAGES | {"SUBSCRIBE_RATE_ADDRESS": 2}
    answers, sent = set(), 0
    for number in range(5):
        somebody = Client(headers={"host": PORTAL}, REMOTE_ADDR=f"10.1.2.{number}")
        answers.add(enter(somebody).content)
        sent += len(letters())
    assert (len(answers), sent) == (1, 2)


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("spoil", [str.upper, lambda t: t[:-1], lambda t: "x", lambda t: t + "x"])
def test_a_forged_link_opens_nothing(citizen, purpose, spoil):
    reader = subscriber()
    path = path_of(reader, purpose).replace(sign(reader, purpose), spoil(sign(reader, purpose)))
    for response in (citizen.get(path), citizen.post(path)):
        assert response.status_code == 404
        assert "no-store" in response["Cache-Control"]
        assert "warga@example.test" not in response.content.decode()
    assert Subscriber.objects.exists()


def test_a_link_opens_only_what_it_is_for(citizen):
    reader = subscriber()
    for purpose in Purpose:
        for other in set(Purpose) - {purpose}:
            path = path_of(reader, purpose).replace(sign(reader, purpose), sign(reader, other))
            assert citizen.post(path).status_code == 404
    assert Subscriber.objects.exists()


def test_the_link_to_confirm_works_for_three_days(citizen, monkeypatch):
    reader = subscriber(confirmed_at=None)
    path = path_of(reader, Purpose.CONFIRM)
    import time

    later = time.time() + datetime.timedelta(days=3, minutes=1).total_seconds()
    monkeypatch.setattr(time, "time", lambda: later)
    response = citizen.post(path)
    assert response.status_code == 410
    assert FORM in response.content.decode()
    reader.refresh_from_db()
    assert reader.confirmed_at is None


def test_the_link_to_leave_works_for_ever(citizen, monkeypatch):
    path = path_of(subscriber(), Purpose.STOP)
    import time

    monkeypatch.setattr(time, "time", lambda: 4_000_000_000)
    assert citizen.post(path).status_code == 200
    assert not Subscriber.objects.exists()


def test_who_does_not_confirm_is_forgotten(portal):
    now = timezone.now()
    subscriber("lama@example.test", confirmed_at=None, asked_at=now - datetime.timedelta(days=4))
    subscriber("baru@example.test", confirmed_at=None, asked_at=now)
    subscriber("ya@example.test", asked_at=now - datetime.timedelta(days=400))
    subscriber("tak-sampai@example.test", stopped_at=now - datetime.timedelta(days=31))
    assert forget_unconfirmed(at=now) == 2
    assert set(Subscriber.objects.values_list("email", flat=True)) == {
        "baru@example.test",
        "ya@example.test",
    }


def test_choices_are_changed_by_the_link_of_any_e_mail(citizen, agency):
    reader = subscriber(kinds=["food_poison"], agencies=[agency])
    path = path_of(reader, Purpose.MANAGE)
    shown = citizen.get(path).content.decode()
    assert re.search(r'value="food_poison"[^>]*checked', shown)
    saved = citizen.post(path, {"regencies": ["36.04"], "wants_news": "on"}, follow=True)
    assert "Tersimpan" in saved.content.decode()
    reader.refresh_from_db()
    assert (reader.kinds, reader.regencies, reader.wants_news) == ([], ["36.04"], True)
    assert not reader.agencies.exists()
    assert citizen.post(path, {"kinds": ["zzz"]}).status_code == 200
    reader.refresh_from_db()
    assert reader.regencies == ["36.04"]


def test_one_press_unsubscribes_and_a_look_does_not(citizen):
    path = path_of(subscriber(), Purpose.STOP)
    assert citizen.get(path).status_code == 200
    assert Subscriber.objects.exists(), "programmes look at links, too"
    for _time in range(2):
        assert citizen.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
        assert not Subscriber.objects.exists()
    assert citizen.get(path).status_code == 200


def test_who_leaves_leaves_only_numbers(citizen, agency):
    reader, other = subscriber(), subscriber("lain@example.test")
    told = Mailing.objects.create(
        about="5038b90b-911a-4ca8-85fd-f03fb7c53475",
        agency=agency,
        priority=MailingPriority.ALERT,
        until=timezone.now(),
        addressed=2,
    )
    now = timezone.now()
    common = {"mailing": told, "priority": told.priority, "due_at": now}
    MailingDelivery.objects.create(subscriber=reader, state="sent", sent_at=now, **common)
    MailingDelivery.objects.create(subscriber=other, **common)
    citizen.post(path_of(reader, Purpose.STOP))
    assert list(MailingDelivery.objects.values_list("subscriber", flat=True)) == [other.pk]
    told.refresh_from_db()
    assert (told.sent, told.last_sent_at) == (1, now)


def test_english_readers_are_asked_and_answered_in_english(citizen):
    assert "Look into your mailbox" in enter(citizen, path=f"/en{FORM}").content.decode()
    (letter,) = letters()
    assert letter.subject == "Confirm that you want to be told of alerts"
    path = link(letter, "konfirmasi")
    assert path.startswith("/en/")
    assert "Yes, tell me" in citizen.get(path).content.decode()
    assert "Lihat kotak surat Anda" in enter(citizen).content.decode()


def test_every_page_leads_to_the_form(client, agency):
    for host in (PORTAL, DINKES):
        assert f'href="{FORM}"' in client.get("/", headers={"host": host}).content.decode()
