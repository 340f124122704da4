"""Post one message within one deadline, which slow receivers cannot stretch.

Names, connecting, TLS, sending and every single read share the deadline. Nothing is followed, no
proxy of the environment is used, and of the answer only the beginning is read.
"""

import dataclasses
import datetime
import email.utils
import http.client
import io
import socket
import ssl

from django.utils import timezone

from ..models import AttemptOutcome
from .addresses import BadAddressError, Deadline, Destination, UndeliverableError, parse, resolve

SECONDS = 15
MAX_READ = 2048


@dataclasses.dataclass(frozen=True)
class Answer:
    """What the receiver said; ``retry_after`` only where the status gives it a meaning."""

    status: int
    excerpt: str
    retry_after: datetime.timedelta | None


def post(url: str, body: str, headers: dict[str, str], *, seconds: float = SECONDS) -> Answer:
    """Send ``body`` to ``url``; raises ``UndeliverableError`` when no answer came back."""
    deadline = Deadline(seconds)
    try:
        destination = parse(url)
        connection = _connect(resolve(destination, deadline=deadline), deadline)
        with connection:
            if destination.scheme == "https":
                connection = _secure(connection, destination, deadline)
            with connection:
                return _exchange(_DeadlineSocket(connection, deadline), destination, body, headers)
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


def _exchange(connection, destination: Destination, body, headers) -> Answer:
    client = http.client.HTTPConnection(destination.host, destination.port)
    client.sock = connection  # connected already, so the client never looks the name up
    headers = {"Host": destination.host_header, "Connection": "close"} | headers
    client.request("POST", destination.target, body.encode(), headers)
    response = client.getresponse()
    delivered = 200 <= response.status < 300
    return Answer(
        response.status, "" if delivered else _beginning(response), _retry_after(response)
    )


def _beginning(response) -> str:
    """Return the beginning of an error's text, or as much of it as came in time."""
    try:
        read = response.read(MAX_READ)
    except (OSError, http.client.HTTPException):
        read = b""
    return _storable(read.decode("utf-8", "replace"))


def _retry_after(response) -> datetime.timedelta | None:
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
    return _storable(f"{type(error).__name__}: {error}")


def _storable(text) -> str:
    """Leave out what PostgreSQL stores in no text; a message that cannot be settled is sent for ever."""
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
