"""The feed as caches like it: validators, 304, compression, HEAD, scripts of other sites."""

import datetime
import gzip
import http.client
import threading
import time

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kip_pages.feed import consumers, sequencer, upkeep
from kip_pages.models import DipEntryPage, FeedConsumer, FeedItem, FeedState, NewsPage
from kip_pages.planting import set_up_portal
from opd_sites import provisioning

from ..factories import AgencyFactory, publish
from ..live import in_threads

ROOT = "/api/feed/v1"
PORTAL = "portal.example.test"
CACHE_CONTROL = "public, max-age=5, stale-while-revalidate=30, stale-if-error=86400"
VARY = "Accept-Encoding, Authorization"
CONTENT = ["/changes", "/items", "/agencies", "/digest"]


def get(client, path="/changes", host=PORTAL, method="get", **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return getattr(client, method)(ROOT + path, headers={"host": host} | headers)


def settle(seconds=10):
    """Let the last change be some seconds ago: a date is told once its second is over."""
    past = timezone.now() - datetime.timedelta(seconds=seconds)
    FeedState.objects.update(changed_at=past)
    return past


@pytest.fixture
def news(agency):
    page = publish(NewsPage, agency)
    sequencer.catch_up(pressing_only=False)
    return page


# --- validators ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*CONTENT, "/items/x", "/atom", "/register.csv", "/catalog.ttl"])
def test_a_parameter_that_does_not_exist_is_named(client, agency, path):
    response = client.get(f"{ROOT}{path}?agensi=dinkes", headers={"host": PORTAL})
    assert response.status_code == 400
    assert [error["parameter"] for error in response.json()["errors"]] == ["agensi"]


@pytest.mark.parametrize("path", [*CONTENT, "/register.csv"])
@pytest.mark.parametrize(
    "condition", [{"if_match": '"x"'}, {"if_unmodified_since": "Mon, 02 Mar 2020 00:00:00 GMT"}]
)
def test_who_asks_for_another_copy_than_the_current_one_is_told_so(client, news, path, condition):
    settle()
    response = get(client, path, **condition)
    assert response.status_code == 412
    assert response.json()["type"].endswith("precondition-failed")


@pytest.mark.parametrize("path", CONTENT)
def test_every_answer_has_a_strong_tag_and_says_how_long_it_may_be_kept(client, news, path):
    response = get(client, path)
    assert response.status_code == 200
    assert response["ETag"].startswith('"')
    assert response["Cache-Control"] == CACHE_CONTROL
    assert response["Vary"] == VARY
    assert response["Content-Length"] == str(len(response.content))
    assert not response.cookies


@pytest.mark.parametrize("path", CONTENT)
def test_who_has_the_answer_is_told_so_at_the_cost_of_one_query(client, news, path):
    tag = get(client, path)["ETag"]
    with CaptureQueriesContext(connection) as queries:
        response = get(client, path, if_none_match=tag)
    assert response.status_code == 304
    assert response.content == b""
    assert response["ETag"] == tag
    assert response["Cache-Control"] == CACHE_CONTROL
    # Where the feed is; for /agencies, the agencies. Whose the host is was remembered.
    assert len(queries) == 1


@pytest.mark.parametrize("path", ["/changes", "/items", "/digest"])
def test_a_change_of_the_feed_changes_the_tag(client, agency, news, path):
    before = get(client, path)["ETag"]
    publish(NewsPage, agency, title="Lain")
    response = get(client, path, if_none_match=before)
    assert response.status_code == 200
    assert response["ETag"] != before


def test_a_deletion_a_new_epoch_and_a_purge_each_change_the_tag(client, news):
    tags = [get(client)["ETag"]]
    news.unpublish()
    tags.append(get(client)["ETag"])
    upkeep.purge_deletions(before=timezone.now() + datetime.timedelta(seconds=1))
    tags.append(get(client)["ETag"])
    upkeep.new_epoch()
    tags.append(get(client)["ETag"])
    assert len(set(tags)) == 4


def test_answers_at_different_addresses_and_hosts_have_different_tags(client, news, other_agency):
    answers = [get(client), get(client, "/changes?limit=7"), get(client, "/changes?kind=news")]
    answers += [get(client, host="dinkes.example.test"), get(client, "/items")]
    assert len({answer["ETag"] for answer in answers}) == len(answers)


def test_the_agencies_change_their_tag_when_one_is_renamed(client, agency):
    before = get(client, "/agencies")["ETag"]
    agency.phone = "0254-123456"
    agency.save()
    assert get(client, "/agencies", if_none_match=before).status_code == 200


def test_a_reader_may_ask_by_date(client, news):
    changed_at = settle()
    last_modified = get(client)["Last-Modified"]
    assert get(client, if_modified_since=last_modified).status_code == 304
    earlier = http.client.email.utils.format_datetime(
        changed_at.astimezone(datetime.UTC) - datetime.timedelta(hours=1), usegmt=True
    )
    assert get(client, if_modified_since=earlier).status_code == 200


def test_no_date_is_told_within_the_second_of_a_change(client, news):
    # A second change within that second would else be hidden from who asks by date.
    assert "Last-Modified" not in get(client)


def test_a_tag_counts_more_than_a_date(client, agency, news):
    settle()
    known = get(client)
    publish(NewsPage, agency, title="Lain")
    get(client)  # numbers it
    settle(seconds=5)
    response = get(
        client, if_none_match=known["ETag"], if_modified_since=get(client)["Last-Modified"]
    )
    assert response.status_code == 200


def test_what_is_refused_is_kept_by_no_cache(client, news):
    for path in ("/changes?limit=0", "/items/tidak-ada", "/tidak-ada"):
        response = get(client, path)
        assert response["Cache-Control"] == "no-store"
        assert "ETag" not in response
        assert response["Content-Type"] == "application/problem+json"


# --- memory ----------------------------------------------------------------------------------


def test_an_answer_is_written_once_for_as_long_as_the_feed_stands_still(client, agency, news):
    first = get(client, "/items")
    with CaptureQueriesContext(connection) as queries:
        assert get(client, "/items").content == first.content
    assert len(queries) == 1  # where the feed is
    publish(NewsPage, agency, title="Baru saja")
    assert "Baru saja" in get(client, "/items").content.decode()


def test_an_answer_of_many_megabytes_is_not_kept_in_memory(client, agency):
    def kept():
        before = len(cache._cache)
        get(client)
        return len(cache._cache) - before

    get(client, "/agencies")  # the host is known by then, and the request counted
    publish(NewsPage, agency, title="Pendek")
    assert kept() == 1
    cache.clear()
    get(client, "/agencies")
    publish(NewsPage, agency, body=[("paragraph", f"<p>{'panjang ' * 80_000}</p>")])
    assert kept() == 0


def test_what_was_hidden_is_not_told_from_memory(client, news):
    assert news.title in get(client).content.decode()
    news.unpublish()
    assert news.title not in get(client).content.decode()


def test_a_suspended_agency_is_not_told_from_memory(client, agency, news):
    assert news.title in get(client, "/items").content.decode()
    assert get(client, "/items", host="dinkes.example.test").status_code == 200
    provisioning.suspend(agency, at=timezone.now())
    assert news.title not in get(client, "/items").content.decode()
    assert get(client, "/items", host="dinkes.example.test").status_code == 404


def test_an_answer_names_the_scheme_and_host_it_was_asked_by(client, news):
    plain = client.get(ROOT + "/changes", headers={"host": PORTAL})
    secure = client.get(ROOT + "/changes", headers={"host": PORTAL}, secure=True)
    assert f"http://{PORTAL}" in plain.json()["next"]
    assert f"https://{PORTAL}" in secure.json()["next"]


# --- compression -----------------------------------------------------------------------------


@pytest.mark.parametrize("accepted", ["gzip", "br, gzip;q=0.5", "*", "GZIP", "deflate, gzip ; q=1"])
def test_a_compressed_answer_is_the_same_answer(client, news, accepted):
    plain, packed = get(client), get(client, accept_encoding=accepted)
    assert packed["Content-Encoding"] == "gzip"
    assert packed["Vary"] == VARY
    assert gzip.decompress(packed.content) == plain.content
    assert packed["Content-Length"] == str(len(packed.content)) != plain["Content-Length"]
    # Other bytes, another strong tag.
    assert packed["ETag"] != plain["ETag"]
    again = get(client, accept_encoding=accepted, if_none_match=packed["ETag"])
    assert again.status_code == 304


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0", "*;q=0", "gzip; q=0.000"])
def test_who_does_not_take_gzip_gets_none(client, news, accepted):
    assert "Content-Encoding" not in get(client, accept_encoding=accepted)


def test_equal_content_is_equal_bytes(client, news):
    first = get(client, accept_encoding="gzip")
    cache.clear()
    second = get(client, accept_encoding="gzip")
    assert (first["ETag"], first.content) == (second["ETag"], second.content)


# --- HEAD, other methods, scripts ------------------------------------------------------------


@pytest.mark.parametrize(
    "path", [*CONTENT, "/health", "/openapi.json", "/tidak-ada", "/changes?x=1"]
)
def test_head_says_what_get_would_say(client, news, path):
    told = get(client, path)
    head = get(client, path, method="head")
    assert head.content == b""
    assert head.status_code == told.status_code
    kept = {k: v for k, v in told.items() if k != "Content-Length"}
    assert kept.items() <= dict(head.items()).items()
    assert head["Content-Length"] == str(len(told.content))


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_feed_can_only_be_read(client, news, method):
    response = get(client, method=method)
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", [*CONTENT, "/tidak-ada", "/changes?x=1"])
def test_scripts_of_every_site_may_read(client, news, path):
    response = get(client, path, origin="https://data.example.test")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "ETag" in response["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in response


def test_a_preflight_allows_conditions_and_a_token(client, news):
    response = get(
        client,
        method="options",
        origin="https://data.example.test",
        access_control_request_method="GET",
        access_control_request_headers="authorization, if-none-match",
    )
    assert response.status_code == 204
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Authorization" in response["Access-Control-Allow-Headers"]
    assert "If-None-Match" in response["Access-Control-Allow-Headers"]


def test_the_answer_does_not_depend_on_language_or_log_in(client, admin_client, news):
    plain = get(client)
    for response in (get(client, accept_language="en"), get(admin_client)):
        assert response.content == plain.content
        assert response["ETag"] == plain["ETag"]
        assert response["Vary"] == VARY
        assert not response.cookies


# --- the digest ------------------------------------------------------------------------------


def digest(client):
    return {(row["agency"], row["kind"]): row for row in get(client, "/digest").json()["items"]}


def test_the_digest_reads_only_what_changed(client, agency, other_agency, news):
    publish(NewsPage, other_agency, title="Dindik")
    before = digest(client)
    publish(NewsPage, agency, title="Lain")
    get(client)  # numbers it
    with CaptureQueriesContext(connection) as queries:
        after = digest(client)
    read = [q["sql"] for q in queries if "sha256" in q["sql"]]
    assert len(read) == 1
    assert after["dindik", "news"] == before["dindik", "news"]
    assert after["dinkes", "news"]["count"] == 2
    cache.clear()
    assert digest(client) == after


# --- other formats ---------------------------------------------------------------------------

FORMATS = ["/atom", "/register.csv", "/register.xlsx", "/register.jsonl"]
FORMATS += ["/catalog.jsonld", "/catalog.ttl"]


@pytest.mark.parametrize("path", FORMATS)
def test_every_format_has_a_tag_and_is_told_unchanged(client, agency, news, path):
    first = get(client, path)
    assert first["Vary"] == VARY
    with CaptureQueriesContext(connection) as queries:
        assert get(client, path, if_none_match=first["ETag"]).status_code == 304
    assert len(queries) == 1  # where the feed is
    publish(NewsPage, agency, title="Lain")
    second = get(client, path, if_none_match=first["ETag"])
    assert second.status_code == 200
    assert second["ETag"] != first["ETag"]
    head = get(client, path, method="head")
    assert (head["ETag"], b"".join(head)) == (second["ETag"], b"")


@pytest.mark.parametrize("path", ["/register.csv", "/register.jsonl"])
def test_a_download_of_text_is_compressed_while_it_is_sent(client, agency, path):
    publish(DipEntryPage, agency, title="Rencana kerja")
    plain, packed = get(client, path), get(client, path, accept_encoding="gzip")
    body = b"".join(packed)
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == b"".join(plain)
    assert b"Rencana kerja" in gzip.decompress(body)
    assert packed["ETag"] != plain["ETag"]
    assert b"".join(get(client, path, accept_encoding="gzip")) == body, (
        "equal bytes, as its tag says"
    )


def test_a_workbook_is_packed_already(client, news):
    assert "Content-Encoding" not in get(client, "/register.xlsx", accept_encoding="gzip")


# --- dates and locks -------------------------------------------------------------------------


@pytest.mark.postgres
def test_a_change_that_waited_for_the_lock_is_not_hidden_from_who_asks_by_date(committed_db):
    """Numbered with the time at which it began to wait, it would lie in a second told before."""
    set_up_portal(hostname=PORTAL, name="Portal")
    page = publish(NewsPage, AgencyFactory(code="dinkes"), title="Sebelum")
    settle()
    locked, told = threading.Event(), {}

    def hold_the_lock():
        with transaction.atomic():
            FeedState.lock()
            locked.set()
            time.sleep(1.5)

    def change():
        locked.wait(20)
        page.title = "Sesudah"
        page.save_revision().publish()

    def read():
        locked.wait(20)
        time.sleep(1)
        # Before anybody can number the change: the date is that of the state before it.
        told["at"] = timezone.now()

    in_threads(hold_the_lock, change, read)
    assert FeedItem.objects.get(page_id=page.pk).title == "Sesudah"
    assert FeedState.current().changed_at > told["at"]


def test_the_date_of_the_feed_never_goes_back(client, agency, news):
    """Two servers' clocks may differ."""
    ahead = timezone.now() + datetime.timedelta(minutes=2)
    FeedState.objects.update(changed_at=ahead)
    publish(NewsPage, agency, title="Lain")
    get(client)
    assert FeedState.current().changed_at == ahead


# --- tokens and shared caches ----------------------------------------------------------------


def test_no_shared_cache_answers_in_the_place_of_a_consumer(client, news):
    consumer = FeedConsumer.objects.create(name="Portal")
    token = consumers.issue_token(consumer, at=timezone.now())
    for path in (*CONTENT, *FORMATS):
        response = get(client, path, authorization=f"Bearer {token}")
        assert response["Cache-Control"] == CACHE_CONTROL.replace("public", "private"), path
        assert response["Vary"] == VARY
    refused = get(client, authorization="Bearer kip_salah")
    assert refused["Cache-Control"] == "no-store"
