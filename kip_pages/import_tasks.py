"""Imports of registers outside requests, on a backend of their own.

A webhook waits for receivers, an import for nobody: in one queue the one would hold up the other. What
there is to do stands in ``DipImport``; a task only says “look”.
"""

import datetime
import logging
import time

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone, translation
from django_tasks import task, task_backends

from opd_sites.tasks import Waker

from .conf import get_setting
from .dip_import import applying, uploading
from .import_choices import ImportState
from .models import DipImport

logger = logging.getLogger(__name__)

IMPORTS = "imports"
# After this a task says “look” again and ends, so that a worker can be stopped, and others have a turn.
SECONDS = 20


def imports_are_configured() -> bool:
    """Say whether the project declares ``TASKS["imports"]``; without it there is no screen for them."""
    return IMPORTS in getattr(settings, "TASKS", {})


@task()
def look_at_imports() -> None:
    """Read and run what is due, for a while. Safe to run twice or at once."""
    until = time.monotonic() + SECONDS
    # What is stored in words is stored in the province's language, whoever waits for it.
    with translation.override(settings.LANGUAGE_CODE):
        for pk in DipImport.objects.due().values_list("pk", flat=True):
            if not _try(pk, until=until):
                wake_imports()
                return


def _try(pk, *, until):
    """Work on an import by itself: one that fails must not keep the others from their turn."""
    try:
        return work_on(pk, until=until)
    except Exception:
        logger.exception("import %s cannot go on", pk)
        return True


def work_on(pk: int, *, until: float) -> bool:
    """Read an import, or run it until the clock says ``until``; say whether it has come to a rest."""
    job = DipImport.objects.select_related("agency__root_page").filter(pk=pk).first()
    if job is None:
        return True
    if job.state == ImportState.READING:
        uploading.read(job, at=timezone.now())
    while time.monotonic() < until:
        if not applying.run_batch(pk, at=timezone.now()):
            return True
    return False


def wake_imports():
    """Have the worker look at once; returns the task's result, or None where there is no worker."""
    if not imports_are_configured():
        return None
    return look_at_imports.using(backend=IMPORTS).enqueue()


def forget_old_imports(*, at: datetime.datetime) -> None:
    """Delete imports that are over long since, and the rows of tasks that ended a day ago."""
    uploading.forget_old(before=at - datetime.timedelta(days=get_setting("IMPORT_KEEP_DAYS")))
    keeps = imports_are_configured() and task_backends[IMPORTS].supports_get_result
    if keeps and apps.is_installed("django_tasks_db"):
        call_command(
            "prune_db_task_results", "--backend", IMPORTS, "--min-age-days", "1", verbosity=0
        )


class ImportHeartbeat:
    """Wakes the worker, should a word of it have been lost, or a worker been killed."""

    def __init__(self):
        self._waker = Waker(wake_imports)

    def beat(self, *, at: datetime.datetime) -> None:
        if imports_are_configured() and DipImport.objects.due().exists():
            self._waker.wake()
