"""Suspending, closing and resuming an agency."""

import datetime

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from kip_pages.models import NewsPage
from opd_sites.choices import AgencyRole, AgencyStatus
from opd_sites.models import Agency
from opd_sites.provisioning import close, resume, suspend

from ..factories import UserFactory, publish, section_of

BEFORE = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
THEN = datetime.datetime(2026, 2, 1, tzinfo=datetime.UTC)
HOST = {"host": "dinkes.example.test"}


def status(client, path, host="dinkes.example.test"):
    return client.get(path, headers={"host": host}).status_code


def is_hidden(agency):
    return not Page.objects.public().filter(pk=agency.root_page.pk).exists()


# --- status ----------------------------------------------------------------------------------

#              from               verb     to                changes
TRANSITIONS = [
    (AgencyStatus.ACTIVE, suspend, AgencyStatus.SUSPENDED, True),
    (AgencyStatus.ACTIVE, close, AgencyStatus.CLOSED, True),
    (AgencyStatus.ACTIVE, resume, AgencyStatus.ACTIVE, False),
    (AgencyStatus.SUSPENDED, suspend, AgencyStatus.SUSPENDED, False),
    (AgencyStatus.SUSPENDED, close, AgencyStatus.CLOSED, True),
    (AgencyStatus.SUSPENDED, resume, AgencyStatus.ACTIVE, True),
    (AgencyStatus.CLOSED, suspend, AgencyStatus.SUSPENDED, True),
    (AgencyStatus.CLOSED, close, AgencyStatus.CLOSED, False),
    (AgencyStatus.CLOSED, resume, AgencyStatus.ACTIVE, True),
]
BECOME = {
    AgencyStatus.ACTIVE: resume,
    AgencyStatus.SUSPENDED: suspend,
    AgencyStatus.CLOSED: close,
}


def test_the_table_names_every_transition():
    named = {(before, verb) for before, verb, _after, _changes in TRANSITIONS}
    assert named == {(s, verb) for s in AgencyStatus for verb in BECOME.values()}
    assert len(TRANSITIONS) == len(named)


@pytest.mark.parametrize(("before", "verb", "after", "changes"), TRANSITIONS)
def test_a_verb_leads_to_its_status_and_hides_or_shows(agency, before, verb, after, changes):
    suspend(agency, at=BEFORE)  # so that there is a change to time, whatever comes
    BECOME[before](agency, at=BEFORE)
    verb(agency, at=THEN)
    agency.refresh_from_db()
    assert agency.status == after
    assert agency.status_changed_at == (THEN if changes else BEFORE)
    assert is_hidden(agency) == (after != AgencyStatus.ACTIVE)
    restrictions = PageViewRestriction.objects.filter(page=agency.root_page)
    assert restrictions.count() == (after != AgencyStatus.ACTIVE)


def test_a_verb_trusts_the_database_and_not_what_the_caller_read_before(agency):
    stale = Agency.objects.get(pk=agency.pk)
    suspend(agency, at=THEN)
    resume(stale, at=THEN)
    assert Agency.objects.get(pk=agency.pk).is_active
    assert not is_hidden(agency)


# --- what the world sees ---------------------------------------------------------------------


@pytest.mark.parametrize("hide", [suspend, close])
def test_nothing_of_a_hidden_agency_is_served_on_its_host(client, agency, hide):
    page = publish(NewsPage, agency)
    paths = [
        "/",
        "/berita/",
        page.get_url(),
        "/api/v2/pages/",
        f"/api/v2/pages/{page.pk}/",
        "/api/feed/v1/changes",
    ]
    for path in paths:
        assert status(client, path) == 200, path
    hide(agency, at=timezone.now())
    for path in paths:
        assert status(client, path) == 404, path
    resume(agency, at=timezone.now())
    for path in paths:
        assert status(client, path) == 200, path


def test_the_page_says_whose_site_it_is_and_where_the_portal_is(client, agency):
    suspend(agency, at=timezone.now())
    response = client.get("/", headers=HOST)
    assert response.status_code == 404
    assert "opd_sites/inactive_agency.html" in [t.name for t in response.templates]
    html = response.content.decode()
    assert "Dinas Dinkes" in html
    assert 'href="http://portal.example.test' in html


def test_a_logged_in_stranger_sees_no_more_than_a_visitor(client, agency, other_agency):
    page = publish(NewsPage, agency)
    suspend(agency, at=timezone.now())
    client.force_login(UserFactory(role=AgencyRole.PUBLISHER, role__agency=other_agency))
    assert status(client, page.get_url()) == 404


def test_other_agencies_and_the_portal_go_on(client, agency, other_agency):
    page = publish(NewsPage, other_agency)
    suspend(agency, at=timezone.now())
    assert status(client, page.get_url(), "dindik.example.test") == 200
    assert status(client, "/", "portal.example.test") == 200


def test_the_admin_is_open_on_a_suspended_host(client, agency):
    page = publish(NewsPage, agency)
    suspend(agency, at=timezone.now())
    assert status(client, "/admin/login/") == 200
    client.force_login(UserFactory(role=AgencyRole.EDITOR, role__agency=agency))
    assert status(client, "/admin/") == 200
    assert status(client, f"/admin/pages/{page.pk}/edit/") == 200


def test_what_only_begins_like_the_admin_is_not_the_admin(client, agency):
    suspend(agency, at=timezone.now())
    assert status(client, "/administrasi/") == 404


# --- nothing of its own is touched -----------------------------------------------------------


def restrictions():
    return [
        (r.page_id, r.restriction_type, r.password, [group.pk for group in r.groups.all()])
        for r in PageViewRestriction.objects.order_by("pk")
    ]


def restrict_a_section(agency):
    PageViewRestriction.objects.create(
        page=section_of(agency, NewsPage), restriction_type="password", password="rahasia"
    )


def restrict_the_home_page(agency):
    PageViewRestriction.objects.create(page=agency.site.root_page, restriction_type="login")


def restrict_the_root_page_to_a_group(agency):
    own = PageViewRestriction.objects.create(page=agency.root_page, restriction_type="groups")
    own.groups.add(Group.objects.create(name="Pimpinan"))


def restrict_the_root_page_by_password(agency):
    PageViewRestriction.objects.create(
        page=agency.root_page, restriction_type="password", password="rahasia"
    )


@pytest.mark.parametrize(
    "restrict",
    [
        restrict_a_section,
        restrict_the_home_page,
        restrict_the_root_page_to_a_group,
        restrict_the_root_page_by_password,
    ],
)
def test_restrictions_of_its_own_survive_suspension_and_resuming(agency, other_agency, restrict):
    restrict(agency)
    restrict_a_section(other_agency)
    before = restrictions()
    suspend(agency, at=timezone.now())
    assert len(restrictions()) == len(before) + 1
    close(agency, at=timezone.now())
    assert len(restrictions()) == len(before) + 1
    resume(agency, at=timezone.now())
    assert restrictions() == before


def test_resuming_leaves_every_page_as_it_was(agency):
    publish(NewsPage, agency, title="Terbit")
    hidden = publish(NewsPage, agency, title="Ditarik")
    hidden.unpublish()
    before = list(Page.objects.order_by("pk").values())
    suspend(agency, at=timezone.now())
    resume(agency, at=timezone.now())
    assert list(Page.objects.order_by("pk").values()) == before
