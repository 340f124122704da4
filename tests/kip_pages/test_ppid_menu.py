"""The PPID menu: one tree for all agencies, filled by what each of them has published."""

import datetime
import json
import re
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import Locale, Page, PageViewRestriction

from kip_pages.choices import PpidFilling
from kip_pages.models import (
    DipEntryPage,
    EmergencyAnnouncementPage,
    InformationPage,
    NewsPage,
    PpidMenuItem,
)
from kip_pages.planting import STARTING_PAGES
from kip_pages.ppid.loading import DATA_FILE, UnknownObligationsError, load_ppid_menu
from kip_pages.views.ppid import PpidMenu
from opd_sites.choices import AgencyRole, ProvinceRole
from opd_sites.provisioning import suspend

from ..factories import AgencyFactory, UserFactory, draft, publish, section_of

OWN, OTHER, PORTAL = "dinkes.example.test", "dindik.example.test", "portal.example.test"
CONTACT = {"phone": "0254-123456", "email": "ppid@dinkes.example.test", "address": "Jalan Raya 1"}
MISSING = "Belum dipublikasikan"
# Of the database for a whole menu: its items, their obligations, the restrictions, the sections, the
# information pages, the register.
WHOLE_MENU = 6


@pytest.fixture
def agency(agency):
    for name, value in CONTACT.items():
        setattr(agency, name, value)
    agency.save()
    return agency


def item(code):
    return PpidMenuItem.objects.get(code=code)


def get(client, path, host=OWN):
    return client.get(path, headers={"host": host})


def entry(make, agency, *codes, **fields):
    """Return a register entry, made by ``make``, that answers obligations."""
    page = make(DipEntryPage, agency, **fields)
    page.obligations.set(codes)
    page.save()
    return page


def lines(response):
    """Return the links of an overview with what is said of each."""
    link = r'<a href="(/[^"]*)"[^>]*>([^<]*)</a>(?:\s*</h2>\s*<p>)?'
    found = re.findall(link + r'\s*<span class="ppid-state[^>]*>\s*([^<]*?)\s*<', text(response))
    return {path: (title, said) for path, title, said in found}


def text(response):
    return response.content.decode()


# --- what fills an item, and what does not ------------------------------------------------------


def assigned(make, agency):
    page = make(
        InformationPage, agency, title="Maklumat", menu_item=item("standar-layanan/maklumat")
    )
    return page.url


def in_register(make, agency):
    return f"{_section_url(make(DipEntryPage, agency, category='periodic'))}?kategori=periodic"


def whole_register(make, agency):
    return _section_url(make(DipEntryPage, agency, category="immediate"))


def _section_url(page):
    return page.get_parent().url


def answering(make, agency):
    return entry(make, agency, "BK.AKSES.JUMLAH").url


def starting(make, agency):
    """The page that was planted; the factory's way of making it is taken with its address."""
    InformationPage.objects.filter(slug="profil-ppid").delete()
    return make(InformationPage, agency, title="Profil PPID", slug="profil-ppid").url


def survey_page(make, agency):
    return make(InformationPage, agency, title="Survei", menu_item=item("layanan/survei")).url


def in_news(make, agency):
    PpidMenuItem.objects.create(
        parent=item("laporan"), slug="kabar", title="Kabar", filling=PpidFilling.NEWS, sort_order=99
    )
    return _section_url(make(NewsPage, agency))


FILLINGS = [
    ("standar-layanan/maklumat", assigned),
    ("informasi-publik/berkala", in_register),
    ("informasi-publik/daftar", whole_register),
    ("laporan/akses", answering),
    ("profil/tentang", starting),
    ("layanan/survei", survey_page),
    ("laporan/kabar", in_news),
]


def private(model, agency, **fields):
    page = publish(model, agency, **fields)
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    return page


def expired(model, agency, **fields):
    page = publish(model, agency, **fields)
    past = timezone.now() - datetime.timedelta(minutes=1)
    Page.objects.filter(pk=page.pk).update(expire_at=past)
    page.refresh_from_db()
    return page


STATES = [(publish, True), (draft, False), (private, False), (expired, False)]


@pytest.mark.parametrize(("make", "is_filled"), STATES)
def test_items_are_filled_by_what_a_citizen_may_see_of_this_agency(
    client, agency, other_agency, make, is_filled
):
    targets = {code: fill(make, agency) for code, fill in FILLINGS}
    own, other = (lines(get(client, "/ppid/", host)) for host in (OWN, OTHER))
    for code, target in targets.items():
        path = f"/ppid/{code}/"
        assert other[path][1] in (MISSING, "Belum daring"), code
        response = get(client, path)
        assert response["X-Robots-Tag"] == "noindex"
        if is_filled:
            assert own[path][1] == "Sudah dipublikasikan", code
            assert (response.status_code, f"http://{OWN}{response['location']}") == (302, target)
        else:
            assert own[path][1] == ("Belum daring" if code == "layanan/survei" else MISSING), code
            assert f"<h1>{own[path][0]}</h1>" in text(response), code


#   the section itself          answers
SECTIONS = [
    ("informasi-publik/serta-merta", EmergencyAnnouncementPage, ""),
    ("informasi-publik/dikecualikan", DipEntryPage, "dikecualikan/"),
]


@pytest.mark.parametrize(("code", "model", "tail"), SECTIONS)
def test_a_list_that_says_itself_that_it_is_empty_is_published_as_long_as_it_is_public(
    client, agency, code, model, tail
):
    section = section_of(agency, model)
    response = get(client, f"/ppid/{code}/")
    assert (response.status_code, response["location"]) == (302, f"/{section.slug}/{tail}")
    PageViewRestriction.objects.create(page=section, restriction_type="login")
    assert MISSING in text(get(client, f"/ppid/{code}/"))


def test_a_suspended_agency_shows_no_menu(client, agency):
    assigned(publish, agency)
    suspend(agency, at=timezone.now())
    for path in ("/ppid/", "/ppid/standar-layanan/maklumat/"):
        response = get(client, path)
        assert response.status_code == 404
        assert "Maklumat" not in text(response)


def test_several_pages_become_a_list_of_what_is_there(client, agency, other_agency):
    section = section_of(agency, InformationPage)
    procedures = item("standar-layanan/sop")
    for number in range(20):
        page = InformationPage(title=f"SOP {number}", topic="service", menu_item=procedures)
        section.add_child(instance=page)
    entry(publish, agency, "SS.STANDAR_LAYANAN.PERMINTAAN", title="Standar permintaan")
    publish(InformationPage, other_agency, title="SOP asing", menu_item=item("standar-layanan/sop"))
    first = get(client, "/ppid/standar-layanan/sop/")
    second = get(client, "/ppid/standar-layanan/sop/?hal=2")
    assert (first.status_code, second.status_code) == (200, 200)
    assert "X-Robots-Tag" not in first
    shown = re.findall(r">((?:SOP|Standar permintaan)[^<]*)</a>", text(first) + text(second))
    own = {f"SOP {number}" for number in range(20)}
    assert own | {"Standar permintaan"} <= set(shown)
    assert "SOP asing" not in shown


def test_the_page_an_agency_starts_with_stands_in_until_there_is_its_own(client, agency):
    planted = InformationPage.objects.descendant_of(agency.root_page).get(
        slug="permohonan-informasi"
    )
    planted.save_revision().publish()
    for code in ("permohonan", "keberatan", "waktu", "biaya"):
        response = get(client, f"/ppid/standar-layanan/{code}/")
        assert response["location"] == "/informasi/permohonan-informasi/"
    own = publish(InformationPage, agency, title="Biaya", menu_item=item("standar-layanan/biaya"))
    assert get(client, "/ppid/standar-layanan/biaya/")["location"] == f"/informasi/{own.slug}/"


def test_every_page_that_stands_in_is_one_that_agencies_start_with():
    named = {row["page_slug"] for row in json.loads(DATA_FILE.read_text())} - {""}
    assert named == {slug for slug, *_rest in STARTING_PAGES}


def test_an_address_of_the_province_is_where_an_item_leads_and_else_citizens_are_told_how(
    client, agency
):
    for host in (OWN, OTHER):
        assert (
            get(client, "/ppid/layanan/pengaduan/", host)["location"] == "https://www.lapor.go.id/"
        )
        response = get(client, "/ppid/layanan/permohonan/", host)
        assert response.status_code == 200
        assert "belum dapat dilakukan secara daring" in text(response)
        assert "10 hari kerja" in text(response)
        assert "7 hari kerja" in text(response)
    request = item("layanan/permohonan")
    request.url = "https://minta.example.test/"
    request.save()
    for host in (OWN, OTHER, PORTAL):
        assert get(client, "/ppid/layanan/permohonan/", host)["location"] == request.url


def test_what_is_missing_is_said_with_the_law_and_whom_to_ask(client, agency, other_agency):
    response = get(client, "/ppid/standar-layanan/maklumat/")
    page = text(response)
    assert MISSING in page
    assert "PERKI 1/2021 Ps. 23 ayat (2)–(3)" in page
    for value in CONTACT.values():
        assert value in page.split("<main")[1].split("</main>")[0]
    assert "Dinas Dindik" not in page


def test_the_contact_is_that_of_the_agency(client, agency, other_agency):
    page = text(get(client, "/ppid/profil/kontak/"))
    assert all(value in page for value in CONTACT.values())
    assert MISSING in text(get(client, "/ppid/profil/kontak/", OTHER)).split("<main")[1]
    other_agency.office_hours, other_agency.phone = "Senin–Jumat 08.00–15.00", "0254-999"
    other_agency.save()
    page = text(get(client, "/ppid/profil/kontak/", OTHER))
    assert "Senin–Jumat 08.00–15.00" in page.split("<main")[1].split("</main>")[0]


def test_the_portal_shows_the_menu_of_the_agency_that_runs_it(client, portal, agency, other_agency):
    target = assigned(publish, other_agency)
    assert MISSING in text(get(client, "/ppid/standar-layanan/maklumat/", PORTAL))
    other_agency.is_lead = True
    other_agency.save()
    assert get(client, "/ppid/standar-layanan/maklumat/", PORTAL)["location"] == target
    assert "Dinas Dindik" in text(get(client, "/ppid/", PORTAL))


# --- one tree for all ---------------------------------------------------------------------------


def tree(client, host):
    return [(path, title) for path, (title, _said) in lines(get(client, "/ppid/", host)).items()]


def test_all_agencies_have_one_menu_and_a_change_shows_on_every_host_at_once(
    client, portal, agency
):
    AgencyFactory(code="dishub")
    hosts = [OWN, OTHER, PORTAL, "dishub.example.test"]
    first = tree(client, OWN)
    assert len(first) == sum(row["filling"] != "group" for row in json.loads(DATA_FILE.read_text()))
    assert all(tree(client, host) == first for host in hosts)
    survey = item("layanan/survei")
    survey.title, survey.parent = "Survei kepuasan masyarakat", item("laporan")
    survey.save()
    gone = item("standar-layanan")
    gone.is_shown = False
    gone.save()
    expected = [
        (path, title) for path, title in first if not path.startswith("/ppid/standar-layanan/")
    ]
    expected.remove(("/ppid/layanan/survei/", "Survei kepuasan"))
    for host in hosts:
        found = tree(client, host)
        assert ("/ppid/laporan/survei/", "Survei kepuasan masyarakat") in found
        assert sorted(found) == sorted([*expected, ("/ppid/laporan/survei/", survey.title)])
        assert get(client, "/ppid/layanan/survei/", host)["location"] == "/ppid/laporan/survei/"


@pytest.fixture
def in_header(settings, tmp_path):
    """Have the menu stand in every page, as a project places it."""
    place = tmp_path / "kip_pages" / "includes" / "navigation.html"
    place.parent.mkdir(parents=True)
    place.write_text(
        "".join(
            f'{{% include "kip_pages/includes/ppid_{name}.html" %}}' for name in ("menu", "footer")
        )
    )
    (engine, *others) = django_settings.TEMPLATES
    settings.TEMPLATES = [engine | {"DIRS": [tmp_path, *engine["DIRS"]]}, *others]


def test_pages_that_are_kept_show_a_change_of_the_menu_at_once(
    client, portal, agency, in_header, steady_versions
):
    def change():
        group = item("laporan")
        group.title = "Laporan PPID"
        group.save()

    def reorder():
        client.force_login(UserFactory(role=ProvinceRole.PROVINCE_ADMIN))
        address = reverse("ppid_menu:reorder", args=[item("laporan").pk])
        assert client.post(f"{address}?position=0", headers={"host": PORTAL}).status_code == 200
        client.logout()

    def first(host):
        return re.search(r"<summary>([^<]*)<", text(get(client, "/", host)))[1]

    for host in (OWN, OTHER, PORTAL):
        assert first(host) == "Profil PPID"
        with CaptureQueriesContext(connection) as asked:
            assert first(host) == "Profil PPID"
        assert len(asked) <= 1, "the page was not kept"
    change()
    for host in (OWN, OTHER, PORTAL):
        assert "Laporan PPID" in text(get(client, "/", host))
    reorder()
    for host in (OWN, OTHER, PORTAL):
        assert first(host) == "Laporan PPID"
    with CaptureQueriesContext(connection) as asked:
        item("laporan/akses").obligations.clear()
    assert any("kip_pages_publicchange" in one["sql"] for one in asked)


def test_the_menu_costs_one_query_until_it_changes_and_says_where_the_page_stands_in_it(
    client, agency
):
    page = publish(
        InformationPage, agency, title="Maklumat", menu_item=item("standar-layanan/maklumat")
    )
    for number in (1, 0):
        with CaptureQueriesContext(connection) as asked:
            response = text(get(client, f"/informasi/{page.slug}/?x=1"))
        assert len([one for one in asked if "kip_pages_ppidmenuitem" in one["sql"]]) == number
    (group,) = re.findall(r'<summary aria-current="true">([^<]*)<', response)
    assert group == "Standar Layanan"
    current = re.findall(r'<a href="([^"]*)" aria-current="page">', response.split("<main")[0])
    assert current == ["/ppid/standar-layanan/maklumat/"]


@pytest.mark.parametrize(
    "path",
    [
        *("/ppid/tidak-ada/", "/ppid/profil/tidak-ada/", "/ppid/tidak-ada/kontak/"),
        *("/ppid/regulasi/kontak/", "/ppid/profil/visi-misi/"),
    ],
)
def test_an_address_that_no_item_has_is_not_found(client, agency, path):
    PpidMenuItem.objects.filter(code="profil/visi-misi").update(is_shown=False)
    assert get(client, path).status_code == 404


def test_a_group_has_a_page_of_its_own_and_an_item_may_stand_by_itself(client, agency):
    page = text(get(client, "/ppid/laporan/"))
    assert "<h1>Laporan</h1>" in page
    assert set(lines(get(client, "/ppid/laporan/"))) == {
        f"/ppid/laporan/{slug}/" for slug in ("tahunan", "akses", "register")
    }
    rule = entry(publish, agency, "SS.REGULASI.DITERBITKAN")
    assert get(client, "/ppid/regulasi/")["location"] == f"/informasi-publik/{rule.slug}/"


def test_nothing_of_the_menu_is_in_the_sitemap(client, agency):
    for section in ("pages", "items"):
        assert "/ppid/" not in text(get(client, f"/sitemap-{section}.xml"))


# --- languages ----------------------------------------------------------------------------------


@pytest.fixture
def english(agency):
    """The agency's home and first page in English."""
    locale = Locale.objects.get(language_code="en")
    page = publish(
        InformationPage, agency, title="Maklumat", menu_item=item("standar-layanan/maklumat")
    )
    copy = page.copy_for_translation(locale, copy_parents=True)
    copy.title, copy.slug = "Service pledge of Dinkes", "pledge"
    copy.save_revision().publish()
    return copy


def test_the_menu_speaks_the_readers_language_as_far_as_there_is_one(client, agency, english):
    PpidMenuItem.objects.filter(code="laporan/akses").update(title_en="")
    entry(publish, agency, "BK.AKSES", title="Laporan A")
    entry(publish, agency, "BK.AKSES.HASIL", title="Laporan B", slug="b")
    page = text(get(client, "/en/ppid/"))
    assert '<html lang="en"' in page
    assert ">Service pledge</a>" in page
    assert re.search(r'<a href="/en/ppid/laporan/akses/" lang="id">Ringkasan akses', page)
    # Nobody tells a translation again what the original answers.
    english.menu_item = None
    english.save_revision().publish()
    pledge = get(client, "/en/ppid/standar-layanan/maklumat/")
    assert pledge["location"].startswith("/en/")
    assert pledge["location"].endswith("/pledge/")
    assert get(client, "/ppid/standar-layanan/maklumat/")["location"].startswith("/informasi/")
    listed = text(get(client, "/en/ppid/laporan/akses/"))
    assert len(re.findall(r'lang="id" hreflang="id">Laporan [AB]<', listed)) == 2
    # The register has nothing in English: the Indonesian one is opened, and the reader stays in English.
    assert get(client, "/en/ppid/informasi-publik/daftar/")["location"] == "/en/informasi-publik/"


def test_the_reader_sees_where_they_are_and_changes_language_without_leaving(
    client, agency, english
):
    for path, other in (
        ("/ppid/profil/kontak/", "/en/ppid/profil/kontak/"),
        ("/en/ppid/profil/kontak/", "/ppid/profil/kontak/"),
    ):
        page = text(get(client, path))
        assert f'<a href="{other}" lang=' in page.split("<main")[0]
        assert f'href="http://{OWN}{other}"' in page.split("</head>")[0]
        assert page.index('class="skip-link"') < page.index('id="content"')
        crumbs = re.search(r'class="breadcrumbs".*?</nav>', page, re.S)[0]
        home = "/en/" if path.startswith("/en/") else "/"
        assert re.findall(r'href="([^"]*)"', crumbs) == [
            home,
            f"{home}ppid/",
            f"{home}ppid/profil/",
        ]


# --- what it costs ------------------------------------------------------------------------------


def cost_of_menu(agency):
    request = RequestFactory().get("/ppid/")
    request.agency = agency
    with translation.override("id"), CaptureQueriesContext(connection) as asked:
        found = len(PpidMenu(request).published)
    return len(asked), found


# With a query string no screen is kept.
MADE_ANEW = "/ppid/?x=1"


def test_a_menu_costs_six_queries_whatever_there_is(client, agency, other_agency, steady_versions):
    cost_of_menu(agency)  # a process learns the content types once
    cost, before = cost_of_menu(agency)
    assert cost <= WHOLE_MENU
    get(client, MADE_ANEW)
    with CaptureQueriesContext(connection) as few:
        get(client, MADE_ANEW)
    third = AgencyFactory()
    for number in range(2):
        made = PpidMenuItem.objects.create(
            parent=item("laporan"),
            slug=f"tambahan-{number}",
            title="Tambahan",
            sort_order=90 + number,
        )
        for where in (agency, other_agency, third):
            publish(InformationPage, where, slug=f"isi-{number}", menu_item=made)
            entry(publish, where, "BK.AKSES", slug=f"entri-{number}")
    again, after = cost_of_menu(agency)
    assert again == cost
    assert after >= before + 2
    get(client, MADE_ANEW)  # what hosts and banners remember was forgotten
    with CaptureQueriesContext(connection) as many:
        get(client, MADE_ANEW)
    assert len(many) == len(few)


# --- the province's screens ---------------------------------------------------------------------

#   role                          opens the list, adds and changes
KEEPS_THE_MENU = [
    (AgencyRole.EDITOR, False),
    (AgencyRole.PUBLISHER, False),
    (AgencyRole.AGENCY_ADMIN, False),
    (ProvinceRole.PROVINCE_ADMIN, True),
    (ProvinceRole.DUTY_OFFICER, False),
]


def form_of(row, **fields):
    names = (
        "slug",
        "title",
        "title_en",
        "about",
        "about_en",
        "filling",
        "category",
        "page_slug",
        "url",
    )
    data = {name: getattr(row, name) for name in names} | {"parent": row.parent_id or ""}
    data |= {"obligations": [one.pk for one in row.obligations.all()], "is_shown": "on"}
    return data | fields


def test_the_table_names_every_role():
    assert [role for role, _keeps in KEEPS_THE_MENU] == [*AgencyRole, *ProvinceRole]


@pytest.mark.parametrize(("role", "keeps"), KEEPS_THE_MENU)
def test_only_the_province_keeps_the_menu_and_nobody_deletes_from_it(client, agency, role, keeps):
    in_agency = {"role__agency": agency} if role in AgencyRole.values else {}
    client.force_login(UserFactory(role=role, **in_agency))
    row = item("laporan/akses")
    host = {"host": OWN}
    for name in ("index", "add", "edit", "delete"):
        args = [row.pk] if name in ("edit", "delete") else []
        response = client.get(reverse(f"ppid_menu:{name}", args=args), headers=host)
        assert (response.status_code == 200) is (keeps and name != "delete"), name
    data = form_of(row, title="Akses", obligations=["BK.AKSES", "BK.AKSES.WAKTU"])
    client.post(reverse("ppid_menu:edit", args=[row.pk]), data, headers=host)
    row.refresh_from_db()
    assert (row.title == "Akses") is keeps
    assert row.obligations.count() == (2 if keeps else 1)
    client.post(reverse("ppid_menu:reorder", args=[row.pk]) + "?position=0", headers=host)
    assert (PpidMenuItem.objects.order_by("sort_order").first() == row) is keeps
    client.logout()
    assert (lines(get(client, "/ppid/", OTHER))["/ppid/laporan/akses/"][0] == "Akses") is keeps


@pytest.mark.parametrize(
    ("code", "fields", "wrong"),
    [
        ("laporan/akses", {"filling": "group"}, "filling"),
        ("laporan", {"filling": "pages"}, "filling"),
        ("laporan/akses", {"slug": "tahunan"}, "__all__"),
        ("laporan", {"slug": "profil"}, "__all__"),
        ("laporan/akses", {"parent": "regulasi"}, "parent"),
        ("laporan/akses", {"url": "javascript:alert(1)"}, "url"),
    ],
)
def test_a_menu_of_more_or_fewer_levels_and_a_wrong_address_are_refused(
    client, agency, code, fields, wrong
):
    client.force_login(UserFactory(role=ProvinceRole.PROVINCE_ADMIN))
    row = item(code)
    if "parent" in fields:
        fields = {"parent": item(fields["parent"]).pk}
    address = reverse("ppid_menu:edit", args=[row.pk])
    response = client.post(address, form_of(row, **fields), headers={"host": PORTAL})
    assert wrong in response.context["form"].errors


def test_the_list_says_how_many_agencies_have_filled_an_item_at_the_same_cost(
    client, portal, agency, other_agency
):
    client.force_login(UserFactory(role=ProvinceRole.PROVINCE_ADMIN))

    def listed():
        with CaptureQueriesContext(connection) as asked:
            response = client.get(reverse("ppid_menu:index"), headers={"host": PORTAL})
        found = {row.code: row.published["number"] for row in response.context["object_list"]}
        assert "dari 2 perangkat daerah" in text(response) or len(found) == 0
        return len(asked), found

    listed()
    cost, found = listed()
    assert found["standar-layanan/maklumat"] == 0
    assigned(publish, agency)
    assigned(draft, other_agency)
    again, found = listed()
    assert (again, found["standar-layanan/maklumat"]) == (cost, 1)
    assert found["informasi-publik/dikecualikan"] == 2


def test_an_editor_says_which_item_a_page_answers_and_is_offered_no_others(client, agency):
    client.force_login(UserFactory(role=AgencyRole.EDITOR, role__agency=agency))
    page = draft(InformationPage, agency)
    form = text(
        client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]), headers={"host": OWN})
    )
    offered = re.search(r'<select[^>]*name="menu_item".*?</select>', form, re.S)[0]
    assert "Standar Layanan › Maklumat pelayanan" in offered
    assert "Informasi berkala" not in offered
    assert ">Laporan</option>" not in offered


# --- the proposal -------------------------------------------------------------------------------


def test_loading_again_brings_what_is_missing_and_leaves_what_the_province_changed(portal):
    assert load_ppid_menu() == 0
    row = item("laporan/akses")
    row.title, row.slug, row.is_shown, row.parent = "Akses", "akses-2", False, item("layanan")
    row.save()
    PpidMenuItem.objects.filter(code="laporan/register").delete()
    assert load_ppid_menu() == 1
    row.refresh_from_db()
    assert (row.title, row.path, row.is_shown) == ("Akses", "layanan/akses-2", False)
    assert item("laporan/register").title == "Register permohonan"
    # An item that takes a place that was left has a code of its own.
    new = PpidMenuItem.objects.create(parent=item("laporan"), slug="akses", title="Baru")
    assert new.code == "laporan/akses-2"


def test_the_proposal_is_whole_in_both_languages():
    for row in json.loads(DATA_FILE.read_text()):
        assert all(row[name] for name in ("title", "title_en", "about", "about_en")), row["code"]


def test_a_menu_that_names_what_no_law_asks_is_refused(portal, tmp_path):
    row = json.loads(DATA_FILE.read_text())[1] | {
        "code": "profil/x",
        "obligations": ["BK.TIDAK_ADA"],
    }
    path = Path(tmp_path, "menu.json")
    path.write_text(json.dumps([row]))
    with pytest.raises(UnknownObligationsError):
        load_ppid_menu(path)
