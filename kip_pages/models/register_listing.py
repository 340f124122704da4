"""What a view of a register finds, and to what else it could be narrowed."""

import dataclasses
from functools import reduce

from django.core.paginator import Paginator
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.functional import cached_property

from ..register_view import FACETS, Order, RegisterView
from .register_facets import Facet, cells, tally, with_years

ITEMS_PER_PAGE = 20
OBLIGATIONS = "kewajiban"
# Values of a facet: shown at first, and when all of them are asked for (parameter ``semua``).
SHOWN, ALL = 10, 500
# Entries that a search through the documents may add to those found by title and summary.
MAX_FOUND = 1000
# Entries that a query can name one by one without being slower for it.
MAX_KEYS = 20_000


@dataclasses.dataclass(frozen=True)
class Choice:
    """A link to another view: ``label`` says what it shows, ``count`` how many entries."""

    label: str
    url: str
    count: int | None = None
    is_chosen: bool = False


@dataclasses.dataclass(frozen=True)
class FacetChoices:
    """What one facet offers; ``all_url`` leads to all of it where only the first are shown."""

    label: str
    choices: list[Choice]
    all_url: str = ""
    is_typed: bool = False


class RegisterListing:
    """The entries among ``entries`` that ``view`` shows.

    ``entries`` are what the reader may see. ``searched`` are live pages, of which the search index may
    add some to those whose title or summary holds the words. ``address`` is where the register stands.
    """

    def __init__(self, entries, view: RegisterView, *, facets: dict[str, Facet], searched, address):
        for name in FACETS:
            view = view if name in facets else view.choosing(name, "")
        self.view, self.facets, self.address = view, facets, address
        self.with_words = _with_words(entries, view.words, searched) if view.words else entries
        # What values are called, by facet, as far as that was asked already.
        self._names: dict[str, dict[str, str]] = {}

    def entries(self):
        """Return the view's entries in the view's order."""
        return _in_order(self._narrowed(self.facets), self.view.order)

    def page(self, number):
        """Return a page of them; what is no number is the first, what is too high the last."""
        paginator = Paginator(self.entries().prefetch_related("documents"), ITEMS_PER_PAGE)
        paginator.count = self.total  # counted with the facets already
        return paginator.get_page(number)

    @property
    def total(self) -> int:
        """How many entries the view shows."""
        return self._tally[0]

    def choices(self, *, in_full: str = "") -> list[FacetChoices]:
        """Return what each facet offers, counted with the choices of all others applied.

        Of ``in_full`` all values are listed.
        """
        found = [self._choices_of(name, name == in_full) for name in self.facets]
        return [facet for facet in found if facet.choices]

    def chosen(self) -> list[Choice]:
        """Return what the view was narrowed by; each leads to the view without it."""
        words = self.view.words
        found = [Choice(f"“{words}”", self.url(self.view.without_words()))] if words else []
        for name in self.view.chosen:
            label = f"{self.facets[name].label}: {self._chosen_names[name]}"
            found.append(Choice(label, self.url(self.view.choosing(name, ""))))
        return found

    def orders(self) -> list[Choice]:
        return [
            Choice(
                str(order.label),
                self.url(self.view.sorted_by(order)),
                is_chosen=order == self.view.order,
            )
            for order in Order
        ]

    def title(self) -> str:
        """Return in words what the view is narrowed by; empty for the whole register."""
        words = [f"“{self.view.words}”"] if self.view.words else []
        return ", ".join(words + [self._chosen_names[name] for name in self.view.chosen])

    def url(self, view: RegisterView) -> str:
        return _address(self.address, view.query_string)

    @cached_property
    def _chosen_names(self):
        return {
            name: str((self._names.get(name) or self.facets[name].names([value])).get(value, value))
            for name, value in self.view.chosen.items()
        }

    def _narrowed(self, names):
        """Return the entries narrowed by what is chosen of the facets called ``names``."""
        entries = self.with_words
        for name, value in self.view.chosen.items():
            if name in names:
                entries = self.facets[name].narrow(entries, value)
        return entries

    @cached_property
    def _tally(self):
        """The total and the counts of each facet, in two queries whatever is chosen.

        Obligations are counted apart; what is chosen of them narrows the others before they are.
        """
        chosen, facets = dict(self.view.chosen), dict(self.facets)
        chosen.pop(OBLIGATIONS, None)
        apart = facets.pop(OBLIGATIONS)
        total, counted = tally(cells(self._narrowed([OBLIGATIONS])), facets, chosen)
        return total, counted | {OBLIGATIONS: apart.counted(self._narrowed(facets))}

    def _choices_of(self, name, in_full):
        facet, chosen = self.facets[name], self.view.chosen.get(name, "")
        limit = ALL if in_full else SHOWN
        counts = facet.arrange(self._tally[1][name])
        shown = dict(counts[:limit])
        if chosen:
            # With the other choices applied it has what the view shows.
            shown.setdefault(chosen, self.total)
        names = self._names[name] = facet.names(shown)
        more = self.view.query_string + "&" * bool(self.view.query_string) + f"semua={name}"
        return FacetChoices(
            label=str(facet.label),
            is_typed=facet.is_typed,
            choices=[
                Choice(
                    label=str(names.get(value, value)),
                    url=self.url(self.view.choosing(name, "" if value == chosen else value)),
                    count=count,
                    is_chosen=value == chosen,
                )
                for value, count in shown.items()
            ],
            all_url="" if in_full or len(counts) <= limit else _address(self.address, more),
        )


def register_context(listing: RegisterListing, query) -> dict:
    """Return what the template of a register shows of ``listing``, by the request's ``query``."""
    page = listing.page(query.get("hal"))
    view, in_full = listing.view, query.get("semua", "")
    return {
        "listing": listing,
        "view": view,
        "page_of_items": page,
        "kept_query": view.query_string,
        "canonical_query": view.query_string,
        "facets": listing.choices(in_full=in_full),
        "facets_open": in_full in listing.facets,
        "view_title": listing.title(),
    }


def _address(address, query_string):
    return f"{address}?{query_string}" if query_string else address


def _with_words(entries, words, searched):
    """Narrow to entries with every word in title or summary, or that the index finds by their files."""
    in_text = reduce(
        lambda both, word: both & (Q(title__icontains=word) | Q(summary__icontains=word)),
        words.split(),
        Q(),
    )
    ranked = searched.only("id").search(words, operator="and")[:MAX_FOUND]
    found = entries.filter(in_text | Q(pk__in=[page.pk for page in ranked]))
    # Looked for once where few are found, as all that is counted and listed is narrowed by it.
    keys = list(found.order_by().values_list("pk", flat=True)[: MAX_KEYS + 1])
    return found if len(keys) > MAX_KEYS else entries.filter(pk__in=keys)


def _in_order(entries, order):
    if order == Order.TITLE:
        return entries.order_by(Lower("title"), "pk")
    if order == Order.YEAR:
        return with_years(entries).order_by("-last_year", "-first_year", Lower("title"), "pk")
    if order == Order.OLDEST:
        return entries.order_by("first_published_at", "pk")
    return entries.order_by("-first_published_at", "-pk")
