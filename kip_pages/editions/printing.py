"""PDF files of the register, made in the background: a long table takes minutes to lay out.

What there is to do stands in ``RegisterPrint``, so that a task that is lost, doubled or late does no
harm.
"""

import datetime
import logging

from django.db import transaction

from opd_sites.models import Agency

from ..choices import EditionFormat, PrintState
from ..clock import clock_from
from ..models import RegisterEdition, RegisterPrint
from .entries import live_entries
from .files import keep_file, live_head, read_frozen
from .pdf import PdfUnavailableError, legal_pdf

logger = logging.getLogger(__name__)

# A print that takes longer was interrupted: somebody else takes it up.
LOST_AFTER = datetime.timedelta(hours=1)
# How long a print of the register as it stood is kept.
KEPT = datetime.timedelta(days=1)


@transaction.atomic
def request_print(*, agency, edition=None, at: datetime.datetime) -> RegisterPrint:
    """Return the print that was asked for: one that is waiting or being made already, or a new one."""
    # Who presses twice asks twice at once: the second finds what the first one made.
    Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    same = RegisterPrint.objects.open().filter(agency=agency, edition=edition).first()
    return same or RegisterPrint.objects.create(agency=agency, edition=edition, requested_at=at)


def make_prints(*, at: datetime.datetime) -> int:
    """Make every PDF that waits, oldest first, and return how many there were."""
    made, now = 0, clock_from(at)
    while (job := _claim(now())) is not None:
        _make(job, now())
        made += 1
    return made


def catch_up(*, at: datetime.datetime) -> None:
    """Ask again for what was interrupted or could not be made, and forget what nobody needs."""
    making = RegisterPrint.objects.filter(state=PrintState.MAKING)
    making.filter(started_at__lt=at - LOST_AFTER).update(state=PrintState.WAITING)
    frozen = RegisterEdition.objects.frozen().select_related("agency")
    for edition in frozen.exclude(files__format=EditionFormat.PDF):
        request_print(agency=edition.agency, edition=edition, at=at)
    RegisterPrint.objects.filter(finished_at__lt=at - KEPT).delete()


def _claim(at):
    """Return a waiting print that nobody else makes from now on, or None."""
    waiting = RegisterPrint.objects.filter(state=PrintState.WAITING).order_by("requested_at", "pk")
    for job in waiting.select_related("agency", "edition__agency"):
        won = RegisterPrint.objects.filter(pk=job.pk, state=PrintState.WAITING)
        if won.update(state=PrintState.MAKING, started_at=at):
            return job
    return None


def _make(job, at):
    try:
        content = legal_pdf(*_what(job, at))
    except PdfUnavailableError:
        logger.warning("no PDF can be made on this machine: see the check kip_pages.W040")
        _finish(job, PrintState.UNAVAILABLE, at)
    except Exception:
        logger.exception("print %s of the register failed", job.pk)
        _finish(job, PrintState.FAILED, at)
    else:
        _keep(job, content, at)


def _what(job, at):
    """Return head and entries: of the frozen edition, else of the register as it is now."""
    if job.edition and job.edition.is_frozen:
        frozen = read_frozen(job.edition)
        return frozen.head, frozen.entries
    head = live_head(job.agency, at=at, edition=job.edition)
    return head, live_entries(job.agency, at=at)


@transaction.atomic
def _keep(job, content, at):
    edition = job.edition
    if edition and edition.is_frozen:
        if not edition.files.filter(format=EditionFormat.PDF).exists():
            keep_file(edition, EditionFormat.PDF, content, at=at)
        content = None
    _finish(job, PrintState.DONE, at, content=content)
    if content and edition and RegisterEdition.objects.frozen().filter(pk=edition.pk).exists():
        # Frozen while its draft was printed: this is not its PDF.
        request_print(agency=job.agency, edition=edition, at=at)


def _finish(job, state, at, content=None):
    RegisterPrint.objects.filter(pk=job.pk).update(state=state, finished_at=at, content=content)
