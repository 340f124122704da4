"""What a receipt asks for, and of whom."""

import datetime

from django.urls import reverse
from django.utils import timezone

from kip_pages.alerts import drilling
from kip_pages.choices import AlertReach
from kip_pages.feed import sequencer
from kip_pages.models import Channel, EmergencyAnnouncementPage, Receipt
from opd_sites.choices import AgencyRole
from opd_sites.provisioning import rename, suspend
from tests.factories import UserFactory, publish


def announce(agency, **fields):
    fields = {"title": "Banjir", "areas": ["36.04"], "reach": AlertReach.PROVINCE} | fields
    page = publish(EmergencyAnnouncementPage, agency, **fields)
    sequencer.catch_up(pressing_only=False, max_batches=None)
    return page


def hosts_of(receipt):
    lines = receipt.lines.select_related("agency")
    return {line.agency.code if line.agency else "portal" for line in lines}


def test_a_drill_comes_by_itself_once_a_month(portal, agency, settings):
    rename(agency, is_lead=True)
    now = timezone.now()
    assert drilling.drill_if_due(at=now) is None  # switched off in the tests
    settings.KIP_PAGES = settings.KIP_PAGES | {"ALERT_DRILL_DAYS": 30}
    first = drilling.drill_if_due(at=now)
    sequencer.catch_up(pressing_only=True)
    assert first.receipts.count() == 1
    assert drilling.drill_if_due(at=now + datetime.timedelta(days=29)) is None
    assert drilling.drill_if_due(at=now + datetime.timedelta(days=31)) is not None


def test_what_is_overtaken_is_asked_for_no_more(portal, agency):
    page = announce(agency)
    page.how_to_avoid = "Naik."
    page.save_revision().publish()
    sequencer.catch_up(pressing_only=True)
    first, second = Receipt.objects.order_by("pk")
    assert list(Receipt.objects.open(at=timezone.now())) == [second]
    assert first.lines.filter(seen_at=None).exists()


def test_what_an_update_takes_the_place_of_is_asked_for_no_more(portal, agency):
    page = announce(agency)
    announce(agency, slug="lanjutan", predecessor=page, message_type="update")
    _first, second = Receipt.objects.order_by("pk")
    assert list(Receipt.objects.open(at=timezone.now())) == [second]
    assert list(Receipt.objects.late(at=timezone.now() + datetime.timedelta(hours=1))) == [second]


def test_what_begins_later_is_asked_for_when_it_begins(portal, agency):
    begins = timezone.now() + datetime.timedelta(hours=2)
    announce(agency, effective=begins)
    assert not Receipt.objects.open(at=timezone.now()).exists()
    assert Receipt.objects.open(at=begins).exists()
    assert not Receipt.objects.late(at=begins).exists()


def test_a_suspended_agency_s_own_host_is_not_asked(portal, agency, other_agency):
    announce(agency)
    suspend(agency, at=timezone.now())
    sequencer.catch_up(pressing_only=False, max_batches=None)
    receipt = Receipt.objects.order_by("pk").last()
    assert hosts_of(receipt) == {"dindik", "portal"}


def test_the_editor_sees_the_receipt_on_the_announcement(client, portal, agency):
    page = announce(agency, reach=AlertReach.OWN_SITE)
    seen = page.receipts.get().lines.get(agency=agency, channel=Channel.STATE)
    seen.seen_at = seen.receipt.since + datetime.timedelta(seconds=1.5)
    seen.save()
    client.force_login(UserFactory(role=AgencyRole.PUBLISHER, role__agency=agency))
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    text = client.get(address, headers={"host": "dinkes.example.test"}).content.decode()
    assert "1,5 s" in text
    assert "belum terlihat" in text
