"""The duty officer finds what waits on the first screen; the province says what is read."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from kip_pages.choices import RelayAction, RelayReason, RelayState
from kip_pages.models import AlertSource, EmergencyAnnouncementPage, RelayedAlert
from kip_pages.relays import ignoring, polling
from opd_sites.choices import AgencyRole, ProvinceRole

from ..factories import UserFactory
from ..nowcast import LIST, NAME, Office, message, source_at
from .test_announcing_act import HOST, confirm, log_in


@pytest.fixture
def office():
    opened = Office()
    yield opened
    opened.stop()


@pytest.fixture
def source(office, agency):
    return source_at(office, agency=agency)


@pytest.fixture
def officer(agency):
    return UserFactory(role=AgencyRole.PUBLISHER, role__agency=agency)


@pytest.fixture
def waiting(office, source, officer):
    office.publish(message())
    polling.poll(source)
    return RelayedAlert.objects.get()


def form_of(alert):
    return reverse("announce:relay", args=[alert.page_id])


def ignore(client, alert, reason=RelayReason.NOT_NEEDED):
    address = reverse("announce:ignore", args=[alert.page_id])
    return client.post(address, {"reason": reason}, headers=HOST)


def typed_in(form, **changes):
    """What a browser would send of a form as it opens."""
    typed = {}
    for field in form:
        value = field.value()
        if isinstance(value, datetime.datetime):
            local = timezone.localtime(value)
            typed[f"{field.html_name}_0"] = local.strftime("%Y-%m-%d")
            typed[f"{field.html_name}_1"] = local.strftime("%H:%M:%S")
        elif value is not None:
            typed[field.html_name] = value
    return typed | changes


def test_what_waits_is_on_the_first_screen_and_two_presses_from_the_public(
    client, portal, officer, waiting
):
    client.force_login(officer)
    first = client.get(reverse("announce:index"), headers=HOST).content.decode()
    assert "Dari BMKG" in first
    assert "Hujan Lebat disertai Petir di Banten" in first
    assert form_of(waiting) in first
    desk = client.get(reverse("wagtailadmin_home"), headers=HOST).content.decode()
    assert form_of(waiting) in desk, "the notice leads there, too"
    opened = client.get(form_of(waiting), headers=HOST)
    form = opened.context["form"]
    page = waiting.page
    assert form["areas"].value() == ["36.04"]
    assert form["origin"].value() == "relay"
    assert (form["original_issuer"].value(), form["lasts"].value()) == ("BMKG", "at")
    assert abs(form["expires"].value() - page.expires) < datetime.timedelta(seconds=1)
    refused = client.post(form_of(waiting), typed_in(form), headers=HOST)
    assert set(refused.context["form"].errors) == {"how_to_avoid", "how_to_get_help"}
    finished = typed_in(form, how_to_avoid="Berteduh.", how_to_get_help="Hubungi 112.")
    shown = client.post(form_of(waiting), finished, headers=HOST)
    assert shown["location"] == reverse("kip_desk:publish_at_once", args=[page.pk])
    confirm(client, page)
    page = EmergencyAnnouncementPage.objects.get()  # the draft itself, and no copy of it
    assert (page.pk, page.live) == (waiting.page_id, True)
    assert (page.original_issuer, page.how_to_avoid) == ("BMKG", "Berteduh.")
    assert page.expires.replace(second=0) == waiting.expires.replace(second=0)
    assert page.original_sent == waiting.sent
    again = client.get(reverse("announce:index"), headers=HOST).content.decode()
    assert form_of(waiting) not in again
    assert client.get(form_of(waiting), headers=HOST).status_code == 404


def test_one_press_leaves_a_warning_aside_and_the_reason_is_kept(client, agency, waiting, office):
    officer = log_in(client, AgencyRole.PUBLISHER, agency)
    assert ignore(client, waiting, "x").status_code == 302
    assert RelayedAlert.objects.get().state == RelayState.OFFERED
    ignore(client, waiting, RelayReason.KNOWN)
    alert = RelayedAlert.objects.get()
    assert (alert.state, alert.reason) == (RelayState.IGNORED, RelayReason.KNOWN)
    assert alert.decided_by == officer
    assert not EmergencyAnnouncementPage.objects.exists()
    with pytest.raises(ignoring.DecidedError):
        ignoring.ignore(waiting, reason=RelayReason.KNOWN, user=officer, at=timezone.now())
    with pytest.raises(ValueError, match="expired"):
        ignoring.ignore(waiting, reason=RelayReason.EXPIRED, user=officer, at=timezone.now())
    # The same message does not come back.
    office.publish(message())
    polling.poll(AlertSource.objects.get())
    assert not EmergencyAnnouncementPage.objects.exists()


#        who             at    finds it   may leave it aside
OFFICERS = [
    (AgencyRole.EDITOR, "own", True, False),
    (AgencyRole.PUBLISHER, "own", True, True),
    (AgencyRole.AGENCY_ADMIN, "own", True, True),
    (AgencyRole.PUBLISHER, "other", False, False),
    (AgencyRole.AGENCY_ADMIN, "other", False, False),
    (ProvinceRole.DUTY_OFFICER, "", False, False),  # theirs is the portal's
    (ProvinceRole.PROVINCE_ADMIN, "", True, True),
]


def test_who_may_announce_there_finds_it_and_who_may_publish_leaves_it_aside(
    client, portal, agency, other_agency, waiting
):
    for role, where, finds, leaves in OFFICERS:
        log_in(client, role, {"own": agency, "other": other_agency}.get(where))
        first = client.get(reverse("announce:index"), headers=HOST).content.decode()
        assert (form_of(waiting) in first) is finds, (role, where)
        opened = client.get(form_of(waiting), headers=HOST).status_code
        assert (opened == 200) is finds, (role, where)
        address = reverse("announce:ignore", args=[waiting.page_id])
        assert (address in first) is leaves, (role, where)
        if not leaves:
            ignore(client, waiting)
            assert RelayedAlert.objects.get().state == RelayState.OFFERED, (role, where)
    ignore(client, waiting)
    assert RelayedAlert.objects.get().state == RelayState.IGNORED


def test_at_the_portal_the_duty_officer_decides(client, portal, office):
    polling.poll(source_at(office, reach="province"))
    office.publish(message())
    polling.poll(AlertSource.objects.get())
    alert = RelayedAlert.objects.get()
    log_in(client, ProvinceRole.DUTY_OFFICER)
    first = client.get(reverse("announce:index"), headers=HOST).content.decode()
    assert form_of(alert) in first
    form = client.get(form_of(alert), headers=HOST).context["form"]
    finished = typed_in(form, how_to_avoid="Berteduh.", how_to_get_help="Hubungi 112.")
    client.post(form_of(alert), finished, headers=HOST)
    confirm(client, alert.page)
    page = EmergencyAnnouncementPage.objects.get()
    assert (page.live, page.reach) == (True, "province")


def test_an_all_clear_that_waits_says_so(client, agency, office, waiting):
    page = waiting.page.get_latest_revision_as_object()
    page.how_to_avoid, page.how_to_get_help = "Berteduh.", "112"
    page.save_revision().publish()
    office.publish(message(f"{NAME}2", msgType="Cancel", replaces=[NAME]))
    polling.poll(AlertSource.objects.get())
    log_in(client, AgencyRole.PUBLISHER, agency)
    first = client.get(reverse("announce:index"), headers=HOST).content.decode()
    assert "Dari BMKG · Dinyatakan berakhir" in first
    clear = RelayedAlert.objects.order_by("pk").last()
    form = client.get(form_of(clear), headers=HOST).context["form"]
    client.post(form_of(clear), typed_in(form), headers=HOST)
    confirm(client, clear.page)
    assert EmergencyAnnouncementPage.objects.get(pk=clear.page_id).live
    assert not page.is_in_force(at=timezone.now())


def given(**changes):
    return {
        "name": "Cuaca BMKG",
        "issuer": "BMKG",
        "url": "https://www.bmkg.go.id/alerts/nowcast/id",
        "language": "id",
        "minutes": "2",
        "agency": "",
        "reach": "own_site",
        "action": RelayAction.DRAFT,
        "least_severity": "severe",
        "least_urgency": "expected",
        "least_certainty": "likely",
    } | changes


def test_the_province_s_administrators_enter_a_source_that_is_off_at_first(client, portal, agency):
    for role, opens in ((AgencyRole.AGENCY_ADMIN, False), (ProvinceRole.PROVINCE_ADMIN, True)):
        log_in(client, role, agency if role in AgencyRole else None)
        for name in ("alert_sources", "relayed_alerts"):
            answer = client.get(reverse(f"{name}:index"), headers=HOST)
            assert (answer.status_code == 200) is opens, (role, name)
    client.post(reverse("alert_sources:add"), given(), headers=HOST)
    source = AlertSource.objects.get()
    assert (source.is_enabled, source.action) == (False, RelayAction.DRAFT)
    listed = client.get(reverse("alert_sources:index"), headers=HOST).content.decode()
    assert "Dimatikan" in listed


WRONG = [
    ({"url": "http://user:x@www.bmkg.go.id/"}, "url"),
    ({"url": "ftp://www.bmkg.go.id/"}, "url"),
    ({"url": "https://www.bmkg.go.id:22/"}, "url"),
    ({"minutes": "0"}, "minutes"),
    ({"hazards": ["x"]}, "hazards"),
    ({"certificate": "bukan"}, "certificate"),
    ({"reach": "chosen_agencies"}, "reach"),
]


def test_a_source_that_could_never_work_is_refused_at_the_field(client, portal, agency):
    log_in(client, ProvinceRole.PROVINCE_ADMIN)
    wrong = [*WRONG, ({"agency": agency.pk, "reach": "province"}, "reach")]
    for changes, field in wrong:
        answer = client.post(reverse("alert_sources:add"), given(**changes), headers=HOST)
        assert list(answer.context["form"].errors) == [field], changes
    assert not AlertSource.objects.exists()


def test_what_is_changed_of_a_source_leaves_alone_what_polling_writes(
    client, portal, office, agency
):
    source = source_at(office, agency=agency)
    office.answers[LIST] = 500, {}, b""
    polling.poll(source)
    log_in(client, ProvinceRole.PROVINCE_ADMIN)
    edit = reverse("alert_sources:edit", args=[source.pk])
    same = given(url=source.url, agency=agency.pk, is_enabled="on")
    listed = client.get(reverse("alert_sources:index"), headers=HOST).content.decode()
    assert "Menjawab dengan kesalahan" in listed
    client.post(edit, same | {"minutes": "7"}, headers=HOST)
    source.refresh_from_db()
    assert (source.minutes, source.failures, source.problem) == (7, 1, "status")
    AlertSource.objects.update(etag='"x"')
    client.post(edit, same | {"url": f"{office.root}/lain"}, headers=HOST)
    source.refresh_from_db()
    assert (source.failures, source.etag, source.problem) == (0, "", ""), "another list begins anew"
    assert source.next_attempt_at <= timezone.now()


def test_a_refusal_can_be_seen_with_what_came_and_nothing_can_be_changed(client, office, source):
    office.publish(b"<rusak> & bukan CAP")
    polling.poll(source)
    alert = RelayedAlert.objects.get()
    log_in(client, ProvinceRole.PROVINCE_ADMIN)
    listed = client.get(reverse("relayed_alerts:index"), headers=HOST).content.decode()
    assert "Tidak terbaca sebagai pesan CAP." in listed
    shown = client.get(reverse("relayed_alerts:inspect", args=[alert.pk]), headers=HOST)
    text = shown.content.decode()
    assert "&lt;rusak&gt; &amp; bukan CAP" in text
    assert "bukan XML" in text
    client.force_login(UserFactory(is_superuser=True))
    for name in ("edit", "delete"):
        answer = client.post(reverse(f"relayed_alerts:{name}", args=[alert.pk]), headers=HOST)
        assert answer.status_code == 302
    assert client.get(reverse("relayed_alerts:add"), headers=HOST).status_code == 302
    assert RelayedAlert.objects.get() == alert
