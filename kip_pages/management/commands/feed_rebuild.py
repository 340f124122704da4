from django.core.management.base import BaseCommand

from ...feed import upkeep


class Command(BaseCommand):
    help = "Look again at every page and number what differs from the feed; safe at any time."

    def handle(self, **options):
        self.stdout.write(f"{upkeep.look_at_everything()} pages looked at")
