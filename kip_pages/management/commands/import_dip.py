import contextlib
import json
from collections import Counter
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.utils import timezone

from opd_sites.models import Agency

from ...dip_import import applying, planning, uploading
from ...dip_import.opening import open_workbook
from ...dip_import.questions import Answers
from ...dip_import.refusing import UnreadableFileError
from ...dip_import.understanding import understand
from ...dip_import.vocabulary import Stated
from ...import_choices import ImportState, RowPlan

TOLD = (RowPlan.NEW, RowPlan.CHANGED, RowPlan.SAME, RowPlan.REFUSED, RowPlan.EXEMPT)


class Command(BaseCommand):
    help = "Bring a register kept in a spreadsheet (XLSX, ODS, CSV) into an agency's DIP."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--agency", required=True, help="code of the agency")
        parser.add_argument(
            "--category",
            choices=[stated.value for stated in Stated if stated.category],
            help="for rows that state no category; those that state an unknown one stay out",
        )
        parser.add_argument("--dry-run", action="store_true", help="show what would change")
        parser.add_argument(
            "--json", action="store_true", help="with --dry-run: print every row as understood"
        )

    # What rows are refused for is said in the language of all else that the command says.
    @no_translations
    def handle(self, *, file, agency, category, dry_run, json, **options):
        if json and not dry_run:
            raise CommandError("--json goes with --dry-run.")
        found = Agency.objects.select_related("root_page").filter(code=agency).first()
        if found is None:
            raise CommandError(f"There is no agency {agency}.")
        answers = Answers(otherwise=category or "")
        with _told(file), file.open("rb") as opened:
            if json:
                self._print_rows(opened, file, found, answers)
            elif dry_run:
                self._try(opened, file, found, answers)
            else:
                self._import(opened, file, found, answers)

    def _print_rows(self, opened, file, agency, answers):
        """Print the rows in the schema of samples of registers; categories to ask for are null."""
        entries, others = [], []
        with open_workbook(opened, name=file.name, limit=uploading.limit()) as workbook:
            for row in understand(workbook, answers).rows():
                if row.is_entry:
                    entries.append(row.as_json())
                else:
                    others.append(row.refusal_as_json())
        told = {"opd_code": agency.code, "rows": entries, "not_imported": others}
        self.stdout.write(json.dumps({"files": {file.name: told}}, ensure_ascii=False, indent=1))

    def _try(self, opened, file, agency, answers):
        counts = Counter()
        with open_workbook(opened, name=file.name, limit=uploading.limit()) as workbook:
            rows = understand(workbook, answers).rows()
            for item in planning.plan(rows, agency=agency, at=timezone.now()):
                counts[item.plan] += 1
                label = str(item.reason.label) % item.about if item.reason else ""
                self._tell(item.row.sheet, item.row.row, item.plan, label, item.row.title)
        self._sum_up("dry run: ", counts)

    def _import(self, opened, file, agency, answers):
        planning.register_of(agency)
        job = uploading.take_in(opened, name=file.name, agency=agency, answers=answers)
        # Whoever types the command has looked at its dry run.
        job.is_confirmed = True
        job.save(update_fields=["is_confirmed"])
        uploading.read(job, at=timezone.now(), wait=True)
        if job.state == ImportState.REFUSED:
            told = job.refusal_text
            uploading.forget(job)
            raise CommandError(told)
        try:
            applying.start(job, by=None, at=timezone.now())
        except applying.NotReadyError as error:
            raise CommandError(
                f"Somebody has changed import {job.pk} in the admin meanwhile. Look at it there."
            ) from error
        while applying.run_batch(job.pk, at=timezone.now()):
            pass
        for row in job.rows.entries().iterator(chunk_size=500):
            self._tell(row.sheet, row.row, row.outcome or row.plan, row.reason_text, row.title)
        self._sum_up("", Counter(job.rows.entries().counts("outcome")))

    def _tell(self, sheet, row, outcome, reason, title):
        place = f"{sheet}, line {row}" if sheet else f"line {row}"
        if outcome in (RowPlan.REFUSED, RowPlan.EXEMPT):
            self.stderr.write(f"{place}: {outcome}: {reason}: {title}")
        elif outcome in (RowPlan.NEW, RowPlan.CHANGED):
            self.stdout.write(f"{place}: {outcome}: {title}")

    def _sum_up(self, before, counts):
        self.stdout.write(before + ", ".join(f"{counts[plan]} {plan.value}" for plan in TOLD))


@contextlib.contextmanager
def _told(file):
    """Turn what is wrong with a file or an agency into a message of one line."""
    try:
        yield
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}") from error
    except (UnreadableFileError, planning.NoRegisterError) as error:
        raise CommandError(str(error)) from error
