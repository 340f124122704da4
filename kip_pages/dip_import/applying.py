"""Let an import become entries, batch by batch.

A batch is one transaction: it publishes and says so in the same commit. So an import that is killed at
any moment goes on where it was, and one that is cancelled leaves whole batches.
"""

import datetime
import logging

from django.core.exceptions import ValidationError
from django.db import transaction

from ..feed.outbox import bulk_work
from ..import_choices import ImportState, RowPlan, RowRefusal
from ..models import DipEntryPage, DipImport, DipImportRow
from .content import external
from .planning import NoRegisterError, Planned, plan_chunk, register_of
from .publishing import publish_new
from .storing import row_from_json

logger = logging.getLogger(__name__)

# Rows that one transaction publishes: an emergency never waits for more.
BATCH = 50


class NotReadyError(ValueError):
    """The import cannot be run: it is being read, has run, or nobody has confirmed its columns."""


class MayNotPublishError(ValueError):
    """Whoever runs the import may not publish entries there: no role, or the province approves them."""


def may_publish(job: DipImport, user) -> bool:
    """Say whether ``user`` may publish the entries of an import; without one it is the operator, who may.

    Where the agency has no register any more, nobody may.
    """
    try:
        section = register_of(job.agency)
    except NoRegisterError:
        return False
    return user is None or section.permissions_for_user(user).can_publish_subpage()


def may_go_on(job: DipImport) -> bool:
    """Say whether whoever started an import may still publish its entries.

    Of somebody whose account is gone nothing is published any more.
    """
    is_known = job.is_operators or job.started_by is not None
    return is_known and may_publish(job, job.started_by)


@transaction.atomic
def start(job: DipImport, *, by, at: datetime.datetime) -> None:
    """Let the workers run an import, or the rest of one.

    Raises ``NotReadyError``, and ``MayNotPublishError`` where ``by`` may not publish what is in it.
    """
    if not may_publish(job, by):
        raise MayNotPublishError(f"{by} may not publish entries of {job.agency}")
    ready = (ImportState.READY, ImportState.CANCELLED)
    changed = DipImport.objects.filter(pk=job.pk, state__in=ready).update(
        state=ImportState.RUNNING,
        started_by=by,
        is_operators=by is None,
        started_at=at,
        is_cancelling=False,
    )
    if not changed:
        raise NotReadyError(f"{job} is not ready to run")
    # What changes nothing has come to its end already.
    for plan in (RowPlan.SAME, RowPlan.REFUSED, RowPlan.EXEMPT):
        job.rows.filter(plan=plan).update(outcome=plan)


def cancel(job: DipImport) -> None:
    """Stop an import after the batch that is being written; what is written stays."""
    DipImport.objects.filter(pk=job.pk, state=ImportState.RUNNING).update(is_cancelling=True)


def progress(job: DipImport) -> tuple[int, int]:
    """Return how many of the rows that change something are done, and how many there are."""
    return progress_in(job.rows.tally())


def progress_in(tally: dict[tuple[str, str, str], int]) -> tuple[int, int]:
    """The same where the rows are counted already."""
    of_all = {key: rows for key, rows in tally.items() if key[0] in (RowPlan.NEW, RowPlan.CHANGED)}
    done = sum(rows for (_plan, outcome, _reason), rows in of_all.items() if outcome)
    return done, sum(of_all.values())


def run_batch(pk: int, *, at: datetime.datetime) -> bool:
    """Publish the next rows of an import, and say whether there may be more.

    Whoever holds the import's row works on it; others find nothing to do.
    """
    with bulk_work(), transaction.atomic():
        job = _locked(pk)
        if job is None:
            return False
        # A right that was lost, or a province that wants to see entries now, stops it as a cancel does.
        job.is_cancelling = job.is_cancelling or not may_go_on(job)
        rows = [] if job.is_cancelling else list(job.rows.to_do()[:BATCH])
        if not rows:
            _finish(job, at)
            return False
        job.batches_done += 1
        _apply(job, rows, at)
        job.save(update_fields=["batches_done"])
        return True


def _locked(pk):
    jobs = DipImport.objects.select_for_update(skip_locked=True, of=("self",))
    return (
        jobs.select_related("agency__root_page", "started_by")
        .filter(pk=pk, state=ImportState.RUNNING)
        .first()
    )


def _finish(job, at):
    cancelled = job.is_cancelling and job.rows.to_do().exists()
    job.state = ImportState.CANCELLED if cancelled else ImportState.DONE
    job.finished_at = at
    job.save(update_fields=["state", "finished_at"])


def _apply(job, rows, at):
    """Plan the rows anew, as the register may have changed since somebody looked, and do it."""
    section = register_of(job.agency)
    understood = [row_from_json(row.understood) for row in rows]
    planned = plan_chunk(understood, section=section, agency=job.agency, at=at)
    new = [item for item in planned if item.plan is RowPlan.NEW]
    entries = publish_new(
        [item.content for item in new], section=section, user=job.started_by, at=at
    )
    for item, entry in zip(new, entries, strict=True):
        item.entry = entry
    for item in planned:
        if item.plan is RowPlan.CHANGED:
            _change(item, job.started_by)
    for row, item in zip(rows, planned, strict=True):
        _settle(row, item, job.batches_done)
    DipImportRow.objects.bulk_update(rows, _SETTLED)


_SETTLED = ["outcome", "reason", "reason_about", "changes", "page", "batch"]


def _change(item: Planned, user):
    """Publish what differs, in a savepoint: a page that cannot be published must not end the batch."""
    entry = item.entry
    try:
        with transaction.atomic():
            for name, value in item.content.fields.items():
                setattr(entry, name, value)
            if external(entry) != item.content.documents:
                entry.documents = _with_files_of(entry, item.content.new_documents())
            entry.save_revision(user=user).publish(user=user)
    except ValidationError as error:
        logger.warning("entry %s cannot be changed: %s", entry.pk, error)
        item.plan, item.reason = RowPlan.REFUSED, RowRefusal.INVALID
        item.about = {"message": "; ".join(error.messages)}


def _with_files_of(entry, documents):
    """Put the uploaded files of an entry, which no register knows, behind its addresses."""
    files = [document for document in entry.documents.all() if document.document_id]
    for place, file in enumerate(files, start=len(documents)):
        file.sort_order = place
    return [*documents, *files]


def _settle(row, item, batch):
    row.outcome = item.plan
    row.reason, row.reason_about = item.reason or "", item.about
    row.changes, row.batch = item.changes, batch
    row.page = item.entry if isinstance(item.entry, DipEntryPage) else None
