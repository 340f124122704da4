"""Sample announcements: in force, run out, updated, and an exercise. Hours count from now."""

import datetime

from django.contrib.auth import get_user_model
from django.db import transaction

from opd_sites.choices import AgencyRole
from opd_sites.models import Agency, portal_site

from ..models import EmergencyAnnouncementPage, EmergencyIndexPage
from .pages import keep_version, short_slug
from .people import username_of
from .texts import read, sign

PORTAL = "portal"
PORTAL_DUTY_OFFICER = "piket"
TIMES = ("from_hours", "until_hours")


def announce(*, now: datetime.datetime) -> int:
    """Fill the emergency sections that are empty, and return how many announcements that made."""
    return sum(_announce(key, said, now) for key, said in read("emergencies").items())


@transaction.atomic
def _announce(key, announcements, now):
    home, username = _place(key)
    section = EmergencyIndexPage.objects.child_of(home).first() if home else None
    if section is None or section.numchild:
        return 0
    user = get_user_model().objects.filter(username=username).first()
    made = {}
    for said in announcements:
        page = _page(said, made, now)
        page.owner = user
        section.add_child(instance=page)
        keep_version(page, user)
        made[said["key"]] = page
    return len(made)


def _place(key):
    """Return the home page an announcement stands under, and the log-in that made it."""
    if key == PORTAL:
        return portal_site().root_page, PORTAL_DUTY_OFFICER
    agency = Agency.objects.select_related("site__root_page").filter(code=key).first()
    if agency is None:
        return None, ""
    return agency.site.root_page, username_of(agency, AgencyRole.PUBLISHER)


def _page(said, made, now):
    now = now.replace(second=0, microsecond=0)
    fields = {name: value for name, value in said.items() if name not in (*TIMES, "key", "follows")}
    title = f"{sign()['label']} {fields.pop('title')}"
    begins, ends = (now + datetime.timedelta(hours=said[name]) for name in TIMES)
    hazard = f"{fields.pop('hazard_and_impact')} {sign()['closing']}"
    return EmergencyAnnouncementPage(
        title=title,
        slug=short_slug(title),
        summary=f"{sign()['label']} {fields.pop('summary')}",
        predecessor=made.get(said.get("follows")),
        effective=begins,
        expires=ends,
        first_published_at=begins,
        last_published_at=begins,
        hazard_and_impact=hazard,
        **fields,
    )
