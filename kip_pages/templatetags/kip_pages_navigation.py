"""What templates ask of the tree: where the reader is, and where one can go from there."""

import dataclasses

from django import template
from django.conf import settings
from django.db.models import Q, prefetch_related_objects
from django.urls import translate_url
from django.utils import timezone
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _
from wagtail.models import Page, Site

from opd_sites import known_hosts
from opd_sites.models import Agency, portal_site

from ..alerts.placing import make_alerts
from ..models import EmergencyAnnouncementPage, PortalHomePage
from ..models.base import showable
from ..models.languages import address_in, province_language
from ..models.portal_journal import JOURNAL
from ..models.provincial_register import REGISTER
from .kip_pages_languages import page_language

register = template.Library()


@dataclasses.dataclass(frozen=True)
class Link:
    title: str
    url: str
    is_current: bool = False
    is_ancestor: bool = False
    # Empty where the title is in the reader's language.
    language: str = ""


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a screen stands that is no page of the tree, and has one address in every language.

    A view gives it to its template as ``place``; ``trail`` is what lies between the home page and it.
    """

    trail: list[Link]


@dataclasses.dataclass(frozen=True)
class LanguageLink:
    """One language of the site; ``alternate_url`` is empty where this very page lacks it."""

    code: str
    name: str
    url: str
    alternate_url: str
    is_current: bool


@dataclasses.dataclass(frozen=True)
class Navigation:
    site_name: str
    portal_url: str
    home: Link
    sections: list[Link]
    trail: list[Link]
    languages: list[LanguageLink]
    # Of the pages that were asked for, by the keys of their locales.
    language_codes: dict[int, str]


@register.simple_tag(takes_context=True)
def public_navigation(context) -> Navigation | None:
    """Return what the header shows, or None where the host has no public home page.

    ``subpath`` in the context is where below its page an answer is that all languages of it have.
    """
    request = context.get("request")
    site = Site.find_for_request(request) if request else None
    if site is None:
        return None
    page, place = context.get("page"), context.get("place")
    page = page if isinstance(page, Page) else None
    above = _paths_above(page, site)
    pages = _pages(site, page, above)
    homes = [other for other in pages if _is_home(other, site)]
    # Who edits a page reads in a language of their own.
    is_preview = getattr(request, "is_preview", False)
    home = _in_language(homes, page.locale_id if page and is_preview else None)
    if home is None:
        return None
    subpath = context.get("subpath", "")
    here = {page.translation_key} if page and not subpath else set()
    if subpath:
        above = [*above, page.path]
    steps = [other for other in pages if other.path in above]
    passed = {step.translation_key for step in steps}

    def link(target):
        # An alias stands in the reader's tree, and says what its original does.
        speaks = province_language() if target.alias_of_id else target.locale.language_code
        url, wanted = target.get_url(request), home.locale.language_code
        if target.locale.language_code != wanted and url:
            url = address_in(wanted, url, written_in=target.locale.language_code)
        language = "" if speaks == get_language() else speaks
        key = target.translation_key
        return Link(target.title, url, key in here, key in passed, language)

    return Navigation(
        site_name=site.site_name or home.title,
        portal_url=_portal_url(request, site),
        home=link(home),
        sections=[
            *_portal_sections(request, home),
            *(link(section) for section in _sections_of(home, homes, pages)),
        ],
        trail=_trail(link, steps, pages, place, home),
        languages=_languages(request, page, homes, pages, place, subpath),
        language_codes={other.locale_id: other.locale.language_code for other in pages},
    )


def _trail(link, steps, pages, place, home):
    if place:
        return [link(home), *place.trail]
    return [link(_read_as(home, step, pages)) for step in steps]


def _read_as(home, page, pages):
    """Return ``page`` as it is in the language of ``home``; itself where it is not."""
    same = (other for other in pages if other.translation_key == page.translation_key)
    return next((other for other in same if other.locale_id == home.locale_id), page)


def _sections_of(home, homes, pages):
    """Return what the menu leads to: below the home page, or else below that of another language."""
    for place in (home, *homes):
        if found := [one for one in pages if one.show_in_menus and one.is_child_of(place)]:
            return found
    return []


def _portal_sections(request, home):
    """Return what the portal shows of all agencies, for its menu; nothing on an agency's site."""
    if not issubclass(home.specific_class or Page, PortalHomePage):
        return []
    address = home.get_url(request)
    named = [
        (REGISTER, _("Public information register")),
        (JOURNAL, _("Programmes and activities")),
    ]
    return [
        Link(title, address + part, is_current=request.path == address + part)
        for part, title in named
    ]


def _paths_above(page, site) -> list[str]:
    """Return the tree paths from the site's home down to the page above ``page``."""
    if page is None:
        return []
    depths = range(site.root_page.depth, page.depth)
    return [page.path[: depth * Page.steplen] for depth in depths]


def _is_home(page, site):
    return page.translation_key == site.root_page.translation_key


def _pages(site, page, above):
    """Return homes, sections, translations of ``page`` and pages above it, as far as they may be shown.

    In the order of the tree, by one query.
    """
    root = site.root_page
    home = (above or [(page or root).path])[0]
    # An agency's homes lie side by side below its own page; another home directly below the root.
    top = home[: -Page.steplen] if len(home) > 2 * Page.steplen else home
    keys = {root.translation_key} | ({page.translation_key} if page else set())
    sections = Q(path__startswith=top, depth=root.depth + 1, show_in_menus=True)
    asked = Page.objects.filter(Q(translation_key__in=keys) | sections | Q(path__in=above))
    return list(showable(asked, at=timezone.now()).select_related("locale").order_by("path"))


def _in_language(homes, locale_id):
    """Return the home in the page's language; without a page in the reader's; else the first."""
    fitting = (
        home
        for home in homes
        if (home.locale_id == locale_id if locale_id else _speaks(home, get_language()))
    )
    return next(fitting, next(iter(homes), None))


def _speaks(page, language):
    return page.locale.language_code == language


def _languages(request, page, homes, pages, place, subpath):
    """Return the languages in which the site has a home, in the order of the settings."""
    links = []
    for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES:
        home = next((home for home in homes if _speaks(home, code)), None)
        if home is None:
            continue
        # An alias shows its original's language, so it is no translation.
        same = next(
            (
                other
                for other in pages
                if page
                and other.translation_key == page.translation_key
                and _speaks(other, code)
                and (other.alias_of_id is None or other.pk == page.pk)
            ),
            None,
        )
        here = translate_url(request.path, code) if place else ""
        links.append(
            LanguageLink(
                code=code,
                name=get_language_info(code)["name_local"],
                url=here
                or _shown_in(code, request, same, page, pages, subpath)
                or home.get_url(request),
                alternate_url=_full_url(request, here, same, subpath),
                is_current=code == get_language(),
            )
        )
    return links if len(links) > 1 else []


def _shown_in(code, request, same, page, pages, subpath):
    """Return where a reader of ``code`` is shown the page: translated, or as the province wrote it."""
    if same:
        return same.get_url(request) + subpath
    for other in pages:
        if page and other.translation_key == page.translation_key:
            language = other.locale.language_code
            if language == province_language() and other.alias_of_id is None:
                address = other.get_url(request) + subpath
                return address_in(code, address, written_in=language)
    return ""


def _full_url(request, here, page, subpath):
    """Return the whole address of a screen, or else of a page; empty where there is neither."""
    if here:
        return request.build_absolute_uri(here)
    return page.get_full_url(request) + subpath if page else ""


def _portal_url(request, site):
    if getattr(request, "agency", None) is None:
        return f"{site.root_url}/"
    known = known_hosts.remembered("portal", lambda: list(filter(None, [portal_site()])))
    return f"{known[0].root_url}/" if known else ""


@register.simple_tag(takes_context=True)
def canonical_url(context) -> str:
    """Return the one address of what is shown: on the host it belongs to, in one order of parameters.

    Of a query counts the number of the page of a list, and what a view says as ``canonical_query``.
    """
    request, page = context["request"], context.get("page")
    site = Site.find_for_request(request)
    listed = context.get("page_of_items")
    parts = [context.get("canonical_query", "")]
    if listed and listed.number > 1:
        parts.append(f"hal={listed.number}")
    query = "&".join(filter(None, parts))
    address = f"{site.root_url}{request.path}"
    is_of_page = isinstance(page, Page) and not context.get("place")
    if is_of_page and page_language(context, page) != get_language() and page.full_url:
        # Shown beside its own address, in the frame of another language.
        address = page.full_url + context.get("subpath", "")
    return f"{address}{'?' if query else ''}{query}"


@register.simple_tag(takes_context=True)
def alert_banners(context) -> str:
    """Return the place of the host's banners with those in force, or nothing where there is no site.

    In a page that may be kept a gap is left for them: they change without it.
    """
    request = context.get("request")
    site = Site.find_for_request(request) if request else None
    if site is None:
        return ""
    language = get_language()
    gap = getattr(request, "alert_gap", None)
    if gap is not None:
        return gap.leave(language)
    agency = getattr(request, "agency", None)
    return make_alerts(site, agency, language=language, at=timezone.now()).place


@register.simple_tag
def lead_agency() -> Agency | None:
    """Return the agency that runs the portal."""
    return Agency.objects.active().filter(is_lead=True).select_related("site").first()


@register.simple_tag
def in_force_among(announcements) -> set[int]:
    """Return the keys of those announcements that hold now, so that a list can say so."""
    listed = EmergencyAnnouncementPage.objects.filter(pk__in=[page.pk for page in announcements])
    return set(listed.in_force(at=timezone.now()).values_list("pk", flat=True))


@register.simple_tag
def documents_of(entry):
    """Return the entry's documents with their files, in the editor's order."""
    documents = list(entry.documents.all())
    prefetch_related_objects(documents, "document__kip_record")
    return documents
