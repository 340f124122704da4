"""What a page costs a reader on a cheap phone, and the server that makes it."""

import gzip
import re

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from kip_pages.blocks import BodyBlock
from kip_pages.models import (
    ActivityPage,
    DipEntryPage,
    EmergencyAnnouncementPage,
    InformationPage,
    NewsPage,
)
from kip_pages.pictures.uses import pictures_of
from kip_pages.tasks import make_pictures
from opd_sites.provisioning import suspend

from ..every_page import full_article
from ..factories import AgencyFactory, publish, section_of

pytestmark = pytest.mark.usefixtures("steady_versions")
HOST = {"host": "dinkes.example.test"}
PORTAL = {"host": "portal.example.test"}
# Bytes of a first view, compressed, without the images of the content: two seconds of slow 3G.
FIRST_VIEW = 60_000
# Versions, page (twice: which type, then all of it), privacy, menu, lead image, images and documents of
# the body, related entries, tags.
ARTICLE = 10
HOME = 15


def pictured_article(agency):
    """Publish a report with all that a report can have, and have the worker make its pictures."""
    page = full_article(agency)
    for key, kinds in pictures_of(page).items():
        make_pictures.func(key, kinds)
    return page


def path_of(page):
    return re.sub(r"^https?://[^/]+", "", page.full_url)


def queries_of(client, path, headers):
    """Return how many queries making a page anew takes, once the process knows hosts and alerts."""
    client.get(path, headers=headers)
    # Whatever follows a question mark is not kept.
    with CaptureQueriesContext(connection) as queries:
        response = client.get(f"{path}?x=1", headers=headers)
    assert response.status_code == 200
    return len(queries) + len(["the versions of all sites"])


def test_a_home_page_and_a_report_are_made_with_few_queries(client, agency):
    page = pictured_article(agency)
    publish(ActivityPage, agency)
    assert queries_of(client, path_of(page), HOST) <= ARTICLE
    assert queries_of(client, "/", HOST) <= HOME
    assert queries_of(client, "/", PORTAL) <= HOME


def test_what_is_private_elsewhere_costs_no_more(client, agency, other_agency):
    page = pictured_article(agency)
    suspend(other_agency, at=timezone.now())
    assert queries_of(client, path_of(page), HOST) <= ARTICLE


def test_an_alias_is_as_private_as_what_it_shows(client, agency, other_agency):
    """Wagtail looks for restrictions at the source; what spares it the look must find them, too."""
    source = publish(NewsPage, other_agency, title="Rahasia")
    alias = source.create_alias(parent=section_of(agency, NewsPage))
    second = alias.create_alias(parent=section_of(agency, NewsPage), update_slug="lagi")
    third = second.create_alias(parent=section_of(agency, NewsPage), update_slug="sekali-lagi")
    for shown in (alias, second, third):
        assert client.get(path_of(shown), headers=HOST).status_code == 200
    PageViewRestriction.objects.create(page=source, restriction_type=PageViewRestriction.LOGIN)
    for hidden in (alias, second, third):
        response = client.get(path_of(hidden), headers=HOST)
        assert response.status_code == 302
        assert "login" in response.headers["Location"]


def test_queries_do_not_grow_with_pages_and_agencies(client, agency):
    page = pictured_article(agency)
    asked = [(path_of(page), HOST), ("/", HOST), ("/", PORTAL), ("/berita/", HOST)]
    before = [queries_of(client, *one) for one in asked]
    for number in range(6):
        publish(NewsPage, agency, title=f"Berita {number}")
        publish(DipEntryPage, agency, title=f"Entri {number}")
        publish(ActivityPage, agency, title=f"Kegiatan {number}")
    for number in range(4):
        AgencyFactory(code=f"opd{number}")
    after = [queries_of(client, *one) for one in asked]
    assert all(later <= earlier for earlier, later in zip(before, after, strict=True)), after


@pytest.mark.parametrize(
    "model", [NewsPage, DipEntryPage, ActivityPage, EmergencyAnnouncementPage, InformationPage]
)
def test_a_first_view_is_light(client, agency, model):
    page = pictured_article(agency) if model is NewsPage else publish(model, agency)
    for path in (path_of(page), path_of(page.get_parent()), "/"):
        html = client.get(path, headers=HOST).content
        soup = BeautifulSoup(html, "html.parser")
        styles = soup.find_all("link", rel="stylesheet")
        scripts = soup.find_all("script", src=True)
        assert len(styles) == 1, "one request that a page waits for"
        assert all(script.has_attr("defer") for script in scripts)
        files = [tag.get("href") or tag.get("src") for tag in styles + scripts]
        weights = [len(gzip.compress(html))]
        for address in files:
            found = finders.find(address.removeprefix(settings.STATIC_URL))
            with open(found, "rb") as file:
                weights.append(len(gzip.compress(file.read())))
        assert sum(weights) <= FIRST_VIEW, weights


def test_images_come_small_in_the_formats_that_weigh_least(client, agency):
    page = pictured_article(agency)
    soup = BeautifulSoup(client.get(path_of(page), headers=HOST).content, "html.parser")
    pictures = soup.find("main").find_all("picture")
    assert len(pictures) == 2
    for one in pictures:
        # Browsers older than the first take the second, which all have known since 2020.
        assert [source["type"] for source in one.find_all("source")] == ["image/avif"]
        image = one.find("img")
        assert image["src"].endswith(".webp")
        assert " 400w" in image["srcset"]
        assert image["width"]
        assert image["height"]
        assert all(" 400w" in source["srcset"] for source in one.find_all("source"))
    first, later = (one.find("img") for one in pictures)
    assert first.get("loading") != "lazy", "it is what the reader sees first"
    assert later["loading"] == "lazy"


def test_a_page_asks_nobody_but_its_own_host(client, agency):
    video = BodyBlock().to_python([{"type": "embed", "value": "https://video.example.test/1"}])
    page = publish(NewsPage, agency, body=video)
    soup = BeautifulSoup(client.get(path_of(page), headers=HOST).content, "html.parser")
    loading = soup.find_all(["img", "script", "iframe", "source", "video", "audio", "embed"])
    loading += soup.find_all("link", rel=["stylesheet", "icon", "preload", "manifest"])
    addresses = [tag.get(name) for tag in loading for name in ("src", "href", "srcset")]
    assert any(addresses)
    assert not [address for address in addresses if address and "//" in address]
    assert soup.find("a", href="https://video.example.test/1"), "the film is a press away"


def test_a_page_says_its_one_address_and_what_stands_beside_a_link_to_it(client, agency):
    page = publish(NewsPage, agency, title="Pekan imunisasi", summary="Di puskesmas.")
    html = client.get(f"{path_of(page)}?utm_source=x", headers=HOST).content
    soup = BeautifulSoup(html, "html.parser")
    assert soup.find("link", rel="canonical")["href"] == page.full_url
    told = {tag["property"]: tag["content"] for tag in soup.find_all("meta", property=True)}
    assert told["og:url"] == page.full_url
    assert told["og:title"] == "Pekan imunisasi"
    assert told["og:description"] == "Di puskesmas."
    languages = {tag["hreflang"]: tag["href"] for tag in soup.find_all("link", hreflang=True)}
    assert languages.get("x-default", page.full_url) == page.full_url
