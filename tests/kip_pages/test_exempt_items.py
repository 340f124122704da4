"""Exempt information: what the law asks for, what becomes of it, and that it shows nowhere."""

import datetime
import json
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.models import ModelLogEntry, ReferenceIndex, Revision
from wagtail.search.models import IndexEntry

from kip_pages.choices import NEVER_PERMANENT, ExemptionGround, ExemptionState
from kip_pages.exempt import deciding, reminding
from kip_pages.models import DipEntryPage, ExemptItem, ExemptItemStaysError
from kip_pages.models.exempt import NEEDED, years_after
from kip_pages.tasks import remind_officers
from kip_pages.working_days import working_days_after
from opd_sites.choices import AgencyRole
from opd_sites.provisioning import suspend

from ..factories import UserFactory, exempt_item, frozen_edition, publish

TODAY = timezone.localdate()
DAY = datetime.timedelta(days=1)
HOST = {"host": "dinkes.example.test"}


def errors_of(item):
    with pytest.raises(ValidationError) as refused:
        item.full_clean()
    return refused.value.message_dict


# --- what the law asks for -------------------------------------------------------------------


def test_the_grounds_are_the_ten_of_the_law_and_no_more():
    assert [ground.letter for ground in ExemptionGround] == list("abcdefghij")
    assert {ground.letter for ground in NEVER_PERMANENT} == set("abcdef")
    for ground in ExemptionGround:
        assert f"{ground.letter} – {ground.words}" == ground.label


@pytest.mark.parametrize("name", NEEDED)
def test_what_the_law_asks_for_is_named_before_an_item_is_in_force(agency, name):
    item = exempt_item(agency, in_force=False)
    setattr(item, name, None if name.endswith("_on") else "")
    item.save()
    with pytest.raises(ValidationError) as refused:
        deciding.put_in_force(item, at=timezone.now())
    assert list(refused.value.message_dict) == [name]
    item.refresh_from_db()
    assert item.state == ExemptionState.DRAFT


@pytest.mark.parametrize("ground", ExemptionGround)
def test_the_grounds_a_to_f_are_never_permanent(agency, ground):
    item = exempt_item(
        agency, in_force=False, ground=ground, expires_on=None, period="Seumur hidup"
    )
    item.state = ExemptionState.IN_FORCE
    if ground in NEVER_PERMANENT:
        assert list(errors_of(item)) == ["expires_on"]
    else:
        item.full_clean()


def test_an_item_without_any_period_is_not_in_force(agency):
    item = exempt_item(agency, in_force=False, expires_on=None)
    item.state = ExemptionState.IN_FORCE
    assert list(errors_of(item)) == ["period"]


@pytest.mark.parametrize(
    ("years", "days", "holds"), [(30, 0, True), (30, 1, False), (29, 0, True), (31, 0, False)]
)
def test_law_enforcement_is_exempt_for_thirty_years_at_most(agency, years, days, holds):
    item = exempt_item(agency, in_force=False, ground=ExemptionGround.LAW_ENFORCEMENT)
    item.expires_on = years_after(item.decided_on, years) + datetime.timedelta(days=days)
    if holds:
        item.full_clean()
    else:
        assert list(errors_of(item)) == ["expires_on"]


def test_thirty_years_after_a_leap_day_is_a_day_of_the_calendar():
    assert years_after(datetime.date(2024, 2, 29), 30) == datetime.date(2054, 2, 28)


@pytest.mark.parametrize(
    ("statute", "holds"),
    [
        ("UU 11/2008 Ps. 30", True),
        ("Undang-Undang Nomor 10 Tahun 1998 tentang Perbankan", True),
        ("undang undang no 7 tahun 1971", True),
        ("Perppu 1/2017", True),
        ("Peraturan Gubernur 23/2021", False),
        ("PP 61/2010", False),
        ("Undang-Undang Perbankan", False),
    ],
)
def test_ground_j_names_a_statute(agency, statute, holds):
    item = exempt_item(agency, in_force=False, ground=ExemptionGround.OTHER_LAW, statute=statute)
    if holds:
        item.full_clean()
    else:
        assert list(errors_of(item)) == ["statute"]


def test_the_test_comes_before_the_decision_and_the_end_after_it(agency):
    item = exempt_item(agency, in_force=False)
    item.tested_on = item.decided_on + DAY
    item.expires_on = item.decided_on
    assert set(errors_of(item)) == {"decided_on", "expires_on"}


def test_a_draft_may_be_incomplete_and_an_item_in_force_may_not_become_so(agency):
    draft = ExemptItem(agency=agency, document="Berkas", ground=ExemptionGround.PERSONAL_SECRET)
    draft.full_clean()
    item = exempt_item(agency)
    item.statute = ""
    assert list(errors_of(item)) == ["statute"]


# --- what becomes of an item -----------------------------------------------------------------


def test_nothing_leaves_the_list(agency):
    item = exempt_item(agency)
    for attempt in (item.delete, ExemptItem.objects.all().delete):
        with pytest.raises(ExemptItemStaysError):
            attempt()
    assert ExemptItem.objects.count() == 1


@pytest.mark.parametrize("title", ["Edisi", "Dikecualikan"])
def test_what_is_called_like_a_list_of_the_register_opens_at_an_address_of_its_own(agency, title):
    how = {"title": title, "holding_unit": "", "reason": "Dibuka", "at": timezone.now()}
    slugs = [deciding.open_item(exempt_item(agency), **how).slug for _item in range(2)]
    assert slugs == [f"{title.lower()}-1", f"{title.lower()}-2"]


def test_opening_makes_a_draft_of_what_was_confirmed_and_of_nothing_else(agency):
    item = exempt_item(agency)
    user = UserFactory(role=AgencyRole.PUBLISHER, role__agency=agency)
    page = deciding.open_item(
        item,
        title="Data pasien 2016",
        holding_unit="Rekam Medis",
        reason="Masa pengecualian berakhir",
        at=timezone.now(),
        user=user,
    )
    page = DipEntryPage.objects.get(pk=page.pk)
    assert not page.live
    assert page.get_parent().specific == deciding.register_section(agency)
    assert [o.pk for o in page.get_latest_revision_as_object().obligations.all()] == [
        "SS.DINYATAKAN_TERBUKA"
    ]
    written = json.dumps(Revision.objects.get(pk=page.latest_revision_id).content)
    secret = ("Berkas pasien", "Nama dan alamat", "Pasien dirugikan", "27/2022", "12/DIK/2026")
    assert not [text for text in secret if text in written]
    item.refresh_from_db()
    assert (item.state, item.opened_as) == (ExemptionState.OPENED, page)
    assert item.state_reason == "Masa pengecualian berakhir"
    logged = ModelLogEntry.objects.get(action="kip_pages.exempt_opened")
    assert (logged.user, logged.label) == (user, str(item))
    assert item.document not in logged.label


def test_an_item_is_opened_once(agency):
    item = exempt_item(agency)
    opening = {"title": "Data", "holding_unit": "", "reason": "Dibuka", "at": timezone.now()}
    deciding.open_item(item, **opening)
    with pytest.raises(deciding.WrongStateError):
        deciding.open_item(item, **opening)
    assert DipEntryPage.objects.count() == 1


@pytest.mark.parametrize("reason", ["", "  "])
def test_opening_and_withdrawing_need_a_reason(agency, reason):
    item = exempt_item(agency)
    with pytest.raises(ValidationError):
        deciding.withdraw(item, reason=reason, at=timezone.now())
    with pytest.raises(ValidationError):
        deciding.open_item(item, title="x", holding_unit="", reason=reason, at=timezone.now())
    item.refresh_from_db()
    assert item.state == ExemptionState.IN_FORCE
    assert not DipEntryPage.objects.exists()


def test_deleting_the_draft_keeps_the_item_opened(agency):
    item = exempt_item(agency)
    page = deciding.open_item(
        item, title="Data", holding_unit="", reason="Dibuka", at=timezone.now()
    )
    page.delete()
    item.refresh_from_db()
    assert (item.state, item.opened_as) == (ExemptionState.OPENED, None)


# --- the public list -------------------------------------------------------------------------


def public_page(client, **headers):
    return client.get("/informasi-publik/dikecualikan/", headers=HOST | headers)


def test_citizens_see_the_public_description_of_what_is_in_force(client, agency, other_agency):
    exempt_item(agency, public_information="Data pasien", has_redacted_copy=True)
    exempt_item(other_agency, public_information="Milik dindik")
    exempt_item(agency, public_information="Masih konsep", in_force=False)
    exempt_item(agency, public_information="Sudah berakhir", expires_on=TODAY - DAY)
    opened = exempt_item(agency, public_information="Sudah dibuka")
    deciding.withdraw(opened, reason="Ganda", at=timezone.now())
    exempt_item(agency, public_information="Berakhir hari ini", expires_on=TODAY)
    html = public_page(client).content.decode()
    assert "Data pasien" in html
    assert "Berakhir hari ini" in html
    for told in ("UU 14/2008 Ps. 17 huruf h", "UU 27/2022", "Mengungkap rahasia", "Melindungi"):
        assert told in html
    for hidden in ("Milik dindik", "Masih konsep", "Sudah berakhir", "Sudah dibuka"):
        assert hidden not in html


def test_an_agency_without_exempt_information_says_so(client, agency):
    response = public_page(client)
    assert response.status_code == 200
    assert "<table" not in response.content.decode()


def test_the_public_list_is_the_agencys_alone(client, agency, other_agency):
    exempt_item(agency)
    address = "/informasi-publik/dikecualikan/"
    assert client.get(address, headers={"host": "portal.example.test"}).status_code == 404
    elsewhere = client.get(address, headers={"host": "dindik.example.test"})
    assert elsewhere.status_code == 200
    assert "Data pribadi pasien" not in elsewhere.content.decode()
    for table in ("/dik.csv", "/dik.xlsx"):
        assert client.get(table, headers={"host": "portal.example.test"}).status_code == 404


def test_a_suspended_agency_hides_its_list(client, agency):
    exempt_item(agency)
    suspend(agency, at=timezone.now())
    for address in ("/informasi-publik/dikecualikan/", "/dik.csv", "/dik.xlsx"):
        assert client.get(address, headers=HOST).status_code == 404


def test_the_public_list_can_be_taken_along(client, agency):
    exempt_item(agency, public_information="=1+1", period="Selama pasien hidup")
    text = b"".join(client.get("/dik.csv", headers=HOST).streaming_content).decode()
    header, row = text.removeprefix("\ufeff").splitlines()
    assert header.startswith("No,Informasi,Dasar hukum,Konsekuensi bila dibuka,")
    assert row.startswith("1,'=1+1,UU 14/2008 Ps. 17 huruf h; UU 27/2022 Ps. 4 ayat (2),")
    assert "Selama pasien hidup; sampai dengan 31 Desember 2099" in row
    book = client.get("/dik.xlsx", headers=HOST)
    assert book["Content-Disposition"] == 'attachment; filename="DIK-dinkes.xlsx"'
    assert b"".join(book.streaming_content)[:2] == b"PK"


def test_the_public_list_costs_the_same_queries_however_long_it_is(
    client, agency, django_assert_max_num_queries
):
    for n in range(15):
        exempt_item(agency, public_information=f"Informasi {n}")
    public_page(client)
    # Host, routing, header, and one for the list.
    with django_assert_max_num_queries(20):
        assert b"Informasi 14" in public_page(client).content


def test_an_entry_of_the_register_cannot_take_the_lists_address(agency):
    page = publish(DipEntryPage, agency)
    page.slug = "dikecualikan"
    with pytest.raises(ValidationError) as refused:
        page.full_clean()
    assert list(refused.value.message_dict) == ["slug"]


# --- it shows nowhere ------------------------------------------------------------------------

MARKER = "xqzrahasiax"
EVERY_TEXT = [
    field.name
    for field in ExemptItem._meta.fields
    if field.get_internal_type() in ("CharField", "TextField")
    and not field.choices
    and not field.name.startswith(("public_", "state"))
]
PUBLIC = {"statute", "decision_number", "period"}  # shown in the public list, as the law asks

SURFACES = [
    "/",
    f"/?q={MARKER}",
    "/berita/",
    "/informasi-publik/",
    f"/informasi-publik/?q={MARKER}",
    "/informasi-publik/dikecualikan/",
    "/informasi-publik/edisi/2026-0/",
    "/dik.csv",
    "/dip/2026-0.json",
    "/dip/2026-0.csv",
    "/sitemap.xml",
    "/sitemap-pages.xml",
    "/sitemap-items.xml",
    "/robots.txt",
    "/.well-known/api-catalog",
    "/api/v2/pages/",
    "/api/v2/pages/?type=kip_pages.DipEntryPage&fields=*",
    f"/api/v2/pages/?search={MARKER}",
    "/api/feed/v1/changes",
    "/api/feed/v1/items",
    f"/api/feed/v1/items?q={MARKER}",
    "/api/feed/v1/agencies",
    "/api/feed/v1/digest",
    "/api/feed/v1/register.csv",
    "/api/feed/v1/register.jsonl",
    "/api/feed/v1/catalog.jsonld",
    "/api/feed/v1/atom",
    "/api/feed/v1/health",
]


def body_of(response):
    return b"".join(response) if response.streaming else response.content


@pytest.mark.parametrize("host", ["portal.example.test", "dinkes.example.test"])
def test_no_public_surface_tells_what_is_exempt(client, agency, other_agency, host):
    publish(DipEntryPage, agency, title="Terbuka")
    texts = {name: MARKER for name in EVERY_TEXT if name not in PUBLIC}
    exempt_item(agency, **texts)
    exempt_item(agency, in_force=False, **texts | {"statute": MARKER, "decision_number": MARKER})
    frozen_edition(agency)
    seen = 0
    for address in SURFACES:
        response = client.get(address, headers={"host": host})
        if address.endswith(f"={MARKER}"):
            continue  # repeats what was asked for; what it finds is counted below
        assert MARKER not in body_of(response).decode(errors="replace"), address
        seen += response.status_code == 200
    assert seen > len(SURFACES) // 2
    found = client.get(f"/api/feed/v1/items?q={MARKER}", headers={"host": host}).json()
    assert found["items"] == []
    found = client.get(f"/api/v2/pages/?search={MARKER}", headers={"host": host}).json()
    assert found["meta"]["total_count"] == 0


def test_neither_search_nor_references_know_exempt_items(agency):
    item = exempt_item(agency, document=MARKER)
    deciding.open_item(item, title="Data", holding_unit="", reason="Dibuka", at=timezone.now())
    call_command("rebuild_references_index", verbosity=0)
    call_command("update_index", verbosity=0)
    name = ExemptItem._meta.model_name
    assert not ReferenceIndex.objects.filter(content_type__model=name).exists()
    assert not ReferenceIndex.objects.filter(base_content_type__model=name).exists()
    assert not IndexEntry.objects.filter(content_type__model=name).exists()


# --- telling the officers --------------------------------------------------------------------


@pytest.fixture
def officer(agency):
    return UserFactory(role=AgencyRole.PUBLISHER, role__agency=agency)


def remind(day):
    moment = datetime.datetime.combine(day, datetime.time(8), timezone.get_current_timezone())
    return reminding.remind(at=moment)


def test_the_end_is_told_once_before_and_once_after(agency, other_agency, officer):
    UserFactory(role=AgencyRole.PUBLISHER, role__agency=other_agency)
    UserFactory(role=AgencyRole.EDITOR, role__agency=agency)
    end = datetime.date(2027, 3, 31)
    item = exempt_item(agency, expires_on=end, document=MARKER)
    assert remind(end - 60 * DAY) == 0
    for day in (end - 40 * DAY, end - 39 * DAY, end, end + DAY, end + 2 * DAY):
        remind(day)
    assert [message.to for message in mail.outbox] == [[officer.email]] * 2
    for message in mail.outbox:
        assert str(item) in message.body
        assert reverse("exempt_items:index") in message.body
        assert MARKER not in message.subject + message.body


def test_a_warning_comes_thirty_working_days_before_the_end(settings):
    monday = datetime.date(2027, 3, 1)
    assert working_days_after(monday, 1) == datetime.date(2027, 3, 2)
    assert working_days_after(monday, 5) == datetime.date(2027, 3, 8)
    assert reminding.warning_day(on=monday) == datetime.date(2027, 4, 12)
    settings.KIP_PAGES = {"HOLIDAYS": ["2027-03-09", "2027-03-10", "2027-03-13"]}
    assert reminding.warning_day(on=monday) == datetime.date(2027, 4, 14)
    settings.KIP_PAGES = {"EXEMPTION_WARNING_DAYS": 1}
    assert reminding.warning_day(on=datetime.date(2027, 3, 5)) == datetime.date(2027, 3, 8)


def test_without_a_publisher_the_administrator_is_told(agency):
    administrator = UserFactory(role=AgencyRole.AGENCY_ADMIN, role__agency=agency)
    UserFactory(role=AgencyRole.PUBLISHER, role__agency=agency, is_active=False)
    exempt_item(agency, expires_on=TODAY - DAY)
    assert remind(TODAY) == 1
    assert [message.to for message in mail.outbox] == [[administrator.email]]


def test_an_e_mail_that_could_not_be_sent_is_sent_the_next_day(agency, officer, monkeypatch):
    exempt_item(agency, expires_on=TODAY - DAY)

    def no_server(*args, **kwargs):
        raise ConnectionRefusedError

    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.message.EmailMessage.send", no_server)
        assert remind(TODAY) == 0
    assert remind(TODAY + DAY) == 1
    assert len(mail.outbox) == 1


class PickyServer(EmailBackend):
    """A mail server that knows one address not."""

    def send_messages(self, messages):
        if "unknown@contoh.test" in messages[0].to:
            raise SMTPRecipientsRefused({})
        return super().send_messages(messages)


def test_one_refused_address_keeps_nobody_from_being_told_once(agency, settings):
    settings.EMAIL_BACKEND = f"{__name__}.PickyServer"
    role = {"role": AgencyRole.PUBLISHER, "role__agency": agency}
    first = UserFactory(**role)
    UserFactory(**role, email="unknown@contoh.test")
    last = UserFactory(**role)
    exempt_item(agency, expires_on=TODAY - DAY)
    assert remind(TODAY) == 1
    assert remind(TODAY + DAY) == 0
    assert [message.to for message in mail.outbox] == [[first.email], [last.email]]


def test_what_nobody_could_be_told_of_waits_for_an_officer(agency):
    exempt_item(agency, expires_on=TODAY - DAY)
    assert remind(TODAY) == 0
    officer = UserFactory(role=AgencyRole.PUBLISHER, role__agency=agency)
    assert remind(TODAY + DAY) == 1
    assert [message.to for message in mail.outbox] == [[officer.email]]


def test_nothing_is_told_of_what_does_not_hold_or_of_a_suspended_agency(
    agency, other_agency, officer
):
    UserFactory(role=AgencyRole.PUBLISHER, role__agency=other_agency)
    exempt_item(agency, expires_on=TODAY - DAY, in_force=False)
    gone = exempt_item(agency, expires_on=TODAY - DAY)
    deciding.withdraw(gone, reason="Ganda", at=timezone.now())
    exempt_item(other_agency, expires_on=TODAY - DAY)
    suspend(other_agency, at=timezone.now())
    assert remind(TODAY) == 0
    assert mail.outbox == []


def test_no_reminder_waits_long_for_a_silent_server(agency, officer, settings):
    item = exempt_item(agency, expires_on=TODAY - DAY)
    settings.EMAIL_BACKEND = "tests.opd_sites.test_mailing.SilentServer"
    with pytest.raises(TimeoutError):
        remind(TODAY)
    item.refresh_from_db()
    assert item.told_at is None


def test_publishing_on_time_never_waits_for_reminders(agency, officer, settings):
    """The process that publishes what is due leaves the mail server to the worker."""
    settings.OPD_SITES = {"MAIL_TASKS": "webhooks"}
    exempt_item(agency, expires_on=TODAY - DAY)
    call_command("feed_worker", once=True)
    assert not mail.outbox
    waiting = DBTaskResult.objects.filter(task_path=remind_officers.module_path)
    assert waiting.count() == 1
    remind_officers.call()  # as the worker does
    assert len(mail.outbox) == 1


def test_the_worker_reminds_once_a_day(agency, officer):
    exempt_item(agency, expires_on=TODAY - DAY)
    call_command("feed_worker", once=True)
    call_command("feed_worker", once=True)
    assert len(mail.outbox) == 1
