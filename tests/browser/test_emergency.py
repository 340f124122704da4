"""An emergency from the duty officer's telephone to the pages that citizens have open, and back."""

import time

from django.utils import timezone
from playwright.sync_api import expect

from kip_pages.models import AlertTemplate, EmergencyAnnouncementPage
from opd_sites.choices import ProvinceRole

from ..factories import ONE_HOUR, publish
from .office import PHONE, SMALL, TO_THE_FRONT, assert_accessible, fits
from .watching import watched

BANNER = "#darurat .banner"
WORDS = {
    "title": "Banjir Cibanten",
    "hazard_and_impact": "Air setinggi satu meter.",
    "affected_people": "Warga bantaran.",
    "how_to_avoid": "Pindah ke tempat tinggi.",
    "how_to_get_help": "Hubungi 112.",
}


class Officer:
    """Taps, and counts how often."""

    def __init__(self, page, office):
        self.page, self.office, self.taps = page, office, 0

    def tap(self, selector):
        with self.page.expect_navigation():
            self.page.locator(selector).first.tap()
        self.taps += 1

    def look_and_publish(self):
        self.tap(".kip-announce__actions button")
        expect(self.page.locator("button[form=publish-at-once]")).to_be_visible()
        fits(self.page)
        assert_accessible(self.page, ".kip-confirm")
        self.tap("button[form=publish-at-once]")


def open_tab(office, name, troubles, path="", **options):
    tab = watched(office.window(name, **options), troubles)
    tab.goto(office.site(path))
    if options.get("java_script_enabled", True):
        tab.evaluate(TO_THE_FRONT)
    return tab


def test_a_minute_on_a_phone_reaches_every_open_page_and_clears_it(office, troubles):
    AlertTemplate.objects.create(hazard="flood", name="Cibanten", **WORDS)
    citizen = open_tab(office, "citizen", troubles)
    plain = open_tab(office, "plain", troubles, java_script_enabled=False)
    expect(citizen.locator(BANNER)).to_have_count(0)

    page = watched(office.as_(ProvinceRole.DUTY_OFFICER, **PHONE), troubles)
    page.goto(office.admin("announce/"))
    officer, began = Officer(page, office), time.monotonic()
    fits(page)
    assert_accessible(page, ".kip-announce")
    officer.tap('.kip-announce__hazards a[href$="/flood/"]')
    fits(page)
    assert_accessible(page, ".kip-announce")
    officer.look_and_publish()
    assert officer.taps == 3
    assert time.monotonic() - began < 30
    assert EmergencyAnnouncementPage.objects.live().filter(title=WORDS["title"]).exists()

    expect(citizen.locator(BANNER)).to_contain_text(WORDS["title"], timeout=15_000)
    plain.reload()
    expect(plain.locator(BANNER)).to_contain_text(WORDS["title"])

    citizen.locator("#darurat .banner__hide").click()
    expect(citizen.locator("#darurat")).to_be_hidden()
    page.goto(office.admin())
    officer.tap('a[href*="/announce/update/"]')
    officer.look_and_publish()
    expect(citizen.locator(BANNER)).to_contain_text("Pemutakhiran", timeout=15_000)

    page.goto(office.admin())
    officer.tap('a[href*="/announce/all-clear/"]')
    officer.look_and_publish()
    expect(citizen.locator("#darurat")).to_be_hidden(timeout=15_000)
    plain.reload()
    expect(plain.locator(BANNER)).to_have_count(0)


def test_an_open_page_takes_it_away_at_its_end_though_nothing_answers(office, troubles):
    publish(
        EmergencyAnnouncementPage,
        office.agency,
        title="Sebentar saja",
        areas=["36.73"],
        expires=timezone.now() + ONE_HOUR / 450,
    )
    tab = office.window("citizen", viewport=SMALL)
    tab.goto(office.site())
    expect(tab.locator(BANNER)).to_contain_text("Sebentar saja")
    fits(tab)
    tab.context.set_offline(True)
    expect(tab.locator("#darurat")).to_be_hidden(timeout=12_000)


def test_axe_finds_nothing_in_banners_of_any_severity(office, troubles):
    pages = {
        severity: publish(
            EmergencyAnnouncementPage,
            office.agency,
            title=f"Bahaya {severity}",
            severity=severity,
            areas=["36.73"],
        )
        for severity in ("extreme", "severe", "moderate")
    }
    tab = watched(office.window("citizen", viewport=SMALL), troubles)
    for _look in range(2):
        tab.goto(office.site())
        expect(tab.locator(BANNER)).to_have_count(3)
        assert_accessible(tab, "#darurat")
        fits(tab)
        pages["extreme"].unpublish()
        publish(
            EmergencyAnnouncementPage,
            office.agency,
            title="Pemberitahuan",
            severity="minor",
            areas=["36.73"],
        )
    tab.goto(pages["severe"].full_url)
    assert_accessible(tab)
