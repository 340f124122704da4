"""The e-mail of a mailing, written once in each language; a copy for a reader is a matter of five words.

Writing MIME takes Python some milliseconds, which is minutes for all readers of an alert.
"""

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.message import sanitize_address
from wagtail.models import Site

from ..models import Mailing, MailingDelivery, MailingPriority
from .tokens import Links, Purpose
from .writing import MANAGE_MARK, STOP_MARK

_TO_MARK, _ID_MARK = "penerima@kip-pages.invalid", "<nomor@kip-pages.invalid>"
_MARKS = (_TO_MARK, _ID_MARK, MANAGE_MARK, STOP_MARK)


class Copy(EmailMessage):
    """An e-mail whose bytes are ready."""

    content: bytes

    def message(self):
        return _Ready(self.content)


class _Ready:
    """As much of a message as backends ask for."""

    def __init__(self, content):
        self._content = content

    def as_bytes(self, unixfrom=False, linesep="\n"):
        return self._content.replace(b"\n", linesep.encode())

    def get_charset(self):
        return None


class Copies:
    """Makes the e-mails of some deliveries; for a second's work, for it keeps what it wrote."""

    def __init__(self, portal: Site):
        self._portal = portal
        self._links = Links(portal)
        self._written = {}

    def of(self, delivery: MailingDelivery) -> EmailMessage:
        """Return the e-mail of ``delivery``."""
        subscriber = delivery.subscriber
        words = {
            _TO_MARK: _in_ascii(subscriber.email),
            _ID_MARK: delivery.message_id(self._portal.hostname),
            MANAGE_MARK: self._links.of(subscriber, Purpose.MANAGE),
            STOP_MARK: self._links.of(subscriber, Purpose.STOP),
        }
        original, content = self._original(delivery.mailing, subscriber.language)
        if content is None:
            return write(delivery.mailing, subscriber.language, self._portal, words)
        copy = Copy(
            original.subject, _filled(original.body, words), original.from_email, [subscriber.email]
        )
        copy.content = content
        for mark, word in words.items():
            copy.content = copy.content.replace(mark.encode(), word.encode())
        return copy

    def _original(self, mailing, language):
        key = mailing.pk, language
        if key not in self._written:
            original = write(mailing, language, self._portal, {mark: mark for mark in _MARKS})
            content = original.message().as_bytes()
            # A text that only fits when it is encoded may have taken a mark apart.
            is_whole = content.count(STOP_MARK.encode()) == 3
            is_whole = is_whole and all(mark.encode() in content for mark in _MARKS)
            self._written[key] = original, content if is_whole else None
        return self._written[key]


def write(mailing: Mailing, language: str, portal: Site, words: dict) -> EmailMultiAlternatives:
    """Return the e-mail of ``mailing`` with ``words`` in the places of the marks."""
    told = mailing.text_in(language)
    name = "news" if mailing.priority == MailingPriority.NEWS else "alerts"
    message = EmailMultiAlternatives(
        told["subject"],
        _filled(told["text"], words),
        settings.DEFAULT_FROM_EMAIL,
        [words[_TO_MARK]],
        headers={
            "Message-ID": words[_ID_MARK],
            "List-Id": f"<{name}.{portal.hostname}>",
            "List-Unsubscribe": f"<{words[STOP_MARK]}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",  # RFC 8058
            "Auto-Submitted": "auto-generated",  # RFC 3834: no out-of-office notes, please
        },
    )
    message.attach_alternative(_filled(told["html"], words), "text/html")
    return message


def _in_ascii(email):
    """Hosts may have names in any script; headers may not."""
    return email if email.isascii() else sanitize_address(email, "utf-8")


def _filled(text, words):
    for mark in (MANAGE_MARK, STOP_MARK):
        text = text.replace(mark, words[mark])
    return text
