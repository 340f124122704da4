"""A citizen looks for something in the register: on a small telephone, with JavaScript and without."""

import re

import pytest
from playwright.sync_api import expect

from kip_pages.models import DipEntryPage

from ..factories import publish
from .office import SMALL, WIDE, assert_accessible


@pytest.fixture
def register(office):
    """Eight entries of this test, of two years and two categories, beside those of the others."""
    for number in range(8):
        publish(
            DipEntryPage,
            office.agency,
            title=f"Laporan {office.mark} ke-{number}",
            period=("2024", "2025")[number % 2],
            category=("periodic", "always_available")[number % 4 == 0],
            holding_unit=f"Bidang {office.mark}",
        )
    return f"informasi-publik/?unit=Bidang+{office.mark}"


def fits(page):
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= SMALL["width"], f"{page.url} has to be pushed aside to be read"


def test_without_javascript_links_and_forms_narrow_the_register(office, register):
    citizen = office.window("citizen", viewport=SMALL, java_script_enabled=False)
    citizen.goto(office.site(register))
    fits(citizen)
    citizen.get_by_text("Saring daftar").first.click()
    citizen.get_by_role("link", name=re.compile("^2025")).click()
    expect(citizen.get_by_role("status").first).to_have_text("4 hasil")
    fits(citizen)
    citizen.get_by_role("searchbox", name="Kata dalam").fill(f"{office.mark} ke-3")
    citizen.locator("#register-search").get_by_role("button", name="Cari").click()
    expect(citizen.get_by_role("status").first).to_have_text("1 hasil")
    citizen.get_by_role("link", name="Hapus: Tahun: 2025").click()
    expect(citizen).to_have_url(re.compile(rf"\?q={office.mark}\+ke-3&unit="))
    citizen.get_by_role("link", name=f"Laporan {office.mark} ke-3").click()
    expect(citizen.get_by_role("heading", name="Apakah ini yang Anda cari?")).to_be_visible()
    fits(citizen)


def test_with_javascript_it_changes_in_place_and_the_way_back_works(office, register):
    citizen = office.window("citizen", viewport=WIDE)
    citizen.goto(office.site(register))
    whole = citizen.url
    count = citizen.locator("#register-count")
    citizen.evaluate("window.kept = document.querySelector('#register-count')")

    def stayed():
        return citizen.evaluate("window.kept === document.querySelector('#register-count')")

    # Where there is room the facets stand open beside the list.
    citizen.locator(".facet").get_by_role("link", name=re.compile("^2025")).click()
    expect(count).to_have_text("4 hasil")
    assert stayed()
    assert citizen.url == f"{office.site('informasi-publik/')}?tahun=2025&unit=Bidang+{office.mark}"
    expect(citizen).to_have_title(re.compile("2025"))
    assert citizen.evaluate("document.activeElement.id") == "register-found"

    citizen.get_by_role("searchbox", name="Kata dalam").fill(f"{office.mark} ke-3")
    citizen.get_by_role("searchbox", name="Kata dalam").press("Enter")
    expect(count).to_have_text("1 hasil")
    assert citizen.evaluate("document.activeElement.id") == "search-words"
    citizen.go_back()
    citizen.go_back()
    expect(count).to_have_text("8 hasil")
    assert stayed()
    assert citizen.url == whole
    expect(citizen).not_to_have_title(re.compile("2025"))

    # Whatever goes wrong on the way: the browser goes there by itself.
    citizen.route("**", lambda route: _only_whole_pages(route))
    citizen.get_by_role("link", name="Judul A–Z").click()
    expect(citizen).to_have_url(re.compile("urut=judul"))
    citizen.wait_for_function("window.kept === undefined")
    expect(count).to_have_text("8 hasil")


def _only_whole_pages(route):
    if route.request.resource_type == "fetch" and "informasi-publik" in route.request.url:
        route.abort()
    else:
        route.continue_()


def test_axe_finds_nothing_serious_in_the_register_and_an_entry(office, register):
    for viewport in (SMALL, WIDE):
        citizen = office.window(f"citizen-{viewport['width']}", viewport=viewport)
        citizen.goto(office.site(register))
        assert_accessible(citizen)
        citizen.goto(f"{office.portal()}dip/?q={office.mark}")
        assert_accessible(citizen)
        citizen.get_by_role("link", name=f"Laporan {office.mark} ke-3").click()
        assert_accessible(citizen)
