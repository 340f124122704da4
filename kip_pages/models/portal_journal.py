from django.template.response import TemplateResponse
from django.utils import timezone
from wagtail.contrib.routable_page.models import RoutablePageMixin, path

from opd_sites.models import Agency

from .activity import ActivityPage
from .base import showable
from .journal import Asked, Journal, journal_context
from .languages import read_in

JOURNAL = "kegiatan/"


class PortalJournalMixin(RoutablePageMixin):
    """The journal of all agencies, below the portal's home page in each language.

    A route of that page and no view beside the pages: ``/kegiatan/`` of an agency's host is its own
    section, and what belongs to a page is kept and forgotten with it.
    """

    @path(JOURNAL, name="journal")
    def serve_journal(self, request):
        agencies = list(Agency.objects.active().select_related("root_page").in_order())
        pages = showable(ActivityPage.objects.filter(alias_of=None), at=timezone.now())
        journal = Journal(
            read_in(pages, self.locale.language_code),
            Asked.of(request.GET, agencies={agency.code for agency in agencies}),
            today=timezone.localdate(),
            agencies=agencies,
        )
        context = {"page": self, "self": self, "subpath": JOURNAL}
        context |= journal_context(journal, request)
        return TemplateResponse(request, "kip_pages/portal_journal.html", context)
