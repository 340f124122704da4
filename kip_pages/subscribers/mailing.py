"""Find what there is to tell, note whom, and count what became of it.

What there is to tell is found by comparing what was said with what was mailed, so whatever a crash
prevented is found at the next look, and nothing is mailed twice.
"""

import datetime
import logging
import uuid

from django.db import DatabaseError, connection, transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Q
from wagtail.models import Page

from opd_sites.models import Agency

from ..areas import province_code, regency_of
from ..cap import mapping
from ..choices import AlertReach, AlertStatus, MessageType, Severity
from ..models import (
    CapMessage,
    EmergencyAnnouncementPage,
    FeedItem,
    Mailing,
    MailingDelivery,
    MailingPriority,
    MailingState,
)
from .matching import Audience, concerned
from .writing import alert_texts, news_texts

logger = logging.getLogger(__name__)

# News that is older is history: imported, or told while nothing could be sent.
NEWS_FRESH = datetime.timedelta(days=1)
NEWS_UNTIL = datetime.timedelta(days=2)


def prepare(*, at: datetime.datetime) -> list[Mailing]:
    """Make a mailing of everything that is to be told and was not yet, and return them.

    Waiting e-mails of what holds no longer are dropped.
    """
    made = [_try(_mail_alert, message, at) for message in untold_alerts(at=at)]
    made += [_try(_mail_news, key, at) for key in untold_news(at=at)]
    _drop_what_is_over(at)
    return [mailing for mailing in made if mailing]


def _try(mail, what, at):
    """Make a mailing; one that cannot be written keeps no other waiting, and is tried again."""
    try:
        return mail(what, at)
    except DatabaseError:
        raise
    except Exception:
        logger.exception("subscribers cannot be told of %s", what)
        return None


def untold_alerts(*, at: datetime.datetime):
    """Return the messages in earnest that hold at ``at`` and were not mailed, oldest first."""
    said = CapMessage.objects.unexpired(at=at).filter(status=AlertStatus.ACTUAL)
    untold = said.exclude(uid__in=Mailing.objects.values("about"))
    return untold.select_related("agency").order_by("sent", "pk")


def untold_news(*, at: datetime.datetime):
    """Return the translation keys of the news of the last day that was not mailed."""
    fresh = FeedItem.objects.showable(at=at).news().filter(published_at__gt=at - NEWS_FRESH)
    pages = Page.objects.filter(pk__in=fresh.order_by().values("page_id"))
    untold = pages.exclude(translation_key__in=Mailing.objects.values("about"))
    # Only a translation is new of what was published long ago.
    same = Page.objects.filter(translation_key=OuterRef("translation_key"))
    untold = untold.exclude(Exists(same.filter(first_published_at__lte=at - NEWS_FRESH)))
    return list(untold.order_by().values_list("translation_key", flat=True).distinct())


def _mail_alert(message, at):
    alert = message.alert
    referred = [uuid.UUID(one.identifier.removeprefix("urn:uuid:")) for one in alert.references]
    earlier = Mailing.objects.filter(about__in=referred)
    # Whoever was told of the danger must hear what became of it, wherever it is now.
    told = [Audience.from_json(one) for audiences in earlier for one in audiences.audiences]
    audiences = list(dict.fromkeys([_audience_of(message), *told]))
    with transaction.atomic():
        mailing = _make(
            message.uid,
            audiences,
            at,
            agency=message.agency,
            priority=_priority(message),
            subject=message.headline,
            texts=alert_texts(message),
            until=message.expires,
        )
        if mailing:
            # It says everything that holds now: what it replaces would come too late.
            _drop(MailingDelivery.objects.filter(mailing__in=list(earlier)))
    return mailing


def _audience_of(message) -> Audience:
    """Read whom a message concerns from what it says, and from its page how far it reaches."""
    infos = message.alert.infos
    codes = {code for info in infos for area in info.areas for _scheme, code in area.geocodes}
    kinds = {
        value for info in infos for name, value in info.parameters if name == mapping.KIND_PARAMETER
    }
    everywhere = not codes or province_code() in codes
    return Audience(
        kinds=tuple(sorted(kinds)),
        regencies=() if everywhere else tuple(sorted({regency_of(code) for code in codes})),
        agencies=_sites_of(message),
    )


def _sites_of(message) -> tuple[int, ...]:
    """Return on whose sites it is shown; none where it is on all of them."""
    pages = EmergencyAnnouncementPage.objects.filter(translation_key=message.announcement)
    page = pages.order_by("locale_id").leading().first() or pages.first()
    if page is None:  # withdrawn: whom it reached stands in the mailings before it
        return (message.agency_id,)
    is_portals = not Agency.objects.holding(page).exists()
    if is_portals or page.reach == AlertReach.PROVINCE:
        return ()
    chosen = page.target_agencies.all() if page.reach == AlertReach.CHOSEN_AGENCIES else ()
    return tuple(sorted({message.agency_id, *(agency.pk for agency in chosen)}))


def _priority(message):
    gravest = mapping.SEVERITY[Severity.EXTREME]
    is_over = message.message_type == MessageType.CANCEL
    is_grave = any(info.severity == gravest for info in message.alert.infos)
    return MailingPriority.DANGER_TO_LIFE if is_grave and not is_over else MailingPriority.ALERT


def _mail_news(key, at):
    pages = Page.objects.filter(translation_key=key).order_by("locale_id")
    items = FeedItem.objects.showable(at=at).filter(page_id__in=pages.values("pk"))
    items = list(items.select_related("agency").order_by("published_at", "pk"))
    if not items:  # gone since it was found
        return None
    with transaction.atomic():
        return _make(
            key,
            [Audience(agencies=(items[0].agency_id,), is_news=True)],
            at,
            agency=items[0].agency,
            priority=MailingPriority.NEWS,
            subject=items[0].title,
            texts=news_texts(items),
            until=at + NEWS_UNTIL,
        )


def _make(about, audiences, at, **fields) -> Mailing | None:
    """Store a mailing with a delivery for each it concerns; None where another worker did."""
    audiences_json = [audience.as_json() for audience in audiences]
    fields |= {"audiences": audiences_json, "created_at": at}
    mailing, is_new = Mailing.objects.get_or_create(about=about, defaults=fields)
    if not is_new:
        return None
    mailing.addressed = _address(mailing, audiences, at)
    mailing.save(update_fields=["addressed"])
    logger.info("mailing %s concerns %s subscribers", mailing.pk, mailing.addressed)
    return mailing


def _address(mailing, audiences, at) -> int:
    """Write all deliveries in one statement: ten thousand take less than a second."""
    # Locked: who leaves in this moment waits, and takes the new e-mail along, or is not found.
    keys = concerned(audiences).order_by("pk").values_list("pk")
    keys = keys.select_for_update(no_key=True, of=("self",))
    chosen, parameters = keys.query.sql_with_params()
    table = connection.ops.quote_name(MailingDelivery._meta.db_table)
    due_at = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table}"  # noqa: S608 - a name of ours, and a query that Django wrote
            " (mailing_id, priority, state, due_at, attempts, subscriber_id)"
            f" SELECT %s, %s, %s, %s, 0, chosen.* FROM ({chosen}) chosen",
            [mailing.pk, mailing.priority, MailingState.WAITING, due_at, *parameters],
        )
        return cursor.rowcount


def _drop_what_is_over(at):
    unfinished = Mailing.objects.unfinished()
    is_news = Q(priority=MailingPriority.NEWS)
    gone = [mailing.pk for mailing in unfinished.filter(is_news) if not _is_public(mailing, at)]
    over = list(unfinished.filter(until__lte=at).values_list("pk", flat=True))
    if over or gone:
        _drop(MailingDelivery.objects.filter(mailing__in={*over, *gone}))


def _is_public(news, at):
    pages = Page.objects.filter(translation_key=news.about).order_by()
    return FeedItem.objects.showable(at=at).filter(page_id__in=pages.values("pk")).exists()


def _drop(deliveries):
    deliveries.waiting().update(state=MailingState.DROPPED)


def finish(*, at: datetime.datetime) -> None:
    """Close the mailings of which nothing waits: of their e-mails only numbers remain."""
    for pk in _all_done().values_list("pk", flat=True):
        with transaction.atomic():
            locked = Mailing.objects.unfinished().select_for_update(skip_locked=True)
            mailing = locked.filter(pk=pk).first()
            if mailing is None:
                continue
            count_off(mailing.deliveries.all())
            Mailing.objects.filter(pk=pk).update(finished_at=at)


def _all_done():
    waiting = MailingDelivery.objects.waiting().order_by().values("mailing")
    return Mailing.objects.unfinished().exclude(pk__in=waiting)


def count_off(deliveries) -> None:
    """Delete deliveries; their mailings keep the numbers. Their mailings must be locked."""
    numbers = (
        deliveries.order_by()
        .values("mailing")
        .annotate(
            sent=Count("pk", filter=Q(state=MailingState.SENT)),
            failed=Count("pk", filter=Q(state=MailingState.FAILED)),
            last_sent_at=Max("sent_at"),
        )
    )
    for row in numbers:
        mailing = Mailing.objects.get(pk=row["mailing"])
        sent_at = [moment for moment in (mailing.last_sent_at, row["last_sent_at"]) if moment]
        Mailing.objects.filter(pk=mailing.pk).update(
            sent=F("sent") + row["sent"],
            failed=F("failed") + row["failed"],
            last_sent_at=max(sent_at, default=None),
        )
    deliveries.delete()


def is_pending(*, at: datetime.datetime) -> bool:
    """Say whether there is anything to tell, to send or to close."""
    return (
        MailingDelivery.objects.due(at=at).exists()
        or untold_alerts(at=at).exists()
        or bool(untold_news(at=at))
        or _all_done().exists()
    )


def forget_texts(*, before: datetime.datetime) -> None:
    """Delete what finished mailings begun before ``before`` said; their numbers stay."""
    old = Mailing.objects.filter(created_at__lt=before).exclude(finished_at=None)
    old.exclude(texts={}).update(texts={}, audiences=[])
