"""Wagtail's pages API v2 for headless front ends: one host's own public pages."""

from http import HTTPStatus

from django.http import Http404
from django.urls import path
from django.utils import timezone
from rest_framework.exceptions import APIException
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.serializers import PageSerializer, RelatedField
from wagtail.api.v2.utils import BadRequestError
from wagtail.api.v2.views import PagesAPIViewSet
from wagtail.models import Page, Site

from ..models.base import showable
from ..models.preview import opened_by
from ..preview_tokens import NoPreviewError, PreviewExpiredError
from .http import confidential


class ShownRelatedField(RelatedField):
    """What a page refers to; None instead of another page that a citizen may not see.

    Wagtail's own tells of drafts, withdrawn and private pages whatever is asked of them.
    """

    def get_attribute(self, instance):
        related = super().get_attribute(instance)
        if isinstance(related, Page):
            shown = showable(Page.objects.filter(pk=related.pk), at=timezone.now())
            return related if shown.exists() else None
        return related


class ShownPageSerializer(PageSerializer):
    serializer_related_field = ShownRelatedField


class HostPagesAPIViewSet(PagesAPIViewSet):
    """The pages of the requested host's site, and of no other (Wagtail's own takes ``?site=``)."""

    base_serializer_class = ShownPageSerializer

    @classmethod
    def _get_serializer_class(cls, *args, **kwargs):
        """Wagtail 8: let the rows below a page refer to pages as the page itself does."""
        serializer = super()._get_serializer_class(*args, **kwargs)
        for child in serializer.child_serializer_classes.values():
            child.serializer_related_field = ShownRelatedField
        return serializer

    def get_base_queryset(self):
        if "site" in self.request.GET:
            raise BadRequestError("ask the host of that site instead of using site=")
        shown = showable(super().get_base_queryset(), at=timezone.now())
        # By key: `search` can only filter by what is indexed.
        return Page.objects.filter(pk__in=shown.values("pk"))


class PreviewExpired(APIException):
    status_code = HTTPStatus.GONE
    default_detail = "This preview has expired; ask its editor for a new one."


class DraftAPIViewSet(HostPagesAPIViewSet):
    """One draft, to whoever has its token: what a front end shows as a preview.

    ``/api/v2/preview/?token=…`` answers as the pages API will once the draft is public. A token
    opens its own page on that page's host and nothing else.
    """

    known_query_parameters = PagesAPIViewSet.known_query_parameters | {"token"}

    @classmethod
    def get_urlpatterns(cls):
        return [path("", cls.as_view({"get": "detail_view"}), name="detail")]

    def detail_view(self, request):
        return super().detail_view(request, pk=None)

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"  # the token is all there is to know
        return confidential(response)

    def get_object(self):
        try:
            page, _key = opened_by(self.request.GET.get("token", ""), at=timezone.now())
        except PreviewExpiredError as error:
            raise PreviewExpired from error
        except NoPreviewError as error:
            raise Http404 from error
        if page.get_site() != Site.find_for_request(self.request):
            raise Http404
        return page


pages_api = WagtailAPIRouter("wagtailapi")
pages_api.register_endpoint("pages", HostPagesAPIViewSet)
pages_api.register_endpoint("preview", DraftAPIViewSet)
