"""What subscribers read."""

import pytest
from django.utils import timezone
from wagtail.models import Locale

from kip_pages.choices import MessageType
from kip_pages.models import (
    CapMessage,
)
from kip_pages.subscribers import sending

from ..factories import subscriber
from ..mailings import announce, follow, number, report, sent

pytestmark = pytest.mark.usefixtures("portal")


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
