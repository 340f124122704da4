"""Imports beside other processes: killed, doubled, locked and late, they leave whole batches."""

import contextlib
import os
import signal
import threading
import time

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from kip_pages.dip_import import applying, uploading
from kip_pages.feed import sequencer
from kip_pages.import_choices import ImportState
from kip_pages.import_tasks import IMPORTS, ImportHeartbeat, wake_imports, work_on
from kip_pages.models import (
    DipEntryPage,
    DipImport,
    EmergencyAnnouncementPage,
    FeedItem,
    OutboxEntry,
    Priority,
)
from kip_pages.planting import set_up_portal

from ..factories import AgencyFactory, publish, section_of
from ..live import in_threads, process, wait_until
from .import_jobs import published, register, run, running


@pytest.fixture
def agency(committed_db):
    set_up_portal(hostname="portal.example.test", name="Portal Provinsi Contoh")
    return AgencyFactory(code="dinkes")


def worker(url):
    """The process that imports, as an operator starts it."""
    command = ("manage.py", "db_worker", "--backend", IMPORTS, "--no-reload", "-v0")
    return process(url, *command, "--interval", "0.1", "--no-startup-delay")


@pytest.mark.postgres
def test_killed_at_any_moment_an_import_goes_on_without_doubles(agency, committed_db):
    job = running(agency, 400)
    wake_imports()
    for goal in (1, 100, 200):
        with worker(committed_db) as working:
            assert wait_until(lambda goal=goal: published() >= goal, 90)
            os.kill(working.pid, signal.SIGKILL)
            working.wait()
        job.refresh_from_db()
        whole = job.batches_done * applying.BATCH
        assert published() == whole == job.rows.exclude(outcome="").count(), "whole batches only"
        assert job.state == ImportState.RUNNING
        # What the killed worker had taken is lost; the heartbeat of `feed_worker` says it again.
        ImportHeartbeat().beat(at=timezone.now())
    with worker(committed_db):
        assert wait_until(lambda: not DipImport.objects.due().exists(), 120)
    job.refresh_from_db()
    assert (job.state, job.batches_done) == (ImportState.DONE, 8)
    assert published() == 400
    titles = DipEntryPage.objects.values_list("title", flat=True)
    assert len(set(titles)) == 400
    assert not any(DipEntryPage.find_problems())


@pytest.mark.postgres
def test_two_workers_share_an_import_without_doing_anything_twice(agency):
    job = running(agency, 300)
    in_threads(*[lambda: run_in_thread(job.pk)] * 3)
    job.refresh_from_db()
    # Whoever finds the row taken leaves; what is left is taken up by the heartbeat.
    assert run(job).state == ImportState.DONE
    assert job.batches_done == 6
    assert published() == 300


def run_in_thread(pk):
    for _time in range(3):
        work_on(pk, until=time.monotonic() + 60)


@pytest.mark.postgres
def test_a_file_that_somebody_reads_is_left_to_them(agency):
    """However often workers are woken: one that took over from another would never let it end."""
    job = uploading.take_in(register(700), name="register.csv", agency=agency)
    kept = []

    def look_as_well():
        reading = DipImport.objects.get(pk=job.pk).reading
        in_threads(lambda: work_on(job.pk, until=time.monotonic() + 60))
        kept.append(DipImport.objects.get(pk=job.pk).reading == reading)

    with while_read(look_as_well):
        uploading.read(job, at=timezone.now())
    assert kept == [True]
    assert (job.state, job.rows.entries().count()) == (ImportState.MAPPING, 700)
    uploading.read(job, at=timezone.now())
    assert job.state == ImportState.MAPPING, "it has been read"


@pytest.mark.postgres
def test_a_command_waits_for_the_worker_that_met_its_file_first(agency):
    job = uploading.take_in(register(700), name="register.csv", agency=agency)
    waited = []

    def read_as_well():
        own = DipImport.objects.get(pk=job.pk)
        uploading.read(own, at=timezone.now(), wait=True)
        waited.append(own.state)
        connection.close()

    command = threading.Thread(target=read_as_well)

    def begin_to_wait():
        command.start()
        command.join(1)
        assert command.is_alive(), "it waits"

    with while_read(begin_to_wait):
        uploading.read(job, at=timezone.now())
    command.join(60)
    assert waited == [ImportState.MAPPING]
    assert job.rows.entries().count() == 700


@contextlib.contextmanager
def while_read(do):
    """Do it once while this connection reads a file, between two batches of rows."""
    todo = [do]

    def once(execute, sql, params, many, context):
        if sql.startswith('SELECT "wagtailcore_page"') and todo:
            todo.pop()()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(once):
        yield
    assert not todo, "the register was never looked at"


@pytest.mark.postgres
def test_a_worker_that_finds_an_import_taken_does_not_wait(agency):
    job = running(agency, 60)
    began = time.monotonic()
    with transaction.atomic():
        DipImport.objects.select_for_update().get(pk=job.pk)
        found = []
        in_threads(lambda: found.append(applying.run_batch(job.pk, at=timezone.now())))
    assert found == [False]
    assert time.monotonic() - began < 20
    assert published() == 0


@pytest.mark.postgres
def test_an_emergency_is_published_while_a_batch_is_being_written(agency):
    """The batch holds its own register's row and nothing that an announcement needs."""
    job = running(agency, applying.BATCH)
    took = []

    def announce():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '10s'")
        began = time.monotonic()
        publish(EmergencyAnnouncementPage, agency, title="Banjir")
        took.append(time.monotonic() - began)

    with transaction.atomic():
        applying.run_batch(job.pk, at=timezone.now())
        # Written and not agency: whoever had to wait for it would wait for ever.
        in_threads(announce)
    assert FeedItem.objects.present().filter(title="Banjir").exists()
    assert took


def test_what_an_import_publishes_is_bulk_work(agency):
    job = running(agency, 60)
    OutboxEntry.objects.all().delete()
    with transaction.atomic():
        applying.run_batch(job.pk, at=timezone.now())
        said = OutboxEntry.objects.filter(
            page_id__in=DipEntryPage.objects.values_list("pk", flat=True)
        )
        assert set(said.values_list("priority", flat=True)) == {Priority.BULK}
        assert said.count() == applying.BATCH
    run(job)
    sequencer.catch_up(pressing_only=False, max_batches=None)
    assert FeedItem.objects.register().present().count() == 60


def test_a_task_does_what_is_due_and_none_is_left_over(agency):
    job = uploading.take_in(register(5), name="register.csv", agency=agency)
    ImportHeartbeat().beat(at=timezone.now())
    assert DBTaskResult.objects.filter(backend_name=IMPORTS).count() == 1
    call_command("db_worker", "--backend", IMPORTS, "--batch", "--no-startup-delay", verbosity=0)
    job.refresh_from_db()
    assert job.state == ImportState.MAPPING
    ImportHeartbeat().beat(at=timezone.now())
    left = DBTaskResult.objects.filter(backend_name=IMPORTS, status=TaskResultStatus.READY)
    assert not left.exists(), "nothing is due: nobody is woken"


def test_the_heartbeat_leaves_one_task_waiting_while_no_worker_runs(agency):
    uploading.take_in(register(5), name="register.csv", agency=agency)
    heartbeat = ImportHeartbeat()
    for _round in range(3):
        heartbeat.beat(at=timezone.now())
    assert DBTaskResult.objects.filter(backend_name=IMPORTS).count() == 1


@pytest.mark.postgres
def test_the_register_that_is_written_to_is_locked(agency):
    """As ``add_child`` locks its parent: two imports do not take the same places."""
    section = section_of(agency, DipEntryPage)
    job = running(agency, 5)
    with transaction.atomic():
        applying.run_batch(job.pk, at=timezone.now())
        refused = []

        def lock():
            with contextlib.suppress(OperationalError), transaction.atomic():
                type(section).objects.select_for_update(nowait=True).get(pk=section.pk)
                refused.append(False)

        in_threads(lock)
    assert refused == []
