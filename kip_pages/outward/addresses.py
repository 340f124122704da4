"""Where a request may go: never into our own network by an address somebody typed.

A name is resolved once, all its addresses are judged, and the connection is made to one that was
judged: what the name says a moment later (DNS rebinding) is never asked.
"""

import dataclasses
import ipaddress
import queue
import socket
import threading
import time
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from ..conf import get_setting
from ..models import AttemptOutcome

DEFAULT_PORTS = {"https": 443, "http": 80}
# Below it only the web's own ports: mail, file and remote-control services listen there.
FIRST_FREE_PORT = 1024

# Ordinary public addresses only, so no loopback, private, link-local or multicast ones, and none
# that carries another address in it (mapped, NAT64): the other one could be anything.
_PUBLIC_V6 = ipaddress.ip_network("2000::/3")
# Globally routable by the registry, yet no place of a receiver.
_NEVER = [
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",  # protocols' own addresses; older Pythons know only a part
        "192.88.99.0/24",  # relays of 6to4
        "168.63.129.16/32",  # a cloud's service for its own machines
        "2001::/23",  # protocols' own addresses, Teredo among them
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "3fff::/20",
    )
]


class UndeliverableError(Exception):
    """No answer came now: ``outcome`` says why, ``str()`` gives the technical reason."""

    def __init__(self, outcome: AttemptOutcome, detail: object = ""):
        super().__init__(str(detail))
        self.outcome = outcome


class BadAddressError(ValueError):
    """The address can never be asked; ``str()`` tells a person what to do."""


class Deadline:
    """A moment by which everything must be done."""

    def __init__(self, seconds: float):
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds left; raises ``TimeoutError`` when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


@dataclasses.dataclass(frozen=True)
class Destination:
    """An address taken apart. ``host`` is in ASCII; ``target`` is path and query."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def parse(url: str, *, may_be_insecure: bool = False) -> Destination:
    """Take an address apart; raises ``BadAddressError`` for one that is not allowed.

    ``may_be_insecure`` is for what is only looked at: ``http://`` then needs no setting.
    """
    if not url.isascii() or not url.isprintable() or " " in url:
        raise BadAddressError(_("Write the address with ASCII characters and without blanks."))
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadAddressError(_("This is not a web address.")) from None
    insecure = may_be_insecure or get_setting("WEBHOOK_ALLOW_INSECURE")
    if parts.scheme not in (DEFAULT_PORTS if insecure else ["https"]) or not parts.hostname:
        raise BadAddressError(_("The address must begin with https:// and name a host."))
    if parts.username is not None or parts.password is not None:
        raise BadAddressError(
            _("Take the user name and password out of the address: messages are signed instead.")
        )
    if parts.fragment:
        raise BadAddressError(_("Take the part after # out of the address."))
    port = port if port is not None else DEFAULT_PORTS[parts.scheme]
    if port not in DEFAULT_PORTS.values() and port < FIRST_FREE_PORT:
        raise BadAddressError(_("Use port 443, or one from 1024."))
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Destination(parts.scheme, parts.hostname.rstrip("."), port, target)


def resolve(destination: Destination, *, deadline: Deadline) -> list[tuple]:
    """Return ``(family, socket address)`` of each address of the host, all of them allowed.

    Raises ``UndeliverableError`` when the name is unknown or any address is not allowed, and
    ``TimeoutError``.
    """
    answers = _look_up(destination, deadline)
    for _family, address in answers:
        if not is_allowed(address[0]):
            raise UndeliverableError(
                AttemptOutcome.ADDRESS_REFUSED, f"{destination.host} is {address[0]}"
            )
    return answers


def is_allowed(address: str) -> bool:
    """Say whether a numeric address is public, or of a network the operator has allowed."""
    ip = ipaddress.ip_address(address)
    allowed = get_setting("WEBHOOK_ALLOWED_NETWORKS")
    if any(ip in ipaddress.ip_network(network) for network in allowed):
        return True
    if any(ip in network for network in _NEVER):
        return False
    if ip.version == 6:
        return ip in _PUBLIC_V6 and ip.is_global
    return ip.is_global and not ip.is_multicast


def _look_up(destination, deadline):
    """Ask the resolver, which takes no time-out, in a thread that may be left behind."""
    answer = queue.SimpleQueue()

    def ask():
        try:
            found = socket.getaddrinfo(destination.host, destination.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            answer.put(error)
        else:
            answer.put([(family, address) for family, *_rest, address in found])

    threading.Thread(target=ask, daemon=True, name="outward-lookup").start()
    try:
        found = answer.get(timeout=deadline.left())
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(found, Exception):
        raise UndeliverableError(AttemptOutcome.UNKNOWN_NAME, found)
    return found
