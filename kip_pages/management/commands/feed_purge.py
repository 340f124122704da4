import datetime

from django.core.management.base import BaseCommand
from django.utils import timezone

from ...conf import get_setting
from ...feed import upkeep


class Command(BaseCommand):
    help = "Forget deletions older than KIP_PAGES['TOMBSTONE_DAYS']; the worker does it every day."

    def handle(self, **options):
        age = datetime.timedelta(days=get_setting("TOMBSTONE_DAYS"))
        purged = upkeep.purge_deletions(before=timezone.now() - age)
        self.stdout.write(f"{purged} deletions forgotten")
