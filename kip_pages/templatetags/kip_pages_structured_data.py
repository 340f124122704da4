"""What pages tell search engines, as data within the page."""

import json

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from wagtail.models import Page

from ..formats import schema_org
from ..models import ActivityPage, EmergencyAnnouncementPage, NewsPage
from .kip_pages_languages import spoken

register = template.Library()

# As in Django's ``json_script``: no text can end the element or begin a comment.
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.simple_tag
def json_ld(data: dict) -> SafeString:
    """Return the element that carries ``data``. Browsers run nothing of this type: no CSP forbids it."""
    text = json.dumps(data, ensure_ascii=False).translate(_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308


_OBJECTS = {
    NewsPage: schema_org.news_object,
    EmergencyAnnouncementPage: schema_org.announcement_object,
    ActivityPage: schema_org.activity_object,
}


@register.simple_tag(takes_context=True)
def structured_data(context) -> SafeString:
    """Return what search engines are told of a page, and of the way to it.

    Register entries tell of themselves where their documents are at hand.
    """
    request, page, navigation = context["request"], context.get("page"), context["navigation"]
    agency = getattr(request, "agency", None)
    said = []
    if isinstance(page, Page) and not context.get("subpath") and not context.get("place"):
        if make := _OBJECTS.get(type(page)):
            with translation.override(spoken(context, page)):
                said.append(make(page, agency=agency))
        elif navigation.home.is_current:
            said.append(schema_org.home_object(page, agency=agency, search=_search(request)))
        if navigation.trail:
            steps = [
                (link.title, request.build_absolute_uri(link.url)) for link in navigation.trail
            ]
            said.append(schema_org.breadcrumbs([*steps, (page.title, page.full_url)]))
    return format_html_join("\n", "{}", ((json_ld(one),) for one in said if one))


def _search(request):
    try:
        return request.build_absolute_uri(reverse("kip_search:search"))
    except NoReverseMatch:
        return ""


@register.simple_tag(takes_context=True)
def entry_object(context, entry, documents) -> dict:
    """Return an entry of the register in the words of schema.org."""
    request = context.get("request")
    agency = getattr(request, "agency", None)
    return schema_org.entry_object(entry, agency=agency, documents=documents)
