"""What the walls between agencies cost an editor: her screens against those of who sees over them."""

import http
import time
from functools import partial

from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kip_pages.models import NewsIndexPage
from opd_sites.choices import AgencyRole, ProvinceRole
from opd_sites.models import Agency
from opd_sites.role_sync import role_group

from .figures import Figure, interleaved, milliseconds

ROUNDS = 7
# Asking whose things they are costs five queries, and narrowing lists spares her rows. The search for a
# page to link to is seven queries to who sees everything, so that five more weigh most there.
MOST, MOST_OF_A_SEARCH = 1.5, 3
EDITOR, ADMINISTRATOR = "editor", "administrator"
WORD = {"q": "laporan"}
LINK = "the search for a page to link to"


def measure(agency: Agency) -> list[Figure]:
    section = NewsIndexPage.objects.descendant_of(agency.root_page).first()
    screens = {
        "the dashboard": (reverse("wagtailadmin_home"), {}),
        "a section in the explorer": (reverse("wagtailadmin_explore", args=[section.pk]), {}),
        "the search for pages": (reverse("wagtailadmin_pages:search"), WORD),
        LINK: (reverse("wagtailadmin_choose_page_search"), WORD),
        "the choice of an image": (reverse("wagtailimages_chooser:choose"), {}),
        "the choice of a document": (reverse("wagtaildocs_chooser:choose"), {}),
    }
    people = {
        EDITOR: _client(agency, role_group(AgencyRole.EDITOR, agency)),
        ADMINISTRATOR: _client(agency, role_group(ProvinceRole.PROVINCE_ADMIN)),
    }
    return [
        _figure(name, screen, people, MOST_OF_A_SEARCH if name == LINK else MOST)
        for name, screen in screens.items()
    ]


def _client(agency, group):
    user = get_user_model().objects.create(username=f"bench {group.name}")
    user.groups.add(group)
    client = Client(headers={"host": agency.site.hostname})
    client.force_login(user)
    return client


def _figure(name, screen, people, bound):
    costs = interleaved(
        {who: partial(_seconds, client, *screen) for who, client in people.items()}, rounds=ROUNDS
    )
    return Figure(
        f"{name}, an editor against an administrator",
        costs[EDITOR] / costs[ADMINISTRATOR],
        "×",
        "≤",
        bound,
        f"{milliseconds(costs[EDITOR])}, {_queries(people[EDITOR], *screen)} queries against "
        f"{milliseconds(costs[ADMINISTRATOR])}, {_queries(people[ADMINISTRATOR], *screen)} queries",
    )


def _seconds(client, address, query):
    began = time.perf_counter()
    _ask(client, address, query)
    return time.perf_counter() - began


def _queries(client, address, query):
    with CaptureQueriesContext(connection) as asked:
        _ask(client, address, query)
    return len(asked)


def _ask(client, address, query):
    answer = client.get(address, query)
    if answer.status_code != http.HTTPStatus.OK:
        raise RuntimeError(f"{address}: {answer.status_code}")
