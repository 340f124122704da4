"""Servers and workers are killed and the database crashes in the middle of an alert: nothing is lost."""

import collections
import contextlib
import signal
import threading
import time

import environ
import psutil
import pytest
import requests
from django.db import OperationalError, connection, connections

from kip_pages.choices import AlertReach, MessageType
from kip_pages.feed.reconcile import reconcile
from kip_pages.models import CapMessage, EmergencyAnnouncementPage, FeedItem, Receipt
from kip_pages.planting import set_up_portal

from ..factories import AgencyFactory, publish
from ..live import in_threads, live_server, process, wait_until
from ..postgres import Server

pytestmark = pytest.mark.postgres
CODES = ("dinkes", "dindik", "bpbd")
HOSTS = [f"{name}.example.test" for name in (*CODES, "portal")]
OUTAGE = 3  # seconds
WORKERS = (
    ("manage.py", "feed_worker", "--every", "1"),
    ("manage.py", "db_worker", "--backend=alerts", "--interval=0.2", "--no-reload", "-v0"),
)


@pytest.fixture
def database(django_db_setup, django_db_blocker):
    """A server of this test's own that may crash; Django works on a copy of the migrated database."""
    settings = connection.settings_dict
    kept = {name: settings[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    address = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}".format(**settings)
    server = Server(durable=True)
    try:
        url = server.copy(f"{address}/{settings['TEST']['TEMPLATE']}", "kip")
        with django_db_blocker.unblock():
            connection.close()
            settings.update(environ.Env.db_url_config(url))
            yield server
            connections.close_all()
    finally:
        settings.update(kept)
        server.stop()


class Supervisor:
    """Keeps a worker running as systemd would: whenever it dies, another one takes its place."""

    def __init__(self, url, command):
        self.url, self.command = url, command
        self.is_over, self.pids = threading.Event(), []
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self):
        while not self.is_over.is_set():
            with process(self.url, *self.command) as worker:
                self.pids.append(worker.pid)
                while worker.poll() is None and not self.is_over.wait(0.1):
                    pass

    def kill(self):
        psutil.Process(self.pids[-1]).kill()

    def stop(self):
        self.is_over.set()
        self.thread.join()


@contextlib.contextmanager
def supervised(url):
    workers = [Supervisor(url, command) for command in WORKERS]
    try:
        yield workers
    finally:
        for worker in workers:
            worker.stop()


class Readers:
    """Citizens who ask every host again and again, and how often they were answered."""

    def __init__(self, port):
        self.port, self.answers = port, collections.Counter()
        self.is_over = threading.Event()

    def read(self):
        with requests.Session() as session:
            while not self.is_over.wait(0.05):
                for host in HOSTS:
                    self.answers[self.ask(session, host)] += 1

    def ask(self, session, host):
        try:
            address = f"http://127.0.0.1:{self.port}/"
            return session.get(address, headers={"Host": host}, timeout=60).status_code
        except requests.RequestException:  # the server that was killed had taken the request
            return "connection"

    def titles(self):
        """Return what every host says now."""
        with requests.Session() as session:
            for host in HOSTS:
                address = f"http://127.0.0.1:{self.port}/"
                yield session.get(address, headers={"Host": host}, timeout=60).text


def announce(agency, title, **fields):
    fields |= {"areas": ["36.72"], "reach": AlertReach.PROVINCE}
    return publish(EmergencyAnnouncementPage, agency, title=title, **fields)


def is_proved(receipt):
    connection.close()  # what a crash cut off says nothing any more
    return not receipt.lines.filter(seen_at=None).exists()


def web_workers(port):
    """Return the processes of the server that answer."""
    masters = [
        one.pid for one in psutil.net_connections("tcp") if one.laddr.port == port and one.pid
    ]
    found = (psutil.Process(pid) for pid in masters if pid != psutil.Process().pid)
    return [one for one in found if one.parent() and "gunicorn" in " ".join(one.parent().cmdline())]


def test_nothing_is_lost_and_the_receipt_says_what_was_late(database, monkeypatch):
    set_up_portal(hostname="portal.example.test", name="Portal")
    agencies = {code: AgencyFactory(code=code, is_lead=code == "bpbd") for code in CODES}
    url = database.url("kip")
    with live_server(url, workers=2) as port:
        monkeypatch.setenv("ALERT_CHECK_ORIGIN", f"http://127.0.0.1:{port}")
        readers = Readers(port)
        with supervised(url) as (feed_worker, task_worker):
            first = announce(agencies["bpbd"], "Tsunami pertama")
            assert wait_until(lambda: is_proved(first.receipts.get()), 60)

            def break_everything():
                time.sleep(1)
                task_worker.kill()
                feed_worker.kill()
                follow = {"predecessor": first, "message_type": MessageType.UPDATE}
                announce(agencies["bpbd"], "Tsunami kedua", slug="kedua", **follow)
                for worker in web_workers(port):
                    worker.send_signal(signal.SIGKILL)
                database.crash()
                with pytest.raises(OperationalError):
                    announce(agencies["bpbd"], "Tsunami ketiga", slug="ketiga")
                time.sleep(OUTAGE)
                database.start()
                connection.close()
                second = Receipt.objects.order_by("pk").last()
                assert wait_until(lambda: is_proved(second), 60)

            def then_stop_reading():
                try:
                    break_everything()
                finally:
                    readers.is_over.set()

            in_threads(then_stop_reading, readers.read)
            connection.close()  # the crash cut it off
            said = list(CapMessage.objects.order_by("pk"))
            assert [message.headline for message in said] == ["Tsunami pertama", "Tsunami kedua"]
            assert said[1].alert.references
            second = said[1].receipt
            assert second.lines.count() == 3 * len(HOSTS)
            for line in second.lines.select_related("agency", "receipt"):
                assert OUTAGE < line.seconds < 60, line
            for text in readers.titles():
                assert "Tsunami kedua" in text
                assert "Tsunami pertama" not in text.partition("<main")[0]
                assert "Tsunami ketiga" not in text
            items = FeedItem.objects.filter(kind="emergency").order_by("pos")
            assert [item.title for item in items] == ["Tsunami pertama", "Tsunami kedua"]
            assert reconcile() == 0
            assert readers.answers[200] > 10 * len(HOSTS)
            end = {"predecessor": EmergencyAnnouncementPage.objects.get(title="Tsunami kedua")}
            announce(agencies["bpbd"], "Usai", slug="usai", message_type=MessageType.CANCEL, **end)
            assert wait_until(lambda: is_proved(Receipt.objects.order_by("pk").last()), 60)
            assert all("Tsunami" not in text.partition("<main")[0] for text in readers.titles())
