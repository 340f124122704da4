"""What waits for the outside world, by ``django-tasks`` on the default backend."""

from django.utils import timezone
from django_tasks import task

from . import invitations
from .models import Invitation


@task()
def send_invitation(invitation_id: int) -> None:
    """Send the e-mail of an invitation that was not sent yet. Safe to run twice.

    When the mail server refuses, the invitation stays unsent, its list says so and offers to try again.
    """
    unsent = Invitation.objects.select_related("agency__site").filter(sent_at=None)
    if invitation := unsent.filter(pk=invitation_id).first():
        invitations.deliver(invitation, at=timezone.now())
