"""How a document comes in, by every door; what of it is public, and what becomes of its original."""

import datetime
import hashlib
import io
from io import StringIO

import pikepdf
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import ModelLogEntry, ReferenceIndex, UploadedFile
from wagtail.search import index

from kip_pages.choices import DocumentState
from kip_pages.feed import sequencer
from kip_pages.feed.reconcile import reconcile
from kip_pages.files.verdicts import Refusal
from kip_pages.intake import taking_in
from kip_pages.intake.taking_in import RefusedFileError
from kip_pages.models import DipDocument, DipEntryPage, DocumentRecord, FeedItem, NewsPage
from opd_sites.choices import AgencyRole, ProvinceRole

from .. import files
from ..factories import UserFactory, draft, publish
from ..files import AUTHOR

HOST = {"host": "dinkes.example.test"}
Document = get_document_model()


@pytest.fixture
def publisher(client, agency):
    user = UserFactory(role=AgencyRole.PUBLISHER, role__agency=agency)
    client.force_login(user)
    client.user = user
    return client


def upload(name="rencana.pdf", content=None):
    return SimpleUploadedFile(name, content if content is not None else files.pdf())


def stored(agency, name="rencana.pdf", content=None, **fields):
    """Store a document as code does, without a form."""
    content = content if content is not None else files.pdf()
    file = ContentFile(content, name=name)
    fields = {"title": "Rencana", "collection": agency.collection} | fields
    return Document.objects.create(file=file, **fields)


def existing(agency, content, name="lama.pdf"):
    """Put a document into the database and the storage as it was before there was any cleaning."""
    document = Document(title="Lama", collection=agency.collection)
    document.file.name = document.file.storage.save(f"documents/{name}", ContentFile(content))
    document.file_size = len(content)
    Document.objects.bulk_create([document])
    document = Document.objects.get(title="Lama")
    index.insert_or_update_object(document)
    DocumentRecord.objects.create(document=document, file_name=document.file.name)
    return document


def public(document, client=None):
    """Return the answer to a citizen who asks for the document."""
    document.refresh_from_db()
    return (client or Client()).get(document.url, headers=HOST)


def body(response):
    return b"".join(response.streaming_content)


def original(document):
    with document.kip_record.open_original() as file:
        return file.read()


def originals():
    storage = storages["private"]
    return set(storage.listdir("documents")[1]) if storage.exists("documents") else set()


def public_files():
    storage = storages["default"]
    return set(storage.listdir("documents")[1]) if storage.exists("documents") else set()


# --- doors -----------------------------------------------------------------------------------


def by_form(client, agency, file):
    data = {"title": "Rencana", "file": file, "collection": agency.collection.pk, "tags": ""}
    return client.post(reverse("wagtaildocs:add"), data, headers=HOST)


def by_many(client, agency, file):
    data = {"title": "Rencana", "files[]": file, "collection": agency.collection.pk}
    return client.post(reverse("wagtaildocs:add_multiple"), data, headers=HOST)


def by_chooser(client, agency, file):
    prefix = "document-chooser-upload-"
    data = {f"{prefix}title": "Rencana", f"{prefix}file": file, f"{prefix}tags": ""}
    data[f"{prefix}collection"] = agency.collection.pk
    return client.post(reverse("wagtaildocs_chooser:create"), data, headers=HOST)


def by_replacing(client, agency, file):
    document = stored(agency, "lama.csv", b"a;b\n", uploaded_by_user=client.user)
    data = {"title": "Rencana", "file": file, "collection": agency.collection.pk, "tags": ""}
    return client.post(reverse("wagtaildocs:edit", args=[document.pk]), data, headers=HOST)


DOORS = [by_form, by_many, by_chooser, by_replacing]


@pytest.mark.parametrize("door", DOORS)
def test_through_every_door_only_a_clean_copy_gets_public(publisher, agency, door):
    sent = files.pdf("Rencana kerja")
    assert door(publisher, agency, upload(content=sent)).status_code in (200, 302)
    document = Document.objects.get(title="Rencana")
    received = body(public(document))
    assert AUTHOR.encode() in sent
    assert AUTHOR.encode() not in received
    assert pikepdf.open(io.BytesIO(received)).open_metadata()["dc:title"] == "Rencana"
    assert original(document) == sent
    record = document.kip_record
    assert record.state == DocumentState.CLEAN
    assert record.sha256 == hashlib.sha256(received).hexdigest()
    assert record.original_sha256 == hashlib.sha256(sent).hexdigest()
    assert record.original_name == "rencana.pdf"
    # What the feed, the pages and Wagtail's own checks go by.
    assert document.file_size == len(received)
    assert document.file_hash == hashlib.sha1(received).hexdigest()


@pytest.mark.parametrize("door", DOORS)
def test_through_every_door_a_refused_file_leaves_nothing_behind(publisher, agency, door):
    before = public_files(), originals()
    response = door(publisher, agency, upload("palsu.pdf", b"MZ\x90\x00program"))
    assert response.status_code == 200
    assert "palsu.pdf" in response.content.decode()
    assert not Document.objects.filter(title="Rencana", file__contains="palsu").exists()
    assert not UploadedFile.objects.exists()
    if door is by_replacing:
        document = Document.objects.get(file__contains="lama")
        assert body(public(document)) == b"a;b\n"
    else:
        assert (public_files(), originals()) == before


def test_a_refusal_says_what_to_do_in_the_readers_language(publisher, agency):
    response = by_many(publisher, agency, upload("surat.docm", files.docx()))
    assert not response.json()["success"]
    assert "surat.docm" in response.json()["error_message"]


def test_a_file_beyond_the_limit_is_refused(agency, settings):
    settings.WAGTAILDOCS_MAX_UPLOAD_SIZE = 100
    with pytest.raises(RefusedFileError) as caught:
        stored(agency)
    assert caught.value.refusal == Refusal.TOO_LARGE


def test_a_document_that_code_saves_is_cleaned_as_well(agency):
    sent = files.pdf()
    document = stored(agency, "paparan.pdf", sent)
    assert AUTHOR.encode() not in body(public(document))
    assert original(document) == sent


def test_code_cannot_store_what_may_not_come_in(agency):
    before = public_files(), originals()
    with pytest.raises(RefusedFileError) as caught:
        stored(agency, "rahasia.pdf", files.pdf(encryption=pikepdf.Encryption(user="x")))
    assert caught.value.refusal == Refusal.PASSWORD
    assert (public_files(), originals()) == before


def test_a_file_that_is_put_into_the_storage_first_is_cleaned_in_its_place(agency):
    document = Document(title="Rencana", collection=agency.collection)
    document.file.save("rencana.pdf", ContentFile(files.pdf()))
    assert AUTHOR.encode() not in body(public(document))
    assert document.kip_record.state == DocumentState.CLEAN


def test_a_file_that_waits_for_its_title_is_clean_while_it_waits(publisher, agency):
    data = {"title": "x" * 300, "files[]": upload(), "collection": agency.collection.pk}
    told = publisher.post(reverse("wagtaildocs:add_multiple"), data, headers=HOST).json()
    waiting = UploadedFile.objects.get(pk=told["uploaded_file_id"])
    with waiting.file.open() as file:
        assert AUTHOR.encode() not in file.read()
    prefix = f"uploaded-document-{waiting.pk}-"
    data = {f"{prefix}title": "Rencana", f"{prefix}collection": agency.collection.pk}
    address = reverse("wagtaildocs:create_multiple_from_uploaded_document", args=[waiting.pk])
    publisher.post(address, data | {f"{prefix}tags": ""}, headers=HOST)
    document = Document.objects.get(title="Rencana")
    assert public(document).status_code == 200
    assert document.kip_record.state == DocumentState.CLEAN


def test_changing_the_title_leaves_file_and_original_alone(agency):
    document = stored(agency)
    before = body(public(document)), original(document), document.file.name, originals()
    document.title = "Rencana kerja"
    document.save()
    after = body(public(document)), original(document), document.file.name, originals()
    assert after == before


# --- replacing and deleting ------------------------------------------------------------------


def test_replacing_a_file_takes_the_former_one_and_its_original_away(
    publisher, agency, django_capture_on_commit_callbacks
):
    document = stored(agency, "lama.pdf", files.pdf("Lama"))
    former = document.file.name, document.kip_record.original.name
    with django_capture_on_commit_callbacks(execute=True):
        data = {"title": "Baru", "file": upload("baru.pdf"), "tags": ""}
        data["collection"] = agency.collection.pk
        publisher.post(reverse("wagtaildocs:edit", args=[document.pk]), data, headers=HOST)
    document = Document.objects.get(pk=document.pk)
    assert document.filename == "baru.pdf"
    assert not storages["default"].exists(former[0])
    assert not storages["private"].exists(former[1])
    assert storages["private"].exists(document.kip_record.original.name)


def test_a_replacement_that_is_rolled_back_loses_neither_file(agency):
    document = stored(agency)
    before = body(public(document)), original(document)
    with pytest.raises(RuntimeError), transaction.atomic():
        document.file = ContentFile(files.pdf("Baru"), name="baru.pdf")
        document.save()
        raise RuntimeError
    document = Document.objects.get(pk=document.pk)
    assert (body(public(document)), original(document)) == before


def test_deleting_a_document_deletes_its_original_once_committed(
    agency, django_capture_on_commit_callbacks
):
    document = stored(agency)
    kept = document.kip_record.original.name
    with django_capture_on_commit_callbacks(execute=True):
        Document.objects.filter(pk=document.pk).delete()
        assert storages["private"].exists(kept)
    assert not storages["private"].exists(kept)
    assert not DocumentRecord.objects.filter(original=kept).exists()


def test_an_original_that_a_crash_left_behind_is_swept_up_after_a_day(agency):
    document = stored(agency)
    orphan = storages["private"].save("documents/orphan.pdf", ContentFile(b"x"))
    now = timezone.now()
    assert taking_in.sweep(at=now) == 0
    assert taking_in.sweep(at=now + datetime.timedelta(days=2)) >= 1
    assert not storages["private"].exists(orphan)
    assert original(document)


# --- documents of before ---------------------------------------------------------------------


def processed(*options):
    out = StringIO()
    call_command("process_documents", *options, stdout=out)
    return out.getvalue()


def test_a_document_of_before_is_public_until_it_is_processed_and_clean_afterwards(agency):
    content = files.pdf("Lama")
    document = existing(agency, content)
    assert body(public(document)) == content
    assert "1 documents looked at, 0 held back" in processed()
    address = document.url
    received = body(public(document))
    assert document.url == address
    assert AUTHOR.encode() not in received
    assert (document.file_size, original(document)) == (len(received), content)
    assert "0 documents looked at" in processed()
    assert body(public(document)) == received


def test_processing_that_was_interrupted_goes_on_from_the_original(agency):
    content = files.pdf("Lama")
    document = existing(agency, content)
    record = document.kip_record
    record.original.save("a.pdf", ContentFile(content), save=False)
    record.original_name = "lama.pdf"
    record.save()
    # The process ended while it wrote the public copy.
    document.file.storage.delete(document.file.name)
    document.file.storage.save(document.file.name, ContentFile(b"half"))
    processed()
    assert AUTHOR.encode() not in body(public(document))
    assert original(Document.objects.get(pk=document.pk)) == content


HELD = {
    "password": files.pdf(encryption=pikepdf.Encryption(user="x")),
    "attachments": files.pdf(change=files.with_attachment),
    "other_content": b"tidak ada",
}


@pytest.mark.parametrize("refusal", HELD)
def test_a_document_of_before_that_cannot_be_cleaned_is_held_back(agency, refusal):
    document = existing(agency, HELD[refusal])
    assert "lama" in processed("--dry-run")
    assert public(document).status_code == 200
    assert "1 held back" in processed()
    assert public(document).status_code == 404
    record = DocumentRecord.objects.get(document=document)
    assert (record.state, record.refusal) == (DocumentState.HELD, refusal)
    assert "lama" in record.reason
    assert record.to_do == [record.reason]


def test_what_is_held_is_tried_again_when_asked(agency, settings):
    document = existing(agency, files.pdf())
    settings.WAGTAILDOCS_MAX_UPLOAD_SIZE = 10
    assert "1 held back" in processed()
    del settings.WAGTAILDOCS_MAX_UPLOAD_SIZE
    assert "0 documents looked at" in processed()
    assert public(document).status_code == 404
    assert "1 documents looked at, 0 held back" in processed("--again")
    assert public(document).status_code == 200


def test_a_held_document_is_released_by_another_file(agency):
    document = existing(agency, HELD["password"])
    processed()
    document.file = ContentFile(files.pdf("Baru"), name="baru.pdf")
    document.save()
    assert public(document).status_code == 200
    assert DocumentRecord.objects.get(document=document).to_do == []


def test_a_document_whose_file_is_gone_is_held_back(agency):
    document = existing(agency, files.pdf())
    document.file.storage.delete(document.file.name)
    assert "1 held back" in processed()
    assert DocumentRecord.objects.get(document=document).refusal == Refusal.MISSING


def test_a_held_document_is_named_in_register_and_feed_without_an_address(agency):
    document = existing(agency, HELD["password"])
    page = draft(DipEntryPage, agency, title="Renstra")
    page.documents = [DipDocument(title="Renstra", document=document)]
    page.save_revision().publish()
    processed()
    sequencer.catch_up(pressing_only=False, max_batches=None)
    (attachment,) = FeedItem.objects.get(page_id=page.pk).data["attachments"]
    assert (attachment["title"], attachment["url"], attachment["bytes"]) == ("Renstra", "", None)
    html = Client().get(page.get_url(), headers=HOST).content.decode()
    assert "Renstra" in html
    assert document.url not in html


def test_a_held_document_is_named_in_a_report_without_an_address(agency):
    document = existing(agency, HELD["password"])
    page = publish(NewsPage, agency, body=[("document", document)])
    processed()
    sequencer.catch_up(pressing_only=False, max_batches=None)
    data = FeedItem.objects.get(page_id=page.pk).data
    assert [attached["url"] for attached in data["attachments"]] == [""]
    html = Client().get(page.get_url(), headers=HOST).content.decode()
    for told in (html, data["content_html"]):
        assert document.title in told
        assert document.url not in told


def test_what_is_released_is_told_with_its_address(agency, settings):
    document = existing(agency, files.pdf())
    page = draft(DipEntryPage, agency, title="Renstra")
    page.documents = [DipDocument(title="Renstra", document=document)]
    page.save_revision().publish()
    settings.WAGTAILDOCS_MAX_UPLOAD_SIZE = 10
    assert "1 held back" in processed()
    del settings.WAGTAILDOCS_MAX_UPLOAD_SIZE
    processed("--again")
    sequencer.catch_up(pressing_only=False, max_batches=None)
    (attachment,) = FeedItem.objects.get(page_id=page.pk).data["attachments"]
    assert attachment["url"].endswith(document.url)
    assert reconcile() == 0


def test_the_feed_tells_the_size_of_the_clean_copy(agency):
    document = existing(agency, files.pdf())
    page = draft(DipEntryPage, agency, title="Renstra")
    page.documents = [DipDocument(title="Renstra", document=document)]
    page.save_revision().publish()
    processed()
    sequencer.catch_up(pressing_only=False, max_batches=None)
    (attachment,) = FeedItem.objects.get(page_id=page.pk).data["attachments"]
    received = body(public(document))
    assert attachment["bytes"] == len(received)
    assert attachment["media_type"] == "application/pdf"


def test_a_document_nobody_looked_at_is_not_served(agency):
    document = stored(agency)
    DocumentRecord.objects.all().delete()
    assert public(document).status_code == 404
    processed()
    assert public(document).status_code == 200


def test_a_file_that_was_exchanged_behind_our_back_is_not_served(agency):
    document = stored(agency)
    name = storages["default"].save("documents/lain.pdf", ContentFile(files.pdf("Lain")))
    Document.objects.filter(pk=document.pk).update(file=name)
    assert public(document).status_code == 404


def test_a_record_does_not_count_as_use_of_its_document(agency):
    document = stored(agency)
    assert not ReferenceIndex.get_references_to(document).exists()


# --- originals -------------------------------------------------------------------------------

#   role                          own      other agency's
ORIGINALS = [
    (AgencyRole.EDITOR, False, False),
    (AgencyRole.PUBLISHER, True, False),
    (AgencyRole.AGENCY_ADMIN, True, False),
    (ProvinceRole.PROVINCE_ADMIN, True, True),
    (ProvinceRole.DUTY_OFFICER, False, False),
]


def test_the_table_of_originals_names_every_role():
    assert [row[0] for row in ORIGINALS] == [*AgencyRole, *ProvinceRole]


def ask_for_original(client, document):
    return client.get(reverse("kip_document_original", args=[document.pk]), headers=HOST)


@pytest.mark.parametrize(("role", "own", "other"), ORIGINALS)
def test_who_gets_an_original(client, agency, other_agency, role, own, other):
    place = {"role__agency": agency} if role in AgencyRole.values else {}
    user = UserFactory(role=role, **place)
    client.force_login(user)
    for where, allowed in ((agency, own), (other_agency, other)):
        document = stored(where)
        response = ask_for_original(client, document)
        assert response.status_code == (200 if allowed else 404)
        asked = ModelLogEntry.objects.for_instance(document).filter(action="kip_pages.original")
        assert [entry.user for entry in asked] == ([user] if allowed else [])
        if allowed:
            assert AUTHOR.encode() in body(response)
            assert response["Content-Disposition"] == 'attachment; filename="rencana.pdf"'
            assert "no-store" in response["Cache-Control"]


def test_who_uploaded_a_file_gets_its_original(client, agency):
    editor = UserFactory(role=AgencyRole.EDITOR, role__agency=agency)
    client.force_login(editor)
    document = stored(agency, uploaded_by_user=editor)
    assert ask_for_original(client, document).status_code == 200


def test_originals_have_no_address_and_lie_outside_of_what_is_served(agency, settings):
    record = stored(agency).kip_record
    assert not record.original.path.startswith(str(settings.MEDIA_ROOT))
    assert AUTHOR.encode() in original(record.document)
    for address in (f"/media/{record.original.name}", f"/documents/{record.original.name}"):
        assert Client().get(address, headers=HOST).status_code == 404


# --- pictures --------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_picture_in_the_library_does_not_tell_where_it_was_taken(agency, format):
    file = ContentFile(files.picture(format), name=f"foto.{format.lower()}")
    image = get_image_model().objects.create(title="Foto", file=file, collection=agency.collection)
    with image.file.open() as kept:
        content = kept.read()
    assert AUTHOR.encode() not in content
    assert (image.width, image.height) == (64, 48)
    assert image.get_file_size() == len(content)
    assert image.get_file_hash() == hashlib.sha1(content).hexdigest()


# --- what editors see ------------------------------------------------------------------------


def test_the_listing_tells_scans_and_what_is_held_and_filters_by_it(publisher, agency):
    scan = stored(agency, "pindai.pdf", files.pdf(""), title="Hasil pindai")
    DocumentRecord.objects.filter(document=scan).update(text_state="scan")
    stored(agency, "data.csv", b"a;b\n", title="Data")
    existing(agency, HELD["password"])
    processed()
    html = publisher.get(reverse("wagtaildocs:index"), headers=HOST).content.decode()
    assert all(title in html for title in ("Hasil pindai", "Data", "Lama"))
    for state, expected in (("scans", "Hasil pindai"), ("held", "Lama")):
        for words in ({}, {"q": expected.split()[0]}):
            query = {"state": state} | words
            found = publisher.get(reverse("wagtaildocs:index_results"), query, headers=HOST)
            titles = [document.title for document in found.context["documents"]]
            assert titles == [expected]


def test_the_listing_asks_no_more_for_many_documents_than_for_few(
    publisher, agency, django_assert_max_num_queries
):
    for number in range(3):
        stored(agency, f"data-{number}.csv", b"a;b\n")
    address = reverse("wagtaildocs:index_results")
    publisher.get(address, headers=HOST)
    # Wagtail's own 13 of 8.0; the state of each document comes with the documents.
    with django_assert_max_num_queries(14):
        publisher.get(address, headers=HOST)
    for number in range(15):
        stored(agency, f"data-{number}.csv", b"a;b\n")
    with django_assert_max_num_queries(14):
        publisher.get(address, headers=HOST)


def test_the_edit_screen_says_what_to_do_and_links_the_original(publisher, agency):
    document = stored(agency, content=files.pdf(change=files.commented))
    html = publisher.get(
        reverse("wagtaildocs:edit", args=[document.pk]), headers=HOST
    ).content.decode()
    (sentence,) = document.kip_record.to_do
    assert str(sentence) in html
    assert reverse("kip_document_original", args=[document.pk]) in html
