"""Every block a press officer can use, on the page and in the feed."""

import pytest
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
from wagtail.embeds.models import Embed
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from kip_pages.blocks import BodyBlock
from kip_pages.models import NewsPage

from ..factories import publish

HOST = {"host": "dinkes.example.test"}
VIDEO = "https://video.example.test/1"


@pytest.fixture
def page(agency):
    """A live report with one block of every kind, and a lead image."""
    image = get_image_model().objects.create(
        title="Foto", file=get_test_image_file(), collection=agency.collection
    )
    document = get_document_model().objects.create(
        title="Jadwal", file=ContentFile(b"a,b\n1,2\n", "jadwal.csv"), collection=agency.collection
    )
    figure = {
        "image": {"image": image.pk, "alt_text": "Antrean", "decorative": False},
        "caption": "Antrean di puskesmas",
    }
    blocks = {
        "heading": "Jadwal imunisasi",
        "paragraph": f'<p><a linktype="document" id="{document.pk}">Unduh</a></p>',
        "image": figure,
        "document": document.pk,
        "table": {
            "data": [["Hari", "Tempat"], ["Senin", "Serang"]],
            "first_row_is_table_header": True,
        },
        "embed": VIDEO,
        "quote": {"quote": "Mari imunisasi.", "attribution": "Kepala Dinas"},
        "gallery": [{"type": "item", "value": figure, "id": "satu"}],
    }
    assert set(blocks) == set(BodyBlock().child_blocks), "every kind of block is here"
    body = BodyBlock().to_python([{"type": k, "value": v} for k, v in blocks.items()])
    return publish(NewsPage, agency, body=body, lead_image=image, lead_image_alt="Antrean")


def told(client):
    (item,) = client.get("/api/feed/v1/changes", headers=HOST).json()["items"]
    return item["data"]


def test_the_feed_carries_every_block_with_absolute_addresses(client, page):
    data = told(client)
    soup = BeautifulSoup(data["content_html"], "html.parser")
    for text in ("Jadwal imunisasi", "Unduh", "Antrean di puskesmas", "Senin", "Mari imunisasi."):
        assert text in data["content_text"]
    addresses = [a["href"] for a in soup.find_all("a")] + [i["src"] for i in soup.find_all("img")]
    assert len(addresses) >= 5
    assert all(a.startswith(("http://dinkes.example.test/", VIDEO)) for a in addresses), addresses
    assert all(image["alt"] == "Antrean" for image in soup.find_all("img"))


def test_an_embed_is_a_link_in_the_feed_and_is_never_fetched_for_it(client, page):
    soup = BeautifulSoup(told(client)["content_html"], "html.parser")
    assert soup.find("a", href=VIDEO)
    assert not soup.find("iframe")
    assert not Embed.objects.exists(), "nobody asked the other site"


def test_the_feeds_addresses_of_images_and_documents_answer(client, page):
    data = told(client)
    assert data["image"]["alt"] == "Antrean"
    (attachment,) = data["attachments"]
    assert (attachment["title"], attachment["media_type"]) == ("Jadwal", "text/csv")
    assert attachment["bytes"] == 8
    for address in (data["image"]["url"], attachment["url"]):
        path = address.removeprefix("http://dinkes.example.test")
        assert client.get(path, headers=HOST).status_code == 200, address


def test_the_page_shows_every_block(client, page):
    Embed.objects.create(
        url=VIDEO, hash="x", type="video", html="<i>video</i>", title="Video", max_width=None
    )
    html = client.get("/berita/judul-contoh/", headers=HOST).content.decode()
    for text in ("Jadwal imunisasi", "Antrean di puskesmas", "Senin", "Mari imunisasi.", "Jadwal"):
        assert text in html
    images = BeautifulSoup(html, "html.parser").find("main").find_all("img")
    assert len(images) >= 3
    assert all(image.get("alt") and image.get("width") for image in images)
