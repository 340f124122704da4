from django.core.management.base import BaseCommand, CommandError

from ...roster import MissingColumnsError, Outcome, load_roster


class Command(BaseCommand):
    help = "Provision the agencies of a CSV roster and update the known ones; none is deleted."

    def add_arguments(self, parser):
        parser.add_argument("file", help="CSV with code, name_id, short_name, kind, subdomain")
        parser.add_argument("--dry-run", action="store_true", help="show what would change")
        parser.add_argument(
            "--base-domain",
            default="",
            help="serve agencies at <code>.<base-domain> instead of their subdomain (development)",
        )
        parser.add_argument("--port", type=int, default=80, help="port in the sites' addresses")

    def handle(self, *, file, dry_run, base_domain, port, **options):
        try:
            with open(file, encoding="utf-8-sig", newline="") as lines:
                refused = self._load(lines, dry_run, base_domain, port)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{file} is not UTF-8; save it as CSV UTF-8.") from error
        except MissingColumnsError as error:
            raise CommandError(str(error)) from error
        if refused:
            raise CommandError(f"{refused} lines were refused; the others are loaded.")

    def _load(self, lines, dry_run, base_domain, port):
        counts = dict.fromkeys(Outcome, 0)
        for result in load_roster(lines, base_domain=base_domain, port=port, dry_run=dry_run):
            counts[result.outcome] += 1
            if result.outcome is Outcome.REFUSED:
                self.stderr.write(f"line {result.line}: {result.code}: refused: {result.detail}")
            elif result.outcome is not Outcome.SAME:
                self.stdout.write(
                    f"line {result.line}: {result.code}: {result.outcome.value}: {result.detail}"
                )
        summary = ", ".join(f"{count} {outcome.value}" for outcome, count in counts.items())
        self.stdout.write(("dry run: " if dry_run else "") + summary)
        return counts[Outcome.REFUSED]
