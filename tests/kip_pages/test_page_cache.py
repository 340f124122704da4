"""No page is older than what it shows: kept pages against pages made anew, after anything happens."""

import datetime
import time
from http import HTTPStatus

import pytest
import requests
from django.core.files.base import ContentFile
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.images import get_image_model
from wagtail.models import Locale, Page, PageViewRestriction, Site

from kip_pages.choices import AlertReach, MessageType
from kip_pages.models import (
    ActivityPage,
    EmergencyAnnouncementPage,
    NewsPage,
    PublicChange,
)
from kip_pages.page_cache import changes, scopes, versions
from kip_pages.page_cache.versions import versions_of
from kip_pages.planting import set_up_portal
from opd_sites.provisioning import suspend

from ..factories import AgencyFactory, exempt_item, publish, section_of
from ..files import picture
from ..live import live_server, wait_until
from .random_operations import RandomOperations

SECOND = datetime.timedelta(seconds=1)
pytestmark = pytest.mark.usefixtures("committed_db")
HOME = ("portal.example.test", "/")
JOURNAL = ("portal.example.test", "/kegiatan/")
HIT = 1  # query at most: which versions are true


class Operations(RandomOperations):
    """And what changes pages without being one."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.operations += [
            self.announce_to_all,
            self.end_announcement,
            self.turn_menu,
            self.leave_menu,
            self.show_picture,
            self.describe_picture,
            self.exempt_something,
        ]

    def announce_to_all(self):
        publish(
            EmergencyAnnouncementPage,
            self.agency(),
            title=self.title(),
            reach=AlertReach.PROVINCE,
        )

    def end_announcement(self):
        page = EmergencyAnnouncementPage.objects.live().in_force(at=timezone.now()).first()
        if page is None:
            return False
        page.expires = timezone.now()
        page.save_revision().publish()

    def turn_menu(self):
        section = section_of(self.agency(), NewsPage)
        section.move(section.get_parent(), pos="last-child")

    def leave_menu(self):
        section = section_of(self.agency(), NewsPage)
        section.show_in_menus = not section.show_in_menus
        section.save_revision().publish()

    def show_picture(self):
        page = self.page()
        if page is None:
            return False
        page.lead_image = get_image_model().objects.create(
            title=self.title(),
            file=ContentFile(picture(), name="gambar.jpg"),
            description=self.title(),
        )
        page.lead_image_alt = self.title()
        page.save_revision().publish()

    def describe_picture(self):
        image = get_image_model().objects.first()
        if image is None:
            return False
        image.description = self.title()
        image.save()

    def exempt_something(self):
        exempt_item(self.agency())


def addresses():
    """Return (host, path) of every page that is public or has been."""
    Site.clear_site_root_paths_cache()
    for page in Page.objects.filter(live=True).specific():
        parts = page.get_url_parts()
        if parts and parts[1]:
            yield parts[1].split("://")[1].split(":")[0], parts[2]


def get(address, **headers):
    host, path = address
    return Client().get(path, headers={"host": host} | headers)


def same(kept, made):
    return (kept.status_code, kept.content) == (made.status_code, made.content)


def test_a_page_that_is_kept_is_the_one_that_would_be_made():
    set_up_portal(hostname="portal.example.test", name="Portal")
    agencies = [AgencyFactory(code=code) for code in ("dinkes", "dindik")]
    operations = Operations(agencies, seed=3)
    known, hits = {HOME, JOURNAL}, 0
    for _operation in range(3 * len(operations.operations)):
        looked_at = operations.chance.sample(sorted(known), min(6, len(known)))
        for address in looked_at:
            get(address)
        operations.do_one()
        for address in looked_at:
            with CaptureQueriesContext(connection) as asked:
                kept = get(address)
            if len(asked) <= HIT:
                hits += 1
                assert same(kept, get(address, authorization="none")), (address, operations.log)
        known |= set(addresses())
    assert not operations.not_done
    assert hits > len(operations.operations)


@pytest.fixture
def agency():
    set_up_portal(hostname="portal.example.test", name="Portal")
    AgencyFactory(code="dindik")
    return AgencyFactory(code="dinkes")


OWN, OTHER = ("dinkes.example.test", "/"), ("dindik.example.test", "/")


def costs(address, **headers):
    """Return how many queries the answer costs, and the answer."""
    with CaptureQueriesContext(connection) as asked:
        response = get(address, **headers)
    return len(asked), response


def test_what_one_agency_says_leaves_the_pages_of_the_others_alone(agency):
    for address in (OWN, OTHER, HOME):
        get(address)
    publish(NewsPage, agency, title="Imunisasi")
    assert costs(OTHER)[0] <= HIT
    for address in (OWN, HOME):
        cost, response = costs(address)
        assert cost > HIT
        assert "Imunisasi" in response.text


def test_the_journal_of_the_province_is_kept_until_any_agency_changes_it(agency):
    publish(ActivityPage, agency, title="Jembatan")
    for is_told, change in [
        (True, lambda: publish(ActivityPage, agency, title="Irigasi")),
        (True, lambda: suspend(agency, at=timezone.now())),
        (False, lambda: None),
    ]:
        assert ("Jembatan" in get(JOURNAL).text) is is_told
        assert costs(JOURNAL)[0] <= HIT
        change()


def test_an_alert_changes_the_banner_of_pages_that_stay_as_they_are(agency):
    get(OTHER)
    alert = publish(
        EmergencyAnnouncementPage, agency, title="Banjir Cilegon", reach=AlertReach.PROVINCE
    )
    with CaptureQueriesContext(connection) as asked:
        response = get(OTHER)
    assert "Banjir Cilegon" in response.text
    assert not [one["sql"] for one in asked if "newspage" in one["sql"]], "the page was made anew"
    assert costs(OTHER)[0] <= HIT
    publish(
        EmergencyAnnouncementPage,
        agency,
        title="Banjir surut",
        predecessor=alert,
        message_type=MessageType.CANCEL,
    )
    assert "Banjir" not in get(OTHER).text


@pytest.mark.parametrize("moment", ["effective", "expires"])
def test_no_page_outlives_the_moment_at_which_an_alert_begins_or_ends(agency, moment):
    soon = timezone.now() + 3 * SECOND
    fields = {moment: soon}
    publish(EmergencyAnnouncementPage, agency, title="Banjir", reach=AlertReach.PROVINCE, **fields)
    section = section_of(agency, EmergencyAnnouncementPage).get_url_parts()[2]
    before, after = (False, True) if moment == "effective" else (True, False)
    # The banner of another agency, the list of the portal, and the agency's own list.
    signs = [
        (OTHER, "<body", "banner__title"),
        (HOME, "<main", "Banjir"),
        ((OWN[0], section), "<main", "--in-force"),
    ]
    for address, begin, sign in signs:
        response = get(address)
        assert (sign in response.text.split(begin)[1]) is before
        shared = int(response["Cache-Control"].rpartition("s-maxage=")[2])
        assert timezone.now() + shared * SECOND <= soon + SECOND
        assert costs(address)[0] <= HIT
    time.sleep(max(0, (soon - timezone.now()).total_seconds()))
    for address, begin, sign in signs:
        assert (sign in get(address).text.split(begin)[1]) is after


def test_only_who_is_nobody_in_particular_is_answered_from_the_cache(agency):
    assert get(OWN)["Cache-Control"].startswith("public, max-age=0, s-maxage=")
    for headers in ({"cookie": "sessionid=x"}, {"authorization": "Bearer x"}):
        cost, response = costs(OWN, **headers)
        assert cost > HIT
        assert response["Cache-Control"] == "private, no-cache"
    assert costs(OWN, cookie="other=1")[0] <= HIT
    page = publish(NewsPage, agency, title="Rahasia")
    PageViewRestriction.objects.create(page=page, restriction_type="password", password="x")
    address = (OWN[0], page.get_url_parts()[2])
    for _time in range(2):
        cost, response = costs(address)
        assert cost > HIT
        assert "no-store" in response["Cache-Control"]


def test_what_a_reader_searches_for_is_not_kept_but_may_be_compared(agency):
    publish(NewsPage, agency, title="Imunisasi")
    found = (OWN[0], section_of(agency, NewsPage).get_url_parts()[2] + "?q=imun")
    get(found)
    cost, response = costs(found)
    assert cost > HIT
    assert get(found, if_none_match=response["ETag"]).status_code == HTTPStatus.NOT_MODIFIED


def test_who_has_the_page_is_told_so_until_it_or_its_banner_changes(agency):
    tag = get(OTHER)["ETag"]
    unchanged = get(OTHER, if_none_match=tag)
    assert (unchanged.status_code, unchanged.content) == (HTTPStatus.NOT_MODIFIED, b"")
    assert "s-maxage" in unchanged["Cache-Control"]
    publish(EmergencyAnnouncementPage, agency, title="Banjir", reach=AlertReach.PROVINCE)
    assert get(OTHER, if_none_match=tag).status_code == HTTPStatus.OK


def test_a_head_is_answered_as_the_page_is(agency):
    body = get(OWN)
    head = Client().head(OWN[1], headers={"host": OWN[0]})
    assert head["ETag"] == body["ETag"]
    assert head["Content-Length"] == body["Content-Length"] == str(len(body.content))


def test_a_page_that_is_not_found_has_its_banner_as_well(agency):
    publish(EmergencyAnnouncementPage, agency, title="Banjir", reach=AlertReach.PROVINCE)
    response = get((OTHER[0], "/tidak-ada/"))
    assert response.status_code == HTTPStatus.NOT_FOUND
    assert "banner__title" in response.text


def test_a_language_is_kept_for_itself(agency):
    english = Locale.objects.get(language_code="en")
    page = publish(NewsPage, agency, title="Imunisasi")
    page.copy_for_translation(english, copy_parents=True).save_revision().publish()
    for _time in range(2):
        assert '<html lang="id"' in get(OWN, accept_language="en").text
        response = get((OWN[0], "/en/"), accept_language="id")
        assert '<html lang="en"' in response.text
        assert response["Vary"] == "Cookie"
    # Django leaves a thread in the language of its last reader.
    assert "s-maxage" in get(OTHER)["Cache-Control"]


def test_many_changes_become_one_and_whoever_commits_late_is_seen(agency):
    for _time in range(changes.CROWD + 1):
        changes.note(scopes.EVERYWHERE)
    names = {versions_of(agency).pages}
    changes.tidy()
    assert PublicChange.objects.filter(scope=scopes.EVERYWHERE).count() == 1
    names.add(versions_of(agency).pages)
    PublicChange.objects.create(pk=1_000_000_000, scope=scopes.EVERYWHERE)
    names.add(versions_of(agency).pages)
    # One that began before that one, and commits after it.
    PublicChange.objects.create(pk=999_999_999, scope=scopes.EVERYWHERE)
    names.add(versions_of(agency).pages)
    assert len(names) == 4


def test_a_change_that_is_rolled_back_never_was(agency):
    before = versions_of(agency)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        publish(NewsPage, agency, title="Imunisasi")
        1 / 0  # noqa: B018
    assert versions_of(agency) == before


@pytest.mark.postgres
def test_a_page_that_is_kept_is_there_while_the_database_is_not(agency):
    kept = get(OTHER)
    connection.close()
    versions.forget()
    port, connection.settings_dict["PORT"] = connection.settings_dict["PORT"], 9
    try:
        assert get(OTHER).content == kept.content
        with pytest.raises(OperationalError):
            get(HOME)
    finally:
        connection.settings_dict["PORT"] = port


@pytest.mark.postgres
def test_what_one_process_changes_another_one_shows_at_once(agency, committed_db):
    with live_server(committed_db) as port:

        def page():
            return requests.get(
                f"http://127.0.0.1:{port}/", headers={"host": OTHER[0]}, timeout=9
            ).text

        assert "Banjir" not in page()
        publish(EmergencyAnnouncementPage, agency, title="Banjir", reach=AlertReach.PROVINCE)
        assert wait_until(lambda: "Banjir" in page(), 1)
