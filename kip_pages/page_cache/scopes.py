"""On which sites a change may show."""

from wagtail.models import Page

# Beside the tree paths of agencies and of the portal, whose own pages changed:
EVERYWHERE = "*"
ALERTS = "alerts"  # what banners and lists of alerts show, on whatever site
FEED = "feed"  # what is told of all agencies: shown by the portal, which shows everything


def top_of(path: str) -> str:
    """Return the tree path of the agency, or of the portal, that a page belongs to."""
    return path[: 2 * Page.steplen]
