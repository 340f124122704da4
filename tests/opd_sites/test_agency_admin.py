"""Province administrators provision, describe and suspend agencies with forms."""

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.test.utils.form_data import querydict_from_html

from kip_pages.models import AgencyHomePage
from opd_sites.choices import AgencyRole, AgencyStatus, ProvinceRole
from opd_sites.models import Agency
from opd_sites.provisioning import close, suspend
from opd_sites.role_sync import role_group

from ..factories import AgencyFactory, UserFactory
from .whole_database import whole_database

HOST = {"host": "portal.example.test"}
INDEX = "/admin/agencies/"
COLUMNS = ["name", "short_name", "code", "kind", "status", "site"]
NEW = {
    "name": "Dinas Sosial",
    "short_name": "Dinsos",
    "code": "dinsos",
    "kind": "dinas",
    "hostname": "dinsos.example.test",
    "port": "443",
    "address": "Jl. Contoh 1",
    "phone": "0254-1",
    "email": "dinsos@example.test",
    "office_hours": "Senin 08.00",
    "logo": "",
    "accent_colour": "#0b5d8a",
}


@pytest.fixture
def admin(client, portal):
    """A client of somebody who administers the province."""
    client.force_login(UserFactory(role=ProvinceRole.PROVINCE_ADMIN))
    return client


def edit(agency):
    return reverse("agencies:edit", args=[agency.pk])


def shown_form(client, path):
    """Return what the form of a page would post if nobody typed anything."""
    response = client.get(path, headers=HOST)
    assert response.status_code == 200
    return form_of(response)


def form_of(response):
    soup = BeautifulSoup(response.content, "html.parser")
    form = soup.select_one("main form[method=POST i]")
    for ticked in form.select("input[type=checkbox][checked]:not([value])"):
        ticked["value"] = "on"
    for area in form.select("textarea"):
        # As a browser does with the line break after the opening tag.
        area.string = area.get_text().removeprefix("\n")
    form["id"] = "the-form"
    return querydict_from_html(str(form), form_id="the-form").dict()


def post(client, path, data):
    return client.post(path, data, headers=HOST)


def listed(client, **query):
    response = client.get(INDEX, query, headers=HOST)
    assert response.status_code == 200
    return [agency.code for agency in response.context["object_list"]]


# --- the list --------------------------------------------------------------------------------


def test_agencies_are_listed_by_name(admin):
    assert listed(admin) == ["dindik", "dinkes"]


def test_the_list_says_what_an_agency_is_and_where(admin):
    agency = Agency.objects.get(code="dinkes")
    table = BeautifulSoup(admin.get(INDEX, headers=HOST).content, "html.parser").select("table")[-1]
    columns = [heading.get_text(strip=True).lower() for heading in table.select("thead th")]
    told = [str(Agency._meta.get_field(name).verbose_name).lower() for name in COLUMNS]
    assert columns == told
    text = table.get_text(" ", strip=True)
    for fact in (agency.name, agency.short_name, agency.code, agency.url):
        assert fact in text
    for choice in (agency.get_kind_display(), agency.get_status_display()):
        assert choice in text


@pytest.mark.parametrize("column", ["name", "kind", "status"])
def test_the_list_is_sorted_by_a_column(admin, column):
    AgencyFactory(code="bappeda", kind="badan")
    there, back = listed(admin, ordering=column), listed(admin, ordering=f"-{column}")
    values = dict(Agency.objects.values_list("code", column))
    assert [values[code] for code in there] == sorted(values.values())
    assert [values[code] for code in back] == sorted(values.values(), reverse=True)


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("Dinkes", ["dinkes"]),
        ("dinas", ["dindik", "dinkes"]),
        ("DINDIK", ["dindik"]),
        ("dink", ["dinkes"]),
        ("kesehatan", []),
    ],
)
def test_agencies_are_searched_by_name_and_code(admin, words, codes):
    assert sorted(listed(admin, q=words)) == codes


def test_agencies_are_filtered_by_kind_and_status(admin, agency, other_agency):
    AgencyFactory(code="bappeda", kind="badan")
    suspend(agency, at=agency.status_changed_at)
    assert listed(admin, kind="badan") == ["bappeda"]
    assert listed(admin, status="suspended") == ["dinkes"]
    assert listed(admin, status="active", kind="dinas") == ["dindik"]


def test_the_list_costs_the_same_whatever_its_length(admin):
    listed(admin)  # what Wagtail asks only once
    with CaptureQueriesContext(connection) as of_two:
        listed(admin)
    AgencyFactory()
    listed(admin)  # whose the host is is asked anew after that
    with CaptureQueriesContext(connection) as of_three:
        listed(admin)
    assert len(of_three) == len(of_two)


# --- creating --------------------------------------------------------------------------------


def test_the_empty_form_asks_for_everything_but_the_status(admin):
    shown = shown_form(admin, reverse("agencies:add"))
    assert NEW.keys() <= shown.keys()
    assert "status" not in shown
    assert shown["port"] == "443"
    assert shown["accent_colour"] == "#0b5d8a"


def test_the_form_provisions_an_agency_whole(admin):
    response = post(admin, reverse("agencies:add"), NEW)
    assert (response.status_code, response["location"]) == (302, INDEX)
    agency = Agency.objects.get(code="dinsos")
    assert agency.url == "https://dinsos.example.test"
    assert {name: getattr(agency, name) for name in ("name", "phone", "office_hours", "email")} == {
        name: NEW[name] for name in ("name", "phone", "office_hours", "email")
    }
    assert agency.site.root_page.specific_class is AgencyHomePage
    assert agency.collection.name == "Dinas Sosial"
    assert role_group(AgencyRole.EDITOR, agency).page_permissions.count() == 2
    home = admin.get("/", headers={"host": "dinsos.example.test"})
    assert home.status_code == 200


BAD = [
    ("code", "dinkes"),
    ("code", "Dinas Sosial"),
    ("code", ""),
    ("name", ""),
    ("kind", "kantor"),
    ("hostname", ""),
    ("hostname", "https://dinsos.example.test/"),
    ("port", "0"),
    ("port", "65536"),
    ("email", "bukan alamat"),
    ("accent_colour", "#ffff00"),
    ("accent_colour", "biru"),
]


@pytest.mark.parametrize(("field", "typed"), BAD)
def test_a_bad_value_is_refused_at_its_field_and_everything_typed_is_kept(admin, field, typed):
    before = whole_database()
    response = post(admin, reverse("agencies:add"), NEW | {field: typed})
    assert response.status_code == 200
    form = response.context["form"]
    assert list(form.errors) == [field]
    # The error must be on the page, not only in the form.
    assert form.errors[field][0] in BeautifulSoup(response.content, "html.parser").get_text()
    kept = form_of(response)
    expected = NEW | {field: typed}
    if field == "kind":  # no <select> can show what is none of its options
        expected["kind"] = ""
    assert {name: kept[name] for name in NEW} == expected
    assert whole_database() == before


def test_a_taken_address_is_refused_at_the_hostname_in_any_case(admin):
    taken = NEW | {"hostname": "DINKES.example.test", "port": "80"}
    response = post(admin, reverse("agencies:add"), taken)
    assert list(response.context["form"].errors) == ["hostname"]
    assert not Agency.objects.filter(code="dinsos").exists()


# --- editing ---------------------------------------------------------------------------------


def test_saving_the_form_as_it_is_shown_changes_no_fact(admin, agency):
    before = Agency.objects.filter(pk=agency.pk).values().get()
    shown = shown_form(admin, edit(agency))
    assert (shown["hostname"], shown["port"]) == ("dinkes.example.test", "80")
    response = post(admin, edit(agency), shown)
    assert (response.status_code, response["location"]) == (302, INDEX)
    assert Agency.objects.filter(pk=agency.pk).values().get() == before


def test_the_code_is_shown_and_cannot_be_changed(admin, agency):
    response = admin.get(edit(agency), headers=HOST)
    field = BeautifulSoup(response.content, "html.parser").select_one("input[name=code]")
    assert field["value"] == "dinkes"
    assert field.has_attr("disabled")
    shown = shown_form(admin, edit(agency))
    assert post(admin, edit(agency), shown | {"code": "lain"}).status_code == 302
    assert Agency.objects.get(pk=agency.pk).code == "dinkes"
    # As a browser does it: a disabled field is not sent at all.
    del shown["code"]
    assert post(admin, edit(agency), shown | {"phone": "112"}).status_code == 302
    assert Agency.objects.get(pk=agency.pk).phone == "112"
    assert Agency.objects.count() == 2


def test_a_new_name_and_address_reach_all_that_carries_them(admin, agency):
    shown = shown_form(admin, edit(agency))
    changed = {"name": "Dinas Kesehatan", "hostname": "kesehatan.example.test", "port": "443"}
    post(admin, edit(agency), shown | changed)
    agency = Agency.objects.get(pk=agency.pk)
    assert agency.name == agency.collection.name == "Dinas Kesehatan"
    assert agency.url == "https://kesehatan.example.test"
    assert admin.get("/", headers={"host": "kesehatan.example.test"}).status_code == 200
    former = admin.get("/", headers={"host": "dinkes.example.test"})
    assert former.headers["Location"] == "https://kesehatan.example.test/"


def test_an_address_of_another_agency_is_refused_and_nothing_changes(admin, agency):
    shown = shown_form(admin, edit(agency)) | {"hostname": "dindik.example.test", "name": "Lain"}
    before = whole_database()
    response = post(admin, edit(agency), shown)
    assert list(response.context["form"].errors) == ["hostname"]
    assert response.context["form"]["name"].value() == "Lain"
    assert whole_database() == before


@pytest.mark.parametrize("status", AgencyStatus)
def test_the_form_suspends_closes_and_resumes(admin, agency, status):
    close(agency, at=agency.status_changed_at)
    post(admin, edit(agency), shown_form(admin, edit(agency)) | {"status": status})
    assert Agency.objects.get(pk=agency.pk).status == status
    expected = 200 if status == AgencyStatus.ACTIVE else 404
    assert admin.get("/", headers={"host": "dinkes.example.test"}).status_code == expected


def test_a_logo_is_chosen_and_taken_away_again(admin, agency):
    logo = get_image_model().objects.create(
        title="Lambang", file=get_test_image_file(), collection=agency.collection
    )
    post(admin, edit(agency), shown_form(admin, edit(agency)) | {"logo": logo.pk})
    assert Agency.objects.get(pk=agency.pk).logo == logo
    shown = shown_form(admin, edit(agency))
    assert shown["logo"] == str(logo.pk)
    post(admin, edit(agency), shown | {"logo": ""})
    assert Agency.objects.get(pk=agency.pk).logo is None


def test_the_lead_is_one_and_a_second_is_refused_with_a_reason(admin, agency, other_agency):
    post(admin, edit(agency), shown_form(admin, edit(agency)) | {"is_lead": "on"})
    assert Agency.objects.get(is_lead=True) == agency
    response = post(
        admin, edit(other_agency), shown_form(admin, edit(other_agency)) | {"is_lead": "on"}
    )
    assert response.status_code == 200
    assert response.context["form"].non_field_errors()
    assert Agency.objects.get(is_lead=True) == agency
    shown = shown_form(admin, edit(agency))
    assert shown["is_lead"] == "on"
    del shown["is_lead"]
    post(admin, edit(agency), shown)
    assert not Agency.objects.filter(is_lead=True).exists()


# --- walls -----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [*AgencyRole, ProvinceRole.DUTY_OFFICER])
def test_nobody_else_reaches_any_of_it(client, agency, role):
    scope = {"role__agency": agency} if role in AgencyRole.values else {}
    client.force_login(UserFactory(role=role, **scope))
    before = whole_database()
    for path in (INDEX, reverse("agencies:add"), edit(agency)):
        for response in (client.get(path, headers=HOST), post(client, path, NEW)):
            assert (response.status_code, response["location"]) == (302, "/admin/")
    after = whole_database()
    for told in ("sessions.Session", "auth.User"):
        before.pop(told), after.pop(told)
    assert after == before


def test_agencies_are_suspended_or_closed_and_never_deleted(admin, agency):
    response = admin.get(reverse("agencies:delete", args=[agency.pk]), headers=HOST)
    assert (response.status_code, response["location"]) == (302, "/admin/")
    response = post(admin, reverse("agencies:delete", args=[agency.pk]), {})
    assert (response.status_code, response["location"]) == (302, "/admin/")
    assert Agency.objects.filter(pk=agency.pk).exists()
