"""Ask every host that a message concerns whether it can be read there, as a citizen would.

What is to be seen stands in the lines, so whoever looks, however often, after whatever crash, finds what
is missing still; who is late is seen late, and never forgotten.
"""

import concurrent.futures
import datetime
from collections.abc import Sequence

import requests
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from opd_sites.models import Agency, portal_site

from ..choices import AlertReach, AlertStatus, MessageType
from ..conf import get_setting
from ..models import CapMessage, Channel, EmergencyAnnouncementPage, Receipt, ReceiptLine

PATHS = {Channel.PAGE: "/", Channel.STATE: "/_darurat.json", Channel.CAP: "/cap/alerts.atom"}
TIMEOUT = 5  # seconds
AT_ONCE = 16
BANNERS = (Channel.PAGE, Channel.STATE)


@transaction.atomic
def open_receipt(
    message: CapMessage, page: EmergencyAnnouncementPage | None, *, at: datetime.datetime
) -> Receipt:
    """Note which hosts have to show ``message``, or nothing any more of what it ends.

    Without a page, which a withdrawal may have lost, they are those of the message before.
    """
    since = max(at, page.effective) if page and message.message_type != MessageType.CANCEL else at
    receipt = Receipt.objects.create(message=message, page=page, since=since)
    places = _places_of(page, message) if page else _places_before(receipt)
    left = [place for place in _places_of_replaced(message) if place not in places]
    ReceiptLine.objects.bulk_create(
        ReceiptLine(receipt=receipt, agency_id=agency_id, channel=channel, ends_only=ends_only)
        for found, ends_only in ((places, False), (left, True))
        for agency_id, channel in found
    )
    return receipt


def _places_of(page, message):
    """Return (agency or None for the portal, channel) of all that it concerns."""
    channels = BANNERS if message.status != AlertStatus.ACTUAL else tuple(Channel)
    agencies = Agency.objects.active()
    own = Q(root_page__path=page.path[: 2 * page.steplen])
    if page.reach == AlertReach.CHOSEN_AGENCIES:
        agencies = agencies.filter(own | Q(pk__in=page.target_agencies.all()))
    elif page.reach == AlertReach.OWN_SITE:
        agencies = agencies.filter(own)
    keys = list(agencies.values_list("pk", flat=True))
    places = [(pk, channel) for pk in keys for channel in channels]
    is_portals = not Agency.objects.holding(page).exists()
    on_portal = channels if is_portals or page.reach == AlertReach.PROVINCE else channels[2:]
    return places + [(None, channel) for channel in on_portal]


def _places_before(receipt):
    before = Receipt.objects.filter(message__announcement=receipt.message.announcement)
    last = before.exclude(pk=receipt.pk).order_by("-pk").first()
    return _places_in(ReceiptLine.objects.filter(receipt=last)) if last else []


def _places_of_replaced(message):
    """Return where the messages were seen that this one replaces or ends: an update may reach less."""
    replaced = Receipt.objects.filter(message__uid__in=_replaced_by(message))
    return _places_in(ReceiptLine.objects.filter(receipt__in=replaced))


def _replaced_by(message) -> list[str]:
    references = message.alert.references
    return [reference.identifier.removeprefix("urn:uuid:") for reference in references]


def _places_in(lines):
    served = lines.filter(Q(agency=None) | Q(agency__in=Agency.objects.active()))
    return list(served.order_by().values_list("agency_id", "channel").distinct())


def look(*, at: datetime.datetime) -> int:
    """Ask once for everything that was not seen yet, and return how many lines still miss it."""
    lines = list(
        ReceiptLine.objects.filter(receipt__in=Receipt.objects.open(at=at), seen_at=None)
        .select_related("receipt__message", "agency__site")
        .order_by("receipt_id", "pk")
    )
    if not lines:
        return 0
    portal = portal_site()
    answers = _answers(list({_question(line, portal) for line in lines}))
    for line in lines:
        text, asked_at, line.error = answers[_question(line, portal)]
        line.asked_at = asked_at
        if not line.error and _is_right(line, text):
            line.seen_at = asked_at
    ReceiptLine.objects.bulk_update(lines, ["asked_at", "seen_at", "error"], batch_size=200)
    return sum(line.seen_at is None for line in lines)


def _question(line, portal) -> tuple[str, str]:
    """Return the address of the site to ask, and the path to ask for."""
    site = line.agency.site if line.agency_id else portal
    return site.root_url, PATHS[Channel(line.channel)]


def _answers(questions: Sequence[tuple[str, str]]) -> dict:
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(questions, pool.map(_ask, questions), strict=True))


def _ask(question) -> tuple[str, datetime.datetime, str]:
    """Return what the host answers, when, and why it does not."""
    root_url, path = question
    # Beside the public way there may be a nearer one, where names of hosts are not known.
    origin = get_setting("ALERT_CHECK_ORIGIN") or root_url
    host = root_url.split("://", 1)[1]
    try:
        answer = requests.get(origin + path, headers={"Host": host}, timeout=TIMEOUT)
        answer.raise_for_status()
    except requests.RequestException as error:
        return "", timezone.now(), f"{type(error).__name__}: {error}"[:255]
    return answer.text, timezone.now(), ""


def _is_right(line, text) -> bool:
    """Say whether a host shows the message, and none of those that it replaces or ends."""
    message = line.receipt.message
    if any(uid in text for uid in _replaced_by(message)):
        return False
    is_over = line.ends_only or message.message_type == MessageType.CANCEL
    return is_over or str(message.uid) in text
