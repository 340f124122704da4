"""Rules for the XML itself: what a reader that follows the letter would stumble over."""

import re
from collections.abc import Iterator

from lxml import etree

from .markup import local_name
from .problems import Fault, Problem
from .schema import CHILDREN, TIMES, VALUES

_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([+-][0-9]{2}:[0-9]{2})"
)
_SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"


def problems(root: etree._Element) -> Iterator[Problem]:
    """Yield what the schema of CAP 1.2 refuses, and what it should: universal time as ``+00:00``."""
    for element in root.iter(etree.Element):
        tag = local_name(element)
        text = (element.text or "").strip()
        if tag in CHILDREN:
            yield from _children(element, tag)
        if tag in TIMES:
            yield from _time(text, tag)
        if tag == "references":
            yield from _references(text)
        if tag in VALUES and text not in VALUES[tag]:
            yield Problem(Fault.VALUE_UNKNOWN, tag)


def _children(element: etree._Element, tag: str) -> Iterator[Problem]:
    known = CHILDREN[tag]
    positions = []
    for child in element.iterchildren(etree.Element):
        if child.tag == _SIGNATURE and tag == "alert":
            positions.append(len(known))
        elif (child_tag := local_name(child)) in known:
            positions.append(known.index(child_tag))
        else:
            yield Problem(Fault.ELEMENT_UNKNOWN, child_tag or str(child.tag))
    if positions != sorted(positions):
        yield Problem(Fault.ELEMENT_ORDER, tag)


def _time(text: str, tag: str) -> Iterator[Problem]:
    match = _TIME.fullmatch(text)
    if not match:
        yield Problem(Fault.TIME_FORM, tag)
        return
    fraction, offset = match.groups()
    if fraction:
        yield Problem(Fault.TIME_FRACTION, tag)
    if offset == "+00:00":
        yield Problem(Fault.UTC_FORM, tag)


def _references(text: str) -> Iterator[Problem]:
    for word in text.split():
        parts = word.split(",")
        if len(parts) == 3 and all(parts):
            yield from _time(parts[2], "references")
        else:
            yield Problem(Fault.REFERENCE_FORM, "references")
