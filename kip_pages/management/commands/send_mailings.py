from django.core.management.base import BaseCommand

from ...subscribers import sending


class Command(BaseCommand):
    help = (
        "Send to subscribers what is due, until nothing is or the mail server is away. For an "
        "installation without a worker for TASKS['mail']; several at once are safe."
    )

    def handle(self, **options):
        sending.send_due()
