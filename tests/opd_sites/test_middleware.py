"""Only hosts with a site of their own are served."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from wagtail import hooks
from wagtail.models import Site

from kip_pages.models import NewsPage
from opd_sites.middleware import KnownHostMiddleware

from ..factories import AgencyFactory, publish, section_of

UNKNOWN = "tidak-ada.example.test"
JSON = "application/json"


def get(client, path, host, accept=None, **extra):
    headers = {"host": host} | ({"accept": accept} if accept else {})
    return client.get(path, headers=headers, **extra)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/berita/",
        "/en/",
        "/admin/",
        "/admin/login/",
        "/api/v2/pages/",
        "/documents/1/a.pdf",
        "/images/x/1/width-40/a.png",
        "/_util/authenticate_with_password/1/1/",
        "/undangan/x/",
        "/pratinjau/x/",
        "/dip/2025-0.pdf",
        "/dik.csv",
        "/sitemap.xml",
    ],
)
def test_an_unknown_host_is_never_answered_with_the_default_site(client, portal, path):
    response = get(client, path, UNKNOWN)
    assert response.status_code == 404
    assert "opd_sites/unknown_host.html" in [t.name for t in response.templates]
    html = response.content.decode()
    assert 'href="http://portal.example.test' in html
    assert "sessionid" not in response.cookies


def test_an_unknown_host_is_refused_without_a_portal(client, portal):
    portal.delete()
    assert get(client, "/", UNKNOWN).status_code == 404


@pytest.mark.parametrize(
    "host",
    [
        "example.test",
        "dinkes.example.test.evil.test",
        "xdinkes.example.test",
        "127.0.0.1",
        "[::1]",
        "dinkes.example.test:port",
        "dinkes example.test",
    ],
)
def test_what_only_resembles_a_known_host_is_unknown(client, agency, host):
    assert get(client, "/", host).status_code == 404


@pytest.mark.parametrize(
    "host",
    [
        "dinkes.example.test",
        "DINKES.Example.TEST",
        "dinkes.example.test.",
        "dinkes.example.test:80",
        "dinkes.example.test:8443",
    ],
)
def test_a_known_host_is_known_however_it_is_written(client, agency, other_agency, host):
    response = get(client, "/", host)
    assert response.status_code == 200
    assert response.context["agency"] == agency


def test_the_port_is_ignored_when_the_hostname_is_unique(client, agency):
    for port in ("80", "443", "8000"):
        response = get(client, "/", f"dinkes.example.test:{port}", SERVER_PORT=port)
        assert response.context["agency"] == agency


def test_sites_on_one_hostname_are_told_apart_by_their_port(client, portal):
    agencies = {
        port: AgencyFactory(hostname="bersama.example.test", port=int(port))
        for port in ("8001", "8002")
    }
    for port, agency in agencies.items():
        response = get(client, "/", f"bersama.example.test:{port}", SERVER_PORT=port)
        assert response.context["agency"] == agency
    assert get(client, "/", "bersama.example.test:8003", SERVER_PORT="8003").status_code == 404


def test_the_portal_is_no_agencys(client, agency):
    response = get(client, "/", "portal.example.test")
    assert response.status_code == 200
    assert response.context["agency"] is None


def test_an_agency_does_not_serve_the_pages_of_another(client, agency, other_agency):
    publish(NewsPage, other_agency, slug="rapat")
    assert get(client, "/berita/rapat/", "dindik.example.test").status_code == 200
    assert get(client, "/berita/rapat/", "dinkes.example.test").status_code == 404


@pytest.mark.parametrize("host", [UNKNOWN, "10.0.0.7", "10.0.0.7:8000", "portal.example.test"])
def test_health_is_answered_on_any_host(client, portal, host):
    response = get(client, "/healthz", host)
    assert response.status_code == 200
    assert response.content == b"ok\n"


def test_only_the_very_path_is_answered_on_any_host(client, portal):
    assert get(client, "/healthz/", UNKNOWN).status_code == 404
    assert get(client, "/healthz/../admin/", UNKNOWN).status_code == 404


def test_health_needs_no_allowed_host_and_no_tls(client, db, settings):
    settings.ALLOWED_HOSTS = [".example.test"]
    settings.SECURE_SSL_REDIRECT = True
    assert get(client, "/healthz", "10.0.0.7").status_code == 200


@pytest.mark.parametrize("host", [UNKNOWN, "dinkes.example.test"])
def test_a_client_that_asks_for_json_gets_a_problem(client, agency, host):
    agency.status = "suspended"
    agency.save()
    response = get(client, "/api/v2/pages/", host, accept=JSON)
    assert response.status_code == 404
    assert response["content-type"] == "application/problem+json"
    problem = response.json()
    assert (problem["status"], problem["type"]) == (404, "about:blank")
    assert problem["title"]


@pytest.mark.parametrize("accept", [None, "*/*", "text/html", "text/html,application/json;q=0.9"])
def test_everybody_else_gets_a_page(client, portal, accept):
    assert get(client, "/", UNKNOWN, accept)["content-type"].startswith("text/html")


@pytest.mark.parametrize("host", [UNKNOWN, "dinkes.example.test"])
def test_another_app_may_refuse_a_host_in_its_own_way(client, agency, host):
    agency.status = "suspended"
    agency.save()

    def refuse(request):
        return HttpResponse("own", status=404) if request.path == "/own/" else None

    with hooks.register_temporarily("refuse_host", refuse):
        assert get(client, "/own/", host).content == b"own"
        assert get(client, "/", host)["content-type"].startswith("text/html")


def test_site_and_agency_cost_one_query(client, agency, django_assert_num_queries):
    def view(request):
        return (request.agency.code, Site.find_for_request(request).hostname)

    request = RequestFactory().get("/", headers={"host": "dinkes.example.test"})
    with django_assert_num_queries(1):  # the host's site, with its agency
        assert KnownHostMiddleware(view)(request) == ("dinkes", "dinkes.example.test")


def test_pages_name_their_own_host(client, agency):
    page = section_of(agency, NewsPage)
    assert page.full_url == "http://dinkes.example.test/berita/"
