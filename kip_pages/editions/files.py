"""The files of frozen editions: stored with their hash, and proven the same whenever they are read."""

import dataclasses
import datetime
import hashlib
import json

from django.utils import timezone

from ..choices import EditionFormat
from ..models import EditionFile, RegisterEdition
from .entries import Entry, as_data, from_data
from .table import Head

SCHEMA = "kip-pages/register-edition/1"
# What an edition states beside its rows.
STATED = (
    *("year", "revision", "revision_reason", "decree_number", "decided_on", "place"),
    *("signer_name", "signer_position", "signer_nip"),
)
SIGNER = ("place", "signer_name", "signer_position", "signer_nip")


class EditionDamagedError(RuntimeError):
    """A file of a frozen edition is not what was stored when it was frozen.

    Somebody went past the application and its triggers. Restore the row from a backup.
    """


@dataclasses.dataclass(frozen=True)
class FrozenRegister:
    """A frozen edition, read: what it states, and its entries in their order."""

    head: Head
    entries: list[Entry]


def keep_file(edition, name, content: bytes, *, at: datetime.datetime) -> EditionFile:
    """Store a file of a frozen edition with its hash."""
    return EditionFile.objects.create(
        edition=edition,
        format=name,
        content=content,
        size=len(content),
        sha256=sha256(content),
        made_at=at,
    )


def file_content(edition: RegisterEdition, name: EditionFormat) -> bytes:
    """Return a file of a frozen edition; raises ``EditionDamagedError`` if it is not as it was.

    Raises ``EditionFile.DoesNotExist`` where there is none, as before the PDF is made.
    """
    kept = EditionFile.objects.get(edition=edition, format=name)
    content = bytes(kept.content)
    expected = edition.sha256 if name == EditionFormat.JSON else kept.sha256
    if not sha256(content) == kept.sha256 == expected:
        raise EditionDamagedError(f"the {name} file of {edition} is damaged")
    return content


def read_frozen(edition: RegisterEdition) -> FrozenRegister:
    """Return what a frozen edition says, read from its own rows and nothing else."""
    data = json.loads(file_content(edition, EditionFormat.JSON))
    head = head_of(data, fingerprint=edition.sha256)
    return FrozenRegister(head, [from_data(entry) for entry in data["entries"]])


def edition_data(edition: RegisterEdition, entries, *, at: datetime.datetime) -> dict:
    """Return all that an edition says, JSON-ready: every other file is made of it."""
    return {
        "schema": SCHEMA,
        "agency": {"code": edition.agency.code, "name": edition.agency.name},
        "frozen_at": at.isoformat(),
        "entries": [as_data(entry) for entry in entries],
        **{name: getattr(edition, name) for name in STATED},
        "decided_on": edition.decided_on.isoformat(),
    }


def head_of(data: dict, fingerprint: str = "") -> Head:
    """Return the head of an edition from its data."""
    return Head(
        agency=data["agency"]["name"],
        as_of=timezone.localdate(datetime.datetime.fromisoformat(data["frozen_at"])),
        fingerprint=fingerprint,
        **{name: data[name] for name in STATED}
        | {"decided_on": datetime.date.fromisoformat(data["decided_on"])},
    )


def live_head(agency, *, at: datetime.datetime, edition: RegisterEdition | None = None) -> Head:
    """Return the head of the register as it stands, or as the draft ``edition`` would state it.

    Without a draft, whoever signed last is named below, and the decree stays open.
    """
    today = timezone.localdate(at)
    if edition:
        stated = {name: getattr(edition, name) for name in STATED}
        return Head(agency=agency.name, as_of=today, is_draft=True, **stated)
    last = RegisterEdition.objects.filter(agency=agency).newest_first().first()
    signer = {name: getattr(last, name) for name in SIGNER} if last else {}
    return Head(agency=agency.name, as_of=today, year=today.year, **signer)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
