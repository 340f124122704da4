"""The gate: nothing leaves as an alert, and nothing is passed on, before it went through here.

The schema of CAP 1.2 lets through most of what receivers misread (docs/reference/cap.md); the rules
are in ``header_rules``, ``info_rules``, ``area_rules`` and ``form_rules``.
"""

import datetime
from collections.abc import Iterable

from . import area_rules, form_rules, header_rules, info_rules
from .markup import parse
from .message import CapAlert
from .problems import Fault, Problem
from .reader import read
from .unreadable import CapUnreadable


def check(
    alert: CapAlert,
    *,
    earlier: Iterable[CapAlert] = (),
    province_bounds=None,
    max_duration: datetime.timedelta | None = None,
) -> list[Problem]:
    """Return what is wrong with a message; an empty list lets it pass.

    ``earlier`` are the messages already sent, at least those of the same event: their identifiers
    are taken, and what still holds of the event must be referred to. ``province_bounds`` is a box
    with ``hold(point)``, as ``boundaries.province_bounds`` gives it; ``max_duration`` the longest
    time that a message about this event may hold. What is not given is not checked.
    """
    earlier = tuple(earlier)
    return [
        *header_rules.problems(alert, earlier),
        *info_rules.problems(alert, max_duration),
        *area_rules.problems(alert, province_bounds),
    ]


def check_bytes(xml: bytes, **context) -> list[Problem]:
    """Return what is wrong with a message as it is written; ``context`` is that of ``check``."""
    try:
        form = list(form_rules.problems(parse(xml)))
    except CapUnreadable as error:
        return [Problem(Fault.UNREADABLE, error.message)]
    try:
        return form + check(read(xml), **context)
    except CapUnreadable as error:
        return form or [Problem(Fault.UNREADABLE, error.message)]
