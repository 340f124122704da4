"""Every template with the keyboard alone: all is reached in order, seen, named, and big enough."""

import re

import pytest
from playwright.sync_api import Page, expect

from kip_pages.models import (
    ActivityPage,
    DipEntryPage,
    EmergencyAnnouncementPage,
    NewsPage,
    Subscriber,
)

from ..every_page import SUMMARY, TYPES, full_article
from ..factories import publish
from .office import DESKTOP, SIZES, fits
from .watching import watched

# What a citizen can press or type into, as it stands in the page.
STOPS = """() => {
    const all = [...document.querySelectorAll(
        "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
    )];
    const how = { visibilityProperty: true, contentVisibilityAuto: true };
    const isShown = (one) => one.checkVisibility(how);
    window.stops = all.filter((one) => !one.disabled && isShown(one));
    return window.stops.length;
}"""
# What has the focus now: its place among the stops, and what is wrong with it.
FOCUSED = """() => {
    const one = document.activeElement;
    const number = window.stops.indexOf(one);
    if (number < 0) return { number, html: one.outerHTML.slice(0, 160), wrong: [] };
    const ring = (style) => style.outlineStyle != "none" && parseFloat(style.outlineWidth) >= 2;
    const dashed = (style) => style.strokeDasharray != "none" && parseFloat(style.strokeWidth) >= 2;
    const shapes = [...one.querySelectorAll("path")].map((path) => getComputedStyle(path));
    const wrong = [];
    const isTold = ring(getComputedStyle(one)) || shapes.some(dashed);
    if (!isTold) wrong.push("cannot be told from the others");
    const shown = (box) => {
        const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
        const top = document.elementFromPoint(x, y);
        return top && (one.contains(top) || [...(one.labels ?? [])].includes(top));
    };
    const within = [...one.querySelectorAll("*")].map((part) => part.getBoundingClientRect());
    if (![...one.getClientRects(), ...within].some(shown)) wrong.push("is hidden behind something");
    if (!one.computedName.trim()) wrong.push("has no name");
    return { number, html: one.outerHTML.slice(0, 160), wrong };
}"""
# What is smaller than a finger wants (WCAG 2.2, 2.5.8) and does not stand within a line of text.
SMALL_TARGETS = """() => window.stops.filter((one) => {
    const parts = [one, ...(one.labels ?? []), ...one.querySelectorAll("*")];
    const pressed = parts.map((part) => part.getBoundingClientRect());
    // Some are pressed by the whole card around them.
    const after = getComputedStyle(one, "::after");
    if (after.position == "absolute" && after.inset == "0px") return false;
    const least = (side) => Math.min(...pressed.map((box) => box[side]));
    const most = (side) => Math.max(...pressed.map((box) => box[side]));
    const [width, height] = [most("right") - least("left"), most("bottom") - least("top")];
    if (width >= 24 && height >= 24) return false;
    if (getComputedStyle(one).display != "inline") return true;
    const line = one.parentElement.closest("p, li, dd, td, dt, h1, h2, h3, h4, div");
    const others = [...line.childNodes].filter((node) => node != one && !node.contains(one));
    return !others.some((node) => node.nodeType == Node.TEXT_NODE && /\\w/.test(node.textContent));
}).map((one) => {
    const box = one.getBoundingClientRect();
    return `${Math.round(box.width)}×${Math.round(box.height)} ${one.outerHTML.slice(0, 160)}`;
})"""


@pytest.fixture(scope="module")
def published():
    """What the first test publishes, for all."""
    return {}


@pytest.fixture
def templates(office, published):
    """Addresses by what is shown there."""
    if not published:
        agency = office.agency
        article = full_article(agency, pictures=3, title="Pekan imunisasi", summary=SUMMARY)
        alert = TYPES[EmergencyAnnouncementPage] | {"title": "Banjir", "severity": "severe"}
        alert = publish(EmergencyAnnouncementPage, agency, summary=SUMMARY, **alert)
        for number in range(6):
            publish(ActivityPage, agency, title=f"Vaksin {number}", **TYPES[ActivityPage])
            publish(DipEntryPage, agency, title=f"Laporan {number}", period=str(2020 + number))
        entry = DipEntryPage.objects.get(title="Laporan 1")
        published |= {
            "home": office.site(),
            "portal": office.portal(),
            "article": article.full_url,
            "alert": alert.full_url,
            "register": office.site("informasi-publik/"),
            "entry": entry.full_url,
            "journal": office.site("kegiatan/?tampilan=peta"),
            "activity": ActivityPage.objects.get(title="Vaksin 1").full_url,
            "search": office.site("cari/?q=vaksin"),
            "ppid": office.site("ppid/"),
            "ppid-item": office.site("ppid/standar-layanan/maklumat/"),
            "subscribe": office.site("berlangganan/"),
        }
    return published


@pytest.fixture
def reader(office, troubles):
    """A window in which pages do not glide, as a reader may ask for."""

    def open_at(address, **options) -> Page:
        page = watched(office.window("reader", reduced_motion="reduce", **options), troubles)
        page.goto(address)
        return page

    return open_at


def walk(page: Page) -> list[dict]:
    """Press the tabulator from the top of the page to its end; return what had the focus, in order."""
    found = []
    for _press in range(page.evaluate(STOPS) + 1):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused["html"].startswith("<body"):
            break
        found.append(focused)
    return found


TEMPLATES = [
    *("home", "portal", "article", "alert", "register", "entry", "journal", "activity"),
    *("search", "ppid", "ppid-item", "subscribe"),
]


def test_every_template_is_walked(templates):
    assert list(templates) != []
    assert set(templates) == set(TEMPLATES)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_everything_is_reached_once_in_order_and_seen_and_named(reader, templates, template, size):
    page = reader(templates[template], **SIZES[size])
    fits(page)
    visited = walk(page)
    assert [stop["number"] for stop in visited] == list(range(page.evaluate("stops.length")))
    assert [stop for stop in visited if stop["wrong"]] == []
    small = page.evaluate(SMALL_TARGETS)
    assert small == [], "\n".join(small)


def test_the_first_stop_skips_to_what_the_page_is_about(reader, templates):
    page = reader(templates["home"], **DESKTOP)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Lompat ke isi")).to_be_focused()
    expect(page.get_by_role("link", name="Lompat ke isi")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_a_group_of_the_menu_is_opened_and_closed_and_never_lies_over_the_focus(reader, templates):
    page = reader(templates["home"], **DESKTOP)
    group = page.locator(".ppid-menu summary", has_text="Profil PPID")
    group.focus()
    page.keyboard.press("Enter")
    first = page.get_by_role("link", name="Tentang PPID").first
    expect(first).to_be_visible()
    page.keyboard.press("Tab")
    expect(first).to_be_focused()
    page.keyboard.press("Escape")
    expect(first).to_be_hidden()
    expect(group).to_be_focused()
    # Open, it is left by the tabulator at its end: it closes, and what follows is seen.
    page.keyboard.press("Enter")
    visited = walk(page)
    assert [stop for stop in visited if stop["wrong"]] == []
    assert page.locator(".ppid-menu details[open]").count() == 0


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("size", SIZES)
def test_a_form_with_an_error_begins_at_the_error_and_keeps_what_was_typed(
    reader, templates, size, scripts
):
    page = reader(templates["subscribe"], **SIZES[size], java_script_enabled=scripts)
    page.get_by_label("Alamat e-mail Anda").fill("siti@contoh")
    page.get_by_label("Bencana alam", exact=True).check()
    page.get_by_role("button", name="Berlangganan").press("Enter")
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(page).to_have_title(re.compile("^Mohon periksa lagi"))
    page.keyboard.press("Tab")
    link = summary.get_by_role("link", name="Alamat e-mail Anda")
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    field = page.get_by_label("Alamat e-mail Anda")
    expect(field).to_be_focused()
    expect(field).to_have_value("siti@contoh")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("Isi alamat lengkap"))
    expect(page.get_by_label("Bencana alam", exact=True)).to_be_checked()
    fits(page)
    assert not Subscriber.objects.exists()


def test_pictures_of_a_gallery_are_told_by_their_words(reader, templates):
    page = reader(templates["article"], **DESKTOP)
    assert page.locator(".gallery").get_by_role("img", name="Antrean").count() == 3
    assert NewsPage.objects.get(title="Pekan imunisasi").full_url == page.url
