"""What search engines are told: valid JSON-LD in the words of schema.org, of what the page shows."""

import datetime
import json

import pytest
from bs4 import BeautifulSoup

from kip_pages.choices import AlertStatus
from kip_pages.models import ActivityPage, DipEntryPage, EmergencyAnnouncementPage, NewsPage

from ..factories import publish

HOST = {"host": "dinkes.example.test"}
# What Google and the vocabulary ask for of each type.
REQUIRED = {
    "NewsArticle": {"headline", "datePublished", "dateModified", "author", "url"},
    "SpecialAnnouncement": {"name", "text", "datePosted", "category", "spatialCoverage", "url"},
    "Event": {"name", "startDate", "location", "organizer", "url"},
    "DigitalDocument": {"name", "description", "publisher", "url"},
    "BreadcrumbList": {"itemListElement"},
    "WebSite": {"name", "url", "publisher", "potentialAction"},
}
CASES = [
    (NewsPage, {}, "NewsArticle"),
    (EmergencyAnnouncementPage, {"areas": ["36.04"]}, "SpecialAnnouncement"),
    (
        ActivityPage,
        {"starts_on": datetime.date(2026, 3, 1), "location": "Kota Serang"},
        "Event",
    ),
    (DipEntryPage, {}, "DigitalDocument"),
]


def told(client, url):
    """Return the objects of a page by type."""
    path = url.removeprefix("http://dinkes.example.test")
    soup = BeautifulSoup(client.get(path, headers=HOST).content, "html.parser")
    found = [json.loads(tag.string) for tag in soup.find_all("script", type="application/ld+json")]
    assert all(one["@context"] == "https://schema.org" for one in found)
    by_type = {one["@type"]: one for one in found}
    assert len(by_type) == len(found), "each type once"
    return by_type


@pytest.mark.parametrize(("model", "fields", "kind"), CASES)
def test_a_page_is_told_in_its_type_with_the_way_to_it(client, agency, model, fields, kind):
    page = publish(model, agency, title="Judul <b>& lain</b>", **fields)
    by_type = told(client, page.full_url)
    assert set(by_type) == {kind, "BreadcrumbList"}
    for name, one in by_type.items():
        assert one.keys() >= REQUIRED[name], REQUIRED[name] - one.keys()
        assert not [key for key, value in one.items() if value in ("", None, [])]
    assert by_type[kind].get("headline") or by_type[kind]["name"] == "Judul <b>& lain</b>"
    steps = by_type["BreadcrumbList"]["itemListElement"]
    assert [step["position"] for step in steps] == [1, 2, 3]
    assert steps[0]["item"] == "http://dinkes.example.test/"
    assert steps[-1]["item"] == page.full_url


def test_a_home_page_is_a_site_of_a_government_organisation_that_can_be_searched(client, agency):
    site = told(client, "http://dinkes.example.test/")["WebSite"]
    assert site.keys() >= REQUIRED["WebSite"]
    assert site["publisher"]["@type"] == "GovernmentOrganization"
    assert site["publisher"]["name"] == agency.name
    target = site["potentialAction"]["target"]["urlTemplate"]
    path = target.replace("{words}", "imunisasi").removeprefix("http://dinkes.example.test")
    assert client.get(path, headers=HOST).status_code == 200


def test_an_exercise_is_told_to_no_search_engine(client, agency):
    page = publish(EmergencyAnnouncementPage, agency, status=AlertStatus.EXERCISE)
    assert set(told(client, page.full_url)) == {"BreadcrumbList"}


def test_an_activity_without_a_beginning_is_no_event(client, agency):
    page = publish(ActivityPage, agency)
    assert page.starts_on is None
    assert set(told(client, page.full_url)) == {"BreadcrumbList"}
