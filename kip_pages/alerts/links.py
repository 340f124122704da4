"""Whether the links of an announcement lead anywhere, asked before it is published.

A dead one is named to whoever is about to publish, and holds up nobody: an emergency does not wait for
somebody's web server.
"""

import concurrent.futures
import dataclasses
import html
import http
import re
from collections.abc import Callable
from functools import partial
from urllib.parse import urldefrag, urljoin, urlsplit

from django.conf import settings
from django.http import Http404
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.html import urlize
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.coreutils import get_dummy_request
from wagtail.models import Site

from ..models import AttemptOutcome, EmergencyAnnouncementPage
from ..models.emergency import CONTENT_ELEMENTS
from ..outward.addresses import Deadline, UndeliverableError
from ..outward.connecting import ask

SECONDS = 3  # for all links together
HEAD_SECONDS = 1.5  # of these; some servers never answer HEAD
MOST = 12
REDIRECTS = 3
HEADERS = {"User-Agent": "KIP-Pages-Links/1", "Accept": "*/*"}
_HREF = re.compile(r'href="(https?://[^"]+)"')


@dataclasses.dataclass(frozen=True)
class DeadLink:
    url: str
    label: str  # of the field in which it stands
    reason: str


def dead_links(
    announcement: EmergencyAnnouncementPage, *, seconds: float = SECONDS
) -> list[DeadLink]:
    """Return the links that lead nowhere, in the order of the text, after ``seconds`` at the latest.

    Beyond the first ``MOST`` links none is asked.
    """
    found = links_of(announcement)
    answers = _answers(list(found), seconds) if found else {}
    return [DeadLink(url, found[url], reason) for url, reason in answers.items() if reason]


def links_of(announcement: EmergencyAnnouncementPage) -> dict[str, str]:
    """Return the links that its readers can press, each with the name of the field it first stands in."""
    found = {}
    for name in (*CONTENT_ELEMENTS, "original_url"):
        label = capfirst(announcement._meta.get_field(name).verbose_name)
        # As the public page makes links of texts.
        for url in _HREF.findall(urlize(getattr(announcement, name))):
            found.setdefault(html.unescape(url), label)
    return dict(list(found.items())[:MOST])


def _answers(urls, seconds) -> dict[str, str]:
    """Return of each address why it leads nowhere; "" where it leads somewhere."""
    deadline = Deadline(seconds)
    sites = {site.hostname: site for site in Site.objects.select_related("root_page", "agency")}
    own = {url: sites[host] for url in urls if (host := _host(url)) in sites}
    others = [url for url in urls if url not in own]
    answers = {url: _reason_here(url, site) for url, site in own.items()}
    if others:
        with concurrent.futures.ThreadPoolExecutor(len(others)) as pool:
            asked = pool.map(lambda url: _outcome(url, deadline), others)
            answers |= {
                url: tell() if tell else "" for url, tell in zip(others, asked, strict=True)
            }
    return {url: answers[url] for url in urls}


def _host(url):
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


# --- our own hosts ---------------------------------------------------------------------------


def _reason_here(url, site) -> str:
    """Judge an address of our own without a request: a worker may be waiting for this very answer."""
    agency = getattr(site, "agency", None)
    if agency is not None and not agency.is_active:
        return _("The site is not served at present.")
    path = urlsplit(url).path or "/"
    language = translation.get_language_from_path(path)
    with translation.override(language or settings.LANGUAGE_CODE):
        is_there = _is_served(path, site)
    return "" if is_there else _("There is no public page at this address.")


def _is_served(path, site):
    try:
        match = resolve(path)
    except Resolver404:
        return False
    if match.view_name != "wagtail_serve":
        return True  # a list, a file, an interface
    parts = [part for part in match.args[0].split("/") if part]
    request = get_dummy_request(path=path, site=site)
    try:
        page = site.root_page.localized.specific.route(request, parts)[0]
    except Http404:
        return False
    return not page.get_view_restrictions().exists()


# --- everybody else's ------------------------------------------------------------------------


def _outcome(url, deadline) -> Callable[[], str] | None:
    """Ask for an address, and return what words its failure has; None where it leads somewhere."""
    try:
        for _hop in range(REDIRECTS + 1):
            status, location = _asked(url, deadline)
            if not (300 <= status < 400 and location):
                return _fault_of(status)
            url = urljoin(url, location)
    except UndeliverableError as error:
        return partial(_words_of, error.outcome)
    except TimeoutError:
        return partial(_words_of, AttemptOutcome.TOO_SLOW)
    return lambda: _("It leads from one address to the next.")


def _fault_of(status):
    is_gone = status in (http.HTTPStatus.NOT_FOUND, http.HTTPStatus.GONE)
    if is_gone or status >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
        return lambda: _("It answers with an error (%(status)s).") % {"status": status}
    return None  # who keeps machines out may let people in


def _asked(url, deadline) -> tuple[int, str]:
    """Ask without wanting the page, and for the page itself where that is refused."""
    try:
        status, location = _ask(url, "HEAD", min(HEAD_SECONDS, deadline.left()))
    except UndeliverableError as error:
        if error.outcome not in (AttemptOutcome.BROKEN, AttemptOutcome.TOO_SLOW):
            raise
    else:
        if status < http.HTTPStatus.BAD_REQUEST:
            return status, location
    return _ask(url, "GET", deadline.left())


def _ask(url, method, seconds):
    return ask(
        urldefrag(url).url,
        method=method,
        headers=HEADERS,
        seconds=seconds,
        read=lambda answer: (answer.status, answer.headers.get("Location", "")),
        may_be_insecure=True,
    )


def _words_of(outcome) -> str:
    return {
        AttemptOutcome.ADDRESS_REFUSED: _("The public cannot open this address."),
        AttemptOutcome.UNKNOWN_NAME: _("There is no host of this name."),
        AttemptOutcome.BAD_CERTIFICATE: _("Browsers warn of its certificate."),
        AttemptOutcome.TOO_SLOW: _("It does not answer in time."),
    }.get(outcome, _("It does not answer."))
