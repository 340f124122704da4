"""What is announced is everywhere, and when it is over it is gone everywhere: events by surfaces."""

import datetime
import re
import time

import feedparser
import pytest
import requests
from django.core import mail
from django.test import Client
from django.utils import timezone

from kip_pages.alerts import messages
from kip_pages.choices import AlertReach, AlertStatus, MessageType
from kip_pages.models import CapMessage, EmergencyAnnouncementPage, MailingDelivery
from kip_pages.planting import set_up_portal
from kip_pages.subscribers import mailing, sending
from opd_sites.provisioning import suspend

from ..factories import ONE_HOUR, AgencyFactory, publish, subscriber
from ..live import HOST, live_server

OWN, OTHER, PORTAL = "dinkes.example.test", "dindik.example.test", "portal.example.test"
SECOND = datetime.timedelta(seconds=1)
TITLE = "Keracunan pangan di Cilegon"


class Reader:
    """Asks every surface, as people and machines do, which announcements are in force there."""

    def __init__(self):
        self.client = Client()

    def get(self, host, path):
        response = self.client.get(path, headers={"host": host})
        assert response.status_code == 200, (host, path, response.status_code)
        return response.content.decode()

    def surfaces(self, page):
        """Yield the name of each surface and the titles that it says are in force."""
        for name, host in (("own", OWN), ("other", OTHER), ("portal", PORTAL)):
            home = self.get(host, "/")
            place = home[home.index('id="darurat"') : home.index("<header")]
            yield f"banner, {name}", re.findall(r'banner__title"><a[^>]*>([^<]*)', place)
            state = self.client.get("/_darurat.json", headers={"host": host}).json()
            yield f"state, {name}", [alert["title"] for alert in state["alerts"]]
            yield f"state's banner, {name}", re.findall(r'title"><a[^>]*>([^<]*)', state["html"])
            for path in ("darurat.atom", "darurat.rss", "cap/alerts.atom", "cap/alerts.rss"):
                entries = feedparser.parse(self.get(host, f"/{path}")).entries
                yield f"{path}, {name}", [e.title.split(": ", 1)[-1] for e in entries]
        portal = self.get(PORTAL, "/")
        yield "list of the portal", re.findall(r"<h3><a[^>]*>([^<]*)</a></h3>", portal)
        for name, host in (("own", OWN), ("portal", PORTAL)):
            section = self.get(host, "/serta-merta/")
            items = re.findall(r"announcement--in-force[^>]*>.*?<a[^>]*>([^<]*)", section, re.S)
            yield f"section, {name}", items
        yield "feed", list(self.in_force_by_the_feed())

    def in_force_by_the_feed(self):
        """Decide as any consumer of the feed must: by what the items themselves say."""
        address = "/api/feed/v1/changes?kind=emergency"
        items = self.client.get(address, headers={"host": PORTAL}).json()["items"]
        said = [item["data"] | {"id": item["id"]} for item in items if item["state"] == "updated"]
        now = timezone.now()
        followed = {one["emergency"]["predecessor"] for one in said}
        for one in said:
            alert = one["emergency"]
            begun = datetime.datetime.fromisoformat(alert["effective"]) <= now
            ended = datetime.datetime.fromisoformat(alert["expires"]) <= now
            ends = alert["message_type"] == "cancel" or one["id"] in followed
            if alert["status"] == "actual" and begun and not ended and not ends:
                yield one["title"]


def everywhere(reader, page, titles):
    """Check that each surface says that exactly ``titles`` are in force."""
    wrong = {name: said for name, said in reader.surfaces(page) if sorted(said) != sorted(titles)}
    assert not wrong


@pytest.fixture
def reader(committed_db):
    set_up_portal(hostname=PORTAL, name="Portal")
    AgencyFactory(code="dindik")
    return Reader()


@pytest.fixture
def agency(reader):
    return AgencyFactory(code="dinkes")


def announce(agency, **fields):
    fields = {"title": TITLE, "areas": ["36.72"], "reach": AlertReach.PROVINCE} | fields
    return publish(EmergencyAnnouncementPage, agency, **fields)


def follow(agency, page, message_type):
    return announce(
        agency,
        title=f"Lanjutan ({message_type})",
        slug=f"lanjutan-{page.pk}",
        predecessor=page,
        message_type=message_type,
    )


def update(agency, page):
    follow(agency, page, MessageType.UPDATE)
    return ["Lanjutan (update)"]


def cancel(agency, page):
    follow(agency, page, MessageType.CANCEL)
    return []


def unpublish(agency, page):
    page.unpublish()
    return []


def delete(agency, page):
    page.delete()
    return []


def expire(agency, page):
    """Set its end two seconds ahead, see it a second before, and look again a second after."""
    page.expires = timezone.now() + 2 * SECOND
    page.save_revision().publish()
    time.sleep(max(0, (page.expires - SECOND - timezone.now()).total_seconds()))
    assert page.is_in_force(at=timezone.now())
    time.sleep(max(0, (page.expires + SECOND - timezone.now()).total_seconds()))
    return []


def take_off(agency, page):
    """Its page is to expire, whatever it says of itself."""
    page.expire_at = timezone.now() + 2 * SECOND
    page.save_revision().publish()
    time.sleep(3)
    return []


EVENTS = [update, cancel, unpublish, delete, expire, take_off]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_it_is_everywhere_and_then_gone_everywhere(reader, agency, event):
    everywhere(reader, None, [])
    page = announce(agency)
    everywhere(reader, page, [TITLE])
    first = CapMessage.objects.get()
    address = f"/cap/{first.uid}.xml"
    before = reader.get(PORTAL, address)
    left = event(agency, page)
    everywhere(reader, page, left)
    assert reader.get(PORTAL, address) == before


# What a subscriber who was told of it is told of its end, by the beginning of the subject. Who cut it
# short to seconds said so in no message of its own, so its end is told once it has come.
FAREWELLS = {
    update: "Lanjutan (update)",
    cancel: "Lanjutan (cancel)",
    unpublish: f"Ditarik: {TITLE}",
    delete: f"Ditarik: {TITLE}",
    expire: f"Ditarik: {TITLE}",
    take_off: f"Ditarik: {TITLE}",
}


def test_the_table_of_farewells_names_every_event():
    assert set(FAREWELLS) == set(EVENTS)


def mailed():
    """Make the workers' rounds, and return the subjects of what was sent."""
    mail.outbox.clear()
    messages.settle(at=timezone.now())
    sending.send_due()
    return [message.subject for message in mail.outbox]


def test_who_was_mailed_of_it_is_mailed_of_its_end(reader, agency):
    subscriber(regencies=["36.72"])
    for event, farewell in FAREWELLS.items():
        page = announce(agency)
        assert [TITLE in subject for subject in mailed()] == [True], event
        event(agency, page)
        assert [farewell in subject for subject in mailed()] == [True], event
        assert mailed() == [], event


def test_what_waits_to_be_mailed_is_not_sent_when_it_is_over(reader, agency):
    """The mail server was away, or the worker late: nobody is warned of what has passed."""
    subscriber(regencies=["36.72"])
    for event, farewell in FAREWELLS.items():
        page = announce(agency)
        mailing.prepare(at=timezone.now())
        assert MailingDelivery.objects.waiting().count() == 1
        event(agency, page)
        assert [farewell in subject for subject in mailed()] == [True], event


def test_what_ran_out_as_it_had_said_is_mailed_no_more_and_needs_no_farewell(reader, agency):
    subscriber(regencies=["36.72"])
    announce(agency, expires=timezone.now() + 4 * SECOND)
    mailing.prepare(at=timezone.now())
    assert MailingDelivery.objects.waiting().count() == 1
    time.sleep(5)
    assert mailed() == []
    assert not MailingDelivery.objects.waiting().exists()


def test_what_a_suspended_agency_announced_is_gone_from_every_other_host(reader, agency):
    announce(agency)
    suspend(agency, at=timezone.now())
    home = reader.get(OTHER, "/")
    assert TITLE not in home
    for host in (OTHER, PORTAL):
        for path in ("/_darurat.json", "/darurat.atom", "/cap/alerts.atom", "/"):
            assert TITLE not in reader.get(host, path), (host, path)
    assert list(reader.in_force_by_the_feed()) == []


@pytest.mark.parametrize("status", [AlertStatus.TEST, AlertStatus.EXERCISE])
def test_a_drill_is_in_force_nowhere(reader, agency, status):
    page = announce(agency, status=status)
    everywhere(reader, page, [])


def test_it_begins_everywhere_at_its_moment(reader, agency):
    page = announce(agency, effective=timezone.now() + 12 * SECOND)
    everywhere(reader, page, [])
    assert timezone.now() < page.effective
    time.sleep(max(0, (page.effective + SECOND - timezone.now()).total_seconds()))
    everywhere(reader, page, [TITLE])


@pytest.mark.postgres
def test_a_restarted_server_says_what_the_one_before_it_said(committed_db):
    set_up_portal(hostname="portal.example.test", name="Portal")
    agency = AgencyFactory(code="dinkes", hostname=HOST)

    def titles():
        with live_server(committed_db) as port:
            root = f"http://{HOST}:{port}"
            state = requests.get(f"{root}/_darurat.json", timeout=30)
            home = requests.get(root, timeout=30).text
            said = [alert["title"] for alert in state.json()["alerts"]]
            assert (TITLE in home) is (TITLE in said)
            return said

    page = announce(agency, expires=timezone.now() + ONE_HOUR)
    assert titles() == [TITLE]
    assert titles() == [TITLE]
    follow(agency, page, MessageType.CANCEL)
    assert titles() == []
