"""What an administrator does with a subscription and its messages."""

import datetime

from django.db import transaction
from django.db.models import Q

from ..models import DeliveryState, FeedState, WebhookDelivery, WebhookEvent, WebhookSubscription
from .announcing import create_delivery
from .signing import new_secret

# How long an earlier secret signs too, so that a receiver can change over without a gap.
ROTATION = datetime.timedelta(hours=24)


def subscribe(subscription: WebhookSubscription) -> WebhookSubscription:
    """Store a new subscription; it is told what happens from now on, not what happened before."""
    subscription.secret = new_secret()
    subscription.announced_pos = FeedState.current().pos
    subscription.save()
    return subscription


@transaction.atomic
def rotate_secret(subscription: WebhookSubscription, *, at: datetime.datetime) -> None:
    """Give a new secret; for ``ROTATION`` every message carries a signature of the old one, too.

    Of those before, each has its own end: whoever lost a new secret and gives another one must not cut
    off the receiver, which has neither yet.
    """
    earlier = [
        (subscription.secret, at + ROTATION),
        *subscription.valid_earlier_secrets(at=at),
    ]
    subscription.earlier_secrets = [
        {"secret": secret, "until": until.isoformat()} for secret, until in earlier
    ]
    subscription.secret = new_secret()
    subscription.secret_was_shown = False
    subscription.save(update_fields=["secret", "earlier_secrets", "secret_was_shown"])


def show_secret(subscription: WebhookSubscription) -> str | None:
    """Return the secret the first time it is asked for, then None."""
    unseen = WebhookSubscription.objects.filter(pk=subscription.pk, secret_was_shown=False)
    return subscription.secret if unseen.update(secret_was_shown=True) else None


@transaction.atomic
def resume(subscription: WebhookSubscription, *, at: datetime.datetime) -> None:
    """Send again to a subscription that was switched off or stopped, with a clean slate.

    What waits for a retry is due at once, and so is what failed last: with it sending stopped.
    """
    newest = subscription.deliveries.newest_first().values("pk")[:1]
    due = subscription.deliveries.filter(
        Q(state=DeliveryState.WAITING) | Q(state=DeliveryState.FAILED, pk__in=newest)
    )
    due.update(state=DeliveryState.WAITING, tries=0, next_attempt_at=at)
    WebhookSubscription.objects.filter(pk=subscription.pk).update(
        is_active=True, stopped_because="", failing_since=None
    )


def send_test(subscription: WebhookSubscription, *, at: datetime.datetime) -> WebhookDelivery:
    """Make a message that says nothing but who it is for."""
    return create_delivery(
        subscription, WebhookEvent.TEST, {"subscription": subscription.name}, at=at
    )


def replay(delivery: WebhookDelivery, *, at: datetime.datetime) -> bool:
    """Send a message again now, with its id and body, and the whole retry schedule before it.

    Returns False if it is just being sent.
    """
    settled = WebhookDelivery.objects.filter(pk=delivery.pk).exclude(state=DeliveryState.SENDING)
    return bool(settled.update(state=DeliveryState.WAITING, tries=0, next_attempt_at=at))
