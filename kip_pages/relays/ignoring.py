"""Leave a warning of others aside: an officer's word, with a reason."""

import datetime

from django.db import transaction

from ..choices import OFFICERS_REASONS, RelayReason, RelayState
from ..models import RelayedAlert
from .upkeep import drop


class DecidedError(ValueError):
    """Somebody has decided already, or the warning was replaced; show what has become of it."""


def ignore(
    alert: RelayedAlert, *, reason: RelayReason, user, at: datetime.datetime
) -> RelayedAlert:
    """Note that ``user`` does not pass ``alert`` on, take its draft away, and return it.

    Raises ``DecidedError``, and ``ValueError`` for a reason that is no officer's.
    """
    if reason not in OFFICERS_REASONS:
        raise ValueError(reason)
    with transaction.atomic():
        waiting = RelayedAlert.objects.waiting(at=at).select_for_update(of=("self",))
        row = waiting.filter(pk=alert.pk).first()
        if row is None:
            raise DecidedError
        row.state, row.reason, row.decided_by = RelayState.IGNORED, reason, user
        row.save(update_fields=["state", "reason", "decided_by"])
    if row.page_id:
        drop(row.page_id, user=user)
    return row
