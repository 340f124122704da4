"""Wagtail's pages API, for headless front ends: one host's own public pages."""

import datetime

import pytest
from django.utils import timezone
from wagtail.models import Locale, Page, PageViewRestriction

from kip_pages.choices import MessageType
from kip_pages.models import (
    ActivityPage,
    DipDocument,
    DipEntryPage,
    EmergencyAnnouncementPage,
    InformationPage,
    NewsPage,
    NewsRelatedEntry,
    Obligation,
)

from ..factories import ONE_HOUR, draft, publish, schedule, section_of

PAGES = "/api/v2/pages/"
HOST = "dinkes.example.test"


def get(client, path=PAGES, host=HOST, **query):
    return client.get(path, query, headers={"host": host})


def listed(client, host=HOST, **query):
    response = get(client, host=host, **{"limit": 20} | query)
    assert response.status_code == 200, response.content
    return {item["title"] for item in response.json()["items"]}


# --- whose pages -----------------------------------------------------------------------------


def test_a_host_lists_its_own_pages_and_no_others(client, agency, other_agency):
    publish(NewsPage, agency, title="Kami")
    publish(NewsPage, other_agency, title="Mereka")
    assert listed(client, type="kip_pages.NewsPage") == {"Kami"}
    assert listed(client, "dindik.example.test", type="kip_pages.NewsPage") == {"Mereka"}
    assert listed(client, "portal.example.test", type="kip_pages.NewsPage") == set()


def test_every_listed_page_lies_below_the_hosts_home(client, agency, other_agency):
    publish(NewsPage, agency)
    publish(NewsPage, other_agency)
    items = get(client, limit=20).json()["items"]
    home = agency.site.root_page
    own = Page.objects.descendant_of(home, inclusive=True).live()
    assert {item["id"] for item in items} == set(own.values_list("pk", flat=True))
    for item in items:
        assert item["meta"]["html_url"].startswith("http://dinkes.example.test/")


def test_a_foreign_page_is_404_by_its_id(client, agency, other_agency):
    ours, theirs = publish(NewsPage, agency), publish(NewsPage, other_agency)
    assert get(client, f"{PAGES}{ours.pk}/").status_code == 200
    assert get(client, f"{PAGES}{theirs.pk}/").status_code == 404
    assert get(client, f"{PAGES}{ours.pk}/", host="portal.example.test").status_code == 404


def test_a_foreign_page_is_not_found_by_its_path(client, agency, other_agency):
    publish(NewsPage, other_agency, slug="rahasia")
    response = get(client, f"{PAGES}find/", html_path="/berita/rahasia/")
    assert response.status_code == 404


@pytest.mark.parametrize("relation", ["child_of", "descendant_of", "ancestor_of"])
def test_a_foreign_page_is_no_starting_point(client, agency, other_agency, relation):
    theirs = section_of(other_agency, NewsPage)
    response = get(client, **{relation: theirs.pk})
    assert response.status_code == 400


def test_words_of_a_foreign_page_find_nothing(client, agency, other_agency):
    publish(NewsPage, other_agency, title="Beasiswa")
    publish(NewsPage, agency, title="Imunisasi")
    assert listed(client, search="Beasiswa") == set()
    assert listed(client, search="Imunisasi") == {"Imunisasi"}


@pytest.mark.parametrize("site", ["dindik.example.test", "dinkes.example.test", "", "1"])
@pytest.mark.parametrize("path", [PAGES, "detail"])
def test_asking_for_another_site_is_refused(client, agency, other_agency, site, path):
    if path == "detail":
        path = f"{PAGES}{publish(NewsPage, other_agency).pk}/"
    response = get(client, path, site=site)
    assert response.status_code == 400
    assert "site" in response.json()["message"]


# --- what is public --------------------------------------------------------------------------


def unpublish(page):
    page.unpublish()


def require_login(page):
    PageViewRestriction.objects.create(page=page, restriction_type="login")


def require_password_for_the_section(page):
    PageViewRestriction.objects.create(
        page=page.get_parent(), restriction_type="password", password="rahasia"
    )


def let_it_expire(page):
    # As nobody saved it: the moment has simply come.
    Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - ONE_HOUR)


@pytest.mark.parametrize(
    "hide", [unpublish, require_login, require_password_for_the_section, let_it_expire]
)
def test_what_is_hidden_is_neither_listed_nor_found(client, agency, hide):
    page = publish(NewsPage, agency, title="Terbit")
    assert "Terbit" in listed(client)
    assert get(client, f"{PAGES}{page.pk}/").status_code == 200
    hide(page)
    assert "Terbit" not in listed(client)
    assert "Terbit" not in listed(client, type="kip_pages.NewsPage")
    assert get(client, f"{PAGES}{page.pk}/").status_code == 404


def test_drafts_and_pages_not_yet_due_are_absent(client, agency):
    for page in (draft(NewsPage, agency), schedule(NewsPage, agency, go_live_in=ONE_HOUR)):
        assert get(client, f"{PAGES}{page.pk}/").status_code == 404
    assert listed(client, type="kip_pages.NewsPage") == set()


def test_a_page_that_has_not_expired_yet_is_there(client, agency):
    schedule(NewsPage, agency, expire_in=ONE_HOUR, title="Sampai nanti")
    assert listed(client, type="kip_pages.NewsPage") == {"Sampai nanti"}


def test_a_draft_of_a_published_page_is_not_told(client, agency):
    page = publish(NewsPage, agency, title="Terbit")
    page.title = "Konsep"
    page.save_revision()
    assert get(client, f"{PAGES}{page.pk}/").json()["title"] == "Terbit"


# --- what a page tells -----------------------------------------------------------------------


def news(agency):
    entry = register_entry(agency)
    page = publish(NewsPage, agency, title="Imunisasi", date=datetime.date(2026, 11, 24))
    page.tags.add("kesehatan")
    page.related_entries.add(NewsRelatedEntry(entry=entry))
    page.save_revision().publish()
    return page, {
        "date": "2026-11-24",
        "category": "news",
        "lead_image": None,
        "tags": ["kesehatan"],
    }


def hide_section(page):
    PageViewRestriction.objects.create(page=page.get_parent(), restriction_type="login")


def withdraw(page):
    page.unpublish()


@pytest.mark.parametrize("leave", [withdraw, hide_section])
@pytest.mark.parametrize(
    "fields", ["", "*,related_entries(entry(*))", "related_entries(entry(title))"]
)
def test_nothing_is_told_of_an_entry_that_is_not_public(client, agency, leave, fields):
    page, _told = news(agency)
    address, asked = f"{PAGES}{page.pk}/", {"fields": fields} if fields else {}
    assert "Renstra" in get(client, address, **asked).content.decode()
    leave(DipEntryPage.objects.get(title="Renstra"))
    told = get(client, address, **asked)
    assert "Renstra" not in told.content.decode()
    assert [row["entry"] for row in told.json()["related_entries"]] == [None]


@pytest.mark.parametrize("fields", ["predecessor", "predecessor(*)"])
def test_nothing_is_told_of_an_announcement_that_was_withdrawn(client, agency, fields):
    first = publish(EmergencyAnnouncementPage, agency, title="Keliru")
    second = publish(
        EmergencyAnnouncementPage,
        agency,
        title="Ralat",
        message_type=MessageType.UPDATE,
        predecessor=first,
    )
    query = {"type": "kip_pages.EmergencyAnnouncementPage", "fields": fields}
    assert "Keliru" in get(client, **query).content.decode()
    first.unpublish()
    for told in (get(client, **query), get(client, f"{PAGES}{second.pk}/")):
        assert "Keliru" not in told.content.decode()


def register_entry(agency):
    page = publish(DipEntryPage, agency, title="Renstra", made_when="2021", is_online=True)
    page.obligations.add(Obligation.objects.get(code="SS.RENSTRA_RENJA"))
    page.documents.add(DipDocument(title="Berkas", external_url="https://x.test/a.pdf"))
    page.save_revision().publish()
    return page


def register(agency):
    return register_entry(agency), {
        "category": "periodic",
        "made_when": "2021",
        "formats": ["online"],
    }


def emergency(agency):
    fields = {"level_scheme": "flood", "level_value": "2", "areas": ["36.01"]}
    page = publish(EmergencyAnnouncementPage, agency, **fields)
    return page, fields | {"status": "actual", "how_to_get_help": "Hubungi 112."}


def activity(agency):
    fields = {"progress": 40, "budget_amount": "1500.00", "goal": "Sehat."}
    return publish(ActivityPage, agency, **fields), fields | {"state": "running"}


def information(agency):
    page = publish(InformationPage, agency, body=[("heading", "Tugas")])
    return page, {"topic": "profile"}


@pytest.mark.parametrize("make", [news, register, emergency, activity, information])
def test_a_page_tells_all_its_fields(client, agency, make):
    page, expected = make(agency)
    detail = get(client, f"{PAGES}{page.pk}/", fields="*")
    assert detail.status_code == 200
    told = detail.json()
    assert expected.items() <= told.items()
    assert told["summary"] == ""
    for field in type(page).api_fields:
        assert field.name in told
    listing = get(client, type=page._meta.label, fields="*")
    assert listing.status_code == 200
    assert expected.items() <= listing.json()["items"][0].items()


def test_rows_of_a_register_entry_are_told_whole(client, agency):
    page = register_entry(agency)
    told = get(client, f"{PAGES}{page.pk}/", fields="documents(*),obligations").json()
    (document,) = told["documents"]
    assert document["title"] == "Berkas"
    assert document["link"] == "https://x.test/a.pdf"
    assert document["media_type"] == "application/pdf"
    assert told["obligations"] == ["SS.RENSTRA_RENJA"]  # codes, as in the feed


def test_what_only_editors_know_is_not_told(client, agency):
    page = publish(DipEntryPage, agency, raw_title="⇒ Renstra", source_key="C1", title="Renstra")
    told = get(client, f"{PAGES}{page.pk}/", fields="*").content.decode()
    assert "source_key" not in told
    assert "owner" not in told


def test_a_translation_is_told_on_the_same_host(client, agency):
    page = publish(NewsPage, agency, title="Judul")
    english = Locale.objects.get(language_code="en")
    copy = page.copy_for_translation(english, copy_parents=True)
    copy.title = "Title"
    copy.save_revision().publish()
    assert listed(client, type="kip_pages.NewsPage") == {"Judul", "Title"}
    assert listed(client, type="kip_pages.NewsPage", locale="en") == {"Title"}
    assert listed(client, translation_of=page.pk) == {"Title"}
    url = get(client, f"{PAGES}{copy.pk}/").json()["meta"]["html_url"]
    assert url.startswith("http://dinkes.example.test/en/")
