"""What a browser may load and run on our pages (Content Security Policy, level 3).

Django 6 brings a middleware of its own (``SECURE_CSP``); until then this says the two policies there are.
"""

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.urls import reverse

HEADER = "Content-Security-Policy"

# Readers' pages: nothing from other hosts, no script and no style that stands in a page, but for the
# colours of an agency and the page that says that something is broken: these by their hashes.
PUBLIC = (
    "default-src 'none'; script-src 'self'; style-src 'self' {styles}; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; media-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'self'"
)
# Wagtail's admin writes scripts and styles into its pages.
ADMIN = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; object-src 'none'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'self'"
)


class ContentPolicyMiddleware:
    """Say the policy with every answer, first of all middleware: refusals and errors are pages, too."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        # Django's own page for developers is made of scripts and styles.
        if not (settings.DEBUG and response.status_code in (404, 500)):
            response.headers.setdefault(HEADER, _policy(request))
        return response


def _policy(request) -> str:
    if request.path.startswith(_admin_root()):
        return ADMIN
    agency = getattr(request, "agency", None)
    return _public(agency.theme.source if agency else "")


@cache
def _public(theme: str) -> str:
    return PUBLIC.format(styles=" ".join(filter(None, (theme, _style_of("500.html")))))


@cache
def _style_of(template: str) -> str:
    """Return the source that allows the one style which stands in a template of the site."""
    text = (Path(settings.BASE_DIR) / "templates" / template).read_text(encoding="utf-8")
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    return f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'"


@cache
def _admin_root() -> str:
    return reverse("wagtailadmin_home")
