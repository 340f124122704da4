"""Whatever moves, deletes, copies, imports and publishes at the same time: threads, one lock."""

import collections
import os
import random
import threading
import time

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from treebeard.exceptions import InvalidMoveToDescendant
from wagtail.models import Locale, Page

from kip_pages.alerts.publishing import newest_text, publish_at_once
from kip_pages.choices import InformationCategory
from kip_pages.dip_import.publishing import publish_new
from kip_pages.models import (
    DipEntryPage,
    DipIndexPage,
    EmergencyAnnouncementPage,
    EmergencyIndexPage,
    NewsIndexPage,
    NewsPage,
)
from kip_pages.planting import set_up_portal
from kip_pages.quick_entry import enter
from kip_pages.schedule import Schedule
from opd_sites import tree_lock
from opd_sites.choices import AgencyRole
from opd_sites.models import Agency
from opd_sites.tree_check import problems

from .. import files
from ..factories import (
    ONE_HOUR,
    REQUIRED,
    AgencyFactory,
    UserFactory,
    draft,
    publish,
    schedule,
    section_of,
)
from ..kip_pages.test_import_publishing import content
from ..live import in_threads, wait_until

# Longer: KIP_TREE_ROUNDS=300 pytest tests/opd_sites/test_tree_lock.py -k corrupts --junit-xml=x.xml
ROUNDS = int(os.environ.get("KIP_TREE_ROUNDS", 3))


# --- everything at once ----------------------------------------------------------------------


class Gardener:
    """Somebody who does one kind of thing to a random part of the tree, over and over."""

    def __init__(self, seed, does, homes):
        self.chance = random.Random(seed)
        self.does, self.homes = does, homes
        self.done = collections.Counter()
        self.failures = []

    def work(self):
        verb = getattr(self, self.does)
        for _round in range(ROUNDS):
            try:
                verb()
                self.done["done"] += 1
            except (
                Page.DoesNotExist,
                InvalidMoveToDescendant,
                ValidationError,
                IndexError,
            ) as error:
                # Somebody else was quicker: it is gone, or lies elsewhere, or the slug is taken.
                self.done[type(error).__name__] += 1
            except DatabaseError as error:
                if "did not affect any rows" in str(error):  # a draft of a page that is gone
                    self.done["gone"] += 1
                else:
                    self.failures.append(f"{self.does}: {type(error).__name__}: {error}")

    def home(self):
        return Page.objects.get(pk=self.chance.choice(self.homes))

    def section(self):
        return self.chance.choice(list(NewsIndexPage.objects.order_by("pk")))

    def page(self):
        return self.chance.choice(list(NewsPage.objects.order_by("pk")[:200]))

    def slug(self):
        return f"{self.does}-{self.chance.getrandbits(60)}"

    def add(self):
        page = NewsPage(title="Baru", slug=self.slug(), **REQUIRED[NewsPage])
        self.section().add_child(instance=page)
        page.save_revision().publish()

    def publish(self):
        """Load, dawdle, save all of it: a tree that changed meanwhile must not be put back."""
        page = self.page() if self.chance.random() < 0.5 else self.section()
        time.sleep(self.chance.random() / 20)
        page.title = f"Judul {self.chance.random()}"
        page.save_revision().publish()

    def rename(self):
        page = self.section()
        page.slug = self.slug()
        page.save()

    def move_section(self):
        self.section().move(self.home(), pos="last-child")

    def move_page(self):
        self.page().move(self.section(), pos="last-child")

    def reorder(self):
        page = self.page()
        sibling = self.chance.choice(list(page.get_siblings()))
        page.move(sibling, pos=self.chance.choice(["left", "right"]))

    def delete(self):
        if self.chance.random() < 0.8 or NewsIndexPage.objects.count() < 6:
            self.page().delete()
        else:
            self.section().delete()

    def announce(self):
        """Publish, and wait for nobody; the section may be on its way elsewhere meanwhile."""
        page = self.chance.choice(list(EmergencyAnnouncementPage.objects.order_by("pk")))
        page.title = f"Judul {self.chance.random()}"
        page.save_revision().publish()

    def import_entries(self):
        contents = [content(self.slug(), self.slug()) for _ in range(5)]
        section = self.chance.choice(list(DipIndexPage.objects.order_by("pk")))
        with transaction.atomic():
            publish_new(contents, section=section, user=None, at=timezone.now())

    def move_other_sections(self):
        model = self.chance.choice([DipIndexPage, EmergencyIndexPage])
        self.chance.choice(list(model.objects.order_by("pk"))).move(self.home(), pos="last-child")

    def copy(self):
        if NewsIndexPage.objects.count() < 12:
            slug = self.slug()
            self.section().copy(
                recursive=True, to=self.home(), update_attrs={"slug": slug, "title": slug}
            )


KINDS = ["add", "publish", "rename", "move_section", "move_page", "reorder", "delete", "copy"]
KINDS += ["announce", "import_entries", "move_other_sections"]


@pytest.mark.postgres
def test_nothing_corrupts_the_tree_and_nobody_waits_for_ever(committed_db, record_property):
    set_up_portal(hostname="portal.example.test", name="Portal Provinsi Contoh")
    agencies = [AgencyFactory(code=f"opd-{number}") for number in range(3)]
    for agency in agencies:
        for number in range(6):
            publish(NewsPage, agency, slug=f"{agency.code}-{number}")
        publish(EmergencyAnnouncementPage, agency)
    homes = [agency.site.root_page_id for agency in agencies]
    gardeners = [Gardener(seed, does, homes) for seed, does in enumerate(KINDS)]
    in_threads(*(gardener.work for gardener in gardeners))
    done = {gardener.does: dict(gardener.done) for gardener in gardeners}
    record_property("done", done)
    assert [failure for gardener in gardeners for failure in gardener.failures] == []
    assert problems() == []
    assert all(counts.get("done") for counts in done.values()), done
    assert deadlocks() == 0


def deadlocks():
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return cursor.fetchone()[0]


# --- who waits for whom ----------------------------------------------------------------------


def waits(verb, *, beside):
    """Say whether ``verb`` waits for somebody who holds the tree with ``beside()``."""
    holds, let_go, done = threading.Event(), threading.Event(), threading.Event()
    found = []

    def hold():
        with beside():
            holds.set()
            let_go.wait()

    def act():
        holds.wait()
        try:
            verb()
        finally:
            done.set()

    def watch():
        holds.wait()
        while not (done.is_set() or waiting()):
            time.sleep(0.02)
        found.append(not done.is_set())
        let_go.set()

    in_threads(hold, act, watch)
    return found[0]


def waiting():
    """Say whether anybody stands in line for the tree, or asks again and again to have it alone."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FROM pg_stat_activity AS somebody
            WHERE datname = current_database()
            AND (wait_event = 'advisory' OR query LIKE 'SELECT pg_try_advisory_xact_lock(%%')
            AND NOT EXISTS (
                SELECT 1 FROM pg_locks
                WHERE pg_locks.pid = somebody.pid AND locktype = 'advisory' AND granted
            )
            """
        )
        return cursor.fetchone()[0] > 0


@pytest.fixture
def dinkes(committed_db):
    set_up_portal(hostname="portal.example.test", name="Portal Provinsi Contoh")
    return AgencyFactory(code="dinkes")


def ways_to_write(agency):
    """Return what people and workers do with the tree, by whether it must be alone for that."""
    page, section = publish(NewsPage, agency, slug="satu"), section_of(agency, NewsPage)
    english = Locale.objects.get(language_code="en")
    editor = UserFactory(role=AgencyRole.EDITOR, role__agency=agency)
    schedule(NewsPage, agency, expire_in=ONE_HOUR)

    def publish_again():
        NewsPage.objects.get(pk=page.pk).save_revision().publish()

    def add():
        fresh = NewsPage(title="Baru", **REQUIRED[NewsPage])
        NewsIndexPage.objects.get(pk=section.pk).add_child(instance=fresh)

    def copy():
        NewsPage.objects.get(pk=page.pk).copy(to=section, update_attrs={"slug": slug()})

    def alias():
        NewsPage.objects.get(pk=page.pk).create_alias(parent=section, update_slug=slug())

    def translate():
        Page.objects.get(pk=page.pk).specific.copy_for_translation(english, copy_parents=True)

    def import_entries():
        contents = [content(slug(), slug())]
        with transaction.atomic():
            publish_new(
                contents, section=section_of(agency, DipEntryPage), user=None, at=timezone.now()
            )

    def enter_quickly():
        file = SimpleUploadedFile("Laporan.pdf", files.pdf(slug()))
        category = InformationCategory.PERIODIC
        enter(section=section_of(agency, DipEntryPage), user=editor, category=category, file=file)

    def run_the_schedule():
        Schedule().catch_up(at=timezone.now() + 2 * ONE_HOUR)

    def move():
        NewsPage.objects.get(pk=page.pk).move(section, pos="last-child")

    def copy_beside():
        NewsPage.objects.get(pk=page.pk).copy(update_attrs={"slug": slug()})

    def rename_section():
        renamed = NewsIndexPage.objects.get(pk=section.pk)
        renamed.slug = slug()
        renamed.save()

    def delete():
        publish(NewsPage, agency).delete()

    def provision():
        AgencyFactory(code=slug())

    beside_others = [publish_again, add, copy, alias, import_entries, enter_quickly]
    beside_others += [run_the_schedule, translate]
    return beside_others, [move, copy_beside, rename_section, delete, provision]


def slug():
    return f"x{random.getrandbits(40)}"


@pytest.mark.postgres
def test_whatever_adds_or_publishes_waits_for_nobody_who_does_the_same(dinkes):
    beside_others, alone = ways_to_write(dinkes)
    assert [v.__name__ for v in beside_others if waits(v, beside=tree_lock.sharing)] == []
    assert [v.__name__ for v in alone if not waits(v, beside=tree_lock.sharing)] == []
    assert problems() == []


@pytest.mark.postgres
def test_whatever_writes_to_the_tree_waits_while_it_is_being_changed(dinkes):
    beside_others, alone = ways_to_write(dinkes)
    writers = [*alone, *beside_others]
    assert [v.__name__ for v in writers if not waits(v, beside=tree_lock.changing)] == []
    assert problems() == []


@pytest.mark.postgres
def test_an_emergency_is_published_while_somebody_holds_the_tree(dinkes):
    page = draft(EmergencyAnnouncementPage, dinkes)
    other = publish(EmergencyAnnouncementPage, dinkes)
    by = UserFactory(role=AgencyRole.PUBLISHER, role__agency=dinkes)
    took = []

    def announce():
        begin = time.monotonic()
        _text, version = newest_text(page)
        publish_at_once(page, version=version, reason="Banjir", user=by, at=timezone.now())
        EmergencyAnnouncementPage.objects.get(pk=other.pk).save_revision().publish()
        took.append(time.monotonic() - begin)

    assert not waits(announce, beside=tree_lock.changing)
    assert EmergencyAnnouncementPage.objects.get(pk=page.pk).live
    assert took[0] < 5


@pytest.mark.postgres
def test_an_emergency_in_a_section_that_is_just_being_moved_is_published_where_it_lies_then(
    dinkes,
):
    """Without the lock the row alone keeps the two apart, whichever comes first."""
    page = draft(EmergencyAnnouncementPage, dinkes)
    section = page.get_parent()
    home = AgencyFactory(code="dindik").site.root_page
    section_of(Agency.objects.get(code="dindik"), EmergencyAnnouncementPage).delete()
    moved, go_on = threading.Event(), threading.Event()

    def move():
        try:
            with transaction.atomic():
                section.move(home, pos="last-child")
                moved.set()
                go_on.wait()
        finally:
            moved.set()

    def announce():
        moved.wait()
        threading.Timer(0.5, go_on.set).start()
        loaded = EmergencyAnnouncementPage.objects.get(pk=page.pk)
        loaded.get_latest_revision().publish()

    in_threads(move, announce)
    page = EmergencyAnnouncementPage.objects.get(pk=page.pk)
    assert (page.live, page.get_parent().pk) == (True, section.pk)
    assert page.is_descendant_of(Page.objects.get(pk=home.pk))
    assert problems() == []


@pytest.mark.postgres
def test_whoever_waits_to_have_the_tree_alone_keeps_nobody_from_publishing(dinkes):
    """As behind a long import: those who wait do not close the way for those who need not."""
    _beside_others, (move, *_more) = ways_to_write(dinkes)
    holds, let_go, published = threading.Event(), threading.Event(), threading.Event()

    def hold():
        with tree_lock.sharing():
            holds.set()
            let_go.wait()

    def then_move():
        holds.wait()
        move()
        assert published.is_set()

    def then_publish():
        holds.wait()
        try:
            wait_until(waiting, 20)
            with tree_lock.sharing():  # as publishing does
                published.set()
        finally:
            let_go.set()

    in_threads(hold, then_move, then_publish)
