"""Pictures are ready when readers come; who comes earlier waits for none of them and misses none."""

import io
import re
import time
from http import HTTPStatus
from pathlib import Path

import pytest
import requests
from bs4 import BeautifulSoup
from django.conf import settings as django_settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from PIL import Image
from wagtail.images import get_image_model
from wagtail.images.models import Rendition
from wagtail.models import CollectionViewRestriction, ReferenceIndex

from kip_pages.blocks import BodyBlock
from kip_pages.models import EmergencyAnnouncementPage, NewsPage
from kip_pages.pictures import kinds, making
from kip_pages.planting import set_up_portal
from kip_pages.tasks import ALERTS, MISSED, PICTURES, PUBLISHED, make_pictures

from ..factories import AgencyFactory, UserFactory, draft, publish, section_of
from ..live import forked, live_server, process, wait_until

HOST = "dinkes.example.test"
ARTICLE, CARD, GALLERY = (400, 800, 1200), (320, 640), (300, 600)
# Large enough for all sizes; and one that takes less time, where only the files matter.
LARGE, SMALL = (1600, 1200), (320, 240)


@pytest.fixture
def agency(committed_db):
    set_up_portal(hostname="portal.example.test", name="Portal")
    AgencyFactory(code="dindik")
    return AgencyFactory(code="dinkes")


def photograph(agency, title="Foto", *, size=SMALL, **fields):
    """Add a photograph to the agency's library, as a camera takes it."""
    image = get_image_model()(title=title, collection=agency.collection, **fields)
    image.file = ContentFile(jpeg(size=size), name=f"{title.lower().replace(' ', '-')}.jpg")
    image.save()
    return image


def jpeg(colour="#226688", size=SMALL):
    """Return a picture of one colour, but for its middle."""
    out = io.BytesIO()
    picture = Image.new("RGB", size, colour)
    picture.paste("#ffffff", tuple(side * at // 8 for at in (3, 5) for side in size))
    picture.save(out, "JPEG")
    return out.getvalue()


def figure(image):
    return {"image": {"image": image.pk, "alt_text": f"Foto {image.title}", "decorative": False}}


def report(make, agency, *, lead=None, shown=None, gallery=()):
    """Return a report with its pictures: the lead one, one in the text, and those of a gallery."""
    blocks = [{"type": "image", "value": figure(shown)}] if shown else []
    if gallery:
        blocks.append({"type": "gallery", "value": [figure(image) for image in gallery]})
    fields = {"lead_image": lead, "lead_image_alt": "Antrean di puskesmas"} if lead else {}
    return make(NewsPage, agency, body=BodyBlock().to_python(blocks), **fields)


def full_report(agency, make=publish, size=SMALL):
    photographs = [
        photograph(agency, title, size=size) for title in ("Antrean", "Vaksin", "Satu", "Dua")
    ]
    lead, shown, *gallery = photographs
    return report(make, agency, lead=lead, shown=shown, gallery=gallery), photographs


def work(*options):
    """Do what the worker does, until nothing waits; or as much as ``options`` say."""
    call_command(
        "db_worker", "--backend", PICTURES, "--batch", "--no-startup-delay", "-v0", *options
    )


def tasks(status=TaskResultStatus.READY):
    return DBTaskResult.objects.filter(backend_name=PICTURES, status=status)


def read(page_or_path, host=HOST):
    path = page_or_path if isinstance(page_or_path, str) else page_or_path.get_url_parts()[2]
    response = Client().get(path, headers={"host": host})
    assert response.status_code == HTTPStatus.OK
    return response.text


def images_of(html):
    return BeautifulSoup(html, "html.parser").find("main").find_all("img")


def sources_of(html):
    return BeautifulSoup(html, "html.parser").find("main").find_all("source")


def addresses(srcset):
    """Return the address of each width."""
    return {int(width): url for url, width in re.findall(r"(\S+) (\d+)w", srcset)}


def opened(address):
    """Return the image at an address of the host, as a browser gets it."""
    if address.startswith(django_settings.MEDIA_URL):
        content = (media() / address.removeprefix(django_settings.MEDIA_URL)).read_bytes()
    else:
        response = Client().get(address, headers={"host": HOST})
        assert response.status_code == HTTPStatus.OK, address
        content = b"".join(response.streaming_content)
    return Image.open(io.BytesIO(content))


def media():
    return Path(django_settings.MEDIA_ROOT)


# --- before the worker -----------------------------------------------------------------------


def test_who_comes_before_the_worker_waits_for_no_picture_and_misses_none(agency):
    page, _photographs = full_report(agency, size=LARGE)
    html = read(page)
    assert Rendition.objects.count() == 0, "the answer waited"
    lead, shown, *gallery = images_of(html)
    for image, widths in [(lead, ARTICLE), (shown, ARTICLE), *((one, GALLERY) for one in gallery)]:
        offered = addresses(image["srcset"])
        assert tuple(offered) == widths
        assert image["src"] == offered[widths[0]]
        assert "vw" in image["sizes"]
        for width, address in offered.items():
            made = opened(address)
            assert (made.format, made.width) == ("WEBP", width)
        assert opened(image["src"]).size == (int(image["width"]), int(image["height"]))
    assert (lead["fetchpriority"], lead["alt"], lead.get("loading")) == (
        "high",
        "Antrean di puskesmas",
        None,
    )
    assert {(one["loading"], one["decoding"]) for one in (shown, *gallery)} == {("lazy", "async")}
    assert [one["alt"] for one in (shown, *gallery)] == ["Foto Vaksin", "Foto Satu", "Foto Dua"]
    assert not sources_of(html), "no browser is sent to what takes seconds"


def test_a_list_offers_a_card_in_the_right_shape_before_there_is_one(agency):
    report(
        publish, agency, lead=photograph(agency, size=LARGE, focal_point_x=1500, focal_point_y=50)
    )
    for path in ("/", "/berita/"):
        (card,) = images_of(read(path))
        assert (card["width"], card["height"]) == ("320", "180")
        assert [opened(one).size for one in addresses(card["srcset"]).values()] == [
            (320, 180),
            (640, 360),
        ]


def test_a_picture_of_a_private_collection_is_made_at_once_where_a_page_shows_it(agency):
    """Its own address would not serve it, and a page that shows it may be read by everybody."""
    page = report(publish, agency, lead=photograph(agency, size=LARGE))
    CollectionViewRestriction.objects.create(collection=agency.collection, restriction_type="login")
    (lead,) = images_of(read(page))
    assert lead["src"].startswith(django_settings.MEDIA_URL)
    assert [opened(one).width for one in addresses(lead["srcset"]).values()] == list(ARTICLE)
    assert not Rendition.objects.filter(filter_spec__contains="avif").exists()


# --- the worker ------------------------------------------------------------------------------


def test_the_worker_makes_what_every_page_shows_and_readers_make_nothing(agency):
    page, photographs = full_report(agency, size=LARGE)
    work()
    assert not tasks(TaskResultStatus.FAILED).exists()
    made = Rendition.objects.count()
    assert made == 2 * sum(map(len, (ARTICLE, CARD, ARTICLE, GALLERY, GALLERY)))
    html = read(page)
    read("/")
    read("/berita/")
    assert Rendition.objects.count() == made, "what else a page shows has to be in kinds.USES"
    assert not tasks().exists(), "nobody misses anything"
    pictures = list(zip(images_of(html), sources_of(html), strict=True))
    assert len(pictures) == len(photographs)
    for (image, source), widths in zip(pictures, (ARTICLE, ARTICLE, GALLERY, GALLERY), strict=True):
        assert source["type"] == "image/avif"
        assert source["sizes"] == image["sizes"]
        for format, srcset in (("AVIF", source["srcset"]), ("WEBP", image["srcset"])):
            offered = addresses(srcset)
            assert tuple(offered) == widths
            assert [opened(one).width for one in offered.values()] == list(widths)
            assert {opened(one).format for one in offered.values()} == {format}
    assert pictures[0][0]["fetchpriority"] == "high"
    assert pictures[1][0]["loading"] == "lazy"


def test_a_page_that_was_kept_without_its_pictures_is_made_anew_with_them(agency):
    other = report(publish, agency, lead=photograph(agency, "Lain"))
    page, _photographs = full_report(agency)
    for one in (page, other, "/", "/berita/"):
        assert not sources_of(read(one))
    assert is_kept(page)
    work()
    for one in (page, other, "/", "/berita/"):
        assert sources_of(read(one))
        assert is_kept(one)


def is_kept(page):
    with CaptureQueriesContext(connection) as asked:
        read(page)
    return len(asked) <= 1


def test_publishing_again_makes_nothing_again_and_leaves_pages_as_they_are(agency):
    page, _photographs = full_report(agency)
    work()
    page.save_revision().publish()
    files = {path: path.stat().st_mtime_ns for path in media().glob("images/*")}
    read(page)
    work()
    assert is_kept(page)
    assert {path: path.stat().st_mtime_ns for path in media().glob("images/*")} == files


@pytest.mark.postgres
def test_workers_that_are_told_the_same_at_once_make_each_picture_once(agency):
    image = photograph(agency, "Kembar")
    names = ["article", "card"]
    for _time in range(3):
        make_pictures.using(backend=PICTURES).enqueue(str(image.pk), names)
    with forked(work) as one, forked(work) as two, forked(work) as three:
        assert [worker.wait(120) for worker in (one, two, three)] == [0, 0, 0]
    assert tasks(TaskResultStatus.SUCCESSFUL).count() == 3
    stored = [Path(one).name for one in Rendition.objects.values_list("file", flat=True)]
    assert len(stored) == 2 * len(ARTICLE + CARD)
    on_disk = [path.name for path in media().glob("images/kembar*")]
    assert sorted(on_disk) == sorted(stored), "no file that nobody knows of"


def test_a_publish_that_is_rolled_back_asks_for_nothing(agency):
    page, _photographs = full_report(agency, make=draft)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        page.get_latest_revision().publish()
        1 / 0  # noqa: B018
    assert not tasks().exists()


def test_no_word_of_an_emergency_waits_behind_pictures(agency):
    full_report(agency)
    waiting = set(tasks().values_list("pk", flat=True))
    publish(EmergencyAnnouncementPage, agency, title="Banjir")
    assert "Banjir" in read("/")
    told = DBTaskResult.objects.filter(backend_name=ALERTS)
    assert told.exists()
    call_command(
        "db_worker", "--backend", ALERTS, "--max-tasks=1", "--batch", "--no-startup-delay", "-v0"
    )
    assert told.exclude(status=TaskResultStatus.READY).exists()
    assert waiting <= set(tasks().values_list("pk", flat=True))


# --- what was lost, and what was there before --------------------------------------------------


def test_a_word_that_was_lost_is_said_again_by_whoever_misses_the_picture(agency):
    page = report(publish, agency, lead=photograph(agency))
    tasks().delete()
    read(page)
    read(f"{page.get_url_parts()[2]}?x=1")
    assert [one.args_kwargs["args"][1] for one in tasks()] == [["article"]], "once"
    work()
    assert sources_of(read(page))


def test_what_was_just_published_comes_before_what_readers_miss(agency):
    old = report(publish, agency, lead=photograph(agency, "Lama"))
    tasks().delete()
    read(old)
    new = report(publish, agency, lead=photograph(agency, "Baru"))
    assert list(tasks().order_by("priority").values_list("priority", flat=True)) == [
        MISSED,
        PUBLISHED,
    ]
    work("--max-tasks=1")
    assert sources_of(read(new))
    assert not sources_of(read(old))


def test_an_agencys_logo_is_made_and_forgotten_like_any_picture(agency):
    agency.logo = photograph(agency, "Logo")
    agency.save()
    page = publish(NewsPage, agency)
    logo = BeautifulSoup(read(page), "html.parser").find("img", class_="brand__logo")
    assert opened(logo["src"]).size == (int(logo["width"]), int(logo["height"])) == (128, 96)
    work()
    replace(agency.logo, "#aa2222")
    logo = BeautifulSoup(read(page), "html.parser").find("img", class_="brand__logo")
    assert is_colour(opened(logo["src"]), "#aa2222")


# --- another file, another focal point -----------------------------------------------------------


def replace(image, colour=None, **changes):
    """Change an image in the admin, as an editor does."""
    UserFactory(username="admin", is_superuser=True)
    client = Client()
    client.force_login(UserFactory._meta.model.objects.get(username="admin"))
    data = {"title": image.title, "collection": image.collection_id, "tags": ""} | changes
    if colour:
        data["file"] = ContentFile(jpeg(colour), name="ganti.jpg")
    response = client.post(
        reverse("wagtailimages:edit", args=[image.pk]),
        data,
        headers={"host": "portal.example.test"},
    )
    assert response.status_code == HTTPStatus.FOUND, response.content
    image.refresh_from_db()


def is_colour(picture, colour):
    wanted = Image.new("RGB", (1, 1), colour).getpixel((0, 0))
    shown = picture.convert("RGB").getpixel((5, 5))
    return all(abs(one - other) < 12 for one, other in zip(shown, wanted, strict=True))


def test_another_file_makes_other_pictures_and_no_page_shows_the_old_ones(agency):
    page = report(publish, agency, lead=photograph(agency))
    work()
    old = read(page)
    replace(page.lead_image, "#aa2222")
    (waiting,) = images_of(read(page))
    assert waiting["src"] not in old
    assert is_colour(opened(waiting["src"]), "#aa2222")
    work()
    for one in (page, "/", "/berita/"):
        html = read(one)
        (image,), (source,) = images_of(html), sources_of(html)
        for srcset in (image["srcset"], source["srcset"]):
            assert all(is_colour(opened(one), "#aa2222") for one in addresses(srcset).values())


def test_another_focal_point_makes_other_cards(agency):
    page = report(publish, agency, lead=photograph(agency))
    work()
    (before,) = images_of(read("/berita/"))
    focus = {"width": 20, "height": 20, "x": 300, "y": 220}
    replace(page.lead_image, **{f"focal_point_{name}": value for name, value in focus.items()})
    assert not sources_of(read("/berita/"))
    work()
    html = read("/berita/")
    (after,) = images_of(html)
    assert after["src"] != before["src"]
    assert sources_of(html)
    assert opened(after["src"]).tobytes() != opened(before["src"]).tobytes()


def test_what_was_made_of_a_file_that_was_replaced_meanwhile_is_thrown_away(agency):
    image = photograph(agency)
    slow = get_image_model().objects.get(pk=image.pk)
    with slow.open_file():  # as a worker that has read it already
        image.file = ContentFile(jpeg("#aa2222"), name="baru.jpg")
        image.save()
    assert not making.make(slow, ["article"])
    assert not Rendition.objects.exists()
    assert making.make(image, ["article"])
    assert {is_colour(Image.open(one.file.path), "#aa2222") for one in Rendition.objects.all()} == {
        True
    }


# --- broken and vanished files -------------------------------------------------------------------


def vanish(path):
    path.unlink()


def break_off(path):
    path.write_bytes(path.read_bytes()[:300])


def become_something_else(path):
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"no picture at all" * 20)


SPOILS = [vanish, break_off, become_something_else]


@pytest.mark.parametrize("spoil", SPOILS)
@pytest.mark.parametrize("has_worker", [True, False])
def test_a_file_that_is_spoiled_costs_its_own_picture_and_nothing_else(
    agency, settings, spoil, has_worker
):
    if not has_worker:
        settings.TASKS = {name: one for name, one in settings.TASKS.items() if name != PICTURES}
    agency.logo = photograph(agency, "Logo")
    agency.save()
    page, (lead, shown, *_gallery) = full_report(agency)
    for image in (lead, agency.logo):
        spoil(Path(image.file.path))
    for one in (page, "/", "/berita/"):
        assert "Antrean" in read(one) or one != page
    if has_worker:
        work()
        assert tasks(TaskResultStatus.SUCCESSFUL).count() >= 4
        assert not tasks(TaskResultStatus.FAILED).exists()
    pictures = images_of(read(page))
    assert len(pictures) == 4, "its description stands in its place"
    assert pictures[0]["alt"] == "Antrean di puskesmas"
    gone = Client().get(pictures[0]["src"], headers={"host": HOST})
    assert gone.status_code == HTTPStatus.GONE
    assert opened(pictures[1]["src"]).format == "WEBP"
    assert shown.renditions.exists()
    assert not lead.renditions.exists()


def test_an_image_that_was_deleted_meanwhile_is_nothing_to_the_worker(agency):
    page, photographs = full_report(agency)
    photographs[1].delete()
    work()
    assert not tasks(TaskResultStatus.FAILED).exists()
    assert len(images_of(read(page))) == 3


# --- without a worker, and beside one ---------------------------------------------------------------


def test_without_a_worker_the_first_reader_finds_all_formats_as_in_wagtail(agency, settings):
    settings.TASKS = {name: one for name, one in settings.TASKS.items() if name != PICTURES}
    page, _photographs = full_report(agency)
    html = read(page)
    assert len(sources_of(html)) == len(images_of(html)) == 4
    assert not DBTaskResult.objects.filter(backend_name=PICTURES).exists()


def test_every_place_that_shows_an_image_is_known_to_the_worker(agency):
    agency.logo = photograph(agency, "Logo")
    agency.save()
    _page, photographs = full_report(agency)
    for image in (*photographs, agency.logo):
        references = ReferenceIndex.get_references_to(image)
        places = set(references.values_list("model_path", flat=True))
        assert places and places <= kinds.USES.keys()
    assert {kind for names in kinds.USES.values() for kind in names} == kinds.KINDS.keys()


@pytest.mark.postgres
def test_a_server_shows_what_a_worker_of_its_own_has_made(agency, committed_db):
    page, _photographs = full_report(agency, make=draft)
    with live_server(committed_db) as port:

        def answer():
            address = f"http://127.0.0.1:{port}{page.get_url_parts()[2]}"
            return requests.get(address, headers={"host": HOST}, timeout=30)

        assert answer().status_code == HTTPStatus.NOT_FOUND
        page.get_latest_revision().publish()
        assert wait_until(lambda: len(images_of(answer().text or "<main>")) == 4, 2)
        began = time.monotonic()
        assert not sources_of(answer().text)
        assert time.monotonic() - began < 1
        worker = ("manage.py", "db_worker", "--backend", PICTURES, "--no-reload", "-v0")
        with process(committed_db, *worker, "--interval", "0.1", "--no-startup-delay"):
            assert wait_until(lambda: len(sources_of(answer().text)) == 4, 90)
    assert len(sources_of(read(page))) == 4
    section = section_of(agency, NewsPage)
    assert sources_of(read(section))
    cache.clear()
