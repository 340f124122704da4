"""What hands do on Wagtail's screens."""

import io
import os

from django.utils import translation
from PIL import Image
from playwright.sync_api import Locator, Page, expect


def in_indonesian(text: str) -> str:
    with translation.override("id"):
        return translation.gettext(text)


def told(page: Page) -> Locator:
    """What the admin said after the last act."""
    return page.locator(".messages")


def press(page: Page, name: str) -> None:
    """Press a button that leads to another page, and wait for it."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def more(page: Page) -> None:
    """Open what a page's button of many actions offers."""
    page.locator("footer [data-w-dropdown-target=toggle]").click()


def come_to(page: Page, selector: str) -> None:
    """Press the tabulator until something of ``selector`` has the focus."""
    for _press in range(60):
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached with the keyboard")


def attached(name: str, content: bytes) -> dict:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def choose_new_image(page: Page, title: str) -> None:
    page.locator("#id_lead_image-chooser [data-chooser-action-choose]").first.click()
    page.locator("#tab-label-upload").click()
    page.locator(".modal-body [type=file]").set_input_files(attached("foto.jpg", _photo()))
    page.locator(".modal-body [name$=title]").fill(title)
    page.locator(".modal-body #tab-upload [type=submit]").click()
    expect(page.locator(".modal-body")).to_have_count(0)


def _photo():
    """Return a picture unlike any before, so that nobody is asked whether it is there already."""
    out = io.BytesIO()
    Image.frombytes("RGB", (40, 30), os.urandom(3600)).resize((800, 600)).save(out, "JPEG")
    return out.getvalue()


def write_paragraph(page: Page, text: str) -> None:
    body = page.locator("#panel-child-isi-body-section")
    body.locator("button.c-sf-add-button").first.click()
    page.get_by_role("option", name="Paragraf").click()
    body.locator(".public-DraftEditor-content").last.click()
    page.keyboard.type(text)
