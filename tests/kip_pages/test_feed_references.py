"""What an item names beside its own page: when that changes, the item does, and nothing drifts."""

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Locale, Page, PageViewRestriction

from kip_pages.choices import MessageType
from kip_pages.feed import reconcile, sequencer
from kip_pages.models import (
    DipDocument,
    DipEntryPage,
    EmergencyAnnouncementPage,
    InformationPage,
    NewsPage,
    NewsRelatedEntry,
)
from kip_pages.schedule import Schedule

from ..factories import draft, publish
from ..files import pdf
from ..mirror import Mirror


def told(page):
    sequencer.catch_up(pressing_only=False, max_batches=None)
    return Mirror(Client()).follow().content[page.feed_id]


@pytest.fixture
def entry(agency, other_agency):
    return publish(DipEntryPage, agency, title="Entri")


@pytest.fixture
def report(agency, entry):
    page = draft(NewsPage, agency, title="Laporan")
    page.related_entries = [NewsRelatedEntry(entry=entry)]
    page.save_revision().publish()
    assert told(page)["news"]["related_dip"] == [entry.feed_id]
    return NewsPage.objects.get(pk=page.pk)


def unpublish(entry):
    entry.unpublish()


def delete(entry):
    entry.delete()


def hide(entry):
    PageViewRestriction.objects.create(page=entry.get_parent(), restriction_type="login")


def run_out(entry):
    now = timezone.now()
    Page.objects.filter(pk=entry.pk).update(expire_at=now)
    Schedule().catch_up(at=now)


@pytest.mark.parametrize("leave", [unpublish, delete, hide, run_out])
def test_a_report_no_longer_names_an_entry_that_is_gone(report, entry, leave):
    leave(entry)
    assert told(report)["news"]["related_dip"] == []
    assert reconcile.reconcile() == 0


def test_a_report_names_an_entry_again_when_it_is_back(report, entry):
    entry.unpublish()
    entry.save_revision().publish()
    assert told(report)["news"]["related_dip"] == [entry.feed_id]
    assert reconcile.reconcile() == 0


@pytest.fixture
def target(agency):
    page = publish(InformationPage, agency, title="Layanan", slug="layanan")
    return InformationPage.objects.get(pk=page.pk)


@pytest.fixture
def linking(agency, target):
    text = f'<p><a linktype="page" id="{target.pk}">Layanan</a></p>'
    return publish(NewsPage, agency, title="Laporan", body=[("paragraph", text)])


def rename(page):
    page.slug = "pelayanan"
    page.save_revision().publish()


def rename_section(page):
    rename(page.get_parent().specific)


def new_host(page):
    site = page.get_site()
    site.hostname = "baru.example.test"
    site.save()


def translate(page):
    locale = Locale.objects.get(language_code="en")
    # The report is translated as well: only its English text leads to an English page.
    page.copy_for_translation(locale, copy_parents=True).save_revision().publish()


@pytest.mark.parametrize("change", [rename, rename_section, new_host, unpublish, delete, translate])
def test_a_text_links_to_where_the_page_is_now(agency, target, linking, change):
    english = linking.copy_for_translation(
        Locale.objects.get(language_code="en"), copy_parents=True
    )
    english.save_revision().publish()
    before = told(english)["content_html"]
    assert "/layanan/" in before
    change(type(target).objects.get(pk=target.pk))
    after = told(english)["content_html"]
    assert (after == before) is (change is unpublish), "Wagtail links to drafts as well"
    assert reconcile.reconcile() == 0


def test_an_announcement_names_no_predecessor_that_was_deleted(agency):
    first = publish(EmergencyAnnouncementPage, agency, title="Banjir")
    second = publish(
        EmergencyAnnouncementPage,
        agency,
        title="Banjir surut",
        message_type=MessageType.CANCEL,
        predecessor=first,
    )
    assert told(second)["emergency"]["predecessor"] == first.feed_id
    first.delete()
    assert told(second)["emergency"]["predecessor"] is None
    assert reconcile.reconcile() == 0


def test_an_image_that_is_deleted_leaves_the_items_that_show_it(agency):
    image = get_image_model().objects.create(title="Foto", file=get_test_image_file())
    page = publish(NewsPage, agency, lead_image=image, lead_image_alt="Foto")
    assert told(page)["image"]
    image.delete()
    assert told(page)["image"] is None
    assert reconcile.reconcile() == 0


def test_no_item_gives_the_address_of_a_document_that_was_deleted(agency):
    document = get_document_model().objects.create(
        title="Berkas", file=ContentFile(pdf(), name="berkas.pdf")
    )
    page = draft(DipEntryPage, agency, title="Dengan berkas")
    page.documents = [DipDocument(title="Berkas", document=document)]
    page.save_revision().publish()
    assert [attached["url"] for attached in told(page)["attachments"] if attached["url"]]
    document.delete()
    assert not [attached["url"] for attached in told(page)["attachments"] if attached["url"]]
    assert reconcile.reconcile() == 0


def test_moments_are_told_in_the_sites_zone_wherever_the_publisher_sits(agency):
    with timezone.override(
        "Asia/Makassar"
    ):  # as Wagtail does for accounts with a zone of their own
        page = publish(EmergencyAnnouncementPage, agency, title="Banjir")
        item = told(page)
    moments = (item["published_at"], item["updated_at"], item["emergency"]["effective"])
    assert {moment[-6:] for moment in moments} == {"+07:00"}
    assert reconcile.reconcile() == 0
