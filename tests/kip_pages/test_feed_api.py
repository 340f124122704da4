"""What a portal sees over HTTP."""

import json
import uuid

import pytest
from django.utils import timezone
from wagtail.models import Locale, Page, PageViewRestriction

from kip_pages.choices import FeedKind
from kip_pages.feed import sequencer, upkeep
from kip_pages.identifiers import item_uid
from kip_pages.models import (
    ActivityPage,
    DipDocument,
    DipEntryPage,
    EmergencyAnnouncementPage,
    EmergencyIndexPage,
    FeedItem,
    FeedState,
    InformationPage,
    NewsPage,
    Obligation,
    OutboxEntry,
    PortalHomePage,
)
from opd_sites import provisioning

from ..factories import ONE_HOUR, REQUIRED, draft, publish, schedule
from ..mirror import Mirror

ROOT = "/api/feed/v1"
PORTAL = "portal.example.test"
ALL_TYPES = [NewsPage, DipEntryPage, EmergencyAnnouncementPage, ActivityPage, InformationPage]


def get(client, path, host=PORTAL, **parameters):
    return client.get(f"{ROOT}{path}", parameters, headers={"host": host})


def read(client, path="/changes", host=PORTAL, **parameters):
    response = get(client, path, host, **parameters)
    assert response.status_code == 200, response.content
    return response.json()


def refused(client, path, parameter, host=PORTAL, **parameters):
    response = get(client, path, host, **parameters)
    assert response.status_code == 400, response.content
    assert response["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == 400
    assert parameter in [error["parameter"] for error in problem["errors"]]
    return problem


# --- changes ---------------------------------------------------------------------------------


def test_a_published_page_of_every_kind_comes_out_of_the_feed(client, agency):
    for model in ALL_TYPES:
        publish(model, agency, title=f"Judul {model.__name__}")
    items = read(client)["items"]
    assert {item["kind"] for item in items} == set(FeedKind)
    for item in items:
        data = item["data"]
        assert item["state"] == "updated"
        assert data["agency"] == {
            "code": "dinkes",
            "name": "Dinas Dinkes",
            "url": "http://dinkes.example.test/",
        }
        assert data["url"].startswith("http://dinkes.example.test/")
        assert data["schema"] == f"{item['kind']}/1"
        assert isinstance(data[item["kind"]], dict)


def test_the_payload_names_every_promised_member(client, agency):
    publish(NewsPage, agency)
    data = read(client)["items"][0]["data"]
    assert set(data) == {
        *("schema", "sha256", "agency", "url", "title", "summary", "content_html"),
        *("content_text", "locale", "translations", "published_at", "updated_at", "tags"),
        *("image", "attachments", "news"),
    }
    assert data["content_text"] == "Isi berita."


def test_the_legal_columns_of_a_register_entry_are_in_its_object(client, agency):
    page = draft(
        DipEntryPage,
        agency,
        summary="Rencana lima tahun.",
        holding_unit="Sekretariat",
        responsible_officer="Kepala Dinas",
        made_when="2021",
        made_where="Serang",
        is_printed=True,
        is_online=True,
        retention="5 tahun",
        activity_state="running",
        period="2021/2026",
    )
    page.obligations.add(Obligation.objects.get(code="SS.RENSTRA_RENJA"))
    page.documents.add(DipDocument(title="Renstra", external_url="https://x.test/a.pdf"))
    page.save_revision().publish()
    data = read(client)["items"][0]["data"]
    assert data["dip"] == {
        "category": "periodic",
        "obligations": ["SS.RENSTRA_RENJA"],
        "summary": "Rencana lima tahun.",
        "holding_unit": "Sekretariat",
        "responsible_officer": "Kepala Dinas",
        "made_when": "2021",
        "made_when_precision": "year",
        "made_where": "Serang",
        "formats": ["print", "online"],
        "retention": "5 tahun",
        "retention_end_year": 2026,
        "activity_state": "running",
        "period": "2021/2026",
        "raw_title": "",
    }
    assert data["attachments"] == [
        {
            "title": "Renstra",
            "url": "https://x.test/a.pdf",
            "media_type": "application/pdf",
            "bytes": None,
        }
    ]


def test_pages_follow_each_other_until_one_is_empty(client, agency):
    for number in range(7):
        publish(NewsPage, agency, title=f"Berita {number}")
    mirror = Mirror(client, limit=3)
    assert [mirror.step() for _ in range(4)] == [True, True, True, False]
    assert len(mirror.items) == 7


def test_change_numbers_rise_and_an_item_comes_once(client, agency):
    page = publish(NewsPage, agency)
    publish(NewsPage, agency, title="Lain")
    before = read(client)["items"]
    page.title = "Judul baru"
    page.save_revision().publish()
    after = read(client)["items"]
    numbers = [item["modified"] for item in after]
    assert numbers == sorted(set(numbers))
    assert [item["id"] for item in after] == [before[1]["id"], before[0]["id"]]


def test_saving_a_page_unchanged_gives_no_new_number(client, agency):
    page = publish(NewsPage, agency)
    number = read(client)["items"][0]["modified"]
    Page.objects.get(pk=page.pk).save()
    assert read(client)["items"][0]["modified"] == number


def test_the_id_survives_renaming_moving_and_a_change_of_host(client, agency, other_agency):
    page = publish(NewsPage, agency)
    before = read(client)["items"][0]
    page.title, page.slug = "Nama baru", "nama-baru"
    page.save_revision().publish()
    provisioning.rename(agency, hostname="kesehatan.example.test")
    (renamed,) = read(client)["items"]
    assert renamed["id"] == before["id"]
    assert renamed["data"]["url"] == "http://kesehatan.example.test/berita/nama-baru/"
    page.move(other_agency.root_page.get_descendants().get(slug="berita"), pos="last-child")
    (moved,) = read(client)["items"]
    assert moved["id"] == before["id"]
    assert moved["data"]["agency"]["code"] == "dindik"


def test_an_item_that_leaves_a_filter_comes_as_deleted_there(client, agency, other_agency):
    page = publish(NewsPage, agency)
    ours = Mirror(client, agency="dinkes").follow()
    theirs = Mirror(client, agency="dindik").follow()
    everything = Mirror(client).follow()
    assert len(ours.items) == 1
    page.move(other_agency.root_page.get_descendants().get(slug="berita"), pos="last-child")
    assert ours.follow().items == {}
    assert len(theirs.follow().items) == 1
    assert len(everything.follow().items) == 1


def test_the_whole_feed_names_each_id_once_after_a_move(client, agency, other_agency):
    page = publish(NewsPage, agency)
    read(client)
    page.move(other_agency.root_page.get_descendants().get(slug="berita"), pos="last-child")
    items = read(client)["items"]
    assert [item["state"] for item in items] == ["updated"]
    page.refresh_from_db()
    page.delete()
    items = read(client)["items"]
    assert [item["state"] for item in items] == ["deleted"]
    assert "data" not in items[0]


@pytest.mark.parametrize("name", ["agency", "kind", "locale"])
def test_next_keeps_the_filters(client, agency, name):
    value = {"agency": "dinkes", "kind": "news", "locale": "id"}[name]
    assert f"{name}={value}" in read(client, **{name: value})["next"]


def test_an_agencys_host_serves_that_agency_alone(client, agency, other_agency):
    publish(NewsPage, agency, title="Kami")
    publish(NewsPage, other_agency, title="Mereka")
    items = read(client, host="dinkes.example.test")["items"]
    assert [item["data"]["title"] for item in items] == ["Kami"]
    refused(client, "/changes", "agency", host="dinkes.example.test", agency="dindik")


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("limit", "0"),
        ("limit", "501"),
        ("limit", "banyak"),
        ("afterChangeNumber", "-1"),
        ("afterChangeNumber", "1e3"),
        ("afterChangeNumber", str(2**70)),
        ("epoch", "kemarin"),
        ("kind", "gossip"),
        ("agency", "tidak-ada"),
        ("agency", "a\x00b"),
        ("agancy", "dinkes"),
    ],
)
def test_a_bad_parameter_of_changes_is_named(client, agency, parameter, value):
    refused(client, "/changes", parameter, **{parameter: value})


def test_another_epoch_and_a_number_never_given_are_gone(client, agency):
    publish(NewsPage, agency)
    old = read(client)["next"].split("epoch=")[1].split("&")[0]
    new = upkeep.new_epoch()
    for parameters in ({"epoch": old}, {"epoch": new, "afterChangeNumber": 999}):
        response = get(client, "/changes", **parameters)
        assert response.status_code == 410
        assert response["content-type"] == "application/problem+json"
        restart = response.json()["restart"]
        assert client.get(restart, headers={"host": PORTAL}).status_code == 200


def test_a_number_beyond_the_end_that_is_of_no_epoch_gives_the_last_page(client, agency):
    """RPDE defines it so, and its validator asks for 2^53 - 1; a reader's own `next` has an epoch."""
    publish(NewsPage, agency)
    last = read(client, afterChangeNumber=2**53 - 1)
    assert last["items"] == []
    assert client.get(last["next"], headers={"host": PORTAL}).json() == last


def test_a_cursor_older_than_a_forgotten_deletion_is_gone(client, agency):
    doomed = publish(NewsPage, agency)
    read(client)
    publish(NewsPage, agency, title="Tetap")
    read(client)
    doomed.delete()
    assert "deleted" in {item["state"] for item in read(client)["items"]}
    assert upkeep.purge_deletions(before=timezone.now() + ONE_HOUR) == 1
    assert get(client, "/changes", afterChangeNumber=1).status_code == 410
    assert [item["data"]["title"] for item in Mirror(client).follow().items.values()] == ["Tetap"]


NARROWED = [
    ({"kind": "news"}, True),
    ({"agency": "dinkes"}, True),
    ({"agency": "dinkes", "kind": "news", "locale": "id"}, True),
    ({"kind": "emergency"}, False),
    ({"agency": "dindik"}, False),
    ({"locale": "en"}, False),
]


@pytest.mark.parametrize(("filters", "lost"), NARROWED)
def test_a_reader_who_lost_nothing_by_what_was_forgotten_reads_on(
    client, agency, other_agency, filters, lost
):
    for place in (agency, other_agency):
        publish(EmergencyAnnouncementPage, place)
        publish(NewsPage, place).copy_for_translation(
            Locale.objects.get(language_code="en"), copy_parents=True
        ).save_revision().publish()
    doomed = publish(NewsPage, agency)
    mirror = Mirror(client, **filters).follow()
    before = mirror.next
    NewsPage.objects.get(pk=doomed.pk).delete()
    publish(NewsPage, agency)
    read(client)
    assert upkeep.purge_deletions(before=timezone.now() + ONE_HOUR) == 1
    answer = client.get(before, headers={"host": PORTAL})
    assert answer.status_code == (410 if lost else 200)


def test_purging_never_takes_a_live_item(client, agency):
    publish(NewsPage, agency)
    read(client)
    FeedItem.objects.update(changed_at=timezone.now() - 10_000 * ONE_HOUR)
    assert upkeep.purge_deletions(before=timezone.now()) == 0
    assert len(read(client)["items"]) == 1


def test_a_page_of_the_feed_costs_one_query(client, agency, django_assert_num_queries):
    for number in range(5):
        publish(NewsPage, agency, title=f"Berita {number}")
    read(client)
    # The host is known by then; where the feed is comes with the items, in one statement.
    with django_assert_num_queries(1):
        read(client, agency="dinkes", kind="news", locale="id")


# --- what is never told ----------------------------------------------------------------------


def hide_as_draft(page):
    page.unpublish()


def hide_as_private(page):
    PageViewRestriction.objects.create(page=page, restriction_type="login")


def hide_in_private_section(page):
    PageViewRestriction.objects.create(page=page.get_parent(), restriction_type="login")


def hide_by_expiry(page):
    # As nobody saved it: the moment has simply come.
    Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - ONE_HOUR)
    FeedItem.objects.update(visible_until=timezone.now() - ONE_HOUR)


def hide_by_deleting(page):
    page.delete()


def hide_by_suspension(page):
    from opd_sites.models import Agency

    provisioning.suspend(Agency.objects.get(code="dinkes"), at=timezone.now())


@pytest.mark.parametrize(
    "hide",
    [
        hide_as_draft,
        hide_as_private,
        hide_in_private_section,
        hide_by_expiry,
        hide_by_deleting,
        hide_by_suspension,
    ],
)
def test_what_is_hidden_is_told_nowhere(client, agency, hide):
    page = publish(NewsPage, agency)
    (item,) = read(client)["items"]
    assert get(client, f"/items/{item['id']}").status_code == 200
    hide(page)
    assert get(client, f"/items/{item['id']}").status_code == 404
    assert read(client, "/items")["items"] == []
    assert read(client, "/digest")["items"] == []
    assert [change["state"] for change in read(client)["items"]] == ["deleted"]


def test_hiding_more_than_one_publish_may_number_is_never_told_by_halves(
    client, agency, monkeypatch
):
    for number in range(sequencer.MAX_BATCHES):
        publish(NewsPage, agency, title=f"Berita {number}")
    read(client)
    monkeypatch.setattr(sequencer, "BATCH", 1)
    provisioning.suspend(agency, at=timezone.now())
    assert {change["state"] for change in read(client)["items"]} == {"deleted"}


def test_drafts_and_pages_not_yet_due_never_appear(client, agency):
    draft(NewsPage, agency, title="Konsep")
    schedule(NewsPage, agency, title="Besok", go_live_in=ONE_HOUR)
    assert read(client)["items"] == []
    assert read(client, "/items")["items"] == []


def test_suspension_lifts_cleanly(client, agency):
    publish(NewsPage, agency)
    mirror = Mirror(client).follow()
    provisioning.suspend(agency, at=timezone.now())
    assert mirror.follow().items == {}
    provisioning.resume(agency, at=timezone.now())
    assert len(mirror.follow().items) == 1
    assert PageViewRestriction.objects.count() == 0


@pytest.mark.parametrize("host", ["dinkes.example.test", "tidak-ada.example.test"])
@pytest.mark.parametrize("accept", [None, "*/*", "text/html", "application/json"])
@pytest.mark.parametrize("path", ["/changes", "/items/x", "/docs", "/register.csv", "/lain"])
def test_a_host_that_serves_nobody_says_so_as_the_feed_says_everything(
    client, agency, host, accept, path
):
    provisioning.suspend(agency, at=timezone.now())
    headers = {"host": host} | ({"accept": accept} if accept else {})
    for method in (client.get, client.head):
        response = method(f"{ROOT}{path}", headers=headers)
        assert response.status_code == 404
        assert response["Content-Type"] == "application/problem+json"
        assert response["Cache-Control"] == "no-store"
        assert response["Access-Control-Allow-Origin"] == "*"
    problem = client.get(f"{ROOT}{path}", headers=headers).json()
    assert problem["type"] == "urn:problem:kip-pages:not-found"
    assert "not available" in problem["detail"]


def test_an_alias_does_not_show_its_original_twice(client, agency, other_agency):
    page = publish(NewsPage, agency)
    page.create_alias(parent=other_agency.root_page.get_descendants().get(slug="berita"))
    assert [item["data"]["agency"]["code"] for item in read(client)["items"]] == ["dinkes"]


def test_what_the_portal_announces_is_the_lead_agencys(client, agency, other_agency):
    section = EmergencyIndexPage.objects.child_of(PortalHomePage.objects.get()).get()
    page = EmergencyAnnouncementPage(
        title="Gempa", live=False, **REQUIRED[EmergencyAnnouncementPage]
    )
    section.add_child(instance=page)
    page.save_revision().publish()
    assert read(client)["items"] == [], "nobody runs the portal yet"
    provisioning.rename(agency, is_lead=True)
    (item,) = read(client)["items"]
    assert item["data"]["agency"]["code"] == "dinkes"
    assert item["data"]["url"] == "http://portal.example.test/serta-merta/gempa/"
    provisioning.rename(agency, is_lead=False)
    provisioning.rename(other_agency, is_lead=True)
    told = {i["data"]["agency"]["code"] for i in read(client)["items"] if i["state"] == "updated"}
    assert told == {"dindik"}


# --- translations ----------------------------------------------------------------------------


def test_a_translation_is_an_item_of_its_own_and_both_name_each_other(client, agency):
    page = publish(NewsPage, agency, title="Judul")
    english = page.copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True)
    english.title = "Title"
    english.save_revision().publish()
    by_locale = {item["data"]["locale"]: item for item in read(client)["items"]}
    assert set(by_locale) == {"id", "en"}
    for locale, other in (("id", "en"), ("en", "id")):
        (named,) = by_locale[locale]["data"]["translations"]
        assert named == {
            "id": by_locale[other]["id"],
            "locale": other,
            "url": by_locale[other]["data"]["url"],
        }
    assert by_locale["en"]["data"]["url"].startswith("http://dinkes.example.test/en/")
    assert by_locale["en"]["id"] == str(item_uid(page.translation_key, "en"))
    assert len(read(client, locale="en")["items"]) == 1
    english.refresh_from_db()
    english.unpublish()
    (original,) = (i for i in read(client)["items"] if i["state"] == "updated")
    assert original["data"]["translations"] == []


# --- items -----------------------------------------------------------------------------------


def test_items_is_a_json_feed_with_the_newest_first(client, agency):
    for number in range(3):
        publish(NewsPage, agency, title=f"Berita {number}")
    feed = read(client, "/items")
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["title"] for item in feed["items"]] == ["Berita 2", "Berita 1", "Berita 0"]
    assert feed["items"][0]["_kip"]["data"]["news"]["category"] == "news"


def test_items_are_paged_by_cursor_without_loss(client, agency):
    for number in range(5):
        publish(NewsPage, agency, title=f"Berita {number}")
    found, address = [], f"{ROOT}/items?limit=2&kind=news"
    while address:
        page = client.get(address, headers={"host": PORTAL}).json()
        found += [item["title"] for item in page["items"]]
        address = page.get("next_url")
    assert found == [f"Berita {number}" for number in reversed(range(5))]


def test_items_are_filtered_by_everything_promised(client, agency, other_agency):
    entry = draft(DipEntryPage, agency, title="Renja 2024", summary="Rencana kerja tahunan")
    entry.obligations.add(Obligation.objects.get(code="BK.PROFIL.KEDUDUKAN"))
    entry.save_revision().publish()
    publish(NewsPage, other_agency, title="Sekolah baru")

    def titles(**parameters):
        return [item["title"] for item in read(client, "/items", **parameters)["items"]]

    assert titles(agency="dindik") == ["Sekolah baru"]
    assert titles(kind="dip") == ["Renja 2024"]
    assert titles(category="periodic") == ["Renja 2024"]
    assert titles(category="immediate") == []
    assert titles(obligation="BK.PROFIL") == ["Renja 2024"]
    assert titles(obligation="BK.PRO") == []
    assert titles(q="kerja RENJA") == ["Renja 2024"]
    assert titles(q="kerja sekolah") == []
    assert titles(since="2000-01-01", kind="dip") == ["Renja 2024"]
    assert titles(until="2000-01-01") == []
    assert titles(locale="en") == []


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("since", "kemarin"),
        ("until", "2026-13-01"),
        ("cursor", "abc"),
        ("category", "exempt"),
        ("limit", "-1"),
        ("q", "a\x00"),
        ("page", "2"),
    ],
)
def test_a_bad_parameter_of_items_is_named(client, agency, parameter, value):
    refused(client, "/items", parameter, **{parameter: value})


def test_an_unknown_id_is_a_problem_of_its_own(client, agency):
    response = get(client, f"/items/{uuid.uuid4()}")
    assert response.status_code == 404
    assert response["content-type"] == "application/problem+json"


# --- agencies, digest, OpenAPI ---------------------------------------------------------------


def test_agencies_lists_the_active_ones_in_the_order_of_the_law(client, agency, other_agency):
    listed = read(client, "/agencies")["items"]
    assert [a["code"] for a in listed] == ["dindik", "dinkes"]
    provisioning.suspend(other_agency, at=timezone.now())
    assert [a["code"] for a in read(client, "/agencies")["items"]] == ["dinkes"]


def test_the_digest_equals_what_a_mirror_computes(client, agency, other_agency):
    for model in ALL_TYPES:
        publish(model, agency)
    publish(NewsPage, other_agency, title="“Tanda kutip” ⇒ – é")
    rows = read(client, "/digest")["items"]
    told = {(row["agency"], row["kind"]): (row["count"], row["hash"]) for row in rows}
    assert told == Mirror(client).follow().digest()


def test_openapi_describes_the_api_and_its_docs_need_no_other_host(client, agency):
    description = read(client, "/openapi.json")
    assert description["openapi"].startswith("3.1")
    assert f"{ROOT}/changes" in description["paths"]
    page = get(client, "/docs").content.decode()
    assert "cdn" not in page


# --- upkeep ----------------------------------------------------------------------------------


def test_a_page_that_cannot_be_rendered_waits_and_the_others_flow(client, agency, monkeypatch):
    poison = publish(NewsPage, agency, title="Racun")
    read(client)
    render = NewsPage.feed_html
    monkeypatch.setattr(
        NewsPage, "feed_html", lambda page: 1 / 0 if page.title == "Racun!" else render(page)
    )
    poison.title = "Racun!"
    poison.save_revision().publish()
    publish(NewsPage, agency, title="Sehat")
    titles = {item["data"]["title"] for item in read(client)["items"]}
    assert titles == {"Racun", "Sehat"}
    waiting = OutboxEntry.objects.get(attempts=1)
    assert "ZeroDivisionError" in waiting.error
    assert waiting.retry_at > timezone.now()
    OutboxEntry.objects.update(retry_at=timezone.now())
    monkeypatch.undo()
    assert "Racun!" in {item["data"]["title"] for item in read(client)["items"]}
    assert not OutboxEntry.objects.filter(attempts__gt=0).exists()


def test_stored_payloads_are_canonical_json(agency, client):
    publish(NewsPage, agency, title='Kutip " dan \\ dan ⇒')
    read(client)
    item = FeedItem.objects.get()
    assert json.loads(item.payload)["title"] == 'Kutip " dan \\ dan ⇒'
    assert "⇒" in item.payload
    assert FeedState.objects.count() == 1
