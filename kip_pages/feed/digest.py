"""Prove that a copy is right: counts and order-free hashes per agency and kind."""

import dataclasses
import hashlib
from collections import defaultdict

from ..models import FeedItem


@dataclasses.dataclass(frozen=True)
class DigestRow:
    """``hash`` is the XOR of the SHA-256 hashes of ``<id>:<data.sha256>`` of each item, in hex."""

    agency: str
    kind: str
    count: int
    hash: str


def item_hash(uid: str, sha256: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{uid}:{sha256}".encode()).digest(), "big")


def digest(agency=None) -> list[DigestRow]:
    """Return one row per agency and kind that has items, in that order."""
    groups = defaultdict(lambda: [0, 0])
    items = FeedItem.objects.present().of_agency(agency)
    rows = items.values_list("agency__code", "kind", "uid", "sha256")
    for code, kind, uid, sha256 in rows.iterator(chunk_size=5000):
        group = groups[code, kind]
        group[0] += 1
        group[1] ^= item_hash(str(uid), sha256)
    return [
        DigestRow(code, kind, count, f"{value:064x}")
        for (code, kind), (count, value) in sorted(groups.items())
    ]
