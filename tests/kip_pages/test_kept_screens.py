"""Whatever kind of address it is, and whoever changes what: nobody is sent what is not true any more."""

import dataclasses
import functools
import re
import time
from http import HTTPStatus

import pytest
import requests
from bs4 import BeautifulSoup
from django.db import connection
from django.http import HttpResponse
from django.template import engines
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import path
from django.utils import timezone
from wagtail.models import Locale, Page

from config.urls import urlpatterns as public_addresses
from kip_pages.choices import AlertReach, MessageType, PpidFilling
from kip_pages.models import (
    ActivityPage,
    DipEntryPage,
    EmergencyAnnouncementPage,
    InformationPage,
    NewsPage,
    PpidMenuItem,
)
from kip_pages.obligations import load_obligations
from kip_pages.page_cache import versions
from kip_pages.page_cache.marking import may_be_kept
from kip_pages.planting import set_up_portal
from kip_pages.ppid.loading import load_ppid_menu
from opd_sites.models import Agency
from opd_sites.provisioning import suspend

from ..conftest import fresh_database
from ..factories import AgencyFactory, UserFactory, publish, section_of
from ..live import live_server

PORTAL, OWN, OTHER = "portal.example.test", "dinkes.example.test", "dindik.example.test"
HIT = 2  # queries at most: which versions are true, and now and then whose host it is
# Beside the page tree, the same on every host and in both languages.
SCREENS = ["/ppid/", "/ppid/profil/", "/cari/", "/aksesibilitas/"]
ENGLISH = "/en/ppid/"


@dataclasses.dataclass
class Province:
    """Two agencies, of which the first runs the portal, with something of every kind."""

    agency: Agency
    other: Agency
    pages: dict[str, Page]
    alert: Page
    item: PpidMenuItem

    @functools.cached_property
    def addresses(self) -> list[tuple[str, str]]:
        """(host, path) of every kind of address that is kept."""
        contact = PpidMenuItem.objects.filter(filling=PpidFilling.CONTACT).first()
        nothing = PpidMenuItem.objects.get(code="layanan/survei")
        answers = [f"/ppid/{item.path}/" for item in (self.item, contact, nothing)]
        sections = [
            "/",
            "/berita/",
            "/informasi-publik/",
            "/serta-merta/",
            "/kegiatan/",
            "/informasi/",
        ]
        portal = ["/", "/dip/", "/kegiatan/", "/serta-merta/"]
        own = {page.get_url_parts()[2] for page in [*self.pages.values(), self.alert]}
        return [
            *((OWN, one) for one in [*sections, *sorted(own), *SCREENS, *answers, "/en/", ENGLISH]),
            *((OTHER, one) for one in ["/", "/berita/", "/ppid/"]),
            *((PORTAL, one) for one in [*portal, *SCREENS, *answers, ENGLISH]),
        ]

    def on(self, *hosts):
        return {address for address in self.addresses if address[0] in hosts}

    def at(self, *addresses):
        """Return those addresses, written as ``host/path``; each is one that is kept."""
        found = {(one.partition("/")[0], "/" + one.partition("/")[2]) for one in addresses}
        assert found <= set(self.addresses)
        return found


@pytest.fixture(scope="module")
def whole_province(django_db_setup, django_db_blocker, tmp_path_factory):
    """A database in which transactions commit, for all tests: what one changes, the next one finds."""
    with (
        django_db_blocker.unblock(),
        fresh_database(tmp_path_factory.mktemp("province")),
    ):
        yield found()


@pytest.fixture
def province(whole_province, django_db_blocker):
    with django_db_blocker.unblock():
        yield whole_province


def found():
    """Found a province in the database there is."""
    load_obligations()
    load_ppid_menu()
    set_up_portal(hostname=PORTAL, name="Portal")
    other, agency = AgencyFactory(code="dindik"), AgencyFactory(code="dinkes")
    agency.is_lead, agency.phone = True, "0254-111111"
    agency.save()
    item = PpidMenuItem.objects.get(code="standar-layanan/maklumat")
    # Two answer it, so that it is a list.
    publish(InformationPage, agency, title="Maklumat Layanan", menu_item=item)
    pages = {
        "news": publish(NewsPage, agency, title="Imunisasi"),
        "entry": publish(DipEntryPage, agency, title="Laporan Tahunan"),
        "activity": publish(ActivityPage, agency, title="Jembatan Gantung"),
        "information": publish(InformationPage, agency, title="Maklumat Pelayanan", menu_item=item),
    }
    news = publish(NewsPage, agency, title="Rawat Inap")
    english = Locale.objects.get(language_code="en")
    news.copy_for_translation(english, copy_parents=True).save_revision().publish()
    alert = publish(
        EmergencyAnnouncementPage, other, title="Angin Kencang", reach=AlertReach.PROVINCE
    )
    alert = publish(EmergencyAnnouncementPage, agency, title="Banjir Rob")
    return Province(agency, other, pages, alert, item)


def ask(address, **headers):
    """Return the answer of this process."""
    host, path = address
    return Client().get(path, headers={"host": host} | headers)


def asking(port):
    """Return what asks another process, over the network."""
    session = requests.Session()

    def ask(address, **headers):
        host, path = address
        headers = {"host": host} | headers
        url = f"http://127.0.0.1:{port}{path}"
        return session.get(url, headers=headers, timeout=30, allow_redirects=False)

    return ask


def made_anew(ask, address):
    """Return what would be answered if nothing was kept."""
    return ask(address, authorization="none")


# --- what changes, and where it shows --------------------------------------------------------
# Each does something and returns a sign of it, where the sign shows, and whether it does so now.


def publishes_a_report(province):
    publish(NewsPage, province.agency, title="Vaksin Baru")
    return "Vaksin Baru", province.at(f"{OWN}/", f"{OWN}/berita/", f"{PORTAL}/"), True


def publishes_an_entry(province):
    publish(DipEntryPage, province.agency, title="Rencana Baru")
    places = (f"{OWN}/", f"{OWN}/informasi-publik/", f"{PORTAL}/", f"{PORTAL}/dip/")
    return "Rencana Baru", province.at(*places), True


def publishes_an_activity(province):
    publish(ActivityPage, province.agency, title="Irigasi Baru")
    places = (f"{OWN}/", f"{OWN}/kegiatan/", f"{PORTAL}/kegiatan/")
    return "Irigasi Baru", province.at(*places), True


def publishes_what_answers_the_menu(province):
    publish(InformationPage, province.agency, title="Maklumat Baru", menu_item=province.item)
    answer = f"/ppid/{province.item.path}/"
    return "Maklumat Baru", province.at(OWN + answer, PORTAL + answer, f"{OWN}/informasi/"), True


def publishes_what_fills_the_menu(province):
    """What is not there yet is there: its line in the overview says so."""
    survey = PpidMenuItem.objects.get(code="layanan/survei")
    answering = {"title": "Survei Kepuasan", "menu_item": survey}
    publish(InformationPage, province.other, **answering)
    first = f"{_filled(OTHER)} dari"
    return first, province.at(f"{OTHER}/ppid/"), True


def _filled(host):
    html = made_anew(ask, (host, "/ppid/")).text
    return html.partition(" dari ")[0].rpartition(">")[2].strip()


def withdraws_a_report(province):
    province.pages["news"].unpublish()
    return "Imunisasi", province.at(f"{OWN}/", f"{OWN}/berita/", f"{PORTAL}/"), False


def withdraws_an_entry(province):
    province.pages["entry"].unpublish()
    places = (f"{OWN}/", f"{OWN}/informasi-publik/", f"{PORTAL}/", f"{PORTAL}/dip/")
    return "Laporan Tahunan", province.at(*places), False


def withdraws_an_activity(province):
    province.pages["activity"].unpublish()
    places = (f"{OWN}/", f"{OWN}/kegiatan/", f"{PORTAL}/kegiatan/")
    return "Jembatan Gantung", province.at(*places), False


def withdraws_what_answers_the_menu(province):
    province.pages["information"].unpublish()
    return "Maklumat Pelayanan", province.at(f"{OWN}/informasi/"), False


def moves_a_report(province):
    page = Page.objects.get(title="Rawat Inap", locale__language_code="id")
    page.specific.move(section_of(province.other, NewsPage), pos="last-child")
    return "Rawat Inap", province.at(f"{OTHER}/", f"{OTHER}/berita/"), True


def renames_a_section(province):
    section = section_of(province.agency, NewsPage)
    section.slug = "kabar"
    section.save_revision().publish()
    menus = {one for one in province.on(OWN) if not one[1].startswith(("/en/", "/berita/"))}
    return 'href="/kabar/"', menus, True


def takes_a_section_out_of_the_menu(province):
    section = section_of(province.agency, DipEntryPage)
    section.show_in_menus = False
    section.save_revision().publish()
    return "menu: /informasi-publik/", _indonesian(province, OWN), False


def turns_the_menu(province):
    section = section_of(province.agency, InformationPage)
    section.move(section.get_parent(), pos="first-child")
    return "menu: / /informasi/", _indonesian(province, OWN), True


def _indonesian(province, host):
    return {one for one in province.on(host) if not one[1].startswith("/en/")}


def renames_an_item_of_the_ppid_menu(province):
    item = PpidMenuItem.objects.get(pk=province.item.pk)
    item.title = item.title_en = "Janji Layanan"
    item.save()
    return "Janji Layanan", set(province.addresses), True


def takes_an_item_out_of_the_ppid_menu(province):
    item = PpidMenuItem.objects.get(code="layanan/survei")
    item.is_shown = False
    item.save()
    shown = {one for one in province.addresses if "survei" not in one[1]}
    return "/ppid/layanan/survei/", shown, False


def changes_the_contact(province):
    agency = Agency.objects.get(pk=province.agency.pk)
    agency.phone = "0254-222222"
    agency.save()
    return "0254-222222", province.on(OWN, PORTAL), True


def announces_to_all(province):
    publish(
        EmergencyAnnouncementPage, province.agency, title="Gempa Bumi", reach=AlertReach.PROVINCE
    )
    return "Gempa Bumi", set(province.addresses), True


def corrects_what_was_announced(province):
    alert = EmergencyAnnouncementPage.objects.get(title="Angin Kencang")
    publish(
        EmergencyAnnouncementPage,
        province.other,
        title="Badai Besar",
        reach=AlertReach.PROVINCE,
        predecessor=alert,
        message_type=MessageType.UPDATE,
    )
    return "Badai Besar", set(province.addresses), True


def calls_off_what_was_announced(province):
    alerts = EmergencyAnnouncementPage.objects.live().filter(reach=AlertReach.PROVINCE)
    alert = alerts.in_force(at=timezone.now()).order_by("pk").last()
    alert.expires = timezone.now()
    alert.save_revision().publish()
    title = f"banner: {alert.title}"
    return title, set(province.addresses), False


def suspends_the_other_agency(province):
    suspend(province.other, at=timezone.now())
    return f">{province.other.name}<", province.at(f"{PORTAL}/", f"{PORTAL}/cari/"), False


CHANGES = [
    publishes_a_report,
    publishes_an_entry,
    publishes_an_activity,
    publishes_what_answers_the_menu,
    publishes_what_fills_the_menu,
    withdraws_a_report,
    withdraws_an_entry,
    withdraws_an_activity,
    withdraws_what_answers_the_menu,
    moves_a_report,
    takes_a_section_out_of_the_menu,
    turns_the_menu,
    renames_a_section,
    renames_an_item_of_the_ppid_menu,
    takes_an_item_out_of_the_ppid_menu,
    changes_the_contact,
    announces_to_all,
    corrects_what_was_announced,
    calls_off_what_was_announced,
    suspends_the_other_agency,
]


CHANGES_OF_EACH_SORT = [
    publishes_a_report,
    publishes_what_fills_the_menu,
    withdraws_an_entry,
    moves_a_report,
    renames_a_section,
    renames_an_item_of_the_ppid_menu,
    changes_the_contact,
    announces_to_all,
    calls_off_what_was_announced,
]


def told(html):
    """Return the text of a page, with what its menu and banners say in a line each."""
    menu = re.findall(
        r'href="([^"]*)"', html.partition('class="menubar"')[2].partition("</nav>")[0]
    )
    banners = re.findall(r'class="banner__title"><a[^>]*>([^<]*)<', html)
    lines = [f"menu: {link}" for link in menu] + [f"banner: {title}" for title in banners]
    return "\n".join([html, f"menu: {' '.join(menu[:2])}", *lines])


# --- the matrix ------------------------------------------------------------------------------


def test_every_kind_of_address_is_kept(province):
    for address in province.addresses:
        response = ask(address)
        assert response.status_code == HTTPStatus.OK, address
        with CaptureQueriesContext(connection) as asked:
            assert ask(address).content == response.content, address
        assert len(asked) <= HIT, address


def test_no_kind_of_address_outlives_a_change(committed_db):
    make_changes(CHANGES, ask)


@pytest.mark.postgres
def test_no_kind_of_address_outlives_a_change_that_another_process_made(committed_db):
    with live_server(committed_db) as port:
        # As long as another process may believe what it was told.
        make_changes(CHANGES_OF_EACH_SORT, asking(port), patience=versions.BELIEVED)


def make_changes(changes, ask, *, patience=0):
    """Make one change after the other here; compare what is sent with what is made anew where it shows.

    And in the end everywhere.
    """
    province = found()
    _are_kept(ask, province.addresses)
    for change in changes:
        before = {address: ask(address).text for address in province.addresses}
        sign, places, is_told = change(province)
        time.sleep(patience)
        for address in places:
            kept = _is_true(ask, address, after=change)
            if kept.status_code == HTTPStatus.OK:
                shown = (sign in told(before[address]), sign in told(kept.text))
                assert shown == (not is_told, is_told), (change, address)
    for address in province.addresses:
        _is_true(ask, address, after=changes)


def _is_true(ask, address, *, after):
    kept, made = ask(address), made_anew(ask, address)
    assert kept.status_code == made.status_code, (after, address)
    assert kept.content == made.content, (after, address)
    return kept


def _are_kept(ask, addresses):
    """What a statement of an operator changes, behind everybody's back, is not seen at once."""
    in_menus = Page.objects.filter(depth__in=[2, 3, 4])
    titles = dict(in_menus.values_list("pk", "title"))
    before = {address: ask(address).content for address in addresses}
    in_menus.update(title="Diam-diam")
    try:
        for address in addresses:
            assert ask(address).content == before[address], address
        seen = [address for address in addresses if "Diam-diam" in made_anew(ask, address).text]
        assert len(seen) > len(addresses) / 2, "it would be seen"
    finally:
        for pk, title in titles.items():
            Page.objects.filter(pk=pk).update(title=title)


# --- how the screens beside the tree are sent ---------------------------------------------------


def every(screens):
    return [(host, screen) for host in (OWN, PORTAL) for screen in screens]


def test_a_screen_is_sent_as_a_page_is(province):
    for address in every(SCREENS):
        first = ask(address)
        assert first["Cache-Control"].startswith("public, max-age=0, s-maxage="), address
        assert first["Vary"] == "Cookie"
        assert "banner__title" in first.text
        for _time in range(2):
            unchanged = ask(address, if_none_match=first["ETag"])
            assert (unchanged.status_code, unchanged.content) == (HTTPStatus.NOT_MODIFIED, b"")
            assert unchanged["Cache-Control"] == first["Cache-Control"]
        head = Client().head(address[1], headers={"host": address[0]})
        assert (head["ETag"], head.content) == (first["ETag"], b"")
        assert head["Content-Length"] == str(len(first.content))


def test_a_screen_is_kept_for_nobody_in_particular(province, steady_versions):
    client = Client()
    client.force_login(UserFactory(is_superuser=True))
    for host, screen in every(SCREENS):
        for asked in (
            client.get(screen, headers={"host": host}),
            ask((host, screen), cookie="sessionid=x"),
            ask((host, screen), authorization="Bearer x"),
        ):
            assert asked["Cache-Control"] == "private, no-cache"
            assert not asked.has_header("ETag")
    # And what was made for somebody is sent to nobody else.
    for address in every(SCREENS):
        assert queries_of(address) > queries_of(address) == 0, address


def queries_of(address):
    with CaptureQueriesContext(connection) as asked:
        ask(address)
    return len(asked)


def test_what_is_asked_of_a_screen_is_not_kept(province):
    asked = [(OWN, "/cari/?q=imunisasi"), (OWN, "/cari/?jenis=news"), (OWN, "/ppid/?hal=2")]
    for address in asked:
        ask(address)
        with CaptureQueriesContext(connection) as queries:
            response = ask(address)
        assert len(queries) > HIT, address
        if "cari" in address[1]:
            assert "private" in response["Cache-Control"]


def test_what_only_leads_on_is_asked_anew(province):
    register = PpidMenuItem.objects.filter(filling=PpidFilling.REGISTER, category="").first()
    address = (OWN, f"/ppid/{register.path}/")
    for _time in range(2):
        response = ask(address)
        assert response.status_code == HTTPStatus.FOUND
        assert "no-cache" in response["Cache-Control"]


@may_be_kept
def form(request):
    source = "{% extends 'kip_pages/base.html' %}{% block content %}{% csrf_token %}{% endblock %}"
    return HttpResponse(engines["django"].from_string(source).render({}, request))


urlpatterns = [path("formulir/", form), *public_addresses]


@pytest.mark.urls(__name__)
def test_a_form_with_a_token_is_kept_for_nobody_even_where_a_view_says_it_may_be(province):
    tokens, cookie = set(), ""
    for _time in range(3):
        # The second and third time as a reader who has a token already.
        response = ask((OWN, "/formulir/"), **({"cookie": f"csrftoken={cookie}"} if cookie else {}))
        cookie = response.cookies["csrftoken"].value
        assert response["Cache-Control"] == "private, no-cache"
        soup = BeautifulSoup(response.text, "html.parser")
        tokens.add(soup.find("input", {"name": "csrfmiddlewaretoken"})["value"])
    stranger = ask((OWN, "/formulir/"))
    assert not any(token in stranger.text for token in tokens)
    assert len(tokens) == 3
