"""A real server on a real port, over a database that really commits."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
START_SECONDS = 60


def environment(database_url: str) -> dict[str, str]:
    """Return what a process of ours needs to work on this database as the tests do."""
    return os.environ | {
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "site")]),
    }


def manage(database_url: str, *arguments: str, **options) -> subprocess.Popen:
    """Start ``manage.py`` with these arguments in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(database_url),
        text=True,
        **options,
    )


@contextlib.contextmanager
def live_server(database_url: str):
    """Serve the site with gunicorn until the block ends; yields the port on 127.0.0.1.

    A site must have ``HOST`` as its host name to be served.
    """
    with socket.create_server((HOST, 0)) as listener:
        port = listener.getsockname()[1]
        # The socket itself is handed down, so that nobody else can take the port in between.
        command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind"]
        command += [f"fd://{listener.fileno()}", "--worker-class", "gthread", "--threads", "4"]
        command += ["--log-level", "warning", "--no-control-socket"]
        server = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(database_url),
            pass_fds=[listener.fileno()],
        )
        try:
            _wait_for(f"http://{HOST}:{port}/healthz", server)
            yield port
        finally:
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
