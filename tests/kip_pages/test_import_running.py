"""Imports run in the background: killed, doubled, cancelled or late, they leave whole batches."""

import contextlib
import datetime
import io
import os
import signal
import time

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from kip_pages.dip_import import applying, uploading
from kip_pages.dip_import.questions import Answers
from kip_pages.feed import sequencer
from kip_pages.import_choices import ImportState, RowPlan
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


@pytest.fixture
def committed(committed_db):
    """An agency in a database in which other processes and threads see what is committed."""
    set_up_portal(hostname="portal.example.test", name="Portal Provinsi Contoh")
    return AgencyFactory(code="dinkes")


def register(rows):
    lines = ["Judul;Kategori;Tautan"]
    lines += [f"Dokumen nomor {n};Berkala;https://x.test/{n}.pdf" for n in range(rows)]
    return io.BytesIO("\n".join(lines).encode())


def ready(agency, rows):
    job = uploading.take_in(register(rows), name="register.csv", agency=agency)
    job.is_confirmed = True
    job.save()
    uploading.read(job, at=timezone.now())
    assert job.state == ImportState.READY
    return job


def running(agency, rows):
    job = ready(agency, rows)
    applying.start(job, by=None, at=timezone.now())
    return job


def run(job):
    work_on(job.pk, until=float("inf"))
    job.refresh_from_db()
    return job


def published():
    return DipEntryPage.objects.live().count()


def worker(url):
    """The process that imports, as an operator starts it."""
    command = ("manage.py", "db_worker", "--backend", IMPORTS, "--no-reload", "-v0")
    return process(url, *command, "--interval", "0.1", "--no-startup-delay")


@pytest.mark.postgres
def test_killed_at_any_moment_an_import_goes_on_without_doubles(committed, committed_db):
    job = running(committed, 400)
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
def test_two_workers_share_an_import_without_doing_anything_twice(committed):
    job = running(committed, 300)
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
def test_a_worker_that_finds_an_import_taken_does_not_wait(committed):
    job = running(committed, 60)
    began = time.monotonic()
    with transaction.atomic():
        DipImport.objects.select_for_update().get(pk=job.pk)
        found = []
        in_threads(lambda: found.append(applying.run_batch(job.pk, at=timezone.now())))
    assert found == [False]
    assert time.monotonic() - began < 20
    assert published() == 0


@pytest.mark.postgres
def test_an_emergency_is_published_while_a_batch_is_being_written(committed):
    """The batch holds its own register's row and nothing that an announcement needs."""
    job = running(committed, applying.BATCH)
    took = []

    def announce():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '10s'")
        began = time.monotonic()
        publish(EmergencyAnnouncementPage, committed, title="Banjir")
        took.append(time.monotonic() - began)

    with transaction.atomic():
        applying.run_batch(job.pk, at=timezone.now())
        # Written and not committed: whoever had to wait for it would wait for ever.
        in_threads(announce)
    assert FeedItem.objects.present().filter(title="Banjir").exists()
    assert took


def test_what_an_import_publishes_is_bulk_work(committed):
    job = running(committed, 60)
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


def test_cancelling_leaves_whole_batches_and_says_which(agency):
    job = running(agency, 130)
    applying.run_batch(job.pk, at=timezone.now())
    applying.cancel(job)
    assert run(job).state == ImportState.CANCELLED
    assert published() == 50 == job.rows.filter(batch=1).count()
    assert job.rows.to_do().count() == 80
    assert applying.progress(job) == (50, 130)
    applying.start(job, by=None, at=timezone.now())
    assert run(job).state == ImportState.DONE
    assert published() == 130
    assert sorted(job.rows.entries().counts("batch")) == [1, 2, 3]


def test_cancelling_what_is_done_already_changes_nothing(agency):
    job = running(agency, 10)
    run(job)
    applying.cancel(job)
    assert run(job).state == ImportState.DONE


def test_an_import_runs_once_and_only_when_confirmed(agency):
    job = uploading.take_in(register(5), name="register.csv", agency=agency)
    with pytest.raises(applying.NotReadyError):
        applying.start(job, by=None, at=timezone.now())
    run(job)
    assert job.state == ImportState.MAPPING
    with pytest.raises(applying.NotReadyError):
        applying.start(job, by=None, at=timezone.now())
    uploading.confirm(job, Answers())
    assert run(job).state == ImportState.READY
    applying.start(job, by=None, at=timezone.now())
    with pytest.raises(applying.NotReadyError):
        applying.start(job, by=None, at=timezone.now())
    assert run(job).state == ImportState.DONE
    assert published() == 5


def test_what_changed_since_somebody_looked_is_seen_when_it_runs(agency):
    run(running(agency, 3))
    job = ready(agency, 3)
    assert set(job.rows.entries().counts()) == {RowPlan.SAME}
    changed = uploading.take_in(
        io.BytesIO(b"Judul;Kategori;Tautan\nDokumen nomor 0;Berkala;https://x.test/baru.pdf\n"),
        name="register.csv",
        agency=agency,
    )
    changed.is_confirmed = True
    changed.save()
    uploading.read(changed, at=timezone.now())
    # Between looking and running somebody begins to edit the entry.
    entry = DipEntryPage.objects.get(title="Dokumen nomor 0")
    entry.summary = "Sedang diubah"
    entry.save_revision()
    applying.start(changed, by=None, at=timezone.now())
    run(changed)
    row = changed.rows.entries().get()
    assert (row.plan, row.outcome, row.reason) == ("changed", "refused", "being_edited")
    assert entry.documents.get().external_url == "https://x.test/0.pdf"


def test_a_reading_that_another_overtakes_stops(agency):
    job = uploading.take_in(register(700), name="register.csv", agency=agency)
    planned = planned_rows(job)
    reading = uploading._begin(job)
    first = iter([next(planned) for _row in range(uploading.CHUNK)])
    assert uploading._store(job, reading, first)
    uploading._begin(job)  # somebody else begins
    assert not uploading._store(job, reading, planned)
    assert not job.rows.exists()
    uploading.read(job, at=timezone.now())
    assert job.rows.entries().count() == 700


def planned_rows(job):
    from kip_pages.dip_import.opening import open_workbook
    from kip_pages.dip_import.planning import plan
    from kip_pages.dip_import.understanding import understand

    with job.file.open("rb") as file:
        workbook = open_workbook(file, name=job.name, limit=uploading.limit())
    return plan(understand(workbook).rows(), agency=job.agency, at=timezone.now())


def test_a_file_that_is_gone_is_said_and_does_not_stop_the_worker(agency):
    job = uploading.take_in(register(5), name="register.csv", agency=agency)
    job.file.storage.delete(job.file.name)
    assert run(job).state == ImportState.REFUSED


def test_a_task_does_what_is_due_and_none_is_left_over(committed):
    job = uploading.take_in(register(5), name="register.csv", agency=committed)
    ImportHeartbeat().beat(at=timezone.now())
    assert DBTaskResult.objects.filter(backend_name=IMPORTS).count() == 1
    call_command("db_worker", "--backend", IMPORTS, "--batch", "--no-startup-delay", verbosity=0)
    job.refresh_from_db()
    assert job.state == ImportState.MAPPING
    ImportHeartbeat().beat(at=timezone.now())
    left = DBTaskResult.objects.filter(backend_name=IMPORTS, status=TaskResultStatus.READY)
    assert not left.exists(), "nothing is due: nobody is woken"


def test_the_heartbeat_leaves_one_task_waiting_while_no_worker_runs(committed):
    uploading.take_in(register(5), name="register.csv", agency=committed)
    heartbeat = ImportHeartbeat()
    for _round in range(3):
        heartbeat.beat(at=timezone.now())
    assert DBTaskResult.objects.filter(backend_name=IMPORTS).count() == 1


def test_old_imports_are_forgotten_with_their_files(agency, settings):
    old, new = ready(agency, 2), ready(agency, 2)
    DipImport.objects.filter(pk=old.pk).update(
        created_at=timezone.now() - datetime.timedelta(days=181)
    )
    call_command("feed_worker", once=True)
    assert list(DipImport.objects.all()) == [new]
    assert not old.file.storage.exists(old.file.name)
    assert new.file.storage.exists(new.file.name)


@pytest.mark.postgres
def test_the_register_that_is_written_to_is_locked(committed):
    """As ``add_child`` locks its parent: two imports do not take the same places."""
    section = section_of(committed, DipEntryPage)
    job = running(committed, 5)
    with transaction.atomic():
        applying.run_batch(job.pk, at=timezone.now())
        refused = []

        def lock():
            with contextlib.suppress(OperationalError), transaction.atomic():
                type(section).objects.select_for_update(nowait=True).get(pk=section.pk)
                refused.append(False)

        in_threads(lock)
    assert refused == []
