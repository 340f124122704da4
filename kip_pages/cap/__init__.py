"""CAP 1.2, the Common Alerting Protocol: what an alert says, written, read and judged. Pure rules.

Nothing here knows a page or a database. ``write`` makes the message, ``check`` refuses what other
people's receivers would misread, ``read`` takes in what strangers made, ``signature`` signs and
verifies, ``mapping`` puts the words of our announcements into those of CAP. The specification:
https://docs.oasis-open.org/emergency/cap/v1.2/CAP-v1.2-os.html
"""

from .gate import check, check_bytes
from .message import CapAlert, CapArea, CapInfo, Circle, Reference
from .problems import Fault, Problem
from .reader import read
from .unreadable import CapUnreadable, Unreadable
from .writer import write

__all__ = [
    "CapAlert",
    "CapArea",
    "CapInfo",
    "CapUnreadable",
    "Circle",
    "Fault",
    "Problem",
    "Reference",
    "Unreadable",
    "check",
    "check_bytes",
    "read",
    "write",
]
