"""What citizens wait for when they search a whole province of very many pages."""

import statistics
import time
from urllib.parse import urlencode

from opd_sites.models import Agency

from .figures import Figure, milliseconds
from .more_pages import multiply_pages
from .prose import WORDS
from .province import PORTAL_HOST
from .serving import Client, NoAnswerError, serving

ROUNDS = 12
# What stands in an answer that was found, and in one that says that there is nothing.
ANSWERS = (b'id="results-heading"', b'id="nothing-heading"')
# With what this page costs: it is made of everything that every agency says, and made anew each time.
HOME = "/"


def measure(agency: Agency, *, pages: int) -> list[Figure]:
    """Ask one server everything in turns; most words are in half of the pages, as few in life are."""
    count = multiply_pages(pages)
    asked = _questions(agency)
    with serving("config.wsgi", BENCH_PAGE_CACHE="none") as server:
        client = Client(server.port, PORTAL_HOST)
        client.headers["Accept"] = "text/html"
        for address in (HOME, *asked.values()):  # what a process asks once in its life
            client.get(address)
        home, times = [], {name: [] for name in asked}
        for _round in range(ROUNDS):
            home.append(_seconds(client, HOME))
            for name, address in asked.items():
                times[name].append(_seconds(client, address))
    for name, seconds in times.items():
        print(f"  {name:<46} {milliseconds(statistics.median(seconds)):>10}  {asked[name]}")
    seconds = sorted(second for each in times.values() for second in each)
    p50, p95 = statistics.median(seconds), seconds[int(len(seconds) * 0.95)]
    return [
        Figure(
            "p95 of searches against the portal's home page made anew",
            p95 / statistics.median(home),
            "×",
            "≤",
            BOUND,
            f"p50 {milliseconds(p50)}, p95 {milliseconds(p95)} of {len(seconds)} at {count} pages; "
            f"{milliseconds(statistics.median(home))} the home page",
        )
    ]


# Of its own, as nothing else is like it.
BOUND = 8


def _questions(agency):
    one, two, three = WORDS[4], f"{WORDS[2]} {WORDS[7]}", " ".join(WORDS[10:13])
    asked = {
        "a word that is everywhere": {"q": one},
        "two words": {"q": two},
        "three words": {"q": three},
        "a phrase": {"q": f'"{two}"'},
        "a word by its stem": {"q": "layanan"},
        "words that say nothing beside": {"q": f"apa itu {two} di provinsi"},
        "one page": {"q": f"{WORDS[30]} 4711"},
        "the last page": {"q": one, "hal": "50"},
        "of one agency": {"q": two, "opd": agency.code},
        "of one kind": {"q": two, "jenis": "dip"},
        "of one year": {"q": two, "tahun": time.strftime("%Y")},
        "of a year in which there is nothing": {"q": two, "tahun": "2001"},
        "a word that is misspelt": {"q": "kesehtan"},
        "a word that there is not": {"q": "kataksasi"},
    }
    return {name: f"/cari/?{urlencode(query)}" for name, query in asked.items()}


def _seconds(client, address):
    began = time.perf_counter()
    body = client.get(address)
    seconds = time.perf_counter() - began
    if address != HOME and not any(answer in body for answer in ANSWERS):
        raise NoAnswerError(f"{address}: the search was given up")
    return seconds
