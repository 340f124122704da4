"""Who passes warnings on, and where."""

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.urls import reverse

from opd_sites.choices import ProvinceRole
from opd_sites.models import Agency
from opd_sites.notices import publishers_for

from ..models import EmergencyAnnouncementPage, RelayedAlert


def officers_for(page: EmergencyAnnouncementPage) -> QuerySet:
    """Return who is told of a draft: the agency's publishers; at the portal its duty officers as well."""
    people = publishers_for(page)
    if Agency.objects.holding(page).exists():
        return people
    on_duty = get_user_model().objects.filter(
        groups__held_role__role=ProvinceRole.DUTY_OFFICER, is_active=True
    )
    keys = {*people.values_list("pk", flat=True), *on_duty.values_list("pk", flat=True)}
    return get_user_model().objects.filter(pk__in=keys).order_by("pk")


def address_of(page: EmergencyAnnouncementPage) -> str:
    """Return where a draft is looked at, finished and published."""
    return reverse("announce:relay", args=[page.pk])


def waiting_in(sections, *, at) -> QuerySet[RelayedAlert]:
    """Return what waits to be decided in these sections, what runs out first at the head."""
    sections = list(sections)
    waiting = RelayedAlert.objects.waiting(at=at).select_related("source", "page")
    keys = {
        alert.pk
        for alert in waiting
        if any(alert.page.is_descendant_of(section) for section in sections)
    }
    return waiting.filter(pk__in=keys)
