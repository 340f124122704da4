"""Mistakes are answered with problem details (RFC 9457) that say what to do."""

import uuid

from .registry import NotApplicable, promise
from .saying import ended, expect, expect_problem, some
from .subject import Feed


@promise("A parameter that does not exist is a 400 problem that names it.")
def unknown_parameter(feed: Feed):
    for path in ("/changes", "/items"):
        _refused(feed, path, no_such_parameter="1")
    return "no_such_parameter"


@promise("A value that means nothing is a 400 problem that names its parameter.")
def bad_values(feed: Feed):
    bad = [
        ("/changes", {"limit": "0"}),
        ("/changes", {"limit": "501"}),
        ("/changes", {"limit": "many"}),
        ("/changes", {"afterChangeNumber": "-1"}),
        ("/changes", {"epoch": "yesterday"}),
        ("/changes", {"kind": "no-such-kind"}),
        ("/changes", {"agency": "no-such-agency"}),
        ("/items", {"limit": "501"}),
        ("/items", {"since": "yesterday"}),
        ("/items", {"cursor": "%%%"}),
        ("/items", {"agency": "no-such-agency"}),
    ]
    for path, parameters in bad:
        _refused(feed, path, **parameters)
    return f"{len(bad)} values tried"


def _refused(feed, path, **parameters):
    problem = expect_problem(feed.get(path, **parameters), 400, feed.address(path, **parameters))
    named = [error.get("parameter") for error in problem.get("errors", [])]
    expect(set(parameters) <= set(named), f"errors to name {some(parameters)}", named)


@promise("A cursor of another epoch is a 410 problem whose `restart` begins the walk.")
def foreign_epoch(feed: Feed):
    ended(feed)
    return _gone(feed, afterChangeNumber=1, epoch=str(uuid.uuid4()))


@promise("A number that was never given is a 410 problem whose `restart` begins the walk.")
def number_never_given(feed: Feed):
    digest = feed.json("/digest")
    beyond = digest["changeNumber"] + 1_000_000_000
    return _gone(feed, afterChangeNumber=beyond, epoch=digest["epoch"])


@promise("`restart` keeps the filter of the cursor that was refused.")
def restart_keeps_filters(feed: Feed):
    kinds = {entry.kind for entry in ended(feed).present.values()}
    if len(kinds) < 2:
        raise NotApplicable("the feed has fewer than two kinds")
    kind = min(kinds)
    _gone(feed, afterChangeNumber=1, epoch=str(uuid.uuid4()), kind=kind)
    return f"kind={kind}"


def _gone(feed, **parameters):
    address = feed.address("/changes", **parameters)
    restart = expect_problem(feed.get("/changes", **parameters), 410, address).get("restart")
    expect(isinstance(restart, str), "an address in restart", restart)
    kind = parameters.get("kind")
    page, changed = feed.beside(lambda: feed.page(restart))
    first = [entry.id for entry in feed.walk.latest if kind in (None, entry.kind)]
    first = [key for key in first if key not in changed]
    told = [entry.id for entry in page.entries if entry.id not in changed]
    begins = told == first[: len(told)] and bool(told or not first)
    expect(begins, f"{restart} to begin with {some(first)}", some(told) or "nothing")
    return restart


@promise("An id that nothing has is a 404 problem.")
def unknown_id(feed: Feed):
    for item_id in (str(uuid.uuid4()), "no-such-item"):
        expect_problem(feed.get(f"/items/{item_id}"), 404, f"/items/{item_id}")
    return "a random UUID, and no UUID"


@promise("Errors are not kept by caches (`Cache-Control: no-store`).")
def errors_not_cached(feed: Feed):
    told = feed.get("/changes", no_such_parameter="1").headers.get("cache-control", "")
    expect("no-store" in told, "no-store", told or "no Cache-Control")
    return told
