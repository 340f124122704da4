from django.core.management.base import BaseCommand

from ...role_sync import sync_roles


class Command(BaseCommand):
    help = "Make every group hold exactly the permissions of opd_sites/roles.py."

    def handle(self, **options):
        self.stdout.write(f"{sync_roles()} groups changed")
