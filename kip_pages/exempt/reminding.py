"""Tell the information officers that an exemption ends: once before its end, and once after it."""

import datetime
import logging

from django.contrib.auth import get_user_model
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.admin.mail import send_mail
from wagtail.admin.utils import get_admin_base_url

from opd_sites.choices import AgencyRole
from opd_sites.mailing import mail_connection
from opd_sites.models import Agency

from ..conf import get_setting
from ..models import ExemptItem
from ..working_days import working_days_after

logger = logging.getLogger(__name__)

# Whom to tell: the first of these roles that anybody with an address has.
TOLD = (AgencyRole.PUBLISHER, AgencyRole.AGENCY_ADMIN)


def warning_day(*, on: datetime.date) -> datetime.date:
    """Return the last day whose exemptions are warned of on that day."""
    return working_days_after(on, get_setting("EXEMPTION_WARNING_DAYS"))


def remind(*, at: datetime.datetime) -> int:
    """Write to the officers whose exemptions end or have ended, and return how many items it told of.

    Each item is told of once before and once after its end, whoever runs this how often; while none
    of its officers can be reached, it waits. The e-mails name items by their number: what they hold
    back does not travel by e-mail.
    """
    today = timezone.localdate(at)
    ended = ExemptItem.objects.expired(on=today)
    ending = ExemptItem.objects.ending_by(last=warning_day(on=today)).filter(expires_on__gte=today)
    told = 0
    # A server that is away is asked once, before anything is marked as told.
    with mail_connection() as connection:
        for agency in Agency.objects.active().order_by("pk"):
            told += _tell(agency, ended, "told_at", "exemptions_ended", connection, at=at)
            told += _tell(agency, ending, "warned_at", "exemptions_ending", connection, at=at)
    return told


def _tell(agency, items, field, template, connection, *, at):
    items = list(items.filter(agency=agency, **{field: None}).order_by("expires_on", "pk"))
    officers = _officers(agency) if items else []
    if not officers:
        return 0
    claimed = [
        item
        for item in items
        # Two workers at once: the one that marks it tells of it.
        if ExemptItem.objects.filter(pk=item.pk, **{field: None}).update(**{field: at})
    ]
    if not claimed:
        return 0
    reached = [user for user in officers if _reach(user, agency, claimed, template, connection)]
    if not reached:
        ExemptItem.objects.filter(pk__in=[item.pk for item in claimed]).update(**{field: None})
        return 0
    return len(claimed)


def _reach(user, agency, items, template, connection) -> bool:
    """Write to one officer; an address that is refused keeps nobody else from being told."""
    try:
        _send(user, agency, items, template, connection)
    except Exception:  # whatever a mail server or a broken address may raise
        logger.exception("user %s of %s could not be told", user.pk, agency.code)
        return False
    return True


def _officers(agency):
    people = get_user_model().objects.filter(is_active=True).exclude(email="")
    for role in TOLD:
        held = people.filter(groups__held_role__agency=agency, groups__held_role__role=role)
        if found := list(held.select_related("wagtail_userprofile").distinct().order_by("pk")):
            return found
    return []


def _send(user, agency, items, template, connection):
    profile = getattr(user, "wagtail_userprofile", None)
    language = profile.get_preferred_language() if profile else None
    context = {
        "user": user,
        "agency": agency,
        "items": items,
        "url": get_admin_base_url() + reverse("exempt_items:index"),
    }
    with translation.override(language or translation.get_language()):
        subject = render_to_string(f"kip_pages/emails/{template}_subject.txt", context)
        text = render_to_string(f"kip_pages/emails/{template}.txt", context)
    send_mail(" ".join(subject.split()), text, [user.email], connection=connection)
