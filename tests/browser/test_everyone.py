"""Every template, in both modes and languages, for everybody: by axe, by keyboard, enlarged, aloud."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from kip_pages.models import NewsPage

from ..every_page import LONG, addresses_of
from ..factories import publish
from .office import WIDE
from .watching import MISSING, watched

NARROW = {"width": 320, "height": 640}
# Each language in both modes, and both widths in each mode.
LOOKS = [
    ("id", "light", NARROW),
    ("id", "dark", WIDE),
    ("en", "light", WIDE),
    ("en", "dark", NARROW),
]


@pytest.fixture(scope="module")
def content():
    """What the first test that needs it publishes, for all."""
    return {}


@pytest.fixture
def addresses(office, content):
    if not content:
        content |= addresses_of(office.agency)
    return content


def trouble(page):
    """Return what axe finds, whatever its weight, and whether the page has to be pushed aside."""
    violations = Axe().run(page).response["violations"]
    found = [(rule["id"], node["html"][:200]) for rule in violations for node in rule["nodes"]]
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > page.viewport_size["width"]:
        found.append(("wider than the window", str(wide)))
    return found


@pytest.mark.parametrize(("language", "mode", "size"), LOOKS)
def test_axe_finds_nothing_on_any_page(office, addresses, troubles, language, mode, size):
    reader = office.window("reader", viewport=size, color_scheme=mode, locale=language)
    watched(reader, troubles, meant=(MISSING,))
    found = {}
    for address in addresses[language]:
        answer = reader.goto(address)
        assert answer.ok or answer.status == 404
        assert reader.evaluate("document.documentElement.lang") == language
        if problems := trouble(reader):
            found[address] = problems
    assert found == {}


def test_at_twice_the_size_of_letters_nothing_is_lost(office):
    page = publish(NewsPage, office.agency, title=LONG)
    reader = office.window("reader", viewport={"width": 640, "height": 900})
    for address in (page.full_url, page.get_parent().full_url, office.site(), office.portal()):
        reader.goto(address)
        reader.evaluate("document.documentElement.style.fontSize = '200%'")
        assert reader.evaluate("document.documentElement.scrollWidth") <= 640, address


def test_an_article_is_read_aloud_by_the_browsers_own_voice(office):
    page = publish(
        NewsPage, office.agency, title=f"Pekan imunisasi {office.mark}", summary="Di puskesmas."
    )
    reader = office.window("reader", viewport=NARROW)
    # A browser of a test has no voice: what it is given to say is written down instead.
    reader.add_init_script(
        "window.said = []; speechSynthesis.speak = (one) => said.push([one.lang, one.text]);"
    )
    reader.goto(page.full_url)
    reader.get_by_role("button", name="Baca nyaring").click()
    said = reader.evaluate("said")
    assert ["id", f"Pekan imunisasi {office.mark}"] in said
    assert ["id", "Di puskesmas."] in said
    reader.get_by_role("button", name="Berhenti membaca").click()
    expect(reader.get_by_role("button", name="Baca nyaring")).to_be_visible()
