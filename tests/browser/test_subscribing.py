"""A citizen subscribes and leaves: on a small telephone and without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from kip_pages.models import Subscriber
from kip_pages.subscribers import sending

from .office import SMALL, assert_accessible, fits


@pytest.mark.parametrize("host", ["portal", "site"])
def test_from_the_footer_to_the_mailbox_and_out_again(office, settings, host):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(office.office.mail)
    citizen = office.window("citizen", viewport=SMALL, java_script_enabled=False)
    citizen.goto(getattr(office, host)())
    citizen.get_by_role("link", name="Peringatan lewat e-mail", exact=True).click()
    fits(citizen)
    citizen.get_by_role("button", name="Berlangganan").click()
    expect(citizen.get_by_role("alert")).to_contain_text("Belum ada yang dikirim.")
    citizen.get_by_label("Alamat e-mail Anda").fill(f"{office.mark}@example.test")
    citizen.get_by_label("Bencana alam", exact=True).check()
    citizen.get_by_role("button", name="Berlangganan").click()
    expect(citizen.locator("h1")).to_have_text("Lihat kotak surat Anda")

    sending.send_due()
    path = re.search(r"/berlangganan/konfirmasi/\S+", office.newest_mail())[0]
    citizen.goto(f"{office.portal()}{path.lstrip('/')}")
    fits(citizen)
    citizen.get_by_role("button", name="Ya, beri tahu saya").click()
    assert Subscriber.objects.active().filter(email__startswith=office.mark).exists()
    citizen.get_by_role("link", name="Ubah pilihan").click()
    fits(citizen)
    citizen.get_by_role("link", name="Berhenti berlangganan").click()
    citizen.get_by_role("button", name="Berhenti berlangganan").click()
    expect(citizen.locator("h1")).to_have_text("Anda tidak berlangganan")
    assert not Subscriber.objects.filter(email__startswith=office.mark).exists()


def test_axe_finds_nothing_serious_in_the_form(office):
    citizen = office.window("citizen", viewport=SMALL)
    citizen.goto(f"{office.portal()}berlangganan/")
    assert_accessible(citizen)
