"""The words of documents: read in the background, found by search, missing where a file is a scan."""

import datetime

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.documents import get_document_model

from kip_pages.choices import TextState
from kip_pages.intake import sandbox, texts
from kip_pages.models import DipDocument, DipEntryPage, DocumentRecord, DocumentText
from kip_pages.models.document import READING_TRIES, TEXT_LIMIT
from kip_pages.tasks import DOCUMENTS, TextHeartbeat, read_texts

from .. import files
from ..factories import publish, section_of

HOST = {"host": "dinkes.example.test"}


@pytest.fixture
def now():
    return timezone.now()


def stored(agency, name="rencana.pdf", content=None):
    content = files.pdf() if content is None else content
    return get_document_model().objects.create(
        title="Berkas", file=ContentFile(content, name=name), collection=agency.collection
    )


def entry_with(agency, *documents, title="Renstra"):
    page = publish(DipEntryPage, agency, title=title, slug=title.lower())
    page.documents = [DipDocument(title="Berkas", document=document) for document in documents]
    page.save_revision().publish()
    return page


def record_of(document):
    return DocumentRecord.objects.get(document=document)


def found(words, agency):
    section = section_of(agency, DipEntryPage)
    return [page.title for page in DipEntryPage.objects.child_of(section).search(words)]


def citizens_list(agency, words):
    section = section_of(agency, DipEntryPage)
    html = Client().get(section.get_url(), {"q": words}, headers=HOST)
    return [page.title for page in html.context["page_of_items"]]


def test_an_upload_waits_for_its_text_and_tells_the_worker(
    agency, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        document = stored(agency)
    assert record_of(document).text_state == TextState.WAITING
    assert DBTaskResult.objects.filter(backend_name=DOCUMENTS).count() == 1


def test_text_is_found_by_search_and_by_citizens_once_it_is_read(agency, other_agency, now):
    entry_with(agency, stored(agency, content=files.pdf("Anggaran perjalanan dinas")))
    publish(DipEntryPage, agency, title="Lain", slug="lain")
    assert found("perjalanan", agency) == []
    assert texts.read_waiting(at=now) == 1
    assert found("perjalanan", agency) == ["Renstra"]
    assert citizens_list(agency, "perjalanan") == ["Renstra"]
    assert citizens_list(agency, "renstra") == ["Renstra"]
    assert citizens_list(agency, "tidak ada") == []
    assert found("perjalanan", other_agency) == []


def test_text_of_a_draft_is_not_found_by_citizens(agency, now):
    page = entry_with(agency, stored(agency, content=files.pdf("Anggaran perjalanan")))
    texts.read_waiting(at=now)
    page.unpublish()
    assert citizens_list(agency, "perjalanan") == []


def test_a_replaced_file_is_found_by_its_new_words_only(agency, now):
    document = stored(agency, "a.csv", b"kelapa sawit\n")
    entry_with(agency, document)
    texts.read_waiting(at=now)
    assert found("sawit", agency) == ["Renstra"]
    document.file = ContentFile(b"padi sawah\n", name="b.csv")
    document.save()
    assert not DocumentText.objects.filter(record__document=document).exists()
    texts.read_waiting(at=now)
    assert found("sawit", agency) == []
    assert found("padi", agency) == ["Renstra"]


def test_a_scan_is_flagged_and_listed_with_its_entry(agency, now):
    scan, text = stored(agency, content=files.pdf("", "")), stored(agency)
    page = entry_with(agency, scan)
    entry_with(agency, text, title="Lain")
    texts.read_waiting(at=now)
    assert record_of(scan).needs_text
    assert not record_of(text).needs_text
    assert list(DipEntryPage.objects.with_scans()) == [page]
    assert page.needs_text
    within = DocumentRecord.objects.within(agency.collection).without_text()
    assert [record.document for record in within] == [scan]
    assert len(record_of(scan).to_do) == 1


def test_a_picture_has_no_text_to_wait_for(agency, now):
    document = stored(agency, "foto.jpg", files.picture())
    assert record_of(document).text_state == TextState.NONE
    assert texts.read_waiting(at=now) == 0


def test_text_of_many_long_files_stays_below_what_an_index_takes(agency, now):
    # Words that are all different fill an index most: it would refuse the page beyond a megabyte.
    words = b" ".join(b"k%06d" % number for number in range(40_000))
    page = entry_with(
        agency, *(stored(agency, f"{n}.txt", b"awal%d %s" % (n, words)) for n in range(3))
    )
    texts.read_waiting(at=now)
    bodies = DocumentText.objects.filter(record__document__title="Berkas")
    assert all(len(text.body) <= TEXT_LIMIT for text in bodies)
    assert len(page.documents_text) == TEXT_LIMIT
    page.save_revision().publish()
    assert found("k000123", agency) == ["Renstra"]


def test_a_file_that_cannot_be_read_is_given_up_and_says_so(agency, now):
    document = stored(agency)
    with document.file.storage.open(document.file.name, "wb") as file:
        file.write(b"%PDF-1.7 rusak")
    assert texts.read_waiting(at=now) == 1
    record = record_of(document)
    assert record.text_state == TextState.FAILED
    assert record.to_do
    assert texts.read_waiting(at=now) == 0


def test_what_a_lost_reader_had_claimed_is_read_again_but_not_for_ever(agency, now):
    record = record_of(stored(agency))
    lost = {"text_claimed_at": now, "text_tries": 1}
    DocumentRecord.objects.filter(pk=record.pk).update(**lost)
    assert texts.read_waiting(at=now + datetime.timedelta(minutes=1)) == 0
    assert texts.read_waiting(at=now + datetime.timedelta(minutes=6)) == 1
    lost = {"text_claimed_at": now, "text_state": TextState.WAITING, "text_tries": READING_TRIES}
    DocumentRecord.objects.filter(pk=record.pk).update(**lost)
    assert texts.read_waiting(at=now + datetime.timedelta(hours=1)) == 0
    assert DocumentRecord.objects.get(pk=record.pk).text_state == TextState.FAILED


def test_the_text_of_a_file_that_was_replaced_while_it_was_read_is_forgotten(agency, monkeypatch):
    document = stored(agency, "a.csv", b"kelapa sawit\n")
    record = record_of(document)
    document.file = ContentFile(b"padi\n", name="b.csv")
    document.save()
    texts._settle(record, TextState.READ, "kelapa sawit")
    assert record_of(document).text_state == TextState.WAITING
    assert not DocumentText.objects.filter(record=record).exists()


def test_the_worker_is_woken_again_while_texts_wait_and_not_piled_up(agency):
    heart = TextHeartbeat()
    heart.beat(at=timezone.now())
    assert heart._waker._waiting is None
    stored(agency)
    heart.beat(at=timezone.now())
    first = heart._waker._waiting
    assert first is not None
    heart.beat(at=timezone.now())
    assert heart._waker._waiting is first


def test_the_task_reads_what_waits(agency):
    document = stored(agency)
    read_texts.call()
    assert record_of(document).text_state == TextState.READ


def test_a_reader_has_a_limit_of_time(agency, now, monkeypatch):
    monkeypatch.setattr(sandbox, "READ_SECONDS", 0)
    document = stored(agency)
    texts.read_waiting(at=now)
    assert record_of(document).text_state == TextState.FAILED
