"""From an upload to a public copy: nothing gets into the public storage but what was cleaned.

The order makes a crash harmless. The original is stored first, in private; then the public copy;
then the rows that name both, and a document without its record is not served. What a crash leaves
behind is an original that no record names, which ``sweep`` deletes.
"""

import dataclasses
import datetime
import hashlib
import os
import tempfile
import uuid
from functools import partial
from itertools import islice
from pathlib import Path, PurePath

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage

from ..choices import DocumentState, TextState
from ..conf import max_upload_bytes
from ..feed import outbox
from ..files import messages, pictures, plain
from ..files.kinds import HEAD, FileKind, check_head, kind_of_name
from ..files.verdicts import Refusal, RefusedError
from ..models import DocumentRecord, DocumentText
from ..models.document import private_storage
from . import sandbox
from .indexing import entries_showing, index_again

# An original without a record may belong to an upload that is just going on.
ORPHAN_AGE = datetime.timedelta(days=1)
SWEEP_BATCH = 500
ORIGINALS = "documents"


class RefusedFileError(ValidationError):
    """The file may not come in; the message tells the person who chose it what to do.

    Raised by a form's validation, and by saving a document in code, before anything is stored.
    """

    def __init__(self, refusal: Refusal, *, name: str, detail: str = ""):
        self.refusal, self.detail = refusal, detail
        message = messages.about(refusal, name=name, detail=detail, max_bytes=max_upload_bytes())
        super().__init__(message, code=refusal.value)


@dataclasses.dataclass(frozen=True)
class Examined:
    """A file that may come in, with what is known of it."""

    kind: FileKind
    notes: list[str]
    original: File
    original_sha256: str
    sha256: str


class CleanFile(File):
    """The public copy of an upload; saving it into a document stores the original too."""

    def __init__(self, file, name, examined):
        super().__init__(file, name)
        self.examined = examined


def examine(file: File, *, name: str, title: str = "") -> CleanFile:
    """Judge and clean a file; raises ``RefusedFileError``. ``title`` is what its copy is called."""
    try:
        return _examine(file, PurePath(name).name, title)
    except RefusedError as error:
        raise RefusedFileError(error.refusal, name=name, detail=error.detail) from error


def _examine(file, name, title):
    if file.size > max_upload_bytes():
        raise RefusedError(Refusal.TOO_LARGE)
    kind = kind_of_name(name)
    with tempfile.TemporaryDirectory(prefix="kip-intake-") as directory:
        source, target = Path(directory, "original"), Path(directory, "public")
        original_sha256 = _copy(file, source)
        with source.open("rb") as start:
            check_head(kind, start.read(HEAD))
        notes = _clean(kind, source, target, title)
        # Open beyond the directory's end: the name goes, the file stays as long as it is held.
        content = target.open("rb")
    sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    content.seek(0)
    examined = Examined(kind, sorted(notes), file, original_sha256, sha256)
    return CleanFile(content, name, examined)


def _copy(file, target):
    digest = hashlib.sha256()
    with target.open("wb") as out:
        for piece in file.chunks():
            digest.update(piece)
            out.write(piece)
    file.seek(0)
    return digest.hexdigest()


def _clean(kind, source, target, title):
    if kind.is_picture:
        target.write_bytes(pictures.strip(source.read_bytes()))
        return set()
    if kind.is_plain:
        return plain.clean(kind, source, target)
    return sandbox.clean(kind, source, target, title=title)


# --- a document that is being saved ----------------------------------------------------------


def before_saving(document) -> None:
    """Put the clean copy in the place of a file that is about to be stored.

    Raises ``RefusedFileError``; then nothing is stored anywhere.
    """
    file = document.file
    if not file or file._committed:
        return
    clean = file.file
    if not isinstance(clean, CleanFile):
        clean = examine(clean, name=file.name, title=document.title)
    document._kip_intake = clean.examined, _store_original(clean.examined.original, clean.name)
    document.file = clean
    document._set_document_file_metadata()


def after_saving(document) -> DocumentRecord | None:
    """Write down what is known of the file that was stored; None where there is no file."""
    examined, original = document.__dict__.pop("_kip_intake", (None, ""))
    if examined is None:
        return process(document) if document.file else None
    fields = _known_fields(document, examined) | {
        "original": original,
        "original_name": PurePath(examined.original.name or document.filename).name[-255:],
        "original_sha256": examined.original_sha256,
    }
    with transaction.atomic():
        before = DocumentRecord.objects.filter(document=document).first()
        if before and before.original.name not in ("", original):
            delete_original(before)
        record, _made = DocumentRecord.objects.update_or_create(document=document, defaults=fields)
        DocumentText.objects.filter(record=record).delete()
    return record


def _known_fields(document, examined):
    waits = examined.kind.has_text
    return {
        "file_name": document.file.name,
        "state": DocumentState.CLEAN,
        "refusal": "",
        "refusal_detail": "",
        "kind": examined.kind.value,
        "notes": examined.notes,
        "sha256": examined.sha256,
        "text_state": TextState.WAITING if waits else TextState.NONE,
        "text_claimed_at": None,
        "text_tries": 0,
    }


def _store_original(file, name):
    """Keep an original under a name that tells nothing and that no other has."""
    file.seek(0)
    extension = PurePath(name).suffix.lower()
    return private_storage().save(f"{ORIGINALS}/{uuid.uuid4().hex}{extension}", file)


def delete_original(record: DocumentRecord) -> None:
    """Delete the original once the transaction is committed that no longer needs it."""
    if record.original:
        delete = partial(private_storage().delete, record.original.name)
        transaction.on_commit(delete, robust=True)


def before_waiting(upload) -> None:
    """Clean a file that Wagtail lays aside, in public, until its other fields are filled in."""
    file = upload.file
    if file._committed:
        return
    model = upload.for_content_type.model_class()
    if model is get_document_model():
        upload.file = examine(file.file, name=file.name)
    elif model is get_image_model():
        before_saving_image(upload)


def before_saving_image(image) -> None:
    """Take place, time and device out of a picture that is about to be stored.

    No original is kept: what is taken out is never wanted back. Raises ``RefusedFileError``.
    """
    file = image.file
    if not file or file._committed:
        return
    content = file.read()
    file.seek(0)
    try:
        stripped = pictures.strip(content)
    except RefusedError as error:
        raise RefusedFileError(error.refusal, name=file.name) from error
    if stripped != content:
        image.file = ContentFile(stripped, name=file.name)
        if isinstance(image, AbstractImage):
            image._set_image_file_metadata()


# --- documents that came past all this -------------------------------------------------------


def reason_to_hold(document) -> str:
    """Return why a stored file could not be cleaned, or nothing; changes nothing."""
    try:
        with document.open_file() as file:
            examine(file, name=document.filename, title=document.title)
    except FileNotFoundError:
        return str(RefusedFileError(Refusal.MISSING, name=document.filename).message)
    except RefusedFileError as error:
        return str(error.message)
    return ""


def process(document, *, again: bool = False) -> DocumentRecord:
    """Clean a file that is in the public storage already, in its place; what cannot be is held.

    For documents of before there was any cleaning, and files that were stored past the model. May be
    interrupted at any point and repeated: the original is recorded before the public file changes.
    With ``again`` what is held is tried once more.
    """
    record, _made = DocumentRecord.objects.get_or_create(
        document=document, defaults={"file_name": document.file.name}
    )
    if record.file_name != document.file.name:
        _start_anew(record, document.file.name)
    if record.state == DocumentState.CLEAN or (record.is_held and not again):
        return record
    try:
        clean = _examine_stored(document, record)
    except RefusedFileError as error:
        return _hold(document, record, error)
    _put_in_place(document.file, clean)
    document._set_document_file_metadata()
    for name, value in _known_fields(document, clean.examined).items():
        setattr(record, name, value)
    # At once: what shows the document is looked at again when it is saved, and reads the record.
    with transaction.atomic():
        document.save(update_fields=["file_size", "file_hash"])
        record.save()
    return record


@transaction.atomic
def _start_anew(record, name):
    delete_original(record)
    record.original, record.file_name, record.state = "", name, DocumentState.UNCHECKED
    record.text_state = TextState.NONE
    record.save()
    DocumentText.objects.filter(record=record).delete()


def _examine_stored(document, record):
    if not record.original:
        _keep_stored_original(document, record)
    with record.original.open("rb") as file:
        return examine(file, name=document.filename, title=document.title)


def _keep_stored_original(document, record):
    try:
        with document.open_file() as file:
            original = _store_original(File(file), document.filename)
            file.seek(0)
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        raise RefusedFileError(Refusal.MISSING, name=document.filename) from None
    ours = {"original": original, "original_name": document.filename, "original_sha256": sha256}
    # Somebody may be doing the same at this moment; the first original is the right one.
    if not DocumentRecord.objects.filter(pk=record.pk, original="").update(**ours):
        private_storage().delete(original)
    record.refresh_from_db()


def _hold(document, record, error):
    record.state = DocumentState.HELD
    record.refusal, record.refusal_detail = error.refusal.value, error.detail[:255]
    record.save(update_fields=["state", "refusal", "refusal_detail"])
    outbox.look_again_at_users_of(document)
    index_again(entries_showing([document.pk]))
    return record


def _put_in_place(file, content):
    """Replace a stored file under its own name, at once where the storage is a file system."""
    storage, name = file.storage, file.name
    try:
        path = storage.path(name)
    except NotImplementedError:
        storage.delete(name)
        file.name = storage.save(name, content)
        return
    os.replace(storage.path(storage.save(name, content)), path)


def sweep(*, at: datetime.datetime) -> int:
    """Delete originals that no record names, left behind by a crash; return how many."""
    storage = private_storage()
    if not storage.exists(ORIGINALS):
        return 0
    _directories, files = storage.listdir(ORIGINALS)
    names = iter(f"{ORIGINALS}/{file}" for file in files)
    count = 0
    while batch := list(islice(names, SWEEP_BATCH)):
        kept = DocumentRecord.objects.filter(original__in=batch).values_list("original", flat=True)
        for name in set(batch).difference(kept):
            if storage.get_modified_time(name) < at - ORPHAN_AGE:
                storage.delete(name)
                count += 1
    return count
