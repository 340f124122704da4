"""Make the menu hold what the app's data file proposes. What the province changed stays as it is."""

import json
from pathlib import Path

from django.db import transaction

from ..models import Obligation, PpidMenuItem
from ..page_cache import changes, scopes

DATA_FILE = Path(__file__).parents[1] / "data" / "ppid_menu.json"


class UnknownObligationsError(ValueError):
    """The menu names obligations that are not in the database: run ``load_obligations`` first."""


@transaction.atomic
def load_ppid_menu(path: Path = DATA_FILE) -> int:
    """Add the items that the menu has never had, in the order of the file; return how many.

    Those it knows are left alone, whatever they are called now and wherever they stand.
    """
    rows = json.loads(path.read_text(encoding="utf-8"))
    known = {item.code: item for item in PpidMenuItem.objects.all()}
    missing = [row for row in rows if row["code"] not in known]
    _refuse_unknown(missing)
    last = max((item.sort_order or 0 for item in known.values()), default=0)
    # Groups first: items point to them. The order is that of the file all the same.
    numbered = sorted(enumerate(missing, start=last + 1), key=lambda one: "/" in one[1]["code"])
    for order, row in numbered:
        known[row["code"]] = _add(row, order, known)
    if missing:
        changes.note(scopes.EVERYWHERE)
    return len(missing)


def _refuse_unknown(rows):
    named = {code for row in rows for code in row["obligations"]}
    unknown = named.difference(Obligation.objects.filter(pk__in=named).values_list("pk", flat=True))
    if unknown:
        raise UnknownObligationsError(", ".join(sorted(unknown)))


def _add(row, order, known):
    group, _slash, slug = row["code"].rpartition("/")
    fields = {name: value for name, value in row.items() if name != "obligations"}
    parent = known[group] if group else None
    item = PpidMenuItem.objects.create(parent=parent, slug=slug, sort_order=order, **fields)
    item.obligations.set(row["obligations"])
    return item
