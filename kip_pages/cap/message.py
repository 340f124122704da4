"""An alert as CAP 1.2 knows it (§3.2), without resources, altitudes and ceilings, which we send none of.

Words are those of CAP ("Actual", "Immediate"), texts plain; "" and () stand for what is left out.
Every moment is aware: a message without an offset would be read as anybody's local time.
"""

import dataclasses
import datetime
from typing import NamedTuple

Pair = tuple[str, str]
Ring = tuple[tuple[float, float], ...]


class Reference(NamedTuple):
    """An earlier message; the three parts together name it."""

    sender: str
    identifier: str
    sent: datetime.datetime


class Circle(NamedTuple):
    """Degrees of WGS 84, and kilometres."""

    latitude: float
    longitude: float
    radius: float


@dataclasses.dataclass(frozen=True)
class CapArea:
    """Where: the union of its polygons, circles and coded places.

    A ring is of (latitude, longitude) in degrees; ``geocodes`` are (scheme, code).
    """

    desc: str
    polygons: tuple[Ring, ...] = ()
    circles: tuple[Circle, ...] = ()
    geocodes: tuple[Pair, ...] = ()


@dataclasses.dataclass(frozen=True, kw_only=True)
class CapInfo:
    """What is announced, in one language; pairs are of (name, value)."""

    language: str
    category: tuple[str, ...]
    event: str
    urgency: str
    severity: str
    certainty: str
    response_types: tuple[str, ...] = ()
    audience: str = ""
    event_codes: tuple[Pair, ...] = ()
    effective: datetime.datetime | None = None
    onset: datetime.datetime | None = None
    expires: datetime.datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    contact: str = ""
    parameters: tuple[Pair, ...] = ()
    areas: tuple[CapArea, ...] = ()


@dataclasses.dataclass(frozen=True, kw_only=True)
class CapAlert:
    """One message. ``identifier`` and ``sent`` belong to it for ever: a change is a new message."""

    identifier: str
    sender: str
    sent: datetime.datetime
    status: str
    msg_type: str
    scope: str = "Public"
    source: str = ""
    restriction: str = ""
    addresses: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    note: str = ""
    references: tuple[Reference, ...] = ()
    incidents: tuple[str, ...] = ()
    infos: tuple[CapInfo, ...] = ()

    @property
    def reference(self) -> Reference:
        """What a later message names this one by."""
        return Reference(self.sender, self.identifier, self.sent)

    def is_unexpired(self, *, at: datetime.datetime) -> bool:
        """Say whether anything of it holds at ``at`` or later; without an end it always does."""
        return any(info.expires is None or info.expires > at for info in self.infos)
