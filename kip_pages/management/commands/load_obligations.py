from django.core.management.base import BaseCommand

from ...obligations import load_obligations


class Command(BaseCommand):
    help = "Load the reference list of what public bodies must publish; run it after every update."

    def handle(self, **options):
        self.stdout.write(f"{load_obligations()} obligations")
