from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import Page

from .guard import screens
from .models import Agency
from .viewsets import agency_viewset

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
