"""What runs outside requests, by ``django-tasks``, on backends of its own.

Not on the default one: a host project may keep that immediate, and Wagtail's own tasks run there.
Documents have a backend, and so a worker, apart from webhooks: laying out a long PDF takes minutes,
for which no message shall wait. A task here only says “look again”; what there is to do stands in our
own tables, so a task that is lost, doubled or late does no harm.
"""

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from django_tasks import TaskResultStatus, task, task_backends
from django_tasks.exceptions import TaskResultDoesNotExist

from .choices import PrintState
from .editions import printing
from .models import RegisterPrint, WebhookDelivery
from .push import sending
from .push.announcing import announce

WEBHOOKS = "webhooks"
DOCUMENTS = "documents"


def webhooks_are_configured() -> bool:
    """Say whether the project declares ``TASKS["webhooks"]``; without it nothing is ever sent."""
    return WEBHOOKS in getattr(settings, "TASKS", {})


def documents_are_configured() -> bool:
    """Say whether the project declares ``TASKS["documents"]``; without it nobody waits for a worker."""
    return DOCUMENTS in getattr(settings, "TASKS", {})


@task()
def push() -> None:
    """Tell every subscription what is new and send what is due. Safe to run twice or at once."""
    sending.push(at=timezone.now())


def wake_webhooks():
    """Have the worker look at once; returns the task's result, or None where there is no worker."""
    if not webhooks_are_configured():
        return None
    return push.using(backend=WEBHOOKS).enqueue()


@task()
def print_registers() -> None:
    """Make every PDF that was asked for. Safe to run twice or at once."""
    printing.make_prints(at=timezone.now())


def wake_printer():
    """Have the worker look at once, and return the task's result; without a worker, do it now."""
    if not documents_are_configured():
        printing.make_prints(at=timezone.now())
        return None
    return print_registers.using(backend=DOCUMENTS).enqueue()


def forget_finished_tasks() -> None:
    """Delete the rows of tasks that ended a day ago; each was only a word to the worker."""
    if not apps.is_installed("django_tasks_db"):
        return
    for backend in {WEBHOOKS, DOCUMENTS} & getattr(settings, "TASKS", {}).keys():
        if task_backends[backend].supports_get_result:
            call_command(
                "prune_db_task_results", "--backend", backend, "--min-age-days", "1", verbosity=0
            )


class Heartbeat:
    """Wakes a worker for what waits, should a word to it have been lost.

    One task at most is left waiting, so that nothing piles up while no worker runs.
    """

    def __init__(self):
        self._waiting = None

    def beat(self) -> None:
        if self.has_work() and not self._is_waiting():
            self._waiting = self.wake()

    def has_work(self) -> bool:
        raise NotImplementedError

    def wake(self):
        raise NotImplementedError

    def _is_waiting(self):
        if self._waiting is None:
            return False
        try:
            self._waiting.refresh()
        except TaskResultDoesNotExist:
            return False
        return self._waiting.status == TaskResultStatus.READY


class WebhookHeartbeat(Heartbeat):
    """Makes the messages as well, and brings retries."""

    def has_work(self):
        if not webhooks_are_configured():
            return False
        now = timezone.now()
        announce(at=now)
        return WebhookDelivery.objects.due(at=now).exists()

    def wake(self):
        return wake_webhooks()


class PrintHeartbeat(Heartbeat):
    """Only where there is a worker: this process has no time for PDF files."""

    def has_work(self):
        waiting = RegisterPrint.objects.filter(state=PrintState.WAITING)
        return documents_are_configured() and waiting.exists()

    def wake(self):
        return wake_printer()
