"""Who is told of what."""

import datetime

import pytest
from django.utils import timezone
from wagtail.models import Locale

from kip_pages.choices import AlertReach, AlertStatus, MessageType
from kip_pages.models import (
    CapMessage,
    EmergencyAnnouncementPage,
    EmergencyIndexPage,
    Mailing,
    PortalHomePage,
)
from kip_pages.subscribers import mailing

from ..factories import REQUIRED, subscriber, subscribers
from ..mailings import announce, follow, number, report, sent, told

pytestmark = pytest.mark.usefixtures("portal")
HOUR = datetime.timedelta(hours=1)


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
