from django.apps import apps
from django.contrib import messages
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import include, path, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.action_menu import WorkflowMenuItem
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.home import (
    UserObjectsInWorkflowModerationPanel,
    WorkflowObjectsToModeratePanel,
)
from wagtail.models import Page
from wagtail.permissions import register_permission_policy

from . import desk, desk_urls, people
from .audience import agency_of_page
from .guard import screens
from .models import Agency, Colleague, Invitation
from .moving import forget_comments_of_source
from .people_log import LOG_FORMATTERS
from .views import private
from .viewsets.agencies import agency_viewset
from .viewsets.people import people_viewset_group
from .walls import ScopedPermissionPolicy, works_for_province

REPLACED_PANELS = (WorkflowObjectsToModeratePanel, UserObjectsInWorkflowModerationPanel)
PANELS = (desk.WaitingList, desk.SubmittedList, desk.PendingList, desk.UnseenNoticeList)

register_permission_policy(Colleague, ScopedPermissionPolicy(Colleague, people.colleagues_of))
register_permission_policy(Invitation, ScopedPermissionPolicy(Invitation, people.invitations_of))


class ProvinceMenuItem(MenuItem):
    def is_shown(self, request):
        return works_for_province(request.user)


hooks.register("construct_explorer_page_queryset", screens.own_rows_in_explorer)
hooks.register("construct_page_chooser_queryset", screens.choosable_pages)
hooks.register("construct_image_chooser_queryset", screens.choosable_files)
hooks.register("construct_document_chooser_queryset", screens.choosable_files)
# After the apps whose items, panels and endpoints they look at.
hooks.register("construct_homepage_summary_items", screens.own_summary, order=100)
hooks.register("construct_homepage_panels", screens.own_panels, order=100)
hooks.register("construct_reports_menu", screens.open_items, order=100)
hooks.register("construct_settings_menu", screens.open_items, order=100)
hooks.register("construct_admin_api", screens.own_endpoints, order=100)


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


@hooks.register("register_admin_urls")
def register_desk_urls():
    return [path("desk/", include(desk_urls))]


@hooks.register("insert_global_admin_js")
def keep_what_was_written():
    return render_to_string("opd_sites/session/dialog.html")


@hooks.register("construct_homepage_panels")
def show_what_is_to_be_done(request, panels):
    """In place of Wagtail's two panels, which ask every step of every agency and know no bound."""
    panels[:] = [panel for panel in panels if not isinstance(panel, REPLACED_PANELS)]
    desk_of_user = desk.Desk.of(request)
    panels += [desk.ToDoPanel(desk_of_user.todo(kind)) for kind in PANELS]


@hooks.register("construct_page_action_menu")
def offer_to_decide(menu_items, request, context):
    """Put first what somebody opens a page for that waits for them."""
    decide = [item for item in menu_items if isinstance(item, WorkflowMenuItem)]
    first = [item for item in decide if item.name == "approve" and not item.launch_modal]
    menu_items.sort(key=lambda item: item not in first)


@hooks.register("register_admin_menu_item")
def register_waiting_menu_item():
    return MenuItem(
        gettext_lazy("Waiting for me"),
        reverse_lazy("opd_desk:waiting"),
        name="waiting",
        icon_name=desk.WaitingList.icon,
        order=120,
    )


@hooks.register("register_settings_menu_item")
def register_reviewed_kinds_menu_item():
    return ProvinceMenuItem(
        gettext_lazy("Approval by the province"),
        reverse_lazy("opd_desk:reviewed_kinds"),
        name="reviewed-kinds",
        icon_name="tasks",
        order=650,
    )


@hooks.register("before_copy_page")
def copy_no_alias_across(request, page):
    """An alias shows what its source says next, and each acts on the other: not between agencies."""
    if request.method != "POST" or "alias" not in request.POST:
        return
    destination = Page.objects.filter(pk=request.POST.get("new_parent_page")).first()
    if destination and agency_of_page(destination) != agency_of_page(page):
        request.POST = request.POST.copy()
        del request.POST["alias"]
        messages.info(
            request,
            _(
                "The copy is an ordinary page, not an alias: no page follows a page of another agency."
            ),
        )


@hooks.register("before_convert_alias_page")
def convert_without_comments(request, page):
    if request.method == "POST":
        forget_comments_of_source(page)


if apps.is_installed("wagtail_localize"):
    from .guard.localize import refuse_restart_across

    # Before localize answers itself.
    hooks.register("before_edit_page", refuse_restart_across, order=-1)


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
