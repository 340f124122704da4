"""Verbs on people: who may invite, change and remove whom, and what the audit log keeps."""

import datetime

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ModelLogEntry

from opd_sites import people
from opd_sites.choices import AgencyRole, ProvinceRole
from opd_sites.models import Agency, Invitation

from ..factories import UserFactory
from .test_roles import ROLES, member

NOW = timezone.now()
OF_AGENCY, OF_PROVINCE = list(AgencyRole), list(ProvinceRole)

#   role                          own agency  other agency  province
GRANTS = [
    (AgencyRole.EDITOR, [], [], []),
    (AgencyRole.PUBLISHER, [], [], []),
    (AgencyRole.AGENCY_ADMIN, OF_AGENCY, [], []),
    (ProvinceRole.PROVINCE_ADMIN, OF_AGENCY, OF_AGENCY, OF_PROVINCE),
    (ProvinceRole.DUTY_OFFICER, [], [], []),
]


def invite(agency, by=None, email="siti@contoh.test", roles=(AgencyRole.EDITOR,), **fields):
    fields = {"name": "Siti Aminah", "at": NOW} | fields
    return people.invite(email=email, roles=roles, agency=agency, by=by, **fields)


def admin_of(agency, **fields):
    return UserFactory(role=AgencyRole.AGENCY_ADMIN, role__agency=agency, **fields)


def roles_of(user, agency):
    return [held.role for held in people.Colleague.objects.get(pk=user.pk).roles_in(agency)]


def actions(agency):
    code = agency.code if agency else None
    entries = ModelLogEntry.objects.filter(data__agency=code).order_by("pk")
    return [
        (entry.action.removeprefix("opd_sites."), entry.data["role"], entry.label, entry.user)
        for entry in entries
    ]


# --- who grants what -------------------------------------------------------------------------


def test_the_table_names_every_role():
    assert [row[0] for row in GRANTS] == ROLES


@pytest.mark.parametrize(("role", "own", "other", "whole"), GRANTS)
def test_which_roles_somebody_may_give(agency, other_agency, role, own, other, whole):
    user = member(role, agency)
    for place, expected in ((agency, own), (other_agency, other), (None, whole)):
        assert people.grantable_roles(user, place) == expected, place


@pytest.mark.parametrize(("role", "own", "other", "whole"), GRANTS)
def test_nobody_invites_to_a_role_they_may_not_give(agency, other_agency, role, own, other, whole):
    user = member(role, agency)
    for place, expected in ((agency, own), (other_agency, other), (None, whole)):
        for wanted in ROLES:
            if wanted in expected:
                assert invite(place, by=user, roles=[wanted]).pk
            else:
                with pytest.raises(people.MayNotGrantError):
                    invite(place, by=user, roles=[wanted])
    assert not Invitation.objects.exclude(roles__role__in=[*own, *other, *whole]).exists()


def test_who_lost_a_right_does_not_grant_it(agency, monkeypatch):
    """An administrator who could not publish could not make publishers either."""
    admin = admin_of(agency)
    monkeypatch.setitem(
        people.rights.__globals__["PAGE_PERMISSIONS"], AgencyRole.AGENCY_ADMIN, {"add_page"}
    )
    assert people.grantable_roles(admin, agency) == [AgencyRole.AGENCY_ADMIN]


def test_administrating_one_agency_gives_no_right_in_another_one_where_one_is_editor(
    agency, other_agency
):
    user = admin_of(agency)
    user.groups.add(people.RoleGroup.objects.get(role="editor", agency=other_agency).group)
    assert people.grantable_roles(user, other_agency) == []
    theirs = UserFactory(role=AgencyRole.EDITOR, role__agency=other_agency)
    assert theirs.pk not in people.colleagues_of(user).values_list("pk", flat=True)


# --- whom one sees ---------------------------------------------------------------------------


@pytest.fixture
def everybody(agency, other_agency):
    return {
        "own": UserFactory(role=AgencyRole.EDITOR, role__agency=agency),
        "foreign": UserFactory(role=AgencyRole.EDITOR, role__agency=other_agency),
        "duty": UserFactory(role=ProvinceRole.DUTY_OFFICER),
        "province": UserFactory(role=ProvinceRole.PROVINCE_ADMIN),
        "superuser": UserFactory(is_superuser=True),
        "nobody": UserFactory(),
        "gone": UserFactory(is_active=False),
    }


#   role                          whom one manages, beside oneself
MANAGES = [
    (AgencyRole.EDITOR, None),
    (AgencyRole.PUBLISHER, None),
    (AgencyRole.AGENCY_ADMIN, {"own"}),
    (
        ProvinceRole.PROVINCE_ADMIN,
        {"own", "foreign", "duty", "province", "nobody", "gone"},
    ),
    (ProvinceRole.DUTY_OFFICER, None),
]


@pytest.mark.parametrize(("role", "expected"), MANAGES)
def test_whom_somebody_manages(agency, everybody, role, expected):
    user = member(role, agency)
    found = set(people.colleagues_of(user).values_list("pk", flat=True))
    if expected is None:
        assert found == set()
    else:
        assert found == {user.pk, *(everybody[name].pk for name in expected)}


def test_a_province_administrator_with_a_role_in_an_agency_is_not_managed_by_it(agency):
    both = UserFactory(role=ProvinceRole.PROVINCE_ADMIN)
    both.groups.add(people.RoleGroup.objects.get(role="editor", agency=agency).group)
    assert not people.colleagues_of(admin_of(agency)).filter(pk=both.pk).exists()


@pytest.mark.parametrize("who", ["foreign", "duty", "province", "superuser", "nobody"])
def test_nobody_changes_or_removes_whom_they_do_not_manage(agency, everybody, who):
    admin, victim = admin_of(agency), everybody[who]
    before = set(victim.groups.all())
    for verb in (
        lambda: people.remove(victim, agency=agency, by=admin),
        lambda: people.change_roles(victim, roles=["editor"], agency=agency, by=admin),
        lambda: people.describe(victim, name="Lain", email="lain@contoh.test", by=admin),
    ):
        with pytest.raises(people.MayNotGrantError):
            verb()
    victim.refresh_from_db()
    assert (set(victim.groups.all()), victim.is_active) == (before, True)


def test_not_even_the_province_touches_a_superuser(everybody):
    by = UserFactory(role=ProvinceRole.PROVINCE_ADMIN)
    with pytest.raises(people.MayNotGrantError):
        people.describe(everybody["superuser"], name="X", email="x@contoh.test", by=by)


# --- inviting and accepting ------------------------------------------------------------------


def test_an_invitation_makes_no_account_before_it_is_accepted(agency):
    invite(agency)
    assert not get_user_model().objects.exists()


def test_accepting_opens_an_account_named_by_the_address(agency):
    people.accept_with_new_account(invite(agency, email="Siti@Contoh.TEST "), password="rahasia-1")
    account = get_user_model().objects.get()
    assert (account.username, account.email) == ("siti@contoh.test", "siti@contoh.test")
    assert (account.first_name, account.last_name) == ("Siti", "Aminah")
    assert account.check_password("rahasia-1")
    assert roles_of(account, agency) == [AgencyRole.EDITOR]
    assert not (account.is_superuser or account.is_staff)
    assert not Invitation.objects.exists()


def test_who_has_an_account_elsewhere_gets_the_role_added_and_keeps_the_others(
    agency, other_agency
):
    account = UserFactory(role=AgencyRole.PUBLISHER, role__agency=other_agency)
    invitation = invite(agency, email=account.email)
    assert roles_of(account, agency) == []
    people.accept(invitation, account=account)
    assert roles_of(account, agency) == [AgencyRole.EDITOR]
    assert roles_of(account, other_agency) == [AgencyRole.PUBLISHER]


def test_an_invitation_is_accepted_once(agency):
    invitation = invite(agency)
    people.accept(invitation, account=UserFactory())
    with pytest.raises(people.InvitationGoneError):
        people.accept(invitation, account=UserFactory())


def test_a_renewed_invitation_makes_the_one_before_worthless(agency):
    first = invite(agency)
    later = people.renew(first, by=None, at=NOW + datetime.timedelta(hours=1))
    with pytest.raises(people.InvitationGoneError):
        people.accept(first, account=UserFactory())
    people.accept(later, account=UserFactory())


def test_inviting_an_address_again_replaces_its_open_invitation(agency, other_agency):
    invite(agency)
    invite(other_agency)
    second = invite(agency, roles=[AgencyRole.PUBLISHER], name="Siti A.")
    assert Invitation.objects.filter(agency=agency).get() == second
    assert [group.role for group in second.roles.all()] == [AgencyRole.PUBLISHER]
    assert Invitation.objects.count() == 2


def test_an_invitation_ends_with_the_rights_of_whoever_invited(agency):
    admin = admin_of(agency)
    invitation = invite(agency, by=admin, roles=[AgencyRole.AGENCY_ADMIN])
    people.remove(admin, agency=agency, by=None)
    with pytest.raises(people.InvitationGoneError):
        people.accept(invitation, account=UserFactory())


def test_a_colleague_is_not_invited_twice(agency):
    colleague = UserFactory(role=AgencyRole.EDITOR, role__agency=agency)
    with pytest.raises(people.WorksHereAlreadyError):
        invite(agency, email=colleague.email.upper())


def test_inviting_asks_nothing_about_accounts_elsewhere(agency, other_agency):
    """The same queries, the same answer: neither wording nor time tells who has an account."""
    UserFactory(email="ada@contoh.test", role=AgencyRole.EDITOR, role__agency=other_agency)
    UserFactory(email="utama@contoh.test", is_superuser=True)
    UserFactory(email="provinsi@contoh.test", role=ProvinceRole.PROVINCE_ADMIN)
    admin = admin_of(agency)
    invite(agency, by=admin, email="semula@contoh.test")  # fills the caches of content types
    counts, shown = set(), set()
    for name in ("ada", "utama", "provinsi", "tidakada"):
        with CaptureQueriesContext(connection) as queries:
            invitation = invite(agency, by=admin, email=f"{name}@contoh.test")
        counts.add(len(queries))
        shown.add((str(invitation), invitation.sent_at, invitation.agency_id))
    assert len(counts) == len(shown) == 1


def test_a_closed_account_is_opened_again_and_a_blocked_one_is_not(agency):
    left = UserFactory(email="siti@contoh.test", is_active=False)
    blocked = UserFactory(email="budi@contoh.test", is_active=False)
    blocked.groups.add(people.RoleGroup.objects.get(role="editor", agency=agency).group)
    again = people.accept_with_new_account(invite(agency), password="rahasia-1")
    assert again.pk == left.pk
    other = people.accept_with_new_account(
        invite(agency, email="budi@contoh.test"), password="rahasia-1"
    )
    assert other.pk != blocked.pk
    blocked.refresh_from_db()
    assert not blocked.is_active


def test_a_superuser_is_never_taken_over_by_an_invitation(agency):
    chief = UserFactory(email="siti@contoh.test", is_superuser=True, is_active=False)
    account = people.accept_with_new_account(invite(agency), password="rahasia-1")
    assert account.pk != chief.pk
    chief.refresh_from_db()
    assert not (chief.is_active or chief.check_password("rahasia-1"))


def test_a_user_name_that_somebody_has_already_is_told_apart(agency):
    """Somebody changed their address and kept the user name; a successor has the mailbox now."""
    UserFactory(username="siti@contoh.test", email="baru@contoh.test")
    account = people.accept_with_new_account(invite(agency), password="rahasia-1")
    assert account.username == "siti@contoh.test-1"


# --- changing and removing -------------------------------------------------------------------


def test_roles_of_other_agencies_survive_everything(agency, other_agency):
    account = UserFactory(role=AgencyRole.PUBLISHER, role__agency=other_agency)
    people.accept(invite(agency, email=account.email), account=account)
    admin = admin_of(agency)
    people.change_roles(account, roles=["publisher"], agency=agency, by=admin)
    assert roles_of(account, agency) == ["publisher"]
    people.remove(account, agency=agency, by=admin)
    account.refresh_from_db()
    assert roles_of(account, other_agency) == [AgencyRole.PUBLISHER]
    assert account.is_active


def test_an_account_without_any_role_is_closed(agency):
    colleague = UserFactory(role=AgencyRole.EDITOR, role__agency=agency)
    people.remove(colleague, agency=agency, by=admin_of(agency))
    colleague.refresh_from_db()
    assert not colleague.is_active


def test_a_closed_account_that_gets_a_role_is_opened_again(agency):
    colleague = UserFactory(role=AgencyRole.EDITOR, role__agency=agency)
    people.remove(colleague, agency=agency, by=None)
    people.change_roles(colleague, roles=["duty_officer"], agency=None, by=None)
    colleague.refresh_from_db()
    assert colleague.is_active


def test_a_blocked_account_that_gets_a_role_stays_blocked(agency):
    colleague = UserFactory(role=AgencyRole.EDITOR, role__agency=agency, is_active=False)
    people.change_roles(colleague, roles=["publisher"], agency=agency, by=None)
    colleague.refresh_from_db()
    assert not colleague.is_active


def test_the_last_administrator_is_known(agency, other_agency):
    admin = admin_of(agency)
    admin_of(other_agency)
    admin_of(agency, is_active=False)
    assert people.is_last_administrator(admin, agency)
    second = admin_of(agency)
    assert not people.is_last_administrator(admin, agency)
    assert not people.is_last_administrator(second, agency)


# --- the audit log ---------------------------------------------------------------------------


def test_the_audit_log_says_who_did_what_to_whom(agency, other_agency):
    admin = admin_of(agency)
    invitation = invite(agency, by=admin)
    colleague = people.accept_with_new_account(invitation, password="rahasia-1")
    people.change_roles(colleague, roles=["publisher"], agency=agency, by=admin)
    people.remove(colleague, agency=agency, by=admin)
    people.withdraw(invite(agency, by=admin, name="Budi", email="b@contoh.test"), by=admin)
    account = get_user_model().objects.get(pk=colleague.pk)
    assert actions(agency) == [
        ("invite", "editor", "Siti Aminah", admin),
        ("give_role", "editor", "Siti Aminah", account),
        ("give_role", "publisher", "Siti Aminah", admin),
        ("take_role", "editor", "Siti Aminah", admin),
        ("take_role", "publisher", "Siti Aminah", admin),
        ("invite", "editor", "Budi", admin),
        ("withdraw", "editor", "Budi", admin),
    ]
    assert actions(other_agency) == []


def test_the_history_of_somebody_shows_each_agency_its_own_part(agency, other_agency):
    account = UserFactory()
    for place in (agency, other_agency):
        people.accept(invite(place), account=account)
    own = people.history_of(account, Agency.objects.filter(pk=agency.pk))
    assert [entry.data["agency"] for entry in own] == ["dinkes"]
    assert people.history_of(account, None).count() == 2
