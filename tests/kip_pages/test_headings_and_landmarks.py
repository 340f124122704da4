"""What a screen reader jumps by: headings, landmarks, ids and languages of every template there is."""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client
from django.utils import timezone

from kip_pages.models import InformationPage, PpidMenuItem
from kip_pages.subscribers.tokens import Purpose, sign
from opd_sites.provisioning import suspend

from ..every_page import addresses_of
from ..factories import publish, subscriber
from ..province import agency_named

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
# Not read on the site: e-mails, and what others extend.
OTHERS = ("kip_pages/emails/",)
EXTENDED = ("kip_pages/index_page.html", "kip_pages/ppid/base.html", "opd_sites/refusal.html")
LANGUAGES = {"id": "", "en": "en/"}


@dataclass
class Read:
    """One answer: what was asked, the language it should be in, how it was made and what it says."""

    asked: str
    language: str
    templates: set
    soup: BeautifulSoup


def readers_templates() -> set[str]:
    """Return the names of all templates that become a page of a reader's."""
    found = set()
    for folder in ("templates", "kip_pages/templates", "opd_sites/templates"):
        for path in (ROOT / folder).rglob("*.html"):
            first = path.read_text(encoding="utf-8").split("\n", 1)[0]
            if re.search(r'extends "(kip_pages/(?!admin)|opd_sites/refusal)', first):
                found.add(str(path.relative_to(ROOT / folder)))
    mails = {name for name in found if name.startswith(OTHERS)}
    return found - mails - set(EXTENDED) - {"kip_pages/base.html"}


@pytest.fixture(scope="module")
def pages(province, django_db_blocker):
    """Every page there is, asked once: tests only look at it."""
    with django_db_blocker.unblock():
        found = list(_read_all())
    assert len(found) > 70
    return found


def _read_all():
    agency, other = agency_named("dinkes"), agency_named("dindik")
    reader = subscriber()
    sop = PpidMenuItem.objects.get(code="standar-layanan/sop")
    for number in range(2):
        publish(InformationPage, agency, title=f"SOP {number}", menu_item=sop)
    suspend(other, at=timezone.now())
    token = {purpose: sign(reader, purpose) for purpose in Purpose}
    for language, addresses in addresses_of(agency).items():
        for address in addresses:
            yield _read(language, address)
        site = f"http://dinkes.example.test/{LANGUAGES[language]}"
        yield _read(language, f"{site}ppid/standar-layanan/sop/")
        yield _read(language, f"http://dindik.example.test/{LANGUAGES[language]}")
        form = f"{site}berlangganan/"
        yield _read(language, form, {"email": "x", "kinds": ["y"]})
        yield _read(language, form, {"email": "siti@example.test"})
        yield _read(language, f"{form}konfirmasi/x/")
        confirm = f"{form}konfirmasi/{token[Purpose.CONFIRM]}/"
        manage = f"{form}kelola/{token[Purpose.MANAGE]}/"
        yield _read(language, confirm)
        yield _read(language, confirm, {})
        yield _read(language, f"{manage}?tersimpan=1")
        yield _read(language, manage, {"kinds": ["y"]})
        yield _read(language, f"{form}berhenti/{token[Purpose.STOP]}/")
    # Last, as the subscriber is gone then.
    yield _read("en", f"{form}berhenti/{token[Purpose.STOP]}/", {})
    yield _read("id", "http://dinkes.example.test/pratinjau/x/")


def _read(language, address, data=None):
    parts = urlsplit(address)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    client, headers = Client(), {"host": parts.netloc, "accept-language": language}
    response = client.get(path, headers=headers)
    if data is not None:
        response = client.post(path, data, headers=headers)
    assert response.status_code in (200, 404), (address, response.status_code)
    return Read(
        f"{address}{'' if data is None else f' {data}'}",
        language,
        {template.name for template in response.templates},
        BeautifulSoup(response.content, "html.parser"),
    )


def test_every_template_is_looked_at(pages):
    seen = set().union(*(page.templates for page in pages))
    assert readers_templates() - seen == set()
    for language in LANGUAGES:
        of = set().union(*(page.templates for page in pages if page.language == language))
        # A link to a preview, and refusals of a host, speak before anybody has chosen a language.
        without_language = {"kip_pages/no_preview.html", "opd_sites/unknown_host.html"}
        assert readers_templates() - of <= without_language, language


def test_a_page_has_one_heading_of_the_first_level_and_skips_none(pages):
    wrong = {}
    for page in pages:
        levels = [int(tag.name[1]) for tag in page.soup.find_all(re.compile("^h[1-6]$"))]
        skips = [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1]
        if levels.count(1) != 1 or skips or "" in _texts(page.soup, "h[1-6]"):
            wrong[page.asked] = levels
    assert wrong == {}


def test_a_page_has_one_main_part_one_banner_and_one_foot(pages):
    wrong = {}
    for page in pages:
        mains = page.soup.find_all("main")
        ends = {
            name: [tag for tag in page.soup.find_all(name) if not tag.find_parent(SECTIONS)]
            for name in ("header", "footer")
        }
        counts = (len(mains), len(ends["header"]), len(ends["footer"]))
        if counts != (1, 1, 1) or page.soup.h1.find_parent("main") is None:
            wrong[page.asked] = counts
    assert wrong == {}


# Within these a header or a footer is no landmark.
SECTIONS = ["article", "aside", "main", "nav", "section"]


def test_landmarks_of_a_kind_are_told_apart_by_their_names(pages):
    wrong = {}
    for page in pages:
        for kind in ("nav", "[role=search]", "[role=region]", "section"):
            names = [_name_of(tag, page.soup) for tag in page.soup.select(kind)]
            if kind == "section":  # without a name it is no landmark
                names = list(filter(None, names))
            if "" in names or max(Counter(names).values(), default=1) > 1:
                wrong[page.asked, kind] = names
    assert wrong == {}


def _name_of(tag, soup):
    named_by = [soup.find(id=one) for one in tag.get("aria-labelledby", "").split()]
    said = " ".join(one.get_text(" ", strip=True) for one in named_by)
    return said or tag.get("aria-label", "")


def _texts(soup, names):
    return [tag.get_text(strip=True) for tag in soup.find_all(re.compile(f"^{names}$"))]


def test_the_first_link_skips_to_the_main_part(pages):
    for page in pages:
        first = page.soup.find("a")
        assert first["class"] == ["skip-link"], page.asked
        target = page.soup.find(id=first["href"].removeprefix("#"))
        assert target.name == "main", page.asked
        assert target["tabindex"] == "-1", page.asked


def test_no_id_stands_twice_and_whatever_names_one_finds_it(pages):
    wrong = {}
    for page in pages:
        ids = Counter(tag["id"] for tag in page.soup.find_all(id=True))
        named = {
            name
            for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls")
            for tag in page.soup.find_all(attrs={attribute: True})
            for name in tag[attribute].split()
        }
        named |= {tag["href"][1:] for tag in page.soup.find_all("a", href=re.compile("^#."))}
        twice = [name for name, count in ids.items() if count > 1]
        if twice or named - set(ids):
            wrong[page.asked] = (twice, named - set(ids))
    assert wrong == {}


def test_a_page_says_its_language_and_where_another_is_spoken(pages):
    known = {code for code, _name in settings.LANGUAGES}
    for page in pages:
        assert page.soup.html["lang"] == page.language, page.asked
        assert {tag["lang"] for tag in page.soup.find_all(lang=True)} <= known, page.asked


def test_a_page_has_a_title_of_its_own(pages):
    for page in pages:
        assert page.soup.title.get_text(strip=True).strip("– "), page.asked
