"""The drill: a test goes the way an alert would go, to every host, and leaves its receipt."""

import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from opd_sites.models import portal_site

from ..choices import AlertReach, AlertStatus, EmergencyKind, Hazard
from ..conf import get_setting
from ..models import EmergencyAnnouncementPage, EmergencyIndexPage, Receipt
from . import acting
from .messages import agency_of

LASTS = datetime.timedelta(minutes=30)


class NoPlaceForDrillsError(LookupError):
    """The portal has no section for emergencies, or no lead agency whose word it would be.

    Run ``set_up_portal``, and say in the admin which agency is the lead.
    """


@transaction.atomic
def drill(*, at: datetime.datetime) -> EmergencyAnnouncementPage:
    """Publish a test for the whole province on the portal, and return it; it says what it is.

    Its receipt fills once the transaction is committed. Raises ``NoPlaceForDrillsError``.
    """
    portal = portal_site()
    section = portal and EmergencyIndexPage.objects.child_of(portal.root_page).first()
    if section is None or agency_of(section) is None:
        raise NoPlaceForDrillsError
    with translation.override(settings.LANGUAGE_CODE):
        page = acting.draft(section, user=None, **_said(at))
    page.get_latest_revision().publish()
    return page


def _said(at):
    day = date_format(timezone.localtime(at), "j F Y")
    return {
        "title": _("Test of the alert path, %(day)s") % {"day": day},
        "kind": EmergencyKind.NON_NATURAL_DISASTER,
        "hazard": Hazard.OTHER,
        "status": AlertStatus.TEST,
        "reach": AlertReach.PROVINCE,
        "effective": at,
        "expires": at + LASTS,
        "hazard_and_impact": _("Nothing has happened. This is a test of the way that alerts go."),
        "affected_people": _("Nobody."),
        "how_to_avoid": _("Nothing has to be done."),
        "how_to_get_help": _("No help is needed."),
    }


def drill_if_due(*, at: datetime.datetime) -> EmergencyAnnouncementPage | None:
    """Drill where that was long ago (``ALERT_DRILL_DAYS``); where there is no portal, do nothing."""
    days = get_setting("ALERT_DRILL_DAYS")
    if not days:
        return None
    tests = Receipt.objects.filter(
        message__status=AlertStatus.TEST, page__reach=AlertReach.PROVINCE
    )
    if tests.filter(since__gt=at - datetime.timedelta(days=days)).exists():
        return None
    try:
        return drill(at=at)
    except NoPlaceForDrillsError:
        return None
