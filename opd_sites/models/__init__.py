from .agency import Agency, RoleGroup
from .people import Colleague, Invitation
from .portal import portal_site

__all__ = ["Agency", "Colleague", "Invitation", "RoleGroup", "portal_site"]
