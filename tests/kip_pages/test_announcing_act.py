"""The act: a duty officer with a phone announces on one form, looks at the text, and publishes."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from kip_pages.alerts.authority import grant
from kip_pages.choices import AlertReach, EmergencyKind, Hazard, MessageType
from kip_pages.hazards import PRESETS
from kip_pages.models import AlertTemplate, EmergencyAnnouncementPage, EmergencyIndexPage
from opd_sites.choices import AgencyRole, ProvinceRole
from tests.factories import ONE_HOUR, UserFactory, publish, section_of

HOST = {"host": "portal.example.test"}

TYPED = {
    "title": "Banjir di Kota Serang",
    "level": "2",
    "areas": ["36.73"],
    "hazard_and_impact": "Banjir setinggi satu meter.",
    "affected_people": "Warga bantaran Cibanten.",
    "how_to_avoid": "Pindah ke tempat tinggi.",
    "how_to_get_help": "Hubungi 112.",
    "lasts": "6",
    "origin": "own",
    "reach": "own_site",
    "status": "actual",
    "kind": "natural_disaster",
    "urgency": "immediate",
    "certainty": "observed",
}


def log_in(client, role, agency=None):
    user = UserFactory(role=role, **({"role__agency": agency} if agency else {}))
    client.force_login(user)
    return user


@pytest.fixture
def section(agency):
    return section_of(agency, EmergencyAnnouncementPage)


def form_of(section, hazard="flood"):
    return reverse("announce:new", args=[section.pk, hazard])


def post(client, address, **fields):
    return client.post(address, TYPED | fields, headers=HOST)


def newest():
    return EmergencyAnnouncementPage.objects.order_by("pk").last()


def test_one_form_and_one_look_announce_for_the_whole_agency(client, portal, agency, section):
    log_in(client, AgencyRole.PUBLISHER, agency)
    before = timezone.now()
    shown = post(client, form_of(section))
    page = newest()
    assert not page.live
    assert shown["location"] == reverse("kip_desk:publish_at_once", args=[page.pk])
    look = client.get(shown["location"], headers=HOST)
    text = look.content.decode()
    assert "Bahaya serius" in text  # the banner, as it will stand on every page
    published = client.post(shown["location"], look.context["form"].initial, headers=HOST)
    assert published.status_code == 302
    page.refresh_from_db()
    assert page.live
    assert (page.level_scheme, page.level_value, page.severity) == ("flood", "2", "severe")
    assert page.areas == ["36.73"]
    assert before + 6 * ONE_HOUR - datetime.timedelta(minutes=1) <= page.expires
    assert page.owner is not None
    assert page.is_in_force(at=timezone.now())


def test_the_officers_choice_of_hazards_leads_to_a_form_each(client, agency, section):
    log_in(client, AgencyRole.PUBLISHER, agency)
    text = client.get(reverse("announce:index"), headers=HOST).content.decode()
    for hazard in Hazard:
        assert form_of(section, hazard) in text
        assert client.get(form_of(section, hazard), headers=HOST).status_code == 200


def test_every_hazard_says_how_an_announcement_of_it_begins():
    assert PRESETS.keys() == set(Hazard)
    for preset in PRESETS.values():
        assert datetime.timedelta() < preset.lasts <= preset.at_most


def test_the_province_s_words_stand_in_the_form_and_their_gaps_must_be_filled(
    client, agency, section
):
    AlertTemplate.objects.create(
        hazard="flood",
        name="Sungai",
        title="Banjir [nama sungai]",
        hazard_and_impact="Air [nama sungai] meluap.",
    )
    log_in(client, AgencyRole.PUBLISHER, agency)
    text = client.get(form_of(section), headers=HOST).content.decode()
    assert "Banjir [nama sungai]" in text
    refused = post(client, form_of(section), title="Banjir [nama sungai]")
    assert refused.status_code == 200
    assert "[nama sungai]" in str(refused.context["form"].errors["title"])
    assert not EmergencyAnnouncementPage.objects.exists()


@pytest.mark.parametrize(
    "name", ["hazard_and_impact", "affected_people", "how_to_avoid", "how_to_get_help"]
)
def test_nothing_is_announced_without_the_four_elements(client, agency, section, name):
    log_in(client, AgencyRole.PUBLISHER, agency)
    refused = post(client, form_of(section), **{name: ""})
    assert name in refused.context["form"].errors
    assert "Kota Serang" in refused.content.decode()  # what was typed stands there still
    assert not EmergencyAnnouncementPage.objects.exists()


def test_districts_narrow_their_regency(client, agency, section):
    log_in(client, AgencyRole.PUBLISHER, agency)
    post(client, form_of(section), areas=["36.73", "36.04"], districts=["36.73.01"])
    assert newest().areas == ["36.04", "36.73.01"]
    assert "Serang" in newest().area_list[1]


def confirm(client, page):
    address = reverse("kip_desk:publish_at_once", args=[page.pk])
    look = client.get(address, headers=HOST)
    if look.status_code != 200:
        return look
    return client.post(address, look.context["form"].initial, headers=HOST)


#   originates             reach granted        said                                    goes live
AUTHORITY = [
    (["natural_disaster"], AlertReach.OWN_SITE, {}, True),
    (["food_poison"], AlertReach.OWN_SITE, {}, False),
    ([], AlertReach.OWN_SITE, {"origin": "relay", "original_issuer": "BMKG"}, False),
    (
        [],
        AlertReach.OWN_SITE,
        {
            "origin": "relay",
            "original_issuer": "BMKG",
            "original_url": "https://www.bmkg.go.id/",
            "original_sent_0": "2026-11-27",
            "original_sent_1": "07:00",
        },
        True,
    ),
    (["natural_disaster"], AlertReach.PROVINCE, {"reach": "province"}, True),
    (["natural_disaster"], AlertReach.OWN_SITE, {"reach": "province"}, False),
    (["natural_disaster"], AlertReach.CHOSEN_AGENCIES, {"reach": "chosen_agencies"}, False),
]


@pytest.mark.parametrize(("originates", "reach", "said", "goes_live"), AUTHORITY)
def test_what_an_agency_may_announce_how_far_is_what_the_province_gave_it(
    client, portal, agency, section, originates, reach, said, goes_live
):
    grant(agency, originates=originates, reach=reach)
    log_in(client, AgencyRole.PUBLISHER, agency)
    answer = post(client, form_of(section), **said)
    if answer.status_code == 302:
        confirm(client, newest())
    pages = EmergencyAnnouncementPage.objects.live()
    assert pages.exists() is goes_live


@pytest.mark.parametrize("fields", [{"original_issuer": ""}, {"reach": "province"}])
def test_the_wagtail_form_leads_past_the_same_authority(client, agency, fields):
    """An older draft, or one written in Wagtail's own form, is judged when it is to go live."""
    grant(agency, originates=[], reach=AlertReach.OWN_SITE)
    log_in(client, AgencyRole.PUBLISHER, agency)
    page = publish(EmergencyAnnouncementPage, agency)
    page.unpublish()
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision()
    answer = confirm(client, page)
    assert answer["location"] == reverse("wagtailadmin_pages:edit", args=[page.pk])
    page.refresh_from_db()
    assert not page.live


def test_duty_officers_announce_for_the_whole_province(client, portal, agency):
    log_in(client, ProvinceRole.DUTY_OFFICER)
    section = EmergencyIndexPage.objects.get(path__startswith=portal.root_page.path)
    post(client, form_of(section, "tsunami"), level="awas", reach="province")
    confirm(client, newest())
    page = newest()
    assert page.live
    assert (page.reach, page.severity) == ("province", "extreme")


@pytest.mark.parametrize(
    ("name", "message_type"),
    [("update", MessageType.UPDATE), ("all_clear", MessageType.CANCEL)],
)
def test_what_follows_begins_with_what_was_said(client, portal, agency, name, message_type):
    page = publish(EmergencyAnnouncementPage, agency, title="Banjir", areas=["36.73"])
    log_in(client, AgencyRole.PUBLISHER, agency)
    address = reverse(f"announce:{name}", args=[page.pk])
    form = client.get(address, headers=HOST).context["form"]
    typed = {
        field.html_name: field.value() for field in form if not isinstance(field.value(), list)
    }
    typed = {key: value for key, value in typed.items() if isinstance(value, str)}
    client.post(address, typed | {"areas": ["36.73"]}, headers=HOST)
    follower = newest()
    assert (follower.message_type, follower.predecessor) == (message_type, page)
    confirm(client, follower)
    follower.refresh_from_db()
    assert follower.live
    assert not page.is_in_force(at=timezone.now())
    assert follower.is_in_force(at=timezone.now()) is (message_type == MessageType.UPDATE)


def test_alerts_in_force_are_one_press_from_their_update_and_all_clear(client, agency):
    page = publish(EmergencyAnnouncementPage, agency)
    log_in(client, AgencyRole.PUBLISHER, agency)
    text = client.get(reverse("wagtailadmin_home"), headers=HOST).content.decode()
    for name in ("update", "all_clear"):
        assert reverse(f"announce:{name}", args=[page.pk]) in text


def test_who_may_not_add_there_finds_no_form(client, agency, other_agency):
    log_in(client, AgencyRole.PUBLISHER, other_agency)
    page = publish(EmergencyAnnouncementPage, agency)
    section = section_of(agency, EmergencyAnnouncementPage)
    assert client.get(form_of(section), headers=HOST).status_code in (302, 404)
    update = reverse("announce:update", args=[page.pk])
    assert client.get(update, headers=HOST).status_code in (302, 404)


def test_only_the_province_gives_authority_and_writes_templates(client, agency):
    for role, opens in ((AgencyRole.AGENCY_ADMIN, False), (ProvinceRole.PROVINCE_ADMIN, True)):
        log_in(client, role, agency if role in AgencyRole else None)
        for name in ("alert_authorities", "alert_templates"):
            answer = client.get(reverse(f"{name}:index"), headers=HOST)
            assert (answer.status_code == 200) is opens, (role, name)
    given = {"agency": agency.pk, "originates": list(EmergencyKind.values), "reach": "province"}
    edit = reverse("alert_authorities:edit", args=[agency.alert_authority.pk])
    client.post(edit, given, headers=HOST)
    agency.alert_authority.refresh_from_db()
    assert agency.alert_authority.reach == "province"


def test_what_machines_would_misread_is_said_in_the_form_with_all_that_was_typed(
    client, portal, agency, section
):
    log_in(client, AgencyRole.PUBLISHER, agency)
    refused = post(client, form_of(section), how_to_avoid="Naik <b>sekarang</b>", lasts="3")
    errors = refused.context["form"].errors
    assert set(errors) == {"how_to_avoid"}
    assert "HTML" in str(errors["how_to_avoid"])
    assert (
        "Hapus &lt; dan &gt;" in refused.content.decode()
    )  # what to do, in the officer's language
    for typed in ("Naik &lt;b&gt;sekarang", "Banjir di Kota Serang", '<option value="3" selected>'):
        assert typed in refused.content.decode()
    assert not EmergencyAnnouncementPage.objects.exists()


def test_what_is_missing_of_the_source_is_said_in_the_form(client, portal, agency, section):
    grant(agency, originates=[], reach=AlertReach.OWN_SITE)
    log_in(client, AgencyRole.PUBLISHER, agency)
    refused = post(client, form_of(section), origin="relay", original_issuer="BMKG")
    assert {"original_url", "original_sent"} <= refused.context["form"].errors.keys()
    assert not EmergencyAnnouncementPage.objects.exists()
