"""What a browser may load and run: nothing of others, nothing that stands in a page."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from opd_sites.provisioning import suspend

ROOT = Path(__file__).resolve().parents[2]
# Pages of readers; the admin's, e-mails and what is made into a PDF are not sent with the strict policy.
OTHERS = ("/admin/", "/emails/", "/print/", "/desk/", "/session/", "/wagtailadmin/")
INLINE = re.compile(r"\sstyle=|<style|\son\w+=|javascript:|<script(?![^>]*\bsrc=)(?![^>]*json)")


def policy_of(response):
    parts = response.headers["Content-Security-Policy"].split("; ")
    return {name: sources for name, _, sources in (part.partition(" ") for part in parts)}


def sources_of(html):
    """Return what a policy must name so that the styles in ``html`` are taken."""
    styles = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    return [f"'sha256-{b64encode(sha256(s.encode()).digest()).decode()}'" for s in styles]


def test_no_template_of_readers_has_a_style_or_script_of_its_own():
    templates = [*(ROOT / "templates").rglob("*.html")]
    templates += [*ROOT.glob("*_*/templates/**/*.html")]
    looked_at = [path for path in templates if not any(part in str(path) for part in OTHERS)]
    assert len(looked_at) > 60
    found = {
        str(path.relative_to(ROOT)): INLINE.findall(path.read_text(encoding="utf-8"))
        for path in looked_at
    }
    assert {path: what for path, what in found.items() if what} == {
        # Their hashes stand in the policy.
        "templates/500.html": ["<style"],
        "templates/kip_pages/base.html": ["<style"],
    }


@pytest.mark.parametrize("path", ["/", "/berita/", "/tidak-ada/"])
def test_the_colours_of_an_agency_are_all_that_its_pages_bring_along(client, agency, path):
    response = client.get(path, headers={"host": "dinkes.example.test"})
    policy = policy_of(response)
    (colours,) = sources_of(response.content.decode())
    assert colours in policy["style-src"]
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"


def test_another_agencys_colours_are_not_taken(client, agency, other_agency):
    agency.accent_colour = "#7a0019"
    agency.save()
    one, other = (
        policy_of(client.get("/", headers={"host": f"{code}.example.test"}))["style-src"]
        for code in ("dinkes", "dindik")
    )
    assert one != other


def test_refusals_say_the_policy_too(client, agency):
    suspend(agency, at=timezone.now())
    for host in ("dinkes.example.test", "nowhere.example.test"):
        response = client.get("/", headers={"host": host})
        assert response.status_code == 404
        assert "unsafe" not in response.headers["Content-Security-Policy"]


def test_the_page_of_a_broken_site_keeps_its_style(client, agency, monkeypatch):
    def break_down(*args, **kwargs):
        raise RuntimeError("as a broken page does")

    monkeypatch.setattr("kip_pages.models.NewsIndexPage.serve", break_down)
    client.raise_request_exception = False
    response = client.get("/berita/", headers={"host": "dinkes.example.test"})
    assert response.status_code == 500
    (style,) = sources_of(response.content.decode())
    assert style in policy_of(response)["style-src"]


def test_wagtails_admin_may_write_scripts_into_its_pages(client, portal):
    client.force_login(get_user_model().objects.create_superuser("admin", password="x"))
    response = client.get("/admin/", headers={"host": "portal.example.test"})
    assert "'unsafe-inline'" in policy_of(response)["script-src"]
