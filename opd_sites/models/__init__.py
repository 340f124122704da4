from .agency import Agency, RoleGroup
from .notice import Notice
from .portal import portal_site
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
    "portal_site",
]
