"""What a host tells of its alerts to machines and to open pages: no cookie, no language guessed."""

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from wagtail.models import Site

from ..alerts.indexing import messages_in_force, messages_since, pages_in_force
from ..alerts.placing import kept_alerts
from ..alerts.state import MAX_AGE, STALE_IF_ERROR, iso
from ..api.http import conditional
from ..formats.alert_feed import CAP_TYPE, alert_feed
from ..models import CapMessage
from ..page_cache.versions import known_versions


@require_safe
def state(request) -> HttpResponse:
    """``/_darurat.json``: the alerts in force on this host, ready to be shown (``?bahasa=en``)."""
    at = timezone.now()
    alerts = _alerts(request, _language(request), at)
    said = {"now": iso(at)} | alerts.said
    response = JsonResponse(said, json_dumps_params={"ensure_ascii": False})
    return _kept(response, alerts.seconds(MAX_AGE, at=at))


@require_safe
def page_feed(request, name: str) -> HttpResponse:
    """``/darurat.atom`` and ``.rss``: what is in force, for people."""
    title = _("Emergency announcements in force: %(site)s")
    return _feed(request, name, pages_in_force, title)


@require_safe
def cap_index(request, name: str) -> HttpResponse:
    """``/cap/alerts.atom`` and ``.rss``: what is in force, each as its CAP message."""
    return _feed(request, name, messages_in_force, _("CAP alerts in force: %(site)s"))


@require_safe
def cap_messages(request, name: str) -> HttpResponse:
    """``/cap/messages.atom`` and ``.rss``: every CAP message of the last days, cancellations too."""

    def messages(agency, *, language, root_url, at):
        return messages_since(agency, root_url=root_url, at=at)

    return _feed(request, name, messages, _("CAP messages: %(site)s"))


@require_safe
def cap_file(request, uid) -> HttpResponse:
    """A CAP message, byte for byte as it went out; for ever at this address, on every host."""
    message = get_object_or_404(CapMessage, uid=uid)
    response = HttpResponse(bytes(message.xml), content_type=CAP_TYPE)
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Access-Control-Allow-Origin"] = "*"
    return conditional(request, response, tag=message.sha256) or response


def _feed(request, name, entries_for, title):
    language, at = _language(request), timezone.now()
    site = Site.find_for_request(request)
    with translation.override(language):
        entries = entries_for(request.agency, language=language, root_url=site.root_url, at=at)
        text, content_type = alert_feed(
            name,
            entries,
            title=title % {"site": site.site_name},
            language=language,
            home_url=f"{site.root_url}/",
            url=f"{site.root_url}{request.path}",
        )
    response = HttpResponse(text, content_type=content_type)
    return _kept(response, _alerts(request, language, at).seconds(MAX_AGE, at=at))


def _alerts(request, language, at):
    site, agency = Site.find_for_request(request), request.agency
    version = known_versions(agency).alerts
    return kept_alerts(site, agency, language=language, version=version, at=at)


def _language(request):
    language = request.GET.get("bahasa", "")
    known = dict(settings.WAGTAIL_CONTENT_LANGUAGES)
    return language if language in known else settings.LANGUAGE_CODE


def _kept(response, seconds):
    response["Cache-Control"] = f"public, max-age={seconds}, stale-if-error={STALE_IF_ERROR}"
    response["Access-Control-Allow-Origin"] = "*"
    return response
