"""What becomes of a message: one decision, made once, in one transaction."""

import dataclasses
import datetime
import logging

from django.conf import settings
from django.db import transaction
from django.utils import translation

from opd_sites import tree_lock

from ..alerts import acting
from ..cap import CapAlert, CapUnreadable, read, signature
from ..choices import RelayAction, RelayReason, RelayState
from ..hazards import PRESETS
from ..models import AlertSource, EmergencyAnnouncementPage, EmergencyIndexPage, RelayedAlert
from . import drafting
from .reading import Said, plain, understand

logger = logging.getLogger(__name__)

# Of what was refused so much is kept as is needed to see why.
MAX_REFUSED = 64 * 1024


@dataclasses.dataclass
class _Verdict:
    """What is noted of a message."""

    state: RelayState
    reason: str = ""
    detail: str = ""
    page: EmergencyAnnouncementPage | None = None
    expires: datetime.datetime | None = None
    # Whether it is said in earnest, so that what it refers to is replaced.
    counts: bool = False


def _aside(reason, detail=""):
    return _Verdict(RelayState.IGNORED, reason, detail)


class _LacksError(Exception):
    """The rule would publish, and something is missing; the draft that showed it is taken back."""


def take_in(alert: RelayedAlert, xml: bytes, *, at: datetime.datetime) -> RelayState | None:
    """Decide what becomes of a message that was listed as ``alert``, and return its state.

    None: somebody else has decided meanwhile. Whoever dies before the end has decided nothing, and the
    message is read again; what was decided is decided once, however many read it at once.
    """
    source = alert.source
    try:
        message = read(xml)
    except CapUnreadable as error:
        return refuse(alert, RelayReason.UNREADABLE, str(error), raw=xml)
    if max(len(message.sender), len(message.identifier)) > 255:
        return refuse(alert, RelayReason.UNREADABLE, "identifier", raw=xml)
    if source.certificate and not _is_signed(xml, source):
        return refuse(alert, RelayReason.UNSIGNED, message=message, raw=xml)
    said = understand(message, language=source.language)
    with tree_lock.sharing(), translation.override(settings.LANGUAGE_CODE):
        return _decide(alert, said, xml, at)


def refuse(
    alert: RelayedAlert,
    reason: RelayReason,
    detail: str = "",
    *,
    message: CapAlert | None = None,
    raw: bytes = b"",
) -> RelayState | None:
    """Note that a message will not be passed on, why, and the beginning of what came."""
    logger.warning("a message of %s was refused: %s %s", alert.source, reason, detail)
    verdict = _Verdict(RelayState.REFUSED, reason, detail)
    return _note(alert, verdict, message=message, raw=raw[:MAX_REFUSED])


def set_aside(alert: RelayedAlert, reason: RelayReason) -> RelayState | None:
    """Note that a message is left aside of which nothing had to be read."""
    return _note(alert, _aside(reason))


def _is_signed(xml, source) -> bool:
    return signature.is_available() and signature.verify(xml, [source.certificate.encode()])


@transaction.atomic
def _note(alert, verdict, *, message=None, raw=b"") -> RelayState | None:
    """Write the verdict, unless there is one by now."""
    row = _open(alert)
    if row is None:
        return None
    if message:
        row.identifier, row.sender, row.sent = message.identifier, message.sender, message.sent
        # Lists are terse: the message itself says best what it is.
        headlines = (plain(info.headline)[:255] for info in message.infos)
        row.title = next(filter(None, headlines), row.title)
        if verdict.counts:
            named = "\n".join(f"{one.sender},{one.identifier}" for one in message.references)
            row.replaces = f"\n{named}\n" if named else ""
    row.state, row.reason, row.page = verdict.state, verdict.reason, verdict.page
    row.detail = verdict.detail.replace("\0", "")[:500]
    row.expires, row.raw, row.etag = verdict.expires, raw or None, alert.etag
    row.save()
    return row.state


def _open(alert) -> RelayedAlert | None:
    rows = RelayedAlert.objects.select_for_update()
    return rows.filter(pk=alert.pk, state=RelayState.LISTED).first()


def _decide(alert, said, xml, at):
    # Lists of one body bring the same message: whoever decides on one keeps the others waiting.
    voice = AlertSource.objects.same_voice(alert.source).order_by("pk")
    list(voice.select_for_update().values_list("pk"))
    if _open(alert) is None:
        return None
    verdict = _verdict(alert, said, at)
    if verdict.expires is None and said.info:
        verdict.expires = said.info.expires
    return _note(alert, verdict, message=said.alert, raw=xml if verdict.page else b"")


def _verdict(alert: RelayedAlert, said: Said, at) -> _Verdict:
    message = said.alert
    known = RelayedAlert.objects.said_by(alert.source).decided()
    name = (message.sender, message.identifier)
    if known.named(*name).exists():
        return _aside(RelayReason.DUPLICATE)
    if message.status in ("Test", "Exercise"):
        return _aside(RelayReason.DRILL)
    if message.status != "Actual" or message.msg_type not in ("Alert", "Update", "Cancel"):
        return _aside(RelayReason.NO_ALERT)
    if message.scope != "Public":
        return _aside(RelayReason.NOT_PUBLIC)
    if known.replacing(*name).exists():
        verdict = _aside(RelayReason.OVERTAKEN)
    else:
        verdict = _verdict_in_earnest(alert, said, known, at)
    verdict.counts = True
    return verdict


def _verdict_in_earnest(alert, said, known, at) -> _Verdict:
    before = _before(said.alert, known, at)
    if said.alert.msg_type == "Cancel" or (before.pages and said.areas is None):
        return _end(alert, said, before, at)
    if said.areas is None:
        _overtake(before.waiting)
        return _aside(RelayReason.ELSEWHERE)
    if said.has_expired(at=at):
        return _aside(RelayReason.EXPIRED)
    return _pass_on(alert, said, before, at)


@dataclasses.dataclass(frozen=True)
class _Before:
    """What a message replaces or ends: what we have announced of it, and what only waits."""

    pages: list[EmergencyAnnouncementPage]
    waiting: list[RelayedAlert]


def _before(message, known, at) -> _Before:
    pages, waiting = {}, []
    for named in message.references if message.msg_type != "Alert" else ():
        earlier = known.named(named.sender, named.identifier).select_related("page")
        for alert in earlier.exclude(page=None):
            if alert.page.live:
                newest = drafting.newest_of(alert.page)
                if newest.is_in_force(at=at):
                    pages[newest.pk] = newest
            elif alert.state == RelayState.OFFERED and not alert.page.first_published_at:
                waiting.append(alert)
    return _Before(list(pages.values()), waiting)


def _pass_on(alert, said, before, at) -> _Verdict:
    source, section = alert.source, drafting.section_of(alert.source)
    # Only its own agency's can an announcement replace.
    followed = next((page for page in before.pages if page.is_descendant_of(section)), None)

    def fields(*, by_rule):
        told = {"link": alert.link, "before": followed, "by_rule": by_rule, "at": at}
        return drafting.fields_for(source, said, **told)

    verdict = _make(source, section, fields, is_by_rule=_is_covered(source, said), at=at)
    for page in before.pages:
        if page != followed:
            _end_one(alert, said, page, at)
    _overtake(before.waiting)
    return verdict


def _is_covered(source, said) -> bool:
    info = said.info
    words = (info.severity.lower(), info.urgency.lower(), info.certainty.lower())
    return source.covers(said.hazard, *words)


def _end(alert, said, before, at) -> _Verdict:
    """End what we have announced of it; what only waits needs no end, and waits no more."""
    _overtake(before.waiting)
    verdicts = [_end_one(alert, said, page, at) for page in before.pages]
    return next(iter(verdicts), None) or _aside(RelayReason.NOTHING_TO_END)


def _end_one(alert, said, page, at) -> _Verdict:
    section = EmergencyIndexPage.objects.parent_of(page).get()

    def fields(*, by_rule):
        return drafting.all_clear_fields(page, said, at=at)

    is_by_rule = alert.source.action == RelayAction.PUBLISH
    verdict = _make(alert.source, section, fields, is_by_rule=is_by_rule, at=at)
    # Nobody needs an all clear for what has run out by itself.
    verdict.expires = page.holds_until
    return verdict


def _make(source, section, fields, *, is_by_rule, at) -> _Verdict:
    """Publish by rule what may be, and offer everything else, saying what the rule missed."""
    lacks = ""
    if is_by_rule:
        try:
            with transaction.atomic():
                page = _draft(section, fields(by_rule=True))
                if lacks := drafting.publish_by_rule(page, source=source, at=at):
                    raise _LacksError
            return _Verdict(RelayState.PUBLISHED, page=page)
        except _LacksError:
            pass
    said = fields(by_rule=False)
    page = _draft(section, said)
    drafting.ask_officers(page, source=source, lacks=lacks, at=at)
    ends = said.get("expires") or at + PRESETS[said["hazard"]].lasts
    return _Verdict(RelayState.OFFERED, detail=lacks, page=page, expires=ends)


def _draft(section, fields):
    """A message may leave out what the law wants said; whoever publishes it is told so."""
    return acting.draft(section, user=None, is_complete=False, **fields)


def _overtake(waiting: list[RelayedAlert]) -> None:
    """Nobody has to decide on these any more; ``upkeep`` takes their drafts away."""
    keys = [alert.pk for alert in waiting]
    RelayedAlert.objects.filter(pk__in=keys).update(
        state=RelayState.IGNORED, reason=RelayReason.OVERTAKEN
    )
