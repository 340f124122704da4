"""What a reader asks of a register: words, facets and an order, as one address says them."""

import dataclasses
import re
from collections.abc import Mapping
from urllib.parse import urlencode

from django.db import models
from django.utils.translation import gettext_lazy as _

from .choices import ActivityState, InformationCategory, InformationFormat

WORDS = "q"
ORDER = "urut"
# Of a value that somebody may have typed: no column that is asked is longer.
LONGEST = 255


class Order(models.TextChoices):
    """How a register may be sorted; the first is how it is shown to who asks for nothing."""

    NEWEST = "terbaru", _("Newest first")
    OLDEST = "terlama", _("Oldest first")
    TITLE = "judul", _("Title A–Z")
    YEAR = "tahun", _("Year")


# What a facet's value may be; where nobody can say, whatever was typed is looked for.
_ALLOWED = {
    "instansi": re.compile(r"[a-z][a-z0-9-]{0,39}").fullmatch,
    "kategori": InformationCategory.values.__contains__,
    "kewajiban": re.compile(r"[\w.-]{1,60}").fullmatch,
    "tahun": re.compile(r"(?:18|19|20|21)\d\d", re.ASCII).fullmatch,
    "unit": lambda value: len(value) <= LONGEST,
    "bentuk": InformationFormat.values.__contains__,
    "keadaan": ActivityState.values.__contains__,
}
FACETS = tuple(_ALLOWED)


@dataclasses.dataclass(frozen=True)
class RegisterView:
    """One view of a register. Two that show the same have the same ``query_string``.

    ``chosen`` holds the values of facets by their parameters, none of them empty.
    """

    words: str = ""
    chosen: Mapping[str, str] = dataclasses.field(default_factory=dict)
    order: Order = Order.NEWEST

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> "RegisterView":
        """Read the parameters of an address; what no register can be asked for is left out."""
        given = {name: _plain(query.get(name, "")) for name in (WORDS, ORDER, *FACETS)}
        chosen = {
            name: given[name] for name in FACETS if given[name] and _ALLOWED[name](given[name])
        }
        order = Order(given[ORDER]) if given[ORDER] in Order.values else Order.NEWEST
        return cls(given[WORDS][:LONGEST], chosen, order)

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters that say this view, in their alphabetical order and none for nothing."""
        said = {WORDS: self.words, **self.chosen}
        if self.order != Order.NEWEST:
            said[ORDER] = self.order.value
        return {name: said[name] for name in sorted(said) if said[name]}

    @property
    def query_string(self) -> str:
        return urlencode(self.parameters)

    @property
    def is_narrowed(self) -> bool:
        """Whether it shows less than the whole register."""
        return bool(self.words or self.chosen)

    def choosing(self, facet: str, value: str) -> "RegisterView":
        """Return this view with another value of ``facet``, or with none."""
        chosen = {name: known for name, known in self.chosen.items() if name != facet}
        return dataclasses.replace(self, chosen=chosen | ({facet: value} if value else {}))

    def without_words(self) -> "RegisterView":
        return dataclasses.replace(self, words="")

    def sorted_by(self, order: Order) -> "RegisterView":
        return dataclasses.replace(self, order=order)


def _plain(text):
    # PostgreSQL takes no NUL, and blanks at the ends of what was typed mean nothing.
    return text.replace("\0", "").strip()
