"""The two hashes of the feed: one that seals an item, one that proves a whole copy."""

import hashlib
import json
from collections.abc import Iterable


def seal_of(data: dict) -> str:
    """Return what ``data["sha256"]`` must be.

    SHA-256, in hex, of all other members written as JSON with sorted keys, no blanks, UTF-8
    unescaped.
    """
    rest = {name: value for name, value in data.items() if name != "sha256"}
    text = json.dumps(rest, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def digest(items: Iterable[tuple[str, str, str, str]]) -> dict[tuple[str, str], tuple[int, str]]:
    """Return ``{(agency, kind): (count, hash)}`` of (agency, kind, id, seal) of every item.

    ``hash`` is the XOR of the SHA-256 of ``<id>:<seal>`` of each, in hex: no order, no duplicates.
    """
    groups = {}
    for agency, kind, item_id, seal in items:
        one = hashlib.sha256(f"{item_id}:{seal}".encode()).digest()
        count, value = groups.get((agency, kind), (0, 0))
        groups[agency, kind] = (count + 1, value ^ int.from_bytes(one, "big"))
    return {group: (count, f"{value:064x}") for group, (count, value) in groups.items()}


def digest_of_answer(body: dict) -> dict[tuple[str, str], tuple[int, str]]:
    """Return the same of an answer of ``/digest``."""
    return {(row["agency"], row["kind"]): (row["count"], row["hash"]) for row in body["items"]}
