"""What this app does outside requests, by ``django-tasks``.

A task only says “look again”; what there is to do stands in our own tables, so a task that is lost,
doubled or late does no harm.
"""

import datetime
from collections.abc import Callable

from django.utils import timezone
from django_tasks import TaskResult, TaskResultStatus, task
from django_tasks.exceptions import TaskResultDoesNotExist

from . import invitations, mailing, passwords
from .conf import get_setting
from .models import Invitation, Notice


@task()
def send_notices() -> None:
    """Send the e-mails that are due. Safe to run twice or at once."""
    mailing.send_due()


def wake_mailing() -> TaskResult:
    """Have the worker send what is due; without a worker, send it now."""
    return send_notices.using(backend=get_setting("MAIL_TASKS")).enqueue()


@task()
def send_invitation(invitation_id: int) -> None:
    """Send the e-mail of an invitation that was not sent yet. Safe to run twice.

    When the mail server refuses, the invitation stays unsent, its list says so and offers to try again.
    """
    unsent = Invitation.objects.select_related("agency__site").filter(sent_at=None)
    if invitation := unsent.filter(pk=invitation_id).first():
        invitations.deliver(invitation, at=timezone.now())


def wake_invitation(invitation: Invitation) -> TaskResult:
    """Have the worker send the e-mail; without a worker, send it now."""
    return send_invitation.using(backend=get_setting("MAIL_TASKS")).enqueue(invitation.pk)


@task()
def send_reset_link(email: str, domain: str, use_https: bool, subject: str, text: str) -> None:
    passwords.send_reset_link(email, domain=domain, use_https=use_https, subject=subject, text=text)


def wake_reset(*what) -> TaskResult:
    """Have the worker find the accounts of an address and write to them; without a worker, do it now."""
    return send_reset_link.using(backend=get_setting("MAIL_TASKS")).enqueue(*what)


class Waker:
    """Wakes a worker, of which one task at most is left waiting: nothing piles up while none runs."""

    def __init__(self, enqueue: Callable[[], TaskResult | None]):
        self._enqueue = enqueue
        self._waiting = None

    def wake(self) -> None:
        if not self._is_waiting():
            self._waiting = self._enqueue()

    def _is_waiting(self):
        if self._waiting is None:
            return False
        try:
            self._waiting.refresh()
        except (
            TaskResultDoesNotExist,
            NotImplementedError,
        ):  # pruned, or of a backend that keeps none
            return False
        return self._waiting.status == TaskResultStatus.READY


class MailHeartbeat:
    """Brings retries, and the e-mails of which the word to the worker was lost."""

    def __init__(self):
        self._waker = Waker(wake_mailing)

    def beat(self, *, at: datetime.datetime) -> None:
        if Notice.objects.to_mail(at=at).exists():
            self._waker.wake()
