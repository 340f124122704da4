"""Say of every row what is to become of it, by what stands in the register already."""

import dataclasses
import datetime
from collections.abc import Iterable, Iterator
from itertools import islice

from wagtail.models import Locale

from ..import_choices import RowPlan, RowRefusal, SetAside
from ..models import DipEntryPage, DipIndexPage
from .content import EntryContent
from .questions import LEFT_OUT
from .resembling import Titles
from .understood import Understood

CHUNK = 200


class NoRegisterError(ValueError):
    """The agency has no register section in the default language to import into."""


@dataclasses.dataclass
class Planned:
    """A row and what is to become of it."""

    row: Understood
    plan: RowPlan
    reason: RowRefusal | SetAside | None = None
    about: dict[str, str] = dataclasses.field(default_factory=dict)
    changes: list[str] = dataclasses.field(default_factory=list)
    resembles: str = ""
    entry: DipEntryPage | None = None
    content: EntryContent | None = None


def register_of(agency) -> DipIndexPage:
    """Return the section that the agency's entries stand in; raises ``NoRegisterError``."""
    sections = DipIndexPage.objects.descendant_of(agency.root_page)
    section = sections.filter(locale=Locale.get_default()).first()
    if section is None:
        raise NoRegisterError(f"{agency.code} has no register section")
    return section


def plan(rows: Iterable[Understood], *, agency, at: datetime.datetime) -> Iterator[Planned]:
    """Plan all rows of a file, in their order. Nothing is changed."""
    section = register_of(agency)
    titles = Titles(section)
    rows = iter(rows)
    while chunk := list(islice(rows, CHUNK)):
        planned = plan_chunk(chunk, section=section, agency=agency, at=at)
        for item in planned:
            if item.plan is RowPlan.NEW:
                item.resembles = titles.resembling(item.row.title, item.row.key)
        yield from planned


def plan_chunk(
    rows: list[Understood], *, section: DipIndexPage, agency, at: datetime.datetime
) -> list[Planned]:
    """Plan some rows with few questions to the database."""
    planned = [_judge(row, agency) for row in rows]
    keys = [item.content.key for item in planned if item.content]
    known = _known(section, keys)
    for item in planned:
        if item.content:
            _compare(item, known.get(item.content.key), at)
    return planned


def _judge(row, agency) -> Planned:
    if not row.is_entry:
        is_refused = row.why in _REFUSED
        return Planned(row, RowPlan.REFUSED if is_refused else RowPlan.ASIDE, row.why, row.about)
    if row.agency and row.agency != agency.code:
        return Planned(row, RowPlan.ASIDE, SetAside.OTHER_AGENCY, {"agency": row.agency})
    if row.is_exempt:
        return Planned(row, RowPlan.EXEMPT, SetAside.EXEMPT)
    if row.answer == LEFT_OUT:
        return Planned(row, RowPlan.REFUSED, RowRefusal.LEFT_OUT)
    if row.category is None:
        if row.said:
            return Planned(row, RowPlan.REFUSED, RowRefusal.UNKNOWN_CATEGORY, {"said": row.said})
        return Planned(row, RowPlan.REFUSED, RowRefusal.NO_CATEGORY)
    content = EntryContent.of(row)
    if message := content.check():
        return Planned(row, RowPlan.REFUSED, RowRefusal.INVALID, {"message": message})
    return Planned(row, RowPlan.NEW, content=content)


# What somebody meant as an entry and may mend in the file; the rest never was one.
_REFUSED = frozenset({SetAside.NO_TITLE, SetAside.DUPLICATE, SetAside.SAME_KEY})


def _known(section, keys):
    entries = DipEntryPage.objects.child_of(section).filter(source_key__in=keys)
    entries = entries.prefetch_related("documents").order_by("pk")
    return {entry.source_key: entry for entry in entries}


def _compare(item, entry, at):
    if entry is None:
        return
    item.entry = entry
    item.changes = item.content.differences(entry)
    item.plan = RowPlan.CHANGED if item.changes else RowPlan.SAME
    if refusal := _may_not_change(entry, item.changes, at):
        item.plan, item.reason = RowPlan.REFUSED, refusal


def _may_not_change(entry, changes, at) -> RowRefusal | None:
    """Somebody's work on an entry is never written over, and what was taken away stays away."""
    if not entry.live:
        return RowRefusal.OFFLINE
    if not changes:
        return None
    if entry.has_unpublished_changes:
        return RowRefusal.BEING_EDITED
    return RowRefusal.LOCKED if entry.locked else None
