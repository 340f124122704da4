"""Lists that come in pages, each with the address of the next."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from ..client import FRESH, Answer, origin
from .saying import expect
from .subject import LIMIT, MOST_PAGES, Feed

Page = TypeVar("Page")


def page_size(feed: Feed) -> int:
    """Small enough that there is more than one page, large enough that there are not too many."""
    return min(LIMIT, max(1, len(feed.walk.present) // 3))


def pages(
    feed: Feed, path: str, read: Callable[[Answer], tuple[Page, str | None]], *, limit: int
) -> Iterator[Page]:
    """Yield every page; ``read`` makes it of an answer, and finds the address of the next."""
    address = feed.address(path, limit=limit)
    for _page in range(MOST_PAGES):
        page, following = read(feed.client.get(address, **FRESH))
        yield page
        if not following:
            return
        here = origin(following) == origin(feed.root)
        expect(here, f"the next page of {path} at the same host", following)
        address = following
