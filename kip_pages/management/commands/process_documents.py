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

    def handle(self, *, dry_run, **options):
        look = taking_in.reason_to_hold if dry_run else taking_in.process_and_say
        count, held = 0, 0
        for document in self._documents().iterator(chunk_size=100):
            reason = look(document)
            count += 1
            if reason:
                held += 1
                self.stdout.write(f"document {document.pk}: {reason}")
        self.stdout.write(f"{count} documents looked at, {held} held back")
        if not dry_run:
            now = timezone.now()
            self.stdout.write(f"{texts.read_waiting(at=now)} texts read")
            self.stdout.write(f"{taking_in.sweep(at=now)} forgotten originals deleted")

    def _documents(self):
        known = DocumentRecord.objects.exclude(state=DocumentState.UNCHECKED)
        waiting = get_document_model().objects.exclude(file="")
        return waiting.exclude(pk__in=known.values("document")).order_by("pk")
