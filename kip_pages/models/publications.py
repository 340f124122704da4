"""When a page became public or was renewed: what citizens may know of its history, and nobody's name."""

import dataclasses
import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, PageLogEntry

# Days that are told: the latest ones, and always the first.
TOLD = 20

_PUBLISH = ("wagtail.publish", "wagtail.publish.scheduled")
_UNPUBLISH = ("wagtail.unpublish", "wagtail.unpublish.scheduled")
_RESTRICT = "wagtail.view_restriction.create"
_OPEN = "wagtail.view_restriction.delete"


class PublicationKind(models.TextChoices):
    PUBLISHED = "published", _("Published")
    RENEWED = "renewed", _("Renewed")


@dataclasses.dataclass(frozen=True)
class Publication:
    """That a page became public on ``day``, or that what is public was replaced."""

    kind: PublicationKind
    day: datetime.date


def publications_of(page: Page) -> list[Publication]:
    """Return what happened in public, newest first, one a day; one query.

    Nothing is told of a time at which the page itself was private or withdrawn.
    """
    log = PageLogEntry.objects.filter(
        page=page.pk, action__in=[*_PUBLISH, *_UNPUBLISH, _RESTRICT, _OPEN]
    )
    log = list(log.order_by("timestamp", "pk").values_list("action", "timestamp"))
    told, is_live, is_private = [], False, False
    if _begins_before(page, log):
        told, is_live = [(PublicationKind.PUBLISHED, page.first_published_at)], True
    for action, moment in log:
        was_public = is_live and not is_private
        if action in (_RESTRICT, _OPEN):
            is_private = action == _RESTRICT
        else:
            is_live = action in _PUBLISH
        if is_live and not is_private and (action in _PUBLISH or not was_public):
            kind = PublicationKind.RENEWED if was_public else PublicationKind.PUBLISHED
            told.append((kind, moment))
    by_day = {}
    for kind, moment in told:
        by_day.setdefault(timezone.localdate(moment), kind)
    days = [Publication(kind, day) for day, kind in sorted(by_day.items(), reverse=True)]
    return days[:TOLD] + days[TOLD:][-1:]


def _begins_before(page, log):
    """Say whether it was published before anything was written down, as by a script."""
    if page.first_published_at is None:
        return False
    published = (moment for action, moment in log if action in _PUBLISH)
    first = next(published, None)
    return first is None or timezone.localdate(page.first_published_at) < timezone.localdate(first)
