"""Information officers keep the list of what is exempt; nobody else learns that an item exists."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.test.client import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry
from wagtail.permissions import policy_registry

from kip_pages.choices import ExemptionState
from kip_pages.exempt import deciding, reminding
from kip_pages.models import DipEntryPage, DipIndexPage, ExemptItem
from kip_pages.viewsets.exempt_panel import ExpiringExemptionsPanel
from opd_sites.choices import AgencyRole, ProvinceRole

from ..factories import UserFactory, exempt_item

HOST = {"host": "dinkes.example.test"}
TODAY = timezone.localdate()
YESTERDAY = TODAY - datetime.timedelta(days=1)
ROLES = [*AgencyRole, *ProvinceRole]
MARKER = "Xqzrahasiax"

#   role                        keeps own list  keeps other's
KEEPS = [
    (AgencyRole.EDITOR, False, False),
    (AgencyRole.PUBLISHER, True, False),
    (AgencyRole.AGENCY_ADMIN, True, False),
    (ProvinceRole.PROVINCE_ADMIN, True, True),
    (ProvinceRole.DUTY_OFFICER, False, False),
]


def member(role, agency):
    place = {"role__agency": agency} if role in AgencyRole.values else {}
    return UserFactory(role=role, **place)


def url(name, *args):
    return reverse(f"exempt_items:{name}", args=args)


def get(client, name, *args):
    return client.get(url(name, *args), headers=HOST)


def press(client, name, *args, **data):
    return client.post(url(name, *args), data, headers=HOST)


def main_of(response):
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser").select_one("main")


@pytest.fixture
def officer(client, agency):
    client.force_login(member(AgencyRole.PUBLISHER, agency))
    return client


# --- who -------------------------------------------------------------------------------------


def test_the_table_names_every_role():
    assert [row[0] for row in KEEPS] == ROLES


@pytest.mark.parametrize(("role", "own", "other"), KEEPS)
def test_who_keeps_the_list(client, agency, other_agency, role, own, other):
    client.force_login(member(role, agency))
    for owner, keeps in ((agency, own), (other_agency, other)):
        item = exempt_item(owner, document=MARKER, expires_on=YESTERDAY)
        for name in ("inspect", "edit", "history", "open", "withdraw"):
            response = get(client, name, item.pk)
            assert (response.status_code == 200) is keeps, (owner, name)
            if not keeps:
                assert response.status_code in (302, 404)
                assert MARKER not in response.content.decode()
        press(client, "withdraw", item.pk, reason="Ganda")
        item.refresh_from_db()
        assert (item.state == ExemptionState.WITHDRAWN) is keeps
        draft = exempt_item(owner, document=MARKER, in_force=False)
        press(client, "put_in_force", draft.pk)
        draft.refresh_from_db()
        assert (draft.state == ExemptionState.IN_FORCE) is keeps
    listed = get(client, "index")
    assert (listed.status_code == 200) is own
    shown = listed.content.decode().count(MARKER) > 0
    assert shown is own
    home = client.get(reverse("wagtailadmin_home"), headers=HOST).content.decode()
    assert (url("index") in home) is own
    if not own:
        assert MARKER not in home


def test_the_list_shows_ones_own_items_only(officer, agency, other_agency):
    exempt_item(agency, document="Berkas dinkes")
    exempt_item(other_agency, document="Berkas dindik", expires_on=YESTERDAY)
    for address in (url("index"), url("index") + "?q=Berkas", reverse("wagtailadmin_home")):
        html = officer.get(address, headers=HOST).content.decode()
        assert "dindik" not in html.lower()
    assert "Berkas dinkes" in get(officer, "index").content.decode()


def test_somebody_who_edits_here_and_decides_there_keeps_the_list_there_only(
    client, agency, other_agency
):
    user = member(AgencyRole.EDITOR, agency)
    user.groups.add(*member(AgencyRole.PUBLISHER, other_agency).groups.all())
    here = exempt_item(agency, document=MARKER, expires_on=YESTERDAY)
    there = exempt_item(other_agency, document="Berkas dindik")
    client.force_login(user)
    assert get(client, "inspect", here.pk).status_code == 404
    assert get(client, "inspect", there.pk).status_code == 200
    for address in (url("index"), reverse("wagtailadmin_home")):
        assert MARKER not in client.get(address, headers=HOST).content.decode()
    add = get(client, "add")
    assert "agency" not in add.context["form"].fields


@pytest.mark.parametrize("role", ["superuser", *AgencyRole, ProvinceRole.PROVINCE_ADMIN])
def test_nobody_deletes_an_item(client, agency, role):
    user = UserFactory(is_superuser=True) if role == "superuser" else member(role, agency)
    item = exempt_item(agency)
    policy = policy_registry.get_by_type(ExemptItem)
    assert not policy.user_has_permission(user, "delete")
    assert not policy.user_has_permission_for_instance(user, "delete", item)
    client.force_login(user)
    for response in (get(client, "delete", item.pk), press(client, "delete", item.pk)):
        assert response.status_code in (302, 404)
    assert ExemptItem.objects.count() == 1


def test_the_log_and_the_reports_never_say_what_is_exempt(officer, agency, other_agency):
    item = exempt_item(agency, document=MARKER)
    press(officer, "edit", item.pk, **form_of(item) | {"document": f"{MARKER} dua"})
    press(officer, "withdraw", item.pk, reason="Ganda")
    assert ModelLogEntry.objects.count() == 3  # in force, changed, withdrawn
    officer.force_login(member(AgencyRole.PUBLISHER, other_agency))
    report = officer.get(reverse("wagtailadmin_reports:site_history"), headers=HOST)
    assert MARKER not in report.content.decode()
    assert not ModelLogEntry.objects.filter(label__contains=MARKER).exists()


def test_buttons_need_a_post_with_a_token(officer, agency):
    item = exempt_item(agency, in_force=False)
    assert get(officer, "put_in_force", item.pk).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = officer.cookies
    for name in ("put_in_force", "open", "withdraw"):
        assert strict.post(url(name, item.pk), headers=HOST).status_code == 403


# --- the form --------------------------------------------------------------------------------


def form_of(item):
    values = {}
    for field in ExemptItem._meta.fields:
        if not field.editable or field.name == "id":
            continue
        value = field.value_from_object(item)
        if value is True:
            values[field.name] = "on"
        elif value is not False and value is not None:
            values[field.name] = str(value)
    return values


def test_an_item_is_written_down_bit_by_bit(officer, agency):
    response = press(officer, "add", document="Berkas pasien", ground="personal_secret")
    item = ExemptItem.objects.get()
    assert response["location"] == url("inspect", item.pk)
    assert (item.agency, item.state) == (agency, ExemptionState.DRAFT)
    page = main_of(get(officer, "inspect", item.pk))
    assert len(page.select(".kip-list li")) == len(item.missing)
    whole = exempt_item(agency, in_force=False)
    press(officer, "edit", item.pk, **form_of(whole))
    page = main_of(get(officer, "inspect", item.pk))
    assert not page.select(".kip-list li")
    press(officer, "put_in_force", item.pk)
    item.refresh_from_db()
    assert item.state == ExemptionState.IN_FORCE


def test_an_incomplete_item_is_not_put_in_force_and_the_page_says_why(officer, agency):
    item = exempt_item(agency, in_force=False, statute="")
    response = officer.post(url("put_in_force", item.pk), headers=HOST, follow=True)
    item.refresh_from_db()
    assert item.state == ExemptionState.DRAFT
    assert "Ps. 49" in response.content.decode()


def test_a_mistake_is_refused_at_its_field_and_loses_nothing(officer, agency):
    item = exempt_item(agency, in_force=False, ground="law_enforcement")
    form = form_of(item) | {"expires_on": "2099-01-01", "testers": "Tim yang diketik"}
    response = press(officer, "edit", item.pk, **form)
    assert list(response.context["form"].errors) == ["expires_on"]
    shown = BeautifulSoup(response.content, "html.parser")
    assert shown.select_one("[name=testers]").get_text().strip() == "Tim yang diketik"


def test_another_agency_cannot_be_posted(officer, agency, other_agency):
    press(officer, "add", document="Berkas", ground="personal_secret", agency=other_agency.pk)
    item = ExemptItem.objects.get()
    assert item.agency == agency
    press(officer, "edit", item.pk, **form_of(item) | {"agency": other_agency.pk})
    item.refresh_from_db()
    assert item.agency == agency


def test_a_change_is_logged_with_the_fields_and_not_their_words(officer, agency):
    item = exempt_item(agency)
    press(officer, "edit", item.pk, **form_of(item) | {"testers": MARKER})
    logged = ModelLogEntry.objects.get(action="kip_pages.exempt_changed")
    assert logged.data == {"fields": ["testers"]}
    history = get(officer, "history", item.pk).content.decode()
    assert MARKER not in history


def test_of_an_extended_exemption_officers_are_told_anew(officer, agency):
    item = exempt_item(agency, expires_on=YESTERDAY)
    ExemptItem.objects.update(warned_at=timezone.now(), told_at=timezone.now())
    press(officer, "edit", item.pk, **form_of(item) | {"testers": "Tim"})
    item.refresh_from_db()
    assert item.warned_at, "nothing new to tell"
    extended = TODAY + datetime.timedelta(days=20)
    press(officer, "edit", item.pk, **form_of(item) | {"expires_on": extended.isoformat()})
    assert reminding.remind(at=timezone.now()) == 1
    assert reminding.remind(at=timezone.now() + datetime.timedelta(days=30)) == 1


def test_a_closed_case_is_not_changed_any_more(officer, agency):
    item = exempt_item(agency)
    deciding.withdraw(item, reason="Ganda", at=timezone.now())
    for name in ("edit", "open", "withdraw"):
        assert get(officer, name, item.pk).status_code == 404
    page = main_of(get(officer, "inspect", item.pk))
    assert "Ganda" in page.get_text()
    assert not page.select("form")


# --- opening ---------------------------------------------------------------------------------


def test_one_press_on_the_admins_home_leads_to_the_draft(officer, agency):
    item = exempt_item(agency, expires_on=YESTERDAY, document=MARKER)
    exempt_item(agency, document="Belum berakhir")
    home = main_of(officer.get(reverse("wagtailadmin_home"), headers=HOST))
    assert home.select_one(f"a[href='{url('open', item.pk)}']")
    assert "Belum berakhir" not in home.get_text()
    form = get(officer, "open", item.pk).context["form"]
    assert form["title"].value() == "Data pribadi pasien"
    assert form["reason"].value()
    sent = {name: form[name].value() for name in form.fields}
    response = press(officer, "open", item.pk, **sent)
    page = DipEntryPage.objects.get()
    assert response["location"] == reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert (page.title, page.live) == ("Data pribadi pasien", False)
    assert officer.get(response["location"], headers=HOST).status_code == 200
    item.refresh_from_db()
    assert item.state == ExemptionState.OPENED
    home = officer.get(reverse("wagtailadmin_home"), headers=HOST).content.decode()
    assert url("open", item.pk) not in home


def test_what_ends_soon_is_on_the_admins_home_too(officer, agency):
    soon = exempt_item(agency, expires_on=TODAY + datetime.timedelta(days=20))
    home = main_of(officer.get(reverse("wagtailadmin_home"), headers=HOST))
    assert home.select_one(f"a[href='{url('inspect', soon.pk)}']")
    assert not home.select_one(f"a[href='{url('open', soon.pk)}']")


def test_opening_without_a_reason_keeps_what_was_typed(officer, agency):
    item = exempt_item(agency)
    response = press(officer, "open", item.pk, title="Judul baru", holding_unit="", reason="")
    assert list(response.context["form"].errors) == ["reason"]
    assert response.context["form"]["title"].value() == "Judul baru"
    assert not DipEntryPage.objects.exists()


def test_an_item_that_was_opened_meanwhile_is_not_opened_twice(officer, agency, monkeypatch):
    item = exempt_item(agency)
    sent = {"title": "Data", "holding_unit": "", "reason": "Berakhir"}

    def faster(*args, **kwargs):
        raise deciding.WrongStateError

    monkeypatch.setattr(deciding, "open_item", faster)
    response = press(officer, "open", item.pk, **sent)
    assert response["location"] == url("inspect", item.pk)


def test_without_a_register_section_the_officer_is_told(officer, agency):
    DipIndexPage.objects.descendant_of(agency.root_page).first().delete()
    item = exempt_item(agency)
    response = officer.post(
        url("open", item.pk),
        {"title": "Data", "holding_unit": "", "reason": "Berakhir"},
        headers=HOST,
        follow=True,
    )
    assert response.redirect_chain[-1][0] == url("inspect", item.pk)
    item.refresh_from_db()
    assert item.state == ExemptionState.IN_FORCE


def test_the_panel_costs_the_same_queries_however_many_exemptions_end(
    officer, agency, django_assert_max_num_queries
):
    for _ in range(12):
        exempt_item(agency, expires_on=YESTERDAY)
    request = get(officer, "index").wsgi_request
    # The right, whether it is for the province, the items.
    with django_assert_max_num_queries(6):
        html = ExpiringExemptionsPanel().render_html({"request": request})
    assert html.count("DIK-") == 10
