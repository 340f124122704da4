"""What pages tell search engines, as data within the page."""

import json

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from ..formats import schema_org

register = template.Library()

# As in Django's ``json_script``: no text can end the element or begin a comment.
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.simple_tag
def json_ld(data: dict) -> SafeString:
    """Return the element that carries ``data``. Browsers run nothing of this type: no CSP forbids it."""
    text = json.dumps(data, ensure_ascii=False).translate(_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308


@register.simple_tag(takes_context=True)
def entry_object(context, entry, documents) -> dict:
    """Return an entry of the register in the words of schema.org."""
    request = context.get("request")
    agency = getattr(request, "agency", None)
    return schema_org.entry_object(entry, agency=agency, documents=documents)
