"""What a public page costs that is kept: against the same page made anew, and its bytes alone."""

import os
from pathlib import Path

from opd_sites.models import Agency

from .figures import Figure, interleaved, milliseconds
from .reading import DifferentAnswerError
from .serving import Client, serving

HOME = "/"
ROUNDS = 9
# Answers per round: enough of the quick ones to be timed, few of the slow one.
QUICK, SLOW = 200, 10


def measure(agency: Agency) -> list[Figure]:
    """Serve an agency's home page from the cache, without one, and as a file."""
    body = Path(os.environ["BENCH_DIRECTORY"]) / "home.html"
    with serving("config.wsgi") as site, serving("config.wsgi", BENCH_PAGE_CACHE="none") as making:
        kept, made = (Client(server.port, agency.site.hostname) for server in (site, making))
        body.write_bytes(kept.get(HOME))
        with serving("bench.still", BENCH_BODY=str(body)) as still:
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
    ]
