"""How soon after its commit a publish can be read from the feed.

``python -m bench.visibility PORT HOST`` is the reader: it asks for what is new as fast as it is
answered, and prints the title and the moment of each change it sees.
"""

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from .figures import Figure

ROOT = Path(__file__).resolve().parents[1]
PUBLISHES = 100


def measure() -> list[Figure]:
    from .province import PORTAL_HOST
    from .serving import serving

    with serving("config.wsgi") as site:
        reader = subprocess.Popen(
            [sys.executable, "-m", "bench.visibility", str(site.port), PORTAL_HOST],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        reader.stdout.readline()  # it stands at the end of the feed
        committed = _publish()
        seen = {}
        while len(seen) < PUBLISHES:
            moment, title = reader.stdout.readline().rstrip("\n").split(" ", 1)
            seen[title] = int(moment)
        reader.terminate()
    delays = sorted((seen[title] - committed[title]) / 1e6 for title in committed)
    p50, p99 = statistics.median(delays), delays[int(len(delays) * 0.99) - 1]
    return [
        Figure(
            "p99 from commit to visible in the feed",
            p99,
            " ms",
            "≤",
            250,
            f"p50 {p50:.3g} ms of {PUBLISHES} publishes, numbered by the publisher or the reader",
        )
    ]


def _publish():
    """Publish page after page; return the moment of each commit by title."""
    from django.db import transaction
    from django.db.models.signals import pre_save

    from kip_pages.models import NewsPage

    from .publishing import publish_changed

    committed = {}

    def note(sender, instance, update_fields=None, **kwargs):
        # A publish saves the draft first, by some fields; what goes live is saved whole.
        if update_fields is None:
            # Asked for before the feed's own callback, so it runs right after the commit.
            transaction.on_commit(lambda: committed.setdefault(instance.title, time.monotonic_ns()))

    pre_save.connect(note, sender=NewsPage)
    try:
        for page in NewsPage.objects.order_by("pk")[:PUBLISHES]:
            publish_changed(page, time.monotonic_ns())
    finally:
        pre_save.disconnect(note, sender=NewsPage)
    return {title: moment for title, moment in committed.items() if " ~" in title}


def read_on(port: int, host: str) -> None:
    from .serving import Client

    client = Client(port, host)
    address = "/api/feed/v1/changes?limit=500"
    stands_at_end = False
    while True:
        page = json.loads(client.get(address))
        moment = time.monotonic_ns()
        for item in page["items"] if stands_at_end else ():
            print(moment, item["data"]["title"], flush=True)
        if not page["items"] and not stands_at_end:
            stands_at_end = True
            print("ready", flush=True)
        address = urlsplit(page["next"])._replace(scheme="", netloc="").geturl()


if __name__ == "__main__":
    read_on(int(sys.argv[1]), sys.argv[2])
