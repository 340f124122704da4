"""Rules for the message as a whole: its name, its words, what it refers to and to whom it goes."""

import datetime
import re
from collections.abc import Iterable, Iterator

from .message import CapAlert, Reference
from .problems import Fault, Problem
from .schema import VALUES

# CAP 1.2 §3.2.1: no spaces, commas or restricted characters.
_NAME = re.compile(r"[^\s,<&\x00-\x1f]+")


def problems(alert: CapAlert, earlier: Iterable[CapAlert]) -> Iterator[Problem]:
    """``earlier`` are messages already sent; without any, nothing is said about what they decide."""
    if not _NAME.fullmatch(alert.identifier):
        yield Problem(Fault.IDENTIFIER_FORM)
    if not _NAME.fullmatch(alert.sender):
        yield Problem(Fault.SENDER_FORM)
    if any(one.identifier == alert.identifier for one in earlier):
        yield Problem(Fault.IDENTIFIER_USED)
    for tag, word in (
        ("status", alert.status),
        ("msgType", alert.msg_type),
        ("scope", alert.scope),
    ):
        if word not in VALUES[tag]:
            yield Problem(Fault.VALUE_UNKNOWN, tag)
    if alert.scope == "Private" and not alert.addresses:
        yield Problem(Fault.SCOPE_ADDRESSES)
    if alert.scope == "Restricted" and not alert.restriction:
        yield Problem(Fault.SCOPE_RESTRICTION)
    yield from _reference_problems(alert, {one.reference: one for one in earlier})
    if not alert.infos:
        yield Problem(Fault.INFO_MISSING)


def _reference_problems(alert: CapAlert, earlier: dict[Reference, CapAlert]) -> Iterator[Problem]:
    if alert.msg_type != "Alert" and not alert.references:
        yield Problem(Fault.REFERENCES_MISSING)
    for named in alert.references:
        where = f"references {named.identifier}"
        if not _is_well_formed(named):
            yield Problem(Fault.REFERENCE_FORM, where)
        elif named.identifier == alert.identifier:
            yield Problem(Fault.REFERENCE_SELF, where)
        elif is_aware(alert.sent) and named.sent >= alert.sent:
            yield Problem(Fault.REFERENCE_LATER, where)
        elif earlier and named not in earlier:
            yield Problem(Fault.REFERENCE_UNKNOWN, where)
    if alert.references and is_aware(alert.sent):
        for one in _of_the_same_event(alert.references, earlier):
            if one.reference not in alert.references and one.is_unexpired(at=alert.sent):
                yield Problem(Fault.REFERENCE_LEFT_OUT, f"references {one.identifier}")


def _of_the_same_event(references, earlier: dict[Reference, CapAlert]) -> list[CapAlert]:
    """Return the earlier messages that references lead to, in either direction."""
    event = set(references)
    while True:
        joined = {
            named
            for one in earlier.values()
            if event & {one.reference, *one.references}
            for named in (one.reference, *one.references)
        }
        if joined <= event:
            return [one for named, one in earlier.items() if named in event]
        event |= joined


def _is_well_formed(named: Reference) -> bool:
    names = (named.sender, named.identifier)
    return all(_NAME.fullmatch(part) for part in names) and is_aware(named.sent)


def is_aware(at: datetime.datetime) -> bool:
    return at.utcoffset() is not None
