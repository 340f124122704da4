"""XML in the parts of office files: read without entities, network or files, and written back."""

import re

from lxml import etree

from .verdicts import Refusal, RefusedError

_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")


def parse(content: bytes) -> etree._Element:
    """Return the root of a part; raises ``RefusedError`` where it is not well-formed."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise RefusedError(Refusal.DAMAGED) from error
    if root.getroottree().docinfo.doctype:
        raise RefusedError(Refusal.DAMAGED)  # no office program writes one
    return root


def write(root: etree._Element) -> bytes:
    return etree.tostring(
        root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True
    )


def mentions(content: bytes, *words: bytes) -> bool:
    """Say whether a part may hold one of ``words``, without parsing it."""
    return content.startswith(_UTF16) or any(word in content for word in words)


def local_name(name) -> str:
    """Return a tag's or attribute's name without its namespace; "" for comments and the like."""
    return name.rpartition("}")[2] if isinstance(name, str) else ""


def file_name(address: str) -> str:
    """Return the last part of a path or address, however its parts are divided."""
    return re.split(r"[\\/]|%5C", address, flags=re.I)[-1]


def elements(root: etree._Element):
    """Yield every element with its local name."""
    for element in root.iter(etree.Element):
        yield element, local_name(element.tag)
