"""Publish an emergency announcement at once, after somebody has looked at the public text.

No workflow holds it (UU 14/2008 Ps. 10, PERKI 1/2021 Ps. 25). Whoever answers for it is told
afterwards, and the audit log says who published it, when and why.
"""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from wagtail.log_actions import log
from wagtail.models import Revision

from opd_sites import notices
from opd_sites.choices import NoticeKind

from ..models import EmergencyAnnouncementPage
from ..models.authority import authority_at
from . import authority, sayable

PUBLISHED_AT_ONCE = "kip_pages.publish_at_once"
PLANNED = "kip_pages.publish_as_planned"
ASKED_TO_PUBLISH = "kip_pages.ask_to_publish"


def confirm_address(page) -> str:
    """Return where the text of ``page`` is shown and published."""
    return reverse("kip_desk:publish_at_once", args=[page.pk])


class TextChangedError(ValueError):
    """The text is not the one that was looked at: somebody, or another window, has saved since.

    Show the text as it is now and ask again; nothing was published.
    """


def newest_text(page: EmergencyAnnouncementPage) -> tuple[EmergencyAnnouncementPage, str]:
    """Return the announcement as it would be published now, and the version by which to confirm it."""
    revision = page.get_latest_revision() or page.save_revision()
    return revision.as_object(), version_of(revision)


def version_of(revision: Revision) -> str:
    """Name what was looked at; a draft that is saved by itself keeps its key, but not its time."""
    return f"{revision.pk}@{revision.created_at.isoformat()}"


def check(announcement: EmergencyAnnouncementPage, *, at: datetime.datetime) -> None:
    """Raise ``ValidationError``, by field, for what keeps ``announcement`` from being published.

    ``UnsayableError``, if all is there and allowed, and only CAP cannot say it.
    """
    announcement.full_clean()
    authority.require(announcement, authority_at(announcement))
    sayable.require(announcement, at=public_at(announcement, at=at))


def public_at(
    announcement: EmergencyAnnouncementPage, *, at: datetime.datetime
) -> datetime.datetime:
    """Return when ``announcement`` is public if it is published at ``at``."""
    return max(at, announcement.go_live_at or at)


def lacking(error: ValidationError) -> str:
    """Return the names of the fields that an announcement still needs, as its forms call them."""
    fields = EmergencyAnnouncementPage._meta
    return "; ".join(str(fields.get_field(name).verbose_name) for name in error.message_dict)


@transaction.atomic
def publish_at_once(
    page: EmergencyAnnouncementPage, *, version: str, reason: str, user, at: datetime.datetime
) -> EmergencyAnnouncementPage:
    """Publish the newest text of ``page`` if it is ``version``, tell who answers for it, return it.

    Raises ``TextChangedError``; ``ValidationError`` for what ``check`` finds; and
    ``PermissionDenied`` if ``user`` may not publish there. Where the page is to go live later, that
    is what is confirmed and told, and it goes live then: ``approved_schedule`` of what is returned.
    """
    newest = Revision.objects.for_instance(page).order_by("-created_at", "-pk").values("pk")[:1]
    revision = Revision.objects.select_for_update().get(pk=newest)
    if version_of(revision) != version:
        raise TextChangedError
    announcement = revision.as_object()
    check(announcement, at=at)
    revision.publish(user=user)
    published = EmergencyAnnouncementPage.objects.get(pk=page.pk)
    is_planned = published.approved_schedule
    log(
        instance=announcement,
        action=PLANNED if is_planned else PUBLISHED_AT_ONCE,
        user=user,
        revision=revision,
        data={"reason": reason},
    )
    notices.settle_requests(page, at=at)
    people = notices.publishers_for(page)
    kind = NoticeKind.PLANNED if is_planned else NoticeKind.PUBLISHED
    notices.tell(people, kind, page, at=at, actor=user, reason=reason)
    return published


@transaction.atomic
def ask_publishers(page: EmergencyAnnouncementPage, *, user, at: datetime.datetime) -> QuerySet:
    """Ask whoever may publish ``page`` to look at it now, and return them; asking again reminds them."""
    people = notices.publishers_for(page)
    notices.settle_requests(page, at=at)
    address = confirm_address(page)
    notices.tell(people, NoticeKind.ASKED, page, at=at, actor=user, address=address)
    log(instance=page, action=ASKED_TO_PUBLISH, user=user, revision=page.latest_revision)
    return people
