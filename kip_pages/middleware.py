"""The feed's own manners of HTTP, around everything below its address."""

from http import HTTPStatus

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property
from wagtail.models import Site

from .api.problems import Problem, problem_response
from .page_cache import keeping
from .views import alerts

METHODS = "GET, HEAD, OPTIONS"
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Content-Disposition, ETag, Last-Modified, Link, Retry-After",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": "Authorization, If-Modified-Since, If-None-Match",
    "Access-Control-Max-Age": "86400",
}


class FeedMiddleware:
    """HEAD, preflights, CORS and ``Vary`` for every address of the feed.

    Stands around ``KnownHostMiddleware``, whose refusals are answers as well, and ``LocaleMiddleware``,
    which would have caches keep an answer for every language there is: the feed says the same to
    everybody (check ``kip_pages.E003``).
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path.startswith(self.root):
            return self.get_response(request)
        response = self.answer(request)
        # A token decides whether there is an answer at all, and what is noted of its consumer.
        response["Vary"] = "Accept-Encoding, Authorization"
        if "Authorization" in request.headers:
            _keep_private(response)
        for name, value in CORS.items():
            response[name] = value
        return response

    def answer(self, request) -> HttpResponseBase:
        if request.method == "OPTIONS":
            return HttpResponse(
                status=HTTPStatus.NO_CONTENT, headers={"Allow": METHODS} | PREFLIGHT
            )
        if request.method == "HEAD":
            request.method = "GET"
            try:
                return _without_body(self.get_response(request))
            finally:
                request.method = "HEAD"
        if request.method != "GET":
            problem = Problem(
                HTTPStatus.METHOD_NOT_ALLOWED, "read-only", "The feed can only be read"
            )
            problem.headers["Allow"] = METHODS
            return problem_response(request, problem)
        return self.get_response(request)

    @cached_property
    def root(self):
        return reverse("kip_feed:api-root")


class AlertMiddleware:
    """Answer what open pages ask every half minute, before anything else is asked for it.

    Behind ``KnownHostMiddleware``, which says whose host it is; in front of sessions and languages, so
    that the answer sets no cookie and is one for everybody.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path == self.path:
            return alerts.state(request)
        return self.get_response(request)

    @cached_property
    def path(self):
        return reverse("kip_alerts:state")


class PageCacheMiddleware:
    """Answer for public pages from ``KIP_PAGES["PAGE_CACHE"]``; a reader who is logged in never is.

    Behind ``KnownHostMiddleware``, which says whose host it is; in front of sessions and languages, so
    that a page that is kept costs nothing of them.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        site = Site.find_for_request(request)
        if site is None or not keeping.is_for_anyone(request):
            return keeping.keep_private(request, self.get_response(request))
        return keeping.answer(request, self.get_response, site=site)


def _keep_private(response):
    """Let no shared cache answer for us: the consumer would seem to have read less than it has."""
    kept = response.get("Cache-Control", "")
    if kept.startswith("public"):
        response["Cache-Control"] = kept.replace("public", "private", 1)


def _without_body(response):
    """Say what GET would say, without saying it."""
    if response.streaming:
        response.streaming_content = ()  # what it was reading from is closed with the response
    else:
        response.setdefault("Content-Length", str(len(response.content)))
        response.content = b""
    return response
