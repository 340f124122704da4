"""What the feed ought to say, asked of the page tree in the plainest way."""

from django.utils import timezone
from wagtail.models import Page, PageViewRestriction, Site

from kip_pages.models import FeedPage
from opd_sites.models import Agency


def public_pages():
    """Return {(translation key, language): (agency code, address, title)} of what is public."""
    restricted = [r.page.path for r in PageViewRestriction.objects.select_related("page")]
    agencies = {a.root_page.path: a for a in Agency.objects.select_related("root_page", "site")}
    lead = Agency.objects.filter(is_lead=True).first()
    found = {}
    for page in Page.objects.filter(live=True, alias_of=None).specific():
        agency = agencies.get(page.path[:8], lead)
        if not isinstance(page, FeedPage) or agency is None or not agency.is_active:
            continue
        if page.expire_at and page.expire_at <= timezone.now():
            continue
        if any(page.path.startswith(path) for path in restricted):
            continue
        Site.clear_site_root_paths_cache()
        key = (str(page.translation_key), page.locale.language_code)
        found[key] = (agency.code, page.full_url, page.title)
    return found
