from django.contrib import messages
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.permissions import register_permission_policy

from . import planting, roles
from .import_tasks import imports_are_configured
from .models import DipImport, EmergencyAnnouncementPage
from .tasks import webhooks_are_configured
from .viewsets.consumers import consumer_viewset
from .viewsets.imports import import_viewset
from .viewsets.own_agency import AgencyRightPolicy
from .viewsets.webhooks import webhook_viewset

# Before anything asks for a policy of these.
register_permission_policy(DipImport, AgencyRightPolicy(DipImport))

hooks.register("plant_agency_pages", planting.plant_agency_pages)
hooks.register("duty_officer_pages", planting.duty_officer_pages)
hooks.register("role_model_permissions", roles.model_permissions)


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


@hooks.register("after_publish_page")
def warn_of_missing_elements(request, page):
    """The law forbids to wait for these, so they warn after publishing instead of blocking it."""
    if isinstance(page, EmergencyAnnouncementPage) and page.missing_elements:
        messages.warning(
            request,
            _("Published. Please add when known: %(elements)s.")
            % {"elements": "; ".join(str(label) for label in page.missing_elements)},
        )
