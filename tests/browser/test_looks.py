"""What a reader's device asks for is done: its colours, no motion, fingers for a pointer, no script."""

import datetime
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from kip_pages.choices import ActivityState
from kip_pages.models import ActivityPage, EmergencyAnnouncementPage, NewsPage

from ..factories import publish

PHONE, WIDE = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
# Black on white or white on black: what is drawn in other colours is told by the device, too.
FORCED = {"forced_colors": "active", "viewport": WIDE}
STYLE = "(one, [name, part]) => getComputedStyle(one, part)[name]"


def style(locator, name, part=None):
    return locator.first.evaluate(STYLE, [name, part])


@pytest.fixture(scope="module")
def journal():
    """What the first test that needs activities publishes, for all."""
    return {}


@pytest.fixture
def activities(office, journal):
    for state in ActivityState:
        if state not in journal:
            journal[state] = publish(
                ActivityPage,
                office.agency,
                title=f"Kegiatan {state}",
                state=state,
                starts_on=datetime.date(2026, 1, 5),
                progress=0 if state == ActivityState.PLANNED else 40,
                budget_source="APBD 2026",
                budget_amount=1_000_000_000,
                budget_spent=None if state == ActivityState.PLANNED else 300_000_000,
                areas=["36.04"],
            )
    return journal


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_where_the_device_dictates_the_colours_nothing_is_told_by_ours_alone(
    office, activities, mode
):
    reader = office.window("reader", color_scheme=mode, **FORCED)
    reader.goto(office.site("kegiatan/"))
    ground = style(reader.locator("body"), "backgroundColor")
    assert style(reader.locator(".menu [aria-current]"), "borderBottomColor") != ground
    assert style(reader.locator(".menu a:not([aria-current])"), "borderBottomColor") == ground
    chosen, other = (
        reader.locator(f".journal__views a{which}")
        for which in ("[aria-current]", ":not([aria-current])")
    )
    assert style(chosen, "borderBottomColor") != ground == style(other, "borderBottomColor")
    running, planned = (
        style(reader.locator(f".timeline__item--{state}"), "backgroundColor", "::before")
        for state in (ActivityState.RUNNING, ActivityState.PLANNED)
    )
    assert running != planned == ground, "what runs is filled, what is planned hollow"
    button = reader.locator(".journal__form button")
    assert style(button, "borderTopWidth") != "0px"
    assert style(button, "borderTopColor") != ground
    for whole, part in (
        (".progress__whole", ".progress__done"),
        (".chart__bar--budget", ".chart__bar--spent"),
    ):
        assert style(reader.locator(whole), "fill") == ground
        assert style(reader.locator(part), "fill") != ground
    reader.get_by_role("link", name="Peta").click()
    assert style(reader.locator(".map__number"), "fill") != ground
    assert style(reader.locator(".map__number"), "stroke") == ground


def test_where_the_device_dictates_the_colours_an_alert_keeps_its_sign(office):
    publish(
        EmergencyAnnouncementPage,
        office.agency,
        title=f"Banjir {office.mark}",
        severity="extreme",
        effective=timezone.now(),
        expires=timezone.now() + datetime.timedelta(hours=1),
    )
    reader = office.window("reader", color_scheme="dark", **FORCED)
    reader.goto(office.site())
    ground = style(reader.locator(".banner"), "backgroundColor")
    assert style(reader.locator(".banner__sign"), "fill") != ground
    assert style(reader.locator(".banner__mark"), "fill") == ground


def test_who_wants_no_motion_gets_none(office):
    page = publish(NewsPage, office.agency, title=f"Diam {office.mark}")
    for wish, scrolling in (("no-preference", "smooth"), ("reduce", "auto")):
        reader = office.window(wish, reduced_motion=wish)
        reader.goto(page.full_url)
        assert style(reader.locator("html"), "scrollBehavior") == scrolling
        moving = """() => [...document.querySelectorAll('*')].filter((one) => {
            const style = getComputedStyle(one);
            return style.animationName != 'none' || parseFloat(style.transitionDuration) > 0;
        }).length"""
        assert reader.evaluate(moving) == 0


def test_on_a_phone_the_journals_choices_are_a_press_away_without_a_script(office, activities):
    reader = office.window("reader", viewport=PHONE, java_script_enabled=False)
    reader.goto(office.site("kegiatan/"))
    state = reader.get_by_label("Keadaan")
    expect(state).to_be_hidden()
    form = reader.locator(".journal__form").bounding_box()
    assert form["height"] < PHONE["height"] / 3, "what is narrowed is not pushed away"
    reader.get_by_text("Saring kegiatan").click()
    state.select_option(ActivityState.PLANNED)
    reader.get_by_role("button", name="Tampilkan").click()
    expect(reader).to_have_url(re.compile("keadaan=planned"))
    expect(reader.locator(".timeline__item")).to_have_count(1)
    expect(reader.locator(".drawer summary")).to_contain_text("Direncanakan")
    expect(state).to_be_hidden()


def test_where_there_is_room_the_choices_stand_open_and_fill_the_page_in_place(office, activities):
    reader = office.window("reader", viewport=WIDE)
    reader.goto(office.site("kegiatan/"))
    expect(reader.locator(".drawer summary")).to_be_hidden()
    reader.evaluate("window.stays = true")
    reader.get_by_label("Keadaan").select_option(ActivityState.PLANNED)
    reader.get_by_role("button", name="Tampilkan").click()
    expect(reader.locator(".timeline__item")).to_have_count(1)
    assert reader.evaluate("window.stays")
    expect(reader.get_by_label("Keadaan")).to_have_value(ActivityState.PLANNED)


def test_fingers_find_what_matters_on_a_phone(office, activities):
    """Fields, buttons, drawers and the menus: 44 pixels high, as fingers are wide."""
    page = publish(NewsPage, office.agency, title=f"Jari {office.mark}")
    reader = office.window("reader", viewport=PHONE, has_touch=True, is_mobile=True)
    small = """() => [...document.querySelectorAll(
        'button, input:not([type=hidden], [type=checkbox]), select, main summary, .button, .menu a, '
        + '.languages a, .skip-link, .pagination a, .journal__views a, .way a'
    )].map((one) => [one, one.getBoundingClientRect()])
        .filter(([one, box]) => box.width && box.height < 44 && !one.closest('.way'))
        .map(([one, box]) => `${Math.round(box.height)} ${one.outerHTML.slice(0, 90)}`)"""
    addresses = [office.site(path) for path in ("", "kegiatan/", "cari/", "berlangganan/")]
    for address in [page.full_url, office.portal(), *addresses]:
        reader.goto(address)
        assert reader.evaluate(small) == [], address
