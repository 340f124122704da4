"""Screens of what an agency owns: they know no objects but those of the user's own agencies."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.formats import date_format
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.ui.tables import Column
from wagtail.permissions import policy_registry

from opd_sites.models import Agency
from opd_sites.walls import AgencyOwnedPermissionPolicy, works_for_province

SEEING = {"view", "add", "change", "delete"}


class AsideColumn(Column):
    """A column that a narrow screen does without."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, classname="kip-aside", **kwargs)

    class Media:
        css = {"all": ["kip_pages/registers.css"]}


class DayColumn(Column):
    """Writes a day out; Wagtail's own column says how long ago it was, which days ahead are not."""

    def get_value(self, instance):
        day = super().get_value(instance)
        return date_format(day, "j F Y") if day else None


class OwnAgencyListMixin:
    """For index views."""

    def get_base_queryset(self):
        policy = policy_registry.get_by_type(self.model)
        own = policy.instances_user_has_any_permission_for(self.request.user, SEEING)
        return own.select_related("agency")


class OwnAgencyObjectMixin:
    """For views of one object: another agency's does not exist here."""

    def get_object(self, *args, **kwargs):
        return _own(super().get_object(*args, **kwargs), self.request.user, SEEING)


def own_or_404(model, request, pk, *actions):
    """Return the object with this key if the user may do one of ``actions`` with it, or raise 404."""
    found = get_object_or_404(model.objects.select_related("agency"), pk=pk)
    return _own(found, request.user, set(actions))


def _own(found, user, actions):
    policy = policy_registry.get_by_type(type(found))
    if policy.user_has_any_permission_for_instance(user, actions, found):
        return found
    raise Http404


class OwnAgencyForm(WagtailAdminModelForm):
    """Offers the agencies that the user may add for; who has one is not asked, and it never changes."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["agency"]
            return
        policy = policy_registry.get_by_type(self._meta.model)
        own = policy.agencies_for(self.for_user, {"add"})
        self.fields["agency"].queryset = own
        agencies = list(own[:2])
        if len(agencies) == 1:
            self.instance.agency = agencies[0]
            del self.fields["agency"]


class AgencyRightPolicy(AgencyOwnedPermissionPolicy):
    """The right must be held in the object's own agency: a publisher here may be an editor there."""

    def agencies_for(self, user, actions):
        """Return the agencies with whose objects ``user`` may do any of ``actions``."""
        if not self.user_has_any_permission(user, actions):
            return Agency.objects.none()
        if works_for_province(user):
            return Agency.objects.all()
        rights = self._get_permission_objects_for_actions(actions)
        return Agency.objects.filter(
            role_groups__group__user=user, role_groups__group__permissions__in=rights
        ).distinct()

    def user_has_any_permission_for_instance(self, user, actions, instance):
        return self.agencies_for(user, actions).filter(pk=instance.agency_id).exists()

    def instances_user_has_any_permission_for(self, user, actions):
        return self.model.objects.filter(agency__in=self.agencies_for(user, actions))


class EditionPermissionPolicy(AgencyRightPolicy):
    """Nobody, a superuser included, changes or deletes a frozen edition."""

    def user_has_any_permission_for_instance(self, user, actions, instance):
        if instance.is_frozen:
            actions = set(actions) - {"change", "delete"}
        return super().user_has_any_permission_for_instance(user, actions, instance)


class ExemptPermissionPolicy(AgencyRightPolicy):
    """Nobody, a superuser included, deletes an exempt item or changes one whose case is closed."""

    def user_has_permission(self, user, action):
        return action != "delete" and super().user_has_permission(user, action)

    def user_has_any_permission(self, user, actions):
        return super().user_has_any_permission(user, set(actions) - {"delete"})

    def user_has_any_permission_for_instance(self, user, actions, instance):
        if instance.is_closed_case:
            actions = set(actions) - {"change"}
        return super().user_has_any_permission_for_instance(user, actions, instance)
