"""What is due goes live and expires: in order, once, whoever dies meanwhile."""

import datetime
import logging

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import PageLogEntry
from wagtail.signals import page_published

from kip_pages.models import NewsPage
from kip_pages.schedule import Schedule, next_due

from ..factories import draft, publish

PUBLISHED, EXPIRED = "wagtail.publish.scheduled", "wagtail.unpublish.scheduled"


def ago(**span):
    return timezone.now() - datetime.timedelta(**span)


def due_to_go_live(agency, since, **fields):
    """A page that a publisher scheduled, and that no worker has published yet."""
    page = draft(NewsPage, agency, go_live_at=since, **fields)
    revision = page.get_latest_revision()
    revision.approved_go_live_at = since
    revision.save()
    return page


def due_to_expire(agency, since, **fields):
    page = publish(NewsPage, agency, **fields)
    NewsPage.objects.filter(pk=page.pk).update(expire_at=since)
    return page


def done():
    """Return what was done on schedule, in the order in which it was done."""
    entries = PageLogEntry.objects.filter(action__in=[PUBLISHED, EXPIRED]).order_by("pk")
    return [(entry.action, entry.page_id) for entry in entries]


def test_what_was_due_during_an_outage_is_caught_up_in_order(agency, other_agency):
    third = due_to_go_live(agency, ago(hours=1), title="Ketiga")
    first = due_to_go_live(other_agency, ago(hours=3), title="Pertama")
    second = due_to_expire(agency, ago(hours=2), title="Kedua")
    later = due_to_go_live(agency, timezone.now() + datetime.timedelta(hours=1), title="Nanti")
    assert Schedule().catch_up(at=timezone.now()) == 3
    assert done() == [(PUBLISHED, first.pk), (EXPIRED, second.pk), (PUBLISHED, third.pk)]
    shown = NewsPage.objects.live().order_by("pk")
    assert [page.pk for page in shown] == sorted([third.pk, first.pk])
    second.refresh_from_db()
    assert second.expired
    later.refresh_from_db()
    assert not later.live
    assert Schedule().catch_up(at=timezone.now()) == 0


def test_what_went_live_and_expired_during_an_outage_is_gone(agency):
    page = due_to_go_live(agency, ago(hours=3), expire_at=ago(hours=1))
    assert Schedule().catch_up(at=timezone.now()) == 2
    assert done() == [(PUBLISHED, page.pk), (EXPIRED, page.pk)]
    page.refresh_from_db()
    assert not page.live


def test_what_a_publisher_took_back_stays_a_draft(agency):
    page = due_to_go_live(agency, ago(hours=1))
    due = next_due(at=timezone.now())
    page.get_latest_revision().approved_go_live_at = None
    page.revisions.update(approved_go_live_at=None)
    assert due.do(at=timezone.now()) is False
    page.refresh_from_db()
    assert not page.live


@pytest.fixture
def broken():
    """Titles of pages that somebody's receiver fails at while they are published."""
    titles = set()

    def fail(sender, instance, **kwargs):
        if instance.title in titles:
            raise RuntimeError("somebody's receiver")

    page_published.connect(fail, weak=False, dispatch_uid="tests.broken")
    yield titles
    page_published.disconnect(dispatch_uid="tests.broken")


def test_a_page_that_fails_stops_no_other_and_is_tried_again(agency, broken, caplog):
    first = due_to_go_live(agency, ago(hours=2), title="Rusak")
    second = due_to_go_live(agency, ago(hours=1), title="Utuh")
    broken.add("Rusak")
    schedule, now = Schedule(), timezone.now()
    with caplog.at_level(logging.ERROR, logger="kip_pages.schedule"):
        assert schedule.catch_up(at=now) == 1
    assert f"Revision {first.latest_revision_id} was due" in caplog.text
    assert done() == [(PUBLISHED, second.pk)]
    first.refresh_from_db()
    assert not first.live, "nothing of it is half done"
    caplog.clear()
    assert schedule.catch_up(at=now + datetime.timedelta(seconds=5)) == 0
    assert not caplog.records, "it is left alone for a minute"
    broken.clear()
    assert schedule.catch_up(at=now + datetime.timedelta(minutes=2)) == 1
    assert done() == [(PUBLISHED, second.pk), (PUBLISHED, first.pk)]


def test_a_page_that_goes_on_failing_is_tried_more_and_more_rarely(agency, broken, caplog):
    due_to_go_live(agency, ago(hours=2), title="Rusak")
    broken.add("Rusak")
    schedule, begin = Schedule(), timezone.now()
    tried = []
    for minute in range(60):
        caplog.clear()
        schedule.catch_up(at=begin + datetime.timedelta(minutes=minute))
        if any(record.levelno == logging.ERROR for record in caplog.records):
            tried.append(minute)
    assert tried == [0, 1, 3, 7, 15, 31]


def test_the_worker_command_publishes_what_is_due(agency):
    page = due_to_go_live(agency, ago(minutes=1))
    call_command("feed_worker", once=True)
    page.refresh_from_db()
    assert page.live
