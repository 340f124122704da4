"""Walls between agencies: whose content somebody works with. Whatever shows it asks here.

Where nothing says that something is somebody's, it is nobody's.
"""

import operator
from functools import reduce

from django.db.models import Q, QuerySet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.query import PageQuerySet

from .choices import ProvinceRole
from .models import Agency, RoleGroup
from .role_sync import duty_officer_pages


def works_for_province(user) -> bool:
    """Say whether no wall stands before ``user``: a superuser or a province administrator."""
    if not (user.is_active and user.is_authenticated):
        return False
    if user.is_superuser:
        return True
    held = user.groups.filter(held_role__agency=None, held_role__role=ProvinceRole.PROVINCE_ADMIN)
    return held.exists()


def agencies_of(user) -> QuerySet[Agency]:
    """Return the agencies whose content ``user`` works with: all for the province, else one's own."""
    if works_for_province(user):
        return Agency.objects.all()
    if not (user.is_active and user.is_authenticated):
        return Agency.objects.none()
    return Agency.objects.filter(role_groups__group__user=user).distinct()


def places_of(user) -> list[str] | None:
    """Return the tree paths below which ``user`` works; None for the province, which works everywhere.

    Duty officers work below the pages that the ``duty_officer_pages`` hook names.
    """
    if works_for_province(user):
        return None
    paths = list(agencies_of(user).values_list("root_page__path", flat=True))
    if user.groups.filter(held_role__role=ProvinceRole.DUTY_OFFICER).exists():
        paths += [page.path for page in duty_officer_pages()]
    return paths


def pages_below(places: list[str] | None, pages: PageQuerySet) -> PageQuerySet:
    """Narrow ``pages`` to those at or below ``places``, as ``places_of`` names them."""
    if places is None:
        return pages
    if not places:
        return pages.none()
    return pages.filter(reduce(operator.or_, (Q(path__startswith=path) for path in places)))


def agencies_where(user, permission: str) -> QuerySet[Agency]:
    """Return the agencies in which ``user`` has ``app.codename``: having it elsewhere is not enough."""
    if works_for_province(user):
        return Agency.objects.all()
    if not (user.is_active and user.is_authenticated):
        return Agency.objects.none()
    app_label, codename = permission.split(".")
    granting = RoleGroup.objects.filter(
        group__user=user,
        group__permissions__content_type__app_label=app_label,
        group__permissions__codename=codename,
    )
    return Agency.objects.filter(role_groups__in=granting).distinct()


class ScopedPermissionPolicy(ModelPermissionPolicy):
    """The right of the model, and only with the objects that ``scope(user)`` returns."""

    def __init__(self, model, scope):
        super().__init__(model)
        self.scope = scope

    def user_has_any_permission_for_instance(self, user, actions, instance):
        return (
            self.instances_user_has_any_permission_for(user, actions)
            .filter(pk=instance.pk)
            .exists()
        )

    def user_has_permission_for_instance(self, user, action, instance):
        return self.user_has_any_permission_for_instance(user, {action}, instance)

    def instances_user_has_any_permission_for(self, user, actions):
        if not self.user_has_any_permission(user, actions):
            return self.model._default_manager.none()
        return self.scope(user)


class AgencyOwnedPermissionPolicy(ModelPermissionPolicy):
    """For models with an ``agency``: the right of the model, and only with one's own agency's objects."""

    def user_has_any_permission_for_instance(self, user, actions, instance):
        return (
            self.user_has_any_permission(user, actions)
            and agencies_of(user).filter(pk=instance.agency_id).exists()
        )

    def user_has_permission_for_instance(self, user, action, instance):
        return self.user_has_any_permission_for_instance(user, {action}, instance)

    def instances_user_has_any_permission_for(self, user, actions):
        if not self.user_has_any_permission(user, actions):
            return self.model.objects.none()
        return self.model.objects.filter(agency__in=agencies_of(user))

    def users_with_any_permission_for_instance(self, actions, instance):
        return (
            self.users_with_any_permission(actions)
            .filter(
                Q(is_superuser=True)
                | Q(groups__held_role__agency=instance.agency_id)
                | Q(
                    groups__held_role__agency=None,
                    groups__held_role__role=ProvinceRole.PROVINCE_ADMIN,
                )
            )
            .distinct()
        )
