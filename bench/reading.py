"""What a page of the feed costs to read: against Wagtail's API, the bare rows, and its own first page."""

import http
import json
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.test import Client as DirectClient
from django.test.utils import CaptureQueriesContext

from kip_pages.conf import get_setting
from kip_pages.models import FeedItem
from opd_sites.models import Agency

from .figures import Figure, interleaved, mebibytes, milliseconds
from .memory import peak_memory
from .province import PORTAL_HOST
from .serving import Client, serving

LIMIT = settings.WAGTAILAPI_LIMIT_MAX
CHANGES = f"/api/feed/v1/changes?limit={LIMIT}"
# What the feed says of a report, as far as Wagtail's API can say it.
FIELDS = "summary,date,category,lead_image,lead_image_alt,body,tags,related_entries"
PAGES = f"/api/v2/pages/?type=kip_pages.NewsPage&fields={FIELDS}&order=id&limit={LIMIT}"
ROUNDS = 9
# Answers per round: enough of the quick ones to be timed, few of the slow one.
QUICK, SLOW = 25, 1


class DifferentAnswerError(RuntimeError):
    """Two answers that are compared do not carry the same; their costs say nothing."""


def measure(agency: Agency) -> list[Figure]:
    """Serve the feed and measure it; ``agency`` has at least as many reports as a page holds."""
    license = json.dumps(get_setting("FEED_LICENSE"))
    with (
        serving("config.wsgi") as site,
        serving("config.wsgi", BENCH_FEED_CACHE="process") as remembering,
        serving("bench.bare", BENCH_LICENSE=license) as bare,
    ):
        of_agency, of_portal = (
            Client(site.port, agency.site.hostname),
            Client(site.port, PORTAL_HOST),
        )
        return [
            _against_wagtail(of_agency),
            *_against_bare(
                of_portal, Client(remembering.port, PORTAL_HOST), Client(bare.port, PORTAL_HOST)
            ),
            _last_against_first(of_portal),
            _queries(agency),
            _memory(of_portal, site),
        ]


def _against_wagtail(client):
    feed, wagtail = f"{CHANGES}&kind=news", PAGES
    titles = sorted(item["data"]["title"] for item in json.loads(client.get(feed))["items"])
    listed = json.loads(client.get(wagtail))["items"]
    if len(titles) != LIMIT or titles != sorted(page["title"] for page in listed):
        raise DifferentAnswerError(f"{feed} and {wagtail} do not list the same {LIMIT} pages")
    costs = interleaved(
        {
            "feed": lambda: client.seconds_per_answer(feed, times=QUICK),
            "wagtail": lambda: client.seconds_per_answer(wagtail, times=SLOW),
        },
        rounds=ROUNDS,
    )
    return Figure(
        f"feed against Wagtail's API v2, the same {LIMIT} pages",
        costs["wagtail"] / costs["feed"],
        "×",
        "≥",
        30,
        f"{milliseconds(costs['feed'])} against {milliseconds(costs['wagtail'])}",
    )


def _against_bare(client, warm, bare):
    body = client.get(CHANGES)
    if not body == bare.get(CHANGES) == warm.get(CHANGES):
        raise DifferentAnswerError(f"the bare application does not answer {CHANGES} alike")
    costs = interleaved(
        {
            "feed": lambda: client.seconds_per_answer(CHANGES, times=QUICK),
            "warm": lambda: warm.seconds_per_answer(CHANGES, times=QUICK),
            "bare": lambda: bare.seconds_per_answer(CHANGES, times=QUICK),
        },
        rounds=ROUNDS,
    )
    return [
        Figure(
            f"{name} against the stored rows from a bare WSGI application",
            costs["bare"] / costs[key],
            "×",
            "≥",
            bound,
            f"{milliseconds(costs[key])} against {milliseconds(costs['bare'])}, {len(body)} bytes",
        )
        for name, key, bound in (("feed", "feed", 0.6), ("remembered feed", "warm", 1))
    ]


def _last_against_first(client):
    last = last_page()
    costs = interleaved(
        {
            "first": lambda: client.seconds_per_answer(CHANGES, times=QUICK),
            "last": lambda: client.seconds_per_answer(last, times=QUICK),
        },
        rounds=ROUNDS,
    )
    return Figure(
        "last full page of the feed against the first",
        costs["last"] / costs["first"],
        "×",
        "≤",
        1.2,
        f"{milliseconds(costs['last'])} against {milliseconds(costs['first'])}, "
        f"{len(client.get(last))} and {len(client.get(CHANGES))} bytes",
    )


def last_page():
    before = FeedItem.objects.order_by("-pos").values_list("pos", flat=True)[LIMIT]
    return f"{CHANGES}&afterChangeNumber={before}"


def _queries(agency):
    """Count in this process, through the whole middleware."""
    client = DirectClient()
    counts = {}
    for name, host, address in (
        ("first page", PORTAL_HOST, CHANGES),
        ("last page", PORTAL_HOST, last_page()),
        ("one agency", PORTAL_HOST, f"{CHANGES}&agency={agency.code}"),
        ("an agency's host", agency.site.hostname, CHANGES),
    ):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address, headers={"host": host})
        if answer.status_code != http.HTTPStatus.OK:
            raise DifferentAnswerError(f"{address}: {answer.status_code}")
        counts[name] = len(queries)
    detail = ", ".join(f"{name} {count}" for name, count in counts.items())
    return Figure(
        "queries of one page of the feed, at most", max(counts.values()), "", "≤", 3, detail
    )


def _memory(client, server):
    """Walk the whole feed, page after page, and compare the worker with itself after one page."""
    began = server.worker.memory_info().rss
    address, pages = CHANGES, 0
    while (page := json.loads(client.get(address)))["items"]:
        address, pages = urlsplit(page["next"])._replace(scheme="", netloc="").geturl(), pages + 1
    peak = peak_memory(server.worker.pid)
    return Figure(
        "peak memory of a worker after the whole feed, against before",
        peak / began,
        "×",
        "≤",
        1.25,
        f"{mebibytes(peak)} against {mebibytes(began)}, {pages} pages",
    )
