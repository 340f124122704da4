"""The feed loses nothing: real threads, real commits, killed processes (F1–F7)."""

import random
import signal
import subprocess
import sys
import textwrap
import threading
import time
from contextlib import closing

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from kip_pages.feed import outbox, sequencer
from kip_pages.feed.reconcile import reconcile
from kip_pages.feed.signals import feed_advanced
from kip_pages.identifiers import item_uid
from kip_pages.models import FeedItem, FeedState, NewsPage, OutboxEntry
from kip_pages.planting import set_up_portal

from ..factories import ONE_HOUR, REQUIRED, AgencyFactory, draft, publish, schedule, section_of
from ..live import ROOT, beside, environment, in_threads, process, wait_until
from ..mirror import Mirror
from ..truth import public_pages
from .random_operations import RandomOperations

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def province(committed_db):
    return set_up_portal(hostname="portal.example.test", name="Portal Provinsi Contoh")


@pytest.fixture(autouse=True)
def no_drift(committed_db):
    """Whatever a test did: what the feed stores is in the end what the pages say."""
    yield
    call_command("feed_worker", once=True)
    assert reconcile() == 0


def numbered(page):
    return FeedItem.objects.present().filter(page_id=page.pk).exists()


FILTERS = [
    *({"agency": code} for code in ("dinkes", "dindik", "bpbd")),
    *({"kind": kind} for kind in ("news", "emergency")),
    *({"locale": locale} for locale in ("id", "en")),
    {"agency": "dinkes", "kind": "news"},
    {"agency": "dindik", "locale": "en"},
    {"kind": "news", "locale": "id"},
    {"agency": "bpbd", "kind": "news", "locale": "id"},
]


def matches(data, filters):
    told = {
        "agency": data["agency"]["code"],
        "kind": data["schema"].split("/")[0],
        "locale": data["locale"],
    }
    return filters.items() <= told.items()


class Rollback(Exception):
    pass


@pytest.mark.postgres
def test_f1_nothing_committed_is_missed_by_a_reader_among_eight_writers(province):
    agencies = [AgencyFactory(code=f"opd-{number}") for number in range(8)]
    committed = set()
    mirror = Mirror(Client(), limit=20)

    def write(agency):
        chance = random.Random(agency.code)
        section = section_of(agency, NewsPage)
        for number in range(20):
            page = NewsPage(title=f"{agency.code} {number}", **REQUIRED[NewsPage])
            try:
                with transaction.atomic():
                    section.add_child(instance=page)
                    time.sleep(chance.random() * 0.03)  # commits come in another order than writes
                    if chance.random() < 0.1:
                        raise Rollback
            except Rollback:
                section.refresh_from_db()
                continue
            committed.add(str(item_uid(page.translation_key, "id")))

    beside(*(lambda agency=agency: write(agency) for agency in agencies), meanwhile=mirror.step)
    mirror.follow()
    assert len(committed) > 100
    assert committed - mirror.items.keys() == set()
    assert mirror.items.keys() - committed == set()


@pytest.mark.parametrize("healer", ["the worker", "the next reader"])
def test_f2_a_publisher_killed_between_commit_and_numbering_loses_nothing(
    province, committed_db, healer
):
    agency = AgencyFactory(code="dinkes")
    page = publish(NewsPage, agency, title="Sebelum")
    script = f"""
        import os, signal, django
        django.setup()
        from kip_pages.feed import outbox
        from kip_pages.models import NewsPage
        outbox._sequence = lambda: os.kill(os.getpid(), signal.SIGKILL)
        page = NewsPage.objects.get(pk={page.pk})
        page.title = "Sesudah"
        page.save_revision().publish()
    """
    killed = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=ROOT,
        env=environment(committed_db),
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert NewsPage.objects.get(pk=page.pk).title == "Sesudah", "the publish was committed"
    assert FeedItem.objects.get(page_id=page.pk).title == "Sebelum", "and not numbered yet"
    if healer == "the worker":
        with process(committed_db, "manage.py", "feed_worker", "--once") as worker:
            assert worker.wait() == 0
    else:
        (item,) = Mirror(Client()).follow().items.values()
        assert item["data"]["title"] == "Sesudah"
    assert FeedItem.objects.get(page_id=page.pk).title == "Sesudah"
    assert not OutboxEntry.objects.exists()


@pytest.mark.postgres
def test_f3_an_open_transaction_and_a_running_dump_delay_nothing(province, committed_db):
    agency = AgencyFactory(code="dinkes")
    other = publish(NewsPage, agency, title="Terkunci")
    with (
        closing(psycopg2.connect(committed_db)) as writer,
        closing(psycopg2.connect(committed_db)) as dump,
    ):
        with writer.cursor() as cursor:
            cursor.execute("UPDATE wagtailcore_page SET title = 'x' WHERE id = %s", [other.pk])
        dump.set_session("REPEATABLE READ", readonly=True)
        with dump.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM kip_pages_feeditem")
        started = time.monotonic()
        page = publish(NewsPage, agency, title="Cepat")
        mirror = Mirror(Client()).follow()
        assert time.monotonic() - started < 2
        assert "Cepat" in {item["data"]["title"] for item in mirror.items.values()}
        assert numbered(page)


@pytest.mark.postgres
def test_f4_page_locks_and_feed_locks_never_form_a_cycle(province):
    agency = AgencyFactory(code="dinkes")
    pages = [publish(NewsPage, agency, title=f"Berita {number}") for number in range(4)]

    def pages_then_feed(page):
        for number in range(15):
            with transaction.atomic():
                fresh = NewsPage.objects.select_for_update().get(pk=page.pk)
                fresh.title = f"{page.pk} {number}"
                fresh.save()
                sequencer.number_batch(at=timezone.now())

    def feed_then_pages():
        for _round in range(30):
            with transaction.atomic():
                FeedState.lock()
                outbox.look_again([page.pk for page in pages])
                sequencer.number_batch(at=timezone.now())

    in_threads(
        *(lambda page=page: pages_then_feed(page) for page in pages),
        feed_then_pages,
        feed_then_pages,
    )
    sequencer.catch_up(pressing_only=False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        assert cursor.fetchone()[0] == 0
    assert sorted(FeedItem.objects.values_list("title", flat=True)) == sorted(
        f"{page.pk} 14" for page in pages
    )


@pytest.mark.postgres
def test_f5_a_publish_during_a_running_sequencer_is_numbered_without_another(province):
    agency = AgencyFactory(code="dinkes")
    page = draft(NewsPage, agency, title="Kedua")
    locked, release = threading.Event(), threading.Event()

    def sequencer_at_work():
        with transaction.atomic():
            FeedState.lock()
            locked.set()
            release.wait(10)

    def publisher():
        locked.wait(10)
        page.get_latest_revision().publish()

    def watcher():
        locked.wait(10)
        live = NewsPage.objects.filter(title="Kedua", live=True)
        assert wait_until(live.exists, 10), "the publish commits while the sequencer holds its lock"
        assert not FeedItem.objects.filter(title="Kedua").exists()
        release.set()

    in_threads(sequencer_at_work, publisher, watcher)
    assert numbered(page)


@pytest.mark.postgres
def test_f5_of_publishers_behind_a_sequencer_one_waits_and_numbers_for_all(province):
    agency = AgencyFactory(code="dinkes")
    pages = [draft(NewsPage, agency, title=f"Bersama {number}") for number in range(5)]
    locked, release, gone_on = threading.Event(), threading.Event(), []

    def sequencer_at_work():
        with transaction.atomic():
            FeedState.lock()
            locked.set()
            release.wait(20)

    def publisher(page):
        locked.wait(10)
        page.get_latest_revision().publish()
        gone_on.append(page.pk)

    def watcher():
        locked.wait(10)
        try:
            assert wait_until(lambda: len(gone_on) == 4, 15), "all but one go on at once"
            assert not any(numbered(page) for page in pages)
        finally:
            release.set()

    in_threads(sequencer_at_work, watcher, *(lambda page=page: publisher(page) for page in pages))
    assert len(gone_on) == 5
    assert all(numbered(page) for page in pages)


@pytest.mark.postgres
def test_f5_what_is_said_while_one_numbers_for_all_is_numbered_after_it(province):
    agency = AgencyFactory(code="dinkes")
    first, second = (draft(NewsPage, agency, title=title) for title in ("Pertama", "Kedua"))
    locked, release, numbering, said = (threading.Event() for _event in range(4))

    def somebody_waits_for_the_feed():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() "
                "AND wait_event_type = 'Lock' AND query LIKE '%kip_pages_feedstate%'"
            )
            return cursor.fetchone()

    def sequencer_at_work():
        with transaction.atomic():
            FeedState.lock()
            locked.set()
            release.wait(20)

    def watcher():
        locked.wait(10)
        try:
            assert wait_until(somebody_waits_for_the_feed, 15)
        finally:
            release.set()

    def pause(sender, **kwargs):
        """In the publisher's transaction: it has taken its batch and holds lock and turn."""
        if not numbering.is_set():
            numbering.set()
            assert said.wait(10), "the second publisher waits for nobody"

    def one_who_waits():
        locked.wait(10)
        first.get_latest_revision().publish()

    def one_who_comes_then():
        assert numbering.wait(20)
        second.get_latest_revision().publish()
        said.set()

    feed_advanced.connect(pause)
    try:
        in_threads(sequencer_at_work, watcher, one_who_waits, one_who_comes_then)
    finally:
        feed_advanced.disconnect(pause)
    assert numbered(first)
    assert numbered(second), "without a reader, a worker or another publish"


def test_f6_an_embargoed_page_is_absent_until_it_goes_live(province):
    agency = AgencyFactory(code="dinkes")
    page = schedule(NewsPage, agency, title="Embargo", go_live_in=ONE_HOUR)
    outbox.look_again([page.pk])  # said too early, as any save of it says it
    mirror = Mirror(Client()).follow()
    call_command("feed_worker", once=True)
    assert mirror.follow().items == {}
    assert not FeedItem.objects.filter(page_id=page.pk).exists()
    # As if an hour had passed: a real wait would have to be long on a slow machine.
    revision, now = page.get_latest_revision(), timezone.now()
    revision.approved_go_live_at = now
    revision.content["go_live_at"] = now.isoformat()
    revision.save()
    call_command("feed_worker", once=True)
    assert [item["data"]["title"] for item in mirror.follow().items.values()] == ["Embargo"]


@pytest.mark.parametrize("seed", [1, 2])
def test_f7_a_mirror_equals_the_truth_after_any_operations(province, seed):
    agencies = [AgencyFactory(code=code) for code in ("dinkes", "dindik", "bpbd")]
    operations = RandomOperations(agencies, seed=seed)
    resuming = Mirror(Client(), limit=7)
    filtered = [(filters, Mirror(Client(), **filters)) for filters in FILTERS]
    for round_number in range(12):
        for _operation in range(12):
            operations.do_one()
        # A reader that crashes anywhere and goes on from what it has stored.
        for _page in range(operations.chance.randrange(4)):
            resuming.step()
        if round_number % 4 == 3:
            call_command("feed_worker", once=True)
            truth = {
                str(item_uid(key, language)): told
                for (key, language), told in public_pages().items()
            }
            for mirror in (resuming.follow(), Mirror(Client(), limit=50).follow()):
                told = {
                    key: (data["agency"]["code"], data["url"], data["title"])
                    for key, data in mirror.content.items()
                }
                assert told == truth, operations.log
            whole = Mirror(Client()).follow().content
            assert resuming.content == whole
            for filters, mirror in filtered:
                assert mirror.follow().content == {
                    key: data for key, data in whole.items() if matches(data, filters)
                }, (filters, operations.log)
    assert reconcile() == 0, "nothing had been missed"
    assert Page.find_problems() == ([], [], [], [], [])
    assert not operations.not_done


@pytest.mark.postgres
def test_f7_a_mirror_equals_the_truth_after_threads_wrote_at_once(province):
    agencies = [AgencyFactory(code=f"opd-{number}") for number in range(4)]
    mirror = Mirror(Client(), limit=11)

    def write(number):
        operations = RandomOperations([agencies[number]], seed=number, sections=False)
        for _operation in range(30):
            operations.do_one()

    beside(*(lambda number=number: write(number) for number in range(4)), meanwhile=mirror.step)
    truth = {str(item_uid(key, lang)): told for (key, lang), told in public_pages().items()}
    told = {
        key: (data["agency"]["code"], data["url"], data["title"])
        for key, data in mirror.follow().content.items()
    }
    assert told == truth
    assert Mirror(Client()).follow().content == mirror.content
