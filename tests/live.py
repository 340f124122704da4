"""Real threads, processes and servers, for what can only be seen where transactions really commit."""

import contextlib
import multiprocessing
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

from django.core.files.storage import storages
from django.db import connections

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
START_SECONDS = 60


def in_threads(*jobs):
    """Run the jobs at the same time, each with its own connection; raise what any of them raised."""
    failures = []

    def run(job):
        try:
            job()
        except BaseException as error:  # noqa: BLE001 - carried to the test
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def beside(*jobs, meanwhile):
    """Run the jobs at the same time, and ``meanwhile`` over and over until all of them are done."""
    done = threading.Event()

    def all_jobs():
        try:
            in_threads(*jobs)
        finally:
            done.set()

    def again_and_again():
        while not done.is_set():
            meanwhile()

    in_threads(all_jobs, again_and_again)


def wait_until(condition, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


def environment(database_url: str) -> dict[str, str]:
    """Return what a process of ours needs to work on this database as the tests do."""
    return os.environ | {
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "site")]),
        "MEDIA_ROOT": str(storages["default"].location),
        "PRIVATE_ROOT": str(storages["private"].location),
    }


@contextlib.contextmanager
def process(database_url: str, *arguments: str, **options):
    """Run Python with these arguments on this database; what still runs at the end is killed."""
    command = [sys.executable, *arguments]
    options |= {"cwd": ROOT, "env": environment(database_url), "text": True}
    with subprocess.Popen(command, **options) as started:
        try:
            yield started
        finally:
            started.kill()


@contextlib.contextmanager
def live_server(database_url: str, *, workers: int = 1):
    """Serve the site with gunicorn until the block ends; yields the port on 127.0.0.1.

    A site must have ``HOST`` as its host name to be served.
    """
    with socket.create_server((HOST, 0)) as listener:
        # The socket itself is handed down, so that nobody else can take the port in between.
        options = ["--bind", f"fd://{listener.fileno()}", "--worker-class", "gthread"]
        options += [
            "--workers",
            str(workers),
            "--threads",
            "4",
            "--log-level",
            "warning",
            "--no-control-socket",
        ]
        command = ["-m", "gunicorn", "config.wsgi", *options]
        with process(database_url, *command, pass_fds=[listener.fileno()]) as server:
            port = listener.getsockname()[1]
            _wait_for(f"http://{HOST}:{port}/healthz", server)
            try:
                yield port
            finally:
                # Told to stop, it takes its worker with it.
                server.terminate()
                server.wait(START_SECONDS)


def _wait_for(address, server):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        # The socket listens already: the first answer comes when the site is loaded.
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=START_SECONDS):
            return
        time.sleep(0.1)
    raise RuntimeError(f"the server at {address} does not answer")


class Forked:
    """A process that does ``job`` on the same database; begins at once, as it has loaded everything."""

    def __init__(self, job):
        # A connection that two processes share belongs to neither.
        connections.close_all()
        self._process = multiprocessing.get_context("fork").Process(target=self._run, args=(job,))
        self._process.start()

    def _run(self, job):
        job()
        connections.close_all()

    def kill(self):
        """Kill it where it stands."""
        self._process.kill()

    def wait(self, seconds) -> int | None:
        """Return its exit code, negative for a signal; None where it still runs after ``seconds``."""
        self._process.join(seconds)
        return self._process.exitcode


@contextlib.contextmanager
def forked(job):
    """Do ``job`` in a process of its own, which is gone when the block ends."""
    started = Forked(job)
    try:
        yield started
    finally:
        started.kill()
        started.wait(START_SECONDS)
