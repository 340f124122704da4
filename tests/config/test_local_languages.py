"""A province adds its own languages by one entry of its settings, a catalogue and a command.

The same code is served twice on one database: as it comes, and with ``LOCAL_LANGUAGES``.
"""

import http.client
import json
import os
import subprocess
import sys
from dataclasses import dataclass

import polib
import pytest
from bs4 import BeautifulSoup
from django.core.files.storage import storages

from kip_pages.feed import sequencer
from kip_pages.models import DipEntryPage, EmergencyAnnouncementPage, NewsPage
from kip_pages.obligations import load_obligations
from kip_pages.planting import set_up_portal
from kip_pages.ppid.loading import load_ppid_menu
from opd_sites.models import Agency

from .. import live
from ..conftest import fresh_database
from ..factories import AgencyFactory, publish

PORTAL, DINKES, DINDIK = (f"{name}.example.test" for name in ("portal", "dinkes", "dindik"))
LANGUAGES = "su=Basa Sunda,jv-x-banten=Basa Jawa Banten"
BANTEN = "jv-x-banten"

# What wagtail-localize does when somebody submits a page and publishes its translation.
TRANSLATE = """
from django.contrib.auth import get_user_model
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, Translation, TranslationSource
from wagtail_localize.operations import translate_object
from kip_pages.models import NewsPage

user = get_user_model().objects.create_superuser("penerjemah")
page = NewsPage.objects.get(title="Imunisasi dimulai")
for code, title in (("su", "Imunisasi dimimitian"), ("jv-x-banten", "Imunisasi diwiti")):
    locale = Locale.objects.get(language_code=code)
    translate_object(page, [locale], user=user)
    source = TranslationSource.objects.get_for_instance(page)
    for segment in source.stringsegment_set.all():
        StringTranslation.objects.create(
            translation_of=segment.string, locale=locale, context=segment.context, data=title
        )
    Translation.objects.get(source=source, target_locale=locale).save_target(user=user, publish=True)
"""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict
    text: str

    @property
    def html(self):
        return BeautifulSoup(self.text, "html.parser")


def asker(port):
    def ask(host, path):
        connection = http.client.HTTPConnection(live.HOST, port, timeout=60)
        connection.request("GET", path, headers={"Host": host})
        response = connection.getresponse()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, headers, response.read().decode())

    return ask


def manage(database_url, *arguments, check=True):
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=live.ROOT,
        env=live.environment(database_url),
        capture_output=True,
        text=True,
        check=check,
    )


def catalogue(directory, code, texts):
    """Write a catalogue as ``compilemessages`` does."""
    path = directory / code / "LC_MESSAGES"
    path.mkdir(parents=True)
    written = polib.POFile()
    written.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    written.extend(polib.POEntry(msgid=said, msgstr=text) for said, text in texts.items())
    written.save_as_mofile(str(path / "django.mo"))


def build():
    load_obligations()
    load_ppid_menu()
    set_up_portal(hostname=PORTAL, name="Portal Provinsi Contoh")
    for code in ("dinkes", "dindik"):
        AgencyFactory(code=code)
    agency = Agency.objects.get(code="dinkes")
    publish(NewsPage, agency, title="Imunisasi dimulai", summary="Ringkas")
    publish(NewsPage, agency, title="Jadwal puskesmas", summary="Ringkasan jadwal")
    publish(DipEntryPage, agency, title="Laporan tahunan", summary="Ringkasan laporan")
    publish(EmergencyAnnouncementPage, agency, title="Banjir Ciujung")
    sequencer.catch_up(pressing_only=False, max_batches=None)


BEFORE = [
    (PORTAL, "/"),
    (PORTAL, "/dip/"),
    (DINKES, "/"),
    (DINKES, "/en/"),
    (DINKES, "/berita/"),
    (DINKES, "/berita/jadwal-puskesmas/"),
    (DINKES, "/en/berita/jadwal-puskesmas/"),
]


@dataclass
class Town:
    """The province with two local languages; ``before`` says what it was without."""

    ask: object
    before: dict
    planted: list
    again: str


@pytest.fixture(scope="module")
def town(django_db_setup, django_db_blocker, tmp_path_factory):
    directory = tmp_path_factory.mktemp("languages")
    catalogue(directory, "jv_X-banten", {"Home": "Umah", "News": "Warta", "Search": "Goleti"})
    with (
        django_db_blocker.unblock(),
        fresh_database(directory) as url,
        pytest.MonkeyPatch.context() as environment,
    ):
        build()
        with live.live_server(url) as port:
            before = {place: asker(port)(*place) for place in BEFORE}
            assert asker(port)(DINKES, "/su/").status == 404
        # The documented steps: two variables, one command for each language.
        environment.setenv("LOCAL_LANGUAGES", LANGUAGES)
        environment.setenv("LOCALE_PATHS", str(directory))
        manage(url, "check", "--fail-level", "WARNING")
        planted = [manage(url, "open_language", code).stdout for code in ("su", BANTEN)]
        again = manage(url, "open_language", "su").stdout
        manage(url, "shell", "-c", TRANSLATE)
        with live.live_server(url) as port:
            yield Town(asker(port), before, planted, again)


def languages_of(answer):
    return {link["lang"]: link for link in answer.html.select("nav.languages a")}


def alternates_of(answer):
    links = answer.html.select("link[rel=alternate][hreflang]")
    return {link["hreflang"]: link["href"] for link in links}


@pytest.mark.postgres
@pytest.mark.parametrize("host", [PORTAL, DINKES, DINDIK])
@pytest.mark.parametrize(
    ("code", "name", "home"), [("su", "Basa Sunda", "Tepas"), (BANTEN, "Basa Jawa Banten", "Umah")]
)
def test_every_site_has_the_language_and_names_it_in_itself(town, host, code, name, home):
    answer = town.ask(host, f"/{code}/")
    assert answer.status == 200
    assert answer.html.html["lang"] == code
    switch = languages_of(answer)
    assert list(switch) == ["id", "su", BANTEN]
    assert (switch[code].text, switch[code]["aria-current"]) == (name, "true")
    assert answer.html.select_one("nav.menu a").text == home
    assert alternates_of(answer) == {
        "id": f"http://{host}/",
        "su": f"http://{host}/su/",
        BANTEN: f"http://{host}/{BANTEN}/",
        "x-default": f"http://{host}/",
    }
    assert answer.html.find(rel="canonical")["href"] == f"http://{host}/{code}/"
    country = {"su": "su_ID", BANTEN: "jv_ID"}[code]
    assert answer.html.find("meta", property="og:locale")["content"] == country
    # From every page of the others one can go there.
    assert languages_of(town.ask(host, "/"))[code]["href"] == f"/{code}/"


@pytest.mark.postgres
def test_sections_have_the_languages_own_names_or_say_that_they_have_not(town):
    sundanese = town.ask(DINKES, "/su/").html.select("nav.menu a")
    assert [(link.text, link["href"], link.get("lang")) for link in sundanese][:6] == [
        ("Tepas", "/su/", None),
        ("Warta", "/su/berita/", None),
        ("Daptar informasi publik", "/su/informasi-publik/", None),
        ("Informasi saharita", "/su/serta-merta/", None),
        ("Program jeung kagiatan", "/su/kegiatan/", None),
        ("Profil jeung kawijakan", "/su/informasi/", None),
    ]
    banten = town.ask(DINKES, f"/{BANTEN}/").html.select("nav.menu a")
    assert [(link.text, link.get("lang")) for link in banten][:3] == [
        ("Umah", None),
        ("Warta", None),
        ("Daftar Informasi Publik", "id"),
    ]


@pytest.mark.postgres
def test_what_the_catalogue_lacks_is_indonesian_and_never_english(town):
    page = town.ask(DINKES, f"/{BANTEN}/").text
    assert "Berita terbaru" in page and "Latest news" not in page
    assert "Warta panganyarna" in town.ask(DINKES, "/su/").text


@pytest.mark.postgres
@pytest.mark.parametrize("code", ["su", BANTEN])
def test_a_page_that_nobody_translated_is_shown_as_it_was_written_and_says_so(town, code):
    answer = town.ask(DINKES, f"/{code}/berita/jadwal-puskesmas/")
    assert answer.status == 200
    page = answer.html
    assert page.html["lang"] == code
    notice = page.select_one("main .notice--language")
    own = "http://dinkes.example.test/berita/jadwal-puskesmas/"
    assert (notice.a["href"], notice.a["lang"], notice.a.text) == (own, "id", "Bahasa Indonesia")
    assert {"su": "Basa Sunda", BANTEN: "Basa Jawa Banten"}[code] in notice.text
    assert page.h1["lang"] == page.select_one(".lead")["lang"] == "id"
    assert page.select_one(".prose")["lang"] == "id"
    # Its own address is the other one, and what machines are told is in its own language.
    assert page.find(rel="canonical")["href"] == own
    assert code not in alternates_of(answer)
    assert page.find("meta", property="og:locale")["content"] == "id_ID"
    told = [json.loads(one.text) for one in page.select("script[type='application/ld+json']")]
    assert [one["inLanguage"] for one in told if one["@type"] == "NewsArticle"] == ["id"]
    # The reader stays among their own pages.
    steps = [link["href"] for link in page.select("nav.breadcrumbs a")]
    assert steps == [f"/{code}/", f"/{code}/berita/"]
    assert languages_of(answer)["id"]["href"] == "/berita/jadwal-puskesmas/"


@pytest.mark.postgres
def test_a_page_that_was_translated_is_shown_in_its_language(town):
    answer = town.ask(DINKES, "/su/berita/imunisasi-dimimitian/")
    page = answer.html
    assert page.h1.text == "Imunisasi dimimitian" and "lang" not in page.h1.attrs
    assert page.select_one(".notice--language") is None
    assert (
        alternates_of(answer)["su"] == "http://dinkes.example.test/su/berita/imunisasi-dimimitian/"
    )
    assert page.find("meta", property="og:locale")["content"] == "su_ID"


@pytest.mark.postgres
def test_the_address_of_the_original_leads_to_the_translation(town):
    answer = town.ask(DINKES, "/su/berita/imunisasi-dimulai/")
    assert answer.status == 302
    assert answer.headers["location"] == "/su/berita/imunisasi-dimimitian/"


@pytest.mark.postgres
def test_lists_hold_each_page_once_and_mark_what_is_in_another_language(town):
    cards = town.ask(DINKES, "/su/berita/").html.select(".card")
    shown = {card.h2.text: (card.h2.get("lang"), card.a["href"]) for card in cards}
    assert shown == {
        "Imunisasi dimimitian": (None, "/su/berita/imunisasi-dimimitian/"),
        "Jadwal puskesmas": ("id", "/su/berita/jadwal-puskesmas/"),
    }
    marked = next(card for card in cards if card.h2.text == "Jadwal puskesmas")
    assert marked.select_one(".language-note").text == "Bahasa Indonesia"
    assert all(text["lang"] == "id" for text in marked.select(".card__text > p:not(.meta)"))


@pytest.mark.postgres
def test_the_feed_says_the_language_of_each_item(town):
    for code in ("su", BANTEN):
        told = town.ask(DINKES, f"/api/feed/v1/items?locale={code}")
        items = json.loads(told.text)["items"]
        assert [item["language"] for item in items] == [code]
    first = json.loads(town.ask(DINKES, "/api/feed/v1/changes").text)["items"]
    news = [item["data"] for item in first if item.get("data", {}).get("locale") == "id"]
    told = {other["locale"] for item in news for other in item["translations"]}
    assert told == {"su", BANTEN}
    atom = town.ask(DINKES, "/api/feed/v1/atom?locale=su").text
    assert 'xml:lang="su"' in atom


@pytest.mark.postgres
def test_the_catalogue_and_the_sitemap_list_it(town):
    catalogue = json.loads(town.ask(PORTAL, "/api/feed/v1/catalog.jsonld").text)
    languages = {one["@id"].rpartition("/")[2] for one in catalogue["@graph"][0]["dct:language"]}
    assert languages == {"IND", "ENG", "SUN", "JAV"}
    pages = town.ask(DINKES, "/sitemap-pages.xml").text
    assert "<loc>http://dinkes.example.test/su/</loc>" in pages
    assert "<loc>http://dinkes.example.test/su/berita/</loc>" in pages
    items = town.ask(DINKES, "/sitemap-items.xml").text
    assert "<loc>http://dinkes.example.test/su/berita/imunisasi-dimimitian/</loc>" in items
    assert "/su/berita/jadwal-puskesmas/" not in items


@pytest.mark.postgres
def test_search_finds_in_the_language_and_what_nobody_has_translated(town):
    found = town.ask(DINKES, "/su/cari/?q=imunisasi").html.select(".search-result")
    assert [one.h3.text.strip() for one in found] == ["Imunisasi dimimitian"]
    found = town.ask(PORTAL, "/su/cari/?q=puskesmas").html.select(".search-result")
    (title,) = [one.h3.a for one in found]
    assert title["href"] == "http://dinkes.example.test/su/berita/jadwal-puskesmas/"
    assert title.span["lang"] == "id"


@pytest.mark.postgres
def test_alerts_are_shown_in_the_frame_of_the_language(town):
    banner = town.ask(DINKES, "/su/").html.select_one("#darurat section")
    assert banner["lang"] == "id" and "Banjir Ciujung" in banner.text
    state = json.loads(town.ask(DINKES, "/_darurat.json?bahasa=su").text)
    assert "Banjir Ciujung" in state["html"]


@pytest.mark.postgres
def test_numbers_and_dates_are_those_of_indonesia(town):
    page = town.ask(DINKES, f"/{BANTEN}/serta-merta/banjir-ciujung/").text
    months = (
        "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember"
    )
    assert any(f" {month} 20" in page for month in months.split())


@pytest.mark.postgres
def test_a_page_of_the_language_is_kept_and_made_anew_like_every_other(town):
    kept = town.ask(DINKES, "/su/berita/")
    assert kept.headers["cache-control"].startswith("public")
    assert town.ask(DINKES, "/su/berita/").headers["etag"] == kept.headers["etag"]


def bare(answer):
    """What a page says, without the ways into other languages and what names the moment."""
    page = answer.html
    for part in page.select("nav.languages, link[hreflang], #darurat"):
        part.decompose()
    return page.get_text(" ", strip=True), [link.get("href") for link in page.select("a, link")]


@pytest.mark.postgres
@pytest.mark.parametrize("place", BEFORE, ids="".join)
def test_the_other_languages_stay_as_they_were(town, place):
    before, after = town.before[place], town.ask(*place)
    assert after.status == before.status == 200
    assert after.html.html["lang"] == before.html.html["lang"]
    assert bare(after) == bare(before)


@pytest.mark.postgres
def test_opening_a_language_again_plants_nothing(town):
    # Portal and section, two agencies with five sections each.
    assert town.planted[0] == "Basa Sunda: 14 pages planted\n"
    assert town.again == "Basa Sunda: 0 pages planted\n"


# --- what is wrong is said before anybody meets it ---------------------------------------------


def checked(monkeypatch, **variables):
    for name, value in variables.items():
        monkeypatch.setenv(name, str(value))
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=live.ROOT,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "PRIVATE_ROOT": str(storages["private"].location),
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_language_without_a_catalogue_is_refused_with_what_is_missing(monkeypatch, tmp_path):
    result = checked(
        monkeypatch, LOCAL_LANGUAGES="jv-x-banten=Basa Jawa Banten", LOCALE_PATHS=tmp_path
    )
    assert result.returncode == 1
    assert "kip_pages.E071" in result.stderr
    assert "Bahasa jv-x-banten tidak memiliki katalog" in result.stderr
    assert f"{tmp_path}/jv_X-banten/LC_MESSAGES/django.mo" in result.stderr


@pytest.mark.parametrize("code", ["SU", "su-" + "x" * 40])
def test_a_tag_that_cannot_be_used_is_refused(monkeypatch, code):
    result = checked(monkeypatch, LOCAL_LANGUAGES=f"{code}=Basa Sunda")
    assert "kip_pages.E070" in result.stderr
    assert "tidak dapat dipakai" in result.stderr


@pytest.mark.parametrize("entry", ["su", "su=", "=Basa Sunda"])
def test_an_entry_that_is_no_language_is_named_in_both_languages(monkeypatch, entry):
    result = checked(monkeypatch, LOCAL_LANGUAGES=entry)
    assert result.returncode != 0
    assert "tidak berbentuk kode=nama" in result.stderr
    assert "is not code=name" in result.stderr
    assert repr(entry) in result.stderr
