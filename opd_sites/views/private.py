"""Wagtail's own public views, which know no host: what is another host's is not found."""

from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import add_never_cache_headers
from wagtail.documents.views.serve import authenticate_with_password as enter_wagtails_collection
from wagtail.images import get_image_model
from wagtail.images.views.serve import ServeView
from wagtail.models import BaseViewRestriction, CollectionViewRestriction, PageViewRestriction
from wagtail.views import authenticate_with_password as enter_wagtails_page
from wagtail.wagtail_hooks import require_wagtail_login

from ..audience import (
    agency_of_collection,
    agency_of_page,
    is_colleague,
    shows_collection,
    shows_file,
)

LOGIN = BaseViewRestriction.LOGIN
# What Pillow raises of a file that is none of the pictures it knows, or only a part of one.
BROKEN = (OSError, SyntaxError, ValueError)


class HostImageView(ServeView):
    """Images by signed address: on the hosts that show their collection, and none of a private one.

    A signed address is passed on and cached, so it cannot tell who asks. A file that is broken is as
    good as gone.
    """

    def get(self, request, signature, image_id, filter_spec, filename=None):
        image = get_object_or_404(
            get_image_model().objects.select_related("collection"), pk=image_id or None
        )
        collection = image.collection
        if collection.get_view_restrictions() or not shows_file(request.agency, image):
            raise Http404
        try:
            return super().get(request, signature, image_id, filter_spec, filename)
        except BROKEN:
            return HttpResponse(status=HTTPStatus.GONE)


def enter_collection(request, restriction_id):
    """Ask for the password of a private collection, on a host that shows it."""
    restriction = get_object_or_404(CollectionViewRestriction, pk=restriction_id)
    if not shows_collection(request.agency, restriction.collection):
        raise Http404
    return enter_wagtails_collection(request, restriction_id)


def enter_page(request, restriction_id, page_id):
    """Ask for the password of a private section, on its own host and for a page in it."""
    restriction = get_object_or_404(PageViewRestriction, pk=restriction_id)
    page = get_object_or_404(restriction.page.get_descendants(inclusive=True), pk=page_id)
    if agency_of_page(page) != request.agency:
        raise Http404
    return enter_wagtails_page(request, restriction_id, page_id)


def serve_own_documents(document, request):
    """Hook ``before_serve_document``: of this host, and the private ones to colleagues."""
    collection = document.collection
    if not shows_file(request.agency, document):
        raise Http404
    return _ask_for_colleagues(request, collection, agency_of_collection)


def serve_colleagues(page, request, args, kwargs):
    """Hook ``before_serve_page``: “any logged-in user” means any of the page's agency."""
    return _ask_for_colleagues(request, page, agency_of_page)


def _ask_for_colleagues(request, place, agency_of):
    """Ask strangers of another agency to log in, as Wagtail asks those of another group."""
    # Without a session there is nobody to judge, and what is public costs no query more.
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return None
    for_colleagues = place.get_view_restrictions().filter(restriction_type=LOGIN)
    if not for_colleagues.exists() or is_colleague(request.user, agency_of(place)):
        return None
    response = require_wagtail_login(next=request.get_full_path())
    add_never_cache_headers(response)
    return response
