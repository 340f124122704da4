"""Facets of a register: what each asks of the entries, and what its values are called."""

import functools
from collections import Counter, namedtuple
from collections.abc import Iterable

from django.db.models import Case, Count, F, Q, Value, When
from django.db.models.functions import Substr, Trim
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from opd_sites.models import Agency

from ..choices import ActivityState, InformationCategory, InformationFormat
from .obligation import Obligation

FLAG_OF_FORMAT = {
    InformationFormat.PRINT: "is_printed",
    InformationFormat.RECORDING: "is_recorded",
    InformationFormat.ONLINE: "is_online",
}


# What is read of the entries for all facets but that of obligations: like ones are one cell.
CELL = (
    *("top", "category", "unit", "first_year", "last_year"),
    *FLAG_OF_FORMAT.values(),
    "activity_state",
)
Cell = namedtuple("Cell", (*CELL, "total"))


class Facet:
    """One question that every entry answers, with one value, with several or with none."""

    # Whether values are shown as somebody typed them, in the province's language.
    is_typed = False

    def __init__(self, label):
        self.label = label

    def narrow(self, entries, value: str):
        raise NotImplementedError

    def values(self, cell) -> Iterable[str]:
        """Return the values of the entries in one of ``cells``; an empty one is none."""
        raise NotImplementedError

    def arrange(self, counted: Counter) -> list[tuple[str, int]]:
        """Return values and how many entries have them, in the order to be shown."""
        return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))

    def names(self, values: Iterable[str]) -> dict[str, str]:
        """Return what citizens call the values; one that is not in it is called by itself."""
        return {}


class TermFacet(Facet):
    """A column that holds a term of a fixed vocabulary, shown in the vocabulary's order."""

    def __init__(self, label, column, vocabulary):
        super().__init__(label)
        self.column, self.vocabulary = column, vocabulary

    def narrow(self, entries, value):
        return entries.filter(**{self.column: value})

    def values(self, cell):
        return (getattr(cell, self.column),)

    def arrange(self, counted):
        return [(value, counted[value]) for value in self.vocabulary.values if value in counted]

    def names(self, values):
        return dict(self.vocabulary.choices)


class FormatFacet(Facet):
    """An entry may be available in several forms, and counts for each."""

    def narrow(self, entries, value):
        return entries.filter(**{FLAG_OF_FORMAT[InformationFormat(value)]: True})

    def values(self, cell):
        return [form.value for form, flag in FLAG_OF_FORMAT.items() if getattr(cell, flag)]

    def arrange(self, counted):
        return [(value, counted[value]) for value in InformationFormat.values if value in counted]

    def names(self, values):
        return dict(InformationFormat.choices)


class UnitFacet(Facet):
    """The unit as typed: nobody keeps a list of units."""

    is_typed = True

    def narrow(self, entries, value):
        return entries.annotate(unit=Trim("holding_unit")).filter(unit=value)

    def values(self, cell):
        return (cell.unit,)


class YearFacet(Facet):
    """The years an entry covers, else those in which it was made; a range counts for each year."""

    def narrow(self, entries, value):
        return with_years(entries).filter(first_year__lte=value, last_year__gte=value)

    def values(self, cell):
        return _years(cell.first_year, cell.last_year)

    def arrange(self, counted):
        return sorted(counted.items(), reverse=True)


class AgencyFacet(Facet):
    """Whose an entry is: told by where it stands in the tree, and by its agency's code outside."""

    def __init__(self, label, agencies: Iterable[Agency]):
        super().__init__(label)
        self.agencies = {agency.root_page.path: agency for agency in agencies}

    def narrow(self, entries, value):
        tops = [top for top, agency in self.agencies.items() if agency.code == value]
        return entries.filter(path__startswith=tops[0]) if tops else entries.none()

    def values(self, cell):
        return (self.agencies[cell.top].code,)

    def names(self, values):
        return {agency.code: agency.name for agency in self.agencies.values()}


class ObligationFacet(Facet):
    """An entry may answer several obligations. These stand in a table apart, and are counted there."""

    def narrow(self, entries, value):
        return entries.filter(obligations=value)

    def counted(self, entries) -> Counter:
        """Return how many of ``entries`` answer each obligation; one query."""
        answering = entries.order_by().filter(obligations__isnull=False)
        return Counter(dict(answering.values_list("obligations").annotate(total=Count("pk"))))

    def names(self, values):
        found = Obligation.objects.filter(pk__in=list(values))
        return {obligation.pk: obligation.shown_title for obligation in found}


def cells(entries):
    """Return how many of ``entries`` there are of each kind that facets tell apart; one query."""
    told = with_years(entries.order_by()).annotate(top=_TOP, unit=Trim("holding_unit"))
    return map(Cell._make, told.values_list(*CELL).annotate(total=Count("pk")))


def tally(
    cells, facets: dict[str, Facet], chosen: dict[str, str]
) -> tuple[int, dict[str, Counter]]:
    """Count all cells at once: how many entries have every value of ``chosen``, and for each facet how
    many have its values and those chosen of the others.
    """
    total, counted = 0, {name: Counter() for name in facets}
    for cell in cells:
        own = {name: facet.values(cell) for name, facet in facets.items()}
        missed = [name for name, value in chosen.items() if value not in own[name]]
        if len(missed) > 1:
            continue
        if not missed:
            total += cell.total
        for name in missed or facets:
            for value in own[name]:
                if value:
                    counted[name][value] += cell.total
    return total, counted


def facets_of_agency() -> dict[str, Facet]:
    """Return the facets of one agency's register by their parameters, in the order to be shown."""
    return {
        "kategori": TermFacet(_("Category"), "category", InformationCategory),
        "tahun": YearFacet(_("Year")),
        "unit": UnitFacet(_("Unit")),
        "kewajiban": ObligationFacet(_("Obligation")),
        "bentuk": FormatFacet(_("Form of the information")),
        "keadaan": TermFacet(_("State of the activity"), "activity_state", ActivityState),
    }


def facets_of_province(agencies: Iterable[Agency]) -> dict[str, Facet]:
    """The same for the registers of ``agencies`` together."""
    return {"instansi": AgencyFacet(_("Agency of the province"), agencies), **facets_of_agency()}


def of_agencies(entries, agencies: Iterable[Agency]):
    """Narrow ``entries`` to those of the agencies, by one look at each however many these are."""
    return entries.annotate(top=_TOP).filter(top__in=[a.root_page.path for a in agencies])


def with_years(entries):
    """Add ``first_year`` and ``last_year`` of what an entry covers, as text; empty where unknown."""
    covers = Case(When(~Q(period=""), then=F("period")), default=F("made_when"))
    entries = entries.annotate(covers=covers)
    first = Substr("covers", 1, 4)
    # A range is the only notation with a stroke: 2017/2022.
    last = Case(When(covers__contains="/", then=Substr("covers", 6, 4)), default=first)
    return entries.annotate(first_year=first, last_year=last)


# The tree path of the page that an agency's pages hang below.
_TOP = Substr("path", Value(1), Value(2 * Page.steplen))


@functools.lru_cache(maxsize=1000)
def _years(first, last):
    # What was stored past the form may be no year.
    if not (first.isdecimal() and last.isdecimal()):
        return ()
    return tuple(str(year) for year in range(int(first), int(last) + 1))
