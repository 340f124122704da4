"""What runs outside requests, by ``django-tasks``, on backends of its own.

Not on the default one: a host project may keep that immediate, and Wagtail's own tasks run there.
A task here only says “look again”; what there is to do stands in our own tables, so a task that is
lost, doubled or late does no harm.
"""

import datetime
import functools
import logging
import threading
import time

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections, transaction
from django.utils import timezone
from django_tasks import TaskResult, task, task_backends
from wagtail.images import get_image_model

from opd_sites.conf import get_setting
from opd_sites.tasks import Waker

from .alerts import receipts
from .choices import PrintState
from .editions import printing
from .exempt import reminding
from .intake import texts
from .models import (
    AlertSource,
    DocumentRecord,
    Receipt,
    RegisterPrint,
    RelayedAlert,
    Subscriber,
    WebhookDelivery,
)
from .pictures import making, uses
from .push import sending
from .push.announcing import announce
from .relays import polling
from .subscribers import mailing
from .subscribers import sending as mail_sending

logger = logging.getLogger(__name__)

WEBHOOKS = "webhooks"
# Rounds of one task: the next one is woken by the heartbeat.
LOOKS = 20
# Whether an alert can be read is asked by nobody who has anything else to do.
ALERTS = "alerts"
# Apart from webhooks: a long document must not hold up the word of an emergency.
DOCUMENTS = "documents"
# Apart from both: ten thousand e-mails take minutes.
MAIL = "mail"
# Apart from all of them: an AVIF takes a second of a processor, and no word of an emergency waits.
PICTURES = "pictures"
# What readers miss comes after what was just published.
MISSED, PUBLISHED = 0, 10
# Seconds after which readers may ask again for a picture that they still miss.
ASK_AGAIN = 3600
# After this a task says “look” again and ends, so that a worker can be stopped.
MAIL_SECONDS = 20
# What a round of the feed worker spends on e-mails where nobody else sends them.
MAIL_SECONDS_OF_A_ROUND = 2


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


def documents_are_configured() -> bool:
    """Say whether ``TASKS["documents"]`` is declared.

    Without it ``process_documents`` reads the texts, and PDF files are made while somebody waits.
    """
    return DOCUMENTS in getattr(settings, "TASKS", {})


def receipts_are_configured() -> bool:
    """Say whether ``TASKS["alerts"]`` is declared; without it ``feed_worker`` asks, every few seconds."""
    return ALERTS in getattr(settings, "TASKS", {})


@task()
def look_for_alerts() -> None:
    """Ask the hosts, once a second, until each shows what it has to. Safe to run twice or at once."""
    for _round in range(LOOKS):
        if not receipts.look(at=timezone.now()):
            return
        time.sleep(1)


def wake_receipts():
    """Have the worker look at once; returns the task's result, or None where there is no worker."""
    if not receipts_are_configured():
        return None
    return look_for_alerts.using(backend=ALERTS).enqueue()


@task()
def read_texts() -> None:
    """Read the text of every document that waits for it. Safe to run twice or at once."""
    texts.read_waiting(at=timezone.now())


def wake_text_reader():
    """Have the worker look at once; returns the task's result, or None where there is no worker."""
    if not documents_are_configured():
        return None
    return read_texts.using(backend=DOCUMENTS).enqueue()


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


@task()
def remind_officers() -> None:
    """Write to the officers whose exemptions end. Safe to run twice or at once."""
    reminding.remind(at=timezone.now())


def wake_reminding() -> TaskResult:
    """Have the worker write to the officers; without a worker, write to them now."""
    return remind_officers.using(backend=get_setting("MAIL_TASKS")).enqueue()


def mail_is_configured() -> bool:
    """Say whether ``TASKS["mail"]`` is declared.

    Without it ``feed_worker`` sends to subscribers, a little each round, or ``send_mailings`` does.
    """
    return MAIL in getattr(settings, "TASKS", {})


@task()
def send_mailings() -> None:
    """Send to subscribers what is due, for a while. Safe to run twice or at once."""
    if mail_sending.send_due(until=time.monotonic() + MAIL_SECONDS):
        wake_mailing()


def wake_mailing():
    """Have the worker look at once; returns the task's result, or None where there is no worker."""
    if not mail_is_configured():
        return None
    return send_mailings.using(backend=MAIL).enqueue()


def pictures_are_configured() -> bool:
    """Say whether ``TASKS["pictures"]`` is declared.

    Without it they are made for the first reader, who waits for them.
    """
    return PICTURES in getattr(settings, "TASKS", {})


@task()
def make_pictures(image_id: str, kinds: list[str]) -> None:
    """Make what an image lacks to be shown; pages that show it are then made anew. Safe to run twice."""
    image = get_image_model().objects.filter(pk=image_id).first()
    if image and making.make(image, kinds):
        uses.note_users(image)


def wake_picture_maker(pictures: dict[str, list[str]], *, priority: int = PUBLISHED) -> None:
    """Have the worker make pictures of the images of these keys, each in its kinds, if there is one."""
    if pictures_are_configured():
        task = make_pictures.using(backend=PICTURES, priority=priority)
        for image_id, kinds in pictures.items():
            if kinds:
                task.enqueue(image_id, kinds)


def ask_for_picture(image, kind: str) -> None:
    """Have the worker make what a page could not show: nobody published, or the word of it was lost."""
    if pictures_are_configured() and cache.add(
        f"kip_pages.picture.{image.pk}.{kind}", 1, ASK_AGAIN
    ):
        ask = functools.partial(wake_picture_maker, {str(image.pk): [kind]}, priority=MISSED)
        transaction.on_commit(ask, robust=True)


def forget_finished_tasks() -> None:
    """Delete the rows of tasks that ended a day ago; each was only a word to the worker."""
    if not apps.is_installed("django_tasks_db"):
        return
    for backend in {WEBHOOKS, DOCUMENTS, ALERTS, MAIL, PICTURES} & getattr(
        settings, "TASKS", {}
    ).keys():
        if task_backends[backend].supports_get_result:
            call_command(
                "prune_db_task_results", "--backend", backend, "--min-age-days", "1", verbosity=0
            )


class WebhookHeartbeat:
    """Makes the messages, and wakes the worker should a word to it have been lost; brings retries."""

    def __init__(self):
        self._waker = Waker(wake_webhooks)

    def beat(self, *, at: datetime.datetime) -> None:
        if not webhooks_are_configured():
            return
        announce(at=at)
        if WebhookDelivery.objects.due(at=at).exists():
            self._waker.wake()


class ReceiptHeartbeat:
    """The same for receipts; where there is no worker for them, it asks by itself."""

    def __init__(self):
        self._waker = Waker(wake_receipts)

    def beat(self, *, at: datetime.datetime) -> None:
        if not Receipt.objects.open(at=at).exists():
            return
        if receipts_are_configured():
            self._waker.wake()
        else:
            receipts.look(at=at)


class TextHeartbeat:
    """The same for the texts of documents."""

    def __init__(self):
        self._waker = Waker(wake_text_reader)

    def beat(self, *, at: datetime.datetime) -> None:
        if documents_are_configured() and DocumentRecord.objects.to_be_read(at=at).exists():
            self._waker.wake()


class PrintHeartbeat:
    """The same for PDF files; only where there is a worker: this process has no time for them."""

    def __init__(self):
        self._waker = Waker(wake_printer)

    def beat(self, *, at: datetime.datetime) -> None:
        waiting = RegisterPrint.objects.filter(state=PrintState.WAITING)
        if documents_are_configured() and waiting.exists():
            self._waker.wake()


class SubscriberHeartbeat:
    """The same for e-mails to subscribers; where there is no worker, sends some itself."""

    def __init__(self):
        self._waker = Waker(wake_mailing)

    def beat(self, *, at: datetime.datetime) -> None:
        if not Subscriber.objects.active().exists():
            # Noted as told to nobody: who subscribes later is told of what comes later.
            mailing.prepare(at=at)
            mailing.finish(at=at)
        if not (mailing.is_pending(at=at) or Subscriber.objects.awaiting_letter(at=at).exists()):
            return
        if mail_is_configured():
            self._waker.wake()
        else:
            mail_sending.send_due(until=time.monotonic() + MAIL_SECONDS_OF_A_ROUND)


class RelayHeartbeat:
    """Has the warnings of others fetched, beside the round: a slow host must not hold up an emergency."""

    def __init__(self):
        self._thread = None

    def beat(self, *, at: datetime.datetime) -> None:
        if self._thread and self._thread.is_alive():
            return
        listed = RelayedAlert.objects.to_fetch(at=at).filter(source__is_enabled=True)
        if not (AlertSource.objects.due(at=at).exists() or listed.exists()):
            return
        # What a thread was at when its process ended becomes due again.
        self._thread = threading.Thread(target=_poll, daemon=True, name="relays")
        self._thread.start()

    def wait(self) -> None:
        """Wait until what was begun is done."""
        if self._thread:
            self._thread.join()


def _poll():
    try:
        polling.poll_due()
    except Exception:  # the database may be away; the next round finds it due
        logger.exception("warnings of others could not be fetched")
    finally:
        connections.close_all()
