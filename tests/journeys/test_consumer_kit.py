"""FEED → ANOTHER PORTAL: the sample portal of examples/portal, as a process of its own."""

import ast
import base64
import contextlib
import datetime
import functools
import hashlib
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
from importlib import metadata
from urllib.parse import urlencode, urlsplit

import pytest
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.utils import timezone
from standardwebhooks import Webhook

from kip_pages.choices import MessageType
from kip_pages.feed import upkeep
from kip_pages.identifiers import item_uid
from kip_pages.models import (
    DeliveryState,
    DipDocument,
    DipEntryPage,
    EmergencyAnnouncementPage,
    FeedItem,
    NewsPage,
    WebhookSubscription,
)
from kip_pages.obligations import load_obligations
from kip_pages.planting import set_up_portal
from kip_pages.push import announcing, sending, signing

from ..factories import ONE_HOUR, AgencyFactory, draft, publish, subscribe
from ..kip_pages.random_operations import RandomOperations
from ..live_portal import HOSTNAME, KIT, Kit, live_portal
from ..spoiled import (
    asked_otherwise,
    busy_now_and_then,
    canned,
    like_a_cache,
    ruined,
    shared_cache,
    spoiled,
    without_header,
)
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


def test_the_kits_own_requirements_are_what_it_imports_in_the_versions_tested_here():
    imported = set()
    for file in KIT.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                imported.add(node.module.partition(".")[0])
    packages = metadata.packages_distributions()
    needed = {packages[name][0] for name in imported - sys.stdlib_module_names - {"portal"}}
    pinned = {f"{name}=={metadata.version(name)}" for name in needed}
    lines = (KIT / "requirements.txt").read_text().splitlines()
    assert {line for line in lines if not line.startswith("#")} == pinned


@pytest.mark.postgres
def test_a_mirror_killed_at_random_equals_the_truth_after_any_operations(province, site, kit):
    agencies = [AgencyFactory(code=code) for code in ("dinkes", "dindik", "bpbd")]
    operations = RandomOperations(agencies, seed=7)
    following = ("mirror", site, "--follow", "--every", "0.02", "--page-size", "3")
    chance, kills, positions = random.Random(5), [], set()
    kit.run("mirror", site)

    def got_on_while_more_came(before):
        operations.do_one()
        return kit.position() != before

    while operations.not_done or len(positions) < 5:
        before = kit.position()
        for _operation in range(4):
            operations.do_one()
        process = kit.start(*following)
        assert wait_until(functools.partial(got_on_while_more_came, before), seconds=60)
        time.sleep(chance.random() / 10)  # and then at any moment
        process.kill()
        process.communicate()
        kills.append(process.returncode)
        positions.add(kit.position())
        if len(kills) == 3:
            upkeep.new_epoch()
    call_command("feed_worker", once=True)
    kit.run("mirror", site)
    assert told(kit) == truth(), operations.log
    assert "The mirror equals the feed" in kit.run("verify", site)
    assert set(kills) == {-signal.SIGKILL}
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
        kit.query("UPDATE feed SET caught_up_at = '2020-01-01T00:00:00+00:00'")
        kit.run("mirror", address, "--token", "T")
    [(caught_up_at,)] = kit.query("SELECT caught_up_at FROM feed")
    assert caught_up_at > "2020-01-02", "nothing new, so it is up to date once more"
    assert asked == [("Bearer T", None), ("Bearer T", None), ("Bearer T", '"end"')]


def test_a_mirror_follows_no_feed_to_another_host_and_stores_nothing_that_is_damaged(kit):
    item = {"state": "updated", "kind": "news", "id": "1", "modified": 1}
    data = {"title": "Judul", "agency": {"code": "dinkes"}, "sha256": "0" * 64}
    damaged = item | {"data": data}
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


def sealed(**members):
    """Return the data of an item with its seal."""
    text = json.dumps(members, separators=(",", ":"), sort_keys=True)
    return members | {"sha256": hashlib.sha256(text.encode()).hexdigest()}


def test_a_follower_outlives_a_strange_feed_and_a_database_that_fails(kit):
    data = sealed(title="Judul", agency={"code": "dinkes", "name": "Dinas"})
    good = {"state": "updated", "kind": "news", "id": "1", "modified": 1, "data": data}
    no_kind = {name: value for name, value in good.items() if name != "kind"}
    no_agency = good | {"data": sealed(title="Judul")}
    told, asked = [no_kind], []

    def pages(address, environ):
        asked.append(address)
        own = f"http://{environ['HTTP_HOST']}/api/feed/v1/changes"
        if "after" in address:
            return "200 OK", {}, {"items": [], "next": f"{own}?after=1", "license": ""}
        return "200 OK", {}, {"items": told, "next": f"{own}?after=1", "license": ""}

    def is_asked_again(process):
        already = len(asked)
        return wait_until(lambda: len(asked) > already + 1 or process.poll() is not None, 20)

    with live_portal(canned(pages)) as address:
        process = kit.start_impatient("mirror", address, "--follow", "--every", "0.01")
        try:
            assert is_asked_again(process)
            told[:] = [no_agency]
            assert is_asked_again(process)
            assert process.poll() is None, process.stderr.read()
            kit.query("ALTER TABLE item RENAME TO taken_away")
            told[:] = [good]
            assert is_asked_again(process)
            assert process.poll() is None, process.stderr.read()
            kit.query("ALTER TABLE taken_away RENAME TO item")
            assert wait_until(lambda: kit.items() == {"1": "Judul"}, 20)
        finally:
            process.kill()
            _said, complaints = process.communicate()
    assert "this is not a page of the feed (KeyError('kind'))" in complaints
    assert "this is not a page of the feed (KeyError('agency'))" in complaints
    assert "sqlite3.OperationalError" in complaints


# --- verify ----------------------------------------------------------------------------------


def test_verify_looks_past_a_cache_that_is_behind(agency, kit):
    publish(NewsPage, agency, title="Lama")
    with live_portal(shared_cache(get_wsgi_application())) as address:
        kit.run("mirror", address)
        publish(NewsPage, agency, title="Baru")
        kit.run("mirror", address)
        assert list(kit.items().values()) == ["Lama"], "the cache is behind"
        assert "The mirror equals the feed: 2 items" in kit.run("verify", address)


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


def test_our_own_sender_wakes_the_follower(agency, site, kit):
    secret = signing.new_secret()
    with serving(kit, site, "--webhook-secret", secret) as portal:
        subscription = subscribe(f"{portal}webhook")
        WebhookSubscription.objects.update(secret=secret)
        publish(NewsPage, agency, title="Dikabarkan")
        (delivery,) = announcing.announce(at=timezone.now())
        sending.send(delivery.pk)
        delivery.refresh_from_db()
        assert (delivery.subscription, delivery.state) == (subscription, DeliveryState.DELIVERED)
        assert wait_until(lambda: "Dikabarkan" in read(portal), seconds=5)


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


def test_an_announcement_that_is_over_or_yet_to_come_is_marked(agency, site, kit):
    now, other = timezone.now(), AgencyFactory(code="dindik")

    def announce(title, by=agency, **fields):
        return publish(EmergencyAnnouncementPage, by, title=title, **fields)

    flood = announce("Banjir")
    announce("Banjir surut", message_type=MessageType.CANCEL, predecessor=flood)
    drought = announce("Kekeringan")
    update = {"message_type": MessageType.UPDATE, "predecessor": drought}
    announce("Simulasi kekeringan", status="exercise", **update)
    announce("Kekeringan besok", effective=now + ONE_HOUR, **update)
    announce("Kekeringan di tempat lain", by=other, **update)
    announce("Wabah lama", effective=now - 2 * ONE_HOUR, expires=now - ONE_HOUR)
    kit.run("mirror", site)
    with serving(kit, site) as portal:
        shown = re.findall(r"<h2[^>]*>(.*?)<a[^>]*>(.*?)</a>", read(portal))
    marks = {title: re.sub("<[^>]*>", "", mark).strip() for mark, title in shown}
    assert marks == {
        "Banjir": "BERAKHIR",
        "Banjir surut": "",
        "Kekeringan": "",
        "Simulasi kekeringan": "LATIHAN",
        "Kekeringan besok": "BELUM BERLAKU",
        "Kekeringan di tempat lain": "",
        "Wabah lama": "BERAKHIR",
    }


# --- check -----------------------------------------------------------------------------------


@pytest.fixture
def some_of_everything(agency):
    other = AgencyFactory(code="dindik")
    for number in range(3):
        publish(NewsPage, agency, title=f"Berita {number}")
    entry = draft(DipEntryPage, other, title="Rencana strategis")
    entry.documents.add(DipDocument(title="Naskah", external_url="https://x.test/renstra.pdf"))
    entry.save_revision().publish()
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


def test_check_waits_when_it_is_told_to(some_of_everything, kit):
    """However low the limit of requests, it is no broken promise."""
    busy = busy_now_and_then(like_a_cache(get_wsgi_application()), every=3)
    outcomes, _verdict = checked(kit, busy, code=0)
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


def _nothing_one_by_one(body, query):
    if query.get("limit") == "1":
        body["items"] = []


def _another_address_of_the_feed(body, query):
    body["feed_url"] += query.get("cursor", "")


def _another_shape(body, query):
    body["properties"]["title"] = {"type": "integer"}


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
# What is spoiled at once, and the promises that must be seen broken: these and no others.
SPOILED = [
    {
        _drop_first_news: (CHANGES, ["`kind` gives exactly", "Filters together give"]),
        _data_of_deleted: (CHANGES, ["An updated item carries its `data`"]),
        _next_of_last_page: (CHANGES, ["The walk ends with an empty page"]),
    },
    {
        _no_kind: (CHANGES, ["Every change has a `state`"]),
        _wrong_seal: (CHANGES, ["`sha256` of every item"]),
        _nothing_one_by_one: (CHANGES, ["How many changes a page holds", "An address in `next`"]),
    },
    {_repeat_a_number: (CHANGES, ["`modified` rises strictly", "An address in `next` may be"])},
    {_elsewhere: (CHANGES, ["`next` is an absolute address", "The walk ends with an empty page"])},
    {
        _wrong_digest: ("/digest$", ["`/digest` says the epoch"]),
        _lose_an_item: ("/items$", ["`/items` is newest first"]),
        _other_content: ("/items/.+", ["`/items/{id}` gives an item"]),
        _fewer_agencies: ("/agencies$", ["`/agencies` lists every agency"]),
        _openapi_3_0: ("/openapi.json$", ["`openapi.json` is an OpenAPI 3.1"]),
        _another_shape: ("/schemas/.+", ["`/schemas/` has the JSON Schema"]),
    },
]
# The same where it is bytes that are changed.
RUINED = {
    "/atom$": (lambda body: body.replace(b"<entry", b"<no-entry", 1), ["`/atom` is an Atom feed"]),
    "/register.csv$": (lambda body: body.splitlines()[0], ["The register has every entry"]),
    "/catalog.jsonld$": (
        lambda body: body.replace(b"urn:uuid:", b"urn:uuid:0"),
        ["`/catalog.jsonld` is DCAT"],
    ),
    "/api-catalog$": (
        lambda body: body.replace(b"application/atom+xml", b"application/rss+xml"),
        ["`/.well-known/api-catalog` leads"],
    ),
    # So deep that a reader of JSON gives up.
    "/digest$": (
        lambda body: b"[" * 100_000,
        ["`/digest` says the epoch", "A number that was never given"],
    ),
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
WITHOUT = {
    "Access-Control-Allow-Origin": ["A page of any other site"],
    "Last-Modified": ["An answer says `Last-Modified`"],
}


def assert_broken(kit, application, expected):
    outcomes, verdict = checked(kit, application, code=1)
    assert "does not conform" in verdict
    found = failed(outcomes)
    assert len(found) == len(expected), found
    for beginning in expected:
        assert any(sentence.startswith(beginning) for sentence in found), (beginning, found)


@pytest.mark.parametrize("half", [0, 1])
def test_check_finds_the_promise_that_a_spoiled_answer_breaks(some_of_everything, kit, half):
    for spoils in SPOILED[half::2]:
        application, expected = get_wsgi_application(), []
        for spoil, (path, promises) in spoils.items():
            application = spoiled(application, path, spoil)
            expected += promises
        assert_broken(kit, like_a_cache(application), expected)


def test_check_finds_the_promise_that_a_ruined_answer_breaks(some_of_everything, kit):
    application = spoiled(get_wsgi_application(), "/items$", _other_order)
    expected = ["`/items` is newest first"]
    for path, (ruin, promises) in RUINED.items():
        application = ruined(application, path, ruin)
        expected += promises
    assert_broken(kit, like_a_cache(application), expected)


def test_check_finds_the_promise_that_a_careless_server_breaks(some_of_everything, kit):
    application = spoiled(get_wsgi_application(), "/items$", _another_address_of_the_feed)
    expected = ["`/items` is newest first"]
    for change, promises in ASKED.items():
        application = asked_otherwise(application, change)
        expected += promises
    application = like_a_cache(application)
    for change, promises in OUTSIDE.items():
        application = asked_otherwise(application, change)
        expected += promises
    for name, promises in WITHOUT.items():
        application = without_header(application, name)
        expected += promises
    assert_broken(kit, application, expected)
