"""Turn what the feed numbered since a subscription was last told into one thin message.

A subscription has at most one open announcement. What happens while it waits for its next attempt
is told when it has arrived: the message only says how far the feed is, so nothing piles up for a
dead receiver. Only an emergency takes the place of a waiting message, and is sent at once.
"""

import datetime
import json
from urllib.parse import urljoin

from django.db import transaction
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from opd_sites.models import portal_site

from ..choices import FeedKind
from ..models import (
    DeliveryState,
    FeedItem,
    FeedState,
    WebhookDelivery,
    WebhookEvent,
    WebhookSubscription,
)
from .signing import new_message_id

# A message stays far below 20 kB, whatever happens to how many agencies at once.
MAX_AGENCIES = 200


def announce(*, at: datetime.datetime, only_to: int | None = None) -> list[WebhookDelivery]:
    """Make a message for every active subscription, or for one, that the feed has left behind."""
    pos = FeedState.current().pos
    behind = WebhookSubscription.objects.active().filter(announced_pos__lt=pos)
    if only_to is not None:
        behind = behind.filter(pk=only_to)
    made = [_announce_to(pk, at=at) for pk in behind.values_list("pk", flat=True)]
    return [delivery for delivery in made if delivery]


@transaction.atomic
def _announce_to(subscription_id, *, at):
    # Locked: of two workers that notice the same news, one makes the message.
    locked = WebhookSubscription.objects.active().select_for_update()
    subscription = locked.filter(pk=subscription_id).first()
    state = FeedState.current()
    if subscription is None or subscription.announced_pos >= state.pos:
        return None
    news = _news(subscription, state.pos)
    if not _make_room(subscription, news):
        return None
    named = list(news.values_list("kind", "agency__code").distinct())
    subscription.announced_pos = state.pos
    subscription.save(update_fields=["announced_pos"])
    return _message(subscription, state, named, at) if named else None


def _news(subscription, pos):
    """Return the items, as this subscription may be told of them, that changed since it was told."""
    items = FeedItem.objects.filter(pos__gt=subscription.announced_pos, pos__lte=pos)
    if subscription.agency_id:
        items = items.filter(agency_id=subscription.agency_id)
    else:
        items = items.filter(moved=False)  # as the feed itself: told by the old agency's feed alone
    if subscription.kinds:
        items = items.filter(kind__in=subscription.kinds)
    return items.order_by()


def _make_room(subscription, news) -> bool:
    """Say whether a new message may be made now; take back one that is in an emergency's way."""
    before = subscription.deliveries.open().filter(event=WebhookEvent.FEED_ADVANCED)
    if not before.exists():
        return True
    is_being_sent = before.filter(state=DeliveryState.SENDING).exists()
    if is_being_sent or not news.filter(kind=FeedKind.EMERGENCY).exists():
        return False
    before.update(state=DeliveryState.SUPERSEDED, next_attempt_at=None)
    return True


def _message(subscription, state, named, at):
    agencies = sorted({code for _kind, code in named})
    return create_delivery(
        subscription,
        WebhookEvent.FEED_ADVANCED,
        {
            "epoch": str(state.epoch),
            "changeNumber": state.pos,
            "kinds": sorted({kind for kind, _code in named}),
            "agencies": agencies if len(agencies) <= MAX_AGENCIES else [],
            "changes": changes_url(),
        },
        at=at,
    )


def create_delivery(
    subscription: WebhookSubscription, event: WebhookEvent, data: dict, *, at: datetime.datetime
) -> WebhookDelivery:
    """Store a message that is due at once."""
    moment = timezone.localtime(at).isoformat(timespec="seconds")
    body = {"type": event, "timestamp": moment, "data": data}
    return WebhookDelivery.objects.create(
        subscription=subscription,
        message_id=new_message_id(),
        event=event,
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        next_attempt_at=at,
        created_at=at,
    )


def changes_url() -> str:
    """Return the portal's address of the feed; of the host alone where no feed API is mounted."""
    site = portal_site()
    try:
        path = reverse("kip_feed:changes")
    except NoReverseMatch:
        path = "/"
    return urljoin(site.root_url, path) if site else path
