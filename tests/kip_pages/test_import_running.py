"""An import goes on where it stopped, in whole batches, and only when somebody confirmed it."""

import datetime
import io

import pytest
from django.core.management import call_command
from django.utils import timezone

from kip_pages.dip_import import applying, uploading
from kip_pages.dip_import.opening import open_workbook
from kip_pages.dip_import.planning import plan
from kip_pages.dip_import.questions import Answers
from kip_pages.dip_import.understanding import understand
from kip_pages.import_choices import FileRefusal, ImportState, RowPlan
from kip_pages.import_tasks import look_at_imports
from kip_pages.models import DipEntryPage, DipImport, DipIndexPage
from opd_sites.choices import AgencyRole, ProvinceRole
from opd_sites.workflows import choose_reviewed

from ..factories import UserFactory
from .import_jobs import published, ready, register, run, running


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

    with job.file.open("rb") as file:
        workbook = open_workbook(file, name=job.name, limit=uploading.limit())
    return plan(understand(workbook).rows(), agency=job.agency, at=timezone.now())


def test_a_file_that_is_gone_is_said_and_does_not_stop_the_worker(agency):
    job = uploading.take_in(register(5), name="register.csv", agency=agency)
    job.file.storage.delete(job.file.name)
    assert run(job).state == ImportState.REFUSED


def test_old_imports_are_forgotten_with_their_files(agency, settings):
    old, new = ready(agency, 2), ready(agency, 2)
    DipImport.objects.filter(pk=old.pk).update(
        created_at=timezone.now() - datetime.timedelta(days=181)
    )
    call_command("feed_worker", once=True)
    assert list(DipImport.objects.all()) == [new]
    assert not old.file.storage.exists(old.file.name)
    assert new.file.storage.exists(new.file.name)


def test_an_agency_without_a_register_is_said(agency):
    job = uploading.take_in(register(5), name="register.csv", agency=agency)
    DipIndexPage.objects.descendant_of(agency.root_page).delete()
    assert run(job).state == ImportState.REFUSED
    assert job.refusal == FileRefusal.NO_REGISTER
    assert job.refusal_text


def test_a_file_that_nobody_foresaw_is_refused_and_said(agency, caplog):
    """An answer that no screen writes stands for whatever may be wrong."""
    job = uploading.take_in(register(5), name="register.csv", agency=agency)
    DipImport.objects.filter(pk=job.pk).update(answers={"columns": ["?"]})
    job.refresh_from_db()
    assert run(job).state == ImportState.REFUSED
    assert job.refusal == FileRefusal.UNEXPECTED
    assert f"import {job.pk}" in caplog.text


def test_an_import_that_fails_does_not_keep_the_others_from_their_turn(
    agency, other_agency, caplog
):
    failing, good = running(agency, 3), running(other_agency, 3)
    failing.rows.update(understood={})
    look_at_imports.func()
    good.refresh_from_db()
    assert good.state == ImportState.DONE
    assert f"import {failing.pk}" in caplog.text


def publisher_of(agency):
    return UserFactory(role=AgencyRole.PUBLISHER, role__agency=agency)


def test_where_the_province_approves_entries_only_the_province_runs_an_import(agency):
    job = ready(agency, 3)
    choose_reviewed([DipEntryPage])
    with pytest.raises(applying.MayNotPublishError):
        applying.start(job, by=publisher_of(agency), at=timezone.now())
    job.refresh_from_db()
    assert (job.state, published()) == (ImportState.READY, 0)
    applying.start(job, by=UserFactory(role=ProvinceRole.PROVINCE_ADMIN), at=timezone.now())
    assert run(job).state == ImportState.DONE
    assert published() == 3


def test_the_operator_runs_an_import_whoever_approves(agency):
    choose_reviewed([DipEntryPage])
    assert run(running(agency, 3)).state == ImportState.DONE


def test_who_loses_the_right_to_publish_leaves_whole_batches(agency):
    job, publisher = ready(agency, 70), publisher_of(agency)
    applying.start(job, by=publisher, at=timezone.now())
    applying.run_batch(job.pk, at=timezone.now())
    publisher.groups.clear()
    assert run(job).state == ImportState.CANCELLED
    assert published() == 50
    applying.start(job, by=publisher_of(agency), at=timezone.now())
    assert run(job).state == ImportState.DONE
    assert published() == 70


def test_of_somebody_whose_account_is_deleted_nothing_more_is_published(agency):
    job, publisher = ready(agency, 70), publisher_of(agency)
    applying.start(job, by=publisher, at=timezone.now())
    applying.run_batch(job.pk, at=timezone.now())
    publisher.delete()
    assert run(job).state == ImportState.CANCELLED
    assert published() == 50


def test_a_change_that_the_province_approves_does_not_stop_the_queue(agency):
    run(running(agency, 1))
    lines = "Judul;Kategori;Tautan;Ringkasan\nDokumen nomor 0;Berkala;https://x.test/0.pdf;Baru\n"
    job = uploading.take_in(io.BytesIO(lines.encode()), name="register.csv", agency=agency)
    job.is_confirmed = True
    job.save()
    uploading.read(job, at=timezone.now())
    assert job.rows.entries().get().plan == RowPlan.CHANGED
    applying.start(job, by=publisher_of(agency), at=timezone.now())
    choose_reviewed([DipEntryPage])
    assert run(job).state == ImportState.CANCELLED
    assert not DipEntryPage.objects.get().summary
