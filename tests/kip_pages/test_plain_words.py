"""A page begins with plain words, and nobody is left alone with a file that cannot be read aloud."""

import pytest
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile

from kip_pages.blocks import BodyBlock
from kip_pages.choices import DocumentState
from kip_pages.models import (
    ActivityPage,
    DipDocument,
    DipEntryPage,
    DocumentRecord,
    FeedPage,
    InformationPage,
    NewsPage,
)

from ..every_page import SUMMARY, TYPES, document_of, full_article
from ..factories import frozen_edition, publish, section_of
from ..files import xlsx

HOST = {"host": "dinkes.example.test"}
WITH_SUMMARY = [NewsPage, *TYPES]
WITH_BODY = [NewsPage, ActivityPage, InformationPage]


def read(client, page, path=""):
    answer = client.get(f"{page.get_url()}{path}", headers=HOST)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser").find("main")


def body(*documents):
    return BodyBlock().to_python([{"type": "document", "value": one.pk} for one in documents])


def test_every_type_of_page_that_has_a_summary_is_looked_at():
    concrete = {model for model in FeedPage.__subclasses__() if not model._meta.abstract}
    for model in FeedPage.__subclasses__():
        concrete |= set(model.__subclasses__())
    assert set(WITH_SUMMARY) == {model for model in concrete if not model._meta.abstract}


@pytest.mark.parametrize("model", WITH_SUMMARY)
@pytest.mark.parametrize("summary", [SUMMARY, ""], ids=["summary", "none"])
def test_the_summary_stands_below_the_heading_and_before_all_else(client, agency, model, summary):
    if model is NewsPage:
        page = full_article(agency, pictures=1, summary=summary)
    else:
        page = publish(model, agency, summary=summary, **TYPES[model])
    main = read(client, page)
    leads = main.select(".lead")
    assert [lead.get_text(strip=True) for lead in leads] == [SUMMARY] * bool(summary)
    if not summary:
        return
    before = {tag for tag in leads[0].find_all_previous() if tag.find_parent("main")}
    assert main.h1 in before
    found = main.select("img, figure, table, dl, h2, .prose, .documents, svg")
    assert found
    assert not before & set(found)


# --- files -----------------------------------------------------------------------------------


def ways_to_ask(main):
    """Return the addresses that are offered to whoever cannot read a file."""
    return [a["href"] for a in main.find_all("a", string="Minta versi lain")]


def test_a_pdf_of_an_entry_says_whom_to_ask_for_another_version(client, agency):
    page = publish(
        DipEntryPage, agency, documents=[DipDocument(title="A", document=document_of(agency, "A"))]
    )
    main = read(client, page)
    assert ways_to_ask(main) == ["#ask-heading"]
    assert main.find(id="ask-heading")


@pytest.mark.parametrize("model", WITH_BODY)
@pytest.mark.parametrize(("language", "prefix"), [("id", ""), ("en", "/en")])
def test_a_pdf_in_a_text_leads_to_whoever_has_another_version(
    client, agency, model, language, prefix
):
    page = publish(model, agency, body=body(document_of(agency, "A"), document_of(agency, "B")))
    main = read(client, page)
    assert ways_to_ask(main) == ["/ppid/#contact-heading"] * 2
    answer = client.get(f"{prefix}/ppid/", headers=HOST)
    assert BeautifulSoup(answer.content, "html.parser").find(id="contact-heading")


def test_a_pdf_that_a_sentence_links_to_does_so_too_once_for_each_paragraph(client, agency):
    links = [
        f'<a linktype="document" id="{document_of(agency, title).pk}">{title}</a>'
        for title in ("A", "B")
    ]
    text = [("paragraph", f"<p>Lihat {' dan '.join(links)}.</p>"), ("paragraph", "<p>Isi</p>")]
    page = publish(NewsPage, agency, body=text)
    assert ways_to_ask(read(client, page)) == ["/ppid/#contact-heading"]
    (item,) = client.get("/api/feed/v1/changes", headers=HOST).json()["items"]
    assert "Minta versi lain" not in item["data"]["content_html"]


def test_a_file_that_is_no_pdf_and_one_that_is_held_say_nothing_of_it(client, agency):
    file = ContentFile(xlsx(), "tabel.xlsx")
    sheet = type(document_of(agency)).objects.create(
        title="Tabel", file=file, collection=agency.collection
    )
    held = document_of(agency, "Ditahan")
    DocumentRecord.objects.filter(document=held).update(state=DocumentState.HELD)
    page = publish(NewsPage, agency, body=body(sheet, held))
    main = read(client, page)
    assert "Tabel" in main.get_text()
    assert ways_to_ask(main) == []


def test_the_note_is_for_readers_of_the_page_and_not_of_the_feed(client, agency):
    page = publish(NewsPage, agency, body=body(document_of(agency, "A")))
    (item,) = client.get("/api/feed/v1/changes", headers=HOST).json()["items"]
    assert item["data"]["title"] == page.title
    assert "Minta versi lain" not in item["data"]["content_html"]


def test_a_frozen_edition_lies_beside_its_pdf_in_forms_that_can_be_read_aloud(client, agency):
    """Its PDF is PDF/UA by our own hand; sheets of the same rows stand in the same list."""
    publish(DipEntryPage, agency)
    edition = frozen_edition(agency)
    main = read(
        client, section_of(agency, DipEntryPage), f"edisi/{edition.year}-{edition.revision}/"
    )
    files = {a["href"].rsplit(".", 1)[1] for a in main.select(".edition__files a")}
    assert {"csv", "xlsx"} <= files
