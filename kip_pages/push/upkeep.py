"""Forget what nobody will ask about any more."""

import datetime

from ..models import WebhookDelivery
from ..models.webhook import OPEN_STATES


def forget_deliveries(*, before: datetime.datetime) -> int:
    """Delete deliveries made before ``before``, with their attempts; return how many.

    Those that are still going to be sent stay, however old.
    """
    old = WebhookDelivery.objects.filter(created_at__lt=before)
    _all, by_model = old.exclude(state__in=OPEN_STATES, subscription__is_active=True).delete()
    return by_model.get(WebhookDelivery._meta.label, 0)
