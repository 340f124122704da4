from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import Page
from wagtail.permissions import register_permission_policy

from . import people
from .models import Agency, Colleague, Invitation
from .people_log import LOG_FORMATTERS
from .views import private
from .viewsets.agencies import agency_viewset
from .viewsets.people import people_viewset_group
from .walls import ScopedPermissionPolicy

register_permission_policy(Colleague, ScopedPermissionPolicy(Colleague, people.colleagues_of))
register_permission_policy(Invitation, ScopedPermissionPolicy(Invitation, people.invitations_of))


@hooks.register("register_admin_viewset")
def register_agency_viewset():
    return agency_viewset


@hooks.register("register_admin_viewset")
def register_people_viewsets():
    return people_viewset_group


@hooks.register("register_log_actions")
def register_people_log_actions(actions):
    for action, formatter in LOG_FORMATTERS.items():
        actions.register_action(action)(formatter)


hooks.register("before_serve_document", private.serve_own_documents)
hooks.register("before_serve_page", private.serve_colleagues)


@hooks.register("before_delete_page")
def keep_pages_of_agencies(request, page):
    """An agency is closed, never deleted with its pages: its items and links must stay known."""
    return _refuse_deleting(request, [page])


@hooks.register("before_bulk_action")
def keep_pages_of_agencies_in_bulk(request, action_type, objects, action_class_instance):
    if action_type == "delete":
        return _refuse_deleting(request, [obj for obj in objects if isinstance(obj, Page)])
    return None


def _refuse_deleting(request, pages):
    for page in pages:
        agency = Agency.objects.rooted_below(page).first()
        if agency:
            messages.error(
                request,
                _(
                    "This page belongs to the site of %(agency)s and cannot be deleted. To take the "
                    "site away, set the agency's status to closed."
                )
                % {"agency": agency.name},
            )
            return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None
