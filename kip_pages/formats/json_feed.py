"""JSON Feed 1.1."""

import json

from ..models import FeedItem

VERSION = "https://jsonfeed.org/version/1.1"


def json_feed(title: str, home_url: str, page) -> str:
    """Return a page of a feed: ``page`` has ``rows``, ``first_url`` and ``next_url`` (empty on the last).

    The feed's own address is that of its first page, on every page: by it a reader knows the feed.
    """
    body = {
        "version": VERSION,
        "title": title,
        "home_page_url": home_url,
        "feed_url": page.first_url,
    }
    if page.next_url:
        body["next_url"] = page.next_url
    body["items"] = [_entry(item, item.data) for item in page.rows]
    return json.dumps(body, ensure_ascii=False)


def _entry(item: FeedItem, data: dict) -> dict:
    """Return what JSON Feed has members for; ``_kip`` is the item as ``/changes`` carries it."""
    entry = {
        "id": str(item.uid),
        "url": data["url"],
        "title": data["title"],
        "summary": data["summary"],
        "content_html": data["content_html"],
        "content_text": data["content_text"],
        "language": data["locale"],
        "authors": [{"name": data["agency"]["name"], "url": data["agency"]["url"]}],
        "tags": data["tags"],
        "attachments": [
            {"url": a["url"], "mime_type": a["media_type"] or "application/octet-stream"}
            | {"title": a["title"]}
            | ({"size_in_bytes": a["bytes"]} if a["bytes"] is not None else {})
            for a in data["attachments"]
        ],
        "_kip": {"kind": item.kind, "modified": item.pos, "data": data},
    }
    for name, value in (
        ("date_published", data["published_at"]),
        ("date_modified", data["updated_at"]),
        ("image", data["image"] and data["image"]["url"]),
    ):
        if value:
            entry[name] = value
    return entry
