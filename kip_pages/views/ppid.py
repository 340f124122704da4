"""The PPID menu of the host's agency; on the portal, that of the agency that runs it."""

from functools import cached_property

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opd_sites.models import Agency

from ..choices import PpidFilling
from ..models import PpidMenuItem
from ..models.languages import address_in
from ..page_cache.marking import may_be_kept
from ..ppid.filling import Holdings, entries_for, holdings, one_of_each
from ..ppid.items import MenuGroup, menu_address, menu_groups
from ..templatetags.kip_pages_navigation import Link, Place

PER_PAGE = 20


@may_be_kept
@require_safe
def overview(request):
    """What the agency owes the public, group by group, and what of it is there."""
    menu = PpidMenu(request)
    leaves = [leaf for group in menu.groups for leaf in group.leaves]
    return menu.render(
        "overview",
        groups=menu.groups,
        title=_("PPID"),
        is_overview=True,
        total=len(leaves),
        number=sum(leaf.pk in menu.published for leaf in leaves),
    )


@may_be_kept
@require_safe
def top(request, group):
    """A group of the menu, or an item that stands by itself."""
    menu = PpidMenu(request)
    found = menu.group_at(group)
    if found is None:
        return menu.lead_on(group)
    if found.item.is_group:
        return menu.render("overview", groups=[found], title=found.item.shown_title)
    return menu.show(found.item)


@may_be_kept
@require_safe
def item(request, group, slug):
    """What answers an item: the one page itself, a list of several, or whom to ask for it."""
    menu = PpidMenu(request)
    found = menu.group_at(group)
    leaves = found.items if found else ()
    wanted = next((leaf for leaf in leaves if leaf.slug == slug), None)
    if wanted is None:
        return menu.lead_on(f"{group}/{slug}")
    return menu.show(wanted, found)


class PpidMenu:
    """The menu as one reader meets it: of one agency, at one moment, in one language."""

    def __init__(self, request):
        self.request = request
        self.at = timezone.now()
        self.language = get_language()
        self.address = menu_address()

    @cached_property
    def agency(self) -> Agency | None:
        if self.request.agency:
            return self.request.agency
        lead = Agency.objects.active().filter(is_lead=True)
        return lead.select_related("site", "root_page").first()

    @cached_property
    def items(self) -> list[PpidMenuItem]:
        rows = PpidMenuItem.objects.order_by("sort_order", "pk")
        return list(rows.prefetch_related("obligations"))

    @cached_property
    def groups(self) -> list[MenuGroup]:
        return menu_groups(self.items)

    @cached_property
    def holdings(self) -> Holdings:
        if self.agency is None:
            return Holdings()
        found = holdings(self.items, at=self.at, agency=self.agency)
        return found[self.agency.root_page.path]

    @cached_property
    def published(self) -> set[int]:
        """Keys of the items that are filled."""
        if self.agency is None:
            addresses = (row for row in self.items if row.filling == PpidFilling.ADDRESS)
            return {row.pk for row in addresses if row.url}
        return {row.pk for row in self.items if self.holdings.fills(row, self.agency)}

    def group_at(self, slug) -> MenuGroup | None:
        return next((group for group in self.groups if group.item.slug == slug), None)

    def lead_on(self, code) -> HttpResponse:
        """Answer for an address that nothing has now: an item that has moved is still found."""
        shown = {leaf.code: leaf for group in self.groups for leaf in (group.item, *group.items)}
        if code not in shown:
            raise Http404
        return self._lead_to(f"{self.address}{shown[code].path}/")

    def show(self, item, group=None) -> HttpResponse:
        """Return what answers ``item``."""
        if item.pk not in self.published:
            return self._unlisted(self.render("not_published", item=item, group=group))
        match item.filling:
            case PpidFilling.CONTACT:
                return self.render("contact", item=item, group=group)
            case PpidFilling.ADDRESS if item.url:
                return self._lead_to(item.url)
            case PpidFilling.PAGES | PpidFilling.ADDRESS:
                return self._show_pages(item, group)
        return self._lead_to(self._section_address(item))

    def _section_address(self, item):
        address = self._address_of(self.holdings.section_of(item, self.language))
        match item.filling:
            case PpidFilling.EXEMPT:
                return f"{address}dikecualikan/"
            case PpidFilling.REGISTER if item.category:
                return f"{address}?kategori={item.category}"
        return address

    def _show_pages(self, item, group):
        pages = self.holdings.pages_of(item)
        entries = []
        if item.filling == PpidFilling.PAGES and self.holdings.has_entries_for(item):
            entries = entries_for(item, self.agency, at=self.at)
        found = one_of_each([*pages, *entries], self.language)
        if len(found) == 1:
            return self._lead_to(self._address_of(found[0]))
        shown = Paginator(found, PER_PAGE).get_page(self.request.GET.get("hal"))
        for page in shown:
            page.other_language = "" if self._is_read(page) else page.locale.language_code
        return self.render("item", item=item, group=group, page_of_items=shown)

    def _address_of(self, page):
        """Return where the reader is shown a page, whatever language it is in."""
        written_in = page.locale.language_code
        return address_in(self.language, page.get_url(self.request), written_in=written_in)

    def _is_read(self, page):
        return page.locale.language_code == self.language

    def render(self, name, **context) -> HttpResponse:
        context |= {
            "ppid": self,
            "ppid_agency": self.agency,
            "place": self._place(context.get("group"), is_below=not context.get("is_overview")),
        }
        return render(self.request, f"kip_pages/ppid/{name}.html", context)

    def _place(self, group, *, is_below):
        trail = [Link(_("PPID"), self.address)] if is_below else []
        if group:
            trail.append(Link(group.item.shown_title, f"{self.address}{group.item.path}/"))
        return Place(trail)

    def _lead_to(self, address):
        response = self._unlisted(redirect(address))
        # What answers the item may be another page at any moment.
        patch_cache_control(response, no_cache=True)
        return response

    def _unlisted(self, response):
        """Keep search engines from what has nothing in it, or only leads on."""
        response["X-Robots-Tag"] = "noindex"
        return response
