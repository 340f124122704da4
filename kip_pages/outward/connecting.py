"""Ask a host one thing within one deadline, which slow hosts cannot stretch.

Names, connecting, TLS, sending and every single read share the deadline. Nothing is followed, and no
proxy of the environment is used.
"""

import datetime
import email.utils
import http.client
import io
import socket
import ssl
from collections.abc import Callable
from typing import TypeVar

from django.utils import timezone

from ..models import AttemptOutcome
from .addresses import BadAddressError, Deadline, UndeliverableError, parse, resolve

Told = TypeVar("Told")


def ask(
    url: str,
    *,
    method: str,
    headers: dict[str, str],
    seconds: float,
    read: Callable[[http.client.HTTPResponse], Told],
    body: bytes | None = None,
    may_be_insecure: bool = False,
) -> Told:
    """Ask ``url`` once, and return what ``read`` makes of the answer, whatever its status.

    ``may_be_insecure`` lets ``http://`` through as well.
    Raises ``UndeliverableError`` when no answer came, or none that ``read`` could read in time.
    """
    deadline = Deadline(seconds)
    try:
        destination = parse(url, may_be_insecure=may_be_insecure)
        connection = _connect(resolve(destination, deadline=deadline), deadline)
        with connection:
            if destination.scheme == "https":
                connection = _secure(connection, destination, deadline)
            with connection:
                client = http.client.HTTPConnection(destination.host, destination.port)
                # Connected already, so the client never looks the name up.
                client.sock = _DeadlineSocket(connection, deadline)
                told = {"Host": destination.host_header, "Connection": "close"} | headers
                client.request(method, destination.target, body, told)
                return read(client.getresponse())
    except BadAddressError as error:
        raise UndeliverableError(AttemptOutcome.ADDRESS_REFUSED, error) from error
    except TimeoutError as error:
        raise UndeliverableError(AttemptOutcome.TOO_SLOW, f"{seconds} s") from error
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise UndeliverableError(AttemptOutcome.BROKEN, _reason(error)) from error


def _connect(addresses, deadline) -> socket.socket:
    """Connect to the first address that answers, each with its share of the time."""
    failure = None
    for position, (family, address) in enumerate(addresses):
        # Not create_connection(): it would ask for the name again.
        connection = socket.socket(family, socket.SOCK_STREAM)
        try:
            connection.settimeout(deadline.left() / (len(addresses) - position))
            connection.connect(address)
        except OSError as error:
            failure = error
            connection.close()
        else:
            return connection
    if isinstance(failure, TimeoutError):
        raise failure
    raise UndeliverableError(AttemptOutcome.UNREACHABLE, _reason(failure))


def _secure(connection, destination, deadline) -> ssl.SSLSocket:
    connection.settimeout(deadline.left())
    try:
        return ssl.create_default_context().wrap_socket(
            connection, server_hostname=destination.host
        )
    except ssl.SSLError as error:
        raise UndeliverableError(AttemptOutcome.BAD_CERTIFICATE, _reason(error)) from error


def retry_after(response: http.client.HTTPResponse) -> datetime.timedelta | None:
    """Read ``Retry-After`` of 429 and 503: seconds, or a date (RFC 9110 §10.2.3)."""
    value = response.headers.get("Retry-After", "").strip()
    if response.status not in (429, 503) or not value:
        return None
    try:
        if value.isdecimal():
            return datetime.timedelta(seconds=int(value))
        return email.utils.parsedate_to_datetime(value) - timezone.now()
    except (ValueError, TypeError, OverflowError):
        return None


def _reason(error) -> str:
    return storable(f"{type(error).__name__}: {error}")


def storable(text: str) -> str:
    """Leave out what PostgreSQL stores in no text: what cannot be noted is done again for ever."""
    return text.replace("\0", "")


class _DeadlineSocket:
    """A connected socket as ``http.client`` uses it, whose every step ends at one deadline.

    A socket's own time-out begins anew with each byte that arrives.
    """

    def __init__(self, connection: socket.socket, deadline: Deadline):
        self._connection, self._deadline = connection, deadline

    def sendall(self, data):
        view = memoryview(data)
        while view:
            self._connection.settimeout(self._deadline.left())
            view = view[self._connection.send(view) :]

    def makefile(self, mode):
        return io.BufferedReader(_DeadlineReader(self._connection, self._deadline))

    def close(self):
        """Leave the connection open: it is closed by whoever opened it."""


class _DeadlineReader(io.RawIOBase):
    def __init__(self, connection, deadline):
        self._connection, self._deadline = connection, deadline

    def readable(self):
        return True

    def readinto(self, buffer):
        self._connection.settimeout(self._deadline.left())
        return self._connection.recv_into(buffer)
