"""Say “look again at this page”, in the transaction that may have changed it.

Early, doubled or needless words are harmless: the sequencer decides from the truth.
"""

from collections.abc import Iterable
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction
from django.db.models import CharField, Q
from django.db.models.functions import Cast
from django.utils import timezone
from wagtail.models import Page, ReferenceIndex

from ..models import OutboxEntry, Priority
from ..page_cache import changes
from . import sequencer

_bulk = ContextVar("kip_pages_bulk", default=False)


@contextmanager
def bulk_work():
    """Let everything said within count as bulk work, so that it never delays an emergency."""
    token = _bulk.set(True)
    try:
        yield
    finally:
        _bulk.reset(token)


def look_again(page_ids: Iterable[int], priority: int = Priority.NORMAL) -> None:
    """Have the pages looked at again once the current transaction is committed."""
    if _bulk.get() and priority == Priority.NORMAL:
        priority = Priority.BULK
    entries = [OutboxEntry(page_id=pk, priority=priority) for pk in dict.fromkeys(page_ids)]
    if not entries:
        return
    OutboxEntry.objects.bulk_create(entries, batch_size=1000)
    _sequence_on_commit(priority)


def look_again_at(pages, priority: int = Priority.NORMAL) -> None:
    """The same for a page queryset; what is shown of them is not kept any longer, either."""
    found = dict(pages.order_by().values_list("pk", "path"))
    changes.note_pages(found.values())
    look_again(found, priority)


def look_again_below(path: str, priority: int = Priority.NORMAL) -> None:
    """The same for a whole subtree, by the tree path of its top page."""
    look_again_at(Page.objects.filter(path__startswith=path), priority)


def look_again_at_users_of(instance, priority: int = Priority.NORMAL) -> None:
    """The same for the pages that refer to an image, a document or another page."""
    references = ReferenceIndex.get_references_to(instance).filter(
        Q(base_content_type=ReferenceIndex._get_base_content_type(Page))
    )
    _look_again_at_named(references, priority)


def look_again_at_users_below(path: str) -> None:
    """The same for the pages that refer to one of a subtree, or to another language of one.

    A link leads to the language of the page it is on, as soon as that is public. It can wait: what it
    leads to tells by itself what it is.
    """
    below = Page.objects.filter(path__startswith=path).order_by()
    named = Page.objects.filter(translation_key__in=below.values("translation_key")).order_by()
    pages = ReferenceIndex._get_base_content_type(Page)
    references = ReferenceIndex.objects.filter(
        base_content_type=pages,
        to_content_type=pages,
        to_object_id__in=named.annotate(key=Cast("pk", CharField())).values("key"),
    )
    _look_again_at_named(references, Priority.BULK)


def _look_again_at_named(references, priority):
    keys = {int(pk) for pk in references.values_list("object_id", flat=True)}
    if keys:
        look_again_at(Page.objects.filter(pk__in=keys), priority)


def _sequence_on_commit(priority):
    """Number after commit, once per transaction however many pages were named in it."""
    connection = transaction.get_connection()
    callback = _sequence_at_once if priority == Priority.EMERGENCY else _sequence
    for savepoints, known, _robust in connection.run_on_commit:
        # A callback of a savepoint may be rolled back with it; only one as outer as ours serves.
        if known in (callback, _sequence_at_once) and savepoints <= set(connection.savepoint_ids):
            return
    # Robust: a failure here is logged and healed by the worker; it never breaks a publish.
    transaction.on_commit(callback, robust=True)


def _sequence():
    sequencer.number_said()


def _sequence_at_once():
    """Wait for the lock whoever else does: an emergency's number hangs on no other process."""
    _looked_at, is_full = sequencer.number_batch(at=timezone.now(), with_expired=False)
    if is_full:
        sequencer.catch_up(pressing_only=True)
