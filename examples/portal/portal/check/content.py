"""What an item says, its seal, and the digest that proves a whole copy."""

from urllib.parse import urlsplit

from ..digest import digest, digest_of_answer
from .registry import promise
from .saying import ended, expect, some
from .subject import Feed


@promise("The `data` of every item has all members, and one named after its kind.", rereads=False)
def data_members(feed: Feed):
    for entry in feed.walk.present.values():
        expect(not entry.lacks, "every member", f"{entry.id} without {some(entry.lacks)}")
        shape = f"{entry.kind}/"
        expect(entry.schema.startswith(shape), f"schema {shape}…", f"{entry.schema} in {entry.id}")
        expect(bool(entry.agency), "agency.code", f"none in {entry.id}")
        parts = urlsplit(entry.url)
        absolute = parts.scheme in ("http", "https") and parts.netloc
        expect(bool(absolute), "an absolute url", f"{entry.url} in {entry.id}")
    return f"{len(feed.walk.present)} items"


@promise("`sha256` of every item is that of its data.", rereads=False)
def seals(feed: Feed):
    for entry in feed.walk.entries:
        if entry.state == "updated":
            expect(entry.sha256 == entry.seal, f"{entry.seal}", f"{entry.sha256} in {entry.id}")
    return f"{len(feed.walk.present)} items"


@promise(
    "`/digest` says the epoch, the newest change number, and what the items give per agency and kind."
)
def digest_agrees(feed: Feed):
    ended(feed)
    body, changed = feed.beside(lambda: feed.json("/digest"))
    missing = {"epoch", "changeNumber", "items"} - body.keys()
    expect(not missing, "epoch, changeNumber and items", f"none of {some(missing)}")
    entries = feed.walk.present.values()
    own = digest((entry.agency, entry.kind, entry.id, entry.seal) for entry in entries)
    told = digest_of_answer(body)
    # An agency and a kind of which something changed meanwhile cannot be compared this time.
    moving = {(entry.agency, entry.kind) for entry in feed.walk.entries if entry.id in changed}
    groups = sorted((own.keys() | told.keys()) - moving)
    for group in groups:
        name = " ".join(group)
        expect(own.get(group) == told.get(group), f"{name} {own.get(group)}", told.get(group))
    if not moving:
        newest = max((entry.modified for entry in feed.walk.entries), default=0)
        number = body["changeNumber"]
        expect(number >= newest, f"a changeNumber of at least {newest}", number)
    return f"{len(groups)} agencies and kinds at {body['changeNumber']}"
