"""CITIZEN → SUBDOMAIN → PAGE, over HTTP."""

import pytest

from kip_pages.models import (
    ActivityPage,
    DipEntryPage,
    EmergencyAnnouncementPage,
    InformationPage,
    NewsPage,
    PpidMenuItem,
)

from ..factories import draft, publish

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


def test_a_citizen_goes_through_the_ppid_menu_to_a_page_or_to_whom_to_ask(client, agency):
    agency.phone = "0254-123456"
    agency.save()
    pledge = PpidMenuItem.objects.get(code="standar-layanan/maklumat")
    page = publish(InformationPage, agency, title="Maklumat Dinkes", menu_item=pledge)
    host = {"host": "dinkes.example.test"}
    menu = client.get("/ppid/", headers=host).content.decode()
    for path in ("/ppid/standar-layanan/maklumat/", "/ppid/standar-layanan/sengketa/"):
        assert f'href="{path}"' in menu
    found = client.get("/ppid/standar-layanan/maklumat/", headers=host, follow=True)
    assert found.request["PATH_INFO"] == page.url.removeprefix("http://dinkes.example.test")
    assert "Maklumat Dinkes" in found.content.decode()
    missing = client.get("/ppid/standar-layanan/sengketa/", headers=host)
    assert missing.status_code == 200
    for told in (
        "Belum dipublikasikan",
        "Ps. 15 ayat (7)",
        "0254-123456",
        "Cara meminta informasi",
    ):
        assert told in missing.content.decode()


def test_the_portal_shows_what_agencies_published_and_finds_register_entries(client, agency):
    publish(NewsPage, agency, title="Berita terbaru")
    publish(EmergencyAnnouncementPage, agency, title="Banjir bandang")
    publish(DipEntryPage, agency, title="Rencana strategis")
    client.get("/api/feed/v1/changes", headers={"host": "portal.example.test"})
    page = client.get("/", headers={"host": "portal.example.test"}).content.decode()
    assert "Berita terbaru" in page
    assert "Banjir bandang" in page
    assert "Dinas Dinkes" in page
    found = client.get("/?q=strategis", headers={"host": "portal.example.test"}, follow=True)
    assert found.redirect_chain == [("/cari/?q=strategis", 301)]
    assert "Rencana <mark>strategis</mark>" in found.content.decode()


def test_a_search_finds_what_an_agency_published_with_either_database(client, agency, other_agency):
    publish(NewsPage, agency, title="Rapat", summary="Tentang anggaran <b>sekolah</b>.")
    publish(DipEntryPage, agency, title="Anggaran kesehatan", period="2025")
    draft(NewsPage, agency, title="Anggaran konsep")
    publish(NewsPage, other_agency, title="Anggaran lain")

    def found(host, **query):
        response = client.get("/cari/", query, headers={"host": f"{host}.example.test"})
        assert response.status_code == 200
        return response

    def titles(response):
        return [result.page.title for result in response.context.get("page_of_items", [])]

    own = found("dinkes", q="anggaran")
    assert titles(own) == ["Anggaran kesehatan", "Rapat"]
    assert "<mark>anggaran</mark>" in own.content.decode()
    assert "<b>" not in own.content.decode()
    assert len(titles(found("portal", q="anggaran"))) == 3
    assert titles(found("portal", q="anggaran", tahun="2025", jenis="dip")) == [
        "Anggaran kesehatan"
    ]
    assert titles(found("portal", q='"anggaran kesehatan"')) == ["Anggaran kesehatan"]
    assert "anggaran kesehatan</a>" in found("portal", q="angaran kesehtan").content.decode()
    for typed in ("", "!!!", '"', "\x00", ":*&|", "🙂", "a" * 9999, "'", "NEAR(a b)", "a AND"):
        assert titles(found("dinkes", q=typed)) == []
