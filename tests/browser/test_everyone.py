"""Every template, in both modes and languages, for everybody: by axe, by keyboard, enlarged, aloud."""

import datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from wagtail.models import Locale
from wagtail_localize.operations import translate_object

from kip_pages.choices import ActivityState, AlertStatus, MessageType
from kip_pages.models import (
    ActivityPage,
    DipEntryPage,
    EmergencyAnnouncementPage,
    InformationPage,
    NewsPage,
    PortalHomePage,
)
from kip_pages.obligations import load_obligations
from kip_pages.ppid.loading import load_ppid_menu

from ..factories import exempt_item, publish

# Nobody may choose titles so that a page breaks.
LONG = (
    "Penyelenggaraan-pelayanan-kesehatan-masyarakat berkesinambungan di seluruh kabupaten dan kota"
)
NARROW, WIDE = {"width": 320, "height": 640}, {"width": 1280, "height": 900}
# Each language in both modes, and both widths in each mode.
LOOKS = [
    ("id", "light", NARROW),
    ("id", "dark", WIDE),
    ("en", "light", WIDE),
    ("en", "dark", NARROW),
]
TYPES = {
    NewsPage: {},
    DipEntryPage: {"period": "2024-2026"},
    EmergencyAnnouncementPage: {"areas": ["36.04"]},
    ActivityPage: {
        "state": ActivityState.RUNNING,
        "starts_on": datetime.date(2026, 1, 5),
        "ends_on": datetime.date(2026, 12, 5),
        "progress": 40,
        "budget_source": "APBD 2026",
        "budget_amount": 1_000_000_000,
        "budget_spent": 300_000_000,
        "areas": ["36.04", "36.73"],
    },
    InformationPage: {},
}
# What the browser itself says: of a page that is not there, and of a test's host without TLS.
EXPECTED = (
    "Failed to load resource: the server responded with a status of 404",
    "The Cross-Origin-Opener-Policy header has been ignored",
)
# Screens that are no pages of the tree, below a language's own address.
SCREENS = [
    "cari/",
    "cari/?q=penyelenggaraan",
    "cari/?q=qqqq",
    "ppid/",
    "berlangganan/",
    "aksesibilitas/",
]


@pytest.fixture(scope="module")
def content():
    """What the first test that needs it publishes, for all."""
    return {}


@pytest.fixture
def addresses(office, content):
    if not content:
        content |= addresses_of(office)
    return content


def addresses_of(office):
    """Return addresses by language: a page of each type with its list, empty lists, and every screen."""
    load_obligations()
    load_ppid_menu()
    english = Locale.objects.get(language_code="en")
    shown = [publish(model, office.agency, title=LONG, **fields) for model, fields in TYPES.items()]
    drill = publish(
        EmergencyAnnouncementPage,
        office.agency,
        title="Latihan gempa",
        status=AlertStatus.EXERCISE,
        message_type=MessageType.ALERT,
    )
    exempt_item(office.agency)
    portal = PortalHomePage.objects.get(locale__language_code="id")
    for page in [portal, *shown]:
        translate_object(page, [english])
        page.get_translation(english).save_revision().publish()
    pages = [page for one in [*shown, drill] for page in (one, one.get_parent())]
    register = next(page for page in pages if page.slug == "informasi-publik")
    found = {"id": [], "en": []}
    for language, prefix in (("id", ""), ("en", "en/")):
        of = [page for one in pages if (page := one.get_translation_or_none(english))]
        of = pages if language == "id" else of
        found[language] += [page.full_url for page in dict.fromkeys(of)]
        found[language] += [office.site(prefix), f"{office.portal()}{prefix}"]
        found[language] += [office.site(prefix + screen) for screen in SCREENS]
        found[language] += [f"{office.portal()}{prefix}{part}" for part in ("dip/", "kegiatan/")]
    found["id"] += [f"{office.portal()}kegiatan/?tampilan={view}" for view in ("daftar", "peta")]
    found["id"] += [f"{register.full_url}dikecualikan/", office.site("tidak-ada/")]
    found["id"] += [f"{office.portal()}serta-merta/", "http://tidak-ada.example.test/"]
    return found


def trouble(page):
    """Return what axe finds, whatever its weight, and whether the page has to be pushed aside."""
    violations = Axe().run(page).response["violations"]
    found = [(rule["id"], node["html"][:200]) for rule in violations for node in rule["nodes"]]
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > page.viewport_size["width"]:
        found.append(("wider than the window", str(wide)))
    return found


@pytest.mark.parametrize(("language", "mode", "size"), LOOKS)
def test_axe_finds_nothing_on_any_page(office, addresses, language, mode, size):
    reader = office.window("reader", viewport=size, color_scheme=mode, locale=language)
    said = []
    reader.on("console", lambda line: said.append((reader.url, line.text)))
    found = {}
    for address in addresses[language]:
        answer = reader.goto(address)
        assert answer.ok or answer.status == 404
        assert reader.evaluate("document.documentElement.lang") == language
        if problems := trouble(reader):
            found[address] = problems
    assert found == {}
    assert [line for line in said if not line[1].startswith(EXPECTED)] == []


def test_everything_is_reached_and_seen_with_the_keyboard_alone(office):
    page = publish(NewsPage, office.agency, title=f"Berita {office.mark}")
    reader = office.window("reader", viewport=WIDE)
    reader.goto(page.full_url)
    reader.keyboard.press("Tab")
    expect(reader.get_by_role("link", name="Lompat ke isi")).to_be_focused()
    expect(reader.get_by_role("link", name="Lompat ke isi")).to_be_in_viewport()
    reader.keyboard.press("Enter")
    expect(reader.locator("main")).to_be_focused()
    reader.reload()
    stops = reader.evaluate("document.querySelectorAll('a[href], button, input, summary').length")
    seen = set()
    for _ in range(stops):
        reader.keyboard.press("Tab")
        focused = reader.evaluate(
            """() => {
                const one = document.activeElement, style = getComputedStyle(one);
                const box = one.getBoundingClientRect();
                return [one.outerHTML.slice(0, 120), style.outlineStyle, box.width > 0];
            }"""
        )
        if focused[0].startswith("<body"):
            break
        assert focused[1] != "none", f"no ring around {focused[0]}"
        assert focused[2], f"what has the focus cannot be seen: {focused[0]}"
        seen.add(focused[0])
    assert any("Berita" in one for one in seen), "the menu"
    assert any("mailto:" in one or "/aksesibilitas/" in one for one in seen), "the foot of the page"


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


def test_an_unknown_subdomain_is_told_where_to_go(office):
    reader = office.window("reader", viewport=NARROW)
    assert reader.goto("http://tidak-ada.example.test/berita/").status == 404
    reader.get_by_role("link", name="Ke portal provinsi").click()
    expect(reader).to_have_url(office.portal())


def test_on_paper_an_article_is_all_there_is(office):
    page = publish(NewsPage, office.agency, title=f"Cetak {office.mark}")
    reader = office.window("reader", viewport=WIDE, color_scheme="dark")
    reader.goto(page.full_url)
    reader.emulate_media(media="print")
    expect(reader.get_by_role("heading", name=f"Cetak {office.mark}")).to_be_visible()
    for gone in (".menubar", ".ppidbar", ".header-search", ".read-aloud", ".breadcrumbs"):
        expect(reader.locator(gone).first).to_be_hidden()
    assert (
        reader.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    )
