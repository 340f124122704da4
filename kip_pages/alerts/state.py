"""What a host says of its alerts to the script of open pages and to any machine."""

import datetime

from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from django.utils.safestring import mark_safe

from ..models import EmergencyIndexPage
from ..models.base import showable
from .showing import AlertBoard

# Seconds for which the word of a host may be kept: the edge's part in the time until an alert is seen.
MAX_AGE = 10
# Where the host itself does not answer, an old word is better than none: its alerts end by their own
# dates in every reader.
STALE_IF_ERROR = 86_400


def state_path(language: str) -> str:
    """Return where a host tells its alerts to readers of ``language``; "" where it does not."""
    try:
        return f"{reverse('kip_alerts:state')}?bahasa={language}"
    except NoReverseMatch:
        return ""


def state_of(board: AlertBoard, *, site, language: str) -> dict:
    """Return the alerts of ``board`` as ``/_darurat.json`` has them, with the banner ready to show.

    Without ``now``: that is the moment of the answer.
    """
    with translation.override(language):
        return {
            "v": board.version,
            "next": iso(board.next_change),
            "alerts": [_alert(alert) for alert in board.alerts],
            "drills": [_alert(alert) for alert in board.drills],
            "html": banner_of(board, site=site, language=language),
        }


def banner_of(board: AlertBoard, *, site, language: str) -> str:
    """Return the banners of ``board`` as HTML, in the active language; nothing where there is none."""
    if not board.alerts:
        return ""
    context = {"board": board, "all_url": _all_url(site, language) if board.hidden_count else ""}
    html = render_to_string("kip_pages/includes/alert_banner.html", context).strip()
    return mark_safe(html)  # noqa: S308 - a template's own, but for the blanks around it


def _alert(alert):
    return {
        "id": alert.feed_id,
        "message": str(alert.message.uid) if alert.message else None,
        "title": alert.title,
        "url": alert.full_url,
        "agency": alert.agency.code if alert.agency else None,
        "severity": alert.severity,
        "hazard": alert.hazard,
        "effective": iso(alert.effective),
        "expires": iso(alert.holds_until),
    }


def _all_url(site, language):
    homes = site.root_page.get_translations(inclusive=True)
    home = homes.filter(locale__language_code=language).first() or site.root_page
    sections = showable(EmergencyIndexPage.objects.child_of(home), at=timezone.now())
    return (sections.first() or home).full_url


def iso(moment: datetime.datetime | None) -> str | None:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else None
