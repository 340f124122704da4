from .agency import Agency, RoleGroup
from .portal import SharedCollection, portal_site

__all__ = ["Agency", "RoleGroup", "SharedCollection", "portal_site"]
