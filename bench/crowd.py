"""How much many publishers get done at the same time, with the feed and without it.

``python -m bench.crowd SECONDS NUMBER OF feed|stock`` is one of them: it publishes its share of the
pages again and again and prints how often.
"""

import contextlib
import subprocess
import sys
import time
from pathlib import Path

from .figures import Figure

ROOT = Path(__file__).resolve().parents[1]
PUBLISHERS = 8
SECONDS = 6
ROUNDS = 4


def measure() -> list[Figure]:
    """Let the two kinds of publishers take turns, and compare what each kind got done."""
    done = {"feed": 0, "stock": 0}
    for number in range(ROUNDS):
        for kind in ("feed", "stock") if number % 2 else ("stock", "feed"):
            done[kind] += _published(kind)
    seconds = ROUNDS * SECONDS
    return [
        Figure(
            f"publishes of {PUBLISHERS} at once with the feed, against stock Wagtail",
            done["feed"] / done["stock"],
            "×",
            "≥",
            0.85,
            f"{done['feed'] / seconds:.1f} against {done['stock'] / seconds:.1f} a second",
        )
    ]


def _published(kind):
    command = [sys.executable, "-m", "bench.crowd", str(SECONDS)]
    publishers = [
        subprocess.Popen(
            [*command, str(number), str(PUBLISHERS), kind],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(PUBLISHERS)
    ]
    for publisher in publishers:
        publisher.stdout.readline()  # it is ready
    for publisher in publishers:
        publisher.stdin.write("go\n")
        publisher.stdin.flush()
    counts = [int(publisher.communicate()[0]) for publisher in publishers]
    if any(publisher.returncode for publisher in publishers):
        raise RuntimeError("a publisher failed; its message is above")
    return sum(counts)


def publish_for(seconds: float, number: int, of: int, kind: str) -> None:
    import django

    django.setup()
    from kip_pages.models import NewsPage

    from .publishing import publish_changed, without_feed

    keys = list(NewsPage.objects.order_by("-pk").values_list("pk", flat=True)[: of * 20])[
        number::of
    ]
    with without_feed() if kind == "stock" else contextlib.nullcontext():
        publish_changed(NewsPage.objects.get(pk=keys[0]), time.monotonic_ns())  # warmed up
        print("ready", flush=True)
        sys.stdin.readline()
        until, count = time.monotonic() + seconds, 0
        while time.monotonic() < until:
            page = NewsPage.objects.get(pk=keys[count % len(keys)])
            publish_changed(page, time.monotonic_ns())
            count += 1
    print(count)


if __name__ == "__main__":
    publish_for(float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
