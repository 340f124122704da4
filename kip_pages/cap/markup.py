"""The XML of strangers: no entities, no document types, no network, and limits."""

from lxml import etree

from .schema import NAMESPACE, OLDER_NAMESPACES, name
from .unreadable import CapUnreadable, Unreadable

MAX_BYTES = 512 * 1024
MAX_ELEMENTS = 10_000
MAX_DEPTH = 16

_DOCTYPES = tuple("<!DOCTYPE".encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be"))


def parse(xml: bytes, *, keep_comments: bool = False) -> etree._Element:
    """Return the root of a CAP 1.2 message; raises ``CapUnreadable``.

    Comments are taken out, so that none can cut a text in two; a signature counts them, and its
    verification keeps them.
    """
    root = parse_any(xml, keep_comments=keep_comments)
    if root.tag != name("alert"):
        older = etree.QName(root).namespace in OLDER_NAMESPACES
        raise CapUnreadable(Unreadable.OTHER_VERSION if older else Unreadable.NOT_CAP)
    return root


def parse_any(xml: bytes, *, keep_comments: bool = False) -> etree._Element:
    """Return the root of any document within these limits; raises ``CapUnreadable``."""
    if len(xml) > MAX_BYTES:
        raise CapUnreadable(Unreadable.TOO_LARGE)
    if any(doctype in xml for doctype in _DOCTYPES):  # before a parser has seen it
        raise CapUnreadable(Unreadable.FORBIDDEN)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=not keep_comments,
        remove_pis=not keep_comments,
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise CapUnreadable(Unreadable.NOT_XML) from error
    if root.getroottree().docinfo.doctype:
        raise CapUnreadable(Unreadable.FORBIDDEN)
    _limit(root)
    return root


def _limit(root):
    depth = count = 0
    for event, _element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        count += event == "start"
        if depth > MAX_DEPTH or count > MAX_ELEMENTS:
            raise CapUnreadable(Unreadable.TOO_COMPLEX)


def local_name(element: etree._Element) -> str:
    """Return the name of an element of CAP 1.2; "" for whatever else stands there."""
    if not isinstance(element.tag, str):
        return ""
    tag = etree.QName(element)
    return tag.localname if tag.namespace == NAMESPACE else ""
