"""What fills the items of the menu: asked of the pages that a citizen may see, never written down.

The questions are the same for one agency and for all of them, and as many for one item as for thirty.
"""

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Substr
from wagtail.models import Page

from opd_sites.models import Agency

from ..choices import PpidFilling
from ..models import (
    DipEntryPage,
    DipIndexPage,
    EmergencyIndexPage,
    InformationPage,
    NewsIndexPage,
    PpidMenuItem,
)
from ..models.base import showable
from ..page_cache.scopes import top_of

SECTIONS = {
    PpidFilling.REGISTER: DipIndexPage,
    PpidFilling.EXEMPT: DipIndexPage,
    PpidFilling.IMMEDIATE: EmergencyIndexPage,
    PpidFilling.NEWS: NewsIndexPage,
}
# Characters of a tree path that say which agency's a page is.
TOP = 2 * Page.steplen


@dataclasses.dataclass(frozen=True)
class Listed:
    """Something that register entries say of themselves, and in which language."""

    language: str
    category: str
    obligation: str | None


class Holdings:
    """What one agency has published that can fill items."""

    def __init__(self):
        self.sections: list[Page] = []
        self.pages: list[InformationPage] = []
        self.listed: set[Listed] = set()

    def fills(self, item: PpidMenuItem, agency: Agency) -> bool:
        """Say whether a citizen who opens ``item`` finds what it is about."""
        match item.filling:
            case PpidFilling.PAGES:
                return bool(self.pages_of(item)) or self.has_entries_for(item)
            case PpidFilling.ADDRESS:
                return bool(item.url or self.pages_of(item))
            case PpidFilling.CONTACT:
                return bool(agency.address or agency.phone or agency.email)
            case PpidFilling.REGISTER:
                return bool(self.section_of(item, "")) and bool(self._languages_of(item))
            case PpidFilling.NEWS:
                section = self.section_of(item, "")
                return section is not None and section.has_items
            case PpidFilling.EXEMPT | PpidFilling.IMMEDIATE:
                # These speak for themselves when they are empty: nothing is exempt, nothing threatens.
                return self.section_of(item, "") is not None
        return False

    def pages_of(self, item: PpidMenuItem) -> list[InformationPage]:
        """Return the pages that answer ``item``, in all languages: those that editors named.

        The page that every agency starts with stands in until there is anything else.
        """
        keys = {key for key, named in self._named.items() if named == item.pk}
        if not keys and item.page_slug and not self.has_entries_for(item):
            keys = {page.translation_key for page in self.pages if page.slug == item.page_slug}
        return [page for page in self.pages if page.translation_key in keys]

    @cached_property
    def _named(self):
        """Which item each page answers, by what all its translations share: the original has its say."""
        originals_last = sorted(
            self.pages, key=lambda page: page.locale.language_code == settings.LANGUAGE_CODE
        )
        return {page.translation_key: page.menu_item_id for page in originals_last}

    def has_entries_for(self, item: PpidMenuItem) -> bool:
        """Say whether a register entry answers an obligation of ``item``."""
        if item.filling != PpidFilling.PAGES:
            return False
        wanted = obligation_codes(item)
        return any(
            listed.obligation and _answers(listed.obligation, wanted) for listed in self.listed
        )

    def section_of(self, item: PpidMenuItem, language: str) -> Page | None:
        """Return the section that fills ``item``: with something in it, in ``language`` if there is."""
        model = SECTIONS.get(item.filling)
        sections = [page for page in self.sections if page.specific_class is model]
        if item.filling == PpidFilling.REGISTER:
            holding = [s for s in sections if s.locale.language_code in self._languages_of(item)]
        else:
            holding = [section for section in sections if section.has_items]
        return in_language(holding or sections, language)

    def _languages_of(self, item):
        """Return in which languages the register lists something of the item's category."""
        return {
            listed.language
            for listed in self.listed
            if not item.category or listed.category == item.category
        }


def holdings(
    items: Iterable[PpidMenuItem], *, at: datetime.datetime, agency: Agency | None = None
) -> dict[str, Holdings]:
    """Return, by the path of the agency's root page, what may be seen at ``at``: of one, or of all.

    Four queries: what is restricted, the sections, the information pages, the register.
    """
    places = Page.objects.descendant_of(agency.root_page) if agency else Page.objects.all()
    shown = showable(places, at=at).values("pk")
    found = defaultdict(Holdings)
    for section in _sections(shown):
        found[top_of(section.path)].sections.append(section)
    for page in _pages(shown, items):
        found[top_of(page.path)].pages.append(page)
    for top, *listed in _listed(shown):
        found[top].listed.add(Listed(*listed))
    return found


def _sections(shown):
    inside = Page.objects.filter(
        pk__in=shown,
        alias_of=None,
        path__startswith=OuterRef("path"),
        depth=OuterRef("depth") + 1,
    )
    sections = Page.objects.filter(pk__in=shown).type(*set(SECTIONS.values()))
    sections = sections.annotate(has_items=Exists(inside))
    return sections.select_related("locale").order_by("path")


def _pages(shown, items):
    # A translation may have another name, or say nothing of the menu, and answers all the same.
    slugs = {item.page_slug for item in items if item.page_slug}
    answering = InformationPage.objects.filter(Q(slug__in=slugs) | Q(menu_item__isnull=False))
    keys = answering.order_by().values("translation_key")
    pages = InformationPage.objects.filter(pk__in=shown, alias_of=None, translation_key__in=keys)
    return pages.select_related("locale").defer("body").order_by("title", "pk")


def _listed(shown):
    entries = DipEntryPage.objects.filter(pk__in=shown, alias_of=None).order_by()
    top = entries.annotate(top=Substr("path", 1, TOP))
    return top.values_list("top", "locale__language_code", "category", "obligations").distinct()


def obligation_codes(item: PpidMenuItem) -> list[str]:
    return [obligation.pk for obligation in item.obligations.all()]


def _answers(code, wanted):
    """Whoever answers a part of an obligation answers some of it."""
    return any(code == one or code.startswith(f"{one}.") for one in wanted)


def entries_for(item: PpidMenuItem, agency: Agency, *, at: datetime.datetime):
    """Return the register entries of ``agency`` that answer an obligation of ``item``, newest first."""
    wanted = Q(pk__in=[])
    for code in obligation_codes(item):
        wanted |= Q(obligation=code) | Q(obligation__pk__startswith=f"{code}.")
    answering = DipEntryPage.obligations.through.objects.filter(wanted).values("dipentrypage")
    shown = showable(DipEntryPage.objects.descendant_of(agency.root_page), at=at)
    shown = shown.filter(pk__in=answering, alias_of=None).select_related("locale")
    return shown.order_by("-first_published_at", "-pk")


def in_language(pages: Iterable, language: str):
    """Return the page in ``language``, else the one in the province's, else any; None of none."""
    wanted = (language, settings.LANGUAGE_CODE)
    pages = list(pages)
    for code in wanted:
        for page in pages:
            if page.locale.language_code == code:
                return page
    return pages[0] if pages else None


def one_of_each(pages: Iterable, language: str) -> list:
    """Return each page once, in ``language`` where it has been translated; in the order given."""
    by_key = defaultdict(list)
    for page in pages:
        by_key[page.translation_key].append(page)
    return [in_language(versions, language) for versions in by_key.values()]
