"""Links of an announcement are asked before it is published, and a dead one is named and no more."""

import http.server
import socket
import threading
import time

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from kip_pages.alerts.links import SECONDS, dead_links
from kip_pages.models import EmergencyAnnouncementPage, NewsPage
from opd_sites.choices import AgencyRole
from opd_sites.provisioning import suspend
from tests.factories import draft, publish
from tests.opd_sites.test_roles import member

from .test_announcing_act import HOST
from .test_publishing_at_once import confirm, confirm_view

pytestmark = pytest.mark.django_db


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self):
        self.server.asked.append((self.command, self.path))
        name = self.path.strip("/").split("?")[0]
        if name == "silent" or (name == "no-head" and self.command == "HEAD"):
            self.server.ended.wait(30)
            return
        if name == "closed":
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        moved = {"moved": "/200", "lost": "/404", "round": "/round", "inside": "http://10.0.0.1/"}
        status = 302 if name in moved else int(name) if name.isdigit() else 200
        if name == "get-only":
            status = 405 if self.command == "HEAD" else 200
        self.send_response(status)
        if name in moved:
            self.send_header("Location", moved[name])
        self.end_headers()

    do_GET = do_HEAD = answer

    def log_message(self, *args):
        """Keep the test's output to the tests."""


@pytest.fixture
def elsewhere():
    """A web server of somebody else, whose paths say how it answers."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.asked, server.ended = [], threading.Event()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    server.at = lambda path: f"http://127.0.0.1:{server.server_address[1]}/{path}"
    yield server
    server.ended.set()
    server.shutdown()
    server.server_close()


def told_of(**texts):
    return {link.url: link.reason for link in dead_links(EmergencyAnnouncementPage(**texts))}


LIVE = ["200", "204", "401", "403", "429", "moved", "get-only", "no-head", "200#bagian", "200?a=1"]
DEAD = ["404", "410", "500", "503", "lost", "round", "closed", "inside", "silent"]


def test_each_answer_is_judged_in_one_short_time(elsewhere):
    text = " ".join(map(elsewhere.at, LIVE))
    assert told_of(how_to_get_help=text) == {}
    began = time.monotonic()
    told = told_of(how_to_get_help=" ".join(map(elsewhere.at, DEAD)))
    assert time.monotonic() - began < SECONDS + 1
    assert list(told) == [elsewhere.at(path) for path in DEAD]
    assert all(told.values())
    assert "404" in told[elsewhere.at("404")]
    assert elsewhere.asked.count(("HEAD", "/200")) >= 1
    assert ("GET", "/200") not in elsewhere.asked  # nobody's page is fetched that need not be


@pytest.mark.parametrize(
    "url",
    [
        "http://10.1.2.3/",
        "http://169.254.169.254/latest/",
        "http://192.168.0.1:8080/",
        "http://a@b.id/",
    ],
)
def test_our_own_network_is_never_asked(settings, url):
    settings.KIP_PAGES = settings.KIP_PAGES | {"WEBHOOK_ALLOWED_NETWORKS": []}
    began = time.monotonic()
    assert list(told_of(original_url=url)) == [url]
    assert time.monotonic() - began < 0.5


def test_what_is_no_link_is_not_asked(elsewhere):
    assert told_of(original_url="12/BMKG/2026", how_to_get_help="112, tolong@example.id") == {}
    assert elsewhere.asked == []


def test_addresses_of_our_own_are_judged_without_a_request(agency, other_agency, portal):
    page = publish(NewsPage, agency, title="Posko")
    hidden = draft(NewsPage, agency, title="Rahasia", slug="rahasia")
    suspend(other_agency, at=timezone.now())
    home = "http://dinkes.example.test"
    live = [page.full_url, f"{home}/", home, f"{home}/en/", f"{home}/_darurat.json"]
    dead = [f"{home}/tidak-ada/", hidden.full_url, "http://dindik.example.test/"]
    told = told_of(how_to_avoid=" ".join(live), how_to_get_help=" ".join(dead))
    assert list(told) == dead


def test_a_dead_link_is_named_on_the_screen_and_holds_up_nobody(client, agency, elsewhere):
    page = draft(EmergencyAnnouncementPage, agency, title="Banjir", slug="banjir")
    page.how_to_get_help = f"Buka {elsewhere.at('404')} atau {elsewhere.at('200')}"
    page.save_revision()
    client.force_login(member(AgencyRole.PUBLISHER, agency))
    soup = BeautifulSoup(client.get(confirm_view(page), headers=HOST).content, "html.parser")
    told = [item.get_text() for item in soup.select(".kip-confirm .help-warning li")]
    assert len(told) == 1
    assert elsewhere.at("404") in told[0]
    assert "E. cara mendapatkan bantuan" in told[0]
    confirm(client, page)
    page.refresh_from_db()
    assert page.live
