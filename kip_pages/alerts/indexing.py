"""The alerts of a host for machines: what is in force, and the CAP message that says so."""

import datetime
from collections.abc import Iterable

from opd_sites.models import Agency, portal_site

from ..formats.alert_feed import Entry
from ..models import CapMessage, EmergencyAnnouncementPage
from .showing import alerts_in_force

# Days for which the list of messages goes back: what a machine that was away has missed.
DAYS = datetime.timedelta(days=30)


def cap_address(message: CapMessage, root_url: str) -> str:
    """Return where the message is for ever: on the portal, whose host no agency's fate changes."""
    portal = portal_site()
    return f"{portal.root_url if portal else root_url}/cap/{message.uid}.xml"


def pages_in_force(
    agency: Agency | None, *, language: str, root_url: str, at: datetime.datetime
) -> list[Entry]:
    """Return what is in force for the readers of a host, for people; the portal's are everybody's."""
    alerts = alerts_in_force(agency, language=language, at=at)
    messages = messages_of(alerts)
    return [_page_entry(alert, messages.get(alert.translation_key), root_url) for alert in alerts]


def messages_in_force(
    agency: Agency | None, *, language: str, root_url: str, at: datetime.datetime
) -> list[Entry]:
    """The same for machines: each entry leads to the newest CAP message of its alert."""
    alerts = alerts_in_force(agency, language=language, at=at)
    messages = messages_of(alerts)
    said = [messages[key] for alert in alerts if (key := alert.translation_key) in messages]
    return [_message_entry(message, root_url) for message in said]


def messages_since(agency: Agency | None, *, root_url: str, at: datetime.datetime) -> list[Entry]:
    """Return every message of the last days, newest first: cancellations and drills as well."""
    messages = CapMessage.objects.filter(sent__gt=at - DAYS).select_related("agency")
    if agency is not None:
        messages = messages.filter(agency=agency)
    return [_message_entry(message, root_url) for message in messages.order_by("-sent", "-pk")]


def messages_of(alerts: Iterable[EmergencyAnnouncementPage]) -> dict:
    """Return the newest message of each alert, by its translation key."""
    keys = [alert.translation_key for alert in alerts]
    found = CapMessage.objects.filter(announcement__in=keys).select_related("agency")
    return {message.announcement: message for message in found.order_by("sent", "pk")}


def _page_entry(alert, message, root_url):
    return Entry(
        id=f"urn:uuid:{alert.feed_id}",
        title=f"{alert.severity_word}: {alert.title}",
        summary=alert.summary or alert.hazard_and_impact,
        link=alert.full_url,
        cap_url=cap_address(message, root_url) if message else "",
        author=alert.agency.name if alert.agency else "",
        published=alert.first_published_at or alert.effective,
        updated=alert.last_published_at or alert.effective,
        categories=(alert.kind, alert.hazard, alert.severity, *alert.areas),
    )


def _message_entry(message, root_url):
    info = message.alert.infos[0]
    address = cap_address(message, root_url)
    return Entry(
        id=message.identifier,
        title=message.headline,
        summary=info.description,
        link=address,
        cap_url=address,
        author=message.agency.name,
        published=message.sent,
        updated=message.sent,
        categories=(message.status, message.message_type, info.severity, info.urgency),
    )
