"""An agency comes into being whole, or not at all."""

from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from wagtail import hooks
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page, Site

from kip_pages.models import AgencyHomePage, AgencyRootPage, InformationPage
from kip_pages.planting import SECTIONS, STARTING_PAGES, plant_agency_pages
from opd_sites.choices import AgencyRole, AgencyStatus
from opd_sites.models import Agency, RoleGroup
from opd_sites.provisioning import (
    PLANT_HOOK,
    HostnameTakenError,
    NoPagesPlantedError,
    provision,
    rename,
    suspend,
)
from opd_sites.role_sync import model_permissions, role_group, shared_collections
from opd_sites.roles import COLLECTION_PERMISSIONS, PAGE_PERMISSIONS, SHARED_COLLECTION_PERMISSIONS

from ..factories import AgencyFactory
from .whole_database import whole_database

pytestmark = pytest.mark.django_db

DINKES = {
    "code": "dinkes",
    "name": "Dinas Kesehatan",
    "short_name": "Dinkes",
    "kind": "dinas",
    "hostname": "dinkes.example.test",
    "port": 8000,
}


# --- what there is afterwards ----------------------------------------------------------------


def test_an_agency_has_its_pages_its_site_and_its_collection():
    agency = provision(**DINKES)
    agency.refresh_from_db()
    assert agency.status == AgencyStatus.ACTIVE
    assert isinstance(agency.root_page.specific, AgencyRootPage)
    assert agency.root_page.get_parent() == Page.get_first_root_node()
    home = AgencyHomePage.objects.child_of(agency.root_page).get()
    site = agency.site
    assert (site.hostname, site.port) == ("dinkes.example.test", 8000)
    assert (site.site_name, site.root_page_id) == ("Dinkes", home.pk)
    assert not site.is_default_site
    assert agency.url == "http://dinkes.example.test:8000"
    assert agency.collection.name == "Dinas Kesehatan"
    assert agency.collection.get_parent() == Collection.get_first_root_node()


def test_the_home_page_has_every_section_live_and_in_the_menu():
    home = provision(**DINKES).site.root_page
    sections = [section.specific for section in home.get_children().in_menu().live()]
    assert [(type(s), s.slug) for s in sections] == [(model, slug) for model, slug, _ in SECTIONS]


def test_the_starting_pages_are_drafts_with_the_headings_of_the_law():
    agency = provision(**DINKES)
    drafts = InformationPage.objects.descendant_of(agency.root_page).order_by("path")
    assert [page.slug for page in drafts] == [slug for slug, *_ in STARTING_PAGES]
    for page, (_slug, _title, topic, headings) in zip(drafts, STARTING_PAGES, strict=True):
        assert not page.live
        assert page.topic == topic
        shown = page.get_latest_revision_as_object().body
        assert [block.block_type for block in shown] == ["heading"] * len(headings)
        assert all(block.value for block in shown)


@pytest.mark.parametrize("role", AgencyRole)
def test_the_group_of_a_role_holds_what_the_table_says_and_nothing_more(role):
    agency = provision(**DINKES)
    group = role_group(role, agency)
    on_pages = GroupPagePermission.objects.filter(group=group)
    assert set(on_pages.values_list("page", "permission__codename")) == {
        (agency.root_page.pk, codename) for codename in PAGE_PERMISSIONS[role]
    }
    on_files = GroupCollectionPermission.objects.filter(group=group)
    assert set(on_files.values_list("collection", "permission__codename")) == {
        *((agency.collection.pk, codename) for codename in COLLECTION_PERMISSIONS[role]),
        *(
            (shared.pk, codename)
            for shared in shared_collections()
            for codename in SHARED_COLLECTION_PERMISSIONS[role]
        ),
    }
    assert {
        f"{permission.content_type.app_label}.{permission.codename}"
        for permission in group.permissions.select_related("content_type")
    } == model_permissions(role)


def test_two_agencies_share_nothing():
    ours, theirs = AgencyFactory(), AgencyFactory()
    assert ours.root_page != theirs.root_page
    assert ours.collection != theirs.collection
    assert ours.site != theirs.site
    groups = RoleGroup.objects.values_list("group", flat=True)
    assert len(set(groups)) == len(groups) == 2 * len(AgencyRole)


# --- again, and completing -------------------------------------------------------------------


def test_a_second_run_changes_no_row_of_any_table():
    provision(**DINKES)
    before = whole_database()
    agency = provision(**DINKES)
    assert whole_database() == before
    assert agency == Agency.objects.get(code="dinkes")


def test_what_is_not_given_keeps_its_value():
    provision(**DINKES, phone="0254-1", accent_colour="#0b5d1e")
    agency = provision(**DINKES | {"name": "Dinas Kesehatan dan KB"})
    agency.refresh_from_db()
    assert (agency.phone, agency.accent_colour) == ("0254-1", "#0b5d1e")


def test_provisioning_a_suspended_agency_does_not_wake_it(db):
    agency = provision(**DINKES)
    suspend(agency, at=agency.status_changed_at)
    assert provision(**DINKES).status == AgencyStatus.SUSPENDED


def test_a_lost_group_is_made_again():
    agency = provision(**DINKES)
    role_group(AgencyRole.EDITOR, agency).delete()
    provision(**DINKES)
    assert role_group(AgencyRole.EDITOR, agency).page_permissions.count() == 2


# --- renaming --------------------------------------------------------------------------------


def test_renaming_carries_collection_and_site_and_leaves_the_key():
    agency = provision(**DINKES)
    rename(
        agency,
        name="Dinas Kesehatan Provinsi",
        short_name="Dinkesprov",
        hostname="Kesehatan.example.test",
        port=443,
    )
    agency = Agency.objects.get(code="dinkes")
    assert agency.name == agency.collection.name == "Dinas Kesehatan Provinsi"
    assert agency.site.site_name == "Dinkesprov"
    assert agency.url == "https://kesehatan.example.test"
    assert agency.root_page.slug == "dinkes"


def test_renaming_without_an_address_keeps_it():
    agency = provision(**DINKES)
    rename(agency, name="Nama Baru")
    site = Site.objects.get(agency__code="dinkes")
    assert (site.hostname, site.port) == ("dinkes.example.test", 8000)


def test_renaming_to_a_taken_hostname_changes_nothing():
    agency = provision(**DINKES)
    AgencyFactory(code="dindik", hostname="dindik.example.test", port=8000)
    before = whole_database()
    with pytest.raises(HostnameTakenError, match=r"DINDIK\.example\.test:8000"):
        rename(agency, hostname="DINDIK.example.test", name="Nama Baru")
    assert whole_database() == before


def test_the_same_hostname_on_another_port_is_free():
    provision(**DINKES)
    other = AgencyFactory(code="dindik", hostname="dinkes.example.test", port=8001)
    assert other.url == "http://dinkes.example.test:8001"


# --- failures leave nothing ------------------------------------------------------------------


def plant_and_fail(parent, agency):
    plant_agency_pages(parent, agency)
    raise ConnectionError("the disk is full")


def refused_nothing_left(error, **changes):
    before = whole_database()
    with pytest.raises(error):
        provision(**DINKES | changes)
    assert whole_database() == before


def test_a_failure_half_way_leaves_nothing():
    with hooks.register_temporarily(PLANT_HOOK, plant_and_fail, order=-1):
        refused_nothing_left(ConnectionError)


def test_a_taken_hostname_leaves_nothing():
    AgencyFactory(code="dindik", hostname="dinkes.example.test", port=8000)
    refused_nothing_left(HostnameTakenError)


def test_a_taken_hostname_is_taken_in_any_case():
    AgencyFactory(code="dindik", hostname="dinkes.example.test", port=8000)
    refused_nothing_left(HostnameTakenError, hostname="DinKes.Example.Test")


def test_without_an_app_that_plants_pages_there_is_no_agency(monkeypatch):
    monkeypatch.setitem(hooks._hooks, PLANT_HOOK, [])
    refused_nothing_left(NoPagesPlantedError)


def test_a_hook_that_does_not_answer_is_passed_over():
    asked = []
    with hooks.register_temporarily(PLANT_HOOK, lambda *args: asked.append(args), order=-1):
        agency = provision(**DINKES)
    assert len(asked) == 1
    assert agency.site.root_page.specific_class is AgencyHomePage


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "Dinas Kesehatan"),
        ("code", "dinkes-"),
        ("code", ""),
        ("name", ""),
        ("short_name", "x" * 61),
        ("kind", "kantor"),
        ("accent_colour", "#ffff00"),
        ("email", "bukan alamat"),
    ],
    ids=str,
)
def test_a_value_the_model_refuses_leaves_nothing(field, value):
    before = whole_database()
    with pytest.raises(ValidationError) as refusal:
        provision(**DINKES | {field: value})
    assert list(refusal.value.message_dict) == [field]
    assert whole_database() == before


def test_what_no_browser_could_ask_for_is_refused_as_hostname():
    refused_nothing_left(ValidationError, hostname="https://dinkes.example.test/")
    agency = provision(**DINKES)
    refused_nothing_left(ValidationError, hostname="dinkes.example.test:8000")
    agency.refresh_from_db()
    assert agency.url == "http://dinkes.example.test:8000"


@pytest.mark.parametrize("field", ["status", "site", "slug"])
def test_what_has_a_verb_of_its_own_is_no_description(field):
    before = whole_database()
    with pytest.raises(TypeError, match=field):
        provision(**DINKES, **{field: "x"})
    assert whole_database() == before


def test_there_is_one_lead_agency():
    AgencyFactory(is_lead=True)
    before = whole_database()
    with pytest.raises(ValidationError):
        AgencyFactory(is_lead=True)
    assert whole_database() == before


# --- the command -----------------------------------------------------------------------------


def provision_agency(*options, **changes):
    out = StringIO()
    values = {"name": "Dinas Kesehatan", "short_name": "Dinkes", "kind": "dinas"}
    values |= {"hostname": "dinkes.example.test"} | changes
    call_command("provision_agency", "dinkes", *options, stdout=out, **values)
    return out.getvalue()


def test_the_command_provisions_and_says_where():
    assert provision_agency("--port=8000") == "dinkes: http://dinkes.example.test:8000\n"
    provision_agency("--port=8000", "--lead", phone="112")
    agency = Agency.objects.get()
    assert (agency.is_lead, agency.phone) == (True, "112")


def test_the_command_refuses_in_one_line():
    AgencyFactory(code="dindik", hostname="dinkes.example.test")
    with pytest.raises(CommandError, match=r"dinkes\.example\.test:80"):
        provision_agency()
    with pytest.raises(CommandError, match="#0b5d8a"):
        provision_agency(hostname="lain.example.test", accent_colour="blue")
