from wagtail.models import Site


def portal_site() -> Site | None:
    """Return the province's own site: the one that no agency has."""
    return Site.objects.filter(agency=None).order_by("-is_default_site", "pk").first()
