"""HTTP as a polite reader speaks it: conditional, compressed, patient, and careful with its token."""

import dataclasses
import email.utils
import itertools
import json
import logging
import random
import time
from urllib.parse import urlsplit

import urllib3

logger = logging.getLogger(__name__)

TIMEOUT = urllib3.Timeout(connect=10, read=60)
# Busy, broken or being restarted: worth asking again. Every other answer is an answer.
PASSING = {429, 500, 502, 503, 504}
LONGEST_BACKOFF = 60
LONGEST_RETRY_AFTER = 3600
# Caches on the way may be some seconds behind; asked like this, they look again.
FRESH = {"Cache-Control": "no-cache"}


class FeedError(Exception):
    """The feed cannot be read, or breaks a promise; the message tells an operator what it said."""


@dataclasses.dataclass(frozen=True)
class Answer:
    """What came back: a status, headers (case does not matter) and the body."""

    status: int
    headers: urllib3.HTTPHeaderDict
    body: bytes

    def json(self):
        """Return the body read as JSON; raises ``FeedError``."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise FeedError(f"the answer is not JSON ({error})") from error

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Client:
    """Asks, and asks again when asking again may help.

    ``token`` is sent to the scheme, host and port of ``home`` and to nobody else, wherever an
    address in an answer may lead. ``attempts`` is how often one question is asked (None: for ever).
    """

    def __init__(self, home: str, *, token: str = "", attempts: int | None = 5):
        self.home = home
        self.token = token
        self.attempts = attempts
        # Redirects are followed a little; urllib3 drops the token when one leaves the host.
        retries = urllib3.Retry(total=None, connect=0, read=0, status=0, other=0, redirect=3)
        self._pool = urllib3.PoolManager(timeout=TIMEOUT, retries=retries)

    def get(self, address: str, *, etag: str = "", **headers: str) -> Answer:
        """Ask for ``address``; with ``etag``, an answer that has not changed is a 304 without body.

        Raises ``FeedError`` when the server stays silent, busy or broken.
        """
        if etag:
            headers["If-None-Match"] = etag
        return self.request("GET", address, headers)

    def request(self, method: str, address: str, headers: dict[str, str], *, decode=True) -> Answer:
        """Ask as patiently; ``decode=False`` leaves a compressed body as it came over the wire."""
        for attempt in itertools.count(1):
            wait = None
            try:
                answer = self._ask(method, address, headers, decode)
            except urllib3.exceptions.HTTPError as error:
                reason = getattr(error, "reason", None) or error
            else:
                if answer.status not in PASSING:
                    return answer
                reason = f"status {answer.status}"
                wait = retry_after(answer)
            if attempt == self.attempts:
                raise FeedError(f"{address} does not answer ({reason})")
            wait = backoff(attempt) if wait is None else wait
            logger.warning("%s: %s; asking again in %.1f s", address, reason, wait)
            time.sleep(wait)

    def _ask(self, method, address, headers, decode):
        headers = {"Accept-Encoding": "gzip", "User-Agent": "kip-sample-portal/1"} | headers
        if self.token and origin(address) == origin(self.home):
            headers["Authorization"] = f"Bearer {self.token}"
        parts = urlsplit(address)
        if (parts.hostname or "").endswith(".localhost"):
            # RFC 6761 6.3: this machine; browsers know it, the resolver of a system may not.
            headers["Host"] = parts.netloc
            address = parts._replace(netloc=f"127.0.0.1:{parts.port or 80}").geturl()
        response = self._pool.request(method, address, headers=headers, decode_content=decode)
        return Answer(response.status, response.headers, response.data)


def origin(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.scheme, parts.netloc.lower()


def backoff(attempt: int) -> float:
    """Return seconds to wait: up to 1, 2, 4 … 60, at random, so that readers do not come in step."""
    return random.uniform(0.1, min(LONGEST_BACKOFF, 2 ** (attempt - 1)))


def retry_after(answer: Answer) -> float | None:
    """Return the seconds of ``Retry-After`` (RFC 9110 10.2.3: a number or a date), if it is sent."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isdecimal():
        seconds = float(text)
    else:
        try:
            seconds = email.utils.parsedate_to_datetime(text).timestamp() - time.time()
        except (TypeError, ValueError):
            return None
    return min(max(seconds, 0), LONGEST_RETRY_AFTER)
