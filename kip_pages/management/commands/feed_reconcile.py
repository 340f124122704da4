from django.core.management.base import BaseCommand

from ...feed.reconcile import reconcile


class Command(BaseCommand):
    help = "Compare every item of the feed with its page and repair it; the worker does it hourly."

    def handle(self, **options):
        self.stdout.write(f"{reconcile()} items differed from their pages")
