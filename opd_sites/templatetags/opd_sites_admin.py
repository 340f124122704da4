from django import template

from ..workplace import Workplace, workplace_of

register = template.Library()


@register.simple_tag(takes_context=True)
def workplace(context) -> Workplace | None:
    """Return where the user of this screen works, asked once; None where nobody is logged in."""
    request = context.get("request")
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    if not hasattr(request, "_opd_sites_workplace"):
        request._opd_sites_workplace = workplace_of(user)
    return request._opd_sites_workplace
