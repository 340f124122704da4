"""The pages an agency and the portal start with. Running any of it again changes nothing."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from wagtail.actions.convert_alias import ConvertAliasPageAction
from wagtail.models import Locale, Page, Site, get_page_models

from opd_sites import tree_lock
from opd_sites.models import portal_site
from opd_sites.role_sync import sync_roles

from .choices import InformationTopic
from .models import (
    ActivityIndexPage,
    AgencyHomePage,
    AgencyRootPage,
    DipIndexPage,
    EmergencyIndexPage,
    FeedPage,
    InformationIndexPage,
    InformationPage,
    NewsIndexPage,
    PortalHomePage,
)
from .models.base import NeverHeldMixin
from .models.languages import province_language

SECTIONS = [
    (NewsIndexPage, "berita", _("News")),
    (DipIndexPage, "informasi-publik", _("Public information register")),
    (EmergencyIndexPage, "serta-merta", _("Immediate information")),
    (ActivityIndexPage, "kegiatan", _("Programmes and activities")),
    (InformationIndexPage, "informasi", _("Profile and policy")),
]

_WELCOMES = {
    AgencyHomePage: _("Welcome to the site of %(name)s."),
    PortalHomePage: _("Public information of all agencies, in one place."),
}

# Drafts with the headings of PERKI 1/2021 Ps. 15(1) and (7), for the agency to fill.
STARTING_PAGES = [
    (
        "profil",
        _("Profile of the agency"),
        InformationTopic.PROFILE,
        [
            _("Seat and full address"),
            _("Vision and mission"),
            _("Duties and functions"),
            _("Organisational structure"),
            _("Profile of the officials"),
        ],
    ),
    (
        "profil-ppid",
        _("Profile of the information officer (PPID)"),
        InformationTopic.PROFILE,
        [_("Decree of appointment"), _("Duties and powers"), _("Contact and service hours")],
    ),
    (
        "permohonan-informasi",
        _("How to request information"),
        InformationTopic.PROCEDURE,
        [_("Your rights"), _("How to request"), _("How to object"), _("Time limits and costs")],
    ),
]


def plant_agency_pages(parent: Page, agency) -> AgencyHomePage:
    """Plant an agency's home, sections and starting pages under ``parent``; return the home page."""
    now = timezone.now()
    with translation.override(settings.LANGUAGE_CODE):
        root = parent.add_child(
            instance=AgencyRootPage(title=agency.name, slug=agency.code, first_published_at=now)
        )
        home = root.add_child(
            instance=AgencyHomePage(
                title=agency.name,
                slug="beranda",
                first_published_at=now,
                intro=_WELCOMES[AgencyHomePage] % {"name": agency.name},
            )
        )
        for model, slug, title in SECTIONS:
            section = home.add_child(
                instance=model(
                    title=str(title), slug=slug, show_in_menus=True, first_published_at=now
                )
            )
        for slug, title, topic, headings in STARTING_PAGES:
            draft = InformationPage(
                title=str(title),
                slug=slug,
                topic=topic,
                live=False,
                has_unpublished_changes=True,
                body=[("heading", str(heading)) for heading in headings],
            )
            section.add_child(instance=draft)
            draft.save_revision()
    for locale in Locale.objects.filter(pk__in=_portals_in_other_languages().values("locale")):
        _open(home, locale)
    return home


@tree_lock.changing()
def set_up_portal(*, hostname: str, port: int = 80, name: str) -> Site:
    """Make the province's portal exist, with its languages and groups, and return its site.

    On a fresh installation this also clears away Wagtail's welcome page and stock groups, which
    hold rights at the root of the tree.
    """
    for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES:
        Locale.objects.get_or_create(language_code=code)
    home = PortalHomePage.objects.filter(locale=Locale.get_default()).order_by("pk").first()
    home = home or _plant_portal(name)
    site = portal_site() or Site()
    wanted = {"hostname": hostname.lower(), "port": port, "site_name": name}
    wanted |= {"root_page_id": home.pk, "is_default_site": True}
    if any(getattr(site, field) != value for field, value in wanted.items()):
        for field, value in wanted.items():
            setattr(site, field, value)
        site.save()
    _clear_stock_content()
    sync_roles()
    return site


def _plant_portal(name):
    now = timezone.now()
    with translation.override(settings.LANGUAGE_CODE):
        home = Page.get_first_root_node().add_child(
            instance=PortalHomePage(
                title=name,
                slug="portal",
                first_published_at=now,
                intro=str(_WELCOMES[PortalHomePage]),
            )
        )
        home.add_child(
            instance=EmergencyIndexPage(
                title=str(_("Immediate information")),
                slug="serta-merta",
                show_in_menus=True,
                first_published_at=now,
            )
        )
    return home


def open_language(language: str) -> int:
    """Give the portal and every agency a home page and sections in ``language``; return how many.

    What is there already stays as it is, whoever wrote it. Agencies that come later have the languages
    that the portal has.
    """
    locale, _is_new = Locale.objects.get_or_create(language_code=language)
    homes = [*PortalHomePage.objects.all(), *AgencyHomePage.objects.all()]
    written = [home for home in homes if home.locale.language_code == province_language()]
    planted = sum(_open_alone(home, locale) for home in written)
    sync_roles()  # duty officers announce in the portal's new section, too
    return planted


@tree_lock.changing()
def _open_alone(home, locale):
    """Site by site, so that no editor waits for all of them."""
    return _open(home, locale)


def _open(home, locale):
    """Plant what ``home`` and its sections are in the language of ``locale``; return how many pages."""
    with translation.override(locale.language_code):
        intro = _WELCOMES[type(home)] % {"name": home.title}
        planted = _say(home, locale, title=home.title, intro=str(intro))
    for section in home.get_children().live().specific():
        if title := _title_in(locale.language_code, section):
            planted += _say(section, locale, title=title, intro="")
        elif not section.has_translation(locale):
            # Nobody has said what it is called: readers see that it is Indonesian.
            section.copy_for_translation(locale, alias=True)
            planted += 1
    return planted


def _title_in(language, section):
    """Return what a section is called in ``language``; empty where it, or its own name, is not known."""
    for model, _slug, title in SECTIONS:
        with translation.override(settings.LANGUAGE_CODE):
            first = str(title)
        with translation.override(language):
            said = str(title)
        if type(section) is model and section.title == first != said:
            return said
    return ""


def _say(source, locale, **words):
    """Write ``source`` in the language of ``locale``, unless somebody has; return how many pages."""
    page = source.get_translation_or_none(locale)
    if page is None:
        page = source.copy_for_translation(locale)
    elif page.alias_of_id:
        page = ConvertAliasPageAction(page).execute(skip_permission_checks=True)
    else:
        return 0
    for name, value in words.items():
        setattr(page, name, value)
    page.seo_title = page.search_description = ""
    page.first_published_at = source.first_published_at
    page.save_revision().publish()
    return 1


def _portals_in_other_languages():
    written = PortalHomePage.objects.filter(locale__language_code=province_language())
    return PortalHomePage.objects.live().exclude(pk__in=written.values("pk"))


def _clear_stock_content():
    welcome = Page.objects.filter(depth=2, numchild=0, slug="home", sites_rooted_here=None)
    for page in welcome:
        if page.specific_class is Page:
            page.delete()
    Group.objects.filter(name__in=["Moderators", "Editors"], user=None).delete()


def duty_officer_pages() -> list[Page]:
    """Return where duty officers announce for the whole province: the portal's emergency section."""
    portals = PortalHomePage.objects.order_by("pk")
    sections = (EmergencyIndexPage.objects.child_of(portal) for portal in portals)
    return [section for found in sections for section in found]


def reviewable_models() -> list[type[FeedPage]]:
    """Return what the province may want to see before it goes live: never an emergency announcement."""
    return [
        model
        for model in get_page_models()
        if issubclass(model, FeedPage) and not issubclass(model, NeverHeldMixin)
    ]
