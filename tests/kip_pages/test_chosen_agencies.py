"""Shown on one's own site and on those of chosen agencies: who chooses, from what, and who sees it."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from kip_pages.alerts.authority import grant
from kip_pages.choices import AlertReach, EmergencyKind
from kip_pages.feed import sequencer
from kip_pages.models import EmergencyAnnouncementPage, EmergencyIndexPage, NewsPage, Receipt
from opd_sites.choices import AgencyRole, ProvinceRole
from opd_sites.provisioning import suspend
from tests.factories import AgencyFactory, publish, section_of

from .test_announcing_act import HOST, confirm, form_of, log_in, newest, post
from .test_pages_in_admin import edit_view, form_data

CHOSEN = AlertReach.CHOSEN_AGENCIES


@pytest.fixture
def third(agency):
    return AgencyFactory(code="bpbd", name="Badan Penanggulangan Bencana")


@pytest.fixture
def publisher(client, agency, other_agency, third):
    grant(agency, originates=EmergencyKind.values, reach=CHOSEN)
    return log_in(client, AgencyRole.PUBLISHER, agency)


def offered(answer):
    form = answer.context["form"]
    field = form.fields.get("target_agencies")
    return field and [code for code, _name in field.choices]


def choose(client, address, *codes, reach=CHOSEN, **fields):
    return post(client, address, reach=reach, target_agencies=codes, **fields)


def shown_on(client):
    """Ask every host whether it says that something is in force."""
    hosts = ("dinkes", "dindik", "bpbd")
    states = {code: f"{code}.example.test" for code in hosts}
    return {
        code
        for code, host in states.items()
        if client.get("/_darurat.json", headers={"host": host}).json()["alerts"]
    }


def test_it_is_chosen_by_public_name_and_shown_there_and_nowhere_else(
    client, portal, agency, publisher
):
    section = section_of(agency, EmergencyAnnouncementPage)
    answer = client.get(form_of(section), headers=HOST)
    assert set(offered(answer)) == {"dindik", "bpbd"}
    assert answer.context["form"].initial["reach"] == AlertReach.OWN_SITE
    choose(client, form_of(section), "bpbd")
    confirm(client, newest())
    assert [one.code for one in newest().target_agencies.all()] == ["bpbd"]
    assert shown_on(client) == {"dinkes", "bpbd"}


def test_nothing_but_name_and_code_of_active_agencies_stands_in_the_form(
    client, agency, other_agency, publisher
):
    closed = AgencyFactory(code="rahasia", name="Dinas Tertutup")
    suspend(closed, at=timezone.now())
    publish(NewsPage, other_agency, title="Berita orang lain")
    section = section_of(agency, EmergencyAnnouncementPage)
    text = client.get(form_of(section), headers=HOST).content.decode()
    boxes = re.findall(r"<input[^>]*name=\"target_agencies\"[^>]*>\s*([^<]*)<", text)
    assert {name.strip() for name in boxes} == {other_agency.name, "Badan Penanggulangan Bencana"}
    beside = re.sub(r"<input[^>]*name=\"target_agencies\"[^>]*>[^<]*<", "<", text)
    for word in ("dindik", other_agency.name, "bpbd", "rahasia", "Tertutup", "orang lain"):
        assert word not in beside
    # A code that is hidden is answered as one that never was.
    refused = [choose(client, form_of(section), code) for code in ("rahasia", "tidakada")]
    told = [str(one.context["form"].errors["target_agencies"]) for one in refused]
    assert told[0].replace("rahasia", "tidakada") == told[1]
    assert not EmergencyAnnouncementPage.objects.exists()


@pytest.mark.parametrize("reach", [AlertReach.OWN_SITE, None])
def test_whom_the_province_gave_no_such_reach_is_named_nobody(client, agency, other_agency, reach):
    if reach:
        grant(agency, originates=[], reach=reach)
    log_in(client, AgencyRole.PUBLISHER, agency)
    section = section_of(agency, EmergencyAnnouncementPage)
    page = publish(EmergencyAnnouncementPage, agency)
    for address in (form_of(section), edit_view(page), reverse("announce:update", args=[page.pk])):
        answer = client.get(address, headers=HOST)
        assert offered(answer) is None
        assert other_agency.name not in answer.content.decode()
        assert f'value="{CHOSEN}"' not in answer.content.decode()
    choose(client, form_of(section), "dindik", **RELAYED)
    assert EmergencyAnnouncementPage.objects.count() == 1


RELAYED = {
    "origin": "relay",
    "original_issuer": "BMKG",
    "original_url": "12/2026",
    "original_sent_0": "2026-11-27",
    "original_sent_1": "07:00",
}


def test_where_nobody_else_is_active_single_agencies_are_no_choice(client, agency, publisher):
    for code in ("dindik", "bpbd"):
        suspend(type(agency).objects.get(code=code), at=timezone.now())
    answer = client.get(form_of(section_of(agency, EmergencyAnnouncementPage)), headers=HOST)
    assert offered(answer) is None
    assert CHOSEN not in dict(answer.context["form"].fields["reach"].choices)


def test_the_choice_is_judged_again_when_it_is_published(client, agency, publisher, third):
    section = section_of(agency, EmergencyAnnouncementPage)
    choose(client, form_of(section), "bpbd")
    grant(agency, originates=EmergencyKind.values, reach=AlertReach.OWN_SITE)
    confirm(client, newest())
    assert not newest().live
    grant(agency, originates=EmergencyKind.values, reach=CHOSEN)
    suspend(third, at=timezone.now())  # nobody is left whom it would reach
    confirm(client, newest())
    assert not newest().live


#   chosen in the update      reach of it            where it is shown then
FOLLOWED = [
    (["bpbd", "dindik"], CHOSEN, {"dinkes", "bpbd", "dindik"}),
    (["dindik"], CHOSEN, {"dinkes", "dindik"}),
    (["bpbd"], AlertReach.OWN_SITE, {"dinkes"}),
]


@pytest.mark.parametrize(("codes", "reach", "then"), FOLLOWED)
def test_an_update_begins_with_its_hosts_and_those_it_leaves_are_clear(
    client, portal, agency, publisher, codes, reach, then
):
    choose(client, form_of(section_of(agency, EmergencyAnnouncementPage)), "bpbd")
    confirm(client, newest())
    sequencer.catch_up(pressing_only=False, max_batches=None)
    first = newest()
    address = reverse("announce:update", args=[first.pk])
    begun = client.get(address, headers=HOST).context["form"].initial
    assert (begun["reach"], begun["target_agencies"]) == (CHOSEN, ["bpbd"])
    choose(client, address, *codes, reach=reach, title="Lanjutan")
    confirm(client, newest())
    assert shown_on(client) == then
    sequencer.catch_up(pressing_only=False, max_batches=None)
    lines = Receipt.objects.order_by("pk").last().lines.exclude(agency=None)
    asked = dict(lines.values_list("agency__code", "ends_only"))
    assert {code for code, ends_only in asked.items() if not ends_only} == then
    assert asked.get("bpbd") is ("bpbd" not in then)
    clear = reverse("announce:all_clear", args=[newest().pk])
    choose(client, clear, reach=AlertReach.OWN_SITE, title="Aman")
    confirm(client, newest())
    assert shown_on(client) == set()
    sequencer.catch_up(pressing_only=False, max_batches=None)
    last = Receipt.objects.order_by("pk").last()
    asked = last.lines.exclude(agency=None).values_list("agency__code", flat=True)
    assert set(asked) == then | {"bpbd"}  # the first one would hold as well


def test_the_page_form_offers_the_same_and_keeps_what_was_chosen(client, agency, publisher, third):
    choose(client, form_of(section_of(agency, EmergencyAnnouncementPage)), "bpbd", "dindik")
    page = newest()
    suspend(third, at=timezone.now())
    answer = client.get(edit_view(page), headers=HOST)
    assert offered(answer) == ["dindik"]
    assert third.name not in answer.content.decode()
    data = form_data(EmergencyAnnouncementPage, slug=page.slug, reach=CHOSEN)
    client.post(edit_view(page), data | {"target_agencies": ["dindik"]}, headers=HOST)
    kept = page.get_latest_revision_as_object()
    # Who is suspended can be neither shown nor taken out, and is reached again when it comes back.
    assert {one.code for one in kept.target_agencies.all()} == {"dindik", "bpbd"}
    refused = client.post(edit_view(page), data, headers=HOST)
    assert "target_agencies" in refused.context["form"].errors
    data["reach"] = AlertReach.OWN_SITE
    client.post(edit_view(page), data, headers=HOST)
    assert not page.get_latest_revision_as_object().target_agencies.all()


def test_a_page_that_reaches_farther_than_its_agency_may_now_is_saved_as_it_is(
    client, agency, publisher
):
    choose(client, form_of(section_of(agency, EmergencyAnnouncementPage)), "bpbd")
    grant(agency, originates=[], reach=AlertReach.OWN_SITE)
    page = newest()
    assert offered(client.get(edit_view(page), headers=HOST)) == ["bpbd"]
    data = form_data(EmergencyAnnouncementPage, slug=page.slug, reach=CHOSEN)
    client.post(edit_view(page), data | {"target_agencies": ["bpbd"]}, headers=HOST)
    kept = page.get_latest_revision_as_object()
    assert [one.code for one in kept.target_agencies.all()] == ["bpbd"]


def test_duty_officers_choose_among_all_agencies(client, portal, publisher):
    log_in(client, ProvinceRole.DUTY_OFFICER)
    section = EmergencyIndexPage.objects.get(path__startswith=portal.root_page.path)
    assert set(offered(client.get(form_of(section), headers=HOST))) == {"dinkes", "dindik", "bpbd"}
    choose(client, form_of(section), "dindik")
    confirm(client, newest())
    assert shown_on(client) == {"dindik"}
