from .agency import Agency, RoleGroup
from .former_host import FormerHost
from .notice import Notice
from .people import Colleague, Invitation
from .portal import SharedCollection, portal_site
from .section import PlacedPageMixin
from .workflow import (
    AgencyWorkflow,
    ApprovalTask,
    ReviewedKind,
    ReviewedPageMixin,
)

__all__ = [
    "Agency",
    "AgencyWorkflow",
    "ApprovalTask",
    "Colleague",
    "FormerHost",
    "Invitation",
    "Notice",
    "PlacedPageMixin",
    "ReviewedKind",
    "ReviewedPageMixin",
    "RoleGroup",
    "SharedCollection",
    "portal_site",
]
