"""Imports of made-up registers, as far as a test wants them."""

import io

from django.utils import timezone

from kip_pages.dip_import import applying, uploading
from kip_pages.import_choices import ImportState
from kip_pages.import_tasks import work_on
from kip_pages.models import DipEntryPage


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
