from django.core.management.base import BaseCommand
from django.utils import timezone
from wagtail.documents import get_document_model

from ...choices import DocumentState
from ...intake import taking_in, texts
from ...models import DocumentRecord


class Command(BaseCommand):
    help = (
        "Clean every document that was not cleaned when it came in, read the texts that wait, and "
        "delete originals that nothing names. May be interrupted and run again at any time."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="change nothing; say which documents could not be cleaned and would be held back",
        )
        parser.add_argument("--again", action="store_true", help="try those held back once more")

    def handle(self, *, dry_run, again, **options):
        count = held = 0
        for document in self._documents(again).iterator(chunk_size=100):
            if dry_run:
                reason = taking_in.reason_to_hold(document)
            else:
                reason = taking_in.process(document, again=again).reason
            count += 1
            held += bool(reason)
            if reason:
                self.stdout.write(f"document {document.pk}: {reason}")
        self.stdout.write(f"{count} documents looked at, {held} held back")
        if not dry_run:
            now = timezone.now()
            self.stdout.write(f"{texts.read_waiting(at=now)} texts read")
            self.stdout.write(f"{taking_in.sweep(at=now)} forgotten originals deleted")

    def _documents(self, again):
        done = [DocumentState.CLEAN] if again else [DocumentState.CLEAN, DocumentState.HELD]
        known = DocumentRecord.objects.filter(state__in=done).values("document")
        return get_document_model().objects.exclude(file="").exclude(pk__in=known).order_by("pk")
