from django.core.management.base import BaseCommand, CommandError

from ...models import AlertSource
from ...relays import polling


class Command(BaseCommand):
    help = (
        "Fetch the warnings of others that are due, once; `feed_worker` does the same by itself. "
        "With --source, from that one now, switched on or not."
    )

    def add_arguments(self, parser):
        parser.add_argument("--source", help="name of a source of warnings")

    def handle(self, *, source, **options):
        if source is None:
            self.stdout.write(f"looked at {polling.poll_due()} sources")
            return
        try:
            chosen = AlertSource.objects.get(name=source)
        except AlertSource.DoesNotExist as error:
            names = ", ".join(AlertSource.objects.values_list("name", flat=True)) or "none"
            raise CommandError(f"There is no such source. There are: {names}") from error
        except AlertSource.MultipleObjectsReturned as error:
            raise CommandError("Several sources have this name.") from error
        polling.poll(chosen)
        chosen.refresh_from_db()
        if chosen.problem:
            raise CommandError(f"{chosen.get_problem_display()} {chosen.detail}".strip())
        for alert in chosen.alerts.newest_first().select_related("page")[:20]:
            reason = alert.get_reason_display()
            self.stdout.write(f"{alert.title}: {alert.outcome} {reason} {alert.detail}".rstrip())
