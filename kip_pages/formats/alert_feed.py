"""Alerts in force as Atom 1.0 and RSS 2.0: for people's readers, and as an index of CAP messages."""

import dataclasses
import datetime
from collections.abc import Iterable

from django.utils.feedgenerator import Atom1Feed, Enclosure, Rss201rev2Feed

from .text import web_address, xml_text

CAP_TYPE = "application/cap+xml"
FORMATS = {
    "atom": (Atom1Feed, "application/atom+xml; charset=utf-8"),
    "rss": (Rss201rev2Feed, "application/rss+xml; charset=utf-8"),
}


@dataclasses.dataclass(frozen=True)
class Entry:
    """One alert: ``link`` is what a reader opens, ``cap_url`` its CAP message, or "" without one."""

    id: str
    title: str
    summary: str
    link: str
    cap_url: str
    author: str
    published: datetime.datetime
    updated: datetime.datetime
    categories: tuple[str, ...]


def alert_feed(
    name: str, entries: Iterable[Entry], *, title: str, language: str, home_url: str, url: str
) -> tuple[str, str]:
    """Return the feed in the format ``name`` ("atom" or "rss"), and its content type.

    An empty feed says that nothing is in force, and when that was so: it is never an error.
    """
    kind, content_type = FORMATS[name]
    feed = kind(
        title=xml_text(title),
        link=home_url,
        description=xml_text(title),
        language=language,
        feed_url=url,
        feed_guid=url,
    )
    for entry in entries:
        cap = [Enclosure(entry.cap_url, "0", CAP_TYPE)] if entry.cap_url else []
        feed.add_item(
            title=xml_text(entry.title),
            link=web_address(entry.link),
            description=xml_text(entry.summary),
            author_name=xml_text(entry.author),
            unique_id=entry.id,
            unique_id_is_permalink=False,
            pubdate=entry.published,
            updateddate=entry.updated,
            categories=[xml_text(word) for word in entry.categories if word],
            enclosures=cap if entry.link != entry.cap_url else [],
        )
    return feed.writeString("utf-8"), content_type
