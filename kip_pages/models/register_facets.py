"""Facets of a register: what each asks of the entries, and what its values are called."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import Case, Count, F, Q, Value, When
from django.db.models.functions import Substr, Trim
from django.utils.translation import get_language
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


class Facet:
    """One question that every entry answers; ``counts`` is one query, whatever there is to count."""

    def __init__(self, label):
        self.label = label

    def narrow(self, entries, value: str):
        raise NotImplementedError

    def counts(self, entries, *, limit: int) -> list[tuple[str, int]]:
        """Return values and how many of ``entries`` have them, in the order to be shown."""
        raise NotImplementedError

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

    def counts(self, entries, *, limit):
        found = dict(_grouped(entries.order_by(), self.column))
        return [(value, found[value]) for value in self.vocabulary.values if value in found]

    def names(self, values):
        return dict(self.vocabulary.choices)


class FormatFacet(Facet):
    """An entry may be available in several forms, and counts for each."""

    def narrow(self, entries, value):
        return entries.filter(**{FLAG_OF_FORMAT[InformationFormat(value)]: True})

    def counts(self, entries, *, limit):
        found = entries.order_by().aggregate(
            **{
                form.value: Count("pk", filter=Q(**{flag: True}))
                for form, flag in FLAG_OF_FORMAT.items()
            }
        )
        return [(value, count) for value, count in found.items() if count]

    def names(self, values):
        return dict(InformationFormat.choices)


class UnitFacet(Facet):
    """The unit as typed: nobody keeps a list of units."""

    def narrow(self, entries, value):
        return entries.annotate(unit=Trim("holding_unit")).filter(unit=value)

    def counts(self, entries, *, limit):
        named = entries.order_by().annotate(unit=Trim("holding_unit")).exclude(unit="")
        return list(_grouped(named, "unit").order_by("-total", "unit")[:limit])


class YearFacet(Facet):
    """The years an entry covers, else those in which it was made; a range counts for each year."""

    def narrow(self, entries, value):
        return with_years(entries).filter(first_year__lte=value, last_year__gte=value)

    def counts(self, entries, *, limit):
        counted = Counter()
        spans = _grouped(with_years(entries.order_by()), "first_year", "last_year")
        for first, last, total in spans:
            # What was stored past the form may be no year.
            if first.isdecimal() and last.isdecimal():
                counted.update(dict.fromkeys(range(int(first), int(last) + 1), total))
        return [(str(year), counted[year]) for year in sorted(counted, reverse=True)[:limit]]


class ObligationFacet(Facet):
    def narrow(self, entries, value):
        return entries.filter(obligations=value)

    def counts(self, entries, *, limit):
        answering = entries.order_by().filter(obligations__isnull=False)
        return list(_grouped(answering, "obligations").order_by("-total", "obligations")[:limit])

    def names(self, values):
        found = Obligation.objects.filter(pk__in=list(values))
        return {obligation.pk: title_of(obligation) for obligation in found}


class AgencyFacet(Facet):
    """Whose an entry is: told by where it stands in the tree, and by its agency's code outside."""

    def __init__(self, label, agencies: Iterable[Agency]):
        super().__init__(label)
        self.agencies = {agency.root_page.path: agency for agency in agencies}

    def narrow(self, entries, value):
        tops = [top for top, agency in self.agencies.items() if agency.code == value]
        return entries.filter(path__startswith=tops[0]) if tops else entries.none()

    def counts(self, entries, *, limit):
        found = _grouped(entries.order_by().annotate(top=_TOP), "top").order_by("-total", "top")
        return [(self.agencies[top].code, total) for top, total in found[:limit]]

    def names(self, values):
        return {agency.code: agency.name for agency in self.agencies.values()}


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
    return {"instansi": AgencyFacet(_("Agency"), agencies), **facets_of_agency()}


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


def title_of(obligation: Obligation) -> str:
    """Return the title of an obligation in the reader's language."""
    is_english = (get_language() or "").startswith("en")
    return (obligation.title_en if is_english else "") or obligation.title


# The tree path of the page that an agency's pages hang below.
_TOP = Substr("path", Value(1), Value(2 * Page.steplen))


def _grouped(entries, *columns):
    return entries.values_list(*columns).annotate(total=Count("pk"))
