"""What every page of a site says first, and what open pages are told."""

import datetime
import re

import pytest
from bs4 import BeautifulSoup
from django.contrib.staticfiles import finders
from django.utils import timezone

from kip_pages.choices import AlertReach, AlertStatus, MessageType, Severity
from kip_pages.models import EmergencyAnnouncementPage, NewsPage
from tests.factories import ONE_HOUR, publish

HOSTS = {
    "own": "dinkes.example.test",
    "other": "dindik.example.test",
    "portal": "portal.example.test",
}


def announce(agency, **fields):
    fields = {"title": "Banjir bandang", "areas": ["36.04"]} | fields
    return publish(EmergencyAnnouncementPage, agency, **fields)


def state(client, host, **query):
    response = client.get("/_darurat.json", query, headers={"host": HOSTS[host]})
    assert response.status_code == 200
    return response.json()


def banners(client, host, path="/"):
    """Titles in the banners of a page, as they stand in its HTML."""
    text = client.get(path, headers={"host": HOSTS[host]}).content.decode()
    place = re.search(r'<div id="darurat".*?<header', text, re.S)
    assert place, text[:500]
    return re.findall(r'class="banner__title"><a[^>]*>([^<]*)<', place[0])


#   reach                        own    other  portal
REACHES = [
    (AlertReach.OWN_SITE, {}, {"own"}),
    (AlertReach.CHOSEN_AGENCIES, {}, {"own"}),
    (AlertReach.CHOSEN_AGENCIES, {"chosen": True}, {"own", "other"}),
    (AlertReach.PROVINCE, {}, {"own", "other", "portal"}),
]


@pytest.mark.parametrize(("reach", "options", "expected"), REACHES)
def test_an_alert_stands_on_every_page_of_the_sites_it_reaches(
    client, portal, agency, other_agency, reach, options, expected
):
    page = announce(agency, reach=reach)
    if options:
        page.target_agencies.set([other_agency])
        page.save_revision().publish()
    for host in HOSTS:
        shown = ["Banjir bandang"] if host in expected else []
        assert banners(client, host) == shown, host
        assert [alert["title"] for alert in state(client, host)["alerts"]] == shown, host
    assert banners(client, "own", "/berita/") == ["Banjir bandang"]
    assert banners(client, "own", "/tidak-ada/") == ["Banjir bandang"]


def test_the_portal_lists_what_is_in_force_anywhere(client, portal, agency):
    announce(agency)
    text = client.get("/", headers={"host": HOSTS["portal"]}).content.decode()
    assert "Banjir bandang" in text
    text = client.get("/serta-merta/", headers={"host": HOSTS["portal"]}).content.decode()
    assert "Banjir bandang" in text


@pytest.mark.parametrize("status", [AlertStatus.EXERCISE, AlertStatus.TEST])
def test_a_drill_never_reaches_a_banner(client, agency, status):
    announce(agency, status=status, reach=AlertReach.PROVINCE)
    assert banners(client, "own") == []
    assert state(client, "own")["alerts"] == []


@pytest.mark.parametrize("severity", Severity)
def test_how_grave_it_is_stands_there_in_a_word_and_a_shape(client, agency, severity):
    page = announce(agency, severity=severity)
    html = state(client, "own")["html"]
    assert str(page.severity_word) in html
    assert f"banner--{severity}" in html
    assert "<svg" in html


def test_the_gravest_stands_first_and_what_is_too_much_is_counted(client, agency):
    for number, severity in enumerate(["minor", "severe", "extreme", "unknown", "moderate"]):
        announce(agency, slug=f"b{number}", title=f"Bahaya {severity}", severity=severity)
    assert banners(client, "own") == ["Bahaya extreme", "Bahaya severe", "Bahaya moderate"]
    said = state(client, "own")
    assert len(said["alerts"]) == 5
    assert "2 pengumuman lain berlaku" in said["html"]
    assert "/serta-merta/" in said["html"]


def test_front_page_and_list_say_how_grave_it_is_and_the_front_page_the_gravest_first(
    client, portal, agency
):
    pages = [
        announce(agency, slug=f"b{number}", title=f"Bahaya {severity}", severity=severity)
        for number, severity in enumerate(["minor", "extreme", "moderate"])
    ]
    front = client.get("/", headers={"host": HOSTS["portal"]}).content
    titles = [title.text for title in BeautifulSoup(front, "html.parser").select(".alerts h3")]
    assert titles == ["Bahaya extreme", "Bahaya moderate", "Bahaya minor"]
    listed = client.get("/serta-merta/", headers={"host": HOSTS["own"]}).content
    found = BeautifulSoup(listed, "html.parser").select(".announcement--in-force")
    words = {one.h2.text: one.strong.text for one in found}
    assert words == {page.title: str(page.severity_word) for page in pages}


def test_the_name_of_what_is_shown_changes_with_what_it_says(client, agency):
    assert state(client, "own")["v"] == ""
    page = announce(agency)
    first = state(client, "own")["v"]
    assert first
    assert state(client, "own")["v"] == first
    page.how_to_avoid = "Naik ke lantai dua."
    page.save_revision().publish()
    second = state(client, "own")["v"]
    assert second not in ("", first)
    page.refresh_from_db()
    page.unpublish()
    assert state(client, "own")["v"] == ""


def test_the_answer_is_tiny_sets_no_cookie_and_is_kept_no_longer_than_it_holds(client, agency):
    response = client.get("/_darurat.json", headers={"host": HOSTS["own"]})
    assert response["Cache-Control"] == "public, max-age=10, stale-if-error=86400"
    assert not response.cookies
    assert not response.has_header("Vary")
    assert len(response.content) < 150
    announce(agency, expires=timezone.now() + datetime.timedelta(seconds=6))
    response = client.get("/_darurat.json", headers={"host": HOSTS["own"]})
    age = int(re.search(r"max-age=(\d+)", response["Cache-Control"])[1])
    assert 3 <= age <= 6
    assert len(response.content) < 2500


def test_open_pages_know_when_it_changes_next(client, agency):
    begins = timezone.now().replace(microsecond=0) + ONE_HOUR
    announce(agency, effective=begins)
    assert datetime.datetime.fromisoformat(state(client, "own")["next"]) == begins


def test_only_reading_is_answered(client, agency):
    response = client.post("/_darurat.json", headers={"host": HOSTS["own"]})
    assert response.status_code == 405


def test_the_script_of_open_pages_is_smaller_than_a_kilobyte():
    with open(finders.find("kip_pages/darurat.js"), "rb") as script:
        assert len(script.read()) <= 1024


def test_readers_of_another_language_read_the_translation_while_the_original_holds(
    client, agency, settings
):
    page = announce(agency)
    said = state(client, "own", bahasa="en")
    assert [alert["title"] for alert in said["alerts"]] == ["Banjir bandang"]
    assert 'lang="id"' in said["html"]
    english = translated(page, title="Flash flood")
    assert [alert["title"] for alert in state(client, "own", bahasa="en")["alerts"]] == [
        "Flash flood"
    ]
    assert [alert["title"] for alert in state(client, "own")["alerts"]] == ["Banjir bandang"]
    follow = announce(
        agency, slug="usai", title="Usai", message_type=MessageType.CANCEL, predecessor=page
    )
    assert state(client, "own", bahasa="en")["alerts"] == []
    follow.unpublish()
    page.refresh_from_db()
    page.unpublish()
    english.refresh_from_db()
    assert english.live
    assert state(client, "own", bahasa="en")["alerts"] == []


def translated(page, **fields):
    from wagtail.models import Locale

    english, _made = Locale.objects.get_or_create(language_code="en")
    copy = page.copy_for_translation(english, copy_parents=True)
    for name, value in fields.items():
        setattr(copy, name, value)
    copy.save_revision().publish()
    copy.refresh_from_db()
    return copy


def test_news_pages_ask_what_is_in_force_in_a_few_queries(
    client, agency, django_assert_max_num_queries
):
    """Restrictions, alerts, when that changes, whose they are, and the addresses of sites (cached)."""
    announce(agency)
    state(client, "own")
    with django_assert_max_num_queries(8):
        state(client, "own")
    publish(NewsPage, agency)
