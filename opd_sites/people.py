"""Verbs on people: invite, accept, change roles, remove. Wagtail's audit log keeps who did what to whom.

``by`` is whoever acts; ``None`` is the system (a shell, a command), which may grant every role.
``agency`` is ``None`` for the roles of the province. An account is only ever touched through its
roles: a foreign agency's are neither seen nor changed.
"""

import datetime
from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from .choices import AgencyRole, ProvinceRole
from .models import Agency, Colleague, Invitation, RoleGroup
from .moving import person_left
from .role_sync import rights
from .walls import agencies_where, works_for_province

MANAGE = "opd_sites.change_colleague"


class MayNotGrantError(PermissionDenied):
    """Somebody gave or took a role with rights they do not have there; ask ``grantable_roles`` first."""


class WorksHereAlreadyError(ValueError):
    """The address belongs to a colleague of this agency: change the roles instead of inviting."""


class InvitationGoneError(ValueError):
    """The invitation was accepted, withdrawn or sent anew, or whoever invited may not any more."""


# --- questions -------------------------------------------------------------------------------


def colleagues_of(user) -> QuerySet[Colleague]:
    """Return whom ``user`` may manage: all but superusers for the province, else own colleagues."""
    if works_for_province(user):
        return Colleague.objects.manageable()
    return Colleague.objects.of(agencies_where(user, MANAGE))


def invitations_of(user) -> QuerySet[Invitation]:
    if works_for_province(user):
        return Invitation.objects.all()
    return Invitation.objects.filter(agency__in=agencies_where(user, MANAGE))


def grantable_roles(by, agency: Agency | None) -> list[str]:
    """Return the roles that ``by`` may give and take in ``agency``: none with a right they lack there."""
    if by is None or works_for_province(by):
        return list(ProvinceRole if agency is None else AgencyRole)
    if agency is None or not agencies_where(by, MANAGE).filter(pk=agency.pk).exists():
        return []
    held = RoleGroup.objects.filter(agency=agency, group__user=by).values_list("role", flat=True)
    own = set().union(*map(rights, held))
    return [role for role in AgencyRole if rights(role) <= own]


def places_of(colleague, by) -> list[Agency | None]:
    """Return where ``by`` may give and take somebody's roles; ``None`` at the end is the province.

    In this order they can all be taken from oneself: who has left the province manages nobody's roles.
    """
    there = Agency.objects.filter(role_groups__group__user=colleague)
    managed = agencies_where(by, MANAGE).filter(pk__in=there.values("pk"))
    places = list(managed.order_by("name"))
    return [*places, None] if works_for_province(by) else places


def works_in(email: str, agency: Agency | None) -> bool:
    """Say whether the address is that of somebody whom the agency's administrators see anyway."""
    if agency is not None:
        there = Colleague.objects.of([agency])
    else:
        there = Colleague.objects.manageable().filter(groups__held_role__role__in=ProvinceRole)
    return there.filter(email__iexact=email, is_active=True).exists()


def is_last_administrator(colleague, agency: Agency | None) -> bool:
    """Say whether nobody but ``colleague`` could invite anybody to ``agency`` any more."""
    if agency is None:
        return False
    administrators = Colleague.objects.filter(
        is_active=True,
        groups__held_role__agency=agency,
        groups__held_role__role=AgencyRole.AGENCY_ADMIN,
    )
    return [person.pk for person in administrators.distinct()[:2]] == [colleague.pk]


def history_of(colleague, agencies: QuerySet[Agency] | None) -> QuerySet[ModelLogEntry]:
    """Return what the audit log says of somebody in ``agencies``; everywhere if ``None``."""
    entries = ModelLogEntry.objects.get_for_model(RoleGroup).filter(data__user=colleague.pk)
    if agencies is None:
        return entries
    return entries.filter(data__agency__in=list(agencies.values_list("code", flat=True)))


# --- verbs -----------------------------------------------------------------------------------


@transaction.atomic
def invite(
    *, email: str, name: str, roles: Iterable[str], agency: Agency | None, by, at: datetime.datetime
) -> Invitation:
    """Keep a place for somebody, to be sent a link; an open invitation of the address is replaced.

    Whether the address has an account elsewhere is not asked, so nothing can tell. Raises
    ``WorksHereAlreadyError`` and ``MayNotGrantError``.
    """
    email = email.strip().lower()
    groups = _role_groups(roles, agency)
    _check_grant([group.role for group in groups], agency, by)
    if works_in(email, agency):
        raise WorksHereAlreadyError(email)
    invitation, _created = Invitation.objects.update_or_create(
        agency=agency,
        email=email,
        defaults={"name": name.strip(), "invited_by": by, "invited_at": at, "sent_at": None},
    )
    invitation.roles.set(groups)
    for group in groups:
        _log("invite", group, by, name=invitation.name, email=email)
    return invitation


@transaction.atomic
def renew(invitation: Invitation, *, by, at: datetime.datetime) -> Invitation:
    """Let the invitation count from ``at``, to be sent anew; links sent before are worthless."""
    invitation = _lock(invitation)
    _check_grant([group.role for group in invitation.roles.all()], invitation.agency, by)
    invitation.invited_by, invitation.invited_at, invitation.sent_at = by, at, None
    invitation.save()
    return invitation


@transaction.atomic
def withdraw(invitation: Invitation, *, by) -> None:
    invitation = _lock(invitation)
    for group in invitation.roles.all():
        _log("withdraw", group, by, name=invitation.name, email=invitation.email)
    invitation.delete()


@transaction.atomic
def accept(invitation: Invitation, *, account) -> Colleague:
    """Give ``account`` the roles it was invited to; the invitation is gone.

    Raises ``InvitationGoneError``.
    """
    invitation = _lock(invitation)
    groups = list(invitation.roles.all())
    if invitation.invited_by:
        # Whoever lost a right since then does not grant it any more.
        grantable = grantable_roles(invitation.invited_by, invitation.agency)
        if not {group.role for group in groups} <= set(grantable):
            raise InvitationGoneError(invitation.pk)
    colleague = Colleague.objects.get(pk=account.pk)
    held = set(colleague.roles_in(invitation.agency))
    _change(colleague, given=[group for group in groups if group not in held], by=account)
    invitation.delete()
    return colleague


@transaction.atomic
def accept_with_new_account(invitation: Invitation, *, password: str) -> Colleague:
    """Open an account for whoever was invited, with the address as user name, and accept.

    An account of the address that was left without any role is opened again instead.
    """
    invitation = _lock(invitation)
    account = Colleague.objects.manageable().filter(
        email__iexact=invitation.email, is_active=False, groups=None
    )
    account = account.order_by("-pk").first() or Colleague(
        email=invitation.email, **{Colleague.USERNAME_FIELD: _free_username(invitation.email)}
    )
    account.first_name, _space, account.last_name = invitation.name.partition(" ")
    account.is_active = True
    account.set_password(password)
    account.save()
    return accept(invitation, account=account)


@transaction.atomic
def change_roles(colleague, *, roles: Iterable[str], agency: Agency | None, by) -> Colleague:
    """Let somebody have exactly ``roles`` in ``agency``; an account that has none anywhere is closed.

    A closed account that gets one is opened again; one that was blocked with its roles is not.

    Raises ``MayNotGrantError``, also for a superuser or a province administrator who is none of
    ``by``'s business.
    """
    colleague = Colleague.objects.select_for_update().get(pk=colleague.pk)
    _check_managed(colleague, by)
    held, wanted = set(colleague.roles_in(agency)), set(_role_groups(roles, agency))
    given, taken = wanted - held, held - wanted
    _check_grant([group.role for group in given | taken], agency, by)
    had_any = colleague.groups.exists()
    _change(colleague, given=given, taken=taken, by=by)
    has_any = colleague.groups.exists()
    if had_any != has_any:
        colleague.is_active = has_any
        colleague.save(update_fields=["is_active"])
    return colleague


def remove(colleague, *, agency: Agency | None, by) -> Colleague:
    """Take all roles in ``agency`` from somebody; what they have elsewhere stays."""
    return change_roles(colleague, roles=(), agency=agency, by=by)


@transaction.atomic
def describe(colleague, *, name: str, email: str, by) -> Colleague:
    """Correct somebody's name and address; the province's alone, as it reaches into all agencies."""
    colleague = Colleague.objects.select_for_update().get(pk=colleague.pk)
    _check_managed(colleague, by)
    if by is not None and not works_for_province(by):
        raise MayNotGrantError
    colleague.first_name, _space, colleague.last_name = name.strip().partition(" ")
    colleague.email = email.strip().lower()
    colleague.save(update_fields=["first_name", "last_name", "email"])
    return colleague


def _lock(invitation):
    locked = Invitation.objects.select_for_update(of=("self",)).filter(
        pk=invitation.pk, invited_at=invitation.invited_at
    )
    found = locked.select_related("agency", "invited_by").first()
    if found is None:
        raise InvitationGoneError(invitation.pk)
    return found


def _role_groups(roles, agency):
    wanted = set(roles)
    groups = RoleGroup.objects.filter(agency=agency, role__in=wanted)
    groups = list(groups.select_related("group", "agency"))
    if len(groups) != len(wanted):
        raise MayNotGrantError
    return groups


def _free_username(email):
    """Return the address, or with a number behind it: somebody may have left it for another one."""
    model = get_user_model()
    field = model.USERNAME_FIELD
    taken = set(
        model.objects.filter(**{f"{field}__istartswith": email}).values_list(field, flat=True)
    )
    candidates = (f"{email}-{number}" if number else email for number in range(len(taken) + 1))
    return next(name for name in candidates if name not in taken)


def _check_managed(colleague, by):
    if by is None:
        return
    if not colleagues_of(by).filter(pk=colleague.pk).exists():
        raise MayNotGrantError


def _check_grant(roles, agency, by):
    if not set(roles) <= set(grantable_roles(by, agency)):
        raise MayNotGrantError


def _change(colleague, *, given=(), taken=(), by):
    colleague.groups.add(*(group.group for group in given))
    colleague.groups.remove(*(group.group for group in taken))
    about = {"name": str(colleague), "email": colleague.email, "user": colleague.pk}
    for group in given:
        _log("give_role", group, by, **about)
    for group in taken:
        _log("take_role", group, by, **about)
    if taken:
        person_left(Colleague.objects.get(pk=colleague.pk))


def _log(action, group, by, *, name, email, user=None):
    """Log on the role's group, which is its agency's: of other agencies nothing is told along."""
    log(
        instance=group,
        action=f"opd_sites.{action}",
        user=by,
        title=name,
        data={
            "agency": group.agency and group.agency.code,
            "role": group.role,
            "email": email,
            "user": user,
        },
    )
