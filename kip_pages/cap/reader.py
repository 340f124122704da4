"""A message of somebody else: read as issuers really write, without trusting a byte of it.

Lenient where the meaning is plain (``Z``, fractions of seconds, empty elements, elements out of
order, the certainty of CAP 1.0), strict where it would be guessed. What an issuer adds of its own, a
resource, a signature, is left aside; ``signature.verify`` looks at the signature.
"""

import datetime
import math
import re

from .markup import parse
from .message import CapAlert, CapArea, CapInfo, Circle, Pair, Reference, Ring
from .schema import FORMER_VALUES, VALUES, name
from .unreadable import CapUnreadable, Unreadable

_TIME = re.compile(r"([0-9-]{10}T[0-9:]{8})(?:\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})")
_NUMBER = re.compile(r"[+-]?[0-9]{1,5}(?:\.[0-9]{1,20})?")
# Far from the ends of the calendar, where a change of time zone overflows.
_YEARS = range(1990, 2200)
_WORD = re.compile(r'"([^"]*)"|(\S+)')


def read(xml: bytes) -> CapAlert:
    """Return what a CAP 1.2 message says; raises ``CapUnreadable``.

    Only the message is read, not judged: ``gate.check`` says what is wrong with it.
    """
    root = _Element(parse(xml))
    return CapAlert(
        identifier=root.required("identifier"),
        sender=root.required("sender"),
        sent=_time(root.required("sent"), "sent"),
        status=root.word("status"),
        msg_type=root.word("msgType"),
        scope=root.word("scope"),
        source=root.text("source"),
        restriction=root.text("restriction"),
        addresses=_words(root.text("addresses")),
        codes=tuple(root.texts("code")),
        note=root.text("note"),
        references=tuple(_reference(word) for word in root.text("references").split()),
        incidents=_words(root.text("incidents")),
        infos=tuple(_info(element) for element in root.children("info")),
    )


class _Element:
    """An element of the message, asked for what stands inside it."""

    def __init__(self, element):
        self._element = element

    def children(self, tag: str) -> list["_Element"]:
        return [_Element(child) for child in self._element.iterchildren(name(tag))]

    def texts(self, tag: str) -> list[str]:
        texts = (child.own_text(tag) for child in self.children(tag))
        return [text for text in texts if text]

    def own_text(self, tag: str) -> str:
        if len(self._element):
            raise CapUnreadable(Unreadable.BAD_VALUE, tag)
        return (self._element.text or "").strip()

    def text(self, tag: str) -> str:
        return next(iter(self.texts(tag)), "")

    def required(self, tag: str) -> str:
        if text := self.text(tag):
            return text
        raise CapUnreadable(Unreadable.MISSING, tag)

    def word(self, tag: str) -> str:
        return _known(self.required(tag), tag)

    def words(self, tag: str) -> tuple[str, ...]:
        return tuple(_known(text, tag) for text in self.texts(tag))

    def time(self, tag: str) -> datetime.datetime | None:
        text = self.text(tag)
        return _time(text, tag) if text else None

    def pairs(self, tag: str) -> tuple[Pair, ...]:
        return tuple((pair.text("valueName"), pair.text("value")) for pair in self.children(tag))


def _info(element: _Element) -> CapInfo:
    categories = element.words("category")
    if not categories:
        raise CapUnreadable(Unreadable.MISSING, "category")
    return CapInfo(
        language=element.text("language"),
        category=categories,
        event=element.required("event"),
        response_types=element.words("responseType"),
        urgency=element.word("urgency"),
        severity=element.word("severity"),
        certainty=element.word("certainty"),
        audience=element.text("audience"),
        event_codes=element.pairs("eventCode"),
        effective=element.time("effective"),
        onset=element.time("onset"),
        expires=element.time("expires"),
        sender_name=element.text("senderName"),
        headline=element.text("headline"),
        description=element.text("description"),
        instruction=element.text("instruction"),
        web=element.text("web"),
        contact=element.text("contact"),
        parameters=element.pairs("parameter"),
        areas=tuple(_area(area) for area in element.children("area")),
    )


def _area(element: _Element) -> CapArea:
    return CapArea(
        desc=element.required("areaDesc"),
        polygons=tuple(_ring(text) for text in element.texts("polygon")),
        circles=tuple(_circle(text) for text in element.texts("circle")),
        geocodes=element.pairs("geocode"),
    )


def _ring(text: str) -> Ring:
    return tuple(_point(word, "polygon") for word in text.split())


def _circle(text: str) -> Circle:
    centre, _space, radius = text.partition(" ")
    return Circle(*_point(centre, "circle"), _number(radius.strip(), "circle"))


def _point(text: str, tag: str) -> tuple[float, float]:
    latitude, _comma, longitude = text.partition(",")
    return _number(latitude, tag), _number(longitude, tag)


def _number(text: str, tag: str) -> float:
    if not _NUMBER.fullmatch(text) or not math.isfinite(number := float(text)):
        raise CapUnreadable(Unreadable.BAD_VALUE, tag)
    return number


def _reference(word: str) -> Reference:
    parts = word.split(",")
    if len(parts) != 3 or not all(parts):
        raise CapUnreadable(Unreadable.BAD_VALUE, "references")
    sender, identifier, sent = parts
    return Reference(sender, identifier, _time(sent, "references"))


def _time(text: str, tag: str) -> datetime.datetime:
    match = _TIME.fullmatch(text)
    try:
        local, offset = match.groups()
        at = datetime.datetime.fromisoformat(local + offset)
    except (AttributeError, ValueError) as error:
        raise CapUnreadable(Unreadable.BAD_VALUE, tag) from error
    if at.year not in _YEARS:
        raise CapUnreadable(Unreadable.BAD_VALUE, tag)
    return at


def _known(text: str, tag: str) -> str:
    word = FORMER_VALUES.get((tag, text), text)
    if word not in VALUES[tag]:
        raise CapUnreadable(Unreadable.BAD_VALUE, tag)
    return word


def _words(text: str) -> tuple[str, ...]:
    return tuple(quoted or plain for quoted, plain in _WORD.findall(text))
