"""Publish and expire when it is due, in the order in which it became due.

Any number of workers may try at once: each thing is done in a transaction of its own by whoever has
the turn, and found after the turn was taken, so nothing is done twice or out of order. A worker that
is killed gives its turn back, and the thing it was at stays due. In place of Wagtail's
``publish_scheduled``, of which two at once publish twice, and which ends at the first page that fails.
"""

import dataclasses
import datetime
import logging
from collections.abc import Iterable

from django.apps import apps
from django.db import models, transaction
from wagtail.models import DraftStateMixin, Page, Revision

from opd_sites import tree_lock

from .models import ScheduleTurn

logger = logging.getLogger(__name__)

RETRY_AFTER = datetime.timedelta(minutes=1)
MAX_RETRY_AFTER = datetime.timedelta(hours=1)


@dataclasses.dataclass(frozen=True, order=True)
class Due:
    """One thing that is due, ordered by when; ``model`` is that of the revision or of what expires."""

    since: datetime.datetime
    model: str
    pk: int

    def do(self, *, at: datetime.datetime) -> bool:
        """Do it, unless somebody has just taken it back; say whether it was done."""
        with tree_lock.sharing():  # before any row, as everybody does
            return self._do(at)

    def _do(self, at):
        rows = apps.get_model(self.model).objects.select_for_update()
        if self.model == Revision._meta.label:
            revision = rows.filter(pk=self.pk, approved_go_live_at__lte=at).first()
            if revision:
                revision.publish(log_action="wagtail.publish.scheduled")
            return bool(revision)
        shown = rows.filter(pk=self.pk, live=True, expire_at__lte=at).first()
        if shown:
            shown.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
        return bool(shown)


class Schedule:
    """What a worker keeps from round to round: the things that failed, and when to try them again."""

    def __init__(self):
        self._attempts: dict[tuple, int] = {}
        self._retry_at: dict[tuple, datetime.datetime] = {}

    def catch_up(self, *, at: datetime.datetime) -> int:
        """Do all that is due at ``at``, or leave it to the worker that is at it; return how much."""
        ScheduleTurn.objects.get_or_create(pk=ScheduleTurn.SINGLETON)
        tried = {key for key, moment in self._retry_at.items() if moment > at}
        done = 0
        while (outcome := self._do_next(at, tried)) is not None:
            done += outcome
        return done

    @transaction.atomic
    def _do_next(self, at, tried) -> bool | None:
        """Do what is due longest; say whether it was done, or None when there is nothing to do."""
        if not ScheduleTurn.take():
            return None
        due = next_due(at=at, but=tried)
        if due is None:
            return None
        key = (due.model, due.pk)
        tried.add(key)
        try:
            with transaction.atomic():
                done = due.do(at=at)
        except Exception:  # whatever a template, a signal or a file may raise: the others go on
            logger.exception("%s %s was due at %s and failed", due.model, due.pk, due.since)
            self._postpone(key, at)
            return False
        logger.info("%s %s, due at %s: %s", *key, due.since, "done" if done else "taken back")
        self._attempts.pop(key, None)
        self._retry_at.pop(key, None)
        return done

    def _postpone(self, key, at):
        self._attempts[key] = self._attempts.get(key, 0) + 1
        wait = min(RETRY_AFTER * 2 ** (self._attempts[key] - 1), MAX_RETRY_AFTER)
        self._retry_at[key] = at + wait


def next_due(*, at: datetime.datetime, but: Iterable[tuple] = ()) -> Due | None:
    """Return what has been due longest at ``at``, but for the (model, key) pairs of ``but``."""
    skipped: dict[str, list] = {}
    for label, pk in but:
        skipped.setdefault(label, []).append(pk)
    questions = [(Revision.objects.all(), "approved_go_live_at")]
    questions += [(model.objects.filter(live=True), "expire_at") for model in expiring_models()]
    found = (_longest_due(rows, field, at, skipped) for rows, field in questions)
    return min(filter(None, found), default=None)


def _longest_due(rows, field, at, skipped):
    label = rows.model._meta.label
    rows = rows.filter(**{f"{field}__lte": at}).exclude(pk__in=skipped.get(label, []))
    row = rows.order_by(field, "pk").values_list(field, "pk").first()
    return Due(since=row[0], model=label, pk=row[1]) if row else None


def expiring_models() -> list[type[models.Model]]:
    """Return pages, and every other model that can be scheduled."""
    others = [
        model
        for model in apps.get_models()
        if issubclass(model, DraftStateMixin) and not issubclass(model, Page)
    ]
    return [Page, *others]
