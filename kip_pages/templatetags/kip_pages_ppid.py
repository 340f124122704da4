"""The PPID menu for every page; while the province changes nothing it asks nothing."""

import dataclasses

from django import template

from ..choices import PpidFilling
from ..models import InformationPage
from ..page_cache.scopes import EVERYWHERE
from ..page_cache.versions import kept_while_true
from ..ppid.items import menu_address, menu_groups

register = template.Library()


@dataclasses.dataclass(frozen=True)
class PpidLink:
    """``language`` is empty where it is the reader's; ``is_published`` None where nobody asked."""

    title: str
    url: str
    language: str
    is_current: bool
    is_published: bool | None
    is_service: bool
    is_elsewhere: bool
    about: str
    about_language: str


@dataclasses.dataclass(frozen=True)
class PpidGroup:
    """``link`` leads to the group, or to the one item that it is; then ``links`` are none.

    The group of the page that is read ``has_current``.
    """

    link: PpidLink
    links: list[PpidLink]
    has_current: bool


@dataclasses.dataclass(frozen=True)
class PpidMenuShown:
    url: str
    groups: list[PpidGroup]
    is_current: bool


@register.simple_tag(takes_context=True)
def ppid_menu(context) -> PpidMenuShown | None:
    """Return the menu with its addresses on this host, or None where there is none.

    Every link leads to the item's own address, which leads on to what fills it; so a page need not know.
    """
    request, address = context.get("request"), menu_address()
    groups = _groups(context) if request and address else []
    if not groups:
        return None
    asked = context.get("ppid")
    page = context.get("page")
    answered = page.menu_item_id if isinstance(page, InformationPage) else None

    def link(item):
        url = f"{address}{item.path}/"
        return PpidLink(
            title=item.shown_title,
            url=url,
            language=item.title_language,
            is_current=request.path == url or item.pk == answered,
            is_published=item.pk in asked.published if asked else None,
            is_service=item.filling == PpidFilling.ADDRESS,
            is_elsewhere=item.filling == PpidFilling.ADDRESS and bool(item.url),
            about=item.shown_about,
            about_language=item.about_language,
        )

    shown = []
    for group in groups:
        head, links = link(group.item), [link(item) for item in group.items]
        has_current = head.is_current or any(one.is_current for one in links)
        shown.append(PpidGroup(head, links, has_current))
    return PpidMenuShown(address, shown, request.path == address)


def _groups(context):
    """Return the menu of the view that shows it, or what is known while the province changes nothing."""
    if asked := context.get("ppid"):
        return asked.groups
    return kept_while_true(EVERYWHERE, "ppid menu", menu_groups)
