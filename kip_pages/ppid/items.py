"""The menu as the province keeps it, in the reader's language. One query, whatever it holds."""

import dataclasses

from django.urls import NoReverseMatch, reverse

from ..models import PpidMenuItem


@dataclasses.dataclass(frozen=True)
class MenuGroup:
    """A line of the first level; without ``items`` it is an item itself."""

    item: PpidMenuItem
    items: tuple[PpidMenuItem, ...]

    @property
    def leaves(self) -> tuple[PpidMenuItem, ...]:
        """What of it leads somewhere."""
        return self.items if self.item.is_group else (self.item,)


def menu_groups(items=None) -> list[MenuGroup]:
    """Return what the menu shows, in its order; a group in which nothing is shown is left out.

    ``items`` are rows that somebody has asked for already.
    """
    rows = [item for item in _all(items) if item.is_shown]
    groups = [
        MenuGroup(item, tuple(row for row in rows if row.parent_id == item.pk))
        for item in rows
        if item.parent_id is None
    ]
    return [group for group in groups if group.leaves]


def _all(items):
    return PpidMenuItem.objects.order_by("sort_order", "pk") if items is None else items


def menu_address() -> str:
    """Return where the menu stands in the language in use; empty where a project has no such address."""
    try:
        return reverse("kip_ppid:overview")
    except NoReverseMatch:
        return ""
