"""Signed links by which a subscriber is known: whoever has one has the mailbox."""

import datetime
import enum
import functools
import uuid
from urllib.parse import urljoin

from django.core import signing
from django.urls import reverse
from django.utils import translation
from wagtail.models import Site

from ..models import Subscriber

# Days for which an address may wait to be confirmed, and for which the link to do so works.
CONFIRM_WITHIN = datetime.timedelta(days=3)


class Purpose(enum.Enum):
    """What a link is for; one for another purpose opens nothing. Values name the addresses."""

    CONFIRM = "confirm"
    MANAGE = "manage"
    STOP = "stop"


class NoSubscriberError(LookupError):
    """The link opens nothing: cut off, made up, or its subscriber is gone."""


class LinkExpiredError(NoSubscriberError):
    """The link was right and its time is over: subscribe again."""


def sign(subscriber: Subscriber, purpose: Purpose) -> str:
    return _signer(purpose).sign(subscriber.key.hex)


def read(token: str, purpose: Purpose) -> uuid.UUID:
    """Return the key of the subscriber whom ``token`` was made for, gone or not.

    Only links to confirm expire: to leave must be possible from any e-mail, however old. Raises
    ``NoSubscriberError`` or ``LinkExpiredError``.
    """
    expires = {"max_age": CONFIRM_WITHIN} if purpose is Purpose.CONFIRM else {}
    try:
        return uuid.UUID(_signer(purpose).unsign(token, **expires))
    except signing.SignatureExpired as error:
        raise LinkExpiredError from error
    except (signing.BadSignature, ValueError) as error:
        raise NoSubscriberError from error


def _signer(purpose):
    signer = signing.TimestampSigner if purpose is Purpose.CONFIRM else signing.Signer
    return signer(salt=f"kip_pages.subscriber.{purpose.value}")


def opened_by(token: str, purpose: Purpose) -> Subscriber:
    """Return whom ``token`` was made for. Raises ``NoSubscriberError`` or ``LinkExpiredError``."""
    subscriber = Subscriber.objects.filter(key=read(token, purpose)).first()
    if subscriber is None:
        raise NoSubscriberError
    return subscriber


class Links:
    """Writes the links of e-mails, on the portal's host: an agency's may be closed one day."""

    def __init__(self, portal: Site):
        self._root_url = portal.root_url
        self._before_token = functools.cache(self._before_token)

    def of(self, subscriber: Subscriber, purpose: Purpose) -> str:
        before = self._before_token(subscriber.language, purpose)
        return f"{before}{sign(subscriber, purpose)}/"

    def _before_token(self, language, purpose):
        with translation.override(language):
            path = reverse(f"kip_subscribers:{purpose.value}", args=["-"])
        return urljoin(self._root_url, path.removesuffix("-/"))
