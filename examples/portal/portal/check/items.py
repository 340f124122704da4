"""``/items`` (JSON Feed 1.1), ``/items/{id}`` and ``/agencies``."""

import datetime

from ..digest import seal_of
from .paging import page_size, pages
from .registry import NotApplicable, promise
from .saying import ended, expect, expect_once, expect_problem, same_items, some
from .subject import Feed

VERSION = "https://jsonfeed.org/version/1.1"
A_FEW = 20


@promise(
    "`/items` is a JSON Feed 1.1: `version`, `title`, `items`, each with an `id` and its content."
)
def json_feed(feed: Feed):
    answer = feed.read("/items")
    expect(answer.media_type == "application/feed+json", "JSON Feed", answer.media_type)
    body = answer.json()
    expect(body.get("version") == VERSION, VERSION, body.get("version"))
    expect(isinstance(body.get("title"), str), "a title", body.get("title"))
    for item in body["items"]:
        expect(isinstance(item.get("id"), str), "an id that is text", item.get("id"))
        content = item.get("content_html"), item.get("content_text")
        told = any(isinstance(one, str) for one in content)
        expect(told, "content_html or content_text", f"none in {item['id']}")
        _moments(item)
    return f"{len(body['items'])} items of “{body['title']}”"


def _moments(item):
    for name in ("date_published", "date_modified"):
        if name in item:
            moment = datetime.datetime.fromisoformat(item[name])
            expect(moment.tzinfo is not None, f"{name} with an offset", item[name])


@promise(
    "`/items` is newest first, and `next_url` leads, on the same host, to every item of the walk once."
)
def json_feed_paging(feed: Feed):
    ended(feed)
    limit = page_size(feed)
    read, changed = feed.beside(lambda: list(pages(feed, "/items", _page, limit=limit)))
    longest = max(len(page["items"]) for page in read)
    expect(longest <= limit, f"at most {limit} items", longest)
    items = [item for page in read for item in page["items"]]
    steady = [item for item in items if item["id"] not in changed]
    expect_once(item["id"] for item in steady)
    dates = [_date(item) for item in steady if "date_published" in item]
    expect(dates == sorted(dates, reverse=True), "the newest first", "another order")
    names = {page["feed_url"] for page in read}
    expect(len(names) == 1, "one feed_url on all pages", some(names))
    seen = {item["id"]: seal_of(item["_kip"]["data"]) for item in items}
    expected = {entry.id: entry.seal for entry in feed.walk.present.values()}
    return f"{same_items(expected, seen, changed, '/items')} in {len(read)} pages"


def _page(answer):
    page = answer.json()
    return page, page.get("next_url")


def _date(item):
    return datetime.datetime.fromisoformat(item["date_published"])


@promise("`/items/{id}` gives an item as the walk gave it.")
def one_item(feed: Feed):
    chosen = _spread(ended(feed).present.values())
    if not chosen:
        raise NotApplicable("the feed is empty")
    for entry in chosen:
        answer, changed = feed.beside(lambda entry=entry: feed.get(f"/items/{entry.id}"))
        if entry.id in changed:
            continue
        expect(answer.status == 200, f"item {entry.id}", f"status {answer.status}")
        item = answer.json()
        told = item["state"], item["kind"], item["id"], seal_of(item["data"])
        expected = "updated", entry.kind, entry.id, feed.walk.present[entry.id].seal
        expect(told == expected, str(expected), told)
    return f"{len(chosen)} items tried"


@promise("`/items/{id}` of a deleted item is a 404 problem.")
def deleted_item(feed: Feed):
    deleted = sorted(ended(feed).deleted)[:A_FEW]
    if not deleted:
        raise NotApplicable("nothing was deleted")
    for item_id in deleted:
        answer, changed = feed.beside(lambda item_id=item_id: feed.get(f"/items/{item_id}"))
        if item_id not in changed:
            expect_problem(answer, 404, f"/items/{item_id}")
    return f"{len(deleted)} ids tried"


@promise("`/agencies` lists every agency whose items are in the feed, with code, name and address.")
def agencies(feed: Feed):
    ended(feed)
    body, changed = feed.beside(lambda: feed.json("/agencies"))
    listed = {agency["code"] for agency in body["items"] if agency["name"] and agency["url"]}
    seen = {entry.agency for entry in feed.walk.present.values() if entry.id not in changed}
    expect(seen <= listed, "all that have items", f"not listed: {some(sorted(seen - listed))}")
    return f"{len(listed)} listed, {len(seen)} have items"


def _spread(entries):
    """Return a few items, of every kind and agency in turn."""
    groups = {}
    for entry in entries:
        groups.setdefault((entry.kind, entry.agency), entry)
    by_kind = {}
    for (kind, _agency), entry in groups.items():
        by_kind.setdefault(kind, []).append(entry)
    few = max(1, A_FEW // max(1, len(by_kind)))
    return [entry for some_of_kind in by_kind.values() for entry in some_of_kind[:few]]
