"""What each host shows to each visitor: documents, images, private pages, previews, the pages API."""

from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.images.views.serve import generate_image_url
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    Locale,
    PageViewRestriction,
)

from kip_pages.models import EmergencyAnnouncementPage, NewsPage, PortalHomePage
from kip_pages.page_cache import versions
from kip_pages.sharing import share_preview
from opd_sites.audience import agency_of_collection, agency_of_page, is_colleague
from opd_sites.choices import AgencyRole, ProvinceRole
from opd_sites.models import Agency
from opd_sites.provisioning import suspend

from .. import files
from ..factories import UserFactory, draft, publish, section_of
from .test_roles import ROLES, announce, member, portal_emergencies

OWN, OTHER, PORTAL = "dinkes.example.test", "dindik.example.test", "portal.example.test"
HOSTS = [OWN, OTHER, PORTAL]
LOGIN_PAGE = "/_util/login/?next="


@pytest.fixture
def collections(agency, other_agency):
    """A collection of each kind: of an agency, below it, of another agency, of the province."""
    return {
        "own": agency.collection,
        "below": agency.collection.add_child(name="Foto kegiatan"),
        "other": other_agency.collection,
        "province": Collection.get_first_root_node(),
        "province's folder": Collection.get_first_root_node().add_child(name="Logo bersama"),
    }


def document_in(collection, name="renja.pdf"):
    return get_document_model().objects.create(
        title="Renja", file=ContentFile(files.pdf(), name=name), collection=collection
    )


def image_in(collection):
    return get_image_model().objects.create(
        title="Foto", file=get_test_image_file(), collection=collection
    )


def address_of(thing):
    if isinstance(thing, get_document_model()):
        return thing.url
    return generate_image_url(thing, "width-40")


def get(client, path, host=OWN):
    return client.get(path, headers={"host": host})


def status(client, path, host=OWN):
    return get(client, path, host).status_code


# --- documents and images --------------------------------------------------------------------

#   collection             served on: own host, another agency's, the portal
FILES = [
    ("own", True, False, False),
    ("below", True, False, False),
    ("other", False, True, False),
    ("province", True, True, True),
    ("province's folder", True, True, True),
]


@pytest.mark.parametrize("put_in", [document_in, image_in])
@pytest.mark.parametrize(("kind", "own", "other", "portal_too"), FILES)
def test_which_host_serves_whose_files(client, collections, put_in, kind, own, other, portal_too):
    address = address_of(put_in(collections[kind]))
    for host, served in zip(HOSTS, (own, other, portal_too), strict=True):
        assert status(client, address, host) == (200 if served else 404), host


@pytest.mark.parametrize("put_in", [document_in, image_in])
@pytest.mark.parametrize("role", [None, *ROLES])
def test_no_log_in_opens_a_foreign_hosts_files(client, agency, other_agency, put_in, role):
    """Not even the province's: the address on the right host is one click away."""
    if role:
        client.force_login(member(role, agency))
    thing = put_in(other_agency.collection)
    assert status(client, address_of(thing), OWN) == 404
    assert status(client, address_of(thing), OTHER) == 200


def test_the_portal_serves_what_the_agency_keeps_that_runs_it(client, agency):
    document = document_in(agency.collection)
    assert status(client, document.url, PORTAL) == 404
    Agency.objects.filter(pk=agency.pk).update(is_lead=True)
    assert status(client, document.url, PORTAL) == 200
    suspend(agency, at=timezone.now())
    assert status(client, document.url, PORTAL) == 404


def test_files_of_a_page_that_moved_to_another_agency_open_there(client, agency, other_agency):
    image, document = image_in(agency.collection), document_in(agency.collection)
    page = publish(
        NewsPage,
        agency,
        lead_image=image,
        lead_image_alt="Foto",
        body=[("document", document)],
    )
    addresses = [address_of(image), document.url]
    assert [status(client, address, OTHER) for address in addresses] == [404, 404]
    page.move(section_of(other_agency, NewsPage), pos="last-child")
    suspend(agency, at=timezone.now())
    assert [status(client, address, OTHER) for address in addresses] == [200, 200]
    assert [status(client, address, PORTAL) for address in addresses] == [404, 404]
    NewsPage.objects.get(pk=page.pk).unpublish()
    assert [status(client, address, OTHER) for address in addresses] == [404, 404]
    NewsPage.objects.get(pk=page.pk).save_revision().publish()
    restrict_collection(agency.collection, LOGIN)
    assert [status(client, address, OTHER) for address in addresses] == [404, 302]


def test_a_wrong_file_name_and_a_wrong_host_look_the_same(client, other_agency):
    document = document_in(other_agency.collection)
    wrong_name = get(client, f"/documents/{document.pk}/lain.pdf", OTHER)
    wrong_host = get(client, document.url, OWN)
    unknown = get(client, "/documents/987654/renja.pdf", OWN)
    assert wrong_name.status_code == wrong_host.status_code == unknown.status_code == 404
    assert wrong_host.content == unknown.content


def test_an_image_needs_its_signature_still(client, agency):
    address = address_of(image_in(agency.collection))
    signature = address.split("/")[2]
    assert status(client, address.replace(signature, "x" * len(signature))) == 403
    assert status(client, "/images/x//width-40/a.png") == 404


def restrict_collection(collection, kind, *groups):
    restriction = CollectionViewRestriction.objects.create(
        collection=collection, restriction_type=kind, password="rahasia"
    )
    restriction.groups.set(groups)
    return restriction


LOGIN, GROUPS, PASSWORD = "login", "groups", "password"

#   role                          colleague of dinkes, of the portal
COLLEAGUES = [
    (None, False, False),
    (AgencyRole.EDITOR, True, False),
    (AgencyRole.PUBLISHER, True, False),
    (AgencyRole.AGENCY_ADMIN, True, False),
    (ProvinceRole.PROVINCE_ADMIN, True, True),
    (ProvinceRole.DUTY_OFFICER, False, True),
]


def test_the_table_of_colleagues_names_every_role():
    assert [row[0] for row in COLLEAGUES[1:]] == ROLES


@pytest.mark.parametrize(("role", "here", "at_portal"), COLLEAGUES)
def test_who_is_a_colleague(agency, other_agency, role, here, at_portal):
    user = member(role, agency) if role else AnonymousUser()
    assert is_colleague(user, agency) is here
    assert is_colleague(user, other_agency) is (role == ProvinceRole.PROVINCE_ADMIN)
    assert is_colleague(user, None) is at_portal


def test_a_superuser_is_everybodys_colleague_and_a_closed_account_nobodys(agency):
    assert is_colleague(UserFactory(is_superuser=True), agency)
    assert not is_colleague(UserFactory(is_superuser=True, is_active=False), agency)
    left = UserFactory(role=AgencyRole.EDITOR, role__agency=agency, is_active=False)
    assert not is_colleague(left, agency)


@pytest.mark.parametrize(("role", "here", "at_portal"), COLLEAGUES)
def test_a_private_collection_is_its_agencys(client, agency, other_agency, role, here, at_portal):
    restrict_collection(agency.collection, LOGIN)
    document, image = document_in(agency.collection), image_in(agency.collection)
    if role:
        client.force_login(member(role, agency))
    response = get(client, document.url)
    if here:
        assert response.status_code == 200
    else:
        assert (response.status_code, response["location"]) == (302, LOGIN_PAGE + document.url)
    assert status(client, address_of(image)) == 404


@pytest.mark.parametrize("role", [None, *AgencyRole])
def test_a_private_collection_is_closed_to_every_other_agency(client, agency, other_agency, role):
    restrict_collection(agency.collection, LOGIN)
    document = document_in(agency.collection)
    if role:
        client.force_login(member(role, other_agency))
    response = get(client, document.url)
    assert (response.status_code, response["location"]) == (302, LOGIN_PAGE + document.url)
    assert status(client, document.url, OTHER) == 404


def test_groups_and_passwords_of_collections_work_as_in_wagtail(client, agency, other_agency):
    restriction = restrict_collection(agency.collection, PASSWORD)
    document = document_in(agency.collection)
    asked = get(client, document.url)
    assert b"%PDF" not in asked.getvalue()
    enter = reverse("wagtaildocs_authenticate_with_password", args=[restriction.pk])
    data = {"password": "rahasia", "return_url": document.url}
    assert client.post(enter, data, headers={"host": OTHER}).status_code == 404
    assert client.post(enter, data, headers={"host": OWN}).status_code == 302
    assert b"%PDF" in get(client, document.url).getvalue()


# --- private pages ---------------------------------------------------------------------------


def restrict_page(page, kind):
    return PageViewRestriction.objects.create(page=page, restriction_type=kind, password="rahasia")


@pytest.mark.parametrize(("role", "here", "at_portal"), COLLEAGUES)
def test_a_private_section_is_its_agencys(client, agency, other_agency, role, here, at_portal):
    page = publish(NewsPage, agency, title="Hanya untuk kami")
    restrict_page(section_of(agency, NewsPage), LOGIN)
    if role:
        client.force_login(member(role, agency))
    path = f"/berita/{page.slug}/"
    response = get(client, path)
    if here:
        assert "Hanya untuk kami" in response.content.decode()
    else:
        assert (response.status_code, response["location"]) == (302, LOGIN_PAGE + path)
        assert "no-store" in response["cache-control"]


@pytest.mark.parametrize("role", AgencyRole)
def test_a_private_section_is_closed_to_every_other_agency(client, agency, other_agency, role):
    page = publish(NewsPage, agency)
    restrict_page(section_of(agency, NewsPage), LOGIN)
    client.force_login(member(role, other_agency))
    path = f"/berita/{page.slug}/"
    assert get(client, path)["location"] == LOGIN_PAGE + path


@pytest.mark.parametrize(("role", "here", "at_portal"), COLLEAGUES)
def test_a_private_page_of_the_portal_is_the_provinces(client, agency, role, here, at_portal):
    page = announce(portal_emergencies())
    restrict_page(page, LOGIN)
    if role:
        client.force_login(member(role, agency))
    response = get(client, f"/serta-merta/{page.slug}/", PORTAL)
    assert response.status_code == (200 if at_portal else 302)


def test_the_password_of_a_page_is_asked_on_its_own_host_for_itself(client, agency, other_agency):
    page, elsewhere = publish(NewsPage, agency), publish(NewsPage, agency)
    foreign = publish(NewsPage, other_agency)
    restriction = restrict_page(page, PASSWORD)

    def enter(of, host):
        path = reverse("wagtailcore_authenticate_with_password", args=[restriction.pk, of.pk])
        data = {"password": "rahasia", "return_url": f"/berita/{page.slug}/"}
        return client.post(path, data, headers={"host": host}).status_code

    assert enter(page, OTHER) == enter(page, PORTAL) == 404
    assert enter(elsewhere, OWN) == enter(foreign, OWN) == 404
    assert enter(page, OWN) == 302
    assert status(client, f"/berita/{page.slug}/") == 200


def test_a_public_page_costs_nobody_a_query_more(
    client, agency, steady_versions, django_assert_num_queries
):
    path = f"/berita/{publish(NewsPage, agency).slug}/"
    get(client, path)
    # As without the hook, no session, nobody to judge; the last one asks for alerts, as each page does.
    with django_assert_num_queries(12):
        client.get(path, headers={"host": OWN, "authorization": "none"})  # made anew
    versions.forget()
    with django_assert_num_queries(1):  # is it still what would be made?
        get(client, path)


# --- other ways to a private or foreign page -------------------------------------------------


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("role", [None, *ROLES])
def test_private_and_foreign_pages_are_in_no_list_of_a_host(
    client, agency, other_agency, role, host
):
    """The pages API and the sitemap tell the same to everybody, whoever is logged in."""
    private = publish(NewsPage, agency, title="Hanya untuk kami", slug="privat")
    restrict_page(private, LOGIN)
    publish(NewsPage, other_agency, title="Milik lain", slug="lain")
    if role:
        client.force_login(member(role, agency))
    texts = [get(client, "/api/v2/pages/?limit=20", host).content.decode()]
    index = get(client, "/sitemap.xml", host).content.decode()
    for part in ("pages", "items"):
        if f"sitemap-{part}.xml" in index:
            texts.append(get(client, f"/sitemap-{part}.xml", host).content.decode())
    shown = " ".join(texts)
    assert "privat" not in shown
    assert "Hanya untuk kami" not in shown
    assert ("Milik lain" in shown, "/lain/" in shown) == (host == OTHER, host == OTHER)
    foreign = "dindik" if host == OWN else "dinkes" if host == OTHER else None
    assert not (foreign and f"{foreign}.example.test" in shown)


@pytest.mark.parametrize("path", ["documents/", "images/", "documents/1/", "images/1/"])
def test_there_is_no_api_of_files(client, agency, path):
    document_in(agency.collection), image_in(agency.collection)
    assert status(client, f"/api/v2/{path}") == 404


@pytest.mark.parametrize("query", ["site=dindik.example.test", "site=dindik.example.test:80"])
def test_the_pages_api_takes_no_other_site(client, agency, other_agency, query):
    publish(NewsPage, other_agency, title="Milik lain")
    response = get(client, f"/api/v2/pages/?{query}")
    assert response.status_code == 400
    assert "Milik lain" not in response.content.decode()


def translated(page):
    copy = page.copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True)
    copy.title, copy.slug = "Only for us", "only-for-us"
    copy.save_revision().publish()
    return copy


@pytest.mark.parametrize("role", [None, *ROLES])
def test_a_private_translation_is_no_alternate_of_a_public_page(client, agency, role):
    page = publish(NewsPage, agency, slug="umum")
    english = translated(page)
    address = "http://dinkes.example.test/en/berita/only-for-us/"
    places = ["/berita/umum/", "/sitemap-pages.xml", "/sitemap-items.xml"]
    assert any(address in get(client, path).content.decode() for path in places)
    restrict_page(english, LOGIN)
    if role:
        client.force_login(member(role, agency))
    for path in places:
        response = get(client, path)
        assert response.status_code == 200, path
        assert "only-for-us" not in response.content.decode(), path


def test_the_alternates_of_a_page_are_on_its_own_host(client, agency, other_agency):
    """The same section of another agency is another page, whatever its address looks like."""
    page = publish(NewsPage, agency, slug="sama")
    translated(page)
    translated(publish(NewsPage, other_agency, slug="sama"))
    soup = BeautifulSoup(get(client, "/berita/sama/").content, "html.parser")
    told = {link["href"] for link in soup.select("link[hreflang], a[hreflang]")}
    assert "http://dinkes.example.test/en/berita/only-for-us/" in told
    assert not [address for address in told if "dindik" in address]


# --- previews --------------------------------------------------------------------------------


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("of_portal", [False, True])
def test_a_preview_link_opens_one_draft_on_its_own_host(client, agency, of_portal, host):
    page = announce(portal_emergencies()) if of_portal else draft(NewsPage, agency)
    page.title = "Rancangan bersama"
    page.save_revision()
    address, _until = share_preview(page, user=None, at=timezone.now())
    own = PORTAL if of_portal else OWN
    assert address.startswith(f"http://{own}/pratinjau/")
    response = get(client, urlsplit(address).path, host)
    assert response.status_code == (200 if host == own else 404)
    assert ("Rancangan bersama" in response.content.decode()) is (host == own)


#   role                          preview of: own draft, another agency's, the portal's announcement
PREVIEWS = [
    (None, False, False, False),
    (AgencyRole.EDITOR, True, False, False),
    (AgencyRole.PUBLISHER, True, False, False),
    (AgencyRole.AGENCY_ADMIN, True, False, False),
    (ProvinceRole.PROVINCE_ADMIN, True, True, True),
    (ProvinceRole.DUTY_OFFICER, False, False, True),
]


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize(("role", "own", "other", "emergency"), PREVIEWS)
def test_who_sees_which_draft_on_which_host(
    client, agency, other_agency, role, own, other, emergency, host
):
    """One may work on any host; what one sees depends on who one is."""
    if role:
        client.force_login(member(role, agency))
    section = portal_emergencies()
    drafts = [
        (draft(NewsPage, agency, title="Rancangan"), own),
        (draft(NewsPage, other_agency, title="Rancangan"), other),
        (announce(section), emergency),
    ]
    for page, allowed in drafts:
        for view in ("view_draft", "preview_on_edit"):
            response = get(client, reverse(f"wagtailadmin_pages:{view}", args=[page.pk]), host)
            shown = page.title in response.content.decode() and response.status_code == 200
            if view == "view_draft":
                assert shown is allowed, (page, host)
            else:
                assert allowed or response.status_code in (302, 403, 404)


# --- whose is it -----------------------------------------------------------------------------


def test_whose_a_page_or_collection_is(agency, other_agency, collections):
    assert agency_of_page(publish(NewsPage, agency)) == agency
    assert agency_of_page(PortalHomePage.objects.get()) is None
    assert agency_of_page(section_of(other_agency, EmergencyAnnouncementPage)) == other_agency
    assert agency_of_collection(collections["below"]) == agency
    assert agency_of_collection(collections["province's folder"]) is None
