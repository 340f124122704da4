"""Who reads the feed, how far each has come, and how often anybody may ask."""

import datetime
import re
import uuid

import pytest
from django.core.cache import cache
from django.test import override_settings
from django.utils import timezone

from kip_pages.feed import consumers, sequencer, upkeep
from kip_pages.models import (
    ConsumerCursor,
    FeedConsumer,
    FeedItem,
    FeedState,
    NewsPage,
    OutboxEntry,
    Priority,
    WebhookSubscription,
)
from opd_sites.choices import AgencyRole, ProvinceRole

from ..factories import UserFactory, publish, subscribe

ROOT = "/api/feed/v1"
PORTAL = "portal.example.test"
AGENCY = "dinkes.example.test"


def get(client, path="/changes", token=None, host=PORTAL, **extra):
    headers = {"host": host} | ({"authorization": f"Bearer {token}"} if token else {})
    return client.get(path if path.startswith("/api") else ROOT + path, headers=headers, **extra)


def follow(client, path="/changes", token=None, pages=None, host=PORTAL):
    """Walk as a portal does: to the end, or for some pages."""
    while pages is None or pages:
        page = get(client, path, token, host).json()
        path = page["next"].split(host, 1)[1]
        pages = pages and pages - 1
        if not page["items"]:
            break
    return path


@pytest.fixture
def consumer(db):
    return FeedConsumer.objects.create(name="Portal Provinsi", contact="portal@example.test")


@pytest.fixture
def token(consumer):
    return consumers.issue_token(consumer, at=timezone.now())


@pytest.fixture
def news(agency, other_agency):
    for number in range(4):
        publish(NewsPage, agency, title=f"Berita {number}")
    publish(NewsPage, other_agency)
    sequencer.catch_up(pressing_only=False)


def lag(consumer):
    return consumers.lags(at=timezone.now()).get(consumer.pk)


def grow_old(**age):
    FeedItem.objects.update(changed_at=timezone.now() - datetime.timedelta(**age))


# --- tokens ----------------------------------------------------------------------------------


def test_reading_needs_no_token(client, news):
    assert get(client).status_code == 200


def test_a_token_is_kept_as_a_hash_only(consumer, token):
    consumer.refresh_from_db()
    assert token.startswith("kip_")
    assert len(token) > 40
    assert token not in str(vars(consumer))
    assert consumer.token_hint == token[-4:]


@pytest.mark.parametrize("header", ["Bearer salah", "Bearer kip_salah", "Bearer ", "Basic YTpi"])
def test_a_wrong_token_is_refused_with_what_to_do(client, news, consumer, header):
    response = client.get(ROOT + "/changes", headers={"host": PORTAL, "authorization": header})
    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert response["Content-Type"] == "application/problem+json"
    assert "leave the header out" in response.json()["detail"]


def test_a_new_token_ends_the_one_before(client, news, consumer, token):
    second = consumers.issue_token(consumer, at=timezone.now())
    assert get(client, token=token).status_code == 401
    assert get(client, token=second).status_code == 200


def test_a_revoked_token_is_refused_and_nobody_waits_for_its_consumer(
    client, news, consumer, token
):
    get(client, token=token)
    consumers.revoke(consumer)
    assert get(client, token=token).status_code == 401
    assert lag(consumer) is None


def test_a_token_changes_nothing_in_the_answer(client, news, token):
    assert get(client, token=token).content == get(client).content
    assert get(client, token=token)["ETag"] == get(client)["ETag"]


# --- lag -------------------------------------------------------------------------------------


def test_a_consumer_that_never_read_has_no_lag(consumer):
    assert lag(consumer) is None


def test_lag_is_told_in_items_and_in_the_age_of_the_oldest(client, news, consumer, token):
    grow_old(minutes=3)
    follow(client, "/changes?limit=2", token, pages=2)  # asks for what follows the first two
    assert lag(consumer).items == 3
    assert 179 <= lag(consumer).seconds <= 190


def test_a_consumer_at_the_end_is_not_behind(client, agency, news, consumer, token):
    end = follow(client, token=token)
    grow_old(hours=5)
    assert lag(consumer) == consumers.Lag(seconds=0, items=0)
    publish(NewsPage, agency, title="Baru")
    sequencer.catch_up(pressing_only=False)
    assert lag(consumer).items == 1
    follow(client, end, token)
    assert lag(consumer).items == 0


def test_a_304_counts_as_read(client, news, consumer, token):
    end = follow(client, token=token)
    tag = get(client, end)["ETag"]
    ConsumerCursor.objects.all().delete()
    cache.clear()  # as after the seconds for which a poll without news is not written down
    headers = {"host": PORTAL, "authorization": f"Bearer {token}", "if-none-match": tag}
    assert client.get(end, headers=headers).status_code == 304
    assert lag(consumer).items == 0


def test_a_walk_with_a_filter_is_behind_only_in_what_it_asks_for(
    client, agency, news, consumer, token
):
    end = follow(client, "/changes?agency=dindik", token)
    publish(NewsPage, agency, title="Dinkes saja")
    sequencer.catch_up(pressing_only=False)
    assert lag(consumer).items == 0
    follow(client, end, token)
    assert ConsumerCursor.objects.get().narrowing == "dindik"


def test_the_walk_furthest_behind_stands_for_the_consumer(client, news, consumer, token):
    follow(client, "/changes?kind=news", token)
    follow(client, "/changes?limit=1", token, pages=2)
    assert ConsumerCursor.objects.count() == 2
    assert lag(consumer).items == 4


def test_an_agencys_own_host_counts_as_a_filter_by_it(client, news, consumer, token):
    follow(client, token=token, host=AGENCY)
    assert ConsumerCursor.objects.get().agency == "dinkes"
    assert lag(consumer).items == 0


def test_after_a_new_epoch_everything_is_yet_to_be_read(client, news, consumer, token):
    end = follow(client, token=token)
    upkeep.new_epoch()
    assert lag(consumer).items == 5
    assert get(client, end, token).status_code == 410
    assert lag(consumer).items == 5
    follow(client, token=token)
    assert lag(consumer).items == 0


def test_a_poll_without_news_is_not_written_down_each_time(
    client, news, consumer, token, django_assert_num_queries
):
    end = follow(client, token=token)
    get(client, end, token)
    # The token, and where the feed is.
    with django_assert_num_queries(2):
        get(client, end, token)


def test_a_walk_that_was_a_trial_can_be_forgotten(administrator, news, consumer, token):
    get(administrator, "/changes?kind=news", token)
    follow(administrator, token=token)
    grow_old(hours=1)
    assert health(administrator)["reasons"] == ["consumers_late"]
    trial = ConsumerCursor.objects.get(kind="news")
    address = f"/admin/feed_consumers/forget/{trial.pk}/"
    html = inspect(administrator, consumer)
    assert address in html
    assert administrator.post(address, headers={"host": PORTAL}).status_code == 302
    assert health(administrator)["status"] == "green"
    assert lag(consumer) == consumers.Lag()


def test_a_language_that_nothing_is_in_is_no_walk(client, news, consumer, token):
    assert get(client, "/changes?locale=xx", token).status_code == 200
    assert not ConsumerCursor.objects.exists()


# --- health ----------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def reconciled(db):
    """As in every installation whose worker runs."""
    FeedState.current()
    FeedState.objects.update(reconciled_at=timezone.now())


def health(client):
    response = get(client, "/health")
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    return response.json()


def test_the_feed_is_green_when_nothing_waits_and_nobody_is_behind(client, news, token):
    follow(client, token=token)
    grow_old(days=2)
    told = health(client)
    assert (told["status"], told["reasons"]) == ("green", [])
    assert told["consumers"] == 1


def test_a_consumer_past_the_limit_turns_the_feed_amber(client, news, consumer, token):
    get(client, token=token)
    grow_old(minutes=14)
    assert health(client)["status"] == "green"
    grow_old(minutes=16)
    told = health(client)
    assert (told["status"], told["reasons"]) == ("amber", ["consumers_late"])
    assert (told["consumers_late"], told["lag_items"]) == (1, 5)
    assert consumer.name not in str(told)


def wait_too_long():
    entry = OutboxEntry.objects.create(page_id=1)
    OutboxEntry.objects.filter(pk=entry.pk).update(
        created_at=timezone.now() - datetime.timedelta(minutes=6), priority=Priority.BULK
    )


def fail_a_subscription():
    webhook = subscribe()
    WebhookSubscription.objects.filter(pk=webhook.pk).update(failing_since=timezone.now())


AMBER = {
    "waiting": wait_too_long,
    "failing": lambda: OutboxEntry.objects.create(
        page_id=1, attempts=1, retry_at=timezone.now() + datetime.timedelta(hours=1)
    ),
    "drift": lambda: FeedState.objects.update(drift=1),
    "reconciled_seconds": lambda: FeedState.objects.update(
        reconciled_at=timezone.now() - datetime.timedelta(hours=4)
    ),
    "webhooks_failing": fail_a_subscription,
}


@pytest.mark.parametrize("reason", AMBER)
def test_each_thing_past_its_limit_turns_the_feed_amber(client, news, reason):
    assert health(client)["status"] == "green"
    AMBER[reason]()
    told = health(client)
    assert (told["status"], told["reasons"]) == ("amber", [reason])


def test_a_feed_that_was_never_compared_with_its_pages_is_amber(client, news):
    FeedState.objects.update(reconciled_at=None)
    assert health(client)["reasons"] == ["reconciled_seconds"]


# --- rates -----------------------------------------------------------------------------------


def rates(anonymous, consumer=None):
    return override_settings(
        KIP_PAGES={"FEED_RATE_ANONYMOUS": anonymous, "FEED_RATE_CONSUMER": consumer}
    )


@pytest.fixture
def one_minute(monkeypatch):
    """Stand in the middle of a minute: the outside world's clock would sometimes begin another."""
    monkeypatch.setattr("time.time", lambda: 1_790_000_010.0)


def test_who_asks_too_often_is_told_when_to_come_again(client, news, one_minute):
    with rates(3):
        assert [get(client).status_code for _ in range(4)] == [200, 200, 200, 429]
        response = get(client, "/items")
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 60
    assert response["Content-Type"] == "application/problem+json"
    assert response["Access-Control-Allow-Origin"] == "*"


def test_one_address_does_not_use_up_anothers_requests(client, news, one_minute):
    with rates(1):
        assert get(client, REMOTE_ADDR="10.0.0.1").status_code == 200
        assert get(client, REMOTE_ADDR="10.0.0.1").status_code == 429
        assert get(client, REMOTE_ADDR="10.0.0.2").status_code == 200


def test_who_tries_tokens_is_asked_to_wait_like_anybody(client, news, one_minute):
    with rates(2):
        codes = [get(client, token=f"kip_{n}").status_code for n in range(4)]
        assert get(client).status_code == 429
    assert codes == [401, 401, 429, 429]


@override_settings(NINJA_NUM_PROXIES=0)
def test_nobody_escapes_by_claiming_another_address(client, news, one_minute):
    with rates(1):
        headers = {"HTTP_X_FORWARDED_FOR": "10.9.9.9"}
        assert get(client).status_code == 200
        assert get(client, **headers).status_code == 429


def test_a_consumer_has_a_limit_of_its_own(client, news, token, one_minute):
    with rates(1, 3):
        assert get(client).status_code == 200
        assert get(client).status_code == 429
        codes = [get(client, token=token).status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]


def test_the_next_minute_is_a_new_one(client, news, monkeypatch, one_minute):
    with rates(1):
        get(client)
        assert get(client).status_code == 429
        monkeypatch.setattr("time.time", lambda: 1_790_000_070.0)
        assert get(client).status_code == 200


# --- the admin -------------------------------------------------------------------------------

SCREENS = [
    ("get", "/admin/feed_consumers/"),
    ("get", "/admin/feed_consumers/new/"),
    ("get", "/admin/feed_consumers/edit/{pk}/"),
    ("get", "/admin/feed_consumers/inspect/{pk}/"),
    ("get", "/admin/feed_consumers/delete/{pk}/"),
    ("post", "/admin/feed_consumers/token/{pk}/"),
    ("post", "/admin/feed_consumers/forget/{walk}/"),
    ("post", "/admin/feed_consumers/revoke/{pk}/"),
]
MAY = {
    AgencyRole.EDITOR: False,
    AgencyRole.PUBLISHER: False,
    AgencyRole.AGENCY_ADMIN: False,
    ProvinceRole.DUTY_OFFICER: False,
    ProvinceRole.PROVINCE_ADMIN: True,
}


def test_the_table_names_every_role():
    assert set(MAY) == {*AgencyRole, *ProvinceRole}


@pytest.mark.parametrize("role", MAY)
def test_only_province_administrators_manage_consumers(client, agency, consumer, role):
    own = {"role__agency": agency} if isinstance(role, AgencyRole) else {}
    client.force_login(UserFactory(role=role, **own))
    walk = ConsumerCursor.objects.create(
        consumer=consumer, epoch=uuid.uuid4(), pos=0, read_at=timezone.now()
    )
    for method, address in SCREENS:
        address = address.format(pk=consumer.pk, walk=walk.pk)
        response = getattr(client, method)(address, headers={"host": PORTAL})
        done = response.status_code == 200 or "inspect" in response.get("Location", "")
        assert done is MAY[role], (address, response.status_code)


@pytest.fixture
def administrator(client, portal):
    client.force_login(UserFactory(role=ProvinceRole.PROVINCE_ADMIN))
    return client


def test_an_administrator_adds_a_consumer_and_sees_its_token_once(administrator, news):
    created = administrator.post(
        "/admin/feed_consumers/new/",
        {"name": "Portal Nasional", "contact": "data@example.test"},
        headers={"host": PORTAL},
    )
    consumer = FeedConsumer.objects.get()
    assert created["Location"] == f"/admin/feed_consumers/inspect/{consumer.pk}/"
    shown = administrator.post(
        f"/admin/feed_consumers/token/{consumer.pk}/", headers={"host": PORTAL}
    )
    token = shown.context["token"]
    assert token in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    again = administrator.get(created["Location"], headers={"host": PORTAL})
    assert token not in again.content.decode()
    assert get(administrator, token=token).status_code == 200


def test_a_token_is_not_issued_by_following_a_link(administrator, consumer):
    address = f"/admin/feed_consumers/token/{consumer.pk}/"
    assert administrator.get(address, headers={"host": PORTAL}).status_code == 405


def test_the_list_says_how_far_behind_each_consumer_is(administrator, news, consumer, token):
    get(administrator, token=token)
    grow_old(hours=2)
    html = administrator.get("/admin/feed_consumers/", headers={"host": PORTAL}).content.decode()
    assert "Portal Provinsi" in html
    assert re.search(r"5 perubahan, 7\.20\d detik\s+\(2\xa0jam\)", html)
    assert re.search(r"5 perubahan, 7\.20\d detik", inspect(administrator, consumer))


def test_seconds_are_told_below_a_minute_too(administrator, news, consumer, token):
    get(administrator, token=token)
    grow_old(seconds=45)
    assert re.search(r"5 perubahan, 4\d detik\s*</", inspect(administrator, consumer))


def test_a_token_revoked_on_the_screen_is_worth_nothing(administrator, news, consumer, token):
    assert get(administrator, token=token).status_code == 200
    administrator.post(f"/admin/feed_consumers/revoke/{consumer.pk}/", headers={"host": PORTAL})
    assert get(administrator, token=token).status_code == 401


def inspect(administrator, consumer):
    address = f"/admin/feed_consumers/inspect/{consumer.pk}/"
    return administrator.get(address, headers={"host": PORTAL}).content.decode()
