"""Links to where an agency was lead to where it is."""

import pytest
from django.utils import timezone

from opd_sites.models import FormerHost
from opd_sites.provisioning import rename, suspend

from ..factories import AgencyFactory

OLD = {"host": "dinkes.example.test"}


@pytest.fixture
def moved(agency):
    rename(agency, hostname="kesehatan.example.test")
    return agency


def test_a_former_host_leads_to_the_same_address_at_the_new_one(client, moved):
    response = client.get("/berita/?hal=2", headers=OLD)
    assert response.status_code == 301
    assert response.headers["Location"] == "http://kesehatan.example.test/berita/?hal=2"
    assert client.get("/berita/", headers={"host": "kesehatan.example.test"}).status_code == 200


def test_it_does_so_after_several_moves_at_once(client, moved):
    rename(moved, hostname="sehat.example.test")
    for host in ("dinkes.example.test", "kesehatan.example.test"):
        response = client.get("/", headers={"host": host})
        assert response.headers["Location"] == "http://sehat.example.test/"


def test_whoever_takes_the_name_has_it_for_itself(client, moved):
    AgencyFactory(code="baru", hostname="dinkes.example.test")
    assert client.get("/", headers=OLD).status_code == 200
    assert not FormerHost.objects.exists()


def test_moving_back_ends_the_way_on(client, moved):
    rename(moved, hostname="dinkes.example.test")
    assert client.get("/", headers=OLD).status_code == 200
    response = client.get("/", headers={"host": "kesehatan.example.test"})
    assert response.headers["Location"] == "http://dinkes.example.test/"


def test_a_suspended_agency_is_not_led_to(client, moved):
    suspend(moved, at=timezone.now())
    assert client.get("/", headers=OLD).status_code == 404
