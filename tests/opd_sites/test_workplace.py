"""The admin says on every screen whose site this is, and offers nothing that it would refuse."""

import json

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from kip_pages.models import NewsPage
from opd_sites.choices import AgencyRole, ProvinceRole
from opd_sites.models import portal_site
from opd_sites.role_sync import role_group
from opd_sites.roles import role_word
from opd_sites.workplace import workplace_of

from ..factories import AgencyFactory, UserFactory, draft
from .test_roles import HOST, ROLES, member


def line_on(response):
    return BeautifulSoup(response.content, "html.parser").select_one(".opd-workplace")


@pytest.mark.parametrize("role", ROLES)
def test_every_screen_says_where_one_works_and_as_what(client, agency, other_agency, role):
    client.force_login(member(role, agency))
    page = draft(NewsPage, agency)
    name = agency.name if role in AgencyRole else portal_site().site_name
    screens = [reverse("wagtailadmin_home"), reverse("wagtailadmin_account")]
    if role != ProvinceRole.DUTY_OFFICER:
        screens.append(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    for path in screens:
        response = client.get(path, headers=HOST)
        assert line_on(response).select_one("strong").get_text() == name, path
        assert role_word(role) in line_on(response).get_text()
        assert f"- {name}</title>" in response.content.decode()
        assert other_agency.name not in response.content.decode() or name == portal_site().site_name


def test_the_agencys_own_name_is_said_on_whatever_host_one_logged_in(client, agency, other_agency):
    client.force_login(member(AgencyRole.EDITOR, agency))
    response = client.get(reverse("wagtailadmin_home"), headers={"host": "dindik.example.test"})
    assert agency.name in line_on(response).get_text()
    assert other_agency.name not in response.content.decode()


def test_whoever_is_not_logged_in_is_told_no_name(client, agency):
    response = client.get(reverse("wagtailadmin_login"), headers=HOST)
    assert response.status_code == 200
    assert line_on(response) is None


def test_who_works_for_several_agencies_reads_two_names_and_how_many_more(agency):
    user = member(AgencyRole.EDITOR, agency)
    others = [AgencyFactory(code=f"opd-{number}", name=f"Badan {number}") for number in range(3)]
    for other in others[:1]:
        user.groups.add(role_group(AgencyRole.PUBLISHER, other))
    assert workplace_of(user).name == f"Badan 0, {agency.name}"
    for other in others:
        user.groups.add(role_group(AgencyRole.EDITOR, other))
    assert workplace_of(user).name == "Badan 0, Badan 1, +2"


def test_a_superuser_without_a_role_works_for_the_province(portal):
    assert workplace_of(UserFactory(is_superuser=True)).name == portal_site().site_name


def test_the_line_costs_one_query(agency, django_assert_num_queries):
    user = member(AgencyRole.EDITOR, agency)
    with django_assert_num_queries(1):
        assert workplace_of(user).name == agency.name


# --- the menu --------------------------------------------------------------------------------


def offered(client, user):
    """Return the addresses in the whole menu of ``user``, as the browser gets them."""
    client.force_login(user)
    home = client.get(reverse("wagtailadmin_home"), headers=HOST)
    props = BeautifulSoup(home.content, "html.parser").select_one("#wagtail-sidebar-props")
    return set(_addresses(json.loads(props.get_text())))


def _addresses(packed):
    if isinstance(packed, list):
        return [address for part in packed for address in _addresses(part)]
    if not isinstance(packed, dict):
        return []
    own = [packed["url"]] if "url" in packed and "icon_name" in packed else []
    return own + _addresses(list(packed.values()))


@pytest.mark.parametrize("role", ROLES)
def test_whatever_the_menu_offers_can_be_used(client, agency, other_agency, role):
    addresses = offered(client, member(role, agency))
    assert reverse("opd_desk:waiting") in addresses
    log_out = reverse("wagtailadmin_logout")
    refused = {}
    for address in addresses - {log_out}:
        if address.startswith("/"):
            response = client.get(address, headers=HOST, follow=True)
            came_to = response.redirect_chain[-1][0] if response.redirect_chain else address
            if response.status_code != 200 or came_to == reverse("wagtailadmin_home"):
                refused[address] = (response.status_code, came_to)
    assert refused == {}


#   who meets what that is not everybody's
MENU = {
    "colleagues:index": {AgencyRole.AGENCY_ADMIN, ProvinceRole.PROVINCE_ADMIN},
    "agencies:index": {ProvinceRole.PROVINCE_ADMIN},
    "wagtailimages:index": {*AgencyRole, ProvinceRole.PROVINCE_ADMIN},
    "wagtaildocs:index": {*AgencyRole, ProvinceRole.PROVINCE_ADMIN},
    "opd_desk:reviewed_kinds": {ProvinceRole.PROVINCE_ADMIN},
    "wagtailsites:index": {ProvinceRole.PROVINCE_ADMIN},
    "wagtailadmin_collections:index": {ProvinceRole.PROVINCE_ADMIN},
    "wagtaillocales:index": set(),
    "wagtailusers_users:index": set(),
    "wagtailusers_groups:index": set(),
}


@pytest.mark.parametrize("name", MENU)
@pytest.mark.parametrize("role", ROLES)
def test_the_menu_shows_a_role_its_own_things(client, agency, role, name):
    assert (reverse(name) in offered(client, member(role, agency))) is (role in MENU[name])
