"""How the feed is: what waits, what fails, what differed from its page, and who is behind."""

import dataclasses
import datetime

from django.db.models import Count, Min, Q
from django.utils import timezone

from ..alerts import messages
from ..models import AlertSource, FeedState, OutboxEntry, Receipt, WebhookSubscription
from . import consumers, reconcile

# A worker takes everything every few seconds: what waits longer than this waits for nobody.
MAX_WAIT = datetime.timedelta(minutes=5)
# It compares all items with their pages every hour; a drift of 0 says nothing while it does not.
MAX_UNRECONCILED = 3 * reconcile.EVERY


@dataclasses.dataclass(frozen=True)
class Health:
    """Counts and ages in seconds; ``reasons`` says which of them are past their limit."""

    epoch: str
    change_number: int
    waiting: int
    waiting_seconds: int
    failing: int
    drift: int
    reconciled_at: str | None
    reconciled_seconds: int | None
    webhooks_failing: int
    consumers: int
    consumers_late: int
    lag_items: int
    lag_seconds: int
    # The alert path: announcements that CAP does not say, messages that hosts do not show in time.
    alerts_unsaid: int
    alerts_late: int
    # Sources of warnings from which nothing has come for half an hour.
    relays_failing: int

    @property
    def reasons(self) -> list[str]:
        past = {
            "waiting": self.waiting_seconds > MAX_WAIT.total_seconds(),
            "failing": self.failing > 0,
            "drift": self.drift > 0,
            "reconciled_seconds": self.is_unreconciled,
            "webhooks_failing": self.webhooks_failing > 0,
            "consumers_late": self.consumers_late > 0,
            "relays_failing": self.relays_failing > 0,
            **dict.fromkeys(self.alert_reasons, True),
        }
        return [name for name, is_past in past.items() if is_past]

    @property
    def alert_reasons(self) -> list[str]:
        return [name for name in ("alerts_unsaid", "alerts_late") if getattr(self, name)]

    @property
    def is_unreconciled(self) -> bool:
        limit = MAX_UNRECONCILED.total_seconds()
        return self.reconciled_seconds is None or self.reconciled_seconds > limit

    @property
    def status(self) -> str:
        if self.alert_reasons:
            return "red"
        return "amber" if self.reasons else "green"


def examine(*, at: datetime.datetime) -> Health:
    """Look at the feed as it is now; costs a count per walk of every consumer."""
    state = FeedState.current()
    outbox = OutboxEntry.objects.aggregate(
        waiting=Count("pk", filter=Q(attempts=0)),
        oldest=Min("created_at", filter=Q(attempts=0)),
        failing=Count("page_id", filter=Q(attempts__gt=0), distinct=True),
    )
    lags = consumers.lags(at=at).values()
    worst = max(lags, default=consumers.Lag())
    return Health(
        epoch=str(state.epoch),
        change_number=state.pos,
        waiting=outbox["waiting"],
        waiting_seconds=int((at - outbox["oldest"]).total_seconds()) if outbox["oldest"] else 0,
        failing=outbox["failing"],
        drift=state.drift,
        reconciled_at=state.reconciled_at and timezone.localtime(state.reconciled_at).isoformat(),
        reconciled_seconds=state.reconciled_at and int((at - state.reconciled_at).total_seconds()),
        webhooks_failing=WebhookSubscription.objects.failing().count(),
        consumers=len(lags),
        consumers_late=sum(lag.is_late for lag in lags),
        lag_items=worst.items,
        lag_seconds=worst.seconds,
        alerts_unsaid=len(messages.unsaid(at=at)),
        alerts_late=Receipt.objects.late(at=at).count(),
        relays_failing=AlertSource.objects.failing(at=at).count(),
    )
