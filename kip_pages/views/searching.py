"""The page on which citizens search: one agency's pages on its host, all agencies' on the portal."""

from urllib.parse import urlencode

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from wagtail.coreutils import get_supported_content_language_variant

from opd_sites.models import portal_site

from ..choices import FeedKind
from ..page_cache.marking import may_be_kept
from ..search.asking import ask
from ..search.bounds import TakesTooLongError
from ..search.scope import Directory, Scope
from ..search.words import Words

# Nothing that agencies publish is older; a register may know of next year.
FIRST_YEAR = 1945
YEARS_OFFERED = 15


@may_be_kept
@require_safe
def search(request):
    """Answer with the form, and with what was found once there are words; whatever is asked, with 200."""
    at = timezone.now()
    words = Words.of(request.GET.get("q", ""))
    scope = _scope(request, at)
    context = {
        "words": words,
        "scope": scope,
        "kinds": FeedKind,
        "years": _years(at, scope.year),
        "is_asked": "q" in request.GET,
        "not_understood": _not_understood(request.GET, scope),
        "kept_query": urlencode(_query(words.text, scope)),
    }
    if words:
        context |= _found(words, scope, number=request.GET.get("hal"), at=at)
    response = render(request, "kip_pages/search.html", context | _elsewhere(request, words))
    if request.GET:
        # What is found is asked anew each time; what is public is found in its own place.
        patch_cache_control(response, private=True, no_cache=True)
    response["X-Robots-Tag"] = "noindex"
    return response


def _scope(request, at):
    query, directory = request.GET, Directory.read()
    kind = query.get("jenis", "")
    return Scope(
        directory=directory,
        language=get_supported_content_language_variant(get_language()),
        site=request.agency,
        agency=None if request.agency else directory.coded(query.get("opd", "")),
        kind=FeedKind(kind) if kind in FeedKind.values else None,
        year=_year(query.get("tahun", ""), at),
    )


def _year(text, at):
    is_year = len(text) == 4 and text.isascii() and text.isdigit()
    return int(text) if is_year and FIRST_YEAR <= int(text) <= at.year + 1 else None


def _years(at, chosen):
    offered = set(range(at.year + 1, at.year - YEARS_OFFERED, -1)) | ({chosen} - {None})
    return sorted(offered, reverse=True)


def _not_understood(query, scope):
    """Say whether something was chosen that there is not; all is searched then."""
    chosen = {"jenis": scope.kind, "opd": scope.agency or scope.site, "tahun": scope.year}
    return any(query.get(name) and not value for name, value in chosen.items())


def _found(words, scope, *, number, at):
    try:
        answer = ask(words, scope, number=number, at=at)
    except TakesTooLongError:
        return {"takes_too_long": True}
    found = {"answer": answer, "page_of_items": answer.page_of_items}
    if answer.meant:
        found["meant_query"] = urlencode(_query(answer.meant, scope))
    return found


def _query(text, scope):
    """Return what the address of this search says, without the page of the results."""
    own = {"q": text, "jenis": scope.kind, "tahun": scope.year}
    own["opd"] = scope.agency.code if scope.agency else None
    return {name: value for name, value in own.items() if value}


def _elsewhere(request, words):
    """Return where the same words can be searched for beyond this search."""
    portal = portal_site() if request.agency else None
    province = settings.LANGUAGE_CODE
    asked = urlencode({"q": words.text})
    found = {"all_url": reverse("kip_search:search") + f"?{asked}"}
    if portal:
        found["portal_search_url"] = portal.root_url + found["all_url"]
    if get_language() != province:
        with translation.override(province):
            found["other_language_url"] = reverse("kip_search:search") + f"?{asked}"
    return found
