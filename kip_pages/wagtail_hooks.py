from django.http import Http404
from django.urls import include, path
from wagtail import hooks
from wagtail.models import Locale
from wagtail.permissions import policy_registry, register_permission_policy
from wagtail_localize.locales.wagtail_hooks import LocalesMenuItem

from opd_sites.desk import Desk, ToDoPanel
from opd_sites.walls import AgencyOwnedPermissionPolicy

from . import announcing, desk, log_actions, planting, roles
from .api import problems
from .import_tasks import imports_are_configured
from .models import (
    DipImport,
    DocumentRecord,
    ExemptItem,
    Mailing,
    PpidMenuItem,
    RegisterEdition,
    RelayedAlert,
)
from .tasks import webhooks_are_configured
from .views import urls as desk_urls
from .views.languages import lead_to_translation
from .views.previews import sharing_buttons
from .viewsets import documents
from .viewsets.alert_settings import alert_settings
from .viewsets.announce import announce_viewset
from .viewsets.consumers import consumer_viewset
from .viewsets.editions import edition_viewset
from .viewsets.exempt import exempt_viewset
from .viewsets.exempt_panel import ExpiringExemptionsPanel
from .viewsets.imports import import_viewset
from .viewsets.mailings import OnlyToLookAtPolicy, mailing_viewset
from .viewsets.own_agency import EditionPermissionPolicy, ExemptPermissionPolicy
from .viewsets.ppid_menu import NeverDeletedPolicy, ppid_menu_viewset
from .viewsets.quick_entry import QuickEntryButton, quick_entry_viewset
from .viewsets.webhooks import webhook_viewset

# Before anything asks for a policy of these.
register_permission_policy(RegisterEdition, EditionPermissionPolicy(RegisterEdition))
register_permission_policy(ExemptItem, ExemptPermissionPolicy(ExemptItem))
register_permission_policy(Mailing, OnlyToLookAtPolicy(Mailing))
register_permission_policy(RelayedAlert, OnlyToLookAtPolicy(RelayedAlert))
register_permission_policy(PpidMenuItem, NeverDeletedPolicy(PpidMenuItem))
register_permission_policy(DipImport, AgencyOwnedPermissionPolicy(DipImport))

hooks.register("plant_agency_pages", planting.plant_agency_pages)
hooks.register("duty_officer_pages", planting.duty_officer_pages)
hooks.register("role_model_permissions", roles.model_permissions)
hooks.register("workflow_page_models", planting.reviewable_models)
hooks.register("refuse_host", problems.refuse_host)


@hooks.register("register_admin_viewset")
def register_consumer_viewset():
    return consumer_viewset


@hooks.register("register_admin_viewset")
def register_import_viewset():
    """Only where a worker is declared: nobody uploads what is never read."""
    return import_viewset if imports_are_configured() else []


@hooks.register("register_admin_viewset")
def register_webhook_viewset():
    """Only where a worker is declared: nobody subscribes to what is never sent."""
    return webhook_viewset if webhooks_are_configured() else []


@hooks.register("register_admin_viewset")
def register_alert_viewsets():
    return [announce_viewset, alert_settings]


@hooks.register("register_admin_viewset")
def register_mailing_viewset():
    return mailing_viewset


@hooks.register("register_admin_viewset")
def register_ppid_menu_viewset():
    return ppid_menu_viewset


@hooks.register("register_admin_viewset")
def register_quick_entry_viewset():
    return quick_entry_viewset


@hooks.register("register_admin_viewset")
def register_edition_viewset():
    return edition_viewset


@hooks.register("register_admin_viewset")
def register_exempt_viewset():
    return exempt_viewset


@hooks.register("register_page_header_buttons")
def quick_entry_in_header(page, user, view_name, next_url=None):
    yield QuickEntryButton(page=page, priority=5)


@hooks.register("register_page_listing_more_buttons")
def quick_entry_in_listing(page, user, next_url=None):
    yield QuickEntryButton(page=page, priority=7)


@hooks.register("register_admin_urls", order=-1)
def register_document_urls():
    return documents.urlpatterns


@hooks.register("before_serve_document")
def hide_what_is_not_public(document, request):
    if not DocumentRecord.objects.public().filter(document=document).exists():
        raise Http404


hooks.register("before_serve_page", lead_to_translation)
hooks.register("construct_page_action_menu", announcing.offer_to_announce)
hooks.register("before_publish_page", announcing.show_the_text_first)
hooks.register("before_bulk_action", announcing.publish_one_by_one)
hooks.register("before_copy_page", announcing.copy_as_draft)
hooks.register("after_create_page", announcing.ask_if_wanted)
hooks.register("after_edit_page", announcing.ask_if_wanted)
# Before the hook with which wagtail-localize takes the view over.
hooks.register("before_edit_page", announcing.show_the_translated_text_first, order=-1)


@hooks.register("construct_homepage_panels")
def show_the_agencys_desk(request, panels):
    desk_of_user = Desk.of(request)
    panels.append(desk.Overview(desk_of_user))
    panels += [ToDoPanel(desk_of_user.todo(kind)) for kind in desk.LISTS]
    panels.append(ExpiringExemptionsPanel())


@hooks.register("construct_settings_menu")
def hide_languages(request, menu_items):
    """Wagtail-localize offers its languages to whoever may change sites; the screen asks for more."""
    policy = policy_registry.get_by_type(Locale)
    if not policy.user_has_any_permission(request.user, {"add", "change", "delete"}):
        menu_items[:] = [item for item in menu_items if not isinstance(item, LocalesMenuItem)]


@hooks.register("register_page_header_buttons")
def register_share_button(page, user, view_name, next_url=None):
    return sharing_buttons(page, user)


@hooks.register("register_log_actions")
def register_log_actions(actions):
    log_actions.register(actions)


@hooks.register("register_admin_urls")
def register_desk_urls():
    return [path("desk/", include(desk_urls))]
