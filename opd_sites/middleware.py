from http import HTTPStatus

from django.http import HttpResponsePermanentRedirect, JsonResponse
from django.http.request import split_domain_port
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.auth import permission_denied
from wagtail.models import Site

from . import known_hosts
from .guard import requests, routes, screens, views
from .models import FormerHost, portal_site
from .walls import ground_of

REFUSE_HOOK = "refuse_host"


class KnownHostMiddleware:
    """Serve only hosts that have a site of their own, and say whose site it is.

    Wagtail answers an unknown host with the default site and status 200; here it is a 404 page.
    Sets ``request.agency`` (``None`` on the portal) and Wagtail's own cache of the request's site,
    so that one question serves both. A suspended or closed agency's host is a 404 page as well, except
    for the admin, where its content can be put right. From a host name that an agency had before, readers
    are led to the same address at the name it has now. Another app may refuse in its own way: the hook
    ``refuse_host`` is given the request and returns a response, or None.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if place(request) is None:
            return _lead_on(request) or _refuse(
                request, "opd_sites/unknown_host.html", _("There is no site here.")
            )
        if request.agency and not request.agency.is_active and not _is_admin(request):
            return _refuse(
                request, "opd_sites/inactive_agency.html", _("This site is not available now.")
            )
        return self.get_response(request)


class WallsMiddleware:
    """Let nobody of an agency meet another agency's things in Wagtail's admin; see ``opd_sites.guard``.

    Stands behind the middleware that knows the user. The province's administrators pass by, but for
    two views that publish translations unseen.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not _is_admin(request):
            return None
        walled = _is_walled(request)
        if walled and routes.is_closed(request.resolver_match):
            return permission_denied(request)
        if walled:
            requests.without_foreign_ids(request, view, kwargs)
        own = views.replacement(request.resolver_match.view_name, view, walled=walled)
        return own and own(request, *args, **kwargs)

    def process_template_response(self, request, response):
        context = getattr(response, "context_data", None)
        if context and _is_walled(request):
            screens.narrow_choices(request.user, context)
        return response


def _is_walled(request):
    """Say whether somebody asks the admin who may enter it, but does not see over the walls."""
    return (
        _is_admin(request)
        and request.user.has_perm("wagtailadmin.access_admin")
        and not ground_of(request.user).is_everything
    )


def place(request) -> Site | None:
    """Say on the request whose host it is, and return its site; None where there is none."""
    request._wagtail_site = site = site_for_host(request)
    request.agency = getattr(site, "agency", None)
    return site


def site_for_host(request):
    """Return the site of the request's host as Wagtail would choose it, but never the default one."""
    hostname, _port = split_domain_port(request._get_raw_host())
    sites = known_hosts.sites_of(hostname.lower())
    if len(sites) == 1:
        return sites[0]
    return next((site for site in sites if str(site.port) == request.get_port()), None)


def _lead_on(request):
    """Return the way to where the agency of a former host is now; None for every other host."""
    hostname, _port = split_domain_port(request._get_raw_host())
    former = FormerHost.objects.select_related("agency__site")
    former = former.filter(hostname=hostname.lower()).first()
    if former is None or not former.agency.is_active:
        return None
    return HttpResponsePermanentRedirect(f"{former.agency.site.root_url}{request.get_full_path()}")


def _is_admin(request):
    try:
        return request.path.startswith(reverse("wagtailadmin_home"))
    except NoReverseMatch:
        return False


def _refuse(request, template, title):
    for refuse in hooks.get_hooks(REFUSE_HOOK):
        response = refuse(request)
        if response is not None:
            return response
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return JsonResponse(
            {"type": "about:blank", "title": str(title), "status": HTTPStatus.NOT_FOUND},
            status=HTTPStatus.NOT_FOUND,
            content_type="application/problem+json",
        )
    # Before LocaleMiddleware: nobody else has chosen the language of this request yet.
    with translation.override(translation.get_language_from_request(request)):
        return render(
            request,
            template,
            {"title": title, "agency": request.agency, "portal": portal_site()},
            status=HTTPStatus.NOT_FOUND,
        )
