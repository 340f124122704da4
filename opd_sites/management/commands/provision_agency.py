from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from ...choices import AgencyKind
from ...provisioning import HostnameTakenError, NoPagesPlantedError, provision


class Command(BaseCommand):
    help = "Create one agency with its site, pages, collection and groups, or complete it."

    def add_arguments(self, parser):
        parser.add_argument("code", help="stable key, for example dinkes")
        parser.add_argument("--name", required=True)
        parser.add_argument("--short-name", required=True)
        parser.add_argument("--kind", required=True, choices=AgencyKind.values)
        parser.add_argument("--hostname", required=True)
        parser.add_argument("--port", type=int, default=80)
        for option in ("--address", "--phone", "--email", "--office-hours", "--accent-colour"):
            parser.add_argument(option)
        parser.add_argument("--lead", action="store_true", help="PPID Utama: runs the portal")

    def handle(self, *, code, hostname, port, lead, **options):
        names = ("name", "short_name", "kind", "address", "phone", "email", "office_hours")
        description = {n: options[n] for n in (*names, "accent_colour") if options[n] is not None}
        if lead:
            description["is_lead"] = True
        try:
            agency = provision(code=code, hostname=hostname, port=port, **description)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        except (HostnameTakenError, NoPagesPlantedError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{agency.code}: {agency.url}")
