"""Say in CAP what announcements say, once each, and say so when they say no more.

What there is to say is found by comparing what is public with what was said last, so a message that a
crash prevented is made at the next look, and one that was made is never made again.
"""

import collections
import dataclasses
import datetime
import hashlib
import logging
import uuid

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.models import Page

from opd_sites.models import Agency

from ..boundaries import province_bounds
from ..cap import CapAlert, Problem, check, mapping, signature, write
from ..choices import MessageType
from ..conf import get_setting
from ..formats.text import xml_text
from ..hazards import PRESETS
from ..models import CapMessage, EmergencyAnnouncementPage, FeedState
from ..models.base import showable
from ..page_cache import changes, scopes
from . import receipts, wording

logger = logging.getLogger(__name__)


class NotSayableError(ValueError):
    """An announcement that CAP's readers would misread; ``problems`` say why.

    Correct the announcement and publish it again.
    """

    def __init__(self, problems: list[Problem]):
        super().__init__("; ".join(f"{problem.code} {problem.where}" for problem in problems))
        self.problems = problems


# A message that holds no longer than this is not worth its name: it has run out when it is read.
SOON_OVER = datetime.timedelta(seconds=2)
_SECOND = datetime.timedelta(seconds=1)


@transaction.atomic
def settle(*, at: datetime.datetime) -> list[CapMessage]:
    """Write the messages that are due at ``at``, and return them.

    One at a time, whoever is at it, as the feed's numbers are given. An announcement that cannot be
    said is logged and keeps no other waiting; ``unsaid`` finds it until it is corrected.
    """
    FeedState.lock()
    public = announced(at=at)
    standing = CapMessage.objects.unexpired(at=at).order_by().values_list("announcement", flat=True)
    gone = sorted(set(standing) - public.keys())
    made = [message for key in gone if (message := _withdraw(key, at))]
    for saying in due(public, at=at):  # what was withdrawn may leave others in force again
        try:
            with transaction.atomic():
                made.append(_write(saying, at))
        except NotSayableError:
            logger.exception("announcement %s cannot be said in CAP", saying.page.pk)
    return made


def announced(*, at: datetime.datetime) -> dict[uuid.UUID, list[EmergencyAnnouncementPage]]:
    """Return the public pages of each announcement that has not run out, the leading language first."""
    public = showable(EmergencyAnnouncementPage.objects.filter(alias_of=None), at=at)
    current = public.filter(Q(expires=None) | Q(expires__gt=at))
    pages = collections.defaultdict(list)
    for page in current.select_related("locale", "predecessor").order_by("locale_id", "pk"):
        pages[page.translation_key].append(page)
    for same in pages.values():
        same.sort(key=lambda page: not page.is_leading)
    return dict(pages)


@dataclasses.dataclass(frozen=True)
class Saying:
    """What is to be said of an announcement, and after which messages."""

    page: EmergencyAnnouncementPage
    agency: Agency
    draft: CapAlert
    earlier: tuple[CapMessage, ...]
    # When the newest message was sent of it, of what it follows and of what follows it.
    after: datetime.datetime | None
    # Whether what was said last is that it is over, although it is not.
    begins_anew: bool


def due(public, *, at: datetime.datetime) -> list[Saying]:
    """Return what of ``announced`` was not said yet, or not like this."""
    in_force = EmergencyAnnouncementPage.objects.in_force(at=at)
    holding = set(in_force.order_by().values_list("translation_key", flat=True))
    found = (_saying(key, pages, key in holding, at) for key, pages in public.items())
    return [saying for saying in found if saying]


def unsaid(*, at: datetime.datetime) -> list[EmergencyAnnouncementPage]:
    """Return what CAP ought to have said a minute ago: the gate refused it, or nobody came to it."""
    waiting = (saying.page for saying in due(announced(at=at), at=at))
    before = at - datetime.timedelta(minutes=1)
    return [page for page in waiting if (page.last_published_at or page.effective) < before]


def problems_of(page: EmergencyAnnouncementPage, *, at: datetime.datetime) -> list[Problem]:
    """Return what the gate would refuse if ``page`` became public at ``at`` as it is, saved or not."""
    key = page.translation_key
    others = [one for one in announced(at=at).get(key, ()) if one.pk != page.pk]
    pages = sorted([page, *others], key=lambda one: not one.is_leading)
    saying = _saying(key, pages, True, at)
    try:
        if saying:
            in_cap(saying, at=at)
    except NotSayableError as error:
        return error.problems
    return []


def _saying(key, pages, is_in_force, at) -> Saying | None:
    page = pages[0]
    agency = agency_of(page)
    if agency is None or page.holds_until <= at + SOON_OVER:
        return None
    earlier = tuple(CapMessage.objects.about(key, follows=_followed(page)))
    own = [one for one in earlier if one.announcement == key]
    newest = CapMessage.objects.after(key).last()
    is_cancelled = newest is not None and newest.message_type == MessageType.CANCEL
    begins_anew = is_cancelled and (is_in_force or newest.is_withdrawal)
    if page.message_type == MessageType.CANCEL and not earlier:
        return None  # it ends what was never said
    draft = _draft(pages, agency, at)
    if own and own[-1].said == hash_of(draft) and not begins_anew:
        return None
    after = max((one.sent for one in (*earlier, newest) if one), default=None)
    return Saying(page, agency, draft, earlier, after, begins_anew)


def _followed(page) -> uuid.UUID | None:
    """Return which announcement ``page`` follows; only its own agency's can it replace."""
    before = page.predecessor
    top = page.path[: 2 * Page.steplen]
    return before.translation_key if before and before.path.startswith(top) else None


def _draft(pages, agency, at) -> CapAlert:
    leader = pages[0]
    return CapAlert(
        identifier="draft",
        sender=_sender(leader, agency),
        sent=_whole(at),
        status=mapping.STATUS[leader.status],
        msg_type=mapping.MESSAGE_TYPE[leader.message_type],
        source=xml_text(leader.original_issuer),
        infos=wording.infos_of(pages, agency, sent=at),
    )


def hash_of(draft: CapAlert) -> str:
    """Hash what a message says; when it does, and after which ones, is no part of that."""
    # `effective` is only written while it lies ahead, and that passes by itself.
    infos = tuple(dataclasses.replace(info, effective=None) for info in draft.infos)
    plain = (draft.status, draft.msg_type, draft.source, draft.sender, infos)
    return hashlib.sha256(repr(plain).encode()).hexdigest()


def agency_of(page) -> Agency | None:
    """Return whose an announcement is; the portal's are the lead agency's. None: of no active one."""
    top = page.path[: 2 * Page.steplen]
    agency = Agency.objects.filter(root_page__path=top).select_related("site").first()
    if agency is None:
        agency = Agency.objects.filter(is_lead=True).select_related("site").first()
    return agency if agency and agency.is_active else None


def _sender(page, agency) -> str:
    """Return who says it, with the host on which it does: nobody else in the world has that name."""
    site = page.get_site()
    return f"{agency.code}@{site.hostname}"


def in_cap(saying: Saying, *, at: datetime.datetime) -> CapAlert:
    """Return the message: what is said, with a name, a time and its place after the earlier ones.

    Raises ``NotSayableError``.
    """
    earlier = saying.earlier
    sent = _sent(at, saying.after)
    standing = [one for one in earlier if one.expires > sent]
    is_all_clear = saying.page.message_type == MessageType.CANCEL
    named = [] if saying.begins_anew else standing or list(earlier[-1:] if is_all_clear else ())
    kind = MessageType.UPDATE if named else MessageType.ALERT
    kind = MessageType.CANCEL if is_all_clear else kind
    alert = dataclasses.replace(
        saying.draft,
        identifier=f"urn:uuid:{uuid.uuid4()}",
        sent=sent,
        msg_type=mapping.MESSAGE_TYPE[kind],
        references=tuple(one.alert.reference for one in named),
    )
    return _passed(alert, earlier, PRESETS[saying.page.hazard].at_most)


def _passed(alert, earlier, at_most=None) -> CapAlert:
    problems = check(
        alert,
        earlier=[one.alert for one in earlier],
        province_bounds=province_bounds(),
        max_duration=at_most,
    )
    if problems:
        raise NotSayableError(problems)
    return alert


def _write(saying, at) -> CapMessage:
    alert = in_cap(saying, at=at)
    page = saying.page
    return _store(
        alert,
        announcement=page.translation_key,
        follows=_followed(page),
        agency=saying.agency,
        status=page.status,
        said=hash_of(saying.draft),
        page=page,
        at=at,
    )


def _withdraw(key, at) -> CapMessage | None:
    """Say that an announcement is over whose pages are not public any more."""
    earlier = list(CapMessage.objects.about(key))
    last = [one for one in earlier if one.announcement == key][-1]
    if last.message_type == MessageType.CANCEL:
        return None
    alert = dataclasses.replace(
        last.alert,
        identifier=f"urn:uuid:{uuid.uuid4()}",
        sent=_sent(at, earlier[-1].sent),
        msg_type=mapping.MESSAGE_TYPE[MessageType.CANCEL],
        infos=wording.withdrawn(last.alert.infos, agency_name=last.agency.name),
    )
    standing = [one for one in earlier if one.expires > alert.sent]
    alert = dataclasses.replace(
        alert, references=tuple(one.alert.reference for one in standing or [last])
    )
    return _store(
        _passed(alert, earlier),
        announcement=key,
        follows=last.follows,
        agency=last.agency,
        status=last.status,
        said="",
        is_withdrawal=True,
        page=None,
        at=at,
    )


def _store(alert: CapAlert, *, page, at, **fields) -> CapMessage:
    xml = _signed(write(alert))
    kinds = {word: kind for kind, word in mapping.MESSAGE_TYPE.items()}
    message = CapMessage(
        uid=uuid.UUID(alert.identifier.removeprefix("urn:uuid:")),
        sender=alert.sender,
        sent=alert.sent,
        message_type=kinds[alert.msg_type],
        expires=max(info.expires for info in alert.infos),
        headline=alert.infos[0].headline,
        xml=xml,
        sha256=hashlib.sha256(xml).hexdigest(),
        **fields,
    )
    message.save()
    changes.note(scopes.ALERTS)
    receipts.open_receipt(message, page, at=at)
    return message


def _signed(xml: bytes) -> bytes:
    """Sign where the province has a key (``CAP_KEY_FILE`` and ``CAP_CERTIFICATE_FILE``)."""
    key, certificate = get_setting("CAP_KEY_FILE"), get_setting("CAP_CERTIFICATE_FILE")
    if not (key and certificate):
        return xml
    with open(key, "rb") as key_file, open(certificate, "rb") as certificate_file:
        return signature.sign(xml, key_file.read(), certificate_file.read())


def _sent(at, after):
    """Messages are told apart, and put in order, by whole seconds."""
    return max(_whole(at), _whole(after) + _SECOND) if after else _whole(at)


def _whole(moment):
    return timezone.localtime(moment).replace(microsecond=0)
