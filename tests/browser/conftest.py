"""A province, served by the real server to a real browser, and its people with their log-ins."""

import os
import shutil
from pathlib import Path

import pytest
from django.db import connections
from playwright.sync_api import sync_playwright

from ..conftest import fresh_database
from ..live import HOST, live_server, process
from .office import Office
from .watching import troubles  # noqa: F401 - a fixture

# Playwright keeps a loop in this thread, which Django would not let the database be asked beside.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
SCREENSHOTS = Path(__file__).resolve().parents[2] / "var" / "browser"


@pytest.fixture(scope="module")
def served(django_db_setup, django_db_blocker, tmp_path_factory):
    """``(office, port)`` for all tests of a module, as they are chapters of the same day."""
    directory = tmp_path_factory.mktemp("office")
    with (
        django_db_blocker.unblock(),
        fresh_database(directory) as url,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("KIP_TEST_STATIC", "1")
        patch.setenv("KIP_TEST_MAIL", str(directory))
        office = Office.open(mail=directory)
        with (
            live_server(url) as port,
            process(url, "manage.py", "feed_worker", "--every", "1"),
            process(url, "manage.py", "db_worker", "--backend", "imports", "--interval", "0.2"),
        ):
            yield office, port


@pytest.fixture(scope="module")
def browser(served):
    """Debian's Chromium where there is one, else the one that Playwright brings."""
    path = shutil.which("chromium")
    arguments = [
        "--no-sandbox",  # which needs what containers and root lack; only our own pages are opened
        "--enable-blink-features=ComputedAccessibilityInfo",  # elements tell the names they are read by
        f"--host-resolver-rules=MAP *.example.test {HOST}:{served[1]},MAP * ~NOTFOUND",
    ]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture
def office(served, browser, request, django_db_blocker):
    """The office at work; what the windows of a failing test showed is kept in ``var/browser``."""
    with django_db_blocker.unblock(), served[0].at_work(browser) as working:
        # Beside Playwright's loop Django keeps connections of their own, and one of the module before
        # is to a database that is gone.
        connections.close_all()
        yield working
        if request.node.stash.get(FAILED, False):
            SCREENSHOTS.mkdir(parents=True, exist_ok=True)
            for name, page in working.pages.items():
                page.screenshot(
                    path=SCREENSHOTS / f"{request.node.name}-{name}.png", full_page=True
                )


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report
