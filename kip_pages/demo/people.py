"""Log-ins to try the roles with. They share a public password, so they belong on no real server."""

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.db import transaction
from wagtail.users.models import UserProfile

from opd_sites.choices import AgencyRole, ProvinceRole
from opd_sites.models import Agency, RoleGroup

from .seed import DEMO_PASSWORD

DEMO_LANGUAGE = "id"

PROVINCE_LOGINS = {
    "provinsi": (ProvinceRole.PROVINCE_ADMIN, "Admin", "Provinsi"),
    "piket": (ProvinceRole.DUTY_OFFICER, "Petugas", "Piket"),
}
AGENCY_LOGINS = {
    AgencyRole.EDITOR: ("editor", "Editor"),
    AgencyRole.PUBLISHER: ("penerbit", "Penerbit"),
    AgencyRole.AGENCY_ADMIN: ("admin", "Admin"),
}


@transaction.atomic
def make_people() -> int:
    """Make the log-ins that are missing, and return how many; those that exist are left alone."""
    wanted = {"admin": (None, "Admin", "Utama")}
    groups = RoleGroup.objects.select_related("agency")
    by_role = {(held.role, held.agency_id): held.group_id for held in groups}
    for username, (role, first, last) in PROVINCE_LOGINS.items():
        wanted[username] = (by_role[role, None], first, last)
    for agency in Agency.objects.order_by("pk"):
        for role in AGENCY_LOGINS:
            group_id = by_role[role, agency.pk]
            wanted[username_of(agency, role)] = (
                group_id,
                AGENCY_LOGINS[role][1],
                agency.short_name,
            )
    return _make(wanted)


def username_of(agency: Agency, role: AgencyRole) -> str:
    return f"{AGENCY_LOGINS[role][0]}-{agency.code}"


def _make(wanted):
    model = get_user_model()
    known = set(model.objects.filter(username__in=wanted).values_list("username", flat=True))
    password = make_password(DEMO_PASSWORD)  # once: hashing is slow on purpose
    people = [
        model(
            username=username,
            email=f"{username}@contoh.invalid",
            password=password,
            first_name=first,
            last_name=last,
            is_superuser=group_id is None,
            is_staff=group_id is None,
        )
        for username, (group_id, first, last) in wanted.items()
        if username not in known
    ]
    people = model.objects.bulk_create(people)
    UserProfile.objects.bulk_create(
        UserProfile(user=person, preferred_language=DEMO_LANGUAGE) for person in people
    )
    membership = model.groups.through
    membership.objects.bulk_create(
        membership(user_id=person.pk, group_id=wanted[person.username][0])
        for person in people
        if wanted[person.username][0]
    )
    return len(people)
