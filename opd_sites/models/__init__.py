from .agency import Agency, RoleGroup
from .notice import Notice
from .portal import SharedCollection, portal_site
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
    "Notice",
    "ReviewedKind",
    "ReviewedPageMixin",
    "RoleGroup",
    "SharedCollection",
    "portal_site",
]
