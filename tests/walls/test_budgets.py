"""What an editor's screens cost: the same whatever the number of agencies, and of pages."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.text import slugify
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, Page, Site

from kip_pages.models import ActivityPage, AgencyHomePage, AgencyRootPage, NewsPage
from opd_sites.choices import AgencyRole
from opd_sites.models import Agency, RoleGroup
from opd_sites.workflows import sync_workflow

from ..factories import UserFactory, section_of

HOST = {"host": "dinkes.example.test"}


@pytest.fixture
def editor(client, agency):
    client.force_login(UserFactory(role=AgencyRole.EDITOR, role__agency=agency))
    return client


def plant_agencies(total):
    """Make agencies until there are ``total``, with all that walls look at and no sections."""
    root, files = Page.get_first_root_node(), Collection.get_first_root_node()
    for number in range(Agency.objects.count(), total):
        code = f"opd-{number}"
        top = root.add_child(instance=AgencyRootPage(title=code, slug=code))
        home = top.add_child(instance=AgencyHomePage(title=code, slug="beranda"))
        agency = Agency.objects.create(
            code=code,
            name=code,
            short_name=code,
            kind="dinas",
            root_page=top,
            site=Site.objects.create(hostname=f"{code}.example.test", root_page=home),
            collection=files.add_child(name=code),
        )
        for role in AgencyRole:
            group = Group.objects.create(name=f"{code} {role}")
            RoleGroup.objects.create(agency=agency, role=role, group=group)
        sync_workflow(agency)


def plant_news(section, title, count):
    """Add drafts without revisions: as rows of a listing they cost the same."""
    for number in range(count):
        page = NewsPage(title=f"{title} {number}", slug=slugify(f"{title}-{number}"), live=False)
        section.add_child(instance=page)


def plant_files(agency, count):
    file = get_test_image_file()
    for number in range(count):
        get_image_model().objects.create(
            title=f"Berita {number}", file=file, collection=agency.collection
        )


def cost(client, address, query):
    """Count the queries of a screen; what is asked once, or every few seconds, is known by then."""

    def ask():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address, query, headers=HOST).status_code == 200
        return len(asked)

    ask()
    return min(ask(), ask())


FEW, MANY = 5, 41
WORDS = {"q": "Berita"}

# Every screen asks for the session, the user, her rights and profile, what she is granted on pages and
# on collections, the page where her explorer begins, and the languages: ten. The walls add two: whether
# she works for the province, and which agency is hers; the line that
# names her workplace adds one on whole screens. The rest of the first number is the screen's own:
#
#   dashboard          five counts and panels, each narrowed to her pages; room for panels of other apps
#   explorer, search   three rows, what is fetched for all rows at once, the filters
#   page chooser       the province's pages and which of them are hidden; three rows; the way up
#   files              the listing, its collections, the tags on her files
#
# The second is what Wagtail asks for each row: whether something live lies below it (twice, for who
# deletes drafts only), and for who may translate whether it can be translated, and whether it was; in the
# chooser and its results the page above, and its language. A full screen has 50 rows in the explorer, 25
# in the chooser, 20 in the search.
#
#   screen                           in a section  query  at most  each row
BUDGETS = [
    ("wagtailadmin_home", False, {}, 40, 0),
    ("wagtailadmin_explore", True, {}, 56, 4),
    ("wagtailadmin_explore", True, WORDS, 57, 4),
    ("wagtailadmin_pages:search", False, WORDS, 42, 4),
    ("wagtailadmin_choose_page_child", True, {}, 33, 1),
    ("wagtailadmin_choose_page_search", False, WORDS, 28, 2),
    ("wagtailimages_chooser:choose", False, {}, 20, 0),
    ("wagtaildocs_chooser:choose", False, {}, 17, 0),
    ("wagtailimages:index", False, {}, 16, 0),
    ("wagtailimages:index", False, WORDS, 16, 0),
    ("kip_documents", False, WORDS, 16, 0),
]


def costs(client, section):
    return [
        cost(client, reverse(name, args=[section.pk] if in_section else []), query)
        for name, in_section, query, *_budget in BUDGETS
    ]


def test_screens_cost_the_same_whatever_the_number_of_agencies_and_of_pages(
    editor, agency, other_agency
):
    section = section_of(agency, NewsPage)
    plant_agencies(FEW)
    plant_news(section, "Berita", 3)
    plant_files(agency, 3)
    few = costs(editor, section)
    plant_agencies(MANY)
    for elsewhere in (section_of(agency, ActivityPage), section_of(other_agency, NewsPage)):
        plant_news(elsewhere, "Lain", 10)
    assert costs(editor, section) == few
    plant_news(section, "Berita lain", 4)
    plant_files(agency, 4)
    more = costs(editor, section)
    over = [(row, cost) for row, cost in zip(BUDGETS, few, strict=True) if cost > row[3]]
    assert over == []
    for (*screen, _at_most, each_row), before, after in zip(BUDGETS, few, more, strict=True):
        assert after - before <= 4 * each_row, screen
