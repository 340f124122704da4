"""Short words for what was seen."""

from collections import Counter
from collections.abc import Iterable

from ..client import Answer
from .registry import Broken, NotApplicable
from .subject import Feed, Walk


def some(values: Iterable, most: int = 3) -> str:
    """Return the first few of many, and how many there are."""
    values = [str(value) for value in values]
    rest = f" and {len(values) - most} more" if len(values) > most else ""
    return ", ".join(values[:most]) + rest


def ended(feed: Feed) -> Walk:
    """Return the walk over everything; a check that needs its end is not applicable without."""
    if feed.walk.stuck:
        raise NotApplicable(f"the walk does not end: {feed.walk.stuck}")
    return feed.walk


def expect(condition: bool, expected: str, seen) -> None:
    if not condition:
        raise Broken(expected=expected, seen=str(seen))


def expect_once(ids: Iterable[str]) -> None:
    twice = [key for key, times in Counter(ids).items() if times > 1]
    expect(not twice, "every item once", f"twice: {some(twice)}")


def expect_problem(answer: Answer, status: int, address: str) -> dict:
    """Return the problem document (RFC 9457) that the answer must be."""
    seen = f"{answer.status} {answer.media_type} for {address}"
    expect(answer.status == status, f"status {status}", seen)
    expect(answer.media_type == "application/problem+json", "application/problem+json", seen)
    problem = answer.json()
    expect(problem.get("status") == status, f"its member status to be {status}", problem)
    expect(bool(problem.get("title")), "a title", problem)
    return problem


def same_items(expected: dict[str, str], seen: dict[str, str], changed: set[str], name: str) -> str:
    """Compare ``{id: seal}`` of two readings, but for what changed meanwhile."""
    ids = (expected.keys() | seen.keys()) - changed
    lost = [key for key in ids if key not in seen]
    extra = [key for key in ids if key not in expected]
    other = [key for key in ids if key in seen and key in expected and seen[key] != expected[key]]
    told = [f"{len(lost)} lost ({some(lost)})"] if lost else []
    told += [f"{len(extra)} too many ({some(extra)})"] if extra else []
    told += [f"{len(other)} with other content ({some(other)})"] if other else []
    expect(not told, f"the {len(expected)} items of the walk in {name}", "; ".join(told))
    return f"{len(expected)} items"
