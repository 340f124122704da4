"""Reconciling finds what nobody said, counts it, repairs it, and then finds nothing."""

import datetime
import logging
import threading
import uuid

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction, Site

from kip_pages.feed import reconcile, sequencer
from kip_pages.management.commands import feed_worker
from kip_pages.models import (
    DipEntryPage,
    FeedItem,
    FeedState,
    ItemState,
    NewsPage,
    OutboxEntry,
    Priority,
)
from opd_sites.choices import AgencyStatus
from opd_sites.models import Agency

from ..factories import ONE_HOUR, publish
from ..mirror import Mirror
from ..truth import public_pages


@pytest.fixture
def pages(agency, other_agency):
    """Three pages of an agency and one of another, all numbered and nothing waiting."""
    made = [publish(NewsPage, agency, title=f"Berita {number}") for number in range(2)]
    made += [publish(DipEntryPage, agency), publish(NewsPage, other_agency)]
    settle()
    assert reconcile.reconcile() == 0
    return made


def settle():
    sequencer.catch_up(pressing_only=False, max_batches=None)


def sql(statement, *parameters):
    """Write as an administrator with a database client does: nothing of ours hears of it."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def corrupt_the_payload(page):
    FeedItem.objects.filter(page_id=page.pk).update(payload='{"title":"palsu"}')


def change_the_title(page):
    Page.objects.filter(pk=page.pk).update(title="Judul dari SQL")


def change_a_field_of_the_kind(page):
    NewsPage.objects.filter(pk=page.pk).update(date="2001-01-01")


def lose_the_item(page):
    FeedItem.objects.filter(page_id=page.pk).delete()


def unpublish_by_update(page):
    Page.objects.filter(pk=page.pk).update(live=False)


def expire_by_update(page):
    Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - ONE_HOUR)


def delete_by_sql(page):
    sql("DELETE FROM kip_pages_newspage WHERE page_ptr_id = %s", page.pk)
    sql("DELETE FROM wagtailcore_page WHERE id = %s", page.pk)


def restrict_by_sql(page):
    PageViewRestriction.objects.bulk_create(
        [PageViewRestriction(page=page, restriction_type="login")]
    )


def bury_the_living(page):
    FeedItem.objects.filter(page_id=page.pk).update(state=ItemState.DELETED, payload="")


def mistake_the_language(page):
    FeedItem.objects.filter(page_id=page.pk).update(locale="en")


def hide_from_the_whole_feed(page):
    FeedItem.objects.filter(page_id=page.pk).update(moved=True)


def lose_the_words_that_are_searched(page):
    FeedItem.objects.filter(page_id=page.pk).update(text="")


ONE_WRONG_ITEM = [
    *(corrupt_the_payload, change_the_title, change_a_field_of_the_kind, lose_the_item),
    *(unpublish_by_update, expire_by_update, delete_by_sql, restrict_by_sql, bury_the_living),
    *(mistake_the_language, hide_from_the_whole_feed, lose_the_words_that_are_searched),
]


def equals_the_truth():
    """Whether a new mirror has what the page tree shows, and the stored state what it ought to be."""
    truth = sorted(public_pages().values())
    told = Mirror(Client()).follow().content.values()
    told = sorted((data["agency"]["code"], data["url"], data["title"]) for data in told)
    return told == truth and FeedItem.objects.present().count() == len(truth)


def found_once(caplog, wrong, page_ids):
    """Reconcile, and say what it says: the count, the metric, the warning, and then nothing more."""
    with caplog.at_level(logging.WARNING, logger="kip_pages"):
        assert reconcile.reconcile() == wrong
    state = FeedState.current()
    assert state.drift == wrong
    assert timezone.now() - state.reconciled_at < ONE_HOUR
    named = ", ".join(str(pk) for pk in sorted(page_ids))
    assert f"{wrong} items differed from their pages: {named}" in caplog.text
    assert equals_the_truth()
    assert reconcile.reconcile() == 0
    assert FeedState.current().drift == 0


@pytest.mark.parametrize("spoil", ONE_WRONG_ITEM, ids=lambda spoil: spoil.__name__)
def test_one_wrong_item_is_found_counted_and_repaired(pages, caplog, spoil):
    spoil(pages[0])
    found_once(caplog, 1, [pages[0].pk])


def test_an_item_of_the_wrong_agency_goes_home_in_both_agencies_feeds(pages, other_agency, caplog):
    mirrors = [Mirror(Client(), agency=code).follow() for code in ("dinkes", "dindik")]
    FeedItem.objects.filter(page_id=pages[0].pk).update(agency=other_agency)
    found_once(caplog, 2, [pages[0].pk])
    for mirror, count in zip(mirrors, (3, 1), strict=True):
        assert len(mirror.follow().items) == count


def test_a_page_moved_by_sql_goes_to_its_new_agency(pages, caplog):
    moving, there = pages[0], pages[3]
    path = there.path[: -Page.steplen] + Page._int2str(900).rjust(Page.steplen, "0")
    url_path = there.url_path.rsplit("/", 2)[0] + f"/{moving.slug}-pindah/"
    Page.objects.filter(pk=moving.pk).update(path=path, url_path=url_path)
    Page.objects.filter(pk=there.get_parent().pk).update(numchild=F("numchild") + 1)
    found_once(caplog, 2, [moving.pk])


def test_a_host_changed_by_sql_changes_every_address_of_the_agency(pages, agency, caplog):
    Site.objects.filter(pk=agency.site_id).update(hostname="baru.example.test")
    found_once(caplog, 3, [page.pk for page in pages[:3]])


@pytest.mark.parametrize("changes", [{"status": AgencyStatus.SUSPENDED}, {"name": "Dinas Baru"}])
def test_an_agency_changed_by_sql_changes_all_that_is_its_own(pages, agency, caplog, changes):
    Agency.objects.filter(pk=agency.pk).update(**changes)
    found_once(caplog, 3, [page.pk for page in pages[:3]])


def test_items_whose_pages_never_were_are_taken_out(pages, agency, caplog):
    row = FeedItem.objects.get(page_id=pages[0].pk)
    row.pk, row.uid, row.page_id, row.pos = None, uuid.uuid4(), 10_000_000, row.pos + 1000
    row.save()
    found_once(caplog, 1, [10_000_000])


def test_an_empty_feed_is_filled(pages):
    FeedItem.objects.all().delete()
    assert reconcile.reconcile() == len(pages)
    assert equals_the_truth()


def test_more_wrong_items_than_a_batch_holds_are_all_found(pages, agency, monkeypatch):
    monkeypatch.setattr(sequencer, "BATCH", 2)
    Page.objects.filter(pk__in=[page.pk for page in pages]).update(title="Salah")
    assert reconcile.reconcile() == len(pages)
    assert reconcile.reconcile() == 0


def test_what_waits_in_the_outbox_is_no_drift(pages):
    waiting = pages[0]
    Page.objects.filter(pk=waiting.pk).update(title="Menunggu")
    OutboxEntry.objects.create(page_id=waiting.pk, priority=Priority.BULK)
    assert reconcile.reconcile() == 0
    assert FeedItem.objects.get(page_id=waiting.pk).title == "Berita 0", "its turn has not come"
    settle()
    assert FeedItem.objects.get(page_id=waiting.pk).title == "Menunggu"


def test_what_just_ran_out_is_no_drift(pages):
    past = timezone.now() - datetime.timedelta(seconds=1)
    Page.objects.filter(pk=pages[0].pk).update(expire_at=past)
    FeedItem.objects.filter(page_id=pages[0].pk).update(visible_until=past)
    assert reconcile.reconcile() == 0
    settle()
    assert not FeedItem.objects.present().filter(page_id=pages[0].pk).exists()


def test_a_page_that_cannot_be_rendered_is_alarmed_and_is_no_drift(pages, monkeypatch, caplog):
    render = NewsPage.feed_html
    monkeypatch.setattr(
        NewsPage, "feed_html", lambda page: 1 / 0 if page.pk == pages[0].pk else render(page)
    )
    change_the_title(pages[1])
    assert reconcile.reconcile() == 1, "the others are repaired"
    settle()
    assert OutboxEntry.objects.get(page_id=pages[0].pk).attempts == 1
    assert f"page {pages[0].pk} cannot be rendered" in caplog.text
    assert reconcile.reconcile() == 0
    assert OutboxEntry.objects.count() == 1, "one entry, however often it is found"


def test_repairing_gives_numbers_so_that_mirrors_hear_of_it(pages):
    mirror = Mirror(Client()).follow()
    before = FeedState.current().pos
    change_the_title(pages[0])
    reconcile.reconcile()
    assert FeedState.current().pos == before + 1
    assert "Judul dari SQL" in {item["data"]["title"] for item in mirror.follow().items.values()}


def test_the_command_prints_the_count(pages, capsys):
    call_command("feed_reconcile")
    change_the_title(pages[0])
    call_command("feed_reconcile")
    assert capsys.readouterr().out.splitlines() == [
        "0 items differed from their pages",
        "1 items differed from their pages",
    ]


def test_of_many_workers_one_gets_the_hourly_walk(pages):
    now = timezone.now()
    assert [reconcile.claim(at=now) for _worker in range(3)] == [True, False, False]
    assert not reconcile.claim(at=now + ONE_HOUR - datetime.timedelta(seconds=1))
    assert reconcile.claim(at=now + ONE_HOUR)


def test_a_walk_gives_way_to_the_workers_rounds_and_ends_in_a_later_one(pages, monkeypatch):
    monkeypatch.setattr(sequencer, "BATCH", 2)
    FeedState.objects.update(reconciled_at=None)
    change_the_title(pages[-1])
    walk, rounds = reconcile.walk(), 0
    while FeedState.current().reconciled_at is None:
        feed_worker._advance(walk, until=0, stop=threading.Event())
        rounds += 1
        assert rounds < 1000
    assert rounds > 2
    assert FeedState.current().drift == 1
