"""Verbs on agencies. Each keeps site, pages, collection, groups and status of an agency together."""

import datetime

from django.db import transaction
from wagtail import hooks
from wagtail.models import Collection, Page, PageViewRestriction, Site

from . import tree_lock
from .choices import AgencyStatus
from .hostnames import validate_hostname
from .models import Agency, FormerHost
from .role_sync import sync_agency_roles

PLANT_HOOK = "plant_agency_pages"

# What `provision` and `rename` may set; everything else of an agency has a verb of its own.
DESCRIPTION_FIELDS = frozenset(
    {"name", "short_name", "kind", "address", "phone", "email", "office_hours", "accent_colour"}
    | {"logo", "is_lead"}
)


class NoPagesPlantedError(RuntimeError):
    """No app answered the ``plant_agency_pages`` hook with a home page.

    Add an app that owns home pages (``kip_pages`` is one) to ``INSTALLED_APPS``, or register the hook.
    """


class HostnameTakenError(ValueError):
    """Another site has this host name; choose another, or change that site first."""


@transaction.atomic
def provision(*, code: str, hostname: str, port: int = 80, **description) -> Agency:
    """Make the agency ``code`` exist whole, and return it; running it again changes nothing.

    Creates or completes the agency, its pages (through the ``plant_agency_pages`` hook), site,
    collection and groups, in one transaction. ``description`` takes ``DESCRIPTION_FIELDS``; fields
    that are not given keep their value. Raises ``HostnameTakenError``, ``NoPagesPlantedError``, or
    ``django.core.exceptions.ValidationError`` for a value that the model refuses.
    """
    agency = Agency.objects.select_for_update().filter(code=code).first() or Agency(code=code)
    _describe(agency, description)
    if agency.root_page_id is None:
        # Alone from the start: it adds pages, and then a collection, which moves others aside.
        with tree_lock.changing():
            home = _plant(agency)
            agency.root_page = _top_page(home)
            agency.site = _take_site(agency, home, hostname, port)
            agency.collection = Collection.get_first_root_node().add_child(name=agency.name)
            agency.save()
    else:
        _address(agency, hostname, port)
        _rename_belongings(agency)
    sync_agency_roles(agency)
    return agency


@transaction.atomic
def rename(agency: Agency, *, hostname: str | None = None, port: int | None = None, **description):
    """Change the names, contact or address of an agency, and what carries them.

    Raises as ``provision`` does. The code never changes.
    """
    _describe(agency, description)
    site = agency.site
    _address(agency, hostname or site.hostname, port or site.port)
    _rename_belongings(agency)
    sync_agency_roles(agency)


def suspend(agency: Agency, *, at: datetime.datetime) -> None:
    """Hide the agency's pages, API and feed items together, until ``resume``."""
    _set_status(agency, AgencyStatus.SUSPENDED, at)


def close(agency: Agency, *, at: datetime.datetime) -> None:
    """Hide an agency that no longer exists; nothing of it is deleted."""
    _set_status(agency, AgencyStatus.CLOSED, at)


def resume(agency: Agency, *, at: datetime.datetime) -> None:
    """Show a suspended or closed agency again, as it was."""
    _set_status(agency, AgencyStatus.ACTIVE, at)


@transaction.atomic
def _set_status(agency, status, at):
    # The caller may have read it before somebody else changed it.
    agency.refresh_from_db(fields=["status"], from_queryset=Agency.objects.select_for_update())
    if agency.status == status:
        return
    agency.status = status
    agency.status_changed_at = at
    agency.save(update_fields=["status", "status_changed_at"])
    # A restriction to no group hides the whole tree from everything that asks for public pages,
    # and leaves every page's own state alone. Unpublishing the home page would do neither.
    closed_to_all = PageViewRestriction.objects.filter(
        page=agency.root_page,
        restriction_type=PageViewRestriction.GROUPS,
        groups__isnull=True,
    )
    if agency.is_active:
        for restriction in closed_to_all:
            restriction.delete()
    elif not closed_to_all.exists():
        PageViewRestriction.objects.create(
            page=agency.root_page, restriction_type=PageViewRestriction.GROUPS
        )


def _describe(agency, description):
    unknown = description.keys() - DESCRIPTION_FIELDS
    if unknown:
        raise TypeError(f"not a description of an agency: {', '.join(sorted(unknown))}")
    changed = {k: v for k, v in description.items() if getattr(agency, k) != v}
    for name, value in changed.items():
        setattr(agency, name, value)
    if agency._state.adding or changed:
        agency.full_clean()
        agency.save()


def _plant(agency):
    root = Page.get_first_root_node()
    for plant in hooks.get_hooks(PLANT_HOOK):
        home = plant(root, agency)
        if home is not None:
            return home
    raise NoPagesPlantedError(f"nothing answered the {PLANT_HOOK} hook for {agency.code}")


def _top_page(page):
    """Return the agency's own page directly under the root: all its languages lie below it."""
    return page if page.depth == 2 else page.get_ancestors().get(depth=2)


def _take_site(agency, home, hostname, port):
    _check_address(hostname, port)
    FormerHost.objects.filter(hostname=hostname.lower()).delete()
    return Site.objects.create(
        hostname=hostname.lower(), port=port, site_name=agency.short_name, root_page=home
    )


def _check_address(hostname, port, but=None):
    validate_hostname(hostname)
    taken = Site.objects.filter(hostname=hostname.lower(), port=port).exclude(pk=but)
    if taken.exists():
        raise HostnameTakenError(f"{hostname}:{port} belongs to another site")


def _address(agency, hostname, port):
    site = agency.site
    wanted = (hostname.lower(), port, agency.short_name)
    if (site.hostname, site.port, site.site_name) == wanted:
        return
    _check_address(hostname, port, but=site.pk)
    former = site.hostname
    site.hostname, site.port, site.site_name = wanted
    site.save()
    # Links and bookmarks lead to the new name; whoever takes a name has it for itself.
    FormerHost.objects.filter(hostname=site.hostname).delete()
    if former != site.hostname:
        FormerHost.objects.update_or_create(hostname=former, defaults={"agency": agency})


def _rename_belongings(agency):
    if agency.collection.name != agency.name:
        agency.collection.name = agency.name
        agency.collection.save()
