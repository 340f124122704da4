"""No image reaches a reader without words for it, or the word that it is decorative, whichever way in."""

import json

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation
from wagtail.blocks import BaseBlock, RichTextBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.images import get_image_model
from wagtail.images.blocks import ImageBlock, ImageChooserBlock
from wagtail.models import Locale
from wagtail.test.utils.form_data import streamfield
from wagtail_localize.models import StringSegment

from kip_pages.alt_texts import validate_alt_text
from kip_pages.blocks import BodyBlock, DescribedImageBlock
from kip_pages.models import ActivityPage, InformationPage, NewsPage
from opd_sites.choices import AgencyRole

from ..every_page import full_article, picture_of
from ..factories import UserFactory, draft, publish
from ..opd_sites.test_translating import put, translated
from .test_pages_in_admin import HOST, PUBLISH, add

KEPT = "Keterangan yang sudah diketik"
SAVE = {}
SUBMIT = {"action-submit": "action-submit"}
# Each way out of a form, and each way to say nothing: "test" is the name of the file.
TRIES = [(SAVE, ""), (SUBMIT, "   "), (PUBLISH, "test.png"), (PUBLISH, "")]


@pytest.fixture
def publisher(client, agency):
    client.force_login(UserFactory(role=AgencyRole.PUBLISHER, role__agency=agency))
    return client


def figure(image, alt="", decorative=False):
    chosen = {"decorative": "on"} if decorative else {}
    return {"image": {"image": image.pk, "alt_text": alt} | chosen, "caption": KEPT}


def gallery(image, alt="", decorative=False):
    of = figure(image, alt, decorative)
    return {"count": "1", "0": {"value": of, "deleted": "", "order": "0", "type": "item"}}


BLOCKS = {"image": figure, "gallery": gallery}


def shown_images(client, page):
    soup = BeautifulSoup(client.get(page.get_url(), headers=HOST).content, "html.parser")
    return soup.find("main").find_all("img")


# --- the places ------------------------------------------------------------------------------


def test_the_places_for_an_image_are_these():
    """Whoever adds one names it here, with a test of its own below."""
    fields, streams, texts = set(), set(), []
    for model in apps.get_models():
        if model._meta.app_label not in ("kip_pages", "opd_sites"):
            continue
        for field in model._meta.get_fields():
            if getattr(field, "related_model", None) is get_image_model() and field.concrete:
                fields.add(f"{model.__name__}.{field.name}")
            elif isinstance(field, StreamField):
                streams.add(f"{model.__name__}.{field.name}")
                assert type(field.stream_block) is BodyBlock
            elif isinstance(field, RichTextField):
                texts.append(field)
    assert fields == {"NewsPage.lead_image", "Agency.logo"}
    assert streams == {
        f"{model.__name__}.body" for model in (NewsPage, ActivityPage, InformationPage)
    }
    assert texts == []


def test_every_block_with_an_image_asks_for_words():
    found = dict(_blocks(BodyBlock()))
    choosers = {path for path, block in found.items() if isinstance(block, ImageChooserBlock)}
    asking = {path for path, block in found.items() if isinstance(block, ImageBlock)}
    assert asking == {"image.image", "gallery.item.image"}
    assert choosers == {f"{path}.image" for path in asking}
    assert all(type(found[path]) is DescribedImageBlock for path in asking)
    prose = [block for block in found.values() if isinstance(block, RichTextBlock)]
    assert prose
    assert all("image" not in block.features for block in prose)


def _blocks(block: BaseBlock, path=()):
    """Yield every block within ``block`` with its path."""
    children = dict(getattr(block, "child_blocks", {}))
    if child := getattr(block, "child_block", None):
        children["item"] = child
    for name, inner in children.items():
        yield ".".join([*path, name]), inner
        yield from _blocks(inner, (*path, name))


# --- what counts as words --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "file"),
    [
        ("IMG_2034", "IMG_2034.jpg"),
        ("img 2034.JPG", "IMG_2034_x7FpQ2a.jpg"),
        ("WhatsApp Image 2026-01-05 at 10.22.31", "WhatsApp_Image_2026-01-05_at_10.22.31.jpeg"),
        ("foto", "foto.png"),
    ],
)
def test_the_name_of_a_file_tells_nobody_what_an_image_shows(text, file):
    with translation.override("id"), pytest.raises(ValidationError, match="Ini nama berkasnya"):
        validate_alt_text(text, file_name=f"original_images/{file}")


@pytest.mark.parametrize(
    ("text", "file"),
    [
        ("Antrean di puskesmas", "Antrean_di_puskesmas.jpg"),
        ("Antrean", "Antrean_panjang.jpg"),
        ("12 perawat menyuntik", "IMG_2034.jpg"),
    ],
)
def test_words_that_say_what_it_shows_are_taken(text, file):
    validate_alt_text(text, file_name=f"original_images/{file}")


# --- forms -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("action", "alt"), TRIES)
def test_a_lead_image_without_words_is_refused_and_everything_typed_is_kept(
    publisher, agency, alt, action
):
    image = picture_of(agency)
    response = add(publisher, agency, NewsPage, action, lead_image=image.pk, lead_image_alt=alt)
    form = response.context["form"]
    assert set(form.errors) == {"lead_image_alt"}
    assert "Jelaskan isi gambar" in form.errors["lead_image_alt"][0]
    soup = BeautifulSoup(response.content, "html.parser")
    assert soup.find(attrs={"name": "title"})["value"] == "Judul"
    assert soup.find(attrs={"name": "lead_image"})["value"] == str(image.pk)
    assert not NewsPage.objects.exists()


@pytest.mark.parametrize("kind", BLOCKS)
@pytest.mark.parametrize(("action", "alt"), TRIES)
def test_a_figure_without_words_is_refused_and_everything_typed_is_kept(
    publisher, agency, kind, alt, action
):
    image = picture_of(agency)
    body = streamfield([(kind, BLOCKS[kind](image, alt))])
    response = add(publisher, agency, NewsPage, action, body=body)
    assert response.status_code == 200
    assert set(response.context["form"].errors) == {"body"}
    html = response.content.decode()
    assert KEPT in html
    assert "Jelaskan isi gambar" in html or "Tambahkan teks alternatif" in html
    assert not NewsPage.objects.exists()


@pytest.mark.parametrize("kind", BLOCKS)
def test_a_figure_says_what_it_shows_or_is_decorative_by_choice(publisher, agency, kind):
    image, make = picture_of(agency), BLOCKS[kind]
    blocks = [(kind, make(image, "Anak disuntik")), (kind, make(image, "", decorative=True))]
    response = add(publisher, agency, NewsPage, body=streamfield(blocks))
    assert response.status_code == 302
    told, silent = shown_images(publisher, NewsPage.objects.get())
    assert (told["alt"], silent["alt"]) == ("Anak disuntik", "")


def test_rich_text_takes_no_image_even_from_a_forged_form(publisher, agency):
    image = picture_of(agency)
    data = {"id": image.pk, "format": "fullwidth", "alt": "", "src": "/x.png"}
    content = {
        "blocks": [
            {
                "key": "00000",
                "type": "atomic",
                "text": " ",
                "depth": 0,
                "inlineStyleRanges": [],
                "entityRanges": [{"offset": 0, "length": 1, "key": 0}],
            },
            {
                "key": "00001",
                "type": "unstyled",
                "text": "Isi tetap ada.",
                "depth": 0,
                "inlineStyleRanges": [],
                "entityRanges": [],
            },
        ],
        "entityMap": {"0": {"type": "IMAGE", "mutability": "IMMUTABLE", "data": data}},
    }
    body = streamfield([("paragraph", json.dumps(content))])
    assert add(publisher, agency, NewsPage, body=body).status_code == 302
    page = NewsPage.objects.get()
    assert "embed" not in str(page.body.raw_data[0]["value"])
    assert "Isi tetap ada." in str(page.body)
    assert shown_images(publisher, page) == []


def test_a_draft_that_was_stored_without_words_is_held_back_by_whoever_publishes_it(agency):
    """As code may store one that knows no form: the check is the page's own."""
    image = picture_of(agency)
    block = {"type": "image", "value": {"image": {"image": image.pk, "alt_text": ""}}}
    body = BodyBlock().to_python([block])
    for model in (NewsPage, ActivityPage, InformationPage):
        with pytest.raises(ValidationError, match="body"):
            draft(model, agency, body=body)


# --- translations ----------------------------------------------------------------------------


def test_a_translator_cannot_take_the_words_away(publisher, agency):
    page = full_article(agency, pictures=1)
    made = translated(page, Locale.objects.get(language_code="en"))
    target = made.get_target_instance()
    before = [image["alt"] for image in shown_images(publisher, target)]
    assert before == ["Antrean di puskesmas", "Antrean", "Antrean"], "as long as nobody translates"
    segments = StringSegment.objects.filter(source=made.source, context__path__contains="alt")
    paths = sorted(segments.values_list("context__path", flat=True), key="lead_image_alt".__ne__)
    assert len(paths) == 3
    for path, said in zip(paths, ("   ", "", "test"), strict=True):
        assert put(publisher, made, said, path=path).status_code == 201
        edit = reverse("wagtailadmin_pages:edit", args=[target.pk])
        publisher.post(edit, {"action": "publish"}, headers=HOST)
        shown = {image["alt"] for image in shown_images(publisher, target)}
        assert shown <= {*before, "A queue"}, path
        assert put(publisher, made, "A queue", path=path).status_code == 200


# --- what programs read ----------------------------------------------------------------------


def test_the_apis_carry_the_words_with_every_image(client, agency):
    page = full_article(agency, pictures=2)
    (item,) = [
        item
        for item in client.get("/api/feed/v1/items", headers=HOST).json()["items"]
        if item["title"] == page.title
    ]
    assert item["image"] if isinstance(item["image"], str) else item["image"]["alt"]
    soup = BeautifulSoup(item["content_html"], "html.parser")
    assert [image["alt"] for image in soup.find_all("img")] == ["Antrean"] * 3
    told = client.get(f"/api/v2/pages/{page.pk}/", headers=HOST).json()
    assert told["lead_image_alt"] == "Antrean di puskesmas"
    figures = [block["value"] for block in told["body"] if block["type"] == "image"]
    assert [one["image"]["alt_text"] for one in figures] == ["Antrean"]


# --- the logo --------------------------------------------------------------------------------


def test_a_logo_stands_beside_the_name_that_it_stands_for(client, agency):
    """So it is decorative: the link has its name once, whatever picture is chosen."""
    agency.logo = picture_of(agency)
    agency.save()
    soup = BeautifulSoup(client.get("/", headers=HOST).content, "html.parser")
    brand = soup.select_one("a.brand")
    assert brand.img["alt"] == ""
    assert agency.name in brand.get_text()


def test_a_card_shows_its_picture_beside_the_title_that_is_its_link(client, agency):
    page = full_article(agency)
    soup = BeautifulSoup(client.get("/berita/", headers=HOST).content, "html.parser")
    card = soup.select_one("main .card")
    assert card.img["alt"] == ""
    assert card.a.get_text() == page.title
    assert publish(NewsPage, agency, title="Tanpa gambar").lead_image is None
