"""Which pages a search is about: one agency's or the whole province's, and only what anybody may see."""

import datetime
from dataclasses import dataclass
from functools import cached_property

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, CharField, F, Q, Value, When
from django.db.models.functions import Substr
from wagtail.models import Page

from opd_sites.choices import AgencyStatus
from opd_sites.models import Agency

from ..choices import FeedKind
from ..models import (
    ActivityPage,
    DipEntryPage,
    EmergencyAnnouncementPage,
    InformationPage,
    NewsPage,
    PortalHomePage,
)
from ..models.base import showable
from ..models.languages import read_in

MODELS = {
    model.feed_kind: model
    for model in (DipEntryPage, NewsPage, InformationPage, ActivityPage, EmergencyAnnouncementPage)
}
# Characters of a tree path that say whose a page is.
_TOP = 2 * Page.steplen


@dataclass(frozen=True)
class Directory:
    """All agencies, asked once: whose a page is, and which are hidden."""

    agencies: tuple[Agency, ...]

    @classmethod
    def read(cls) -> "Directory":
        return cls(tuple(Agency.objects.select_related("root_page", "site").in_order()))

    @cached_property
    def active(self) -> list[Agency]:
        return [agency for agency in self.agencies if agency.status == AgencyStatus.ACTIVE]

    @cached_property
    def lead(self) -> Agency | None:
        return next((agency for agency in self.active if agency.is_lead), None)

    @cached_property
    def _by_top(self):
        return {agency.root_page.path: agency for agency in self.agencies}

    def coded(self, code: str) -> Agency | None:
        return next((agency for agency in self.active if agency.code == code), None)

    def owner(self, page: Page) -> Agency | None:
        """Return whose page it is; the portal's own pages are the lead agency's."""
        return self._by_top.get(page.path[:_TOP], self.lead)


@dataclass(frozen=True)
class Scope:
    """``site``: the agency whose host was asked, None on the portal. The others narrow what it has."""

    directory: Directory
    language: str
    site: Agency | None = None
    agency: Agency | None = None
    kind: FeedKind | None = None
    year: int | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether it has the pages of one agency, which are few beside those of a province."""
        return bool(self.site or self.agency)

    def pages(self, *, at: datetime.datetime):
        """Return what a citizen may see of it, each page once: translated, or as it was written."""
        models = [MODELS[self.kind]] if self.kind else MODELS.values()
        types = ContentType.objects.get_for_models(*models).values()
        pages = Page.objects.filter(content_type__in=[one.pk for one in types])
        pages = self._of_agencies(read_in(showable(pages, at=at), self.language))
        return _in_year(pages, self.year) if self.year else pages

    def _of_agencies(self, pages):
        if self.site:
            path = self.site.root_page.path
            own = pages.filter(path__startswith=path)
            return own.exclude(alias_of__path__startswith=path)
        # What is shown by several agencies stands on the portal as the one who wrote it says it.
        pages = pages.filter(alias_of=None)
        for agency in self.directory.agencies:
            if agency not in self.directory.active:
                pages = pages.exclude(path__startswith=agency.root_page.path)
        if not self.agency:
            return pages
        own = Q(path__startswith=self.agency.root_page.path)
        if self.agency.is_lead:
            for home in PortalHomePage.objects.all():
                own |= Q(path__startswith=home.path)
        return pages.filter(own)


# The date of a register entry is of what it is about, else of when it was made: ``2024``, ``2024-05``,
# ``2017/2022``.
REGISTER_SPAN = Case(
    When(dipentrypage__period__gt="", then=F("dipentrypage__period")),
    When(dipentrypage__made_when__gt="", then=F("dipentrypage__made_when")),
    default=Value(""),
    output_field=CharField(),
)


def _in_year(pages, year):
    """Narrow to a year: by the date that its kind has, else by when it was first published."""
    text = str(year)
    pages = pages.alias(span=REGISTER_SPAN)
    pages = pages.alias(first=Substr("span", 1, 4), last=Substr("span", 6, 4))
    dated = (
        Q(newspage__date__year=year)
        | Q(informationpage__stated_on__year=year)
        | Q(emergencyannouncementpage__effective__year=year)
        | Q(activitypage__starts_on__year=year)
        | Q(activitypage__starts_on__year__lt=year, activitypage__ends_on__year__gte=year)
        | Q(span__startswith=text)
        | Q(span__contains="/", first__lt=text, last__gte=text)
    )
    undated = (
        Q(dipentrypage__isnull=False, span="")
        | Q(activitypage__isnull=False, activitypage__starts_on=None)
        | Q(informationpage__isnull=False, informationpage__stated_on=None)
    )
    return pages.filter(dated | undated & Q(first_published_at__year=year))
