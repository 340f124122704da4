"""Whoever reads English meets no Indonesian word of ours: what is Indonesian says so by ``lang``."""

import datetime
import re

import polib
import pytest
from bs4 import BeautifulSoup, Comment
from django.test.signals import template_rendered
from django.utils import timezone

from kip_pages.feed import sequencer
from kip_pages.models import (
    ActivityPage,
    CapMessage,
    DipDocument,
    DipEntryPage,
    EmergencyAnnouncementPage,
    FeedItem,
    InformationPage,
    NewsPage,
    Obligation,
)
from kip_pages.planting import open_language
from kip_pages.subscribers.tokens import Purpose, sign
from kip_pages.subscribers.writing import alert_texts, news_texts
from opd_sites import provisioning

from ..config.test_translations import CATALOGUES, ROOT, catalogue
from ..factories import ONE_HOUR, exempt_item, frozen_edition, publish, subscriber

PORTAL, DINKES = "portal.example.test", "dinkes.example.test"
READERS = ROOT / "kip_pages" / "templates" / "kip_pages"

# Words that no English sentence has, and every Indonesian one has some of.
TELLTALE = re.compile(
    r"\b(yang|dan|untuk|dengan|tidak|belum|dari|atau|pada|oleh|ini|itu|akan|dapat|adalah|tentang|anda"
    r"|kami|di|ke|sudah|telah|hanya|semua|setiap|seluruh|sejak|sampai|hingga|tanpa|juga|berita|beranda"
    r"|kegiatan|daftar|informasi|halaman|cari|bahasa|unduh|alamat|telepon|surel|tahun|bulan|hari"
    r"|januari|februari|maret|mei|juni|juli|agustus|oktober|desember|senin|selasa|rabu|kamis|jumat"
    r"|sabtu|minggu|peringatan|berlaku|anggaran|wilayah|kabupaten|kota|dokumen|jenis|golongan)\b",
    re.IGNORECASE,
)


def indonesian_texts():
    """Return every text of ours as the Indonesian catalogue says it, where English says otherwise."""
    entries = [entry for name in CATALOGUES for entry in polib.pofile(catalogue(name))]
    english = {entry.msgid for entry in entries}
    said = {entry.msgstr for entry in entries if "%" not in entry.msgstr}
    return {text for text in said - english if len(text) > 3}


INDONESIAN = indonesian_texts()
# Names of places, bodies and laws, which have no other in English.
NAMES = re.compile(
    r"Dinas \w+|Portal Provinsi Contoh|DINKES|Bahasa Indonesia|(Kabupaten|Kota) [A-Z]\w+( Selatan)?"
    r"|https?://\S+|/[\w/.?=&-]+|Siti Aminah|UU [\w/]+[^·;]*|PERKI [\w/]+[^·;]*|\bLevel \w+ \(\w+\)"
)


def indonesian_in(html):
    """Return the Indonesian that a page in English shows outside of what is marked as Indonesian."""
    page = BeautifulSoup(html, "html.parser")
    assert page.html["lang"] == "en"
    for part in page.select(
        '[lang]:not(html):not([lang="en"]), script, style, code, svg title[lang]'
    ):
        part.decompose()
    shown = {text.strip() for text in page.find_all(string=True) if not isinstance(text, Comment)}
    for name in ("placeholder", "aria-label", "data-label", "alt", "data-start", "data-stop"):
        shown |= {tag[name].strip() for tag in page.find_all(attrs={name: True})}
    # Titles of pages cannot be marked within the head.
    shown -= {page.title.text.strip()}
    return {text for text in shown if text in INDONESIAN or TELLTALE.search(NAMES.sub("", text))}


@pytest.fixture
def province_in_english(agency, other_agency):
    """Everything that readers' templates show, in Indonesian; the sites are open in English."""
    provisioning.rename(
        agency, is_lead=True, address="Serang", phone="0254 200", email="a@example.test"
    )
    open_language("en")
    obligation = Obligation.objects.get(code="BK.PROFIL.VISI_MISI")
    entry = publish(
        DipEntryPage,
        agency,
        title="Laporan dan data yang lengkap",
        summary="Ringkasan untuk semua",
        holding_unit="Bidang yang memegang",
        responsible_officer="Kepala bidang",
        made_when="2025",
        period="2024",
        retention="5 tahun",
        raw_title="LAPORAN YANG LENGKAP",
        is_printed=True,
        is_online=True,
    )
    reports = Obligation.objects.get(code="BK.AKSES")
    entry.obligations = [obligation, reports]
    entry.documents = [
        DipDocument(title="Berkas yang diunggah", external_url="https://contoh.go.id/a.pdf"),
        DipDocument(title="Berkas dari lemari", external_url="lemari di lantai dua"),
    ]
    entry.save_revision().publish()
    second = publish(DipEntryPage, agency, title="Laporan akses untuk tahun lalu")
    second.obligations = [reports]
    second.save_revision().publish()
    for number in range(25):
        publish(DipEntryPage, agency, title=f"Dokumen yang ke-{number}", slug=f"dokumen-{number}")
    today = timezone.localdate()
    activity = {"goal": "Semua anak sehat", "target": "Seluruh desa", "unit": "Bidang dan seksi"}
    activity |= {"contact": "Loket informasi", "location": "Balai desa", "areas": ["36.04"]}
    activity |= {"starts_on": today - datetime.timedelta(30), "ends_on": today, "progress": 40}
    activity |= {"budget_source": "APBD 2026", "budget_amount": 5_000_000, "budget_spent": 2_000}
    publish(ActivityPage, agency, title="Kegiatan untuk anak", summary="Yang baik", **activity)
    publish(NewsPage, agency, title="Berita yang baru", summary="Ringkasan dari berita")
    publish(InformationPage, agency, title="Profil dan tugas", summary="Tentang dinas ini")
    now = timezone.now()
    flood = {"areas": ["36.04"], "level_scheme": "flood", "level_value": "2"}
    flood |= {"summary": "Air akan naik", "severity": "severe", "urgency": "immediate"}
    flood |= {"certainty": "observed"}
    publish(
        EmergencyAnnouncementPage, agency, title="Banjir di kota", expires=now + ONE_HOUR, **flood
    )
    publish(
        EmergencyAnnouncementPage, agency, title="Latihan banjir", slug="uji", status="exercise"
    )
    first = publish(EmergencyAnnouncementPage, agency, title="Gempa dan susulan", slug="gempa")
    publish(
        EmergencyAnnouncementPage,
        agency,
        title="Gempa sudah berakhir",
        slug="usai",
        message_type="cancel",
        predecessor=first,
    )
    exempt_item(agency)
    frozen_edition(agency, year=2025)
    entry.title = "Laporan yang diperbarui"
    entry.save_revision().publish()
    frozen_edition(agency, year=2026)
    sequencer.catch_up(pressing_only=False, max_batches=None)
    return agency


def walk(agency):
    """Return every kind of screen that a reader can open, as (host, path)."""
    reader = subscriber(language="en", kinds=["natural_disaster"])
    links = [
        f"/en/berlangganan/{word}/{sign(reader, purpose)}/"
        for word, purpose in (
            ("konfirmasi", Purpose.CONFIRM),
            ("kelola", Purpose.MANAGE),
            ("berhenti", Purpose.STOP),
        )
    ]
    everywhere = [
        "/en/",
        "/en/ppid/",
        "/en/ppid/profil/",
        "/en/ppid/profil/kontak/",
        "/en/ppid/profil/visi-misi/",
        "/en/ppid/layanan/permohonan/",
        "/en/ppid/laporan/akses/",
        "/en/cari/",
        "/en/cari/?q=laporan",
        "/en/cari/?q=zzzz",
        "/en/cari/?q=laporan&jenis=dip&tahun=2024",
        "/en/aksesibilitas/",
        "/en/berlangganan/",
        "/en/berlangganan/kelola/salah/",
        *links,
        "/en/tidak-ada-di-sini/",
        "/en/kegiatan/",
        "/en/kegiatan/?tampilan=peta",
        "/en/kegiatan/?tampilan=daftar",
        "/en/kegiatan/?q=zzzz",
    ]
    own = [
        "/en/berita/",
        "/en/berita/berita-yang-baru/",
        "/en/informasi-publik/",
        "/en/informasi-publik/?q=zzzz",
        "/en/informasi-publik/?kategori=periodic&urut=judul&hal=2",
        "/en/informasi-publik/laporan-dan-data-yang-lengkap/",
        "/en/informasi-publik/dikecualikan/",
        "/en/informasi-publik/edisi/2026-0/",
        "/en/serta-merta/",
        "/en/serta-merta/banjir-di-kota/",
        "/en/serta-merta/uji/",
        "/en/serta-merta/gempa/",
        "/en/serta-merta/usai/",
        "/en/kegiatan/kegiatan-untuk-anak/",
        "/en/informasi/",
        "/en/informasi/profil-dan-tugas/",
    ]
    places = [(host, path) for host in (PORTAL, DINKES) for path in everywhere]
    places += [(PORTAL, "/en/dip/"), (PORTAL, "/en/dip/?q=zzzz")]
    return [*places, *((DINKES, path) for path in own)]


SUBSCRIBE = "/en/berlangganan/"


def test_no_screen_shows_indonesian_that_is_not_marked(client, province_in_english):
    found, rendered = {}, set()

    def note(sender, template, **kwargs):
        rendered.add(template.name)

    template_rendered.connect(note)
    try:
        for host, path in walk(province_in_english):
            response = client.get(path, headers={"host": host}, follow=True)
            assert response.status_code in (200, 404), (host, path, response.status_code)
            if left := indonesian_in(response.content.decode()):
                found[host, path] = left
        unsent = client.post(SUBSCRIBE, {"email": "x"}, headers={"host": DINKES})
        if left := indonesian_in(unsent.content.decode()):
            found[DINKES, SUBSCRIBE] = left
    finally:
        template_rendered.disconnect(note)
    assert (found, not_walked(rendered)) == ({}, set())


# Shown in no language of a reader, or walked by tests of their own: the form that is printed, what
# asks for a click first, descriptions of the API, previews at an address without a language.
ELSEWHERE = {
    "print/register.html",
    "no_preview.html",
    "includes/preview_banner.html",
    "subscribers/asked.html",
    "subscribers/chosen.html",
    "api/docs.html",
    "api/docs_plain.html",
}


def not_walked(rendered):
    """Return the readers' templates that no screen of the walk used."""
    known = {
        str(path.relative_to(READERS))
        for path in READERS.rglob("*.html")
        if path.relative_to(READERS).parts[0] not in ("admin", "emails", "blocks", "desk")
    }
    return known - {name.removeprefix("kip_pages/") for name in rendered if name} - ELSEWHERE


UNTRANSLATED = [
    "berita/berita-yang-baru/",
    "informasi-publik/laporan-dan-data-yang-lengkap/",
    "serta-merta/banjir-di-kota/",
    "kegiatan/kegiatan-untuk-anak/",
    "informasi/profil-dan-tugas/",
]


def test_every_kind_of_page_says_that_it_is_shown_as_it_was_written(client, province_in_english):
    for path in UNTRANSLATED:
        html = client.get(f"/en/{path}", headers={"host": DINKES}).content.decode()
        page, own = BeautifulSoup(html, "html.parser"), f"http://{DINKES}/{path}"
        notice = page.select_one("main > .notice--language")
        assert "not available in English" in notice.text, path
        assert (notice.a["href"], notice.a["hreflang"]) == (own, "id"), path
        assert page.select_one('h1[lang="id"], h1 [lang="id"]'), path
        assert page.find(rel="canonical")["href"] == own, path
        assert page.find("meta", property="og:locale")["content"] == "id_ID", path
        languages = [link["hreflang"] for link in page.select("link[hreflang]")]
        assert "en" not in languages, path
        steps = page.select("nav.breadcrumbs a")
        assert [step["href"].startswith("/en/") for step in steps] == [True, True], path
        # In its own language it has nothing to say of this.
        html = client.get(f"/{path}", headers={"host": DINKES}).content.decode()
        assert "notice--language" not in html, path
        assert 'lang="id"' not in html.split("<main")[1].split("</main>")[0], path


def test_a_site_that_nobody_opened_in_english_says_so_too(client, agency):
    page = publish(NewsPage, agency, title="Imunisasi dimulai")
    for path in ("/", page.url.removeprefix(f"http://{DINKES}")):
        answer = client.get(f"/en{path}", headers={"host": DINKES})
        html = BeautifulSoup(answer.content, "html.parser")
        assert html.html["lang"] == "en"
        assert html.select_one("main > .notice--language").a["href"] == f"http://{DINKES}{path}"
        assert html.find(rel="canonical")["href"] == f"http://{DINKES}{path}"
        assert html.h1["lang"] == "id"


def test_a_page_that_was_hidden_is_shown_in_no_language(client, agency):
    open_language("en")
    page = publish(NewsPage, agency, title="Imunisasi dimulai")
    assert client.get("/en/berita/imunisasi-dimulai/", headers={"host": DINKES}).status_code == 200
    page.unpublish()
    assert client.get("/en/berita/imunisasi-dimulai/", headers={"host": DINKES}).status_code == 404
    assert "Imunisasi" not in client.get("/en/berita/", headers={"host": DINKES}).content.decode()


def test_what_a_form_answers_is_english(client, province_in_english):
    answer = client.post(
        "/en/berlangganan/", {"email": "baru@example.test"}, headers={"host": PORTAL}
    )
    assert answer.status_code == 200
    assert indonesian_in(answer.content.decode()) == set()
    answer = client.post("/en/berlangganan/", {"email": "salah"}, headers={"host": PORTAL})
    assert indonesian_in(answer.content.decode()) == set()


def test_e_mails_to_english_readers_are_english_around_what_nobody_translated(province_in_english):
    message = CapMessage.objects.order_by("pk").first()
    item = FeedItem.objects.select_related("agency__site").filter(kind="news").first()
    for texts, own in ((alert_texts(message), 'lang="id"'), (news_texts([item]), 'lang="id"')):
        assert own in texts["en"]["html"]
        assert indonesian_in(texts["en"]["html"]) == set()


def test_feeds_of_alerts_have_english_titles(client, province_in_english):
    for path in ("/darurat.atom", "/cap/alerts.atom", "/cap/messages.atom"):
        text = client.get(f"{path}?bahasa=en", headers={"host": DINKES}).content.decode()
        title = re.search(r"<title[^>]*>([^<]*)", text)[1]
        assert not TELLTALE.search(NAMES.sub("", title)), path


@pytest.mark.parametrize("name", CATALOGUES)
def test_no_text_in_the_code_is_indonesian_itself(name):
    """A message is English: what is written in Indonesian there could not be read in English."""
    terms = {"Level II (Waspada)", "Level III (Siaga)", "Level IV (Awas)"}
    said = {entry.msgid for entry in polib.pofile(catalogue(name))} - terms
    quoted = re.compile(r"[“‘\"'(][^”’\"')]*[”’\"')]|%\(\w+\)s|For example: .*")
    assert {text for text in said if TELLTALE.search(NAMES.sub("", quoted.sub("", text)))} == set()
