"""Answer for a public page with what was made of it, as long as that is what would be made now.

A page is kept without its banners, which have moments and versions of their own: an alert that begins
must not have every page of every site made anew at the moment at which most readers come.
"""

import dataclasses
import datetime
import hashlib
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.core.cache import caches
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse, HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from wagtail.models import Site

from opd_sites import known_hosts
from opd_sites.middleware import place

from ..alerts.placing import Gap, HostAlerts, kept_alerts, last_known
from ..conf import get_setting
from ..models import EmergencyAnnouncementPage
from ..models.privacy import asked_once
from .marking import PAGES, is_kept_at
from .versions import Versions, known_versions

# Should anything change in silence, it is seen after this time all the same.
LOOK_AGAIN = datetime.timedelta(minutes=5)
# Seconds for which a page stands in for one that cannot be made because the database is away.
KEPT = 3600
# Seconds for which shared caches may keep a page, so until a reader without JavaScript sees an alert.
SHARED = 60


@dataclasses.dataclass(frozen=True)
class KeptPage:
    """A page around the gap for its banners, with the versions of what it was made of."""

    versions: Versions
    tells_alerts: bool
    language: str
    made_at: datetime.datetime
    until: datetime.datetime
    headers: dict[str, str]
    before: bytes
    after: bytes
    tag: str

    def is_true(self, versions: Versions, *, at: datetime.datetime) -> bool:
        same = self.versions.pages == versions.pages
        if self.tells_alerts:
            same = self.versions == versions
        return same and at < self.until and at - self.made_at < LOOK_AGAIN

    def content(self, alerts: HostAlerts) -> bytes:
        return self.before + alerts.place.encode() + self.after


def is_for_anyone(request) -> bool:
    """Say whether anybody would be answered the same: there is no session, log-in, token or preview."""
    if request.method not in ("GET", "HEAD") or "HTTP_AUTHORIZATION" in request.META:
        return False
    if getattr(request, "is_dummy", False):  # Wagtail's, to show a draft at the address of its page
        return False
    if "HTTP_COOKIE" not in request.META:  # as most readers are
        return True
    return not {settings.SESSION_COOKIE_NAME, "messages"} & request.COOKIES.keys()


def answer(request, make: Callable, *, site: Site) -> HttpResponseBase:
    """Return the page that is kept, or what ``make`` returns, which is kept where that may be."""
    cache, key = caches[get_setting("PAGE_CACHE")], _key(request)
    is_plain = not request.META.get("QUERY_STRING")
    kept = cache.get(key) if is_plain else None
    if kept is None and not _may_be_kept(request):
        return make(request)
    at = timezone.now()
    try:
        versions = known_versions(request.agency)
    except (OperationalError, InterfaceError):
        alerts = kept and last_known(site, language=kept.language, at=at)
        if alerts and at < kept.until:
            return _response(request, kept, alerts, at=at)
        raise
    if kept and kept.is_true(versions, at=at):
        return _response(request, kept, _alerts(request, site, kept.language, versions), at=at)
    site = _placed(request, versions)
    if site is None:
        return make(request)
    request.alert_gap = Gap()
    known_hosts.know_home(site)
    with asked_once():
        response = make(request)
    alerts = None
    if request.alert_gap.language and not response.streaming:
        alerts = _alerts(request, site, request.alert_gap.language, versions)
    kept = _kept(request, response, versions, at) if alerts else None
    if kept is None:
        filled = _filled(response, request.alert_gap, alerts)
        return keep_private(request, filled) if filled.cookies else filled
    if request.method == "GET" and is_plain:
        cache.set(key, kept, KEPT)
    return _response(request, kept, alerts, at=at, response=response)


# The ``Versions.hosts`` which what this process remembers of hosts is not older than.
_hosts_of = ""


def _placed(request, versions) -> Site | None:
    """Say on the request whose host it is as ``versions`` have it: what is remembered may be older.

    A page that was made from it would be kept as if it were true.
    """
    global _hosts_of
    if _hosts_of != versions.hosts:
        known_hosts.forget()
        _hosts_of = versions.hosts
    return place(request)


def keep_private(request, response: HttpResponseBase) -> HttpResponseBase:
    """Let no shared cache keep a page that was made for one reader; return it."""
    if is_kept_at(request.resolver_match) and not response.has_header("Cache-Control"):
        response["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, ["Cookie", "Authorization"])
    return response


def _may_be_kept(request):
    # The thread is still in the language of whoever asked before.
    language = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
    try:
        with translation.override(language):
            return is_kept_at(resolve(request.path_info))
    except Resolver404:
        return False


def _key(request):
    # Wagtail's URLs say the language; scheme and port stand in the addresses of every page.
    name = f"{request.scheme}://{request.get_host()}{request.path}"
    return f"kip_pages.page.{hashlib.sha256(name.encode()).hexdigest()}"


def _alerts(request, site, language, versions):
    now = timezone.now()
    return kept_alerts(site, request.agency, language=language, version=versions.alerts, at=now)


def _kept(request, response, versions, at) -> KeptPage | None:
    """Return what may be kept of an answer; None if it is not everybody's, or neither page nor screen."""
    page = (getattr(response, "context_data", None) or {}).get("page")
    match = request.resolver_match
    if (
        not is_kept_at(match)
        or (match.url_name == PAGES and page is None)
        or response.status_code != HTTPStatus.OK
        or response.cookies
        or response.has_header("Cache-Control")
    ):
        return None
    before, gap, after = response.content.partition(request.alert_gap.mark.encode())
    if not gap:
        return None
    tells_alerts = getattr(page, "tells_alerts", False)
    headers = {name: value for name, value in response.items() if name not in _OURS}
    return KeptPage(
        versions=versions,
        tells_alerts=tells_alerts,
        language=request.alert_gap.language,
        made_at=at,
        until=_until(tells_alerts, at),
        headers=headers,
        before=before,
        after=after,
        tag=hashlib.sha256(before + after).hexdigest()[:16],
    )


# What an answer is given when it is sent.
_OURS = {"Content-Length", "ETag", "Vary"}
# A reader who has a copy; the others are spared the look for it.
_CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH")


def _until(tells_alerts, at):
    """Return when the page says something else by itself: at the next moment of an alert, or tomorrow."""
    tomorrow = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    tomorrow += datetime.timedelta(days=1)
    if not tells_alerts:
        return tomorrow
    rows = EmergencyAnnouncementPage.objects.live().moments(at=at)
    return min([tomorrow, *(one for row in rows for one in row if one and one > at)])


def _response(request, kept, alerts, *, at, response=None):
    content = kept.content(alerts)
    if response is None:
        response = HttpResponse(content, headers=kept.headers)
    else:
        response.content = content
    seconds = min(alerts.seconds(SHARED, at=at), int((kept.until - at).total_seconds()))
    response["Cache-Control"] = f"public, max-age=0, s-maxage={max(0, seconds)}"
    response["Content-Length"] = str(len(content))
    response["ETag"] = f'"{kept.tag}{alerts.tag}"'
    response["Vary"] = "Cookie"
    if not any(name in request.META for name in _CONDITIONS):
        return response
    return get_conditional_response(request, etag=response["ETag"], response=response)


def _filled(response, gap, alerts):
    """Put the banners into an answer that is not kept, such as a page that was not found."""
    if alerts:
        place = alerts.place.encode()
        response.content = response.content.replace(gap.mark.encode(), place)
        if response.has_header("Content-Length"):
            response["Content-Length"] = str(len(response.content))
    return response
