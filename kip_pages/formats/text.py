"""What other formats cannot carry of the text people write."""

import re
from urllib.parse import urlsplit

from django.utils.encoding import iri_to_uri

# XML 1.0, 2.2: anything else makes the whole document unreadable, even as a character reference.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# A telephone number that is one number; two of them in one field would make a third.
_TELEPHONE = re.compile(r"\+?[\d (][\d ().-]{4,18}\d")


def xml_text(text: str) -> str:
    """Return ``text`` without the characters that XML forbids."""
    return _NOT_XML.sub("", text)


def web_address(address: str) -> str:
    """Return ``address`` written as a URI, or an empty text where it is no address of the web.

    Addresses in old registers hold blanks, quotes and worse; one of them would break an RDF graph.
    """
    try:
        parts = urlsplit(address.strip())
        is_usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # a port or an IPv6 address that is none
        return ""
    return iri_to_uri(xml_text(parts.geturl())) if is_usable else ""


def telephone_address(phone: str) -> str:
    """Return ``phone`` as an address to be called, or an empty text where it is not one number."""
    return "tel:" + re.sub(r"[^\d+]", "", phone) if _TELEPHONE.fullmatch(phone) else ""
