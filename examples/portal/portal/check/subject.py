"""The feed under test: asks it, walks it, and remembers what it said."""

import dataclasses
import functools
from collections.abc import Callable
from typing import TypeVar

from ..addresses import with_parameters
from ..client import FRESH, Answer, Client, FeedError, origin
from ..digest import seal_of

Read = TypeVar("Read")

LIMIT = 500
# Ends a walk through a server that never does.
MOST_PAGES = 20_000
MEMBERS = (
    *("schema", "sha256", "agency", "url", "title", "summary", "content_html", "content_text"),
    *("locale", "translations", "published_at", "updated_at", "tags", "image", "attachments"),
)


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """One item of a page: its own members, and of ``data`` only what the promises speak of."""

    members: frozenset[str]
    id: object
    state: object
    kind: object
    modified: object
    agency: str = ""
    locale: str = ""
    url: str = ""
    schema: str = ""
    lacks: tuple[str, ...] = ()
    sha256: str = ""
    seal: str = ""

    @classmethod
    def of(cls, item: dict) -> "Entry":
        own = {name: item.get(name) for name in ("id", "state", "kind", "modified")}
        data = item.get("data")
        if not isinstance(data, dict):
            return cls(frozenset(item), **own)
        agency = data.get("agency")
        return cls(
            frozenset(item),
            **own,
            agency=str(agency.get("code")) if isinstance(agency, dict) else "",
            locale=str(data.get("locale", "")),
            url=str(data.get("url", "")),
            schema=str(data.get("schema", "")),
            lacks=tuple(name for name in (*MEMBERS, item.get("kind")) if name not in data),
            sha256=str(data.get("sha256", "")),
            seal=seal_of(data),
        )


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """A page of changes: the address that was asked, its members, items and ``next``."""

    address: str
    members: frozenset[str]
    entries: list[Entry]
    next: object


def read_page(address: str, answer: Answer) -> Page:
    """Read a page as it is, right or wrong; raises ``FeedError`` if it cannot be read at all."""
    if answer.status != 200:
        raise FeedError(f"{address} answered {answer.status}")
    body = answer.json()
    if not isinstance(body, dict) or not isinstance(body.get("items"), list):
        raise FeedError(f"{address} is no object with a list of items")
    entries = [Entry.of(item) for item in body["items"] if isinstance(item, dict)]
    return Page(address, frozenset(body), entries, body.get("next"))


class Walk:
    """A walk through the changes that can be taken up again, and all it has seen."""

    def __init__(self, client: Client, start: str):
        self.client = client
        self.start = self.next = start
        self.pages: list[Page] = []
        self.present: dict[str, Entry] = {}
        self.deleted: set[str] = set()
        # Why the walk cannot be taken to its end.
        self.stuck = ""

    def catch_up(self) -> "Walk":
        """Walk on to the end as it is now; a server that does not get on is left, see ``stuck``."""
        while not self.stuck and len(self.pages) < MOST_PAGES:
            page = read_page(self.next, self.client.get(self.next, **FRESH))
            before = self.pages[-1].entries if self.pages else []
            self.pages.append(page)
            for entry in page.entries:
                self._take(entry)
            if not page.entries:
                break
            if not isinstance(page.next, str) or page.next == page.address:
                self.stuck = f"{page.address} has items and leads nowhere"
            elif origin(page.next) != origin(self.start):
                self.stuck = f"{page.address} leads away, to {page.next}"
            elif before and not _later(page.entries[-1], before[-1]):
                self.stuck = f"the numbers do not rise at {page.address}"
            else:
                self.next = page.next
        return self

    @property
    def entries(self):
        return (entry for page in self.pages for entry in page.entries)

    @property
    def latest(self) -> list[Entry]:
        """The last change of every item, in order: what changed meanwhile has left its first place."""
        last = {entry.id: entry.modified for entry in self.entries}
        return [entry for entry in self.entries if last[entry.id] == entry.modified]

    def _take(self, entry):
        if entry.state == "deleted":
            self.present.pop(entry.id, None)
            self.deleted.add(entry.id)
        else:
            self.present[entry.id] = entry
            self.deleted.discard(entry.id)


def _later(entry, other):
    try:
        return entry.modified > other.modified
    except TypeError:
        return False


class Feed:
    """What the checks ask. The walk over everything is made once, and taken up again when needed."""

    def __init__(self, root: str, client: Client):
        self.root = root
        self.client = client

    def address(self, path: str, **parameters) -> str:
        return with_parameters(self.root + path, **parameters)

    def get(self, path: str, **parameters) -> Answer:
        return self.client.get(self.address(path, **parameters), **FRESH)

    def read(self, path: str, **parameters) -> Answer:
        """Return an answer with content; raises ``FeedError`` for any other."""
        answer = self.get(path, **parameters)
        if answer.status != 200:
            raise FeedError(f"{self.address(path, **parameters)} answered {answer.status}")
        return answer

    def json(self, path: str, **parameters) -> dict:
        return self.read(path, **parameters).json()

    def ask(self, method: str, address: str, *, decode=True, **headers: str) -> Answer:
        """Ask with exactly these headers, and again where the server is busy."""
        return self.client.request(method, address, headers, decode=decode)

    def page(self, address: str) -> Page:
        return read_page(address, self.client.get(address, **FRESH))

    def new_walk(self, **filters: str) -> Walk:
        return Walk(self.client, self.address("/changes", **filters, limit=LIMIT))

    @functools.cached_property
    def _walk(self) -> Walk:
        return self.new_walk()

    @property
    def walk(self) -> Walk:
        """The walk over everything, taken at least once to its end."""
        return self._walk if self._walk.pages else self._walk.catch_up()

    def beside(self, read: Callable[[], Read]) -> tuple[Read, set[str]]:
        """Return what ``read()`` returned, and the ids of what changed while it was being read.

        Whatever else it read must agree with ``walk``.
        """
        known = len(self._walk.catch_up().pages)
        result = read()
        self._walk.catch_up()
        changed = {entry.id for page in self._walk.pages[known:] for entry in page.entries}
        return result, changed
