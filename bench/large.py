"""What a portal's questions cost when the feed holds very many items."""

import http
from urllib.parse import urlencode

from kip_pages.models import FeedItem
from opd_sites.models import Agency

from .figures import Figure, interleaved, milliseconds
from .multiply import multiply
from .prose import WORDS
from .province import PORTAL_HOST
from .reading import CHANGES, QUICK, ROUNDS, last_page
from .serving import Client, serving

DIGEST = "/api/feed/v1/digest"
# Two words that many items hold, and the newest hundred are asked for; and words that none holds.
SEARCH = f"/api/feed/v1/items?{urlencode({'q': ' '.join(WORDS[:2]), 'limit': 100})}"
NOTHING = f"/api/feed/v1/items?{urlencode({'q': 'kata-yang-tidak-ada', 'limit': 100})}"


def measure(agency: Agency, *, items: int) -> list[Figure]:
    """Ask everything of one server that remembers nothing, and of one that remembers."""
    count = multiply(items)
    with serving("config.wsgi") as anew, serving("config.wsgi", BENCH_FEED_CACHE="process") as warm:
        client, remembering = Client(anew.port, PORTAL_HOST), Client(warm.port, PORTAL_HOST)
        end = _end()
        client.get(end)
        tag = client.tag
        # The first digest after a start reads every item; what it remembers serves the others.
        cold = remembering.seconds_per_answer(DIGEST, times=1)
        costs = interleaved(
            {
                "first": _asking(client, CHANGES),
                "last": _asking(client, last_page()),
                "agency": _asking(client, f"{CHANGES}&agency={agency.code}"),
                "empty": _asking(client, end),
                "304": lambda: client.seconds_per_answer(
                    end, times=QUICK, tag=tag, expected=http.HTTPStatus.NOT_MODIFIED
                ),
                "search": _asking(client, SEARCH, times=3),
                "nothing": _asking(client, NOTHING, times=3),
                "digest": _asking(remembering, DIGEST),
            },
            rounds=ROUNDS,
        )
    first = costs["first"]

    def against_first(name, key, bound, detail=""):
        detail = f"{milliseconds(costs[key])} at {count} items{detail}"
        return Figure(name, costs[key] / first, "×", "≤", bound, detail)

    return [
        against_first("last full page against the first", "last", 1.2),
        against_first("first page of one agency against that of all", "agency", 1.2),
        # Both are what any answer costs, see docs/explanation/bench.md; the rows are the rest.
        against_first("a poll at the end against the first page", "empty", 0.7),
        against_first("a 304 against the first page", "304", 0.5),
        # A word may stand anywhere in a text, so a search reads the text of every item.
        against_first("search, two common words, against the first page", "search", 200),
        against_first("search, no such word, against the first page", "nothing", 200),
        against_first(
            "digest of a feed that stands still against the first page",
            "digest",
            1,
            f"; {milliseconds(cold)} the first time",
        ),
    ]


def _asking(client, address, times=QUICK):
    return lambda: client.seconds_per_answer(address, times=times)


def _end():
    newest = FeedItem.objects.order_by("-pos").values_list("pos", flat=True)[0]
    return f"{CHANGES}&afterChangeNumber={newest}"
