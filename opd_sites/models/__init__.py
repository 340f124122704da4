from .agency import Agency, RoleGroup
from .people import Colleague, Invitation
from .portal import portal_site
from .section import PlacedPageMixin

__all__ = ["Agency", "Colleague", "Invitation", "PlacedPageMixin", "RoleGroup", "portal_site"]
