from http import HTTPStatus

from django.http import JsonResponse
from django.http.request import split_domain_port
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from . import known_hosts
from .models import portal_site

REFUSE_HOOK = "refuse_host"


class KnownHostMiddleware:
    """Serve only hosts that have a site of their own, and say whose site it is.

    Wagtail answers an unknown host with the default site and status 200; here it is a 404 page.
    Sets ``request.agency`` (``None`` on the portal) and Wagtail's own cache of the request's site,
    so that one question serves both. A suspended or closed agency's host is a 404 page as well, except
    for the admin, where its content can be put right. Another app may refuse in its own way: the hook
    ``refuse_host`` is given the request and returns a response, or None.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.agency = None
        site = site_for_host(request)
        request._wagtail_site = site
        if site is None:
            return _refuse(request, "opd_sites/unknown_host.html", _("There is no site here."))
        request.agency = getattr(site, "agency", None)
        if request.agency and not request.agency.is_active and not _is_admin(request):
            return _refuse(
                request, "opd_sites/inactive_agency.html", _("This site is not available now.")
            )
        return self.get_response(request)


def site_for_host(request):
    """Return the site of the request's host as Wagtail would choose it, but never the default one."""
    hostname, _port = split_domain_port(request._get_raw_host())
    sites = known_hosts.sites_of(hostname.lower())
    if len(sites) == 1:
        return sites[0]
    return next((site for site in sites if str(site.port) == request.get_port()), None)


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
