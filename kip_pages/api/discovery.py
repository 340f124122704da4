"""Where a program that knows only a host finds the rest: ``robots.txt`` and the API catalogue."""

import json

from django.http import HttpResponse
from django.urls import NoReverseMatch, reverse

from .filters import address_of

LINKSET = 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"'
OPENAPI = "application/json"


def robots_txt(request):
    """Keep crawlers out of the admin and show them the host's sitemap (RFC 9309)."""
    lines = [
        "User-agent: *",
        f"Disallow: {reverse('wagtailadmin_home')}",
        "",
        f"Sitemap: {request.build_absolute_uri(reverse('kip_sitemap'))}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def api_catalog(request):
    """``/.well-known/api-catalog``: what this host's feed is and where it is described (RFC 9727)."""
    own_address = request.build_absolute_uri()
    feed = address_of(request, "api-root")
    linkset = [
        {"anchor": own_address, "item": [{"href": feed}, *_alerts(request)]},
        {
            "anchor": feed,
            "service-desc": [_link(request, "openapi-json", OPENAPI)],
            "service-doc": [_link(request, "openapi-view", "text/html")],
            "alternate": [
                _link(request, "items", "application/feed+json"),
                _link(request, "atom", "application/atom+xml"),
            ],
            "describedby": [
                _link(request, "catalog_jsonld", "application/ld+json"),
                _link(request, "catalog_ttl", "text/turtle"),
            ],
        },
    ]
    return HttpResponse(
        json.dumps({"linkset": linkset}),
        content_type=LINKSET,
        headers={"Link": f'<{own_address}>; rel="api-catalog"'},
    )


def _alerts(request):
    """What is in force on this host, where the project tells it: for open pages, and as CAP."""
    try:
        state, cap = reverse("kip_alerts:state"), reverse("kip_alerts:cap_index", args=["atom"])
    except NoReverseMatch:
        return []
    return [
        {"href": request.build_absolute_uri(state), "type": "application/json"},
        {"href": request.build_absolute_uri(cap), "type": "application/atom+xml"},
    ]


def _link(request, name, media_type):
    return {"href": address_of(request, name), "type": media_type}
