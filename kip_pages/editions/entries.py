"""The entries of a register, in the order of the law: category, subject, title."""

import dataclasses
import datetime
from collections.abc import Iterator

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from wagtail.models import Locale

from ..choices import InformationCategory, InformationFormat
from ..identifiers import item_uid
from ..models import DipEntryPage, Obligation
from ..models.base import showable

# Rows fetched at a time by the database's own cursor: what bounds the memory of a long register.
CHUNK = 500

_FORMATS = {
    "is_printed": InformationFormat.PRINT,
    "is_recorded": InformationFormat.RECORDING,
    "is_online": InformationFormat.ONLINE,
}


@dataclasses.dataclass(frozen=True)
class Entry:
    """One row of the legal table; ``uid`` is the id of the page in the feed, whatever its title."""

    uid: str
    category: str
    # The heading it stands under: a first-level obligation, empty where it answers none.
    subject: str
    subject_title: str
    title: str
    summary: str
    holding_unit: str
    responsible_officer: str
    made_when: str
    made_where: str
    formats: tuple[str, ...]
    retention: str


def live_entries(agency, *, at: datetime.datetime) -> Iterator[Entry]:
    """Yield the entries of ``agency`` that a citizen may see at ``at``; one query, flat memory.

    Those in the default language: the register is an Indonesian document, a translation is no
    entry of its own.
    """
    locale = Locale.get_default()
    headings = _headings()
    rows = _in_order(_listed(agency, locale, at=at)).values(
        "translation_key",
        "category",
        "answers",
        *("title", "summary", "holding_unit", "responsible_officer"),
        *("made_when", "made_where", "retention", *_FORMATS),
    )
    for row in rows.iterator(chunk_size=CHUNK):
        yield _entry(row, locale.language_code, headings)


def count_live_entries(agency, *, at: datetime.datetime) -> int:
    """Return how many entries ``live_entries`` would yield."""
    return _listed(agency, Locale.get_default(), at=at).count()


def count_incomplete_entries(agency, *, at: datetime.datetime) -> int:
    """Return how many of them leave a column of the legal table empty."""
    no_form = Q(is_printed=False, is_recorded=False, is_online=False)
    empty = Q(holding_unit="") | Q(responsible_officer="") | Q(made_when="") | Q(retention="")
    return _listed(agency, Locale.get_default(), at=at).filter(empty | no_form).count()


def _listed(agency, locale, *, at) -> QuerySet:
    # An alias shows its original once more.
    pages = DipEntryPage.objects.descendant_of(agency.root_page)
    return showable(pages, at=at).filter(locale=locale, alias_of=None)


def _in_order(pages):
    """Order ``pages`` as the law lists subjects; ``answers`` is the obligation each stands under.

    Of several obligations it is the first in the law, one of the entry's own category before others.
    """
    own = Obligation.objects.filter(entries=OuterRef("pk")).order_by("position", "pk").values("pk")
    place = Obligation.objects.filter(pk=OuterRef("answers")).values("position")
    categories = Case(
        *(When(category=value, then=Value(n)) for n, value in enumerate(InformationCategory.values))
    )
    return pages.annotate(
        answers=Coalesce(
            Subquery(own.filter(category=OuterRef("category"))[:1]), Subquery(own[:1])
        ),
        place=Subquery(place),
    ).order_by(categories, F("place").asc(nulls_last=True), "title", "pk")


def _headings() -> dict[str, tuple[str, str]]:
    """Return for each obligation the code and title of the first-level one that it belongs to."""
    by_code = {obligation.pk: obligation for obligation in Obligation.objects.all()}

    def top(obligation):
        while obligation.parent_id:
            obligation = by_code[obligation.parent_id]
        return obligation

    tops = {code: top(obligation) for code, obligation in by_code.items()}
    return {code: (heading.pk, heading.title) for code, heading in tops.items()}


def _entry(row, language_code, headings):
    subject, subject_title = headings.get(row.pop("answers"), ("", ""))
    uid = item_uid(row.pop("translation_key"), language_code)
    available = tuple(form.value for name, form in _FORMATS.items() if row.pop(name))
    return Entry(
        uid=str(uid), subject=subject, subject_title=subject_title, formats=available, **row
    )


def as_data(entry: Entry) -> dict:
    """Return an entry JSON-ready, as editions keep it."""
    return dataclasses.asdict(entry) | {"formats": list(entry.formats)}


def from_data(data: dict) -> Entry:
    """Return the entry that ``as_data`` wrote."""
    return Entry(**data | {"formats": tuple(data["formats"])})
