"""A gunicorn of one worker and one thread on the loopback, and a client that keeps its connection."""

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 30
ANSWER_SECONDS = 60


class NoAnswerError(RuntimeError):
    """A server did not start, or answered something else than 200."""


class Server:
    """Serves a WSGI application until ``stop``; ``environment`` is added to this process's own."""

    def __init__(self, application: str, *, workers: int = 1, threads: int = 1, **environment: str):
        self.port = free_port()
        # A thread worker: gunicorn's default worker closes the connection after every answer.
        options = ["--worker-class", "gthread"]
        options += ["--workers", str(workers), "--threads", str(threads)]
        options += ["--keep-alive", "75", "--log-level", "error", "--no-control-socket"]
        options += ["--bind", f"127.0.0.1:{self.port}", "--pythonpath", f"{ROOT},{ROOT / 'site'}"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *options, application],
            cwd=ROOT,
            env=os.environ | environment,
        )
        wait_for(self.port, self.process)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=START_SECONDS)

    @property
    def worker(self) -> psutil.Process:
        (worker,) = psutil.Process(self.process.pid).children()
        return worker


class Client:
    """One kept connection to a server, asking it as ``host``."""

    def __init__(self, port: int, host: str):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)
        self.headers = {"Host": host, "Accept": "application/json"}

    def get(self, address: str, *, tag: str = "", expected=http.HTTPStatus.OK) -> bytes:
        """Return the body; raises ``NoAnswerError`` for anything but ``expected``."""
        condition = {"If-None-Match": tag} if tag else {}
        self.connection.request("GET", address, headers=self.headers | condition)
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != expected:
            raise NoAnswerError(f"{address}: {answer.status} {body[:300]!r}")
        self.answered = answer.getheaders()
        self.tag = answer.headers["ETag"]
        return body

    def seconds_per_answer(self, address: str, *, times: int, **condition) -> float:
        began = time.perf_counter()
        for _time in range(times):
            self.get(address, **condition)
        return (time.perf_counter() - began) / times


@contextlib.contextmanager
def serving(application: str, **options):
    """Serve until the block ends; ``options`` are those of ``Server``."""
    server = Server(application, **options)
    try:
        yield server
    finally:
        server.stop()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, process):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    process.kill()
    raise NoAnswerError(f"nothing listens on port {port}")
