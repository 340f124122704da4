"""An office that warns of the weather, as it is on the web: a list, its messages, and bad days."""

import datetime
import gzip
import http.server
import re
import threading
import time
from pathlib import Path

from django.utils import timezone
from lxml import etree

from kip_pages.models import AlertSource, AlertTemplate

SAMPLES = Path(__file__).parent / "bmkg"
LIST = "/alerts/nowcast/id"
CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
SENDER = "cuaca.ekstrem@bmkg.go.id"
NAME = "2.49.0.1.360.0.2026.11.27.13.36.001"


def moment(hours):
    """A moment that is so many hours from now, as CAP writes it."""
    at = timezone.localtime(timezone.now() + datetime.timedelta(hours=hours))
    return at.replace(microsecond=0).isoformat()


def message(name=NAME, *, replaces=(), area=None, **changes) -> bytes:
    """The sample, sent just now and in force for three hours, its elements changed or (None) left out.

    ``replaces`` names messages; ``area`` replaces what stands in the area, as XML.
    """
    root = etree.fromstring((SAMPLES / "CBT20261127001_alert.xml").read_bytes())
    times = {"sent": moment(-0.1), "effective": moment(0.1), "expires": moment(3)}
    for tag, value in ({"identifier": name} | times | changes).items():
        element = root.find(f".//{CAP}{tag}")
        if value is None:
            element.getparent().remove(element)
        elif element is None:
            _add(root, tag, value)
        else:
            element.text = value
    if replaces:
        named = " ".join(f"{SENDER},{one},{moment(-1)}" for one in replaces)
        _add(root, "references", named)
    if area is not None:
        place = root.find(f".//{CAP}area")
        place.getparent().replace(
            place, etree.fromstring(f"<area xmlns='{CAP[1:-1]}'>{area}</area>")
        )
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _add(root, tag, value):
    """Add an element where its schema wants it: before ``info``, or after its ``description``."""
    element = etree.Element(f"{CAP}{tag}")
    element.text = value
    if tag in ("references", "note"):
        root.find(f"{CAP}info").addprevious(element)
    else:
        anchor = "responseType" if tag == "audience" else "description"
        after = {"audience": "certainty"}.get(tag, anchor)
        root.find(f".//{CAP}{after}").addnext(element)


class Office(http.server.ThreadingHTTPServer):
    """Serves what ``publish`` puts into its list; ``answers`` replaces what a path is answered.

    An answer is ``(status, headers, body)`` or a function that is given the request's handler.
    ``requests`` holds (path, headers, moment) of what came.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.messages, self.answers, self.requests = {}, {}, []
        self.ended = threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def root(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def asked(self):
        """The paths that were asked for, in order."""
        return [path for path, _headers, _at in self.requests]

    def publish(self, *messages):
        """Put messages on top of the list, the last of them first."""
        for xml in messages:
            code = f"CBT{len(self.messages) + 1:03}_alert.xml"
            self.messages[f"{LIST}/{code}"] = xml

    def list(self) -> bytes:
        """The list in the sample's shape, with an item for each message."""
        text = (SAMPLES / "nowcast.xml").read_text(encoding="utf-8")
        head, item, tail = re.split(r"(?s)(    <item>.*</item>\n)", text)
        items = [
            item.replace(f"{LIST}/CBT20261127001_alert.xml", path).replace(NAME, f"guid:{path}")
            for path in reversed(self.messages)
        ]
        whole = head + "".join(items) + tail
        return whole.replace("https://www.bmkg.go.id", self.root).encode()

    def answer_to(self, path):
        if path in self.answers:
            return self.answers[path]
        if path == LIST:
            return 200, {"Content-Type": "application/rss+xml"}, self.list()
        if path in self.messages:
            return 200, {"Content-Type": "application/xml"}, self.messages[path]
        return 404, {}, b"tidak ada"

    def handle_error(self, request, client_address):
        """Readers that hang up are what this office is for."""

    def stop(self):
        self.ended.set()
        self.shutdown()
        self.server_close()


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        office = self.server
        office.requests.append((self.path, dict(self.headers), time.time()))
        answer = office.answer_to(self.path)
        if callable(answer):
            answer(self)
            return
        status, headers, body = answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Keep the test's output to the tests."""


def packed(body):
    return 200, {"Content-Encoding": "gzip"}, gzip.compress(body)


def source_at(office, **fields) -> AlertSource:
    """A source that reads the office's list, switched on and due."""
    given = {"name": "Cuaca BMKG", "issuer": "BMKG", "url": office.root + LIST}
    source = AlertSource(**given | {"is_enabled": True} | fields)
    source.full_clean()
    source.save()
    return source


def words_of_the_province(**fields) -> AlertTemplate:
    """What the province has written for bad weather, with nothing left open."""
    texts = {
        "hazard": "extreme_weather",
        "name": "Hujan lebat",
        "title": "Hujan lebat",
        "how_to_avoid": "Berteduh di bangunan kokoh, jauhi pohon.",
        "how_to_get_help": "Hubungi 112.",
    }
    return AlertTemplate.objects.create(**texts | fields)
