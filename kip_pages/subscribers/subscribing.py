"""Subscribe, confirm, change, leave."""

import dataclasses
import datetime
import uuid

from django.db import IntegrityError, transaction
from django.db.models import Q

from opd_sites.models import Agency

from ..models import Mailing, MailingDelivery, Subscriber
from .mailing import count_off
from .tokens import CONFIRM_WITHIN

# Days for which an address that refuses everything is kept: its owner may have it put right.
STOPPED_KEPT = datetime.timedelta(days=30)


@dataclasses.dataclass(frozen=True)
class Choices:
    """What somebody wants to be told. Nothing chosen of a kind of thing means all of it."""

    kinds: tuple[str, ...] = ()
    regencies: tuple[str, ...] = ()
    agencies: tuple[Agency, ...] = ()
    wants_news: bool = False

    @classmethod
    def of(cls, subscriber: Subscriber) -> "Choices":
        return cls(
            tuple(subscriber.kinds),
            tuple(subscriber.regencies),
            tuple(subscriber.agencies.all()),
            subscriber.wants_news,
        )


def subscribe(email: str, choices: Choices, *, language: str, at: datetime.datetime) -> None:
    """Note that somebody entered this address, and have its owner asked whether it was them.

    Whoever entered it learns nothing: neither what is returned nor what is done differs in a way
    that tells whether the address was known. Of a known one nothing is changed; its owner gets the
    link to do so.
    """
    email = _tidy(email)
    with transaction.atomic():
        subscriber = _known(email) or _new(email, language, at)
        if subscriber.confirmed_at is None:
            subscriber.language, subscriber.asked_at = language, at
            _choose(subscriber, choices)
        subscriber.letter_due_at, subscriber.letter_attempts = at, 0
        subscriber.save()


def _tidy(email):
    name, _at, host = email.strip().rpartition("@")
    return f"{name}@{host.lower()}"


def _known(email):
    return Subscriber.objects.with_address(email).select_for_update().first()


def _new(email, language, at):
    try:
        with transaction.atomic():
            return Subscriber.objects.create(email=email, language=language, asked_at=at)
    except IntegrityError:  # entered twice in the same moment
        return _known(email)


def _choose(subscriber, choices: Choices):
    subscriber.kinds = sorted(choices.kinds)
    subscriber.regencies = sorted(choices.regencies)
    subscriber.wants_news = choices.wants_news
    subscriber.agencies.set(choices.agencies)


@transaction.atomic
def confirm(subscriber: Subscriber, *, at: datetime.datetime) -> None:
    """From now on tell ``subscriber``; once more for one whose mail was refused for long."""
    subscriber.confirmed_at = subscriber.confirmed_at or at
    subscriber.bounces, subscriber.stopped_at = 0, None
    subscriber.save(update_fields=["confirmed_at", "bounces", "stopped_at"])


@transaction.atomic
def change(subscriber: Subscriber, choices: Choices) -> None:
    """Store other choices of somebody who has shown that the mailbox is theirs."""
    _choose(subscriber, choices)
    subscriber.save(update_fields=["kinds", "regencies", "wants_news"])


@transaction.atomic
def unsubscribe(key: uuid.UUID) -> None:
    """Delete the subscriber with this key and all that names them, if not done already.

    An e-mail that is being sent in this very moment still arrives; no other does.
    """
    subscriber = Subscriber.objects.filter(key=key).select_for_update().first()
    if subscriber:
        _forget(subscriber)


def _forget(subscriber):
    # Locked in this order, as when a mailing is begun or finished: each e-mail is counted once.
    told = Mailing.objects.filter(deliveries__subscriber=subscriber).order_by("pk")
    list(told.select_for_update(of=("self",)))
    own = MailingDelivery.objects.filter(subscriber=subscriber)
    list(own.order_by("pk").select_for_update())
    count_off(own)
    subscriber.delete()


def forget_unconfirmed(*, at: datetime.datetime) -> int:
    """Delete those who did not confirm in time, and those whose mail is refused for long."""
    too_late = Q(confirmed_at=None, asked_at__lte=at - CONFIRM_WITHIN)
    useless = Subscriber.objects.filter(too_late | Q(stopped_at__lte=at - STOPPED_KEPT))
    forgotten = 0
    for pk in list(useless.values_list("pk", flat=True)):
        with transaction.atomic():
            subscriber = useless.filter(pk=pk).select_for_update().first()
            if subscriber:  # who has not confirmed after all
                _forget(subscriber)
                forgotten += 1
    return forgotten
