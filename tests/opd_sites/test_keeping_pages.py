"""An agency's site is closed, never deleted by way of its pages."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from opd_sites.choices import ProvinceRole
from opd_sites.models import Agency

from ..factories import UserFactory

PORTAL = {"host": "portal.example.test"}


@pytest.fixture
def administrator(client, agency):
    client.force_login(UserFactory(role=ProvinceRole.PROVINCE_ADMIN))
    return client


@pytest.mark.parametrize("which", ["root page", "home page"])
def test_deleting_the_pages_of_a_site_is_refused_with_the_reason(administrator, agency, which):
    page = agency.root_page if which == "root page" else agency.site.root_page
    for address in (
        reverse("wagtailadmin_pages:delete", args=[page.pk]),
        reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"]) + f"?id={page.pk}",
    ):
        response = administrator.post(address, headers=PORTAL)
        parent = page.get_parent().pk
        assert response.url == reverse("wagtailadmin_explore", args=[parent])
        *_earlier, message = get_messages(response.wsgi_request)
        assert agency.name in str(message)
    assert Agency.objects.get(code="dinkes").site.root_page.live
