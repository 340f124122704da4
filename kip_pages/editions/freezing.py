"""Freeze the register of an agency as the edition of a year."""

import datetime
import io

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from ..choices import EditionFormat, EditionStatus
from ..feed.payload import canonical_json
from ..models import RegisterEdition
from .entries import count_live_entries, live_entries
from .files import STATED, edition_data, head_of, keep_file, sha256
from .printing import request_print
from .sheet import legal_csv, write_legal_workbook


class EditionNotReadyError(ValueError):
    """The edition cannot be frozen yet; ``obstacles`` says what is missing, in the reader's words."""

    def __init__(self, obstacles):
        super().__init__("; ".join(obstacles))
        self.obstacles = obstacles


class EditionChangedError(RuntimeError):
    """Somebody edited or froze the edition while its files were made: look at it and try again."""


def obstacles(edition: RegisterEdition, *, at: datetime.datetime) -> list[str]:
    """Return what has to be done before ``edition`` can be frozen; empty where nothing has."""
    found = [_("Fill in: %(field)s.") % {"field": label} for label in edition.missing]
    if edition.decided_on and edition.decided_on > timezone.localdate(at):
        found.append(_("The date of the decree lies ahead: freeze the edition when it is decided."))
    if not count_live_entries(edition.agency, at=at):
        found.append(_("The register has no public entry: there is nothing to freeze."))
    return found


def freeze(edition: RegisterEdition, *, at: datetime.datetime, user=None) -> RegisterEdition:
    """Keep the register as it is at ``at`` as ``edition``, for ever, and return the frozen edition.

    The rows and the tables made of them are stored at once; the PDF follows from the background.
    Raises ``EditionNotReadyError`` or ``EditionChangedError``.
    """
    if edition.is_frozen:
        raise EditionChangedError(f"{edition} is frozen already")
    if found := obstacles(edition, at=at):
        raise EditionNotReadyError(found)
    # Outside the transaction: nobody who publishes shall wait for the files.
    entries = list(live_entries(edition.agency, at=at))
    files = _files(edition, entries, at=at)
    with transaction.atomic():
        frozen = _lock(edition)
        frozen.status, frozen.frozen_at = EditionStatus.FROZEN, at
        frozen.entry_count = len(entries)
        frozen.sha256 = sha256(files[EditionFormat.JSON])
        frozen.save()
        for name, content in files.items():
            keep_file(frozen, name, content, at=at)
        log(
            frozen,
            "kip_pages.freeze_edition",
            user=user,
            data={"sha256": frozen.sha256, "entries": len(entries)},
        )
        request_print(agency=frozen.agency, edition=frozen, at=at)
    return frozen


def _lock(edition):
    locked = RegisterEdition.objects.select_for_update().select_related(None).get(pk=edition.pk)
    if locked.is_frozen or any(getattr(locked, n) != getattr(edition, n) for n in STATED):
        raise EditionChangedError(f"{edition} has been changed meanwhile")
    return locked


def _files(edition, entries, *, at):
    data = edition_data(edition, entries, at=at)
    head = head_of(data)
    book = io.BytesIO()
    write_legal_workbook(head, entries, book)
    return {
        EditionFormat.JSON: canonical_json(data).encode(),
        EditionFormat.CSV: "".join(legal_csv(head, entries)).encode(),
        EditionFormat.XLSX: book.getvalue(),
    }
