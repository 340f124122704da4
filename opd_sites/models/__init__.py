from .agency import Agency, RoleGroup
from .portal import portal_site

__all__ = ["Agency", "RoleGroup", "portal_site"]
