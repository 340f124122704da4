import datetime

from django.core.files.storage import InvalidStorageError, Storage, storages
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from wagtail.documents import get_document_model_string
from wagtail.models import CollectionViewRestriction

from ..choices import DocumentNote, DocumentState, TextState
from ..conf import max_upload_bytes
from ..files import messages
from ..files.verdicts import Note, Refusal

# Alias in STORAGES: what is in it has no address, and only who may change a document gets it.
PRIVATE_STORAGE = "private"
# Characters of a document that are kept for search: some forty pages.
TEXT_LIMIT = 100_000
# A reader that was not heard of for so long is gone.
READING_LEASE = datetime.timedelta(minutes=5)
READING_TRIES = 3


def private_storage() -> Storage:
    """Return the storage, or one that can keep nothing where the project declares none.

    Asked while models are loaded, when ``kip_pages.E012`` could not yet tell what is missing.
    """
    try:
        return storages[PRIVATE_STORAGE]
    except InvalidStorageError:
        return Storage()


class DocumentRecordQuerySet(models.QuerySet):
    def public(self):
        """Those whose file citizens may have: cleaned, or of before there was any cleaning."""
        return self.filter(
            state__in=[DocumentState.CLEAN, DocumentState.UNCHECKED],
            file_name=F("document__file"),
        )

    def open_to_all(self):
        """Those of them that are in no private collection: what search may tell of."""
        closed = CollectionViewRestriction.objects.values_list("collection__path", flat=True)
        found = self.public()
        for path in closed:
            found = found.exclude(document__collection__path__startswith=path)
        return found

    def held(self):
        return self.filter(state=DocumentState.HELD)

    def without_text(self):
        """Those that no search finds and no screen reader reads: scans."""
        return self.filter(text_state=TextState.SCAN)

    def with_notes(self):
        """Those with something in them that an editor may not have meant to publish."""
        return self.exclude(notes=[])

    def to_be_read(self, *, at):
        """Those whose text waits to be read, or whose reader has been lost on the way."""
        lost = Q(text_claimed_at__lt=at - READING_LEASE)
        return self.filter(
            Q(text_claimed_at=None) | lost,
            text_state=TextState.WAITING,
            text_tries__lt=READING_TRIES,
        )

    def given_up(self, *, at):
        """Those that were claimed as often as they may be, by readers that all were lost."""
        return self.filter(
            text_state=TextState.WAITING,
            text_tries__gte=READING_TRIES,
            text_claimed_at__lt=at - READING_LEASE,
        )

    def within(self, collection):
        """Those of the documents of a collection and of the collections below it."""
        return self.filter(document__collection__path__startswith=collection.path)

    def same_file(self, sha256):
        """Those whose original or public copy has this hash."""
        return self.filter(Q(original_sha256=sha256) | Q(sha256=sha256))


class DocumentRecord(models.Model):
    """What is known of a document's file: whether it may be public, its original, its text.

    A companion of Wagtail's document and not a document model of our own, so that the app can be
    added where documents exist already (docs/decisions/0017-document-intake.md).
    """

    document = models.OneToOneField(
        get_document_model_string(), on_delete=models.CASCADE, related_name="kip_record"
    )
    # Or every document would be in use, by its own record.
    document.wagtail_reference_index_ignore = True
    # The public file that all this is about; another name means another file, of which nothing is known.
    file_name = models.CharField(max_length=255)
    state = models.CharField(
        max_length=10, choices=DocumentState.choices, default=DocumentState.UNCHECKED
    )
    # Why it is held: one of ``files.verdicts.Refusal``, and what completes the message.
    refusal = models.CharField(max_length=20, blank=True)
    refusal_detail = models.CharField(max_length=255, blank=True)
    kind = models.CharField(max_length=10, blank=True)
    notes = models.JSONField(default=list, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)

    original = models.FileField(
        storage=private_storage, upload_to="documents", max_length=255, blank=True
    )
    original_name = models.CharField(max_length=255, blank=True)
    original_sha256 = models.CharField(max_length=64, blank=True, db_index=True)

    text_state = models.CharField(
        max_length=10, choices=TextState.choices, default=TextState.NONE, db_index=True
    )
    text_claimed_at = models.DateTimeField(null=True)
    text_tries = models.PositiveSmallIntegerField(default=0)

    objects = DocumentRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("record of a document")
        verbose_name_plural = _("records of documents")
        default_permissions = ()

    def __str__(self):
        return self.file_name

    @property
    def is_held(self) -> bool:
        return self.state == DocumentState.HELD

    @property
    def is_cleaned(self) -> bool:
        """Whether its public copy names nobody any more."""
        return self.state == DocumentState.CLEAN and DocumentNote.SIGNED not in self.notes

    @property
    def needs_text(self) -> bool:
        """Whether it is a scan: no search finds it and no screen reader reads it."""
        return self.text_state == TextState.SCAN

    def open_original(self):
        """Return the file as it was uploaded, open; the public one where no other was kept."""
        file = self.original or self.document.file
        return file.storage.open(file.name, "rb")

    @property
    def reason(self) -> str:
        """Why it is held, and what to do about it; "" where it is not."""
        if not self.is_held:
            return ""
        return messages.about(
            Refusal(self.refusal),
            name=self.file_name.rpartition("/")[2],
            detail=self.refusal_detail,
            max_bytes=max_upload_bytes(),
        )

    @property
    def to_do(self) -> list[str]:
        """What an editor should do about the file, in sentences; empty where all is well."""
        said = [self.reason] if self.is_held else []
        if self.needs_text:
            said.append(
                _(
                    "Scan without text: nobody can search it, and screen readers cannot read it out. "
                    "Replace it with the original, or have the text recognised (OCR)."
                )
            )
        if self.text_state == TextState.FAILED:
            said.append(_("Its text could not be read, so that no search finds it."))
        return said + [messages.NOTES[Note(note)] for note in self.notes]

    @property
    def notes_display(self) -> list[str]:
        return [DocumentNote(note).label for note in self.notes]


class DocumentText(models.Model):
    """The words of a document's file, for search; apart from the record, which is read more often."""

    record = models.OneToOneField(
        DocumentRecord, on_delete=models.CASCADE, primary_key=True, related_name="text"
    )
    body = models.TextField()

    class Meta:
        verbose_name = _("text of a document")
        verbose_name_plural = _("texts of documents")
        default_permissions = ()

    def __str__(self):
        return self.body[:80]
