"""``python -m bench``: make a province on a throw-away PostgreSQL, measure, judge, clean up."""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "site"))  # a directory, not a package

from tests.postgres import FAST, Server  # noqa: E402 - the repository's root is where this starts

LEAST_PAGES = 41 * 235  # every agency needs a whole page of reports, which are 9 of 20 pages


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--pages", type=int, default=20_000, help="pages of the province")
    parser.add_argument("--rounds", type=int, default=12, help="rounds of publishing 12 pages")
    parser.add_argument("--items", type=int, default=200_000, help="items of the large feed")
    parser.add_argument("--searched", type=int, default=100_000, help="pages that are searched")
    parser.add_argument("--only", action="append", help="measure only what this module does")
    options = parser.parse_args()
    if options.pages < LEAST_PAGES:
        parser.error(f"--pages must be at least {LEAST_PAGES}")
    with contextlib.ExitStack() as stack:
        directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="kip-bench-"))
        database = Server()
        stack.callback(database.stop)
        _set_up(database.url("postgres"), directory)
        return _run(options)


def _set_up(url, directory):
    (Path(directory) / "static").mkdir()
    os.environ["DATABASE_URL"] = url
    os.environ["BENCH_DIRECTORY"] = directory
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    os.environ["PYTHONPATH"] = f"{ROOT}{os.pathsep}{ROOT / 'site'}"
    import django

    django.setup()


def _run(options):
    from django.core.management import call_command

    from . import (
        alarm,
        crowd,
        editing,
        exports,
        figures,
        importing,
        large,
        pages,
        plans,
        province,
        publishing,
        reading,
        searching,
        visibility,
    )

    measures = {
        "figures": lambda: [figures.numbering(numbered)],
        "reading": lambda: reading.measure(agencies[0]),
        "pages": lambda: pages.measure(agencies[0]),
        "alarm": lambda: alarm.measure(agencies[0]),
        "plans": lambda: plans.measure(agencies[0]),
        "publishing": lambda: publishing.measure(rounds=options.rounds),
        "crowd": lambda: crowd.measure(),
        "visibility": lambda: visibility.measure(),
        "large": lambda: large.measure(agencies[0], items=options.items),
        "editing": lambda: editing.measure(agencies[0]),
        "exports": lambda: exports.measure(agencies[0], agencies[1]),
        "importing": lambda: importing.measure(),
        # Last: it leaves five times as many pages.
        "search": lambda: searching.measure(agencies[0], pages=options.searched),
    }
    unknown = set(options.only or ()) - measures.keys()
    if unknown:
        raise SystemExit(f"--only takes {', '.join(measures)}; not {', '.join(sorted(unknown))}")
    with _step("the tables"):
        call_command("migrate", verbosity=0)
    with _step(f"{province.AGENCIES} agencies"):
        agencies = province.found()
    with _step(f"{options.pages} pages"):
        province.settle(agencies, pages=options.pages)
        province.analyse()
    with _step("numbering and the search index"):
        numbered = _number()
        province.analyse()
    print(
        f"{options.pages} pages, {numbered['items']} items, {len(agencies)} agencies; "
        f"one PostgreSQL for all, with {' '.join(FAST[1::2])}.\n"
        "Ratios are judged; the times behind them are this machine's.\n"
    )
    found = []
    for name in options.only or measures:
        for figure in measures[name]():
            found.append(figure)
            print(figure, flush=True)
    return 0 if all(figure.is_ok for figure in found) else 1


def _number():
    """Number all pages in one process while another fills the search index, as it is in real life."""
    manage = [sys.executable, "manage.py", "update_index", "--verbosity", "0"]
    with subprocess.Popen(manage, cwd=ROOT) as index:
        output = subprocess.run(
            [sys.executable, "-m", "bench.numbering"], cwd=ROOT, check=True, stdout=subprocess.PIPE
        ).stdout
        if index.wait():
            raise subprocess.CalledProcessError(index.returncode, manage)
    return json.loads(output)


@contextlib.contextmanager
def _step(name):
    began = time.perf_counter()
    yield
    print(f"· {name}: {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
