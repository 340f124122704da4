"""What an item names beside its own page: when that changes, the item does, and nothing drifts."""

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from kip_pages.feed import reconcile, sequencer
from kip_pages.models import DipDocument, DipEntryPage, NewsPage, NewsRelatedEntry

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


@pytest.mark.parametrize("leave", [unpublish, delete])
def test_a_report_no_longer_names_an_entry_that_is_gone(report, entry, leave):
    leave(entry)
    assert told(report)["news"]["related_dip"] == []
    assert reconcile.reconcile() == 0


def test_a_report_names_an_entry_again_when_it_is_back(report, entry):
    entry.unpublish()
    entry.save_revision().publish()
    assert told(report)["news"]["related_dip"] == [entry.feed_id]
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
