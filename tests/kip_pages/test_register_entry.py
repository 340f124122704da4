"""What citizens, and search engines, are told by the page of one entry of the register."""

import datetime
import json
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import PageLogEntry, PageViewRestriction

from kip_pages.choices import DocumentState
from kip_pages.feed import sequencer
from kip_pages.formats.schema_org import entry_object, organization
from kip_pages.models import DipDocument, DipEntryPage, DipIndexPage, DocumentRecord
from kip_pages.models.publications import PublicationKind, publications_of
from opd_sites.models import Agency
from opd_sites.provisioning import suspend

from .. import files
from ..factories import UserFactory, publish, section_of

HOST = {"host": "dinkes.example.test"}
PUBLISHED, RENEWED = PublicationKind.PUBLISHED, PublicationKind.RENEWED


def page_of(entry, host=HOST):
    return BeautifulSoup(Client().get(entry.get_url(), headers=host).content, "html.parser")


def structured(page):
    way, data = page.find_all("script", type="application/ld+json")
    assert json.loads(way.string)["@type"] == "BreadcrumbList"
    return json.loads(data.string)


@pytest.fixture
def entry(agency):
    """An entry with a PDF, a file that is held back, and addresses elsewhere."""
    Agency.objects.filter(pk=agency.pk).update(
        phone="(0254) 200-123", email="ppid@dinkes.example.test", office_hours="Senin-Jumat 08-15"
    )
    entry = publish(
        DipEntryPage,
        agency,
        title='Renstra </script><b>& "2017"',
        slug="renstra",
        summary="Rencana strategis",
        period="2017/2022",
        made_when="2016-12",
    )
    open_file, held = (
        get_document_model().objects.create(
            title="Berkas",
            file=ContentFile(files.pdf(name), name=f"{name}.pdf"),
            collection=agency.collection,
        )
        for name in ("terbuka", "ditahan")
    )
    DocumentRecord.objects.filter(document=held).update(state=DocumentState.HELD)
    entry.documents = [
        DipDocument(title="Dokumen", document=open_file, kind="document"),
        DipDocument(title="Berkas ditahan", document=held),
        DipDocument(title="Data", external_url="https://data.example.org/a b.csv", kind="dataset"),
        DipDocument(title="Rusak", external_url="javascript:alert(1)"),
    ]
    entry.save_revision().publish()
    return DipEntryPage.objects.get(pk=entry.pk)


# --- its history -----------------------------------------------------------------------------


def day(number):
    return datetime.datetime(2026, 1, number, 2, tzinfo=datetime.UTC)


#   written down, by the day of January          told, newest first
HISTORIES = [
    ([("publish", 5)], [(PUBLISHED, 5)]),
    ([("publish", 5), ("publish", 5), ("publish", 7)], [(RENEWED, 7), (PUBLISHED, 5)]),
    ([("publish", 5), ("unpublish", 6), ("publish", 9)], [(PUBLISHED, 9), (PUBLISHED, 5)]),
    # What was published while it was private became public when it was opened.
    (
        [
            *(("view_restriction.create", 4), ("publish", 5), ("publish", 6)),
            *(("view_restriction.delete", 8), ("publish.scheduled", 9)),
        ],
        [(RENEWED, 9), (PUBLISHED, 8)],
    ),
    ([("publish", 5), ("view_restriction.create", 6), ("publish", 7)], [(PUBLISHED, 5)]),
    ([("create", 1), ("edit", 2), ("publish.schedule", 3), ("publish", 5)], [(PUBLISHED, 5)]),
    ([], [(PUBLISHED, 2)]),
    # The log was begun, or cleared, after it had been published.
    ([("publish", 5)], [(RENEWED, 5), (PUBLISHED, 2)]),
]


@pytest.mark.parametrize(("written", "told"), HISTORIES)
def test_the_history_tells_the_days_on_which_something_became_public(agency, written, told):
    entry = publish(DipEntryPage, agency)
    PageLogEntry.objects.filter(page=entry.pk).delete()
    for action, number in written:
        PageLogEntry.objects.create(
            page_id=entry.pk,
            action=f"wagtail.{action}",
            timestamp=day(number),
            content_type_id=entry.content_type_id,
            label=entry.title,
        )
    entry.first_published_at = day(min(number for _kind, number in told))
    found = [(one.kind, one.day.day) for one in publications_of(entry)]
    assert found == told


def test_the_history_names_nobody_and_nothing_that_is_not_public(agency):
    author = UserFactory(username="penyusun", first_name="Budi", last_name="Sastrowardoyo")
    entry = publish(DipEntryPage, agency, title="Renstra", summary="Yang terbit")
    entry.summary = "Naskah yang belum terbit"
    entry.save_revision(user=author, log_action=True)
    page = page_of(entry)
    told = page.find(id="history-heading").find_parent("section")
    assert [line.get_text(" ", strip=True).split()[0] for line in told.select("li")] == [
        "Diterbitkan"
    ]
    for hidden in ("penyusun", "Sastrowardoyo", "belum terbit"):
        assert hidden not in str(page)


# --- how to find it again --------------------------------------------------------------------


def lasting(entry, **options):
    sequencer.catch_up(pressing_only=False, max_batches=None)
    return Client().get(f"/dip/{entry.feed_id}/", headers=options.get("host", HOST))


def test_the_lasting_address_leads_to_the_entry_whatever_becomes_of_its_page(agency, other_agency):
    entry = publish(DipEntryPage, agency, title="Renstra", slug="renstra")
    address = f"http://dinkes.example.test/dip/{entry.feed_id}/"
    citation = page_of(entry).select_one(".citation").get_text()
    assert citation.startswith(f"Dinas Dinkes. ({timezone.localdate().year}). Renstra. {address} ")
    assert str(timezone.localdate().day) in citation
    home = "http://dinkes.example.test/informasi-publik/"
    assert lasting(entry)["Location"] == f"{home}renstra/"
    entry.slug = "rencana"
    entry.save_revision().publish()
    assert lasting(entry)["Location"] == f"{home}rencana/"
    entry.move(section_of(other_agency, DipEntryPage), pos="last-child")
    assert lasting(entry)["Location"] == ("http://dindik.example.test/informasi-publik/rencana/")
    PageViewRestriction.objects.create(
        page=DipEntryPage.objects.get(pk=entry.pk), restriction_type="login"
    )
    assert lasting(entry).status_code == 404


def test_the_lasting_address_leads_to_nothing_that_is_not_public(agency, other_agency):
    entry = publish(DipEntryPage, agency)
    elsewhere = {"host": "dindik.example.test"}
    assert lasting(entry, host=elsewhere).status_code == 302
    suspend(agency, at=timezone.now())
    assert lasting(entry, host=elsewhere).status_code == 404
    assert Client().get(f"/dip/{DipIndexPage().translation_key}/", headers=HOST).status_code == 404


# --- whom to ask -----------------------------------------------------------------------------


def test_who_looked_for_something_else_is_led_to_the_agency(entry):
    page = page_of(entry)
    ask = page.find(id="ask-heading").find_parent("section")
    phone, mail = (link["href"] for link in ask.select("a"))
    assert phone == "tel:0254200123"
    address = urlsplit(mail)
    assert (address.scheme, address.path) == ("mailto", "ppid@dinkes.example.test")
    assert entry.title in parse_qs(address.query)["subject"][0]
    assert "Senin-Jumat 08-15" in ask.get_text()
    assert page.select_one('a[href="#ask-heading"]').get_text() == "Minta versi lain"
    assert not ask.select("form, img, script")
    agency = Agency.objects.get(code="dinkes")
    agency.phone = "0254 200 123, 0254 200 124"
    agency.save()
    assert not page_of(entry).select('a[href^="tel:"]')


def test_an_entry_without_a_pdf_needs_no_other_version(agency):
    assert not page_of(publish(DipEntryPage, agency)).select('a[href="#ask-heading"]')


# --- what search engines read ----------------------------------------------------------------


def test_an_entry_with_documents_is_a_dataset_in_the_words_of_schema_org(entry, agency):
    data = structured(page_of(entry))
    address = "http://dinkes.example.test/informasi-publik/renstra/"
    assert data["@context"] == "https://schema.org"
    assert {name: data[name] for name in ("@type", "@id", "url", "name", "description")} == {
        "@type": "Dataset",
        "@id": address,
        "url": address,
        "name": entry.title,
        "description": "Rencana strategis",
    }
    assert data["identifier"] == f"urn:uuid:{entry.feed_id}"
    assert data["temporalCoverage"] == "2017/2022"
    assert data["dateCreated"] == "2016-12"
    assert data["inLanguage"] == "id"
    assert data["license"].startswith("https://creativecommons.org/")
    for name in ("datePublished", "dateModified"):
        assert datetime.datetime.fromisoformat(data[name]).utcoffset() is not None
    assert data["publisher"] == organization(Agency.objects.get(pk=agency.pk))
    assert data["publisher"]["@type"] == "GovernmentOrganization"
    assert data["publisher"]["name"] == "Dinas Dinkes"
    file, elsewhere = data["distribution"]
    document = entry.documents.all()[0]
    assert file == {
        "@type": "DataDownload",
        "name": "Dokumen",
        "contentUrl": f"http://dinkes.example.test{document.link}",
        "encodingFormat": "application/pdf",
        "contentSize": f"{document.size} B",
    }
    assert elsewhere["contentUrl"] == "https://data.example.org/a%20b.csv"
    assert elsewhere["encodingFormat"] == "text/csv"
    assert "ditahan" not in json.dumps(data)
    assert data == entry_object(entry)


def test_no_title_ends_the_element_that_carries_the_data(entry):
    html = Client().get(entry.get_url(), headers=HOST).content.decode()
    _before, *parts = html.split('<script type="application/ld+json">')
    way, data = (part.split("</script>")[0] for part in parts)
    assert json.loads(data)["name"] == entry.title
    assert json.loads(way)["itemListElement"][-1]["name"] == entry.title
    assert not {"<", ">", "&"} & set(way + data)


def test_what_is_empty_is_not_stated(agency):
    data = structured(page_of(publish(DipEntryPage, agency, title="Surat")))
    assert data["@type"] == "DigitalDocument"
    assert data["description"] == "Surat"
    for absent in ("distribution", "temporalCoverage", "dateCreated"):
        assert absent not in data
    assert "telephone" not in data["publisher"]


def test_an_entrys_page_costs_the_same_queries_however_many_documents_it_has(
    entry, steady_versions, django_assert_max_num_queries
):
    """One for the documents, one for their files, one for the records, one for the history."""

    def costs():
        Client().get(entry.get_url(), headers=HOST)
        with django_assert_max_num_queries(25) as captured:
            assert Client().get(entry.get_url() + "?x=1", headers=HOST).status_code == 200
        return len(captured)

    few = costs()
    more = entry.documents.all()[0].document
    entry.documents = [
        *entry.documents.all(),
        *(DipDocument(title=f"Lagi {number}", document=more) for number in range(10)),
    ]
    entry.save_revision().publish()
    assert costs() == few
