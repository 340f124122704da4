"""Setting a province up, and what must never happen outside development."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from wagtail.models import Page, Site

from kip_pages.models import Obligation, PortalHomePage
from kip_pages.obligations import load_obligations
from kip_pages.planting import set_up_portal

from ..opd_sites.whole_database import whole_database


def test_setting_the_portal_up_again_changes_nothing(portal):
    before = whole_database()
    set_up_portal(hostname="portal.example.test", name="Portal Provinsi Contoh")
    load_obligations()
    assert whole_database() == before


def test_the_portal_takes_the_place_of_wagtails_welcome_page_and_groups(portal):
    assert Site.objects.get(agency=None).root_page.specific_class is PortalHomePage
    assert not Page.objects.filter(title__contains="Welcome").exists()
    assert not Group.objects.filter(name__in=["Moderators", "Editors"]).exists()


def test_an_obligation_that_the_file_lacks_is_retired_and_not_deleted(portal):
    Obligation.objects.create(code="BK.LAMA", category="periodic", title="Lama", cadence="yearly")
    assert load_obligations() == Obligation.objects.current().count()
    assert Obligation.objects.get(code="BK.LAMA").is_retired


def test_demo_log_ins_are_never_made_outside_development(db, settings):
    settings.DEBUG = False
    with pytest.raises(CommandError):
        call_command("seed_demo")
