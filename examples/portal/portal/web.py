"""The portal's own small web server: pages from the mirror, and the door for webhooks."""

import logging
import threading
from contextlib import closing
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from . import pages
from .store import Store
from .webhook import NotBelievedError, Receiver

logger = logging.getLogger(__name__)

STYLE = Path(__file__).with_name("style.css").read_bytes()
# A webhook says that the feed advanced, not what changed: it is small.
LONGEST_BODY = 20_000
SAFETY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class PortalServer(ThreadingHTTPServer):
    """Serves the mirror in ``database``; a believed webhook sets ``wake``."""

    daemon_threads = True

    def __init__(self, address, *, database: Path, receiver: Receiver, wake: threading.Event):
        super().__init__(address, Handler)
        self.database = database
        self.receiver = receiver
        self.wake = wake


class Handler(BaseHTTPRequestHandler):
    server: PortalServer
    server_version = "portal"
    sys_version = ""
    # Somebody who connects and says nothing does not keep a thread.
    timeout = 15

    def do_GET(self):
        parts = urlsplit(self.path)
        if parts.path == "/style.css":
            self._answer(HTTPStatus.OK, STYLE, "text/css; charset=utf-8")
            return
        with closing(Store(self.server.database)) as store:
            status, page = self._page(store, parts)
        self._answer(status, page.encode("utf-8", "replace"), "text/html; charset=utf-8")

    do_HEAD = do_GET

    def do_POST(self):
        if urlsplit(self.path).path != "/webhook" or not self.server.receiver.has_secrets:
            self._answer(HTTPStatus.NOT_FOUND)
            return
        length = self.headers.get("content-length", "")
        if not length.isdecimal():
            self._answer(HTTPStatus.LENGTH_REQUIRED)
            return
        if int(length) > LONGEST_BODY:
            self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        try:
            is_new = self.server.receiver.receive(
                self.rfile.read(int(length)), dict(self.headers.items())
            )
        except NotBelievedError:
            self._answer(HTTPStatus.UNAUTHORIZED)
            return
        # Answered at once; the reading is the follower's, and it asks the feed, not the message.
        if is_new:
            self.server.wake.set()
        self._answer(HTTPStatus.NO_CONTENT)

    def _page(self, store, parts):
        if parts.path == "/":
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            return HTTPStatus.OK, pages.listing(
                store,
                agency=asked.get("agency", ""),
                kind=asked.get("kind", ""),
                number=pages.page_number(asked.get("page", "")),
            )
        item = None
        if parts.path.startswith("/item/"):
            item = store.item(unquote(parts.path.removeprefix("/item/")))
        if item is None:
            text = "Halaman ini tidak ada, atau informasinya tidak lagi diumumkan."
            return HTTPStatus.NOT_FOUND, pages.message(store, "Tidak ditemukan", text)
        return HTTPStatus.OK, pages.item_page(store, item)

    def _answer(self, status, body=b"", content_type=""):
        self.send_response(status)
        for name, value in SAFETY.items():
            self.send_header(name, value)
        if content_type:
            self.send_header("Content-Type", content_type)
        if status != HTTPStatus.NO_CONTENT:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format, *args):
        logger.info("%s %s", self.address_string(), format % args)
