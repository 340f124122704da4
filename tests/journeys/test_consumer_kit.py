"""FEED → ANOTHER PORTAL: the sample portal of examples/portal, as a process of its own."""

import base64
import contextlib
import datetime
import http.client
import json
import random
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from urllib.parse import urlencode, urlsplit

import pytest
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connections
from standardwebhooks import Webhook

from kip_pages.feed import upkeep
from kip_pages.identifiers import item_uid
from kip_pages.models import DipEntryPage, EmergencyAnnouncementPage, FeedItem, NewsPage
from kip_pages.obligations import load_obligations
from kip_pages.planting import set_up_portal

from ..factories import AgencyFactory, publish
from ..kip_pages.random_operations import RandomOperations
from ..live_portal import HOSTNAME, KIT, Kit, live_portal
from ..spoiled import asked_otherwise, canned, like_a_cache, spoiled, without_header
from ..truth import public_pages

SECRET = "whsec_" + base64.b64encode(b"the secret of the tests").decode()
NEW_SECRET = "whsec_" + base64.b64encode(b"the secret after the change").decode()


@pytest.fixture
def province(committed_db):
    load_obligations()
    return set_up_portal(hostname=HOSTNAME, name="Portal Provinsi Contoh")


@pytest.fixture
def agency(province):
    return AgencyFactory(code="dinkes")


@pytest.fixture
def site(province):
    with live_portal() as address:
        yield address


@pytest.fixture
def kit(tmp_path):
    return Kit(tmp_path / "mirror.sqlite3")


def told(kit):
    """Return what the mirror says in the shape of ``public_pages``."""
    rows = kit.query(
        "SELECT id, agency, json_extract(data, '$.url'), json_extract(data, '$.title')"
        " FROM shown_item"
    )
    return {key: tuple(rest) for key, *rest in rows}


def truth():
    return {str(item_uid(key, language)): page for (key, language), page in public_pages().items()}


def wait_until(condition, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


# --- mirror ----------------------------------------------------------------------------------


def test_the_kit_needs_nothing_of_ours():
    script = (
        "import sys, portal.__main__;"
        "print({'django', 'wagtail', 'kip_pages', 'opd_sites', 'requests'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=KIT, capture_output=True, text=True)
    assert done.stdout == "set()\n", done.stderr


@pytest.mark.postgres
def test_a_mirror_killed_at_random_equals_the_truth_after_any_operations(province, site, kit):
    agencies = [AgencyFactory(code=code) for code in ("dinkes", "dindik", "bpbd")]
    operations = RandomOperations(agencies, seed=3)
    following = ("mirror", site, "--follow", "--every", "0.02", "--page-size", "3")
    done, kills, chance = threading.Event(), [], random.Random(5)

    def kill_again_and_again():
        while not done.is_set():
            process = kit.start(*following)
            # Starting takes a quarter of a second; then anything may be under way.
            done.wait(0.25 + chance.random())
            process.kill()
            process.communicate()
            kills.append(process.returncode)

    killer = threading.Thread(target=kill_again_and_again)
    killer.start()
    try:
        for number in range(60):
            operations.do_one()
            if number == 30:
                upkeep.new_epoch()
    finally:
        done.set()
        killer.join()
    call_command("feed_worker", once=True)
    kit.run("mirror", site)
    assert told(kit) == truth(), operations.log
    assert "The mirror equals the feed" in kit.run("verify", site)
    assert len(kills) > 3 and set(kills) == {-signal.SIGKILL}
    assert kit.query("SELECT walking, shown FROM feed") == [(2, 2)], "the new epoch was walked"
    assert kit.query("SELECT count(*) FROM item WHERE walk <> 2") == [(0,)]


@pytest.mark.parametrize("method", ["put", "_put_item", "_move_on"])
def test_a_mirror_killed_between_pages_or_within_a_transaction_goes_on(agency, site, kit, method):
    for number in range(7):
        publish(NewsPage, agency, title=f"Berita {number}")
    times = {"put": 3, "_put_item": 6, "_move_on": 3}[method]
    killed = kit.run_until(method, times, "mirror", site, "--page-size", "2")
    assert killed == -signal.SIGKILL
    assert len(kit.items()) == 4, "two whole pages, and nothing of the third"
    kit.run("mirror", site)
    assert sorted(kit.items().values()) == [f"Berita {number}" for number in range(7)]
    kit.run("verify", site)


def test_a_restored_feed_is_walked_again_while_readers_keep_what_they_have(agency, site, kit):
    pages = [publish(NewsPage, agency, title=f"Berita {number}") for number in range(4)]
    kit.run("mirror", site)
    # As after a restore: one item was never there, and every cursor is of another epoch.
    FeedItem.objects.filter(page_id=pages[1].pk).delete()
    pages[1].delete()
    FeedItem.objects.filter(page_id=pages[1].pk).delete()
    upkeep.new_epoch()
    before = kit.items()
    assert kit.run_until("_put_item", 3, "mirror", site, "--page-size", "1") == -signal.SIGKILL
    assert kit.items() == before
    assert kit.query("SELECT walking, shown FROM feed") == [(2, 1)]
    kit.run("mirror", site)
    assert sorted(kit.items().values()) == ["Berita 0", "Berita 2", "Berita 3"]
    kit.run("verify", site)


def test_a_filtered_mirror_holds_and_verifies_its_part(agency, site, kit):
    other = AgencyFactory(code="dindik")
    publish(NewsPage, agency, title="Berita kesehatan")
    publish(DipEntryPage, agency, title="Rencana kesehatan")
    moving = publish(NewsPage, other, title="Berita pendidikan")
    kit.run("mirror", site, "--agency", "dinkes", "--kind", "news")
    assert list(kit.items().values()) == ["Berita kesehatan"]
    moving.unpublish()
    assert "1 items, 1 agencies and kinds" in kit.run("verify", site)
    kit.run("mirror", site, "--agency", "dindik", code=2)


def test_a_mirror_sends_its_token_compares_by_etag_and_waits_when_told_to(kit):
    asked = []

    def pages(address, environ):
        asked.append((environ.get("HTTP_AUTHORIZATION"), environ.get("HTTP_IF_NONE_MATCH")))
        own = f"http://{environ['HTTP_HOST']}{address}"
        if len(asked) == 1:
            return "429 Too Many Requests", {"Retry-After": "1"}, b""
        if environ.get("HTTP_IF_NONE_MATCH") == '"end"':
            return "304 Not Modified", {}, b""
        return "200 OK", {"ETag": '"end"'}, {"items": [], "next": own, "license": ""}

    with live_portal(canned(pages)) as address:
        started = time.monotonic()
        kit.run("mirror", address, "--token", "T")
        assert time.monotonic() - started > 1
        kit.run("mirror", address, "--token", "T")
    assert asked == [("Bearer T", None), ("Bearer T", None), ("Bearer T", '"end"')]


def test_a_mirror_follows_no_feed_to_another_host_and_stores_nothing_that_is_damaged(kit):
    item = {"state": "updated", "kind": "news", "id": "1", "modified": 1}
    damaged = item | {"data": {"title": "Judul", "sha256": "0" * 64}}
    deleted = item | {"state": "deleted"}

    def serve(items, following):
        body = {"items": items, "next": following, "license": ""}
        return live_portal(canned(lambda address, environ: ("200 OK", {}, body)))

    for items, following in (
        ([deleted], "http://elsewhere.example/api/feed/v1/changes"),
        ([damaged], "http://portal.localhost/"),
    ):
        kit.database.unlink(missing_ok=True)
        with serve(items, following) as address:
            kit.run("mirror", address, code=2)
        assert kit.items() == {}
        assert kit.query("SELECT next LIKE '%/api/feed/v1/changes?limit=500' FROM feed") == [(1,)]


# --- verify ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "meddle",
    [
        "UPDATE item SET data = json_set(data, '$.title', 'Palsu') WHERE kind = 'news'",
        "UPDATE item SET id = '00000000-0000-0000-0000-000000000000' WHERE kind = 'news'",
        "DELETE FROM item WHERE kind = 'news'",
    ],
    ids=["changed", "renamed", "lost"],
)
def test_verify_finds_what_was_meddled_with_and_walking_anew_heals_it(agency, site, kit, meddle):
    publish(NewsPage, agency, title="Asli")
    publish(DipEntryPage, agency, title="Rencana")
    kit.run("mirror", site)
    kit.run("verify", site)
    kit.query(meddle)
    said = kit.run("verify", site, code=1)
    assert re.search(r"^dinkes +news +1 +[01] ", said, re.M)
    assert "1 of 2 agencies and kinds differ." in said
    kit.run("mirror", site, "--anew")
    kit.run("verify", site)
    assert sorted(kit.items().values()) == ["Asli", "Rencana"]


def test_verify_keeps_up_with_a_feed_that_moves(agency, site, kit):
    publish(NewsPage, agency, title="Pertama")
    kit.run("mirror", site)
    done = threading.Event()

    def write():
        try:
            for number in range(8):
                publish(NewsPage, agency, title=f"Berita {number}")
        finally:
            done.set()
            connections.close_all()

    writer = threading.Thread(target=write)
    writer.start()
    while not done.is_set():
        kit.run("verify", site)
    writer.join()
    kit.run("verify", site)
    assert len(kit.items()) == 9


# --- serve and webhooks ----------------------------------------------------------------------


@contextlib.contextmanager
def serving(kit, site, *options):
    process = kit.start("serve", site, "--port", "0", "--every", "600", *options)
    try:
        line = process.stdout.readline()
        assert line.startswith("Serving http://"), line + process.stderr.read()
        yield line.split()[1]
    finally:
        process.kill()
        process.communicate()


def read(address):
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.read().decode()


def post_webhook(portal, secret, *, message="msg_1", age=0, body=None, sent=None, **headers):
    """Send what a sender would; return the status."""
    at = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=age)
    body = body or json.dumps({"type": "feed.advanced", "data": {"changeNumber": 2}})
    signed = {
        "webhook-id": message,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(message, at, body),
    }
    connection = http.client.HTTPConnection(urlsplit(portal).netloc, timeout=10)
    with contextlib.closing(connection):
        connection.request("POST", "/webhook", sent or body, signed | headers)
        return connection.getresponse().status


def test_a_webhook_wakes_the_follower_and_only_a_signed_one(agency, site, kit):
    publish(NewsPage, agency, title="Berita pertama")
    secrets = ("--webhook-secret", SECRET, "--webhook-secret", NEW_SECRET)
    with serving(kit, site, *secrets) as portal:
        assert wait_until(lambda: "Berita pertama" in read(portal))
        publish(NewsPage, agency, title="Berita kedua")
        stranger = "whsec_" + base64.b64encode(b"somebody else").decode()
        assert post_webhook(portal, stranger) == 401
        assert post_webhook(portal, SECRET, sent='{"type": "feed.advanced!"}') == 401
        assert post_webhook(portal, SECRET, age=3600) == 401
        assert post_webhook(portal, SECRET, **{"webhook-signature": "v1,é§ garbage"}) == 401
        assert post_webhook(portal, SECRET, **{"webhook-signature": "garbage"}) == 401
        assert post_webhook(portal, SECRET, body="x" * 30_000) == 413
        time.sleep(0.3)
        assert "Berita kedua" not in read(portal), "nobody believed any of these"
        assert post_webhook(portal, SECRET) == 204
        assert wait_until(lambda: "Berita kedua" in read(portal), seconds=5)
        publish(NewsPage, agency, title="Berita ketiga")
        assert post_webhook(portal, SECRET) == 204, "the same message again"
        time.sleep(0.3)
        assert "Berita ketiga" not in read(portal)
        assert post_webhook(portal, NEW_SECRET, message="msg_2") == 204
        assert wait_until(lambda: "Berita ketiga" in read(portal), seconds=5)
    with serving(kit, site) as portal:
        assert post_webhook(portal, SECRET) == 404, "without a secret there is no such door"


def test_the_pages_show_what_the_feed_says_as_text(agency, site, kit):
    other = AgencyFactory(code="dindik")
    hostile = '<script>alert("x")</script>{0}'
    news = publish(NewsPage, agency, title=hostile, summary="<img src=x onerror=alert(1)>")
    publish(DipEntryPage, other, title="Rencana kerja")
    kit.run("mirror", site)
    [(key,)] = kit.query("SELECT id FROM item WHERE kind = 'news'")
    kit.query(
        "UPDATE item SET data = json_set(data, '$.url', 'javascript:alert(1)', '$.locale',"
        " '\"><b>', '$.agency.name', '<b>Dinas</b>', '$.attachments[0]',"
        ' json(\'{"url": "javascript:alert(2)", "title": "<i>berkas</i>"}\')) WHERE id = ?',
        key,
    )
    with serving(kit, site) as portal:
        pages = [read(portal), read(f"{portal}item/{key}")]
        for page in pages:
            assert "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;{0}" in page
            assert '="javascript:' not in page
            for tag in ("<script", "<img", "<b>", "<i>"):
                assert tag not in page
        assert "&lt;i&gt;berkas&lt;/i&gt;" in pages[1]
        narrowed = read(portal + "?" + urlencode({"agency": "dindik", "kind": "dip"}))
        assert "Rencana kerja" in narrowed and "alert" not in narrowed
        assert "Tidak ada informasi" in read(portal + "?agency=<script>&kind=news&page=x")
        for path in ("item/none", "item/<script>", "nowhere"):
            with pytest.raises(urllib.error.HTTPError, match="404"):
                read(portal + path.replace("<", "%3C"))
        news.unpublish()
    assert key in kit.items(), "nobody said that it went; the next look will"


def test_an_exercise_is_shown_as_one(agency, site, kit):
    publish(EmergencyAnnouncementPage, agency, title="Gempa bumi", status="exercise")
    kit.run("mirror", site)
    [key] = kit.items()
    with serving(kit, site) as portal:
        for page in (read(portal), read(f"{portal}item/{key}")):
            assert "LATIHAN" in page
        assert "Potensi bahaya dan besaran dampaknya" in page


# --- check -----------------------------------------------------------------------------------


@pytest.fixture
def some_of_everything(agency):
    other = AgencyFactory(code="dindik")
    for number in range(3):
        publish(NewsPage, agency, title=f"Berita {number}")
    publish(DipEntryPage, other, title="Rencana strategis")
    publish(NewsPage, other, title="Sudah tidak ada").unpublish()


def checked(kit, application, code):
    """Return {sentence: outcome} of every promise, and the verdict."""
    with live_portal(application) as address:
        said = kit.run("check", address, "--pause", "0.05", code=code).splitlines()
    return {line[15:]: line[:14].strip() for line in said[:-1]}, said[-1]


def failed(outcomes):
    return {sentence for sentence, outcome in outcomes.items() if outcome == "FAILED"}


def test_our_server_keeps_every_promise(some_of_everything, kit):
    outcomes, verdict = checked(kit, get_wsgi_application(), code=0)
    assert set(outcomes.values()) == {"OK"}, outcomes
    assert len(outcomes) > 30
    assert re.search(r"conforms: \d+ OK, 0 failed, 0 not applicable.$", verdict)


def test_check_reports_no_false_failure_while_the_feed_moves(some_of_everything, agency, kit):
    done = threading.Event()

    def write():
        try:
            number = 0
            while not done.wait(0.05):
                number += 1
                page = publish(NewsPage, agency, title=f"Baru {number}")
                if number % 3 == 0:
                    page.unpublish()
        finally:
            connections.close_all()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        outcomes, _verdict = checked(kit, get_wsgi_application(), code=0)
    finally:
        done.set()
        writer.join()
    assert failed(outcomes) == set()


def test_check_says_when_nobody_answers(kit):
    with live_portal() as address:
        pass
    assert kit.run("check", address, code=2) == ""


def _drop_first_news(body, query):
    if query.get("kind") == "news":
        body["items"] = [item for item in body["items"] if item["modified"] != 1]


def _repeat_a_number(body, query):
    if len(body["items"]) > 2:
        body["items"][1]["modified"] = body["items"][0]["modified"]


def _wrong_seal(body, query):
    for item in body["items"]:
        if "data" in item:
            item["data"]["sha256"] = "0" * 64


def _next_of_last_page(body, query):
    if not body["items"]:
        body["next"] += "&x=1"


def _data_of_deleted(body, query):
    for item in body["items"]:
        item.setdefault("data", {})


def _no_kind(body, query):
    for item in body["items"]:
        if item["state"] == "deleted":
            del item["kind"]


def _elsewhere(body, query):
    body["next"] = body["next"].replace(HOSTNAME, "elsewhere.example")


def _wrong_digest(body, query):
    body["items"][0]["hash"] = "0" * 64


def _lose_an_item(body, query):
    if "next_url" not in body:
        body["items"] = body["items"][:-1]


def _other_order(body, query):
    if "next_url" in body:
        body["items"][0]["date_published"] = "2000-01-01T00:00:00+07:00"


def _other_content(body, query):
    body["data"]["title"] = "Lain"


def _fewer_agencies(body, query):
    body["items"] = body["items"][:1]


def _openapi_3_0(body, query):
    body["openapi"] = "3.0.2"


def _known_parameters_only(environ):
    environ["QUERY_STRING"] = environ["QUERY_STRING"].replace("no_such_parameter=1", "")


def _any_limit(environ):
    if environ["PATH_INFO"].endswith("/changes"):
        query = re.sub("limit=[1-9](&|$)", r"limit=50\1", environ["QUERY_STRING"])
        environ["QUERY_STRING"] = query


def _any_epoch(environ):
    if "afterChangeNumber=1&" in environ["QUERY_STRING"]:
        environ["QUERY_STRING"] = re.sub("&epoch=[0-9a-f-]{36}", "", environ["QUERY_STRING"])


def _never_not_modified(environ):
    environ.pop("HTTP_IF_NONE_MATCH", None)


def _packed_for_everybody(environ):
    environ["HTTP_ACCEPT_ENCODING"] = "gzip"


CHANGES = "/changes$"
# What is spoiled, and the promises that must be seen broken: these and no others.
SPOILED = {
    _drop_first_news: (CHANGES, ["`kind` gives exactly", "Filters together give"]),
    _repeat_a_number: (CHANGES, ["`modified` rises strictly", "An address in `next` may be"]),
    _wrong_seal: (CHANGES, ["`sha256` of every item"]),
    _next_of_last_page: (CHANGES, ["The walk ends with an empty page"]),
    _no_kind: (CHANGES, ["Every change has a `state`"]),
    _data_of_deleted: (CHANGES, ["An updated item carries its `data`"]),
    _elsewhere: (CHANGES, ["`next` is an absolute address", "The walk ends with an empty page"]),
    _wrong_digest: ("/digest$", ["`/digest` says the epoch"]),
    _lose_an_item: ("/items$", ["`/items` is newest first"]),
    _other_order: ("/items$", ["`/items` is newest first"]),
    _other_content: ("/items/.+", ["`/items/{id}` gives an item"]),
    _fewer_agencies: ("/agencies$", ["`/agencies` lists every agency"]),
    _openapi_3_0: ("/openapi.json$", ["`openapi.json` is an OpenAPI 3.1"]),
}
ASKED = {
    _known_parameters_only: ["A parameter that does not exist", "Errors are not kept by caches"],
    _any_limit: ["A page holds no more than `limit`"],
    _any_epoch: ["A cursor of another epoch", "`restart` keeps the filter"],
}
OUTSIDE = {
    _never_not_modified: ["An answer carries an `ETag`"],
    _packed_for_everybody: ["Whoever accepts gzip gets it"],
}


def broken_promises(kit, application):
    outcomes, verdict = checked(kit, application, code=1)
    assert "does not conform" in verdict
    return failed(outcomes)


def assert_broken(name, found, expected):
    assert len(found) == len(expected), (name, found)
    for beginning in expected:
        assert any(sentence.startswith(beginning) for sentence in found), (name, found)


@pytest.mark.parametrize("half", [0, 1])
def test_check_finds_the_promise_that_a_spoiled_answer_breaks(some_of_everything, kit, half):
    ours = get_wsgi_application()
    for spoil, (path, expected) in list(SPOILED.items())[half::2]:
        found = broken_promises(kit, like_a_cache(spoiled(ours, path, spoil)))
        assert_broken(spoil.__name__, found, expected)


def test_check_finds_the_promise_that_a_careless_server_breaks(some_of_everything, kit):
    ours = get_wsgi_application()
    for change, expected in ASKED.items():
        found = broken_promises(kit, like_a_cache(asked_otherwise(ours, change)))
        assert_broken(change.__name__, found, expected)
    for change, expected in OUTSIDE.items():
        found = broken_promises(kit, asked_otherwise(like_a_cache(ours), change))
        assert_broken(change.__name__, found, expected)
    bare = without_header(like_a_cache(ours), "Access-Control-Allow-Origin")
    assert_broken("no CORS", broken_promises(kit, bare), ["A page of any other site"])
