from django.core.management.base import BaseCommand

from ...obligations import load_obligations
from ...ppid.loading import load_ppid_menu


class Command(BaseCommand):
    help = "Add to the PPID menu what it lacks; run it after every update. What was changed stays."

    def handle(self, **options):
        load_obligations()
        self.stdout.write(f"{load_ppid_menu()} new items")
