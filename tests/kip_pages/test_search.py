"""Search: what is found and how it is shown, what never is, and that nothing breaks it."""

import datetime
import html
import re

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    Locale,
    PageViewRestriction,
)

from kip_pages.choices import DocumentState, TextState
from kip_pages.dip_import.content import EntryContent
from kip_pages.dip_import.publishing import publish_new
from kip_pages.dip_import.understood import Understood
from kip_pages.dip_import.vocabulary import Stated
from kip_pages.intake import texts
from kip_pages.models import (
    ActivityPage,
    DipDocument,
    DipEntryPage,
    DocumentRecord,
    EmergencyAnnouncementPage,
    InformationPage,
    NewsIndexPage,
    NewsPage,
)
from kip_pages.search.words import LONGEST, Words
from opd_sites.provisioning import close, suspend

from .. import files
from ..factories import ONE_HOUR, AgencyFactory, draft, publish, section_of
from ..province import agency_named

pytestmark = pytest.mark.postgres

PORTAL, DINKES, DINDIK = (f"{name}.example.test" for name in ("portal", "dinkes", "dindik"))


def ask(words, host=PORTAL, path="/cari/", **query):
    response = Client().get(path, {"q": words} | query, headers={"host": host})
    assert response.status_code == 200
    return response


def titles(response):
    return [result.page.title for result in response.context.get("page_of_items", [])]


def found(words, host=PORTAL, **query):
    return titles(ask(words, host, **query))


def entry_saying(agency, title, name="isi.pdf", content=None):
    """A register entry with a file whose text was read."""
    document = get_document_model().objects.create(
        title="Berkas",
        file=ContentFile(content or files.pdf(), name=name),
        collection=agency.collection,
    )
    page = publish(DipEntryPage, agency, title=title)
    page.documents = [DipDocument(title="Berkas", document=document)]
    page.save_revision().publish()
    texts.read_waiting(at=timezone.now())
    return page, document


def import_entries(agency, names):
    """Publish register entries as an import does, past the signals of single pages."""
    contents = []
    for key, title in enumerate(names):
        row = Understood("Lembar", 1, title=title, raw_title=title, key=str(key))
        row.category = Stated.PERIODIC
        contents.append(EntryContent.of(row))
    section = section_of(agency, DipEntryPage)
    publish_new(contents, section=section, user=None, at=timezone.now())


def test_words_are_found_by_their_stem_and_titles_come_first(agency, other_agency):
    publish(NewsPage, agency, title="Jam buka kantor", summary="Layanan pada hari libur: layanan.")
    publish(DipEntryPage, other_agency, title="Standar layanan puskesmas")
    publish(InformationPage, agency, title="Sungai")
    in_title, in_summary = "Standar layanan puskesmas", "Jam buka kantor"
    assert found("pelayanan") == [in_title, in_summary]
    assert found("PELAYANAN puskesmas", DINDIK) == [in_title]
    assert found("pelayanan", DINKES) == [in_summary]
    # Words that say nothing are not asked for; a phrase stands as it is.
    assert found("apa itu standar layanan di puskesmas") == [in_title]
    assert found('"layanan puskesmas"') == [in_title]
    assert found('"puskesmas layanan"') == []


def test_all_kinds_are_found_and_each_choice_narrows_them(agency, other_agency):
    publish(NewsPage, agency, title="Renstra berita", date=datetime.date(2021, 3, 1))
    publish(DipEntryPage, agency, title="Renstra kurun", period="2017/2022")
    publish(DipEntryPage, other_agency, title="Renstra dibuat", made_when="2021-05")
    publish(ActivityPage, agency, title="Renstra kegiatan", starts_on=datetime.date(2020, 2, 1))
    publish(InformationPage, agency, title="Renstra profil")
    publish(EmergencyAnnouncementPage, agency, title="Renstra darurat")
    assert len(found("renstra")) == 6
    kinds = {"news": 1, "dip": 2, "activity": 1, "information": 1, "emergency": 1}
    assert {kind: len(found("renstra", jenis=kind)) for kind in kinds} == kinds
    assert found("renstra", opd="dindik") == ["Renstra dibuat"]
    assert set(found("renstra", tahun="2021")) == {
        "Renstra berita",
        "Renstra kurun",
        "Renstra dibuat",
    }
    # What has no date of its own is of the year in which it was published.
    this_year = str(timezone.localdate().year)
    assert set(found("renstra", tahun=this_year)) == {"Renstra profil", "Renstra darurat"}
    page = ask("renstra", opd="dinkes", jenis="dip", tahun="2019").content.decode()
    for chosen in ('"dinkes" selected', '"dip" selected', '"2019" selected', "1 hasil"):
        assert chosen in page


def test_what_a_citizen_may_not_see_is_not_found(agency, other_agency):
    publish(NewsPage, agency, title="Rahasia terbuka")
    draft(NewsPage, agency, title="Rahasia konsep")
    publish(NewsPage, agency, title="Rahasia ditarik").unpublish()
    publish(NewsPage, agency, title="Rahasia habis", expire_at=timezone.now() + ONE_HOUR)
    NewsPage.objects.filter(title="Rahasia habis").update(
        expire_at=timezone.now() - ONE_HOUR, live=True
    )
    private = publish(NewsPage, agency, title="Rahasia berkata sandi")
    PageViewRestriction.objects.create(page=private, restriction_type="password", password="x")
    changed = publish(NewsPage, agency, title="Pengumuman")
    changed.title = "Rahasia yang diusulkan"
    changed.save_revision()
    foreign = publish(NewsPage, other_agency, title="Rahasia OPD lain")
    assert found("rahasia", DINKES) == ["Rahasia terbuka"]
    assert set(found("rahasia")) == {"Rahasia terbuka", foreign.title}
    # An alias says what its original says.
    section = NewsIndexPage.objects.descendant_of(other_agency.root_page).first()
    NewsPage.objects.get(title="Rahasia terbuka").create_alias(parent=section)
    assert found("rahasia terbuka") == ["Rahasia terbuka"]
    assert found("rahasia terbuka", DINDIK) == ["Rahasia terbuka"]
    for leave, gone in ((suspend, other_agency), (close, agency)):
        leave(gone, at=timezone.now())
    # Not even if somebody lifts the restriction that hides their pages.
    PageViewRestriction.objects.filter(page=agency.root_page).delete()
    assert found("rahasia") == []
    assert "Dinas Dinkes" not in ask("rahasia").content.decode()


def test_the_words_of_files_are_found_as_long_as_everybody_may_read_the_file(agency):
    page, document = entry_saying(agency, "Renstra")
    word = re.findall(r"[a-z]{6,}", document.kip_record.text.body.lower())[0]
    response = ask(word, DINKES)
    assert titles(response) == ["Renstra"]
    assert f"<mark>{word}</mark>" in response.content.decode().lower()
    own = Collection.objects.get(pk=agency.collection.pk)
    closed = CollectionViewRestriction.objects.create(
        collection=own, restriction_type=CollectionViewRestriction.LOGIN
    )
    assert found(word, DINKES) == []
    closed.delete()
    assert found(word, DINKES) == ["Renstra"]
    # A file that may not be public any more says nothing, whatever was read of it before.
    record = DocumentRecord.objects.get(document=document)
    DocumentRecord.objects.filter(pk=record.pk).update(state=DocumentState.HELD)
    page.save_revision().publish()
    assert found(word, DINKES) == []
    DocumentRecord.objects.filter(pk=record.pk).update(
        state=DocumentState.CLEAN, text_state=TextState.READ
    )
    page.save_revision().publish()
    assert found(word, DINKES) == ["Renstra"]
    document.file = ContentFile(b"kolom;isi\n1;2\n", name="lain.csv")
    document.save()
    assert found(word, DINKES) == []


def test_a_deleted_file_leaves_nothing_to_be_found(agency):
    _page, document = entry_saying(agency, "Renstra")
    word = re.findall(r"[a-z]{6,}", document.kip_record.text.body.lower())[0]
    assert found(word) == ["Renstra"]
    document.delete()
    assert found(word) == []


def test_marks_are_the_only_elements_in_what_is_shown(agency):
    text = "Anggaran <script>alert(1)</script> \ue000 & \ue001 </mark> sekolah"
    publish(DipEntryPage, agency, title="Anggaran <b>&amp;</b> \ue001", summary=text)
    page = ask("anggaran sekolah").content.decode()
    results = page[page.index('class="search-results"') :]
    assert "<mark>Anggaran</mark> &lt;b&gt;&amp;amp;&lt;/b&gt;" in results
    assert "<mark>sekolah</mark>" in results
    assert "<script>alert" not in page
    assert results.count("<mark>") == results.count("</mark>")
    assert "\ue000" not in page and "\ue001" not in page


def test_a_misspelt_word_is_answered_with_the_one_that_is_published(agency, other_agency):
    publish(DipEntryPage, agency, title="Anggaran kesehatan puskesmas")
    draft(DipEntryPage, agency, title="Rahasiawan kesehatanku")
    page = ask("angaran kesehtan").content.decode()
    assert titles(ask("angaran kesehtan")) == []
    assert re.search(r'href="/cari/\?q=anggaran\+kesehatan">anggaran kesehatan</a>', page)
    # Only what leads to something, and only words of pages that this reader may see.
    for words, host in (("angaran tsunamii", PORTAL), ("rahasiawn", PORTAL), ("angaran", DINDIK)):
        assert "Maksud Anda" not in ask(words, host).content.decode(), words
    assert "Maksud Anda" not in ask("anggaran").content.decode()
    # A choice is why there is nothing, not how the word is written.
    assert "Maksud Anda" not in ask("kesehatan", tahun="1999").content.decode()
    assert "Maksud Anda" in ask("angaran", jenis="dip").content.decode()
    with connection.cursor() as cursor:
        cursor.execute("DROP EXTENSION pg_trgm CASCADE")
    assert "Maksud Anda" not in ask("angaran").content.decode()


def test_where_nothing_is_found_the_reader_is_told_what_to_try_and_whom_to_ask(agency):
    for own, is_lead in ((agency, True),):
        own.phone, own.email, own.is_lead = "0254 123", "ppid@example.test", is_lead
        own.save()
    publish(NewsPage, agency, title="Ada")
    portal = ask("zzz-tidak-ada", tahun="2020").content.decode()
    for part in ("0254 123", "mailto:ppid@example.test", "http://dindik.example.test/", "q=zzz"):
        assert part in portal
    own = ask("zzz", DINDIK).content.decode()
    assert "http://portal.example.test/cari/?q=zzz" in own
    assert "Dinas Dindik" in own


HOSTILE = [
    "\x00",
    "a\x00b",
    "x" * 10_000,
    "kata " * 3000,
    "!!!",
    '"tidak ditutup',
    "'a",
    ":*&|",
    "a:*",
    "!a",
    "🙂",
    "   ",
    "\\",
    "%",
    "%s",
    "<->",
    "a <-> b",
    "((",
    "'' OR 1=1 --",
    "\ue000",
    "\ud800",
    "--",
    "_",
    "“lengkung”",
    "12/SK/2026",
    "2023-2024",
    "a-b-",
    "NOT",
    "AND",
    "*",
]


NONSENSE = [
    ("hal", "abc"),
    ("hal", "-1"),
    ("hal", "9" * 30),
    ("jenis", "x"),
    ("opd", "x\x00"),
    ("tahun", "٢٠٢٤"),
    ("tahun", "0000"),
    ("tahun", "99999"),
    ("tahun", "\x00"),
]


def test_nothing_that_can_be_typed_breaks_it(agency):
    publish(NewsPage, agency, title="NOT a b AND kata lengkung 12/SK/2026 2023-2024")
    client = Client()
    for number, words in enumerate(HOSTILE):
        query, host = {"q": words.encode("utf-8", "replace")}, (PORTAL, DINKES)[number % 2]
        assert client.get("/cari/", query, headers={"host": host}).status_code == 200, words
    for name, value in NONSENSE:
        assert found("kata", **{name: value}), (name, value)
    assert "tidak ada di sini" in ask("kata", tahun="0000").content.decode()
    assert found("lengkung 12/SK/2026 2023-2024")
    assert len(Words.of("x " * 500).text) <= LONGEST
    assert client.post("/cari/", headers={"host": PORTAL}).status_code == 405
    empty = client.get("/cari/", headers={"host": DINKES})
    assert empty.status_code == 200 and "noindex" in empty.content.decode()
    assert empty["X-Robots-Tag"] == "noindex" and "private" not in empty["Cache-Control"]
    assert "private" in client.get("/cari/?q=", headers={"host": DINKES})["Cache-Control"]


def test_pages_and_counts_stop_where_nobody_looks_any_more(agency, monkeypatch):
    import_entries(agency, [f"Rapat ke {number}" for number in range(24)])
    first, second = ask("rapat"), ask("rapat", hal="2")
    assert (len(titles(first)), len(titles(second))) == (20, 4)
    assert not set(titles(first)) & set(titles(second))
    assert 'start="21"' in second.content.decode()
    assert html.unescape(first.content.decode()).count("?q=rapat&hal=2") == 1
    assert titles(ask("rapat", hal="99")) == titles(second)
    for module in ("matching", "asking"):
        monkeypatch.setattr(f"kip_pages.search.{module}.MOST", 10)
    assert "Lebih dari 10 hasil" in ask("rapat").content.decode()


def test_each_language_finds_its_own_pages(agency):
    page = publish(NewsPage, agency, title="Vaksinasi sekolah")
    english = page.copy_for_translation(
        Locale.objects.get(language_code="en"), copy_parents=True, alias=False
    )
    english.title = "Vaccination services"
    english.save_revision().publish()
    assert titles(ask("vaccination services", path="/en/cari/")) == ["Vaccination services"]
    assert (found("vaccination"), found("vaksinasi")) == ([], ["Vaksinasi sekolah"])
    nothing = ask("vaksinasi", DINKES, path="/en/cari/")
    assert titles(nothing) == []
    assert 'href="/cari/?q=vaksinasi"' in nothing.content.decode()


@pytest.mark.usefixtures("steady_versions")
def test_its_cost_is_the_same_with_many_pages_and_agencies(agency, django_assert_max_num_queries):
    # A savepoint and its release, bounds, agencies, restrictions, those with the words, of these those
    # with them in the title, their ranks, and the rows shown; the rest the frame of every page asks.
    import_entries(agency, [f"Jalan {number}" for number in range(5)])
    ask("jalan")
    with django_assert_max_num_queries(15) as few:
        ask("jalan")
    for number in range(10):
        AgencyFactory(code=f"baru-{number}")
    import_entries(agency_named("baru-9"), [f"Jalan baru {number}" for number in range(45)])
    ask("jalan")
    with django_assert_max_num_queries(15) as many:
        assert len(found("jalan")) == 20
    assert len(few) == len(many)


def test_the_old_address_of_the_portals_search_leads_to_the_new_one(agency):
    response = Client().get("/", {"q": "rencana & kerja"}, headers={"host": PORTAL})
    assert response.status_code == 301
    assert response["Location"] == "/cari/?q=rencana+%26+kerja"
    missing = Client().get("/tidak-ada/", headers={"host": DINKES})
    assert missing.status_code == 404 and 'action="/cari/"' in missing.content.decode()


def test_an_agency_finds_its_section_by_the_index_that_publishing_keeps(agency):
    page = publish(NewsPage, agency, title="Lama")
    page.title = "Baru"
    page.save_revision().publish()
    assert (found("lama"), found("baru")) == ([], ["Baru"])
    page.move(section_of(agency, NewsPage), pos="first-child")
    page.unpublish()
    assert found("baru") == []
    page.save_revision().publish()
    assert found("baru") == ["Baru"]
    page.delete()
    assert found("baru") == []
