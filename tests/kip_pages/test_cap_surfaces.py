"""Where machines find what is in force: the indexes, and the messages at their addresses for ever."""

import feedparser
import pytest
from django.utils import timezone

from kip_pages.cap import check_bytes, read
from kip_pages.choices import AlertReach, AlertStatus
from kip_pages.feed import sequencer
from kip_pages.models import CapMessage, EmergencyAnnouncementPage
from opd_sites.provisioning import suspend
from tests.factories import publish

OWN, OTHER, PORTAL = "dinkes.example.test", "dindik.example.test", "portal.example.test"


def announce(agency, **fields):
    fields = {"title": "Banjir & longsor", "areas": ["36.04"]} | fields
    page = publish(EmergencyAnnouncementPage, agency, **fields)
    catch_up()
    return page


def catch_up():
    sequencer.catch_up(pressing_only=False, max_batches=None)


def entries(client, host, path):
    response = client.get(path, headers={"host": host})
    assert response.status_code == 200
    parsed = feedparser.parse(response.content)
    assert not parsed.bozo, parsed.bozo_exception
    return parsed.entries


PATHS = [f"/{feed}.{name}" for feed in ("darurat", "cap/alerts") for name in ("atom", "rss")]


@pytest.mark.parametrize("path", PATHS)
def test_what_is_in_force_is_listed_where_it_is_shown(client, portal, agency, other_agency, path):
    for host in (OWN, OTHER, PORTAL):
        assert entries(client, host, path) == []
    page = announce(agency)
    assert [len(entries(client, host, path)) for host in (OWN, OTHER, PORTAL)] == [1, 0, 1]
    page.reach = AlertReach.PROVINCE
    page.save_revision().publish()
    catch_up()
    (entry,) = entries(client, OTHER, path)
    assert "Banjir & longsor" in entry.title
    page.unpublish()
    for host in (OWN, OTHER, PORTAL):
        assert entries(client, host, path) == []


def test_the_index_leads_to_the_message_as_it_went_out(client, portal, agency):
    announce(agency)
    (entry,) = entries(client, OWN, "/cap/alerts.atom")
    assert entry.link.startswith("http://portal.example.test/cap/")
    path = entry.link.removeprefix("http://portal.example.test")
    response = client.get(path, headers={"host": PORTAL})
    assert response["Content-Type"] == "application/cap+xml"
    assert "immutable" in response["Cache-Control"]
    assert check_bytes(response.content) == []
    assert read(response.content).identifier == entry.id
    assert client.get(path, headers={"host": OTHER}).content == response.content
    again = client.get(path, headers={"host": PORTAL, "if-none-match": response["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("end", ["unpublish", "delete", "suspend"])
def test_a_message_stays_at_its_address_whatever_becomes_of_its_page(client, portal, agency, end):
    page = announce(agency)
    message = CapMessage.objects.get()
    path = f"/cap/{message.uid}.xml"
    before = client.get(path, headers={"host": PORTAL}).content
    if end == "suspend":
        suspend(agency, at=timezone.now())
    else:
        getattr(page, end)()
    catch_up()
    assert client.get(path, headers={"host": PORTAL}).content == before
    cancel = entries(client, PORTAL, "/cap/messages.atom")[0]
    assert cancel.title == "Ditarik: Banjir & longsor"


def test_drills_are_messages_and_never_in_force(client, portal, agency):
    announce(agency, status=AlertStatus.TEST)
    assert entries(client, OWN, "/cap/alerts.atom") == []
    (entry,) = entries(client, OWN, "/cap/messages.rss")
    assert "test" in [tag.term for tag in entry.tags]
