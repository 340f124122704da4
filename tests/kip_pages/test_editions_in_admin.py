"""Who prints the register, freezes it and finds what was frozen; another agency's exists for nobody."""

import datetime
import io

import pytest
from bs4 import BeautifulSoup
from django.test.client import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from openpyxl import load_workbook
from wagtail.models import Locale, ModelLogEntry
from wagtail.permissions import policy_registry

from kip_pages.choices import EditionFormat, PrintState
from kip_pages.editions import printing
from kip_pages.models import DipEntryPage, DipIndexPage, RegisterEdition, RegisterPrint
from kip_pages.tasks import PrintHeartbeat, print_registers
from opd_sites.choices import AgencyRole, ProvinceRole
from opd_sites.provisioning import suspend

from ..factories import UserFactory, draft_edition, exempt_item, frozen_edition, publish

HOST = {"host": "dinkes.example.test"}
ROLES = [*AgencyRole, *ProvinceRole]

#   role                        sees own  decides own  sees other  decides other
TABLE = [
    (AgencyRole.EDITOR, True, False, False, False),
    (AgencyRole.PUBLISHER, True, True, False, False),
    (AgencyRole.AGENCY_ADMIN, True, True, False, False),
    (ProvinceRole.PROVINCE_ADMIN, True, True, True, True),
    (ProvinceRole.DUTY_OFFICER, False, False, False, False),
]


def member(role, agency):
    place = {"role__agency": agency} if role in AgencyRole.values else {}
    return UserFactory(role=role, **place)


def url(name, *args):
    return reverse(f"register_editions:{name}", args=args)


def main_of(response):
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser").select_one("main")


def press(client, name, *args, **data):
    return client.post(url(name, *args), data, headers=HOST)


@pytest.fixture
def publisher(client, agency):
    user = member(AgencyRole.PUBLISHER, agency)
    client.force_login(user)
    client.user = user
    return client


# --- who -------------------------------------------------------------------------------------


def test_the_table_names_every_role():
    assert [row[0] for row in TABLE] == ROLES


@pytest.mark.parametrize(("role", "sees", "decides", "sees_other", "decides_other"), TABLE)
def test_who_may_do_what_with_editions(
    client, agency, other_agency, role, sees, decides, sees_other, decides_other
):
    client.force_login(member(role, agency))
    for owner, may_see, may_decide in (
        (agency, sees, decides),
        (other_agency, sees_other, decides_other),
    ):
        publish(DipEntryPage, owner)
        frozen = frozen_edition(owner, year=2025)
        draft = draft_edition(owner)
        for edition in (frozen, draft):
            seen = client.get(url("inspect", edition.pk), headers=HOST)
            assert (seen.status_code == 200) is may_see, owner
        file = client.get(url("file", frozen.pk, "csv"), headers=HOST)
        assert (file.status_code == 200) is may_see
        exported = press(client, "export", agency=owner.code, format="csv")
        assert (exported.status_code == 200) is may_see
        edited = client.get(url("edit", draft.pk), headers=HOST)
        assert (edited.status_code == 200) is may_decide
        asked = client.get(url("freeze", draft.pk), headers=HOST)
        assert (asked.status_code == 200) is may_decide
        press(client, "freeze", draft.pk)
        draft.refresh_from_db()
        assert draft.is_frozen is may_decide
    listed = client.get(url("index"), headers=HOST)
    assert (listed.status_code == 200) is sees
    menu = client.get(reverse("wagtailadmin_home"), headers=HOST).content.decode()
    assert (url("index") in menu) is sees


@pytest.mark.parametrize("role", [AgencyRole.EDITOR, AgencyRole.PUBLISHER, AgencyRole.AGENCY_ADMIN])
def test_another_agencys_edition_does_not_exist(client, agency, other_agency, role):
    publish(DipEntryPage, other_agency, title="Rahasia dindik")
    frozen = frozen_edition(other_agency, year=2025)
    draft = draft_edition(other_agency)
    own = draft_edition(agency)
    job = printing.request_print(agency=other_agency, at=timezone.now())
    client.force_login(member(role, agency))
    refusals = []
    for name, *args in (
        ("inspect", frozen.pk),
        ("inspect", draft.pk),
        ("history", draft.pk),
        ("file", frozen.pk, "csv"),
        ("changes", frozen.pk, draft.pk),
        ("changes", own.pk, frozen.pk),
        ("print", job.pk),
        ("print_file", job.pk),
        ("edit", draft.pk),
        ("delete", draft.pk),
        ("usage", draft.pk),
        ("freeze", draft.pk),
    ):
        response = client.get(url(name, *args), headers=HOST)
        missing = client.get(url(name, *[10**6] * len(args)), headers=HOST)
        if name != "file":
            assert response.status_code == missing.status_code, name
        assert response.status_code in (302, 404), name
        refusals.append(response.content.decode())
    assert press(client, "export", agency="dindik", format="csv").status_code == 404
    assert press(client, "export", edition=draft.pk, format="csv").status_code == 404
    assert press(client, "reprint", frozen.pk).status_code == 404
    refusals.append(client.get(url("index"), headers=HOST).content.decode())
    for told in ("dindik", "Dindik", "DINDIK"):
        assert told not in "".join(refusals)


def test_somebody_who_edits_here_and_decides_there_decides_only_there(client, agency, other_agency):
    user = member(AgencyRole.EDITOR, agency)
    user.groups.add(*member(AgencyRole.PUBLISHER, other_agency).groups.all())
    publish(DipEntryPage, agency)
    own, there = draft_edition(agency), draft_edition(other_agency)
    client.force_login(user)
    assert client.get(url("inspect", own.pk), headers=HOST).status_code == 200
    assert client.get(url("edit", own.pk), headers=HOST).status_code == 404
    assert client.get(url("edit", there.pk), headers=HOST).status_code == 200
    press(client, "freeze", own.pk)
    own.refresh_from_db()
    assert not own.is_frozen


def test_nobody_changes_or_deletes_a_frozen_edition_a_superuser_included(client, agency):
    publish(DipEntryPage, agency)
    edition = frozen_edition(agency)
    user = UserFactory(is_superuser=True)
    policy = policy_registry.get_by_type(RegisterEdition)
    for action in ("change", "delete"):
        assert not policy.user_has_permission_for_instance(user, action, edition)
    client.force_login(user)
    for name in ("edit", "delete", "freeze"):
        for response in (
            client.get(url(name, edition.pk), headers=HOST),
            press(client, name, edition.pk, place="Lain"),
        ):
            assert response["location"] == url("inspect", edition.pk)
    edition.refresh_from_db()
    assert edition.place == "Serang"


def test_buttons_need_a_post_with_a_token(publisher, agency):
    publish(DipEntryPage, agency)
    edition = draft_edition(agency)
    for name, args in (("export", []), ("reprint", [edition.pk])):
        assert publisher.get(url(name, *args), headers=HOST).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = publisher.cookies
    for name, args in (("export", []), ("reprint", [edition.pk]), ("freeze", [edition.pk])):
        assert strict.post(url(name, *args), headers=HOST).status_code == 403


# --- the register as it is -------------------------------------------------------------------


def test_the_live_register_leaves_as_excel_and_csv(publisher, agency):
    publish(DipEntryPage, agency, title="Renstra")
    book = press(publisher, "export", agency="dinkes", format="xlsx")
    today = timezone.localdate()
    assert book["Content-Disposition"] == f'attachment; filename="DIP-dinkes-{today}.xlsx"'
    sheet = load_workbook(io.BytesIO(b"".join(book.streaming_content))).active
    assert "Renstra" in [cell.value for cell in sheet["B"]]
    table = press(publisher, "export", agency="dinkes", format="csv")
    assert "1;Renstra;" in b"".join(table.streaming_content).decode()
    assert press(publisher, "export", agency="dinkes", format="json").status_code == 404


def test_the_signature_below_the_live_register_is_that_of_the_last_edition(publisher, agency):
    publish(DipEntryPage, agency)
    frozen_edition(agency)
    table = press(publisher, "export", agency="dinkes", format="csv")
    text = b"".join(table.streaming_content).decode()
    assert "Siti Aminah" in text
    assert "belum ditetapkan dengan keputusan" in text
    assert "489.1/Kep.12-PPID/2026" not in text


def test_a_pdf_is_waited_for_and_then_downloaded(publisher, agency):
    publish(DipEntryPage, agency, title="Renstra")
    response = press(publisher, "export", agency="dinkes", format="pdf")
    job = RegisterPrint.objects.get()
    assert response["location"] == url("print", job.pk)
    (task,) = DBTaskResult.objects.all()
    assert (task.task_name, task.backend_name) == ("print_registers", "documents")
    waiting = publisher.get(response["location"], headers=HOST)
    assert waiting["Refresh"] == "3"
    assert publisher.get(url("print_file", job.pk), headers=HOST).status_code == 404
    print_registers.call()
    ready = publisher.get(response["location"], headers=HOST)
    assert "Refresh" not in ready
    link = main_of(ready).select_one("a.button")["href"]
    file = publisher.get(link, headers=HOST)
    assert file["Content-Type"] == "application/pdf"
    assert file.content.startswith(b"%PDF")


def test_without_a_worker_declared_the_pdf_is_made_at_once(publisher, agency, settings):
    settings.TASKS = {"default": settings.TASKS["default"]}
    publish(DipEntryPage, agency)
    press(publisher, "export", agency="dinkes", format="pdf")
    assert RegisterPrint.objects.get().state == PrintState.DONE


def no_pango(*args):
    raise printing.PdfUnavailableError


def test_without_pango_the_page_says_what_to_install(publisher, agency, monkeypatch):
    monkeypatch.setattr(printing, "legal_pdf", no_pango)
    publish(DipEntryPage, agency)
    edition = frozen_edition(agency)
    press(publisher, "export", agency="dinkes", format="pdf")
    printing.make_prints(at=timezone.now())
    live = RegisterPrint.objects.get(edition=None)
    for response in (
        publisher.get(url("print", live.pk), headers=HOST),
        publisher.get(url("inspect", edition.pk), headers=HOST),
    ):
        assert "Pango" in main_of(response).get_text()
    retry = main_of(publisher.get(url("inspect", edition.pk), headers=HOST))
    assert url("reprint", edition.pk) in [form["action"] for form in retry.select("form")]
    press(publisher, "reprint", edition.pk)
    assert RegisterPrint.objects.filter(edition=edition).open().exists()


def test_the_worker_is_woken_for_a_print_whose_task_was_lost(agency):
    printing.request_print(agency=agency, at=timezone.now())
    heartbeat = PrintHeartbeat()
    heartbeat.beat(at=timezone.now())
    heartbeat.beat(at=timezone.now())
    assert DBTaskResult.objects.count() == 1
    RegisterPrint.objects.update(state=PrintState.DONE)
    PrintHeartbeat().beat(at=timezone.now())
    assert DBTaskResult.objects.count() == 1


# --- the year's edition ----------------------------------------------------------------------

FORM = {
    "year": "2026",
    "revision_reason": "",
    "decree_number": "489.1/Kep.12-PPID/2026",
    "decided_on": "2026-01-20",
    "place": "Serang",
    "signer_name": "Siti Aminah",
    "signer_position": "Kepala Dinas selaku PPID Pelaksana",
    "signer_nip": "19700131 199503 2 001",
}


def test_an_edition_is_drafted_and_frozen_after_a_confirmation(publisher, agency):
    publish(DipEntryPage, agency, title="Renstra")
    response = press(publisher, "add", **FORM)
    edition = RegisterEdition.objects.get()
    assert response["location"] == url("inspect", edition.pk)
    assert (edition.agency, edition.year, edition.is_frozen) == (agency, 2026, False)
    page = main_of(publisher.get(url("inspect", edition.pk), headers=HOST))
    assert page.select_one(f"a[href='{url('freeze', edition.pk)}']")
    confirmation = main_of(publisher.get(url("freeze", edition.pk), headers=HOST)).get_text()
    assert "489.1/Kep.12-PPID/2026" in confirmation
    assert not RegisterEdition.objects.frozen().exists()
    press(publisher, "freeze", edition.pk)
    edition.refresh_from_db()
    assert edition.is_frozen
    frozen = main_of(publisher.get(url("inspect", edition.pk), headers=HOST))
    assert edition.sha256 in frozen.get_text()
    addresses = [link.get("href") for link in frozen.select("a")]
    assert "http://dinkes.example.test/dip/2026-0.csv" in addresses
    for name in ("xlsx", "csv", "json"):
        assert publisher.get(url("file", edition.pk, name), headers=HOST).status_code == 200
    assert publisher.get(url("file", edition.pk, "pdf"), headers=HOST).status_code == 404


def test_pressing_twice_freezes_once_and_is_no_mistake(publisher, agency):
    publish(DipEntryPage, agency)
    edition = draft_edition(agency)
    confirmation = main_of(publisher.get(url("freeze", edition.pk), headers=HOST))
    assert confirmation.select_one("form[method=post] button")["data-controller"] == "w-progress"
    for _press in range(2):
        response = press(publisher, "freeze", edition.pk)
        assert response["location"] == url("inspect", edition.pk)
    page = publisher.get(url("inspect", edition.pk), headers=HOST)
    told = BeautifulSoup(page.content, "html.parser").select(".messages > ul > li")
    assert [message["class"] for message in told] == [["success"], ["info"]]
    assert ModelLogEntry.objects.filter(action="kip_pages.freeze_edition").count() == 1


def test_what_is_missing_is_said_and_nothing_is_frozen(publisher, agency):
    edition = draft_edition(agency, decree_number="", signer_name="")
    page = main_of(publisher.get(url("inspect", edition.pk), headers=HOST))
    assert len(page.select(".kip-list li")) == 3  # and the register is empty
    assert not page.select_one(f"a[href='{url('freeze', edition.pk)}']")
    refused = press(publisher, "freeze", edition.pk)
    assert len(main_of(refused).select(".kip-list li")) == 3
    edition.refresh_from_db()
    assert not edition.is_frozen


def test_a_second_edition_of_a_year_needs_a_reason_and_keeps_what_was_typed(publisher, agency):
    publish(DipEntryPage, agency)
    frozen_edition(agency)
    response = press(publisher, "add", **FORM)
    form = response.context["form"]
    assert list(form.errors) == ["revision_reason"]
    shown = BeautifulSoup(response.content, "html.parser")
    assert shown.select_one("[name=signer_name]")["value"] == "Siti Aminah"
    press(publisher, "add", **FORM | {"revision_reason": "Satu entri tertinggal"})
    assert RegisterEdition.objects.get(revision=1).revision_reason == "Satu entri tertinggal"
    again = press(publisher, "add", **FORM | {"revision_reason": "Lagi"})
    assert list(again.context["form"].errors) == ["year"]


@pytest.mark.parametrize(
    ("field", "value"), [("signer_nip", "1970"), ("year", "1999"), ("decided_on", "kemarin")]
)
def test_what_cannot_be_is_refused_at_its_field(publisher, agency, field, value):
    response = press(publisher, "add", **FORM | {field: value})
    assert list(response.context["form"].errors) == [field]
    assert not RegisterEdition.objects.exists()


def test_a_new_edition_begins_with_who_signed_last(publisher, agency, other_agency):
    publish(DipEntryPage, agency)
    frozen_edition(agency, year=2025)
    draft_edition(other_agency, signer_name="Orang dindik")
    form = publisher.get(url("add"), headers=HOST).context["form"]
    assert form["signer_name"].value() == "Siti Aminah"
    assert form["year"].value() == timezone.localdate().year
    asked = publisher.get(url("add"), {"agency": "dindik"}, headers=HOST).context["form"]
    assert asked["signer_name"].value() == "Siti Aminah"


def test_the_province_chooses_the_agency(client, agency, other_agency):
    client.force_login(member(ProvinceRole.PROVINCE_ADMIN, agency))
    press(client, "add", **FORM | {"agency": other_agency.pk})
    assert RegisterEdition.objects.get().agency == other_agency


def test_an_agency_that_is_not_ones_own_cannot_be_posted(client, agency, other_agency):
    client.force_login(member(AgencyRole.PUBLISHER, agency))
    press(client, "add", **FORM | {"agency": other_agency.pk})
    assert RegisterEdition.objects.get().agency == agency


def test_the_changes_since_the_year_before_are_shown_and_leave_as_a_workbook(publisher, agency):
    publish(DipEntryPage, agency, title="Lama")
    before = frozen_edition(agency, year=2025)
    publish(DipEntryPage, agency, title="Baru")
    edition = frozen_edition(agency, year=2026)
    page = main_of(publisher.get(url("inspect", edition.pk), headers=HOST))
    link = url("changes", edition.pk, before.pk)
    assert page.select_one(f"a[href='{link}']")
    assert "Ditambahkan" in page.get_text()
    book = publisher.get(link, headers=HOST)
    sheet = load_workbook(io.BytesIO(b"".join(book.streaming_content))).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["Perubahan", "Ringkasan isi informasi", "Kolom", "Sebelum", "Sesudah"],
        ["Ditambahkan", "Baru", None, None, None],
    ]


def test_the_list_of_editions_costs_the_same_queries_however_long_it_is(
    publisher, agency, django_assert_max_num_queries
):
    for year in range(2011, 2024):
        draft_edition(agency, year=year)
    publisher.get(url("index"), headers=HOST)
    # Log-in, walls, menu, count of entries, prints, the list and its number.
    with django_assert_max_num_queries(40):
        page = main_of(publisher.get(url("index"), headers=HOST))
    assert len(page.select("tbody tr")) == 13


# --- for citizens ----------------------------------------------------------------------------


@pytest.fixture
def edition(agency):
    publish(DipEntryPage, agency, title="Renstra")
    return frozen_edition(agency)


def test_a_frozen_edition_has_an_address_for_ever(client, edition):
    response = client.get("/dip/2026-0.csv", headers=HOST)
    assert "Renstra" in response.content.decode()
    assert response["Content-Disposition"] == 'attachment; filename="DIP-dinkes-2026.csv"'
    assert "immutable" in response["Cache-Control"]
    tag = response["ETag"].strip('"')
    assert tag == edition.files.get(format=EditionFormat.CSV).sha256
    again = client.get("/dip/2026-0.csv", headers=HOST | {"if-none-match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "immutable" in again["Cache-Control"]
    assert "sessionid" not in response.cookies
    assert client.head("/dip/2026-0.csv", headers=HOST).status_code == 200
    assert client.post("/dip/2026-0.csv", headers=HOST).status_code == 405


@pytest.mark.parametrize(
    "address",
    [
        "/dip/2026-0.pdf",  # not made yet
        "/dip/2026-1.csv",
        "/dip/2025-0.csv",
        "/dip/2026-0.exe",
        "/dip/2026-0/perubahan.xlsx",  # nothing to compare with
    ],
)
def test_what_was_never_frozen_has_no_address(client, edition, address):
    draft_edition(edition.agency, year=2025)
    assert client.get(address, headers=HOST).status_code == 404


@pytest.mark.parametrize("host", ["portal.example.test", "dindik.example.test"])
def test_an_edition_is_at_its_own_agencys_host_only(client, edition, other_agency, host):
    for address in ("/dip/2026-0.csv", "/informasi-publik/edisi/2026-0/"):
        assert client.get(address, headers={"host": host}).status_code == 404


def test_a_suspended_agency_hides_its_editions(client, edition):
    suspend(edition.agency, at=timezone.now())
    for address in ("/dip/2026-0.csv", "/informasi-publik/edisi/2026-0/"):
        assert client.get(address, headers=HOST).status_code == 404


def test_the_registers_page_leads_to_the_editions(client, edition, other_agency):
    draft_edition(edition.agency, year=2025)
    page = BeautifulSoup(client.get("/informasi-publik/", headers=HOST).content, "html.parser")
    links = [link["href"] for link in page.select("main a")]
    assert "/dip/2026-0.csv" in links
    assert "/informasi-publik/dikecualikan/" in links
    (leads,) = [link for link in links if "/edisi/" in link]
    shown = client.get(leads, headers=HOST)
    assert shown.status_code == 200
    for told in (edition.decree_number, edition.sha256, "/dip/2026-0.json"):
        assert told in shown.content.decode()
    elsewhere = client.get("/informasi-publik/", headers={"host": "dindik.example.test"})
    assert "/edisi/" not in elsewhere.content.decode()


def test_citizens_see_what_changed_since_the_year_before(client, edition):
    publish(DipEntryPage, edition.agency, title="<b>Baru</b>")
    frozen_edition(edition.agency, year=2027, decided_on=datetime.date(2026, 2, 1))
    html = client.get("/informasi-publik/edisi/2027-0/", headers=HOST).content.decode()
    assert "&lt;b&gt;Baru&lt;/b&gt;" in html
    book = client.get("/dip/2027-0/perubahan.xlsx", headers=HOST)
    assert b"".join(book.streaming_content)[:2] == b"PK"


def test_the_page_of_an_edition_is_there_in_english_too(client, edition, other_agency):
    section = DipIndexPage.objects.descendant_of(edition.agency.root_page).get()
    english = section.copy_for_translation(
        Locale.objects.get(language_code="en"), copy_parents=True
    )
    english.title = "Public information"
    english.save_revision().publish()
    html = client.get("/en/informasi-publik/edisi/2026-0/", headers=HOST).content.decode()
    assert "Register, edition 2026" in html
    assert exempt_item(edition.agency)
    html = client.get("/en/informasi-publik/dikecualikan/", headers=HOST).content.decode()
    assert "Data pribadi pasien" in html
