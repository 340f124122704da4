"""What runs outside requests, by ``django-tasks``, on a backend of its own.

Not on the default one: a host project may keep that immediate, and Wagtail's own tasks run there.
A task here only says “look again”; what there is to do stands in our own tables, so a task that is
lost, doubled or late does no harm.
"""

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from django_tasks import task

from opd_sites.tasks import Waker

from .models import WebhookDelivery
from .push import sending
from .push.announcing import announce

WEBHOOKS = "webhooks"


def webhooks_are_configured() -> bool:
    """Say whether the project declares ``TASKS["webhooks"]``; without it nothing is ever sent."""
    return WEBHOOKS in getattr(settings, "TASKS", {})


@task()
def push() -> None:
    """Tell every subscription what is new and send what is due. Safe to run twice or at once."""
    sending.push(at=timezone.now())


def wake_webhooks():
    """Have the worker look at once; returns the task's result, or None where there is no worker."""
    if not webhooks_are_configured():
        return None
    return push.using(backend=WEBHOOKS).enqueue()


def forget_finished_tasks() -> None:
    """Delete the rows of tasks that ended a day ago; each was only a word to the worker."""
    if webhooks_are_configured() and apps.is_installed("django_tasks_db"):
        call_command(
            "prune_db_task_results", "--backend", WEBHOOKS, "--min-age-days", "1", verbosity=0
        )


class WebhookHeartbeat:
    """Makes the messages and wakes the worker, should a word of it have been lost; brings retries.

    One task at most is left waiting, so that nothing piles up while no worker runs.
    """

    def __init__(self):
        self._waker = Waker(wake_webhooks)

    def beat(self) -> None:
        if not webhooks_are_configured():
            return
        now = timezone.now()
        announce(at=now)
        if WebhookDelivery.objects.due(at=now).exists():
            self._waker.wake()
