"""Atom 1.0 (RFC 4287), paged as RFC 5005 §3 has it."""

import dataclasses
import datetime
from collections.abc import Iterable

from django.utils.feedgenerator import Atom1Feed

from ..models import FeedItem
from .text import web_address, xml_text


@dataclasses.dataclass(frozen=True)
class FeedHead:
    """What a page of a feed says of the feed.

    ``id`` and ``updated`` belong to the whole feed and are the same on each of its pages;
    ``next_url`` is empty on the last one.
    """

    id: str
    title: str
    language: str
    updated: datetime.datetime
    home_url: str
    page_url: str
    first_url: str
    next_url: str
    license: str


def atom(head: FeedHead, items: Iterable[FeedItem]) -> str:
    """Return one page of a feed.

    Deletions are not in it: it is ordered by publication, and what was deleted has no place in that
    order. ``/changes`` tells of them.
    """
    feed = _PagedFeed(
        title=xml_text(head.title),
        link=head.home_url,
        description=None,
        language=head.language,
        feed_url=head.page_url,
        feed_guid=head.id,
        feed_copyright=head.license,
        head=head,
    )
    for item in items:
        _add(feed, item)
    return feed.writeString("utf-8")


def _add(feed, item):
    data = item.data
    published = _moment(data["published_at"]) or item.published_at
    feed.add_item(
        title=xml_text(data["title"]),
        link=web_address(data["url"]),
        description=None,
        author_name=xml_text(data["agency"]["name"]),
        author_link=web_address(data["agency"]["url"]),
        unique_id=item.uid.urn,
        pubdate=published,
        # Atom demands it, and a page may be live without ever having been published by hand.
        updateddate=_moment(data["updated_at"]) or published or item.changed_at,
        categories=[xml_text(term) for term in (item.kind, item.category, *data["tags"]) if term],
        data=data,
    )


def _moment(text):
    return datetime.datetime.fromisoformat(text) if text else None


class _PagedFeed(Atom1Feed):
    """Django's, with the links of a paged feed and with languages, content and enclosures."""

    def latest_post_date(self):
        return self.feed["head"].updated

    def add_root_elements(self, handler):
        super().add_root_elements(handler)
        head = self.feed["head"]
        for rel, address in (
            ("first", head.first_url),
            ("next", head.next_url),
            ("license", head.license),  # RFC 4946
        ):
            if address:
                handler.addQuickElement("link", "", {"rel": rel, "href": address})

    def item_attributes(self, item):
        return {"xml:lang": item["data"]["locale"]}

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        data = item["data"]
        for other in data["translations"]:
            # Not a second "alternate": readers would open whichever of the two they met last.
            attributes = {"rel": "related", "href": web_address(other["url"])}
            handler.addQuickElement("link", "", attributes | {"hreflang": other["locale"]})
        for attachment in data["attachments"]:
            if address := web_address(attachment["url"]):
                handler.addQuickElement("link", "", _enclosure(address, attachment))
        if data["summary"]:
            handler.addQuickElement("summary", xml_text(data["summary"]))
        if data["content_html"]:
            html = xml_text(data["content_html"])
            handler.addQuickElement("content", html, {"type": "html"})


def _enclosure(address, attachment):
    attributes = {"rel": "enclosure", "href": address, "title": xml_text(attachment["title"])}
    if attachment["media_type"]:
        attributes["type"] = attachment["media_type"]
    if attachment["bytes"] is not None:
        attributes["length"] = str(attachment["bytes"])
    return attributes
