import pytest
from wagtail.models import Site

from .province import agency_named, shared_province


@pytest.fixture(scope="module")
def province(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), shared_province():
        yield


@pytest.fixture
def portal(province, db):
    return Site.objects.get(hostname="portal.example.test")


@pytest.fixture
def agency(province, db):
    return agency_named("dinkes")


@pytest.fixture
def other_agency(province, db):
    return agency_named("dindik")
