"""Take in a file: keep it privately, read it, and say what there is to confirm."""

import contextlib
import datetime
import logging
import uuid
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from django.core.files import File
from django.db import DatabaseError, connection, transaction
from django.utils.text import get_valid_filename

from ..conf import get_setting
from ..import_choices import FileRefusal, ImportState
from ..models import DipImport, DipImportRow
from .asking import Found
from .opening import open_workbook
from .planning import NoRegisterError, Planned, plan
from .questions import Answers
from .refusing import MIB, UnreadableFileError, too_large
from .storing import import_row
from .understanding import understand

logger = logging.getLogger(__name__)

CHUNK = 500
# Any number that nobody else uses for advisory locks with a second number in this database.
_READING = 0x4B495049


def limit() -> int:
    """Return how many bytes a file may have."""
    return get_setting("IMPORT_MAX_MEGABYTES") * MIB


def take_in(
    file: BinaryIO, *, name: str, agency, by=None, answers: Answers | None = None
) -> DipImport:
    """Keep a file that is to be imported into ``agency``; it is read by ``read``.

    Raises ``UnreadableFileError`` where it is too large to be kept.
    """
    if file.seek(0, 2) > limit():
        raise too_large(limit())
    file.seek(0)
    job = DipImport(agency=agency, name=Path(name).name[:255], created_by=by)
    job.answers = (answers or Answers()).as_json()
    # Nothing of the name but its ending: what is stored must not be guessed.
    ending = get_valid_filename(f"x{Path(name).suffix.lower()[:6]}")[1:]
    job.file.save(f"{uuid.uuid4().hex}{ending}", File(file), save=False)
    job.save()
    return job


def read(job: DipImport, *, at: datetime.datetime, wait: bool = False) -> None:
    """Read the file of an import and store its rows, with what is to become of each.

    It may be done again at any time until the import runs. While somebody else reads it, nothing is
    done; with ``wait`` this returns when that has come to its end. Whatever is wrong with the file
    leaves the import refused, with the reason; errors of the database are the caller's.
    """
    with _alone(job, wait=wait) as is_mine:
        if is_mine and (reading := _begin(job)):
            _read_file(job, reading, at)
    with contextlib.suppress(DipImport.DoesNotExist):  # somebody may have deleted it meanwhile
        job.refresh_from_db()


@contextlib.contextmanager
def _alone(job, *, wait):
    """Say whether nobody else reads the import, and keep it so until the end of the block.

    The lock is the connection's: a reader that is killed gives it back. SQLite has no such locks;
    there the reading that began last counts, and one that was overtaken stops.
    """
    if connection.vendor != "postgresql":
        yield True
        return
    lock = "pg_advisory_lock" if wait else "pg_try_advisory_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lock}(%s, %s)", [_READING, job.pk])
        is_mine = wait or cursor.fetchone()[0]
    try:
        yield is_mine
    finally:
        if is_mine and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_READING, job.pk])


def _read_file(job, reading, at):
    try:
        with job.file.open("rb") as file:
            _read(job, reading, file, at)
    except UnreadableFileError as error:
        _end(job, reading, state=ImportState.REFUSED, refusal=error.refusal,
             refusal_about=error.parameters)  # fmt: skip
    except FileNotFoundError:
        logger.exception("the file of import %s is gone", job.pk)
        _end(job, reading, state=ImportState.REFUSED, refusal=FileRefusal.DAMAGED)
    except NoRegisterError:
        _end(job, reading, state=ImportState.REFUSED, refusal=FileRefusal.NO_REGISTER)
    except DatabaseError:
        raise  # it is not the file's fault, and the next reading may end well
    except Exception:
        logger.exception("the file of import %s cannot be read", job.pk)
        _end(job, reading, state=ImportState.REFUSED, refusal=FileRefusal.UNEXPECTED)


def _begin(job):
    reading = uuid.uuid4()
    changed = DipImport.objects.filter(pk=job.pk, state=ImportState.READING).update(
        reading=reading, rows_read=0
    )
    if not changed:
        return None
    job.rows.all().delete()
    return reading


def _read(job, reading, file, at):
    answers = Answers.from_json(job.answers)
    with open_workbook(file, name=job.file.name, limit=limit()) as workbook:
        understanding = understand(workbook, answers)
        found = Found(understanding)
        rows = found.noting(understanding.rows())
        planned = plan(rows, agency=job.agency, at=at)
        if not _store(job, reading, planned):
            return
    if not found.entries:
        _end(job, reading, state=ImportState.REFUSED, refusal=FileRefusal.NOTHING)
        return
    state = ImportState.READY if job.is_confirmed else ImportState.MAPPING
    _end(job, reading, state=state, found=found.as_json())


def _store(job, reading, planned: Iterable[Planned]) -> bool:
    """Store the rows in batches; False where another reading has begun."""
    planned, number = iter(planned), 0
    while batch := list(islice(planned, CHUNK)):
        rows = [import_row(job, number + n, item) for n, item in enumerate(batch, start=1)]
        number += len(rows)
        with transaction.atomic():
            mine = DipImport.objects.select_for_update().filter(pk=job.pk, reading=reading)
            if not mine.exists():
                return False
            DipImportRow.objects.bulk_create(rows)
            mine.update(rows_read=number)
    return True


def _end(job, reading, **fields):
    DipImport.objects.filter(pk=job.pk, reading=reading, state=ImportState.READING).update(**fields)


def confirm(job: DipImport, answers: Answers) -> bool:
    """Take the officer's answers; say whether the file has to be read again for them."""
    job.answers, job.is_confirmed = answers.as_json(), True
    waits = DipImport.objects.filter(pk=job.pk, state__in=(ImportState.MAPPING, ImportState.READY))
    changed = waits.update(
        answers=job.answers, is_confirmed=True, state=ImportState.READING, reading=uuid.uuid4()
    )
    job.refresh_from_db()
    return bool(changed)


def forget(job: DipImport) -> None:
    """Delete an import with its file; the entries that it made stay."""
    file, storage = job.file.name, job.file.storage
    job.delete()
    storage.delete(file)


def forget_old(*, before: datetime.datetime) -> int:
    """Delete the imports that ended before, and return how many."""
    ended = DipImport.objects.exclude(state__in=(ImportState.READING, ImportState.RUNNING))
    old = list(ended.filter(created_at__lt=before))
    for job in old:
        forget(job)
    return len(old)
