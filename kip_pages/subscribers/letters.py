"""The e-mail that a subscriber asked for: with the link to confirm, or to change what is confirmed."""

import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from opd_sites.models import portal_site

from ..models import Subscriber
from .line import Line, Outcome
from .tokens import CONFIRM_WITHIN, Links, Purpose

# In one go: an alert may have come meanwhile.
BATCH = 5
RETRY_AFTER = datetime.timedelta(minutes=1)
MAX_ATTEMPTS = 8


def send_due(line: Line) -> None:
    """Send some of the letters that are due. One that a worker was killed over is sent again."""
    for _letter in range(BATCH):
        subscriber = _claim(at=timezone.now())
        if subscriber is None:
            return
        outcome = line.send(compose(subscriber))
        if outcome in {Outcome.SENT, Outcome.REFUSED}:
            # Asked for once more meanwhile: that one is still due.
            own = Subscriber.objects.filter(
                pk=subscriber.pk, letter_due_at=subscriber.letter_due_at
            )
            own.update(letter_due_at=None, letter_attempts=0)
        if outcome is Outcome.CUT:
            return


@transaction.atomic
def _claim(*, at) -> Subscriber | None:
    due = Subscriber.objects.awaiting_letter(at=at).select_for_update(skip_locked=True)
    subscriber = due.first()
    if subscriber is None:
        return None
    subscriber.letter_attempts += 1
    wait = RETRY_AFTER * 2 ** (subscriber.letter_attempts - 1)
    is_last = subscriber.letter_attempts >= MAX_ATTEMPTS
    subscriber.letter_due_at = None if is_last else at + wait
    subscriber.save(update_fields=["letter_attempts", "letter_due_at"])
    return subscriber


def compose(subscriber: Subscriber) -> EmailMessage:
    """Return the letter: to confirm, or, to whom that is known already, to change or leave."""
    name = "known" if subscriber.is_active else "confirm"
    portal = portal_site()
    links = Links(portal)
    urls = {f"{purpose.value}_url": links.of(subscriber, purpose) for purpose in Purpose}
    context = urls | {"site_name": portal.site_name, "days": CONFIRM_WITHIN.days}
    with translation.override(subscriber.language):
        subject = render_to_string(f"kip_pages/emails/subscriber_{name}_subject.txt", context)
        text = render_to_string(f"kip_pages/emails/subscriber_{name}.txt", context)
    return EmailMessage(
        " ".join(subject.split()),
        text.strip() + "\n",
        settings.DEFAULT_FROM_EMAIL,
        [subscriber.email],
        headers={"Auto-Submitted": "auto-replied"},
    )
