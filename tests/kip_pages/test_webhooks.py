"""What is told to whom, how it is signed, and what becomes of what was not taken (F12)."""

import base64
import datetime
import hashlib
import hmac
import json

import pytest
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from kip_pages.feed import sequencer
from kip_pages.models import (
    AttemptOutcome,
    DeliveryState,
    EmergencyAnnouncementPage,
    FeedState,
    NewsPage,
    StopReason,
    SubscriptionHealth,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEvent,
    WebhookSubscription,
)
from kip_pages.push import announcing, managing, schedule, sending, signing, upkeep

from .. import receivers
from ..factories import publish, section_of, subscribe

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def number(model, agency, **fields):
    """Publish a page and number it, as happens when the publish is committed."""
    page = publish(model, agency, **fields)
    sequencer.catch_up(pressing_only=True, max_batches=None)
    return page


def announce():
    return announcing.announce(at=timezone.now())


def make_due(delivery):
    """Let the time until the next attempt pass."""
    WebhookDelivery.objects.filter(pk=delivery.pk).update(next_attempt_at=timezone.now())


def send(delivery):
    sending.send(delivery.pk)
    delivery.refresh_from_db()
    delivery.subscription.refresh_from_db()
    return delivery


def outcomes(delivery):
    return [attempt.outcome for attempt in delivery.attempts.all()]


# --- the signature ---------------------------------------------------------------------------


def signed(secrets, body='{"a":1}', at=None):
    headers = signing.signed_headers(
        "msg_1", body, signing_secrets=secrets, at=at or timezone.now()
    )
    return body, headers


def test_the_specifications_own_library_accepts_a_signature():
    secret = signing.new_secret()
    body, headers = signed([secret])
    assert Webhook(secret).verify(body, headers) == {"a": 1}


def test_a_signature_is_the_hmac_that_the_specification_describes():
    secret = signing.new_secret()
    body, headers = signed([secret], body='{"nama":"Banjir Ciujung – siaga"}')
    key = base64.b64decode(secret.removeprefix("whsec_"))
    text = f"msg_1.{headers['webhook-timestamp']}.{body}"
    code = base64.b64encode(hmac.new(key, text.encode(), hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{code}"


@pytest.mark.parametrize("offset", [0, 7, -9])
def test_the_timestamp_is_the_moment_whatever_the_zone_it_is_given_in(offset):
    zone = datetime.timezone(datetime.timedelta(hours=offset))
    now = datetime.datetime.now(zone)
    secret = signing.new_secret()
    body, headers = signed([secret], at=now)
    assert headers["webhook-timestamp"] == str(int(now.timestamp()))
    assert Webhook(secret).verify(body, headers)


@pytest.mark.parametrize(
    "change",
    [
        lambda body, headers: (body + " ", headers),
        lambda body, headers: (body, headers | {"webhook-id": "msg_2"}),
        lambda body, headers: (
            body,
            headers | {"webhook-timestamp": str(int(headers["webhook-timestamp"]) - 1)},
        ),
        lambda body, headers: (body, signed([signing.new_secret()])[1]),
    ],
)
def test_what_was_changed_on_the_way_is_not_accepted(change):
    secret = signing.new_secret()
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(*change(*signed([secret])))


def test_an_old_message_cannot_be_played_back_by_somebody_else():
    secret = signing.new_secret()
    old = timezone.now() - datetime.timedelta(minutes=6)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(*signed([secret], at=old))


def test_secrets_are_as_long_as_the_specification_asks_and_never_the_same():
    secrets = {signing.new_secret() for _ in range(50)}
    assert len(secrets) == 50
    for secret in secrets:
        assert secret.startswith("whsec_")
        assert 24 <= len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) <= 64


# --- the schedule ----------------------------------------------------------------------------

SECOND, MINUTE, HOUR = 1, 60, 3600
#         attempt that failed → seconds until the next
SCHEDULE = [
    (1, 5 * SECOND),
    (2, 5 * MINUTE),
    (3, 30 * MINUTE),
    (4, 2 * HOUR),
    (5, 5 * HOUR),
    (6, 10 * HOUR),
    (7, 14 * HOUR),
    (8, 20 * HOUR),
    (9, 24 * HOUR),
]


@pytest.mark.parametrize(("tries", "seconds"), SCHEDULE)
def test_a_retry_waits_its_time_give_or_take_a_tenth(tries, seconds):
    waits = [schedule.delay(tries).total_seconds() for _ in range(200)]
    assert all(seconds * 0.9 <= wait <= seconds * 1.1 for wait in waits)
    assert len(set(waits)) > 100
    assert max(waits) - min(waits) > seconds * 0.1, "the jitter is used"


def test_the_retries_last_three_days_and_end():
    assert sum(seconds for _tries, seconds in SCHEDULE) == pytest.approx(3 * 24 * HOUR, rel=0.06)
    assert schedule.delay(len(SCHEDULE) + 1) is None


@pytest.mark.parametrize(
    ("asked", "waits"),
    [(MINUTE, HOUR), (3 * HOUR, 3 * HOUR), (1000 * HOUR, 24 * HOUR), (-HOUR, HOUR)],
)
def test_a_receiver_may_ask_for_more_time_within_bounds(asked, waits):
    found = schedule.delay(4, retry_after=datetime.timedelta(seconds=asked)).total_seconds()
    if waits == HOUR:
        assert 1.8 * HOUR <= found <= 2.2 * HOUR, "never sooner than planned"
    else:
        assert found == waits


# --- what is announced -----------------------------------------------------------------------


def test_news_make_one_thin_message(agency, other_agency, portal):
    subscription = subscribe()
    number(NewsPage, agency)
    number(EmergencyAnnouncementPage, other_agency)
    (delivery,) = announce()
    state = FeedState.current()
    message = json.loads(delivery.body)
    assert message["type"] == "feed.advanced"
    assert datetime.datetime.fromisoformat(message["timestamp"]).utcoffset() is not None
    assert message["data"] == {
        "epoch": str(state.epoch),
        "changeNumber": state.pos,
        "kinds": ["emergency", "news"],
        "agencies": ["dindik", "dinkes"],
        "changes": "http://portal.example.test/api/feed/v1/changes",
    }
    assert delivery.subscription == subscription
    assert delivery.message_id.startswith("msg_")
    assert len(delivery.body) < 20_000


def test_what_is_told_once_is_not_told_again(agency):
    subscribe()
    number(NewsPage, agency)
    assert len(announce()) == 1
    WebhookDelivery.objects.update(state=DeliveryState.DELIVERED)
    assert announce() == []


def test_what_happened_before_a_subscription_is_not_told(agency):
    number(NewsPage, agency)
    subscribe()
    assert announce() == []


def test_a_deletion_is_news(agency):
    page = number(NewsPage, agency)
    subscribe()
    page.unpublish()
    sequencer.catch_up(pressing_only=True, max_batches=None)
    (delivery,) = announce()
    assert json.loads(delivery.body)["data"]["kinds"] == ["news"]


def test_a_page_that_moves_is_told_of_by_its_new_agency_and_to_who_follows_the_old_one(
    agency, other_agency
):
    page = number(NewsPage, agency)
    everything, old = subscribe(), subscribe(agency=agency)
    page.move(section_of(other_agency, NewsPage), pos="last-child")
    sequencer.catch_up(pressing_only=True, max_batches=None)
    told = {d.subscription: json.loads(d.body)["data"]["agencies"] for d in announce()}
    assert told == {everything: ["dindik"], old: ["dinkes"]}


#     only this agency, only these kinds → told of (news of dinkes, emergency of dindik)
FILTERS = [
    (None, [], True, True),
    ("dinkes", [], True, False),
    ("dindik", [], False, True),
    (None, ["news"], True, False),
    (None, ["dip", "emergency"], False, True),
    ("dinkes", ["emergency"], False, False),
    ("dindik", ["emergency", "news"], False, True),
]


@pytest.mark.parametrize(("code", "kinds", "first", "second"), FILTERS)
def test_a_subscription_is_told_what_it_asked_for(agency, other_agency, code, kinds, first, second):
    only = {"dinkes": agency, "dindik": other_agency}.get(code)
    subscribe(agency=only, kinds=kinds)
    number(NewsPage, agency)
    assert bool(announce()) is first
    WebhookDelivery.objects.update(state=DeliveryState.DELIVERED)
    number(EmergencyAnnouncementPage, other_agency)
    assert bool(announce()) is second


def test_nothing_piles_up_for_a_dead_receiver(agency, receiver):
    subscription = subscribe(receiver(500, 200).url)
    number(NewsPage, agency)
    (first,) = announce()
    send(first)
    for _ in range(5):
        number(NewsPage, agency)
        assert announce() == []
    make_due(first)
    assert send(first).state == DeliveryState.DELIVERED
    (second,) = announce()
    assert json.loads(second.body)["data"]["changeNumber"] == FeedState.current().pos
    assert subscription.deliveries.count() == 2


def test_an_emergency_takes_the_place_of_a_message_that_waits(agency, receiver):
    subscribe(receiver(500, 200).url)
    number(NewsPage, agency)
    (first,) = announce()
    send(first)
    number(EmergencyAnnouncementPage, agency)
    (urgent,) = announce()
    first.refresh_from_db()
    assert first.state == DeliveryState.SUPERSEDED
    assert json.loads(urgent.body)["data"]["kinds"] == ["emergency"]
    assert send(urgent).state == DeliveryState.DELIVERED
    assert send(first).state == DeliveryState.SUPERSEDED, "and is not sent any more"


def test_an_emergency_takes_the_place_of_a_message_sent_again_beside_one_that_waits(
    agency, receiver
):
    subscribe(receiver(200).url)
    number(NewsPage, agency)
    (first,) = announce()
    send(first)
    number(NewsPage, agency)
    (second,) = announce()
    assert managing.replay(first, at=timezone.now())
    number(EmergencyAnnouncementPage, agency)
    (emergency,) = announce()
    assert json.loads(emergency.body)["data"]["kinds"] == ["emergency"]
    for delivery in (first, second):
        delivery.refresh_from_db()
        assert delivery.state == DeliveryState.SUPERSEDED


def test_an_emergency_does_not_interrupt_a_message_on_its_way(agency):
    subscribe()
    number(NewsPage, agency)
    assert len(announce()) == 1
    WebhookDelivery.objects.update(state=DeliveryState.SENDING)
    number(EmergencyAnnouncementPage, agency)
    assert announce() == []
    WebhookDelivery.objects.update(state=DeliveryState.DELIVERED)
    assert len(announce()) == 1


def test_a_message_stays_small_however_many_agencies_are_in_it(agency, monkeypatch):
    monkeypatch.setattr(announcing, "MAX_AGENCIES", 0)
    subscribe()
    number(NewsPage, agency)
    (delivery,) = announce()
    assert json.loads(delivery.body)["data"]["agencies"] == []


def test_numbering_costs_nothing_more_with_nobody_to_tell(
    agency, django_assert_num_queries, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as callbacks:
        number(NewsPage, agency)
    tellers = [one for one in callbacks if one.__name__ == "_wake_webhooks_for_subscribers"]
    assert tellers
    with django_assert_num_queries(1):  # is there anybody to tell?
        tellers[0]()


# --- what comes of it ------------------------------------------------------------------------


@pytest.fixture
def message(agency):
    """``message(url)``: a subscription with one announced message."""

    def make(url, **fields):
        subscribe(url, **fields)
        number(NewsPage, agency)
        (delivery,) = announce()
        return delivery

    return make


def test_a_receiver_gets_what_the_library_accepts(message, receiver):
    target = receiver(204)
    delivery = send(message(target.url))
    ((headers, body),) = target.requests
    verified = Webhook(delivery.subscription.secret).verify(body, headers)
    assert verified == json.loads(delivery.body)
    assert headers["webhook-id"] == delivery.message_id
    assert headers["Content-Type"] == "application/json"
    assert headers["User-Agent"].startswith("KIP-Pages-Webhooks/")
    assert delivery.state == DeliveryState.DELIVERED
    assert delivery.subscription.health == SubscriptionHealth.WELL
    (attempt,) = delivery.attempts.all()
    assert (attempt.outcome, attempt.status) == (AttemptOutcome.DELIVERED, 204)
    assert attempt.milliseconds is not None


def test_both_secrets_sign_while_a_receiver_changes_over(message, receiver):
    target = receiver(500, 500, 204)
    delivery = message(target.url)
    subscription = delivery.subscription
    old = subscription.secret
    managing.rotate_secret(subscription, at=timezone.now())
    new = subscription.secret
    assert old != new
    send(delivery)
    headers, body = target.requests[-1]
    assert len(headers["webhook-signature"].split(" ")) == 2
    for secret in (old, new):
        assert Webhook(secret).verify(body, headers)
    subscription.earlier_secrets[0]["until"] = timezone.now().isoformat()
    subscription.save()
    make_due(delivery)
    send(delivery)
    headers, body = target.requests[-1]
    assert Webhook(new).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(body, headers)


def test_whoever_loses_a_new_secret_and_gives_another_does_not_cut_off_the_receiver(
    message, receiver
):
    target, now = receiver(204), timezone.now()
    delivery = message(target.url)
    subscription = delivery.subscription
    old = subscription.secret
    managing.rotate_secret(subscription, at=now)
    lost = subscription.secret
    managing.rotate_secret(subscription, at=now + DAY / 2)
    send(delivery)
    headers, body = target.requests[-1]
    for secret in (old, lost, subscription.secret):
        assert Webhook(secret).verify(body, headers)
    assert subscription.signing_secrets(at=now + DAY) == [subscription.secret, lost]
    assert subscription.signing_secrets(at=now + 2 * DAY) == [subscription.secret]


def test_a_secret_is_shown_once_and_once_more_after_each_rotation():
    subscription = subscribe()
    assert managing.show_secret(subscription) == subscription.secret
    assert managing.show_secret(subscription) is None
    managing.rotate_secret(subscription, at=timezone.now())
    assert managing.show_secret(subscription) == subscription.secret
    assert managing.show_secret(subscription) is None


def test_each_attempt_is_a_row_and_the_message_stays_the_same(message, receiver):
    target = receiver(500, (302, {"Location": "/"}), receivers.hang_up, 200)
    delivery = message(target.url)
    for _ in range(4):
        make_due(delivery)
        send(delivery)
    assert outcomes(delivery) == ["refused", "redirected", "broken", "delivered"]
    assert len({headers["webhook-id"] for headers, _body in target.requests}) == 1
    assert len({body for _headers, body in target.requests}) == 1
    assert delivery.subscription.failing_since is None


def test_a_message_is_tried_ten_times_and_then_failed(message):
    delivery = message(f"http://127.0.0.1:{receivers.closed_port()}/")
    waits = []
    for _ in range(10):
        make_due(delivery)
        before = timezone.now()
        send(delivery)
        if delivery.next_attempt_at:
            waits.append((delivery.next_attempt_at - before).total_seconds())
    assert delivery.state == DeliveryState.FAILED
    assert outcomes(delivery) == ["unreachable"] * 10
    for (_tries, seconds), wait in zip(SCHEDULE, waits, strict=True):
        assert seconds * 0.9 <= wait <= seconds * 1.1 + 5
    assert delivery.subscription.health == SubscriptionHealth.FAILING
    make_due(delivery)
    send(delivery)
    assert delivery.attempts.count() == 10, "it is over"


def test_before_its_time_a_message_is_not_sent(message, receiver):
    target = receiver(500)
    delivery = send(message(target.url))
    send(delivery)
    assert len(target.requests) == 1


def test_a_receiver_that_asks_for_time_is_given_it(message, receiver):
    delivery = send(message(receiver((503, {"Retry-After": "7200"})).url))
    wait = (delivery.next_attempt_at - timezone.now()).total_seconds()
    assert 7100 < wait <= 7200


def test_a_receiver_that_is_gone_is_asked_no_more(message, receiver, agency):
    target = receiver(410)
    delivery = send(message(target.url))
    subscription = delivery.subscription
    assert delivery.state == DeliveryState.FAILED
    assert not subscription.is_active
    assert subscription.stopped_because == StopReason.GONE
    assert subscription.health == SubscriptionHealth.STOPPED
    number(NewsPage, agency)
    assert announce() == []
    assert not WebhookDelivery.objects.due(at=timezone.now() + 10 * DAY).exists()


def test_what_was_queued_for_a_receiver_that_is_gone_is_not_sent(message, receiver):
    target = receiver(410)
    first = message(target.url)
    second = managing.send_test(first.subscription, at=timezone.now())
    send(first)
    assert send(second).state == DeliveryState.WAITING
    assert len(target.requests) == 1
    assert outcomes(second) == []


def test_what_was_queued_is_not_sent_once_its_subscription_is_switched_off(message, receiver):
    target = receiver(200)
    delivery = message(target.url)
    WebhookSubscription.objects.update(is_active=False)
    send(delivery)
    assert target.requests == []
    managing.resume(delivery.subscription, at=timezone.now())
    assert send(delivery).state == DeliveryState.DELIVERED


def test_a_resumed_subscription_is_told_what_it_missed(message, receiver, agency):
    target = receiver(410, 200)
    refused = send(message(target.url))
    number(NewsPage, agency)
    managing.resume(refused.subscription, at=timezone.now())
    assert send(refused).state == DeliveryState.DELIVERED
    (delivery,) = announce()
    assert send(delivery).state == DeliveryState.DELIVERED
    assert delivery.subscription.health == SubscriptionHealth.WELL


def test_what_failed_last_is_due_when_its_subscription_is_resumed(message, receiver):
    delivery = message(receiver(500, 500, 200).url)
    WebhookDelivery.objects.update(tries=9)
    WebhookSubscription.objects.update(failing_since=timezone.now() - 6 * DAY)
    send(delivery)
    assert delivery.state == DeliveryState.FAILED
    assert not delivery.subscription.is_active
    managing.resume(delivery.subscription, at=timezone.now())
    send(delivery)
    assert (delivery.tries, delivery.state) == (1, DeliveryState.WAITING)
    make_due(delivery)
    assert send(delivery).state == DeliveryState.DELIVERED


@pytest.mark.parametrize(
    ("days", "tries", "is_active"),
    [
        (4, 9, True),
        (6, 9, False),
        (30, 0, True),  # after a month of silence one refusal does not keep the next emergency back
    ],
)
def test_a_receiver_that_only_fails_for_days_is_given_up_with_a_message_that_used_up_its_attempts(
    message, receiver, days, tries, is_active
):
    delivery = message(receiver(500).url)
    WebhookDelivery.objects.update(tries=tries)
    WebhookSubscription.objects.update(failing_since=timezone.now() - days * DAY)
    subscription = send(delivery).subscription
    assert subscription.is_active is is_active
    assert subscription.stopped_because == ("" if is_active else StopReason.FAILING)


def test_an_answer_that_no_database_can_store_is_an_attempt_like_any_other(message, receiver):
    delivery = message(receiver(receivers.speaks_http_2).url)
    send(delivery)
    assert delivery.state == DeliveryState.WAITING
    assert outcomes(delivery) == ["broken"]
    assert delivery.subscription.health == SubscriptionHealth.FAILING


def test_one_success_ends_the_count_of_failures(message, receiver):
    delivery = message(receiver(200).url)
    WebhookSubscription.objects.update(failing_since=timezone.now() - 4 * DAY)
    assert send(delivery).subscription.failing_since is None


def test_an_internal_address_is_refused_at_each_sending_not_only_when_it_is_typed(
    message, receiver, settings
):
    target = receiver(200)
    delivery = message(target.url)
    settings.KIP_PAGES = {"WEBHOOK_ALLOW_INSECURE": True}
    send(delivery)
    assert outcomes(delivery) == [AttemptOutcome.ADDRESS_REFUSED]
    assert delivery.state == DeliveryState.WAITING
    assert target.requests == []


def test_a_message_sent_again_keeps_its_id_and_its_body(message, receiver):
    target = receiver(200)
    delivery = send(message(target.url))
    assert managing.replay(delivery, at=timezone.now())
    send(delivery)
    (first, body), (second, again) = target.requests
    assert first["webhook-id"] == second["webhook-id"]
    assert body == again
    assert Webhook(delivery.subscription.secret).verify(again, second)
    assert outcomes(delivery) == ["delivered", "delivered"]


def test_a_failed_message_sent_again_has_the_whole_schedule_before_it(message, receiver):
    delivery = message(receiver(500).url)
    WebhookDelivery.objects.update(tries=9)
    assert send(delivery).state == DeliveryState.FAILED
    managing.replay(delivery, at=timezone.now())
    send(delivery)
    assert (delivery.state, delivery.tries) == (DeliveryState.WAITING, 1)


def test_a_message_that_is_being_sent_is_not_sent_twice(message, receiver):
    target = receiver(200)
    delivery = message(target.url)
    WebhookDelivery.objects.update(
        state=DeliveryState.SENDING, next_attempt_at=timezone.now() + sending.LEASE
    )
    assert not managing.replay(delivery, at=timezone.now())
    send(delivery)
    assert target.requests == []


def test_a_sender_that_died_leaves_a_message_that_is_sent_again(message, receiver):
    delivery = message(receiver(200).url)
    assert sending._take(delivery.pk, at=timezone.now())  # and then the process dies
    assert not WebhookDelivery.objects.due(at=timezone.now()).exists()
    assert WebhookDelivery.objects.due(at=timezone.now() + sending.LEASE).exists()
    make_due(delivery)
    assert send(delivery).state == DeliveryState.DELIVERED
    assert outcomes(delivery) == ["interrupted", "delivered"]


def test_nothing_more_is_due_while_a_subscription_is_sent_to_and_those_that_take_theirs_come_first():
    now = timezone.now()
    failing, unknown, well = subscribe(), subscribe(), subscribe()
    WebhookSubscription.objects.filter(pk=failing.pk).update(failing_since=now)
    WebhookSubscription.objects.filter(pk=well.pk).update(last_success_at=now)
    late, later = (managing.send_test(failing, at=now - days * DAY) for days in (2, 1))
    new = managing.send_test(unknown, at=now)
    told = managing.send_test(well, at=now)
    assert list(WebhookDelivery.objects.due(at=now)) == [told, new, late, later]
    sending._take(late.pk, at=now)
    assert list(WebhookDelivery.objects.due(at=now)) == [told, new]
    after = now + sending.LEASE
    assert set(WebhookDelivery.objects.due(at=after)) == {told, new, late, later}, "its sender died"


def test_a_sender_that_comes_back_late_settles_nothing_of_the_next_one(message, receiver):
    delivery = message(receiver(200).url)
    late = sending._take(delivery.pk, at=timezone.now())
    make_due(delivery)
    send(delivery)
    failure = sending._Result(AttemptOutcome.BROKEN, 1)
    sending._settle(late, failure, at=timezone.now())
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.DELIVERED


def test_a_test_message_arrives_beside_what_waits(message, receiver):
    target = receiver(500, 200)
    first = send(message(target.url))
    test = send(managing.send_test(first.subscription, at=timezone.now()))
    assert test.event == WebhookEvent.TEST
    _headers, body = target.requests[-1]
    assert json.loads(body)["type"] == "webhook.test"
    assert first.state == DeliveryState.WAITING


def test_secrets_are_in_no_message_and_no_log(message, receiver, caplog):
    caplog.set_level("DEBUG")
    target = receiver((410, {}, b"gone"))
    delivery = send(message(target.url))
    secret = delivery.subscription.secret
    told = caplog.text + repr(target.requests) + repr(list(WebhookAttempt.objects.values()))
    assert secret not in told
    assert secret.removeprefix("whsec_") not in told


# --- forgetting ------------------------------------------------------------------------------


def test_old_messages_are_forgotten_but_not_what_is_still_to_be_sent(message, receiver):
    delivery = send(message(receiver(500, 200).url))
    long_ago = timezone.now() - 40 * DAY
    WebhookDelivery.objects.update(created_at=long_ago)
    before = timezone.now() - 30 * DAY
    assert upkeep.forget_deliveries(before=before) == 0
    make_due(delivery)
    send(delivery)
    managing.send_test(delivery.subscription, at=timezone.now())
    assert upkeep.forget_deliveries(before=before) == 1
    assert WebhookDelivery.objects.count() == 1
    assert WebhookAttempt.objects.count() == 0


def test_what_will_never_be_sent_is_forgotten_too(message):
    delivery = message("https://portal.example/")
    WebhookSubscription.objects.update(is_active=False)
    assert delivery.is_open
    assert upkeep.forget_deliveries(before=timezone.now() + DAY) == 1
