"""The journal of activities: what readers ask of it, and what it counts, sums and lists for them.

All of it is made of one question to the database, which fetches a line per activity that a citizen may
see: so every number on a page is of the same moment and of the same activities as its list.
"""

import dataclasses
import datetime
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from typing import NamedTuple
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from ..areas import area_names
from ..charts.bars import Amounts
from ..choices import JOURNAL_STATES, ActivityState, BudgetKind, JournalView

ITEMS_PER_PAGE = 20
LONGEST_WORDS = 200
# An activity that seems to run longer has a slip in one of its dates, and would fill the list of years.
MOST_YEARS = 30

# What is asked, and the parameter that asks it; addresses name them in this order.
PARAMETERS = {
    "words": "q",
    "agency": "instansi",
    "area": "wilayah",
    "year": "tahun",
    "source": "sumber",
    "state": "keadaan",
    "view": "tampilan",
}
# What narrows the journal beside words, which the database looks for.
FILTERS = ("agency", "area", "year", "source", "state")


@dataclasses.dataclass(frozen=True)
class Asked:
    """What a reader wants to see. Everything that nobody can mean is left out."""

    words: str = ""
    agency: str = ""
    area: str = ""
    year: str = ""
    source: str = ""
    state: str = ""
    view: str = JournalView.TIMELINE

    @classmethod
    def of(cls, query, *, agencies: Iterable[str] = ()):
        """Read a query string; ``agencies`` are the codes that can be asked for."""

        def known(name, values):
            value = query.get(PARAMETERS[name], "")
            return value if value in values else ""

        year = query.get(PARAMETERS["year"], "")
        words = query.get(PARAMETERS["words"], "").replace("\0", "")
        return cls(
            words=" ".join(words.split())[:LONGEST_WORDS],
            agency=known("agency", agencies),
            area=known("area", area_names()),
            year=year if re.fullmatch(r"[12][0-9]{3}", year) else "",
            source=known("source", BudgetKind.values),
            state=known("state", ActivityState.values),
            view=known("view", JournalView.values) or JournalView.TIMELINE,
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.words) or any(getattr(self, name) for name in FILTERS)

    def query(self, **changes) -> str:
        """Return the one query string that asks for this, with ``changes``; never empty: a lone "?"."""
        asked = dataclasses.replace(self, **changes)
        told = {
            parameter: getattr(asked, name)
            for name, parameter in PARAMETERS.items()
            if getattr(asked, name) != getattr(Asked, name)
        }
        return f"?{urlencode(told)}"


class Fact(NamedTuple):
    """What the journal counts of one activity."""

    pk: int
    path: str
    alias_of: int | None
    state: str
    starts_on: datetime.date | None
    ends_on: datetime.date | None
    budget_kind: str
    budget_amount: Decimal | None
    budget_spent: Decimal | None
    areas: list[str]

    def years(self, today: datetime.date) -> tuple[str, ...]:
        """Return the years in which it runs; what runs without an end runs until today."""
        begins = self.starts_on or self.ends_on
        if begins is None:
            return ()
        open_end = today if self.state == ActivityState.RUNNING else begins
        last = max(begins, self.ends_on or open_end).year
        return _years(max(begins.year, last - MOST_YEARS), last)


@cache
def _years(first, last):
    return tuple(str(year) for year in range(first, last + 1))


class Sums(NamedTuple):
    """How many activities, and what those of them that tell it may spend and have spent."""

    count: int
    budget: Decimal
    spent: Decimal
    with_budget: int
    with_spent: int


class Option(NamedTuple):
    """One value of a filter, with how many activities there would be."""

    value: str
    label: str
    count: int
    is_chosen: bool


class Filter(NamedTuple):
    """One filter of the form: its parameter, what it is called, what choosing nothing is called."""

    name: str
    label: str
    everything: str
    options: list[Option]


class AreaLine(NamedTuple):
    code: str
    name: str
    sums: Sums
    is_chosen: bool
    query: str


class ViewLink(NamedTuple):
    label: str
    query: str
    is_chosen: bool


class Journal:
    """The activities of ``pages``, a queryset of what a citizen may see, as ``asked``.

    With ``agencies``, only theirs, and readers can choose among them.
    """

    def __init__(self, pages, asked: Asked, *, today: datetime.date, agencies=None):
        self.pages, self.asked, self.today = pages, asked, today
        self.agency_at = {agency.root_page.path: agency for agency in agencies or ()}
        self.is_of_province = agencies is not None
        self._wanted = [(name, getattr(asked, name)) for name in FILTERS if getattr(asked, name)]
        # Of each filter: the values of all activities that it alone may keep out.
        self._values_within = {name: [] for name in FILTERS}
        self._within_area = []
        self.found = []
        for fact in self._facts():
            self._sort(fact)

    def _facts(self):
        pages, words = self.pages, self.asked.words
        if words:
            pages = pages.filter(Q(title__icontains=words) | Q(summary__icontains=words))
        facts = list(map(Fact._make, pages.order_by().values_list(*Fact._fields)))
        # An alias beside its original would count it twice.
        originals = {fact.pk for fact in facts}
        return (
            fact
            for fact in facts
            if fact.alias_of not in originals
            and (not self.is_of_province or _top_of(fact.path) in self.agency_at)
        )

    def _sort(self, fact):
        """Note what is found, and what one filter alone keeps out: that filter's choices count it."""
        values = self._values(fact)
        missed = [name for name, wanted in self._wanted if wanted not in values[name]]
        if len(missed) > 1:
            return
        if not missed:
            self.found.append(fact)
        for name in missed or FILTERS:
            self._values_within[name] += values[name]
            if name == "area":
                self._within_area.append(fact)

    def _values(self, fact):
        agency = self.agency_at.get(_top_of(fact.path))
        return {
            "agency": (agency.code,) if agency else (),
            "area": set(fact.areas),
            "year": fact.years(self.today),
            "source": (fact.budget_kind,),
            "state": (fact.state,),
        }

    # --- what can be chosen ---

    @cached_property
    def filters(self) -> list[Filter]:
        """Return the filters that have anything to choose, as the form shows them."""
        labels = {
            "agency": (
                _("Agency of the province"),
                _("All agencies"),
                {agency.code: agency.name for agency in self.agency_at.values()},
            ),
            "area": (_("Regency or city"), _("All regencies and cities"), area_names()),
            "year": (_("Year"), _("All years"), self._years()),
            "source": (_("Source of the budget"), _("All sources"), dict(BudgetKind.choices)),
            "state": (
                _("State"),
                _("All states"),
                {state.value: state.label for state in JOURNAL_STATES},
            ),
        }
        filters = []
        for name, (label, everything, values) in labels.items():
            if name == "agency" and not self.is_of_province:
                continue
            options = self._options(name, values)
            filters.append(Filter(PARAMETERS[name], label, everything, options))
        return filters

    def _options(self, name, labels):
        wanted = getattr(self.asked, name)
        counts = Counter(self._values_within[name])
        return [
            Option(value, label, counts[value], value == wanted)
            for value, label in labels.items()
            if counts[value] or value == wanted
        ]

    def _years(self):
        known = {*self._values_within["year"], self.asked.year} - {""}
        return {year: year for year in sorted(known, reverse=True)}

    @property
    def views(self) -> list[ViewLink]:
        return [
            ViewLink(view.label, self.asked.query(view=view), view == self.asked.view)
            for view in JournalView
        ]

    # --- what is counted ---

    @cached_property
    def sums(self) -> Sums:
        return _sums(self.found)

    @cached_property
    def sources(self) -> list[Amounts]:
        """Return what each kind of source may be spent of and was, the unnamed ones last."""
        facts = defaultdict(list)
        for fact in self.found:
            if fact.budget_amount is not None:
                facts[fact.budget_kind].append(fact)
        labels = {**dict(BudgetKind.choices), "": _("Source not stated")}
        lines = []
        for kind, label in labels.items():
            if kind in facts:
                sums = _sums(facts[kind])
                spent = sums.spent if sums.with_spent else None
                lines.append(Amounts(str(label), sums.budget, spent))
        return lines

    @cached_property
    def area_lines(self) -> list[AreaLine]:
        """Return every regency and city, with the activities there that are asked for otherwise.

        One that takes place in several counts in each of them.
        """
        there = defaultdict(list)
        for fact in self._within_area:
            for code in set(fact.areas):
                there[code].append(fact)
        return [
            AreaLine(
                code,
                name,
                _sums(there[code]),
                code == self.asked.area,
                self.asked.query(area="" if code == self.asked.area else code),
            )
            for code, name in area_names().items()
        ]

    @cached_property
    def without_area(self) -> Sums:
        return _sums(fact for fact in self._within_area if not fact.areas)

    # --- what is listed ---

    def page(self, number):
        """Return a page of activities in the order of the view, each with its ``agency``."""
        order = _newest_first if self.asked.view != JournalView.TIMELINE else _by_state
        keys = [fact.pk for fact in sorted(self.found, key=order)]
        page = Paginator(keys, ITEMS_PER_PAGE).get_page(number)
        shown = self.pages.filter(pk__in=list(page.object_list)).order_by()
        at = {item.pk: item for item in shown.select_related("locale").defer("body")}
        # Withdrawn since the lines were read: nothing to show.
        page.object_list = [at[key] for key in page.object_list if key in at]
        for item in page.object_list:
            item.agency = self.agency_at.get(_top_of(item.path))
        return page


def _sums(facts: Iterable[Fact]) -> Sums:
    facts = list(facts)
    budgets = [fact.budget_amount for fact in facts if fact.budget_amount is not None]
    spent = [fact.budget_spent for fact in facts if fact.budget_spent is not None]
    return Sums(
        count=len(facts),
        budget=sum(budgets, Decimal(0)),
        spent=sum(spent, Decimal(0)),
        with_budget=len(budgets),
        with_spent=len(spent),
    )


def _top_of(path):
    """The path of the agency's root page, which all its pages have in common."""
    return path[: 2 * Page.steplen]


def _newest_first(fact):
    return (-_day(fact.starts_on), -fact.pk)


def _by_state(fact):
    """What runs and what is over newest first, what is planned as it comes; without a date last."""
    begins, ends = fact.starts_on or fact.ends_on, fact.ends_on or fact.starts_on
    if fact.state == ActivityState.PLANNED:
        day = _day(begins) or datetime.date.max.toordinal()
    else:
        day = -_day(ends if fact.state == ActivityState.PAST else begins)
    return (JOURNAL_STATES.index(fact.state), day, -fact.pk)


def _day(date):
    return date.toordinal() if date else 0


def journal_context(journal: Journal, request) -> dict:
    """Return what the templates of the journal need."""
    page = journal.page(request.GET.get("hal"))
    kept = journal.asked.query().removeprefix("?")
    return {
        "journal": journal,
        "page_of_items": page,
        "kept_query": kept,
        "canonical_query": kept,
    }
