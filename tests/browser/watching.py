"""What a citizen's browser must never have to complain of, on any page, in any test."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Response

from ..live import HOST

OWN = (".example.test", HOST)
POLICY = "content-security-policy"
# No HTTPS here, so browsers hold back the header; and the page that is shown before it is public runs no
# script.
MEANT = ("Cross-Origin-Opener-Policy", "Blocked script execution in 'about:srcdoc'")
# What the browser itself says of a page that is not there.
MISSING = "Failed to load resource: the server responded with a status of 404"


@pytest.fixture
def troubles():
    """What windows complain of; there is nothing at the end."""
    found = []
    yield found
    assert found == []


def watched(page: Page, troubles: list, *, meant: tuple[str, ...] = ()) -> Page:
    """Note what the console says, what scripts throw, who else is asked, which policies are too free."""

    def note(line):
        if line.type in ("error", "warning") and not any(w in line.text for w in MEANT + meant):
            troubles.append((page.url, line.text))

    def note_host(request):
        parts = urlsplit(request.url)
        if parts.scheme.startswith("http") and not parts.hostname.endswith(OWN):
            troubles.append((page.url, f"asks {parts.hostname}"))

    page.on("console", note)
    page.on("pageerror", lambda error: troubles.append((page.url, str(error))))
    page.on("request", note_host)
    page.on("response", lambda response: troubles.extend(_too_free(response)))
    return page


def _too_free(response: Response) -> list[tuple[str, str]]:
    """Return what is wrong with the policy of a document; Wagtail's admin has one of its own."""
    is_document = response.request.resource_type == "document"
    if not is_document or urlsplit(response.url).path.startswith("/admin/"):
        return []
    policy = response.headers.get(POLICY, "no policy: unsafe")
    # Nothing is named but the page's own host, what stands in the page as data, and hashes of styles.
    sources = {source for part in policy.split("; ") for source in part.split()[1:]}
    free = {one for one in sources if one not in ("'self'", "'none'", "data:")}
    free = {one for one in free if not one.startswith("'sha256-")}
    return [(response.url, f"its policy allows {free}")] if free else []
