from django.template.response import TemplateResponse
from django.utils import timezone
from wagtail.contrib.routable_page.models import RoutablePageMixin, path

from opd_sites.models import Agency

from ..register_view import RegisterView
from .base import showable
from .dip import DipEntryPage
from .languages import read_in
from .register_facets import facets_of_province, of_agencies
from .register_listing import RegisterListing, register_context

REGISTER = "dip/"


class ProvincialRegisterMixin(RoutablePageMixin):
    """Gives the portal the registers of all active agencies as one, in the language of its page."""

    @path(REGISTER, name="register")
    def serve_register(self, request):
        agencies = list(Agency.objects.active().select_related("root_page", "site"))
        listing = provincial_listing(
            request.GET,
            agencies,
            language=self.locale.language_code,
            address=self.get_url(request) + REGISTER,
        )
        context = {"page": self, "self": self, "subpath": REGISTER}
        context |= register_context(listing, request.GET)
        whose = {agency.root_page.path: agency for agency in agencies}
        for entry in context["page_of_items"]:
            entry.agency = whose[entry.top]
        return TemplateResponse(request, "kip_pages/provincial_register.html", context)


def provincial_listing(query, agencies, *, language: str, address: str = "") -> RegisterListing:
    """Return what the parameters of an address ask of the registers of ``agencies`` together.

    ``agencies`` are active ones; an entry stands in it once: in ``language``, or where nobody has
    translated it, as it was written.
    """
    pages = showable(DipEntryPage.objects.filter(alias_of=None), at=timezone.now())
    return RegisterListing(
        of_agencies(read_in(pages, language), agencies),
        RegisterView.parse(query),
        facets=facets_of_province(agencies),
        # By all that the index can be asked for; the rest narrows what it finds.
        searched=DipEntryPage.objects.live(),
        address=address,
    )
