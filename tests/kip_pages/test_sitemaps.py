"""What a crawler, a feed reader or a program finds that knows only the host."""

import json

import pytest
from django.utils import timezone
from lxml import etree, html
from wagtail.models import Locale, Page, PageViewRestriction

from kip_pages.models import (
    EmergencyAnnouncementPage,
    EmergencyIndexPage,
    FeedItem,
    NewsIndexPage,
    NewsPage,
    PortalHomePage,
)
from kip_pages.sitemaps import ItemsSitemap
from opd_sites import provisioning

from ..factories import ONE_HOUR, REQUIRED, draft, publish, schedule, section_of

PORTAL = "portal.example.test"
AGENCY = "dinkes.example.test"
NAMES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
}


def get(client, path, host=AGENCY):
    response = client.get(path, headers={"host": host})
    assert response.status_code == 200, response.content
    return response


def files_of(client, host):
    """Return the addresses that the host's index names."""
    tree = etree.fromstring(get(client, "/sitemap.xml", host).content)
    return tree.xpath("s:sitemap/s:loc/text()", namespaces=NAMES)


def addresses(client, host=AGENCY):
    """Return {address: element} of all files that the host's index names."""
    found = {}
    for address in files_of(client, host):
        assert address.startswith(f"http://{host}/sitemap-")
        tree = etree.fromstring(get(client, address.removeprefix(f"http://{host}"), host).content)
        for url in tree.findall("s:url", NAMES):
            location = url.findtext("s:loc", namespaces=NAMES)
            assert location not in found, "told twice"
            found[location] = url
    return found


def test_a_hosts_sitemap_has_its_home_its_sections_and_its_items(client, agency, other_agency):
    publish(NewsPage, agency, title="Kami")
    publish(NewsPage, other_agency, title="Mereka")
    assert set(addresses(client)) == {
        f"http://dinkes.example.test/{path}"
        for path in (
            *("", "berita/", "berita/kami/", "informasi-publik/", "serta-merta/"),
            *("kegiatan/", "informasi/"),
        )
    }
    assert "http://dindik.example.test/berita/mereka/" in addresses(client, "dindik.example.test")


def test_a_sitemap_names_only_addresses_that_open(client, agency):
    publish(NewsPage, agency)
    for host in (AGENCY, PORTAL):
        for address in addresses(client, host):
            get(client, address.removeprefix(f"http://{host}"), host)


def test_what_nobody_may_see_is_in_no_sitemap(client, agency):
    draft(NewsPage, agency, title="Konsep")
    schedule(NewsPage, agency, title="Besok", go_live_in=ONE_HOUR)
    hidden, expired = publish(NewsPage, agency, title="A"), publish(NewsPage, agency, title="B")
    publish(NewsPage, agency, title="C").delete()
    section = section_of(agency, EmergencyAnnouncementPage)
    PageViewRestriction.objects.create(page=hidden, restriction_type="login")
    PageViewRestriction.objects.create(page=section, restriction_type="login")
    Page.objects.filter(pk=expired.pk).update(expire_at=timezone.now() - ONE_HOUR)
    FeedItem.objects.filter(page_id=expired.pk).update(visible_until=timezone.now() - ONE_HOUR)
    told = set(addresses(client))
    assert not {address for address in told if address.count("/") > 4}
    assert section.full_url not in told


def test_a_translated_page_names_both_languages_and_when_it_changed(client, agency):
    page = publish(NewsPage, agency, title="Judul")
    english = page.copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True)
    english.save_revision().publish()
    told = addresses(client)
    indonesian = "http://dinkes.example.test/berita/judul/"
    both = {"id": indonesian, "en": indonesian.replace("test/", "test/en/")}
    for address in both.values():
        alternates = told[address].findall("x:link", NAMES)
        assert {link.get("hreflang"): link.get("href") for link in alternates} == both
        changed = told[address].findtext("s:lastmod", namespaces=NAMES)
        assert changed == f"{timezone.localdate():%Y-%m-%d}"
    # The sections above it are not translated: aliases would show the Indonesian ones once more.
    assert "http://dinkes.example.test/en/berita/" not in told


def test_the_portals_own_announcement_is_on_the_portal_and_not_on_the_lead_agencys_host(
    client, agency
):
    provisioning.rename(agency, is_lead=True)
    publish(NewsPage, agency, title="Kami")
    section = EmergencyIndexPage.objects.child_of(PortalHomePage.objects.get()).get()
    page = EmergencyAnnouncementPage(
        title="Gempa", live=False, **REQUIRED[EmergencyAnnouncementPage]
    )
    section.add_child(instance=page)
    page.save_revision().publish()
    announced = "http://portal.example.test/serta-merta/gempa/"
    assert set(addresses(client, PORTAL)) == {
        *("http://portal.example.test/", "http://portal.example.test/serta-merta/", announced),
        # What the portal shows of all agencies.
        *("http://portal.example.test/dip/", "http://portal.example.test/kegiatan/"),
    }
    assert announced not in addresses(client)


def test_many_items_are_split_over_files(client, agency, monkeypatch):
    monkeypatch.setattr(ItemsSitemap, "limit", 2)
    for number in range(5):
        publish(NewsPage, agency, title=f"Berita {number}")
    assert len(files_of(client, AGENCY)) == 1 + 3
    assert sum("/berita/berita-" in address for address in addresses(client)) == 5


def test_a_sitemap_costs_the_same_queries_for_many_as_for_one(
    client, agency, django_assert_num_queries
):
    for number in range(3):
        publish(NewsPage, agency, title=f"Berita {number}")
    get(client, "/sitemap.xml")
    # Where the feed is; how many items, and the items.
    with django_assert_num_queries(3):
        get(client, "/sitemap-items.xml")
    get(client, "/sitemap-pages.xml")  # Wagtail remembers the roots of all sites for an hour
    # Where the feed is; the home, in each language; what is private; how many pages, and the pages.
    with django_assert_num_queries(6):
        get(client, "/sitemap-pages.xml")


def test_no_section_of_the_sitemap_but_these(client, agency):
    for path in ("/sitemap-lain.xml", "/sitemap-items.xml?p=9"):
        assert client.get(path, headers={"host": AGENCY}).status_code == 404


@pytest.mark.parametrize("host", [PORTAL, AGENCY])
def test_robots_txt_keeps_out_of_the_admin_and_names_the_sitemap(client, agency, host):
    lines = get(client, "/robots.txt", host).content.decode().splitlines()
    assert "Disallow: /admin/" in lines
    assert f"Sitemap: http://{host}/sitemap.xml" in lines


@pytest.mark.parametrize("host", [PORTAL, AGENCY])
def test_the_api_catalogue_leads_to_answers_of_the_type_it_names(client, agency, host):
    response = get(client, "/.well-known/api-catalog", host)
    assert response["content-type"].startswith("application/linkset+json; profile=")
    assert 'rel="api-catalog"' in response["link"]
    assert client.head("/.well-known/api-catalog", headers={"host": host})["link"]
    own, feed = json.loads(response.content)["linkset"]
    assert own["item"][0] == {"href": feed["anchor"]}
    relations = {name: links for name, links in feed.items() if name != "anchor"}
    assert set(relations) == {"service-desc", "service-doc", "alternate", "describedby"}
    relations["item"] = alerts = own["item"][1:]
    assert [link["href"].rsplit("/", 1)[1] for link in alerts] == ["_darurat.json", "alerts.atom"]
    for link in (link for links in relations.values() for link in links):
        assert link["href"].startswith(f"http://{host}/")
        answer = get(client, link["href"].removeprefix(f"http://{host}"), host)
        assert answer["content-type"].partition(";")[0] == link["type"]


@pytest.mark.parametrize("host", [PORTAL, AGENCY])
@pytest.mark.parametrize("home", ["/", "/en/"])
def test_every_home_page_links_to_the_feeds_the_api_and_the_catalogue(client, agency, host, home):
    if (host, home) == (AGENCY, "/en/"):
        page = publish(NewsPage, agency)
        page.copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True)
    tree = html.fromstring(get(client, home, host).content)
    links = {(link.get("rel"), link.get("type")): link.get("href") for link in tree.iter("link")}
    for relation in (
        ("alternate", "application/atom+xml"),
        ("alternate", "application/feed+json"),
        ("service-desc", "application/json"),
        ("service-doc", "text/html"),
        ("describedby", "application/ld+json"),
        ("describedby", "text/turtle"),
        ("api-catalog", None),
    ):
        answer = get(client, links[relation], host)
        assert relation[1] in (None, answer["content-type"].partition(";")[0])
        answer.getvalue()


def test_other_pages_link_to_the_feeds_alone(client, agency):
    section = NewsIndexPage.objects.descendant_of(agency.root_page).get()
    page = get(client, section.get_url()).content.decode()
    assert 'type="application/atom+xml"' in page
    assert "service-desc" not in page
