"""The page tree stays sound whatever moves, deletes, copies, adds and publishes at the same time."""

import collections
import hashlib
import inspect
import os
import random
import threading
import time
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from treebeard.exceptions import InvalidMoveToDescendant
from treebeard.mp_tree import MP_AddChildHandler, MP_AddSiblingHandler, MP_MoveHandler
from wagtail.models import Collection, Locale, Page, get_page_models

from kip_pages.alerts.publishing import newest_text, publish_at_once
from kip_pages.choices import InformationCategory
from kip_pages.dip_import.publishing import publish_new
from kip_pages.models import (
    AgencyHomePage,
    DipEntryPage,
    DipIndexPage,
    EmergencyAnnouncementPage,
    EmergencyIndexPage,
    FeedItem,
    NewsIndexPage,
    NewsPage,
)
from kip_pages.planting import set_up_portal
from kip_pages.quick_entry import enter
from kip_pages.schedule import Schedule
from opd_sites import tree_lock
from opd_sites.choices import AgencyRole, ProvinceRole
from opd_sites.models import Agency, PlacedPageMixin
from opd_sites.tree_check import Fault, problems, repair

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
from ..live import in_threads
from .test_roles import HOST, ROLES, member

# Longer by hand: KIP_TREE_ROUNDS=300 pytest tests/opd_sites/test_tree.py -k corrupts --junit-xml=done.xml
ROUNDS = int(os.environ.get("KIP_TREE_ROUNDS", 5))


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
        verb()
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
        enter(section=section_of(agency, DipEntryPage), user=None, category=category, file=file)

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
    return f"x{random.getrandbits(60)}"


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
        with transaction.atomic():
            section.move(home, pos="last-child")
            moved.set()
            go_on.wait()

    def announce():
        moved.wait()
        threading.Timer(0.5, go_on.set).start()
        loaded = EmergencyAnnouncementPage.objects.get(pk=page.pk)
        loaded.get_latest_revision().publish()

    in_threads(move, announce)
    page = EmergencyAnnouncementPage.objects.get(pk=page.pk)
    assert (page.live, page.get_parent()) == (True, section)
    assert page.is_descendant_of(Page.objects.get(pk=home.pk))
    assert problems() == []


@pytest.mark.postgres
def test_whoever_waits_to_have_the_tree_alone_keeps_nobody_from_publishing(dinkes):
    """As behind a long import: those who wait do not close the way for those who need not."""
    (publish_again, *_others), (move, *_more) = ways_to_write(dinkes)
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
        while not waiting():
            time.sleep(0.02)
        publish_again()
        published.set()
        let_go.set()

    in_threads(hold, then_move, then_publish)


def test_a_page_that_was_moved_and_got_children_meanwhile_is_published_where_it_lies(
    agency, other_agency
):
    section = section_of(agency, NewsPage)
    loaded = NewsIndexPage.objects.get(pk=section.pk)
    publish(NewsPage, agency, title="Anak")
    home = AgencyHomePage.objects.get(pk=other_agency.site.root_page_id)
    section_of(other_agency, NewsPage).delete()
    NewsIndexPage.objects.get(pk=section.pk).move(home, pos="last-child")
    loaded.intro = "Disunting sejak lama"
    loaded.save_revision().publish()
    now = NewsIndexPage.objects.get(pk=section.pk)
    assert (now.intro, now.get_parent().pk) == ("Disunting sejak lama", home.pk)
    assert (now.numchild, now.url_path) == (1, f"{home.url_path}berita/")
    assert problems() == []


def test_a_child_added_to_a_parent_that_was_renamed_meanwhile_gets_its_new_address(agency):
    loaded = section_of(agency, NewsPage)
    renamed = section_of(agency, NewsPage)
    renamed.slug = "kabar"
    renamed.save()
    page = loaded.add_child(instance=NewsPage(title="Baru", slug="baru", **REQUIRED[NewsPage]))
    assert page.url_path.endswith("/kabar/baru/")
    assert problems() == []


@pytest.mark.parametrize(
    "act",
    [
        lambda page, section: page.move(section, pos="last-child"),
        lambda page, section: page.delete(),
        lambda page, section: page.copy(to=section),
        lambda page, section: page.save(),
        lambda page, section: page.add_sibling(instance=NewsPage(title="X", **REQUIRED[NewsPage])),
    ],
)
def test_what_is_done_to_a_page_that_is_gone_says_so(agency, act):
    page = publish(NewsPage, agency)
    Page.objects.filter(pk=page.pk).delete()
    with pytest.raises(tree_lock.PageIsGoneError):
        act(page, section_of(agency, NewsPage))


def test_what_a_wrapped_method_does_is_rolled_back_as_one(agency):
    page = publish(NewsPage, agency)
    section = section_of(agency, NewsPage)
    before = list(Page.objects.values_list("pk", "path", "numchild", "url_path"))

    with pytest.raises(RuntimeError), transaction.atomic():
        page.copy(to=section, update_attrs={"slug": "salinan"})
        page.delete()
        raise RuntimeError
    assert list(Page.objects.values_list("pk", "path", "numchild", "url_path")) == before


# --- who may ---------------------------------------------------------------------------------

#   role                          move a section, a page in one's own section; order pages
PLACES = [
    (AgencyRole.EDITOR, False, False, False),
    (AgencyRole.PUBLISHER, False, True, True),
    (AgencyRole.AGENCY_ADMIN, False, True, True),
    (ProvinceRole.PROVINCE_ADMIN, True, True, True),
    (ProvinceRole.DUTY_OFFICER, False, False, False),
]


def test_the_table_names_every_role():
    assert [row[0] for row in PLACES] == ROLES


def test_every_page_type_is_placed():
    for model in set(get_page_models()) - {Page}:
        assert issubclass(model, PlacedPageMixin), model


@pytest.mark.parametrize(("role", "sections", "pages", "order"), PLACES)
def test_who_may_move_what(client, agency, role, sections, pages, order):
    user = member(role, agency)
    page = publish(NewsPage, agency)
    section = Page.objects.get(pk=section_of(agency, NewsPage).pk)  # as the admin loads it
    may = section.permissions_for_user(user)
    assert (may.can_move(), may.can_delete()) == (sections, sections)
    assert may.can_reorder_children() is order
    home = Page.objects.get(pk=agency.site.root_page_id)
    assert home.permissions_for_user(user).can_reorder_children() is sections
    assert page.permissions_for_user(user).can_move() is pages
    client.force_login(user)
    for moved, allowed in ((section, sections), (page, pages)):
        response = client.get(reverse("wagtailadmin_pages:move", args=[moved.pk]), headers=HOST)
        assert response.status_code == (200 if allowed else 302)
        if not allowed:
            assert response["location"] == reverse("wagtailadmin_home")


@pytest.mark.parametrize(("role", "sections", "pages", "order"), PLACES)
def test_the_page_menu_offers_moving_to_whoever_may(client, agency, role, sections, pages, order):
    page, section = publish(NewsPage, agency), section_of(agency, NewsPage)
    client.force_login(member(role, agency))
    for moved, allowed in ((section, sections), (page, pages)):
        path = reverse("wagtailadmin_pages:edit", args=[moved.pk])
        shown = client.get(path, headers=HOST).content.decode()
        assert (reverse("wagtailadmin_pages:move", args=[moved.pk]) in shown) is allowed


def test_a_section_is_not_moved_in_bulk_by_its_agency(client, agency):
    publish(NewsPage, agency)
    section = section_of(agency, NewsPage)
    path = section.path
    client.force_login(member(AgencyRole.AGENCY_ADMIN, agency))
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "move"])
    home = agency.site.root_page_id
    client.post(
        f"{url}?id={section.pk}", {"chooser": home, "move_applies_to_children": ""}, headers=HOST
    )
    section.refresh_from_db()
    assert section.path == path


# --- the check -------------------------------------------------------------------------------


def rows(section):
    return Page.objects.filter(pk=section.pk)


def lose_the_parent(section):
    """As a page that is added to a section which is just being moved away."""
    elsewhere = f"{section.path[:-4]}00ZZ0001"
    rows(section.get_children().get()).update(path=elsewhere)


def lose_a_whole_branch(section):
    home = section.get_parent()
    for page in home.get_descendants():
        rows(page).update(path=page.path.replace(home.path, f"{home.path[:-4]}00ZZ"))


DAMAGE = [
    (lambda section: rows(section).update(numchild=0), {Fault.CHILDREN}),
    (lambda section: rows(section).update(numchild=7), {Fault.CHILDREN}),
    (lambda section: rows(section).update(depth=2), {Fault.DEPTH}),
    (lambda section: rows(section).update(url_path="/lain/"), {Fault.ADDRESS}),
    (
        lambda section: rows(section).update(path=f"{section.path}0"),
        {Fault.PATH, Fault.CHILDREN, Fault.ORPHAN},
    ),
    (
        lambda section: rows(section).update(path=f"{section.path[:-1]}z"),
        {Fault.PATH, Fault.CHILDREN, Fault.ORPHAN},
    ),
    (lose_the_parent, {Fault.ORPHAN, Fault.CHILDREN}),
    (lose_a_whole_branch, {Fault.ORPHAN, Fault.CHILDREN}),
]


@pytest.mark.parametrize(("damage", "faults"), DAMAGE)
def test_damage_is_found_and_mended(agency, other_agency, damage, faults):
    page = publish(NewsPage, agency)
    publish(NewsPage, other_agency)
    everything = set(Page.objects.values_list("pk", flat=True))
    assert problems() == []
    damage(section_of(agency, NewsPage))
    assert {problem.fault for problem in problems()} == faults
    assert {problem.fault for problem in repair()} == faults
    assert problems() == []
    assert set(Page.objects.values_list("pk", flat=True)) == everything
    # What lost its place is the province's to place again, and not public meanwhile.
    page.refresh_from_db()
    found_again = Fault.ORPHAN in faults
    assert page.is_descendant_of(Page.objects.get(pk=agency.root_page_id)) is not found_again
    assert page.live is not found_again


def test_what_lost_its_place_leaves_the_feed(agency, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        page = publish(NewsPage, agency)
    assert FeedItem.objects.present().filter(page_id=page.pk).exists()
    lose_the_parent(section_of(agency, NewsPage))
    with django_capture_on_commit_callbacks(execute=True):
        repair()
    assert not FeedItem.objects.present().filter(page_id=page.pk).exists()


def test_twins_are_found_and_left_to_somebody_who_decides(agency):
    first, second = publish(NewsPage, agency), publish(NewsPage, agency)
    rows(second).update(slug=first.slug, url_path=first.url_path)
    assert [(problem.pk, problem.fault) for problem in problems()] == [(second.pk, Fault.TWIN)]
    repair()
    assert [problem.fault for problem in problems()] == [Fault.TWIN]


def test_the_tree_of_collections_is_checked_as_well(agency):
    Collection.objects.filter(pk=agency.collection_id).update(numchild=3, depth=5)
    assert {problem.fault for problem in problems()} == {Fault.CHILDREN, Fault.DEPTH}
    repair()
    assert problems() == []


def test_checking_costs_two_queries_whatever_the_number_of_pages(agency, django_assert_num_queries):
    for _ in range(5):
        publish(NewsPage, agency)
    with django_assert_num_queries(2):  # pages, collections
        problems()


def check(**options):
    out, err = StringIO(), StringIO()
    try:
        call_command("check_tree", stdout=out, stderr=err, **options)
    except CommandError as error:
        return 1, out.getvalue(), err.getvalue(), str(error)
    return 0, out.getvalue(), err.getvalue(), ""


def test_the_command_fails_on_damage_mends_it_when_asked_and_is_content_then(agency):
    section = section_of(agency, NewsPage)
    assert check()[:2] == (0, "the tree is sound\n")
    rows(section).update(numchild=9)
    code, _out, err, message = check()
    assert code == 1
    assert f" {section.pk} " in err
    assert "--fix" in message
    code, out, _err, _message = check(fix=True)
    assert (code, out.startswith("mended: "), out.endswith("the tree is sound\n")) == (
        0,
        True,
        True,
    )


def test_the_worker_looks_at_the_tree_every_day(agency, caplog):
    call_command("feed_worker", once=True)
    assert "tree" not in caplog.text
    rows(section_of(agency, NewsPage)).update(numchild=9)
    call_command("feed_worker", once=True)
    assert "check_tree --fix" in caplog.text


# --- what the lock is wrapped around ---------------------------------------------------------

# Sources of Wagtail 8.0.1 and treebeard 5.3.1. If one differs: read what changed, see whether anything
# else writes paths now, and whether the wrappers in `opd_sites/tree_lock.py` still read enough anew.
PINNED = {
    "MovePageAction.execute": "8b596d541286",
    "DeletePageAction.execute": "9d144086f98b",
    "CopyPageAction.execute": "06c57ac8db61",
    "CreatePageAliasAction.execute": "cb77ec8525b0",
    "PageQuerySet.delete": "09acf2c7c037",
    "AbstractPage.add_sibling": "291cceda856a",
    "AbstractPage.add_child": "7b6cdcfc903f",
    "AbstractPage.save": "2864352d83db",
    "Collection.add_sibling": "291cceda856a",
    "Collection.add_child": "7b6cdcfc903f",
    "Collection.move": "3808f525d201",
    "Collection.delete": "6ecff3b96c3b",
    "Collection.save": "6ece39ca6d32",
    "MP_AddChildHandler.process": "a45195438ecf",
    "MP_AddSiblingHandler.process": "1d8fb1316bb0",
    "MP_MoveHandler.process": "e91ed073c83d",
}


def source_hash(method):
    source = inspect.getsource(inspect.unwrap(method))
    return hashlib.sha256(source.encode()).hexdigest()[:12]


def test_what_is_wrapped_is_what_it_was_when_this_was_written():
    found = {
        f"{o.__name__}.{name}": source_hash(getattr(o, name)) for o, name, _w in tree_lock.WRAPPED
    }
    for handler in (MP_AddChildHandler, MP_AddSiblingHandler, MP_MoveHandler):
        found[f"{handler.__name__}.process"] = source_hash(handler.process)
    assert found == PINNED


def test_everything_is_wrapped_once():
    before = [getattr(owner, name) for owner, name, _wrap in tree_lock.WRAPPED]
    tree_lock.install()
    assert [getattr(owner, name) for owner, name, _wrap in tree_lock.WRAPPED] == before
