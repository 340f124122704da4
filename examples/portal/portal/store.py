"""The mirror's database: a page of items and the address of the next are stored together or not.

Items carry the number of the walk they came in. Readers are shown one walk; while another is under
way (after an epoch change) it grows beside it, and is shown when it has ended. Both numbers are in
the database, so a crash anywhere is followed by going on from there.
"""

import contextlib
import dataclasses
import datetime
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

# What is listed and filtered is read out of `data` by the database: it cannot say anything else.
SCHEMA = """
CREATE TABLE IF NOT EXISTS feed (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    start TEXT NOT NULL,
    next TEXT NOT NULL,
    etag TEXT NOT NULL DEFAULT '',
    walking INTEGER NOT NULL DEFAULT 1,
    shown INTEGER NOT NULL DEFAULT 1,
    caught_up_at TEXT
);
CREATE TABLE IF NOT EXISTS item (
    walk INTEGER NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    modified INTEGER NOT NULL,
    data TEXT NOT NULL,
    agency TEXT GENERATED ALWAYS AS (json_extract(data, '$.agency.code')) STORED,
    agency_name TEXT GENERATED ALWAYS AS (json_extract(data, '$.agency.name')) VIRTUAL,
    published_at TEXT GENERATED ALWAYS AS
        (strftime('%Y-%m-%dT%H:%M:%SZ', json_extract(data, '$.published_at'))) STORED,
    PRIMARY KEY (walk, id)
);
CREATE INDEX IF NOT EXISTS item_newest ON item (walk, published_at DESC, id);
CREATE INDEX IF NOT EXISTS item_predecessor ON item
    (walk, json_extract(data, '$.emergency.predecessor'));
CREATE VIEW IF NOT EXISTS shown_item AS
    SELECT * FROM item WHERE walk = (SELECT shown FROM feed);
"""


class OtherFeedError(Exception):
    """The database mirrors another feed, or the same with other filters: name another file."""


@dataclasses.dataclass(frozen=True)
class Position:
    """Where the mirror is: what to ask next, the ETag of what that said last, and in which walk."""

    next: str
    etag: str
    walking: int


@dataclasses.dataclass(frozen=True)
class Item:
    """An item as the feed carried it; ``data`` parsed."""

    id: str
    kind: str
    modified: int
    data: dict


class Store:
    """One connection to the mirror's database; every thread opens its own."""

    def __init__(self, path: Path | str):
        # Transactions are begun by hand, and take the write lock at once.
        self._db = sqlite3.connect(path, isolation_level=None, timeout=30)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        self._db.close()

    # --- mirroring

    @property
    def start(self) -> str | None:
        """The address the mirror started from, with its filters; None while it has none."""
        row = self._db.execute("SELECT start FROM feed").fetchone()
        return row and row[0]

    def begin(self, start: str, first: str) -> None:
        """Make this the mirror of ``start``, to be asked from ``first`` on, unless it is already.

        Raises ``OtherFeedError``.
        """
        self._db.execute(
            "INSERT OR IGNORE INTO feed (one, start, next) VALUES (1, ?, ?)", (start, first)
        )
        if self.start != start:
            raise OtherFeedError(f"this database mirrors {self.start}, not {start}")

    def position(self) -> Position:
        return Position(*self._db.execute("SELECT next, etag, walking FROM feed").fetchone())

    def put(
        self, asked: Position, items: list[dict], following: str, etag: str, *, last: bool
    ) -> bool:
        """Store the answer to ``asked``; return whether it was (another process may have been first).

        ``last``: the walk has ended; what an earlier walk brought and this one did not goes now.
        """
        with self._transaction():
            if self.position() != asked:
                return False
            for item in items:
                self._put_item(asked.walking, item)
            self._move_on(following, etag)
            if last:
                self._show(asked.walking)
        return True

    def confirm(self, asked: Position) -> None:
        """Note that nothing has come after ``asked``, where the walk had ended: all is up to date."""
        with self._transaction():
            if self.position() == asked:
                self._db.execute("UPDATE feed SET caught_up_at = ?", (_now(),))

    def start_again(self, asked: Position, address: str) -> None:
        """Begin another walk at ``address``; readers keep the copy they have until it has ended."""
        with self._transaction():
            if self.position() == asked:
                self._db.execute("DELETE FROM item WHERE walk <> (SELECT shown FROM feed)")
                self._db.execute("UPDATE feed SET walking = walking + 1")
                self._move_on(address, "")

    def _put_item(self, walk, item):
        if item["state"] == "deleted":
            self._db.execute(
                "DELETE FROM item WHERE walk = ? AND id = ? AND modified <= ?",
                (walk, item["id"], item["modified"]),
            )
            return
        text = json.dumps(item["data"], ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        self._db.execute(
            "INSERT INTO item (walk, id, kind, modified, data) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (walk, id) DO UPDATE"
            " SET kind = excluded.kind, modified = excluded.modified, data = excluded.data"
            " WHERE excluded.modified >= modified",
            (walk, item["id"], item["kind"], item["modified"], text),
        )

    def _move_on(self, following, etag):
        self._db.execute("UPDATE feed SET next = ?, etag = ?", (following, etag))

    def _show(self, walk):
        self._db.execute("UPDATE feed SET shown = ?, caught_up_at = ?", (walk, _now()))
        self._db.execute("DELETE FROM item WHERE walk < ?", (walk,))

    @contextlib.contextmanager
    def _transaction(self):
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:  # a full disk has ended it already
                self._db.execute("ROLLBACK")
            raise

    # --- reading

    @property
    def caught_up_at(self) -> datetime.datetime | None:
        """When the mirror last was at the end of the feed."""
        row = self._db.execute("SELECT caught_up_at FROM feed").fetchone()
        return datetime.datetime.fromisoformat(row[0]) if row and row[0] else None

    def items(self) -> Iterator[Item]:
        """Every item, in the order of its last change."""
        yield from self._items(ALL)

    def item(self, item_id: str) -> Item | None:
        return next(self._items(ONE, id=item_id), None)

    def successors(self, item_id: str) -> list[Item]:
        """Announcements that say something new about the one with this id."""
        return list(self._items(SUCCESSORS, id=item_id))

    def newest(self, *, agency="", kind="", limit: int, offset: int) -> list[Item]:
        """The newest first; empty filters mean everything."""
        return list(self._items(NEWEST, agency=agency, kind=kind, limit=limit, offset=offset))

    def agencies(self) -> list[tuple[str, str]]:
        """Code and name of every agency that has items, by name."""
        return self._db.execute(
            "SELECT agency, max(agency_name) FROM shown_item GROUP BY agency ORDER BY 2"
        ).fetchall()

    def kinds(self) -> list[str]:
        rows = self._db.execute("SELECT DISTINCT kind FROM shown_item ORDER BY kind")
        return [kind for (kind,) in rows]

    def _items(self, statement, **values):
        for item_id, kind, modified, data in self._db.execute(statement, values):
            yield Item(item_id, kind, modified, json.loads(data))


def _now():
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


ALL = "SELECT id, kind, modified, data FROM shown_item ORDER BY modified"
ONE = "SELECT id, kind, modified, data FROM shown_item WHERE id = :id"
SUCCESSORS = """
SELECT id, kind, modified, data FROM shown_item
WHERE json_extract(data, '$.emergency.predecessor') = :id
"""
NEWEST = """
SELECT id, kind, modified, data FROM shown_item
WHERE :agency IN ('', agency) AND :kind IN ('', kind)
ORDER BY published_at DESC, id LIMIT :limit OFFSET :offset
"""
