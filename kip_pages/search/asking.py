"""One question of a citizen and its answer: a page of what was found, and what was meant."""

import datetime
from dataclasses import dataclass, replace

from django.core.paginator import Page as PageOfItems
from django.core.paginator import Paginator
from django.db.models import F
from django.utils import timezone
from django.utils.safestring import SafeString
from wagtail.models import Page

from opd_sites.models import Agency

from ..choices import AlertStatus, FeedKind
from ..partial_dates import PartialDate
from .bounds import bounded
from .highlighting import passage_of, title_of, with_passages
from .matching import MOST, is_found, matching
from .scope import MODELS, REGISTER_SPAN, Scope
from .spelling import meant_by
from .words import Words

SHOWN = 20
# With so few results or less, something else may have been meant.
FEW = 2

_OWN_DATES = {
    FeedKind.NEWS: "newspage__date",
    FeedKind.ACTIVITY: "activitypage__starts_on",
    FeedKind.INFORMATION: "informationpage__stated_on",
    FeedKind.EMERGENCY: "emergencyannouncementpage__effective",
}


@dataclass(frozen=True)
class Result:
    page: Page
    kind: FeedKind
    agency: Agency | None
    title: SafeString
    passage: SafeString
    date: datetime.date | None
    period: PartialDate | None
    is_drill: bool


@dataclass(frozen=True)
class Answer:
    """``page_of_items`` holds ``Result``s; ``has_more`` says that not all that match were counted."""

    page_of_items: PageOfItems
    count: int
    has_more: bool
    meant: str


def ask(words: Words, scope: Scope, *, number, at: datetime.datetime) -> Answer:
    """Answer with the page ``number`` of the results, the nearest there is.

    Raises ``TakesTooLongError`` where the database would be held.
    """
    with bounded():
        pages = scope.pages(at=at)
        keys = matching(pages, words, are_few=scope.is_narrow)
        shown = Paginator(keys[:MOST], SHOWN).get_page(number)
        shown.object_list = _results(shown.object_list, words, scope)
        return Answer(
            page_of_items=shown,
            count=min(len(keys), MOST),
            has_more=len(keys) > MOST,
            meant=_meant(words, pages, scope, at) if len(keys) <= FEW else "",
        )


def _meant(words, pages, scope, at):
    # Whatever kind or year was chosen: the word is known from wherever it stands.
    everything = replace(scope, kind=None, year=None)
    known = everything.pages(at=at)
    if everything != scope and is_found(known, words, are_few=scope.is_narrow):
        return ""  # what was chosen is why, and the page leads to the search without
    meant = meant_by(words, known)
    if meant and is_found(pages, Words.of(meant), are_few=scope.is_narrow):
        return meant
    return ""


def _results(keys, words, scope):
    pages = Page.objects.filter(pk__in=keys, index_entries__content_type=F("content_type"))
    pages = with_passages(pages.select_related("locale"), words).annotate(
        span=REGISTER_SPAN,
        alert_status=F("emergencyannouncementpage__status"),
        **{f"date_of_{kind}": F(path) for kind, path in _OWN_DATES.items()},
    )
    found = {page.pk: page for page in pages}
    return [_result(found[pk], words, scope) for pk in keys if pk in found]


def _result(page, words, scope):
    kind = _KINDS[page.cached_content_type.model_class()]
    return Result(
        page=page,
        kind=kind,
        agency=scope.directory.owner(page),
        title=title_of(page, words),
        passage=passage_of(page, words),
        date=_date(page, kind),
        period=_period(page.span),
        is_drill=page.alert_status not in (None, AlertStatus.ACTUAL),
    )


_KINDS = {model: kind for kind, model in MODELS.items()}


def _date(page, kind):
    own = getattr(page, f"date_of_{kind}", None) or page.first_published_at
    return timezone.localtime(own).date() if isinstance(own, datetime.datetime) else own


def _period(span):
    try:
        return PartialDate.parse(span) if span else None
    except ValueError:  # written past the form
        return None
