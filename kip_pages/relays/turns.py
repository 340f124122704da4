"""How often one host is asked, by all workers together.

BMKG allows sixty requests a minute from one address. Moments at which requests arrive lie nearer
together, sometimes, than those at which they left, so we keep some apart.
"""

import datetime

from django.db import transaction

from ..models import RequestTurn

PER_MINUTE = 50
_MINUTE = 60


def take(host: str, *, at: datetime.datetime) -> datetime.timedelta | None:
    """Take a turn to ask ``host``: None, or how long to wait because others have asked so often.

    One row per host is locked for a moment, so that no two workers take the last turn.
    """
    with transaction.atomic():
        RequestTurn.objects.get_or_create(host=host)
        turn = RequestTurn.objects.select_for_update().get(host=host)
        now = at.timestamp()
        # A clock that was set back must not lock a host for ever.
        recent = [then for then in turn.asked_at if now - _MINUTE < then <= now + _MINUTE]
        if len(recent) >= PER_MINUTE:
            return datetime.timedelta(seconds=max(1.0, min(recent) + _MINUTE - now))
        turn.asked_at = [*recent, now]
        turn.save(update_fields=["asked_at"])
        return None
