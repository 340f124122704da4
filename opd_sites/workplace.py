"""Where somebody works, as the admin tells them on every screen."""

import dataclasses

from .models import RoleGroup, portal_site
from .roles import role_word

NAMED = 2  # agencies; who works for more is told how many more there are


@dataclasses.dataclass(frozen=True)
class Workplace:
    """The name of one's agency or agencies, or of the portal; one's roles, and the agency's colour."""

    name: str
    roles: list[str]
    accent_colour: str = ""


def workplace_of(user) -> Workplace:
    """Return where ``user`` works; a superuser without a role works for the province.

    One query, and for who works for the province one more.
    """
    held = RoleGroup.objects.filter(group__user=user).select_related("agency")
    held = list(held.order_by("agency__name", "pk"))
    roles = list(dict.fromkeys(role_word(group.role) for group in held))
    agencies = {group.agency_id: group.agency for group in held}
    if not agencies or None in agencies:
        portal = portal_site()
        return Workplace(portal.site_name if portal else "", roles)
    names = [agency.name for agency in agencies.values()]
    more = len(names) - NAMED
    name = ", ".join([*names[:NAMED], f"+{more}"] if more > 0 else names)
    colours = {agency.accent_colour for agency in agencies.values()}
    return Workplace(name, roles, colours.pop() if len(agencies) == 1 else "")
