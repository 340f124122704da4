"""Whom a thing to tell concerns."""

import dataclasses
import functools
import operator
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from ..models import Subscriber


@dataclasses.dataclass(frozen=True)
class Audience:
    """What is told, seen from those who chose: of what kind, where, and on whose sites.

    Without ``kinds``, ``regencies`` or ``agencies`` (keys) it concerns whoever chose any of them:
    an alert that names no place concerns the whole province.
    """

    kinds: tuple[str, ...] = ()
    regencies: tuple[str, ...] = ()
    agencies: tuple[int, ...] = ()
    is_news: bool = False

    def as_json(self) -> dict:
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, data: dict) -> "Audience":
        lists = {name: tuple(data[name]) for name in ("kinds", "regencies", "agencies")}
        return cls(**lists, is_news=data["is_news"])


def concerned(audiences: Iterable[Audience]) -> QuerySet[Subscriber]:
    """Return the active subscribers who belong to any of ``audiences``, each once."""
    # As text, the codes in quotes: SQLite cannot ask a JSON list what it contains.
    subscribers = Subscriber.objects.active().alias(
        kinds_text=Cast("kinds", TextField()), regencies_text=Cast("regencies", TextField())
    )
    return subscribers.filter(functools.reduce(operator.or_, map(_belongs, audiences)))


def _belongs(audience):
    chosen = (
        _chose("kinds", audience.kinds)
        & _chose("regencies", audience.regencies)
        & _chose_agency(audience.agencies)
    )
    return chosen & Q(wants_news=True) if audience.is_news else chosen


def _chose(field, values):
    if not values:
        return Q()
    any_of_them = (Q(**{f"{field}_text__contains": f'"{value}"'}) for value in values)
    return functools.reduce(operator.or_, any_of_them, Q(**{field: []}))


def _chose_agency(agencies):
    if not agencies:
        return Q()
    chosen = Subscriber.agencies.through.objects.filter(subscriber=OuterRef("pk"))
    return ~Exists(chosen) | Q(Exists(chosen.filter(agency__in=agencies)))
