"""A filter gives exactly the items of the whole feed that match it."""

from collections import Counter

from .registry import NotApplicable, promise
from .saying import ended, expect, same_items, some
from .subject import Feed


@promise("`agency` gives exactly the items of that agency.")
def agency(feed: Feed):
    return _every_value(feed, "agency")


@promise("`kind` gives exactly the items of that kind.")
def kind(feed: Feed):
    return _every_value(feed, "kind")


@promise("`locale` gives exactly the items in that language.")
def locale(feed: Feed):
    return _every_value(feed, "locale")


@promise("Filters together give exactly the items that match all of them.")
def together(feed: Feed):
    ended(feed)
    found = Counter((e.agency, e.kind, e.locale) for e in feed.walk.present.values())
    if not found:
        raise NotApplicable("the feed is empty")
    values = found.most_common(1)[0][0]
    return _compare(feed, **dict(zip(("agency", "kind", "locale"), values, strict=True)))


def _every_value(feed, name):
    ended(feed)
    values = sorted({getattr(entry, name) for entry in feed.walk.present.values()})
    if not values:
        raise NotApplicable("the feed is empty")
    for value in values:
        _compare(feed, **{name: value})
    return f"{len(values)} values: {some(values)}"


def _compare(feed, **filters):
    name = "&".join(f"{name}={value}" for name, value in filters.items())
    walk, changed = feed.beside(lambda: feed.new_walk(**filters).catch_up())
    expect(not walk.stuck, f"the walk of {name} to end", walk.stuck)
    expected = {
        entry.id: entry.seal
        for entry in feed.walk.present.values()
        if all(getattr(entry, name) == value for name, value in filters.items())
    }
    seen = {entry.id: entry.seal for entry in walk.present.values()}
    return f"{name}: {same_items(expected, seen, changed, name)}"
