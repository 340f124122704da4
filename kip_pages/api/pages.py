"""Wagtail's pages API v2 for headless front ends: one host's own public pages."""

from django.utils import timezone
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.utils import BadRequestError
from wagtail.api.v2.views import PagesAPIViewSet
from wagtail.models import Page

from ..models.base import showable


class HostPagesAPIViewSet(PagesAPIViewSet):
    """The pages of the requested host's site, and of no other (Wagtail's own takes ``?site=``)."""

    def get_base_queryset(self):
        if "site" in self.request.GET:
            raise BadRequestError("ask the host of that site instead of using site=")
        shown = showable(super().get_base_queryset(), at=timezone.now())
        # By key: `search` can only filter by what is indexed.
        return Page.objects.filter(pk__in=shown.values("pk"))


pages_api = WagtailAPIRouter("wagtailapi")
pages_api.register_endpoint("pages", HostPagesAPIViewSet)
