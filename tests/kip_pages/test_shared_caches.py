"""A CDN in front is told what to forget: by a real one's way of being told, over HTTP."""

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from kip_pages.models import NewsPage

from ..factories import draft, publish, section_of


class Cdn(BaseHTTPRequestHandler):
    """Takes ``PURGE`` as Varnish and nginx do."""

    def do_PURGE(self):
        self.server.forgotten.append(f"http://{self.headers['Host']}{self.path}")
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


@contextlib.contextmanager
def cdn():
    with ThreadingHTTPServer(("127.0.0.1", 0), Cdn) as server:
        server.forgotten = []
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def forgotten(settings):
    with cdn() as server:
        settings.WAGTAILFRONTENDCACHE = {
            "cdn": {
                "BACKEND": "wagtail.contrib.frontend_cache.backends.HTTPBackend",
                "LOCATION": f"http://127.0.0.1:{server.server_port}",
            }
        }
        yield server.forgotten


LISTS = {
    "http://dinkes.example.test/",
    "http://dinkes.example.test/berita/",
    "http://portal.example.test/",
}
PAGE = "http://dinkes.example.test/berita/judul-contoh/"


def publishes(agency):
    page = draft(NewsPage, agency)
    return page, lambda: page.save_revision().publish()


def withdraws(agency):
    page = publish(NewsPage, agency)
    return page, page.unpublish


def deletes(agency):
    page = publish(NewsPage, agency)
    return page, page.delete


@pytest.mark.parametrize("prepare", [publishes, withdraws, deletes])
def test_a_page_and_what_lists_it_are_forgotten(
    agency, forgotten, prepare, django_capture_on_commit_callbacks
):
    _page, change = prepare(agency)
    forgotten.clear()
    with django_capture_on_commit_callbacks(execute=True):
        change()
    assert {PAGE} | LISTS <= set(forgotten)


def test_an_address_that_a_page_had_is_forgotten_and_leads_to_it(
    client, agency, forgotten, django_capture_on_commit_callbacks
):
    page = publish(NewsPage, agency)
    page.slug = "judul-baru"
    forgotten.clear()
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    assert PAGE in forgotten
    response = client.get("/berita/judul-contoh/", headers={"host": "dinkes.example.test"})
    assert response.status_code == 301
    assert response.headers["Location"].endswith("/berita/judul-baru/")


def test_where_a_moved_section_was_is_forgotten_with_all_in_it(
    agency, other_agency, forgotten, django_capture_on_commit_callbacks
):
    page = publish(NewsPage, agency)
    forgotten.clear()
    with django_capture_on_commit_callbacks(execute=True):
        page.move(section_of(other_agency, NewsPage), pos="last-child")
    assert {PAGE, "http://dindik.example.test/berita/"} <= set(forgotten)


def test_without_a_cdn_nobody_is_told(agency, django_capture_on_commit_callbacks):
    page = draft(NewsPage, agency)
    with cdn() as server, django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    assert server.forgotten == []
