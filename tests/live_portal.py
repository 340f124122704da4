"""A portal that other processes can reach: the site behind a real port, and the sample portal's kit."""

import contextlib
import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test.testcases import QuietWSGIRequestHandler

KIT = Path(__file__).resolve().parents[1] / "examples" / "portal"
# Loopback under every system's resolver or the kit's own (RFC 6761).
HOSTNAME = "portal.localhost"


class _Handler(QuietWSGIRequestHandler):
    # Head and body are written apart: without this every answer waits 40 ms for an acknowledgement.
    disable_nagle_algorithm = True


@contextlib.contextmanager
def live_portal(application=None):
    """Serve the site, from a port of the system's choice; yields its address.

    The site named ``HOSTNAME`` must be in a database whose transactions commit. ``application``
    stands in for the site's own, for example to spoil its answers.
    """
    # A reader that keeps its connection keeps one to the database, too.
    kept, connection.settings_dict["CONN_MAX_AGE"] = connection.settings_dict["CONN_MAX_AGE"], None
    server = ThreadedWSGIServer(("127.0.0.1", 0), _Handler)
    server.set_app(application or get_wsgi_application())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://{HOSTNAME}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        connection.settings_dict["CONN_MAX_AGE"] = kept


class Kit:
    """The sample portal, run as whoever downloads it runs it: its own process, nothing of ours."""

    def __init__(self, database):
        self.database = database

    def run(self, *arguments, code=0):
        """Run a command to its end, check its exit status, and return what it printed."""
        done = subprocess.run(self._command(*arguments), **self._place(), timeout=180)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    def start(self, *arguments):
        return subprocess.Popen(self._command(*arguments), **self._place())

    def start_impatient(self, *arguments):
        """Start a command that loses no time after a failure."""
        script = f"""
from portal import __main__, mirror
mirror.backoff = lambda attempt: 0
__main__.main({self._command(*arguments)[3:]})
"""
        return subprocess.Popen([sys.executable, "-c", script], **self._place())

    def run_until(self, method, times, *arguments):
        """Run a command that is killed when it calls a method of ``Store`` for the nth time."""
        script = f"""
import os, signal
from portal import __main__, store
real, calls = store.Store.{method}, []
def dying(self, *arguments, **keywords):
    calls.append(1)
    if len(calls) == {times}:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(self, *arguments, **keywords)
store.Store.{method} = dying
__main__.main({[*arguments, "--database", str(self.database)]})
"""
        return subprocess.run([sys.executable, "-c", script], **self._place()).returncode

    def position(self):
        """Return the walk, and the address of the page that it is about to read."""
        return self.query("SELECT walking, next FROM feed")[0]

    def items(self):
        """Return {id: title} of what its readers are shown."""
        return dict(self.query("SELECT id, json_extract(data, '$.title') FROM shown_item"))

    def query(self, statement, *values):
        """Run a statement on its database, as somebody would who meddles with it."""
        with contextlib.closing(sqlite3.connect(self.database, timeout=30)) as connection:
            with connection:
                return connection.execute(statement, values).fetchall()

    def _command(self, *arguments):
        stored = [] if arguments[0] == "check" else ["--database", str(self.database)]
        return [sys.executable, "-m", "portal", *arguments, *stored]

    @staticmethod
    def _place():
        environment = {"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1"}
        return {
            "cwd": KIT,
            "env": environment,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "text": True,
        }
