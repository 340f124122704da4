"""Whether PostgreSQL answers the feed's questions from an index, or reads every stored item."""

import http
import json
from urllib.parse import urlencode

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kip_pages.models import FeedItem
from opd_sites.models import Agency

from .figures import Figure
from .province import PORTAL_HOST


def measure(agency: Agency) -> list[Figure]:
    table = FeedItem._meta.db_table
    newest = FeedItem.objects.order_by("-pos").values_list("pos", flat=True)
    last = {"afterChangeNumber": newest[min(100, len(newest) - 1)]}
    filters = [{}, {"agency": agency.code}, {"kind": "activity"}, {"locale": "id"}]
    changes = [("changes", last | narrowed) for narrowed in filters]
    items = [("items", narrowed) for narrowed in filters]
    return [
        _figure("questions of /changes at its end that read all items", changes, table),
        _figure("questions of /items that read all items", items, table),
    ]


def _figure(name, questions, table):
    reading_all = [
        f"{path}?{urlencode(query)}"
        for path, query in questions
        if table in _read_whole(path, query)
    ]
    return Figure(name, len(reading_all), "", "≤", 0, ", ".join(reading_all))


def _read_whole(path, query):
    """Return the tables that are read from end to end to answer."""
    with CaptureQueriesContext(connection) as queries:
        answer = Client().get(f"/api/feed/v1/{path}", query, headers={"host": PORTAL_HOST})
    if answer.status_code != http.HTTPStatus.OK:
        raise RuntimeError(f"{path} {query}: {answer.status_code}")
    return {table for q in queries for table in _scanned(_plan(q["sql"]))}


def _plan(sql):
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        (plan,) = cursor.fetchone()
    plan = json.loads(plan) if isinstance(plan, str) else plan
    return plan[0]["Plan"]


def _scanned(plan):
    if plan["Node Type"] == "Seq Scan":
        yield plan["Relation Name"]
    for below in plan.get("Plans", []):
        yield from _scanned(below)
