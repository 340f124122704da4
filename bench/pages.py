"""What a page costs that is kept: against the same made anew, its bytes alone, and Wagtail's own."""

import json
import os
from pathlib import Path

from opd_sites.models import Agency

from .figures import Figure, interleaved, milliseconds
from .reading import DifferentAnswerError
from .serving import Client, serving
from .stock.running import HOST as STOCK_HOST
from .stock.running import stock_site

HOME = "/"
ROUNDS = 9
# Answers per round: enough of the quick ones to be timed, few of the slow one.
QUICK, SLOW = 200, 10
# What a page that says much less may cost at least: a stock one has no banner, no menu, no facts.
STOCK = 5
# What gunicorn says itself.
SERVERS_OWN = {"Server", "Date", "Connection"}


def measure(agency: Agency) -> list[Figure]:
    """Serve an agency's home page from the cache, without one, and as a file; beside it a stock page."""
    body = Path(os.environ["BENCH_DIRECTORY"]) / "home.html"
    with (
        serving("config.wsgi") as site,
        serving("config.wsgi", BENCH_PAGE_CACHE="none") as making,
        stock_site() as stock,
    ):
        kept, made = (Client(server.port, agency.site.hostname) for server in (site, making))
        beside = Client(stock.port, STOCK_HOST)
        stock_size = len(beside.get(HOME))
        body.write_bytes(kept.get(HOME))
        # With the same headers, as whoever asks reads these, too.
        headers = [header for header in kept.answered if header[0] not in SERVERS_OWN]
        said = {"BENCH_BODY": str(body), "BENCH_HEADERS": json.dumps(headers)}
        with serving("bench.still", **said) as still:
            bare = Client(still.port, agency.site.hostname)
            if not kept.get(HOME) == made.get(HOME) == bare.get(HOME):
                raise DifferentAnswerError("the page is not the same everywhere")
            costs = interleaved(
                {
                    "kept": lambda: kept.seconds_per_answer(HOME, times=QUICK),
                    "304": lambda: kept.seconds_per_answer(
                        HOME, times=QUICK, tag=kept.tag, expected=304
                    ),
                    "made": lambda: made.seconds_per_answer(HOME, times=SLOW),
                    "bare": lambda: bare.seconds_per_answer(HOME, times=QUICK),
                    "stock": lambda: beside.seconds_per_answer(HOME, times=SLOW),
                },
                rounds=ROUNDS,
            )
    size = body.stat().st_size
    return [
        Figure(
            "home page from the cache against made anew",
            costs["made"] / costs["kept"],
            "×",
            "≥",
            15,
            f"{milliseconds(costs['kept'])} against {milliseconds(costs['made'])}, {size} bytes",
        ),
        Figure(
            "against its bytes from a bare WSGI application",
            costs["bare"] / costs["kept"],
            "×",
            "≥",
            0.5,
            f"{milliseconds(costs['kept'])} against {milliseconds(costs['bare'])}; "
            f"304 in {milliseconds(costs['304'])}",
        ),
        Figure(
            "against a page of Wagtail's tutorial as it makes it for each reader",
            costs["stock"] / costs["kept"],
            "×",
            "≥",
            STOCK,
            f"{milliseconds(costs['stock'])}, {stock_size} bytes; "
            f"ours made anew takes {costs['made'] / costs['stock']:.3g} times as long",
        ),
    ]
