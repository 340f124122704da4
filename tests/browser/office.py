"""The people of an agency at their desks, each with a browser window of their own."""

import contextlib
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from kip_pages.obligations import load_obligations
from kip_pages.planting import set_up_portal
from kip_pages.ppid.loading import load_ppid_menu
from opd_sites.choices import AgencyRole, ProvinceRole
from opd_sites.models import Agency

from ..factories import AgencyFactory, UserFactory
from ..live import HOST

PORTAL = "portal.example.test"
PASSWORD = "kata sandi yang panjang"
SERIOUS = ("serious", "critical")
SMALL, WIDE = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
PHONE = {"viewport": SMALL, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": WIDE}
# An open page asks for alerts every 30 seconds and whenever it comes to the front, which this does.
TO_THE_FRONT = "setInterval(() => document.dispatchEvent(new Event('visibilitychange')), 500)"
SIZES = {"phone": PHONE, "desktop": DESKTOP}


@dataclass
class Office:
    """An agency (and a second one, that is always in the room) and its people by role."""

    agency: Agency
    other_agency: Agency
    people: dict
    mail: Path

    @classmethod
    def open(cls, *, mail: Path):
        """Set the province up; what the server mails is put into the directory ``mail``."""
        load_obligations()
        load_ppid_menu()
        set_up_portal(hostname=PORTAL, name="Portal Provinsi Contoh")
        agency = AgencyFactory(code="dinkes", name="Dinas Kesehatan")
        # The server tells that it is up at the address it listens on.
        other = AgencyFactory(code="dindik", name="Dinas Pendidikan", hostname=HOST)
        people = {role: cls._hire(role, agency) for role in AgencyRole}
        people |= {role: cls._hire(role, None) for role in ProvinceRole}
        return cls(agency, other, people, mail)

    @staticmethod
    def _hire(role, agency):
        user = UserFactory(username=str(role), role=role, role__agency=agency)
        user.set_password(PASSWORD)
        user.save()
        return user

    @contextlib.contextmanager
    def at_work(self, browser: Browser):
        working = AtWork(self, browser)
        try:
            yield working
        finally:
            working.leave()


@dataclass
class AtWork:
    office: Office
    browser: Browser
    pages: dict = field(default_factory=dict)
    # Tells what one test made from what the others did.
    mark: str = field(default_factory=lambda: secrets.token_hex(3))

    @property
    def agency(self):
        return self.office.agency

    @property
    def other_agency(self):
        return self.office.other_agency

    def window(self, name: str, **options) -> Page:
        """Open a window that knows nothing of the others; every host leads to the server."""
        context = self.browser.new_context(**{"locale": "id-ID"} | options)
        context.set_default_timeout(15_000)
        self.pages[name] = context.new_page()
        return self.pages[name]

    def as_(self, role, **options) -> Page:
        """Log somebody in through the form, and return their window."""
        page = self.window(str(role), **options)
        page.goto(self.admin())
        self.log_in(page, role)
        return page

    def log_in(self, page: Page, role):
        page.locator("[name=username]").fill(self.office.people[role].username)
        page.locator("[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Masuk").click()
        page.wait_for_load_state()

    def admin(self, path: str = "") -> str:
        return f"http://{PORTAL}/admin/{path}"

    def site(self, path: str = "") -> str:
        return f"http://{self.agency.site.hostname}/{path}"

    def portal(self) -> str:
        return f"http://{PORTAL}/"

    def newest_mail(self) -> str:
        return max(
            self.office.mail.glob("*.log"), key=lambda file: file.stat().st_mtime
        ).read_text()

    def titles_in_the_feed(self) -> set[str]:
        """What a portal that reads now is told."""
        reader = self.window("reader")
        told = reader.goto(f"{self.portal()}api/feed/v1/items?limit=100").json()
        return {item["title"] for item in told["items"]}

    def leave(self):
        for page in self.pages.values():
            page.context.close()


def assert_accessible(page: Page, within: str = "main"):
    """Fail with what axe finds serious, and where."""
    page.wait_for_load_state()
    expect(page.locator(within).first).to_be_visible()
    found = Axe().run(page, context=within).response["violations"]
    serious = [
        (rule["id"], node["target"], node["html"])
        for rule in found
        if rule["impact"] in SERIOUS
        for node in rule["nodes"]
    ]
    assert serious == [], serious


def fits(page: Page):
    """Fail where a page is wider than the window."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= page.viewport_size["width"], f"{page.url} has to be pushed aside to be read"
