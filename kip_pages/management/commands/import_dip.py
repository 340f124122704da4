from collections import Counter
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from opd_sites.models import Agency

from ...dip_import.flat import CATEGORIES, UnreadableFileError, read_rows
from ...dip_import.load import NoRegisterError, Outcome, import_rows


class Command(BaseCommand):
    help = "Bring a register kept in a flat CSV or XLSX file into an agency's DIP."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--agency", required=True, help="code of the agency")
        parser.add_argument(
            "--category",
            choices=[name.replace(" ", "_") for name in CATEGORIES],
            help="for rows that state no category",
        )
        parser.add_argument("--dry-run", action="store_true", help="show what would change")

    def handle(self, *, file, agency, category, dry_run, **options):
        found = Agency.objects.select_related("root_page").filter(code=agency).first()
        if found is None:
            raise CommandError(f"There is no agency {agency}.")
        counts = Counter()
        try:
            results = import_rows(
                read_rows(file),
                agency=found,
                category=CATEGORIES[category.replace("_", " ")] if category else None,
                dry_run=dry_run,
            )
            for result in results:
                counts[result.outcome] += 1
                self._report(result)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}") from error
        except (UnreadableFileError, NoRegisterError) as error:
            raise CommandError(str(error)) from error
        summary = ", ".join(f"{counts[outcome]} {outcome.value}" for outcome in Outcome)
        self.stdout.write(("dry run: " if dry_run else "") + summary)

    def _report(self, result):
        if result.outcome is Outcome.REFUSED:
            self.stderr.write(f"line {result.line}: refused: {result.reason}: {result.title}")
        elif result.outcome in (Outcome.CREATED, Outcome.UPDATED):
            self.stdout.write(f"line {result.line}: {result.outcome.value}: {result.title}")
