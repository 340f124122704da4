"""Look at the lists of others, and fetch what is new there.

What is due stands in the rows, and whoever takes it says in the same moment when it is due again, so any
number of workers may poll: none does what another one is at, and one that dies leaves it due. No lock
and no transaction is held while a host is waited for, and a host that fails delays only itself.
"""

import datetime
import logging
import time
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone

from ..cap import CapUnreadable
from ..cap.listing import Entry, read_list
from ..choices import RelayReason, RelayState, SourceProblem
from ..models import AlertSource, RelayedAlert
from . import backing_off, deciding, turns, upkeep
from .fetching import Fetched, FetchError, fetch

logger = logging.getLogger(__name__)

# Longer than any look can last: what was taken and not finished by then is somebody else's.
LEASE = datetime.timedelta(seconds=90)
# What one look spends on the messages of a source; the others are due in the next.
SECONDS_OF_A_LOOK = 45
# A message that was listed and cannot be fetched is given up after some three hours.
MAX_ATTEMPTS = 8
RETRY = datetime.timedelta(minutes=1)


def poll_due() -> int:
    """Look at every source that is due, and return at how many; what fails is noted, not raised."""
    looked_at = set()
    while source := _claim_source(at=timezone.now(), but=looked_at):
        looked_at.add(source.pk)
        poll(source)
    for source in AlertSource.objects.filter(is_enabled=True).exclude(pk__in=looked_at):
        fetch_listed(source)
    upkeep.tidy(at=timezone.now())
    return len(looked_at)


def poll(source: AlertSource) -> None:
    """Look at the list of ``source`` now, and take in what is new; what fails is noted, not raised."""
    try:
        _look_at_list(source)
    except FetchError as error:
        _fail(source, error.problem, str(error), retry_after=error.retry_after)
    except CapUnreadable as error:
        _fail(source, SourceProblem.UNREADABLE, str(error))
    except Exception as error:
        logger.exception("%s could not be polled", source)
        _fail(source, SourceProblem.INTERNAL, repr(error))
    fetch_listed(source)


def fetch_listed(source: AlertSource) -> int:
    """Fetch the messages of ``source`` that were listed and not read, and return how many were read."""
    end = time.monotonic() + SECONDS_OF_A_LOOK
    read = 0
    while time.monotonic() < end and (alert := _claim_alert(source, at=timezone.now())):
        if _fetch_alert(alert) is None:
            break
        read += 1
    return read


@transaction.atomic
def _claim_source(*, at, but) -> AlertSource | None:
    due = AlertSource.objects.due(at=at).exclude(pk__in=but)
    source = due.select_for_update(skip_locked=True).first()
    if source:
        source.next_attempt_at = at + LEASE
        source.save(update_fields=["next_attempt_at"])
    return source


@transaction.atomic
def _claim_alert(source, *, at) -> RelayedAlert | None:
    due = RelayedAlert.objects.to_fetch(at=at).filter(source=source)
    alert = due.select_for_update(skip_locked=True, of=("self",)).first()
    if alert:
        alert.attempts += 1
        alert.next_attempt_at = at + LEASE
        alert.save(update_fields=["attempts", "next_attempt_at"])
    return alert


def _look_at_list(source):
    if wait := turns.take(source.host, at=timezone.now()):
        _put_off(source, wait)
        return
    told = {"etag": source.etag, "last_modified": source.last_modified}
    fetched = fetch(source.url, **told)
    entries = [] if fetched.body is None else read_list(fetched.body, address=source.url)
    _note_list(source, entries, fetched, at=timezone.now())


@transaction.atomic
def _note_list(source, entries: list[Entry], fetched: Fetched, *, at):
    """Note what is new, and by what the list is known from now on: both, or neither."""
    # Lists begin with what is newest; what is older comes first here, as updates follow it.
    RelayedAlert.objects.bulk_create(
        [
            RelayedAlert(
                source=source,
                link=entry.link,
                mark=entry.mark,
                title=entry.title or entry.link[:255],
                listed_at=at,
                next_attempt_at=at,
            )
            for entry in reversed(entries)
        ],
        ignore_conflicts=True,
    )
    if fetched.body is not None:
        source.etag, source.last_modified = fetched.etag, fetched.last_modified
    source.last_success_at, source.failing_since, source.failures = at, None, 0
    source.problem = source.detail = ""
    source.next_attempt_at = at + datetime.timedelta(minutes=source.minutes)
    source.save(update_fields=AlertSource.POLLED)


def _fail(source, problem, detail="", *, retry_after=None):
    at = timezone.now()
    source.failures += 1
    source.failing_since = source.failing_since or at
    source.problem, source.detail = problem, detail.replace("\0", "")[:500]
    first = datetime.timedelta(minutes=source.minutes)
    wait = backing_off.delay(source.failures, first=first, retry_after=retry_after)
    source.next_attempt_at = at + wait
    source.save(update_fields=AlertSource.POLLED)
    logger.warning("%s: %s %s, again in %s", source, problem, detail, wait)


def _put_off(source, wait):
    source.next_attempt_at = timezone.now() + wait
    source.save(update_fields=["next_attempt_at"])


def _fetch_alert(alert: RelayedAlert) -> RelayState | None:
    """Fetch one message and have it decided on; None: its host had better be left alone for now."""
    source = alert.source
    if not source.may_be_at(alert.link):
        return deciding.refuse(alert, RelayReason.OTHER_HOST, alert.link)
    host = urlsplit(alert.link).hostname
    if wait := turns.take(host, at=timezone.now()):
        # Nothing was tried.
        _try_again(alert, wait, attempts=alert.attempts - 1)
        return None
    before = _known_at(alert)
    try:
        fetched = fetch(alert.link, etag=before.etag if before else "")
    except FetchError as error:
        return _fail_alert(alert, error)
    alert.etag = fetched.etag
    if fetched.body is None:
        return deciding.set_aside(alert, RelayReason.DUPLICATE)
    try:
        return deciding.take_in(alert, fetched.body, at=timezone.now()) or RelayState.LISTED
    except Exception as error:
        logger.exception("a message of %s could not be taken in: %s", source, alert.link)
        if alert.attempts >= MAX_ATTEMPTS:
            return deciding.refuse(alert, RelayReason.FAILED, repr(error), raw=fetched.body)
        _try_again(alert, backing_off.delay(alert.attempts, first=RETRY))
        return RelayState.LISTED


def _known_at(alert) -> RelayedAlert | None:
    """Return the newest message that was read at the same address, if its host has a name for it."""
    same = RelayedAlert.objects.filter(source=alert.source_id, link=alert.link).exclude(etag="")
    return same.decided().order_by("-pk").first()


def _fail_alert(alert, error: FetchError) -> RelayState | None:
    if error.problem == SourceProblem.TOO_LARGE:
        return deciding.refuse(alert, RelayReason.TOO_LARGE, str(error))
    is_final = error.problem == SourceProblem.REDIRECTED  # it may lead anywhere
    if is_final or alert.attempts >= MAX_ATTEMPTS:
        return deciding.refuse(alert, RelayReason.MISSING, f"{error.problem.label}: {error}")
    wait = backing_off.delay(alert.attempts, first=RETRY, retry_after=error.retry_after)
    _try_again(alert, wait)
    logger.warning("%s: %s %s, again in %s", alert.link, error.problem, error, wait)
    is_about_this_one = 400 <= error.status < 500 and error.problem != SourceProblem.BUSY
    return RelayState.LISTED if is_about_this_one else None


def _try_again(alert, wait, **fields):
    RelayedAlert.objects.filter(pk=alert.pk, state=RelayState.LISTED).update(
        next_attempt_at=timezone.now() + wait, **fields
    )
