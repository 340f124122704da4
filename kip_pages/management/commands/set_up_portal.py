from django.core.management.base import BaseCommand

from ...obligations import load_obligations
from ...planting import set_up_portal
from ...ppid.loading import load_ppid_menu


class Command(BaseCommand):
    help = "Create or change the province's portal: its site, home page, languages and groups."

    def add_arguments(self, parser):
        parser.add_argument("--hostname", required=True, help="for example portal.bantenprov.go.id")
        parser.add_argument("--port", type=int, default=80)
        parser.add_argument("--name", required=True, help="for example Portal Provinsi Banten")

    def handle(self, *, hostname, port, name, **options):
        load_obligations()
        load_ppid_menu()
        self.stdout.write(set_up_portal(hostname=hostname, port=port, name=name).root_url)
