"""Walls between agencies: whose content somebody works with. Whatever shows it asks here.

Where nothing says that something is somebody's, it is nobody's.
"""

import logging

from django.contrib.auth.models import Permission
from django.db.models import F, Model, Q, QuerySet
from django.utils.functional import cached_property
from wagtail.images import get_image_model
from wagtail.models import Page, PageViewRestriction
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import policy_registry

from . import belongings
from .choices import ProvinceRole
from .models import Agency

logger = logging.getLogger(__name__)

AGENCY_DEPTH = 2  # in their trees, of the page and the collection that hold all of an agency's


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


def owns(user, obj: Model) -> bool:
    """Say whether ``obj`` lies on ``user``'s side of the wall; what to do with it is Wagtail's matter."""
    return _contains(scope, user, obj)


def can_choose(user, obj: Model) -> bool:
    """Say whether ``user`` may refer to ``obj``: to what is one's own, or the province's for all."""
    return _contains(choosable, user, obj)


def scope(user, queryset: QuerySet) -> QuerySet:
    """Narrow ``queryset`` to what ``user`` works with; to nothing where nobody said whose it is."""
    ground = ground_of(user)
    return queryset if ground.is_everything else queryset.filter(ground.own(queryset.model))


def choosable(user, queryset: QuerySet) -> QuerySet:
    """Narrow ``queryset`` to what ``user`` may see in a list of choices, and refer to."""
    ground = ground_of(user)
    if ground.is_everything or belongings.is_for_all(queryset.model):
        return queryset
    return queryset.filter(ground.own(queryset.model) | ground.shared(queryset.model))


def reachable(user, pages: QuerySet[Page]) -> QuerySet[Page]:
    """Narrow ``pages`` to one's own and those above them, through which one comes to one's own."""
    ground = ground_of(user)
    return pages if ground.is_everything else pages.filter(ground.own(Page) | ground.way)


def ground_of(user) -> "Ground":
    """Return where ``user`` stands; kept on the user, who lives as long as a request, as rights are."""
    if not hasattr(user, "_ground"):
        user._ground = Ground(user)
    return user._ground


class Ground:
    """What one user stands on, asked of the database once."""

    def __init__(self, user):
        self.user = user
        self.is_everything = works_for_province(user)

    @cached_property
    def agencies(self) -> list[Agency]:
        return list(agencies_of(self.user).select_related("root_page", "collection"))

    @cached_property
    def agency_ids(self) -> list[int]:
        return [agency.pk for agency in self.agencies]

    @cached_property
    def page_paths(self) -> list[str]:
        """Paths of the pages at and below which all is one's own."""
        own = [agency.root_page.path for agency in self.agencies]
        return own + self._granted_outside_agencies(Page, "page", "root_page__path", own)

    @cached_property
    def collection_paths(self) -> list[str]:
        """Paths of the collections in which all is one's own, or shared by the province."""
        own = [agency.collection.path for agency in self.agencies]
        return own + self._granted_outside_agencies(
            get_image_model(), "collection", "collection__path", own
        )

    def _granted_outside_agencies(self, model, place, path_of_agency, own):
        """Return where else rights were granted: on the province's own ground, never on another agency's.

        What an agency's own group holds elsewhere by mistake opens nothing.
        """
        policy = policy_registry.get_by_type(model)
        granted = {
            getattr(permission, place).path
            for permission in policy.get_cached_permissions_for_user(self.user)
        }
        tops = {path: path[: AGENCY_DEPTH * Page.steplen] for path in granted}
        candidates = {path for path, top in tops.items() if len(top) > Page.steplen} - set(own)
        if not candidates:
            return []
        agencies = Agency.objects.filter(**{f"{path_of_agency}__in": {tops[p] for p in candidates}})
        taken = set(agencies.values_list(path_of_agency, flat=True))
        return sorted(path for path in candidates if tops[path] not in taken)

    def own(self, model: type[Model]) -> Q:
        """Match the rows of ``model`` that lie on this ground."""
        if not (self.user.is_active and self.user.is_authenticated):
            return belongings.NOTHING
        rule = belongings.rule_for(model)
        if rule is None:
            logger.warning(
                "%s: agencies meet none of it, as nobody said whose it is; see opd_sites.belongings.",
                model._meta.label,
            )
            return belongings.NOTHING
        return rule(self, model)

    @property
    def way(self) -> Q:
        """Match the pages above this ground, through which an editor comes to it."""
        steps = range(Page.steplen, max(map(len, self.page_paths), default=0), Page.steplen)
        return Q(path__in={path[:step] for path in self.page_paths for step in steps})

    def shared(self, model: type[Model]) -> Q:
        """Match what the province shows to everybody: the pages of its own that a citizen may open.

        As they are public: where a draft has another title, lists of choices would tell that one.
        """
        if not issubclass(model, Page):
            return belongings.NOTHING
        public = belongings.below(self._province_paths) & Q(live=True)
        return Q(depth=1) | public & ~belongings.below(self._hidden_province_paths)

    @cached_property
    def _province_paths(self):
        tops = Page.objects.filter(depth=AGENCY_DEPTH)
        roots = Agency.objects.filter(root_page__isnull=False).values("root_page")
        return list(tops.exclude(pk__in=roots).values_list("path", flat=True))

    @cached_property
    def _hidden_province_paths(self):
        private = PageViewRestriction.objects.filter(
            belongings.below(self._province_paths, "page__path")
        )
        drafts = Page.objects.filter(belongings.below(self._province_paths)).exclude(
            live=True, draft_title=F("title")
        )
        return list(
            private.values_list("page__path", flat=True)
            .order_by()
            .union(drafts.values_list("path", flat=True).order_by())
        )


def _contains(narrow, user, obj):
    return narrow(user, type(obj)._base_manager.filter(pk=obj.pk)).exists()


def agencies_where(user, permission: str) -> QuerySet[Agency]:
    """Return the agencies in which ``user`` has ``app.codename``: having it elsewhere is not enough."""
    app_label, codename = permission.split(".")
    rights = Permission.objects.filter(content_type__app_label=app_label, codename=codename)
    return _agencies_granting(user, rights)


def _agencies_granting(user, rights):
    if works_for_province(user):
        return Agency.objects.all()
    if not (user.is_active and user.is_authenticated):
        return Agency.objects.none()
    return Agency.objects.filter(
        role_groups__group__user=user, role_groups__group__permissions__in=rights
    ).distinct()


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
    """For models with an ``agency``: the right must be held in the very agency whose the object is.

    Who is a publisher here and an editor there publishes here, and only edits there. The province's
    administrators hold their rights everywhere.
    """

    def agencies_for(self, user, actions) -> QuerySet[Agency]:
        """Return the agencies with whose objects ``user`` may do any of ``actions``."""
        if not self.user_has_any_permission(user, actions):
            return Agency.objects.none()
        return _agencies_granting(user, self._get_permission_objects_for_actions(actions))

    def user_has_any_permission_for_instance(self, user, actions, instance):
        return self.agencies_for(user, actions).filter(pk=instance.agency_id).exists()

    def user_has_permission_for_instance(self, user, action, instance):
        return self.user_has_any_permission_for_instance(user, {action}, instance)

    def instances_user_has_any_permission_for(self, user, actions):
        return self.model.objects.filter(agency__in=self.agencies_for(user, actions))

    def users_with_any_permission_for_instance(self, actions, instance):
        rights = self._get_permission_objects_for_actions(actions)
        here = Q(groups__held_role__agency=instance.agency_id, groups__permissions__in=rights)
        everywhere = Q(
            groups__held_role__agency=None,
            groups__held_role__role=ProvinceRole.PROVINCE_ADMIN,
        )
        people = self.users_with_any_permission(actions)
        return people.filter(Q(is_superuser=True) | here | everywhere).distinct()
