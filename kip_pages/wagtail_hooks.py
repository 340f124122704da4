from django.contrib import messages
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks

from . import planting, roles
from .models import DocumentRecord, EmergencyAnnouncementPage
from .tasks import webhooks_are_configured
from .viewsets import documents
from .viewsets.consumers import consumer_viewset
from .viewsets.quick_entry import QuickEntryButton, quick_entry_viewset
from .viewsets.webhooks import webhook_viewset

hooks.register("plant_agency_pages", planting.plant_agency_pages)
hooks.register("duty_officer_pages", planting.duty_officer_pages)
hooks.register("role_model_permissions", roles.model_permissions)


@hooks.register("register_admin_viewset")
def register_consumer_viewset():
    return consumer_viewset


@hooks.register("register_admin_viewset")
def register_webhook_viewset():
    """Only where a worker is declared: nobody subscribes to what is never sent."""
    return webhook_viewset if webhooks_are_configured() else []


@hooks.register("register_admin_viewset")
def register_quick_entry_viewset():
    return quick_entry_viewset


@hooks.register("register_page_header_buttons")
def quick_entry_in_header(page, user, view_name, next_url=None):
    yield QuickEntryButton(page=page, priority=5)


@hooks.register("register_page_listing_more_buttons")
def quick_entry_in_listing(page, user, next_url=None):
    yield QuickEntryButton(page=page, priority=7)


@hooks.register("register_admin_urls", order=-1)
def register_document_urls():
    return documents.urlpatterns


@hooks.register("register_log_actions")
def register_document_log_actions(actions):
    actions.register_action(
        documents.ORIGINAL_LOG_ACTION,
        gettext_lazy("Download the original"),
        gettext_lazy("Original downloaded"),
    )


@hooks.register("before_serve_document")
def hide_what_is_not_public(document, request):
    if not DocumentRecord.objects.public().filter(document=document).exists():
        raise Http404


@hooks.register("after_publish_page")
def warn_of_missing_elements(request, page):
    """The law forbids to wait for these, so they warn after publishing instead of blocking it."""
    if isinstance(page, EmergencyAnnouncementPage) and page.missing_elements:
        messages.warning(
            request,
            _("Published. Please add when known: %(elements)s.")
            % {"elements": "; ".join(str(label) for label in page.missing_elements)},
        )
