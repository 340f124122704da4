"""Proof that an alert arrived: every host is asked, and who is late is told."""

import datetime
import socket
import time

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from kip_pages.alerts import drilling, receipts
from kip_pages.choices import AlertReach, AlertStatus, MessageType
from kip_pages.feed import sequencer
from kip_pages.models import Channel, EmergencyAnnouncementPage, Receipt
from kip_pages.page_cache import changes, scopes
from kip_pages.page_cache.versions import BELIEVED
from kip_pages.planting import set_up_portal
from tests.factories import AgencyFactory, publish
from tests.live import live_server

NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def hosts(committed_db, settings):
    """A portal and two agencies behind one real server."""
    set_up_portal(hostname="portal.example.test", name="Portal")
    agencies = [AgencyFactory(code="dinkes"), AgencyFactory(code="dindik", is_lead=True)]
    with live_server(committed_db) as port:
        settings.KIP_PAGES = settings.KIP_PAGES | {"ALERT_CHECK_ORIGIN": f"http://127.0.0.1:{port}"}
        yield agencies


def announce(agency, **fields):
    fields = {"title": "Banjir", "areas": ["36.04"], "reach": AlertReach.PROVINCE} | fields
    page = publish(EmergencyAnnouncementPage, agency, **fields)
    sequencer.catch_up(pressing_only=False, max_batches=None)
    time.sleep(BELIEVED)  # another process serves it
    return page


def lines_of(receipt):
    lines = receipt.lines.select_related("agency", "receipt")
    return {(line.agency.code if line.agency else "portal", line.channel): line for line in lines}


@pytest.mark.postgres
def test_every_host_is_asked_in_every_way_and_the_seconds_are_kept(hosts):
    agency, _other = hosts
    page = announce(agency)
    receipt = page.receipts.get()
    places = {(host, way) for host in ("dinkes", "dindik", "portal") for way in Channel.values}
    assert lines_of(receipt).keys() == places
    assert receipts.look(at=timezone.now()) == 0
    for line in lines_of(receipt).values():
        assert 0 <= line.seconds < 60, line
        assert not line.is_late
        assert line.error == ""
    assert receipts.look(at=timezone.now()) == 0


@pytest.mark.postgres
@pytest.mark.parametrize("end", ["cancel", "unpublish", "delete"])
def test_that_it_is_gone_is_proved_as_well(hosts, end):
    agency, _other = hosts
    page = announce(agency)
    receipts.look(at=timezone.now())
    if end == "cancel":
        announce(agency, slug="usai", predecessor=page, message_type=MessageType.CANCEL)
    else:
        getattr(page, end)()
        sequencer.catch_up(pressing_only=False, max_batches=None)
        time.sleep(BELIEVED)
    receipt = Receipt.objects.order_by("pk").last()
    assert receipt.message.message_type == MessageType.CANCEL
    assert len(lines_of(receipt)) == 9
    assert receipts.look(at=timezone.now()) == 0


@pytest.mark.postgres
def test_a_host_that_an_update_leaves_is_asked_only_whether_the_alert_is_gone(hosts):
    agency, _other = hosts
    page = announce(agency)
    left = {"reach": AlertReach.OWN_SITE, "slug": "lanjutan", "predecessor": page}
    announce(agency, message_type=MessageType.UPDATE, **left)
    receipt = Receipt.objects.order_by("pk").last()
    ends_only = {place for place, line in lines_of(receipt).items() if line.ends_only}
    assert {host for host, _way in ends_only} == {"dindik", "portal"}
    assert receipts.look(at=timezone.now()) == 0
    # What was over comes back: the hosts that the update left would show it again.
    receipt.lines.update(seen_at=None)
    EmergencyAnnouncementPage.objects.filter(predecessor=page).update(live=False)
    changes.note(scopes.ALERTS)
    time.sleep(BELIEVED)
    receipts.look(at=timezone.now())
    missing = {place for place, line in lines_of(receipt).items() if not line.seen_at}
    assert ends_only <= missing


@pytest.mark.postgres
def test_a_host_that_does_not_answer_stays_open_and_turns_health_red(hosts, settings, client):
    agency, _other = hosts
    at_work = settings.KIP_PAGES
    settings.KIP_PAGES = at_work | {"ALERT_CHECK_ORIGIN": NOBODY}
    page = announce(agency, reach=AlertReach.OWN_SITE)
    receipt = page.receipts.get()
    missing = receipts.look(at=timezone.now())
    assert missing == len(lines_of(receipt)) == 4
    assert all("ConnectionError" in line.error for line in lines_of(receipt).values())
    assert health(client)["status"] != "red"  # not yet late
    Receipt.objects.update(since=timezone.now() - datetime.timedelta(minutes=2))
    told = health(client)
    assert (told["status"], told["alerts_late"]) == ("red", 1)
    settings.KIP_PAGES = at_work
    assert receipts.look(at=timezone.now()) == 0
    assert all(line.is_late for line in lines_of(receipt).values())  # seen, and too late
    assert health(client)["alerts_late"] == 0


def health(client):
    response = client.get("/api/feed/v1/health", headers={"host": "portal.example.test"})
    return response.json()


@pytest.mark.postgres
def test_the_drill_asks_every_host_and_reaches_no_banner(hosts, client, capsys):
    call_command("drill_alerts", wait=30)
    told = capsys.readouterr().out
    assert "All 6 were seen in time." in told
    state = client.get("/_darurat.json", headers={"host": "dinkes.example.test"}).json()
    assert (state["alerts"], state["html"]) == ([], "")
    assert [drill["title"].split(",")[0] for drill in state["drills"]] == ["Uji jalur peringatan"]
    page = EmergencyAnnouncementPage.objects.get()
    assert page.status == AlertStatus.TEST


@pytest.mark.postgres
def test_a_drill_that_nobody_sees_fails_aloud(hosts, settings):
    settings.KIP_PAGES = settings.KIP_PAGES | {"ALERT_CHECK_ORIGIN": NOBODY}
    with pytest.raises(CommandError, match="6 of 6"):
        call_command("drill_alerts", wait=0)


def test_where_there_is_no_portal_there_is_no_drill(committed_db, settings):
    settings.KIP_PAGES = settings.KIP_PAGES | {"ALERT_DRILL_DAYS": 30}
    assert drilling.drill_if_due(at=timezone.now()) is None
    with pytest.raises(drilling.NoPlaceForDrillsError):
        drilling.drill(at=timezone.now())


def test_nobody_listens_where_nobody_should():
    """The address of the host that does not answer must really be one."""
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", 9)) != 0
