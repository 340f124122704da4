"""The words of documents, read in the background and put into the search index of what shows them."""

import datetime
import logging
import tempfile
from pathlib import Path

from django.core.files import File
from django.db import transaction

from ..choices import TextState
from ..clock import clock_from
from ..files.kinds import FileKind
from ..files.verdicts import RefusedError
from ..models import DocumentRecord, DocumentText
from ..models.document import READING_TRIES, TEXT_LIMIT
from . import sandbox
from .indexing import entries_showing, index_again

logger = logging.getLogger(__name__)


def read_waiting(*, at: datetime.datetime) -> int:
    """Read one document after the other until none waits; return how many were read.

    Safe to run twice or at once: each reader claims what it reads, and a claim of a lost one ends.
    """
    DocumentRecord.objects.given_up(at=at).update(text_state=TextState.FAILED)
    count, now = 0, clock_from(at)
    while (record := _claim(now())) is not None:
        read(record)
        count += 1
    return count


def _claim(at):
    waiting = DocumentRecord.objects.to_be_read(at=at).order_by("pk")
    while (record := waiting.select_related("document").first()) is not None:
        free = waiting.filter(pk=record.pk, text_claimed_at=record.text_claimed_at).order_by()
        if free.update(text_claimed_at=at, text_tries=record.text_tries + 1):
            record.text_tries += 1
            return record
    return None


def read(record: DocumentRecord) -> None:
    """Read the text of a document's public copy; what cannot be read is tried again, then given up."""
    try:
        body, reading = _read(record)
    except (RefusedError, OSError) as error:
        logger.warning("the text of document %s cannot be read: %s", record.document_id, error)
        given_up = isinstance(error, RefusedError) or record.text_tries >= READING_TRIES
        _settle(record, TextState.FAILED if given_up else TextState.WAITING, "")
        return
    _settle(record, TextState.SCAN if reading.is_scan else TextState.READ, body)


def _read(record):
    with tempfile.TemporaryDirectory(prefix="kip-text-") as directory:
        source, target = Path(directory, "document"), Path(directory, "text")
        with record.document.open_file() as file, source.open("wb") as copy:
            for piece in File(file).chunks():
                copy.write(piece)
        reading = sandbox.read(FileKind(record.kind), source, target, limit=TEXT_LIMIT)
        return target.read_text(encoding="utf-8"), reading


@transaction.atomic
def _settle(record, state, body):
    # Only for the file that was read: it may have been replaced in the meantime.
    same = DocumentRecord.objects.filter(pk=record.pk, file_name=record.file_name)
    if not same.filter(sha256=record.sha256).update(text_state=state, text_claimed_at=None):
        return
    DocumentText.objects.update_or_create(record=record, defaults={"body": body})
    index_again(entries_showing([record.document_id]))
