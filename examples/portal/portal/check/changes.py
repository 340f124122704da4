"""``/changes``: everything in the order of its last change (RPDE 1.0)."""

import itertools
from urllib.parse import urlsplit

from .registry import NotApplicable, promise
from .saying import ended, expect, some
from .subject import LIMIT, Feed

# Enough to see that pages follow each other, few enough for a feed of any size.
SOME_PAGES = 4


@promise("A page of changes is an object with `items`, `next` and `license`.", rereads=False)
def page_shape(feed: Feed):
    for page in feed.walk.pages:
        missing = {"items", "next", "license"} - page.members
        expect(not missing, "items, next and license", f"{page.address} without {some(missing)}")
    return f"{len(feed.walk.pages)} pages"


@promise(
    "Every change has a `state` (updated or deleted), a `kind`, an `id` and a number in `modified`.",
    rereads=False,
)
def item_shape(feed: Feed):
    for entry in feed.walk.entries:
        named = (
            entry.kind and isinstance(entry.kind, str) and entry.id and isinstance(entry.id, str)
        )
        known = entry.state in ("updated", "deleted")
        numbered = isinstance(entry.modified, int)
        expect(bool(named and known and numbered), "all four", _told(entry))
    return f"{sum(1 for _entry in feed.walk.entries)} changes"


@promise("`modified` rises strictly across the whole walk.", rereads=False)
def order(feed: Feed):
    for one, following in itertools.pairwise(feed.walk.entries):
        expect(
            following.modified > one.modified,
            f"a number above {one.modified} after {_told(one)}",
            _told(following),
        )
    numbers = [entry.modified for entry in feed.walk.entries]
    return f"{numbers[0]} … {numbers[-1]}" if numbers else "the feed is empty"


@promise("An updated item carries its `data`, a deleted one none.", rereads=False)
def data_or_none(feed: Feed):
    for entry in feed.walk.entries:
        carries = "data" in entry.members
        expect(
            carries == (entry.state == "updated"), "data if updated, and only then", _told(entry)
        )
    return f"{len(feed.walk.present)} items, {len(feed.walk.deleted)} deleted"


@promise("The walk ends with an empty page that repeats its own address in `next`.", rereads=False)
def last_page(feed: Feed):
    expect(not feed.walk.stuck, "an end", feed.walk.stuck)
    last = feed.walk.pages[-1]
    expect(not last.entries, "an end", f"items still after {len(feed.walk.pages)} pages")
    expect(last.next == last.address, f"next to be {last.address}", last.next)
    return last.address


@promise("`next` is an absolute address on the same host.", rereads=False)
def next_address(feed: Feed):
    host = urlsplit(feed.root).netloc
    for page in feed.walk.pages:
        parts = urlsplit(str(page.next))
        same = parts.scheme in ("http", "https") and parts.netloc == host
        expect(same, f"http(s)://{host}/…", page.next)
    return host


@promise("A page holds no more than `limit` changes, and the pages after it keep to it.")
def limit(feed: Feed):
    ended(feed)
    for number in (1, 3):
        for page in _small_pages(feed, number):
            seen = f"{len(page.entries)} from {page.address}"
            expect(len(page.entries) <= number, f"at most {number} changes", seen)
    longest = max(len(page.entries) for page in feed.walk.pages)
    expect(longest <= LIMIT, f"at most {LIMIT} changes", longest)
    return f"limit=1, limit=3, limit={LIMIT}"


@promise("How many changes a page holds alters nothing about what comes.")
def page_size(feed: Feed):
    ended(feed)
    for number in (1, 3):
        pages, changed = feed.beside(lambda number=number: _small_pages(feed, number))
        small = [entry.id for page in pages for entry in page.entries if entry.id not in changed]
        large = [entry.id for entry in feed.walk.latest if entry.id not in changed]
        # An empty page is the end, so all there is must have come before it.
        large = large[: len(small)] if pages[-1].entries else large
        expect(small == large, f"the walk's first, {some(large)}", some(small) or "nothing")
    return f"the first changes one by one, and the first {len(small)} by threes"


def _small_pages(feed, number):
    """Return the first few pages of ``number`` changes, or all until the first empty one."""
    pages, address = [], feed.address("/changes", limit=number)
    while len(pages) < SOME_PAGES:
        pages.append(feed.page(address))
        if not pages[-1].entries:
            break
        address = pages[-1].next
    return pages


@promise("An address in `next` may be asked again, and tells the same and what came since.")
def asked_again(feed: Feed):
    ended(feed)
    if len(feed.walk.pages) < 2:
        raise NotApplicable("the feed is empty")
    first = feed.page(feed.address("/changes", limit=1))
    expect(bool(first.entries), "the first change", f"none at {first.address}")
    for page in (feed.walk.pages[0], first):
        again, changed = feed.beside(lambda page=page: feed.page(page.next))
        number = page.entries[-1].modified
        after = [entry.id for entry in feed.walk.latest if entry.modified > number]
        after = [key for key in after if key not in changed]
        told = [entry.id for entry in again.entries if entry.id not in changed]
        expect(told == after[: len(told)] and bool(told or not after), some(after), some(told))
    return f"after {feed.walk.pages[0].entries[-1].modified} and {first.entries[-1].modified}"


def _told(entry):
    return f"{entry.state} {entry.kind} {entry.id} numbered {entry.modified}"
