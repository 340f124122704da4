"""What every page of a site says first: the alerts in force there, from the pages as they are now.

No index, picture or table beside the pages stands between an announcement and its readers, so nothing
has to be kept right: what is asked at a moment is what holds at that moment.
"""

import dataclasses
import datetime
import hashlib

from django.utils.functional import cached_property
from wagtail.models import Page

from opd_sites.models import Agency

from ..models import CapMessage, EmergencyAnnouncementPage
from ..models.base import showable
from ..models.in_force import one_of_each

# Banners on a page; the rest is behind a link.
SHOWN = 3


@dataclasses.dataclass(frozen=True)
class AlertBoard:
    """The alerts that a site shows at a moment, gravest first, and when that next changes by itself."""

    alerts: tuple[EmergencyAnnouncementPage, ...]
    drills: tuple[EmergencyAnnouncementPage, ...]
    next_change: datetime.datetime | None

    @property
    def shown(self):
        return self.alerts[:SHOWN]

    @property
    def hidden_count(self):
        return len(self.alerts) - len(self.shown)

    @property
    def messages(self) -> list[str]:
        """The ids of the CAP messages that say this, drills as well: receipts look for them."""
        said = (alert.message for alert in (*self.alerts, *self.drills))
        return [str(message.uid) for message in said if message]

    @cached_property
    def version(self) -> str:
        """Name what is shown: another name as soon as an alert comes, goes, or says something else."""
        said = [f"{alert.pk} {alert.last_published_at} {alert.url_path}" for alert in self.alerts]
        return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16] if said else ""


def board_of(agency: Agency | None, *, language: str, at: datetime.datetime) -> AlertBoard:
    """Return what the site of ``agency`` (None: the portal) shows at ``at`` to readers of ``language``.

    An alert that nobody translated yet is shown as it is: no reader may miss it.
    """
    reaching = EmergencyAnnouncementPage.objects.live().filter(alias_of=None).reaching(agency)
    moments = list(reaching.moments(at=at))
    if not moments:  # most of the time, and so every page asks this alone
        return AlertBoard(alerts=(), drills=(), next_change=None)
    public = showable(reaching, at=at)
    drills = public.drills(at=at).select_related("locale").order_by("-effective", "-pk")
    board = AlertBoard(
        alerts=_in_force(public, language, at),
        drills=one_of_each(drills, language),
        next_change=min((one for row in moments for one in row if one and one > at), default=None),
    )
    _name_agencies(board.drills)
    _name_messages([*board.alerts, *board.drills])
    return board


def alerts_in_force(agency: Agency | None, *, language: str, at: datetime.datetime):
    """Return what is in force for the readers of a site, gravest first; on the portal, anywhere."""
    public = _public(at)
    return _in_force(public if agency is None else public.reaching(agency), language, at)


def _public(at):
    return showable(EmergencyAnnouncementPage.objects.filter(alias_of=None), at=at)


def _in_force(announcements, language, at):
    in_force = announcements.in_force(at=at).select_related("locale").gravest_first()
    alerts = one_of_each(in_force, language)
    _name_agencies(alerts)
    return alerts


def _name_messages(alerts):
    """Give each alert the newest CAP message that says it, or None."""
    keys = {alert.translation_key for alert in alerts}
    found = CapMessage.objects.filter(announcement__in=keys).defer("xml") if keys else []
    newest = {message.announcement: message for message in reversed(found)}
    for alert in alerts:
        alert.message = newest.get(alert.translation_key)


def _name_agencies(alerts):
    """Say of each alert whose it is; the portal's are the lead agency's."""
    if not alerts:
        return
    tops = {alert.path[: 2 * Page.steplen] for alert in alerts}
    named = Agency.objects.filter(root_page__path__in=tops) | Agency.objects.filter(is_lead=True)
    agencies = list(named.select_related("root_page"))
    by_top = {agency.root_page.path: agency for agency in agencies}
    lead = next((agency for agency in agencies if agency.is_lead), None)
    for alert in alerts:
        alert.agency = by_top.get(alert.path[: 2 * Page.steplen], lead)
