"""Send the e-mails of notices. What there is to send stands in the notices, so nothing is lost."""

import datetime
import logging

from django.conf import settings
from django.core.mail import get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.admin.mail import send_mail
from wagtail.admin.views.pages import edit
from wagtail.users.models import UserProfile

from .models import Notice, portal_site
from .notices import notices_of
from .walls import owns
from .wrapping import wrap_once

logger = logging.getLogger(__name__)

TIMEOUT = 10  # seconds
RETRY_AFTER = datetime.timedelta(minutes=1)
MAX_ATTEMPTS = 8


def mail_connection():
    """Return a connection to the mail server that does not wait long for an answer.

    The workers that send e-mails carry emergencies too: a silent server must not hold these up.
    """
    return get_connection(timeout=TIMEOUT)


def send_due() -> int:
    """Send what is due, one after the other until one does not leave, and return how many did.

    Who has left since, or whose page moved away, is sent nothing any more. Several workers share the
    work. A worker that dies between sending and noting it has that one e-mail sent again.
    """
    connection = mail_connection()
    sent = 0
    try:
        while notice := _claim(at=timezone.now()):
            if not notices_of(notice.recipient).filter(pk=notice.pk).exists():
                _give_up(notice)
                continue
            if not _send_claimed(notice, connection):
                break  # a server that is away is not asked again for every reader
            sent += 1
    finally:
        connection.close()
    return sent


@transaction.atomic
def _claim(*, at) -> Notice | None:
    """Take the notice that waits longest: nobody else tries it before its next turn, if it has one.

    Sending happens outside of the transaction: a slow mail server holds nothing up.
    """
    due = Notice.objects.to_mail(at=at).select_for_update(skip_locked=True)
    notice = due.first()
    if notice is None:
        return None
    notice.mail_attempts += 1
    wait = RETRY_AFTER * 2 ** (notice.mail_attempts - 1)
    notice.mail_due_at = at + wait if notice.mail_attempts < MAX_ATTEMPTS else None
    notice.save(update_fields=["mail_attempts", "mail_due_at"])
    return notice


def _give_up(notice):
    notice.mail_due_at = None
    notice.save(update_fields=["mail_due_at"])


def _send_claimed(notice, connection) -> bool:
    try:
        _send(notice, connection)
    except Exception:  # whatever a mail server or a broken address may raise
        logger.exception("the e-mail of notice %s did not leave", notice.pk)
        return False
    notice.mail_due_at, notice.mailed_at = None, timezone.now()
    notice.save(update_fields=["mail_due_at", "mailed_at"])
    return True


def _send(notice, connection):
    with translation.override(language_of(notice.recipient)):
        context = {"notice": notice, "address": address_of(notice)}
        subject = render_to_string("opd_sites/mail/subject.txt", context)
        text = render_to_string("opd_sites/mail/text.txt", context)
    send_mail(" ".join(subject.split()), text, [notice.recipient.email], connection=connection)


def install() -> None:
    """Let Wagtail send what is said in comments to those only whose page it is; once, at the start."""
    wrap_once(WRAPPED)


def _to_whose_page_it_is(send):
    def send_notification(recipient_users, notification, extra_context):
        """Wagtail asks who subscribed or wrote once, not who works with the page today."""
        page = extra_context["page"]
        people = [person for person in recipient_users if owns(person, page)]
        return send(people, notification, extra_context)

    return send_notification


# What Wagtail 8.0 sends comments with, under the name by which its editor of pages knows it.
WRAPPED = [(edit, "send_notification", _to_whose_page_it_is)]


def language_of(person) -> str:
    """Return the language somebody reads; not that of whoever caused the e-mail."""
    profile = UserProfile.objects.filter(user=person).first()
    return (profile and profile.preferred_language) or settings.LANGUAGE_CODE


def address_of(notice: Notice) -> str:
    """Return where the notice is opened: on the host of the page's own agency."""
    site = notice.agency.site if notice.agency else portal_site()
    root = site.root_url if site else settings.WAGTAILADMIN_BASE_URL
    return root + reverse("opd_desk:notice", args=[notice.pk])
