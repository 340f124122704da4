"""Several workers, killed workers: each message is decided on once. In real processes that commit."""

import signal
import time

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from kip_pages.alerts.authority import grant
from kip_pages.choices import AlertReach, RelayAction, RelayReason, RelayState
from kip_pages.models import (
    AlertSource,
    CapMessage,
    EmergencyAnnouncementPage,
    RelayedAlert,
    RequestTurn,
)
from kip_pages.planting import set_up_portal
from kip_pages.relays import polling, turns
from opd_sites.models import Notice

from ..factories import AgencyFactory, UserFactory
from ..live import forked, in_threads, process, wait_until
from ..nowcast import LIST, NAME, Office, message, source_at, words_of_the_province

pytestmark = pytest.mark.postgres


@pytest.fixture
def office():
    opened = Office()
    yield opened
    opened.stop()


@pytest.fixture
def agency(committed_db):
    set_up_portal(hostname="portal.example.test", name="Portal Provinsi Contoh")
    agency = AgencyFactory(code="dinkes", is_lead=True)
    UserFactory(role="publisher", role__agency=agency)
    return agency


def due_again():
    AlertSource.objects.update(next_attempt_at=timezone.now())
    RelayedAlert.objects.update(next_attempt_at=timezone.now())


def test_many_pollers_of_two_lists_make_one_draft_of_each_message(office, agency):
    english = Office()
    for one in (office, english):
        one.publish(*(message(f"{NAME}.{number}") for number in range(4)))
    source_at(office, agency=agency)
    source_at(english, agency=agency, name="Inggris")
    in_threads(*[polling.poll_due] * 4)
    due_again()
    in_threads(*[polling.poll_due] * 4)
    offered = RelayedAlert.objects.filter(state=RelayState.OFFERED)
    assert sorted(offered.values_list("identifier", flat=True)) == [f"{NAME}.{n}" for n in range(4)]
    assert EmergencyAnnouncementPage.objects.count() == 4
    assert RelayedAlert.objects.filter(reason=RelayReason.DUPLICATE).count() == 4
    assert Notice.objects.count() == 4
    fetched = [path for path in office.asked + english.asked if path.endswith(".xml")]
    assert len(fetched) == 8, "nobody fetches what another one is at"
    english.stop()


def test_a_worker_killed_between_the_list_and_the_draft_leaves_it_to_the_next(office, agency):
    source_at(office, agency=agency)
    office.publish(message())
    (path,) = office.messages
    whole = office.answer_to(path)
    killed = []

    def kill(handler):
        """The worker has asked for the message, and dies before it is there."""
        killed.append(worker.kill())
        handler.server.ended.wait(0.2)

    office.answers[path] = kill
    with forked(polling.poll_due) as worker:
        assert worker.wait(60) == -signal.SIGKILL
    alert = RelayedAlert.objects.get()
    assert (alert.state, alert.page) == (RelayState.LISTED, None)
    assert not EmergencyAnnouncementPage.objects.exists()
    office.answers[path] = whole
    polling.poll_due()
    assert not EmergencyAnnouncementPage.objects.exists(), "it may still be at it"
    due_again()
    in_threads(polling.poll_due, polling.poll_due)
    due_again()
    polling.poll_due()
    alert.refresh_from_db()
    assert alert.state == RelayState.OFFERED
    assert EmergencyAnnouncementPage.objects.get() == alert.page
    assert Notice.objects.count() == 1


def test_no_transaction_is_open_while_a_host_is_waited_for(office, agency):
    source_at(office, agency=agency)
    office.publish(message())
    (path,) = office.messages
    whole = office.answer_to(path)
    seen = []

    def look_around(handler):

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'"
            )
            seen.append(cursor.fetchone()[0])
        connection.close()
        status, _headers, body = whole
        handler.send_response(status)
        handler.end_headers()
        handler.wfile.write(body)

    office.answers[path] = look_around
    polling.poll_due()
    assert seen == [0]
    assert RelayedAlert.objects.get().state == RelayState.OFFERED


def test_workers_take_no_more_turns_than_there_are(agency):
    taken = []
    at = timezone.now()

    def take():
        for _turn in range(30):
            if turns.take("www.bmkg.go.id", at=at) is None:
                taken.append(1)

    in_threads(*[take] * 4)
    assert len(taken) == turns.PER_MINUTE < 60
    assert len(RequestTurn.objects.get().asked_at) == turns.PER_MINUTE


def test_the_feed_worker_brings_a_warning_to_its_readers_and_says_it_in_cap(
    office, agency, committed_db, client
):
    grant(agency, originates=[], reach=AlertReach.PROVINCE)
    words_of_the_province()
    rule = {"action": RelayAction.PUBLISH, "least_severity": "moderate", "reach": "province"}
    source_at(office, agency=agency, **rule)
    office.publish(message())
    began = time.monotonic()
    with process(committed_db, "manage.py", "feed_worker", "--every", "1"):
        assert wait_until(CapMessage.objects.exists, 60)
        print(f"public {time.monotonic() - began:.1f} s after the worker began")  # noqa: T201
        # A silent host holds up nothing that the worker does besides.
        office.answers[LIST] = lambda handler: handler.server.ended.wait(60)
        due_again()
        assert wait_until(lambda: len(office.asked) == 3, 30)
        assert len(banners(client)) == 1
        EmergencyAnnouncementPage.objects.update(expire_at=timezone.now())
        assert wait_until(lambda: CapMessage.objects.filter(message_type="cancel").exists(), 10)
    assert banners(client) == []


def banners(client):
    return client.get("/_darurat.json", headers={"host": "portal.example.test"}).json()["alerts"]


def test_one_round_of_the_feed_worker_waits_for_what_it_began(office, agency):
    source_at(office, agency=agency)
    office.publish(message())
    call_command("feed_worker", once=True)
    assert RelayedAlert.objects.get().state == RelayState.OFFERED
