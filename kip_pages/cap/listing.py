"""Lists of messages as issuers publish them, RSS 2.0 or Atom: where each message is, and which one."""

import dataclasses
import hashlib
from urllib.parse import urldefrag, urljoin

from lxml import etree

from .markup import parse_any
from .unreadable import CapUnreadable, Unreadable

ATOM = "{http://www.w3.org/2005/Atom}"
# More than any country has in force; what stands behind them is not looked at.
MAX_ENTRIES = 300
MAX_LINK = 1000


@dataclasses.dataclass(frozen=True)
class Entry:
    """One message of a list. ``mark`` is another one as soon as the list tells of another message."""

    link: str
    title: str
    mark: str


def read_list(xml: bytes, *, address: str) -> list[Entry]:
    """Return the entries of a list found at ``address``, as they stand there; raises ``CapUnreadable``.

    Entries that lead nowhere are left out, and so is what stands twice.
    """
    root = parse_any(xml)
    if root.tag == "rss" and (channel := root.find("channel")) is not None:
        found = [_of_rss(item, address) for item in channel.iterchildren("item")]
    elif root.tag == f"{ATOM}feed":
        found = [_of_atom(entry, address) for entry in root.iterchildren(f"{ATOM}entry")]
    else:
        raise CapUnreadable(Unreadable.NOT_A_LIST)
    return list(dict.fromkeys(entry for entry in found if entry))[:MAX_ENTRIES]


def _of_rss(item, address) -> Entry | None:
    texts = {name: _text(item, name) for name in ("link", "title", "guid", "pubDate")}
    return _entry(texts["link"], address, texts["title"], texts["guid"], texts["pubDate"])


def _of_atom(entry, address) -> Entry | None:
    links = entry.findall(f"{ATOM}link")
    alternates = [link for link in links if link.get("rel", "alternate") == "alternate"]
    of_cap = [link for link in links if "cap" in link.get("type", "")]
    chosen = next(iter(of_cap or alternates), None)
    link = "" if chosen is None else chosen.get("href", "")
    told = (_text(entry, f"{ATOM}{name}") for name in ("title", "id", "updated"))
    return _entry(link, address, *told)


def _entry(link, address, title, *which) -> Entry | None:
    if not link:
        return None
    try:
        whole = urldefrag(urljoin(address, link)).url
    except ValueError:
        return None
    if len(whole) > MAX_LINK or not whole.isprintable():
        return None
    mark = hashlib.sha256("\n".join((whole, title, *which)).encode()).hexdigest()
    return Entry(whole, title[:255], mark)


def _text(element: etree._Element, tag: str) -> str:
    found = element.find(tag)
    return "" if found is None else " ".join("".join(found.itertext()).split())
