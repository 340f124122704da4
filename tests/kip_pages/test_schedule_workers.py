"""Several workers at once, and one that is killed: what is due is done once, and in order."""

import time

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from kip_pages.feed.reconcile import reconcile
from kip_pages.models import NewsPage, ScheduleTurn
from kip_pages.planting import set_up_portal
from kip_pages.schedule import Schedule

from ..factories import AgencyFactory
from ..live import in_threads, process, wait_until
from .test_schedule import PUBLISHED, ago, done, due_to_go_live

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("committed_db")]

DUE = 50
# A worker looks every five seconds; the rest is for a slow machine.
SECONDS = 8


@pytest.fixture
def agency(committed_db):
    set_up_portal(hostname="portal.example.test", name="Portal Provinsi Contoh")
    return AgencyFactory(code="dinkes")


def published_by(log):
    return log.read_text().count(": done")


def test_who_does_not_have_the_turn_leaves_it_to_who_has(agency):
    page = due_to_go_live(agency, ago(minutes=1))
    Schedule().catch_up(at=ago(hours=1))  # makes the row

    def somebody_else():
        assert Schedule().catch_up(at=timezone.now()) == 0

    with transaction.atomic():
        assert ScheduleTurn.take()
        in_threads(somebody_else)
    page.refresh_from_db()
    assert not page.live
    assert Schedule().catch_up(at=timezone.now()) == 1


def test_of_two_workers_one_is_killed_and_everything_is_published_once_and_in_order(
    agency, committed_db, tmp_path
):
    pages = [
        due_to_go_live(agency, ago(minutes=DUE - number), title=f"Berita {number}")
        for number in range(DUE)
    ]
    logs = [tmp_path / name for name in ("first", "second")]
    with logs[0].open("w") as one, logs[1].open("w") as two:
        command = ["manage.py", "feed_worker"]
        with (
            process(committed_db, *command, stderr=one) as first,
            process(committed_db, *command, stderr=two) as second,
        ):
            assert wait_until(lambda: max(map(published_by, logs)) >= 10, 60)
            # Whoever is at it dies in the middle of it.
            active = max(
                (first, logs[0]), (second, logs[1]), key=lambda pair: published_by(pair[1])
            )[0]
            active.kill()
            killed, before = time.monotonic(), len(done())
            active.wait()
            assert wait_until(lambda: NewsPage.objects.live().count() == DUE, 60)
            waited = time.monotonic() - killed
            fresh = due_to_go_live(agency, timezone.now())
            began = time.monotonic()
            assert wait_until(NewsPage.objects.live().filter(pk=fresh.pk).exists, 60)
            late = time.monotonic() - began
    print(  # noqa: T201 - a measured promise
        f"killed after {before} of {DUE}; all were live {waited:.1f} s later; "
        f"one that fell due then after {late:.1f} s"
    )
    assert 0 < before < DUE, "the worker was killed in the middle"
    assert done() == [(PUBLISHED, page.pk) for page in [*pages, fresh]]
    assert late < SECONDS
    call_command("feed_worker", once=True)
    assert reconcile() == 0


def test_two_workers_that_both_live_do_nothing_twice(agency):
    pages = [due_to_go_live(agency, ago(minutes=10 - number)) for number in range(10)]

    def work():
        for _round in range(5):
            Schedule().catch_up(at=timezone.now())

    in_threads(work, work)
    assert done() == [(PUBLISHED, page.pk) for page in pages]
