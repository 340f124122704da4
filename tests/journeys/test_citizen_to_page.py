"""CITIZEN → SUBDOMAIN → PAGE, over HTTP."""

import pytest

from kip_pages.models import (
    ActivityPage,
    DipEntryPage,
    EmergencyAnnouncementPage,
    InformationPage,
    NewsPage,
)

from ..factories import publish

TYPES = [NewsPage, DipEntryPage, EmergencyAnnouncementPage, ActivityPage, InformationPage]


@pytest.mark.parametrize("model", TYPES)
def test_a_published_page_is_read_on_its_agencys_host_and_listed_there(client, agency, model):
    page = publish(model, agency, title="Judul yang dicari")
    host = {"host": "dinkes.example.test"}
    path = page.url.removeprefix("http://dinkes.example.test")
    for address in (path, page.get_parent().url.removeprefix("http://dinkes.example.test")):
        response = client.get(address, headers=host)
        assert response.status_code == 200
        assert "Judul yang dicari" in response.content.decode()
        assert '<html lang="id"' in response.content.decode()


@pytest.mark.parametrize("model", TYPES)
def test_a_page_is_not_on_another_host(client, agency, other_agency, model):
    page = publish(model, agency)
    path = page.url.removeprefix("http://dinkes.example.test")
    for host in ("dindik.example.test", "portal.example.test", "nowhere.example.test"):
        assert client.get(path, headers={"host": host}).status_code == 404


def test_the_portal_shows_what_agencies_published_and_finds_register_entries(client, agency):
    publish(NewsPage, agency, title="Berita terbaru")
    publish(EmergencyAnnouncementPage, agency, title="Banjir bandang")
    publish(DipEntryPage, agency, title="Rencana strategis")
    client.get("/api/feed/v1/changes", headers={"host": "portal.example.test"})
    page = client.get("/", headers={"host": "portal.example.test"}).content.decode()
    assert "Berita terbaru" in page
    assert "Banjir bandang" in page
    assert "Dinas Dinkes" in page
    found = client.get("/?q=strategis", headers={"host": "portal.example.test"}).content.decode()
    assert "Rencana strategis" in found
