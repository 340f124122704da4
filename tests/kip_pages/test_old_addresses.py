"""Addresses of the site that an agency had before lead to where it is now."""

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile

from kip_pages.models import NewsPage
from opd_sites.choices import AgencyRole, ProvinceRole

from ..factories import UserFactory, publish

HOST = {"host": "dinkes.example.test"}
ADMIN = {"host": "portal.example.test"}
LIST = """lama,baru
/index.php?id=12,http://dinkes.example.test/berita/judul-contoh/
/v1/profil/,http://dinkes.example.test/informasi/
/dokumen/Renstra%202024.pdf,http://dinkes.example.test/informasi-publik/
"""


def brought_in(client, agency):
    """Bring in LIST as somebody at the screen does: choose the file, say what its columns are, go."""
    file = SimpleUploadedFile("lama.csv", LIST.encode(), "text/csv")
    asked = client.post("/admin/redirects/import/", {"import_file": file}, headers=ADMIN)
    soup = BeautifulSoup(asked.content, "html.parser")
    form = soup.find("form", action="/admin/redirects/import/process/")
    sent = {
        field["name"]: field.get("value", "") for field in form.find_all("input", type="hidden")
    }
    sent |= {"from_index": "0", "to_index": "1", "site": agency.site.pk, "permanent": "on"}
    return client.post("/admin/redirects/import/process/", sent, headers=ADMIN)


def test_the_province_brings_in_a_list_of_old_addresses(client, agency, other_agency):
    page = publish(NewsPage, agency)
    client.force_login(UserFactory(role=ProvinceRole.PROVINCE_ADMIN))
    assert brought_in(client, agency).status_code in (200, 302)
    client.logout()
    for old, new in (
        ("/index.php?id=12", page.full_url),
        ("/v1/profil/", "http://dinkes.example.test/informasi/"),
        ("/dokumen/Renstra%202024.pdf", "http://dinkes.example.test/informasi-publik/"),
    ):
        response = client.get(old, headers=HOST)
        assert (response.status_code, response.headers.get("Location")) == (301, new)
        elsewhere = client.get(old, headers={"host": "dindik.example.test"})
        assert elsewhere.status_code == 404


@pytest.mark.parametrize("role", [*AgencyRole, ProvinceRole.DUTY_OFFICER])
def test_nobody_else_does(client, agency, role):
    extra = {"role__agency": agency} if role in AgencyRole else {}
    client.force_login(UserFactory(role=role, **extra))
    assert client.get("/admin/redirects/", headers=ADMIN).status_code in (302, 403)


def test_what_is_there_is_not_led_away_from(client, agency):
    page = publish(NewsPage, agency)
    client.force_login(UserFactory(role=ProvinceRole.PROVINCE_ADMIN))
    brought_in(client, agency)
    assert client.get("/informasi/", headers=HOST).status_code == 200
    assert client.get("/berita/judul-contoh/", headers=HOST).status_code == 200
    assert page.live
