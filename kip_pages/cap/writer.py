"""A message as XML: always the same bytes for the same alert, in the order of the schema.

Store what is written once and serve those bytes; a message that is made anew is another message.
"""

import datetime

from lxml import etree

from .message import CapAlert, CapArea, CapInfo, Pair
from .schema import NAMESPACE, name

# Metres, about: CAP asks for coordinates that are fine enough, Google for no more than 6 decimals.
DECIMALS = 5


def write(alert: CapAlert) -> bytes:
    """Return the message in UTF-8.

    Nothing is judged here (``gate.check`` does that), but what cannot be written raises
    ``ValueError``: a moment without an offset in whole minutes, or a character XML has no place for.
    """
    root = etree.Element(name("alert"), nsmap={None: NAMESPACE})
    _add(root, "identifier", alert.identifier)
    _add(root, "sender", alert.sender)
    _add(root, "sent", moment(alert.sent))
    _add(root, "status", alert.status)
    _add(root, "msgType", alert.msg_type)
    _add(root, "source", alert.source)
    _add(root, "scope", alert.scope)
    _add(root, "restriction", alert.restriction)
    _add(root, "addresses", _listed(alert.addresses))
    for code in alert.codes:
        _add(root, "code", code)
    _add(root, "note", alert.note)
    _add(root, "references", " ".join(reference(*named) for named in alert.references))
    _add(root, "incidents", _listed(alert.incidents))
    for info in alert.infos:
        _add_info(root, info)
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def moment(at: datetime.datetime) -> str:
    """Return a time as CAP writes it: whole seconds, numeric offset, ``-00:00`` for UTC (§3.3.2).

    A fraction of a second is dropped. Raises ``ValueError`` where the offset is missing or has seconds.
    """
    offset = at.utcoffset()
    if offset is None or offset % datetime.timedelta(minutes=1):
        raise ValueError(f"{at!r} has no offset in whole minutes")
    local = at.replace(tzinfo=None).isoformat(timespec="seconds")
    sign = "+" if offset > datetime.timedelta() else "-"
    hours, minutes = divmod(abs(offset) // datetime.timedelta(minutes=1), 60)
    return f"{local}{sign}{hours:02}:{minutes:02}"


def reference(sender: str, identifier: str, sent: datetime.datetime) -> str:
    """Return the name of an earlier message: ``sender,identifier,sent``."""
    return f"{sender},{identifier},{moment(sent)}"


def rounded(degrees: float) -> float:
    """Return a coordinate as a reader of the message will have it."""
    return round(degrees, DECIMALS) + 0.0  # never -0.0


def _add_info(root, info: CapInfo):
    element = etree.SubElement(root, name("info"))
    _add(element, "language", info.language)
    for category in info.category:
        _add(element, "category", category)
    _add(element, "event", info.event)
    for response_type in info.response_types:
        _add(element, "responseType", response_type)
    _add(element, "urgency", info.urgency)
    _add(element, "severity", info.severity)
    _add(element, "certainty", info.certainty)
    _add(element, "audience", info.audience)
    _add_pairs(element, "eventCode", info.event_codes)
    for tag in ("effective", "onset", "expires"):
        if (at := getattr(info, tag)) is not None:
            _add(element, tag, moment(at))
    _add(element, "senderName", info.sender_name)
    _add(element, "headline", info.headline)
    _add(element, "description", info.description)
    _add(element, "instruction", info.instruction)
    _add(element, "web", info.web)
    _add(element, "contact", info.contact)
    _add_pairs(element, "parameter", info.parameters)
    for area in info.areas:
        _add_area(element, area)


def _add_area(info_element, area: CapArea):
    element = etree.SubElement(info_element, name("area"))
    etree.SubElement(element, name("areaDesc")).text = _lines(area.desc)
    for ring in area.polygons:
        closed = ring if ring[:1] == ring[-1:] else (*ring, ring[0])
        _add(element, "polygon", " ".join(_point(*point) for point in closed))
    for latitude, longitude, radius in area.circles:
        _add(element, "circle", f"{_point(latitude, longitude)} {radius:.3f}")
    _add_pairs(element, "geocode", area.geocodes)


def _add_pairs(parent, tag: str, pairs: tuple[Pair, ...]):
    for value_name, value in pairs:
        element = etree.SubElement(parent, name(tag))
        etree.SubElement(element, name("valueName")).text = value_name
        etree.SubElement(element, name("value")).text = value


def _add(parent, tag: str, text: str):
    if text:
        etree.SubElement(parent, name(tag)).text = _lines(text)


def _lines(text: str) -> str:
    """Line ends as XML has them; a browser's form sends others."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _listed(words: tuple[str, ...]) -> str:
    """Words with a space in them stand in quotes (§3.2.1)."""
    return " ".join(f'"{word}"' if " " in word else word for word in words)


def _point(latitude: float, longitude: float) -> str:
    return f"{rounded(latitude):.{DECIMALS}f},{rounded(longitude):.{DECIMALS}f}"
