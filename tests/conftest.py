import contextlib
import uuid

import pytest
from django.core.cache import cache
from django.db import connection, connections
from wagtail.models import Site

from kip_pages.page_cache import versions
from opd_sites import known_hosts

from .province import agency_named, shared_province
from .receivers import Receiver
from .smtp import MailServer


def pytest_collection_modifyitems(items):
    for item in items:
        if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
            item.add_marker(
                pytest.mark.skip(reason="this run is on SQLite; `make test` runs it on PostgreSQL")
            )


@pytest.fixture(autouse=True)
def clean_cache():
    """Wagtail caches the addresses of sites, which every test makes anew."""
    cache.clear()
    versions.forget()
    yield
    cache.clear()


@pytest.fixture
def steady_versions(monkeypatch):
    """However slow the machine is, versions and hosts are asked for once: for tests that count."""
    monkeypatch.setattr(versions, "BELIEVED", 3600)
    monkeypatch.setattr(known_hosts, "MAX_AGE", 3600)


@pytest.fixture
def committed_db(django_db_setup, django_db_blocker, tmp_path):
    """A database of this test's own, in which transactions really commit; yields its URL."""
    with django_db_blocker.unblock(), fresh_database(tmp_path) as url:
        yield url


@contextlib.contextmanager
def fresh_database(directory):
    """Let the block work on a copy of the migrated database, in which transactions commit."""
    settings = connection.settings_dict
    shared = settings["NAME"]
    name = f"kip_{uuid.uuid4().hex}"
    if connection.vendor == "sqlite":
        name = str(directory / f"{name}.sqlite3")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [name])
        url = f"sqlite:///{name}"
    else:
        _maintain(f'CREATE DATABASE "{name}" TEMPLATE "{settings["TEST"]["TEMPLATE"]}"')
        address = f"{settings['HOST']}:{settings['PORT']}"
        url = f"postgres://{settings['USER']}:{settings['PASSWORD']}@{address}/{name}"
    kept = connections["default"].connection
    if connection.vendor == "sqlite":
        # Closing the last connection would drop the shared in-memory database.
        connections["default"].connection = None
    else:
        connection.close()
    settings["NAME"] = name
    try:
        yield url
    finally:
        connections["default"].close()
        settings["NAME"] = shared
        if connection.vendor == "sqlite":
            connections["default"].connection = kept
        else:
            _maintain(f'DROP DATABASE "{name}" WITH (FORCE)')


def _maintain(statement):
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture(scope="module")
def province(django_db_setup, django_db_blocker):
    """A portal and two agencies, made once for the module; each test rolls back to them."""
    with django_db_blocker.unblock(), shared_province():
        yield


@pytest.fixture
def portal(province, db):
    """The province's portal at http://portal.example.test, with its languages and groups."""
    return Site.objects.get(hostname="portal.example.test")


@pytest.fixture
def agency(province, db):
    return agency_named("dinkes")


@pytest.fixture
def other_agency(province, db):
    """A second agency is always in the room."""
    return agency_named("dindik")


@pytest.fixture
def mail_server(settings, monkeypatch):
    """A mail server on the loopback; this process and those it starts send to it. See ``MailServer``."""
    server = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    monkeypatch.setenv("KIP_TEST_SMTP", str(server.port))
    yield server
    server.stop()


@pytest.fixture
def receiver():
    """``receiver(200)`` starts a webhook receiver on the loopback that answers so; see ``Receiver``."""
    started = []

    def start(*answers, **options):
        started.append(Receiver(*answers, **options))
        return started[-1]

    yield start
    for one in started:
        one.stop()
