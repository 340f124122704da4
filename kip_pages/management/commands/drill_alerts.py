import time

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from ...alerts import drilling, receipts
from ...feed import sequencer
from ...models import Receipt


class Command(BaseCommand):
    help = "Send a test through the alert path to every host, and tell when it was seen where."

    def add_arguments(self, parser):
        parser.add_argument("--wait", type=int, default=90, help="seconds to wait for the hosts")

    def handle(self, *, wait, **options):
        try:
            page = drilling.drill(at=timezone.now())
        except drilling.NoPlaceForDrillsError as error:
            raise CommandError(
                "The portal has no section for emergencies, or no lead agency."
            ) from error
        sequencer.catch_up(pressing_only=True)
        receipt = Receipt.objects.get(page=page)
        end = time.monotonic() + wait
        while receipts.look(at=timezone.now()) and time.monotonic() < end:
            time.sleep(1)
        lines = list(receipt.lines.select_related("agency", "receipt"))
        for line in lines:
            seen = "not seen" if line.seconds is None else f"{line.seconds:.1f} s"
            self.stdout.write(f"{line}: {seen} {line.error}".rstrip())
        late = sum(line.is_late for line in lines)
        if late:
            raise CommandError(f"{late} of {len(lines)} were late or not seen.")
        self.stdout.write(f"All {len(lines)} were seen in time.")
