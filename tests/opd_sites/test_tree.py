"""The page tree: what is written where it lies now, who may move what, and the check of it."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.urls import reverse
from treebeard.mp_tree import MP_AddChildHandler, MP_AddSiblingHandler, MP_MoveHandler
from wagtail.models import Collection, Page, get_page_models

from kip_pages.models import (
    AgencyHomePage,
    FeedItem,
    NewsIndexPage,
    NewsPage,
)
from opd_sites import tree_lock
from opd_sites.choices import AgencyRole, ProvinceRole
from opd_sites.models import PlacedPageMixin
from opd_sites.tree_check import Fault, problems, repair

from ..factories import (
    REQUIRED,
    publish,
    section_of,
)
from ..pinned import source_hash
from .test_roles import HOST, ROLES, member


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
        assert response.status_code in ((200,) if allowed else (302, 404))
        if response.status_code == 302:
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
