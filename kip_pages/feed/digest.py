"""Prove that a copy is right: counts and order-free hashes per agency and kind."""

import dataclasses
import hashlib
import itertools
import operator

from django.core.cache import caches
from django.db.models import Max
from django.utils import timezone

from ..conf import get_setting
from ..models import FeedItem
from . import reading

MEMORY = "kip_pages.digest"
# How often a digest is taken again because the feed moved on while it was taken.
TRIES = 5


@dataclasses.dataclass(frozen=True)
class DigestRow:
    """``hash`` is the XOR of the SHA-256 hashes of ``<id>:<data.sha256>`` of each item, in hex."""

    agency: str
    kind: str
    count: int
    hash: str


def item_hash(uid: str, sha256: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{uid}:{sha256}".encode()).digest(), "big")


def digest(agency=None) -> tuple[reading.Position, list[DigestRow]]:
    """Return where the feed is, and one row per agency and kind that has items, in that order.

    Only what changed since the last time is read: every change of an item gives its agency and
    kind a higher number.
    """
    position = reading.current_position(at=timezone.now())
    for _try in range(TRIES):
        taken = _take(position.epoch)
        before, position = position, reading.current_position(at=timezone.now())
        if before.version == position.version:
            break
    rows = [
        DigestRow(code, kind, count, f"{value:064x}")
        for (code, kind), (_newest, count, value) in sorted(taken.items())
        if count and agency in (None, code)
    ]
    return position, rows


def _take(epoch):
    """Return {(agency, kind): (newest number, count, hash)}, remembered from one time to the next."""
    memory = caches[get_setting("FEED_CACHE")]
    known = memory.get(f"{MEMORY}.{epoch}", {})
    groups = FeedItem.objects.values_list("agency__code", "kind").annotate(Max("pos"))
    newest = {(code, kind): pos for code, kind, pos in groups.order_by()}
    changed = {group for group, pos in newest.items() if known.get(group, (None,))[0] != pos}
    taken = {group: known[group] for group in newest.keys() - changed}
    for code, groups in itertools.groupby(sorted(changed), key=operator.itemgetter(0)):
        hashes = _hashes(code, [kind for _code, kind in groups])
        taken |= {(code, kind): (newest[code, kind], *found) for kind, found in hashes.items()}
    memory.set(f"{MEMORY}.{epoch}", taken)
    return taken


def _hashes(code, kinds):
    """Return {kind: (count, hash)} of one agency's items."""
    found = dict.fromkeys(kinds, (0, 0))
    items = FeedItem.objects.present().filter(agency__code=code, kind__in=kinds)
    for kind, uid, sha256 in items.values_list("kind", "uid", "sha256").iterator(chunk_size=5000):
        count, value = found[kind]
        found[kind] = count + 1, value ^ item_hash(str(uid), sha256)
    return found
