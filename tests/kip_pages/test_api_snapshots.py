"""The description of the API changes on purpose only: against copies in ``tests/snapshots``.

``make snapshots`` writes them anew, and refuses to where that would break a reader.
"""

import copy
import datetime
import json
import os
import re
import uuid
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Locale, Page

from kip_pages.api.feed import feed_api
from kip_pages.api.kinds import SHAPES, json_schema
from kip_pages.choices import FeedKind
from kip_pages.feed import reconcile, sequencer
from kip_pages.identifiers import item_uid
from kip_pages.models import (
    ActivityPage,
    DipDocument,
    DipEntryPage,
    EmergencyAnnouncementPage,
    FeedItem,
    InformationPage,
    NewsPage,
    NewsRelatedEntry,
    Obligation,
)

from ..compatibility import breaking_changes, breaking_schema_changes
from ..contract import check_data
from ..factories import draft, publish
from ..files import pdf

SNAPSHOTS = Path(__file__).resolve().parents[1] / "snapshots"
UPDATE = bool(os.environ.get("UPDATE_SNAPSHOTS"))
ADVICE = (
    "{name} is not what tests/snapshots says. Was that meant? Additions are fine: run "
    "`make snapshots` and commit. What takes something away needs a new version: "
    "docs/explanation/versions.md."
)


def compare(name, current, breaking=None):
    """Compare with the snapshot called ``name``, or write it if that breaks nobody."""
    path = SNAPSHOTS / name
    before = _read(path) if path.exists() else None
    if before is not None and breaking:
        broken = breaking(before, current)
        assert not broken, (
            f"BREAKING for readers of {name}, needs a new version "
            "(docs/explanation/versions.md):\n" + "\n".join(broken)
        )
    if UPDATE:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".json":
            current = json.dumps(current, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        path.write_bytes(current.encode())  # CSV ends its lines as it likes
        return
    assert current == before, ADVICE.format(name=name)


def _read(path):
    text = path.read_bytes().decode()
    return json.loads(text) if path.suffix == ".json" else text


# --- the description ---------------------------------------------------------------------------


def openapi():
    return feed_api.describe("/api/feed/v1/")


def test_the_openapi_document_changes_on_purpose_only():
    compare("openapi.json", openapi(), breaking_changes)


@pytest.mark.parametrize("name", SHAPES)
def test_the_schema_of_a_kind_changes_on_purpose_only(name):
    kind, version = name.split("/")
    schema = json_schema(name, address=f"https://portal.example/api/feed/v1/schemas/{name}")
    compare(f"schemas/{kind}-{version}.json", schema, breaking_schema_changes)


def test_no_snapshot_is_left_of_a_shape_that_is_gone():
    kept = {path.stem.replace("-", "/") for path in (SNAPSHOTS / "schemas").glob("*.json")}
    assert kept == set(SHAPES), "a version is served for as long as the policy promises"


# --- an item of every kind ---------------------------------------------------------------------

MOMENT = datetime.datetime(2026, 11, 24, 1, 0, tzinfo=datetime.UTC)


def key(number):
    return uuid.UUID(int=number)


def stable_items(agency):
    """Publish an item of every kind, full of everything, that is the same in every run."""
    file = get_document_model()(id=7_000_001, title="Renstra 2021–2026")
    file.file.save("snapshot-renstra.pdf", ContentFile(pdf()))
    # The size of the public copy is a matter of the library that wrote it.
    type(file).objects.filter(pk=file.pk).update(file_size=1000)
    file.refresh_from_db()
    image = get_image_model()(id=7_000_002, title="Imunisasi")
    image.file = get_test_image_file(filename="snapshot-imunisasi.png", size=(40, 30))
    image.save()
    entry = draft(
        DipEntryPage,
        agency,
        translation_key=key(1),
        title="Rencana Strategis 2021–2026",
        summary="Rencana lima tahun.",
        holding_unit="Sekretariat",
        responsible_officer="Kepala Dinas",
        made_when="2021-05",
        made_where="Serang",
        is_printed=True,
        is_online=True,
        retention="5 tahun",
        activity_state="running",
        period="2021/2026",
        raw_title="RENSTRA 2021-2026",
    )
    entry.obligations.add(Obligation.objects.get(code="SS.RENSTRA_RENJA"))
    entry.documents.add(DipDocument(title="Renstra", document=file))
    entry.documents.add(DipDocument(title="Salinan", external_url="https://x.test/renstra.pdf"))
    entry.save_revision().publish()
    news = draft(
        NewsPage,
        agency,
        translation_key=key(2),
        title="Imunisasi dimulai",
        summary="Imunisasi dimulai hari ini.",
        date=MOMENT.date(),
        category="press_release",
        lead_image=image,
        lead_image_alt="Seorang anak diimunisasi.",
        body=[("paragraph", "<p>Di <a href='/'>semua puskesmas</a>.</p>"), ("document", file)],
    )
    news.tags.add("imunisasi", "anak")
    news.related_entries.add(NewsRelatedEntry(entry=entry))
    news.save_revision().publish()
    alert = {"effective": MOMENT, "areas": ["36.04"], "level_scheme": "tsunami"}
    first = publish(
        EmergencyAnnouncementPage,
        agency,
        translation_key=key(3),
        title="Awas tsunami",
        level_value="awas",
        original_issuer="BMKG",
        original_url="https://bmkg.example/1",
        original_sent=MOMENT,
        expires=MOMENT + datetime.timedelta(hours=3),
        **alert,
    )
    publish(
        EmergencyAnnouncementPage,
        agency,
        translation_key=key(4),
        title="Peringatan berakhir",
        message_type="cancel",
        predecessor=first,
        expires=MOMENT + datetime.timedelta(hours=6),
        urgency="past",
        severity="extreme",
        certainty="observed",
        level_value="waspada",
        evacuation="Ke tempat tinggi.\nIkuti petugas.",
        announcer="BPBD",
        announcement_method="Sirene",
        authority_actions="Evakuasi dihentikan.",
        **alert,
    )
    publish(
        ActivityPage,
        agency,
        translation_key=key(5),
        title="Posyandu 2026",
        goal="Anak sehat.",
        target="90 % balita",
        progress=40,
        starts_on=MOMENT.date(),
        ends_on=datetime.date(2026, 12, 31),
        budget_source="APBD 2026",
        budget_amount="1250000000",
        budget_spent="640000000",
        unit="Bidang Kesmas",
        contact="0254-000000",
        location="Seluruh puskesmas",
        areas=["36.04", "36.73"],
    )
    policy = publish(
        InformationPage,
        agency,
        translation_key=key(6),
        title="Kebijakan layanan",
        topic="policy",
        stated_on=MOMENT.date(),
    )
    english = policy.copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True)
    english.title = "Service policy"
    english.save_revision().publish()
    # `update` moves no signal: all of them are looked at once more.
    Page.objects.filter(translation_key__in=map(key, range(1, 7))).update(
        first_published_at=MOMENT, last_published_at=MOMENT + datetime.timedelta(hours=1)
    )


@pytest.fixture
def told_items(agency, settings, tmp_path):
    # Files of this test alone: the storage adds letters to a name that is taken.
    settings.MEDIA_ROOT = str(tmp_path)
    stable_items(agency)
    reconcile.reconcile()
    sequencer.catch_up(pressing_only=False, max_batches=None)
    return {item.uid: item for item in FeedItem.objects.present()}


NAMES = {1: "dip", 2: "news", 3: "emergency", 4: "all-clear", 5: "activity", 6: "information"}


def test_an_item_of_every_kind_is_told_as_it_always_was(told_items):
    assert {item.kind for item in told_items.values()} == set(FeedKind)
    for number, name in NAMES.items():
        item = told_items[item_uid(key(number), "id")]
        check_data(name, item.data)
        compare(f"items/{name}.json", {"id": str(item.uid), "kind": item.kind, "data": item.data})


FORMATS = {
    "items": "json",
    "atom": "xml",
    "register.csv": "csv",
    "register.jsonl": "jsonl",
    "catalog.jsonld": "json",
}


@pytest.mark.parametrize("path", FORMATS)
def test_a_page_of_every_format_is_written_as_it_always_was(told_items, client, path):
    headers = {"host": "portal.example.test"}
    text = client.get(f"/api/feed/v1/{path}", headers=headers).getvalue().decode()
    # How often the feed has changed, and when it last did, is another in every run.
    text = re.sub(r'("modified": ?)\d+', r"\g<1>1", text)
    text = text.replace(_updated(text), "2026-11-24T08:00:00+07:00", 1)
    name = f"formats/{path.partition('.')[0]}.{FORMATS[path]}"
    compare(name, json.loads(text) if FORMATS[path] == "json" else text)


def _updated(text):
    found = re.search("<updated>(.*?)</updated>", text)
    return found[1] if found else "nothing"


def test_what_was_told_before_is_still_as_described():
    kept = sorted((SNAPSHOTS / "items").glob("*.json"))
    assert kept
    for path in kept:
        check_data(path.name, json.loads(path.read_text(encoding="utf-8"))["data"])


# --- what would break a reader -----------------------------------------------------------------


def changed(change):
    document = copy.deepcopy(openapi())
    operation = document["paths"]["/api/feed/v1/items"]["get"]
    parameters = {parameter["name"]: parameter for parameter in operation["parameters"]}
    change(document, operation, parameters, document["components"]["schemas"])
    return document


BREAKING = {
    "the operation is gone": lambda d, o, p, s: d["paths"].pop("/api/feed/v1/items"),
    "the parameter q is gone": lambda d, o, p, s: o["parameters"].remove(p["q"]),
    "the parameter q is newly required": lambda d, o, p, s: p["q"].update(required=True),
    "the parameter token is newly required": lambda d, o, p, s: o["parameters"].append(
        {"name": "token", "in": "query", "required": True, "schema": {"type": "string"}}
    ),
    "the parameter limit has another maximum": lambda d, o, p, s: p["limit"]["schema"].update(
        maximum=10
    ),
    "the parameter kind no longer takes 'news'": lambda d, o, p, s: s["FeedKind"]["enum"].remove(
        "news"
    ),
    "the parameter limit no longer takes integer": lambda d, o, p, s: p["limit"].update(
        schema={"type": "string", "default": 100}
    ),
    "400 is no longer described": lambda d, o, p, s: o["responses"].pop("400"),
    "200 application/feed+json is gone": lambda d, o, p, s: o["responses"]["200"].pop("content"),
    "200 no longer has the header ETag": lambda d, o, p, s: o["responses"]["200"]["headers"].pop(
        "ETag"
    ),
    "the member summary is gone": lambda d, o, p, s: s["JsonFeedItem"]["properties"].pop("summary"),
    "no longer always there: ['url']": lambda d, o, p, s: s["NewsData"]["required"].remove("url"),
    "another type: string → integer": lambda d, o, p, s: s["News"]["properties"]["date"].update(
        type="integer"
    ),
    "null is new among what it can be": lambda d, o, p, s: s["News"]["properties"].update(
        date={"anyOf": [s["News"]["properties"]["date"], {"type": "null"}]}
    ),
    "a token is newly demanded": lambda d, o, p, s: d.update(security=[{"token": []}]),
    "GET /api/feed/v1/items: a token is newly demanded": lambda d, o, p, s: o.update(
        security=[{"token": []}]
    ),
    "another pattern: ^[0-9a-f]{64}$ → ^[0-9A-F]{64}$": lambda d, o, p, s: s["DigestEntry"][
        "properties"
    ]["hash"].update(pattern="^[0-9A-F]{64}$"),
    "another pattern: ^[0-9a-f]{64}$ → None": lambda d, o, p, s: s["DigestEntry"]["properties"][
        "hash"
    ].pop("pattern"),
    "the parameter q has another minLength: None → 3": lambda d, o, p, s: p["q"]["schema"].update(
        minLength=3
    ),
    "the parameter q has another pattern": lambda d, o, p, s: p["q"]["schema"].update(
        pattern="^[a-z]*$"
    ),
    "values are gone: ['agenda']": lambda d, o, p, s: s["NewsCategory"]["enum"].remove("agenda"),
    "NewsData is gone among what it can be": lambda d, o, p, s: s["JsonFeedExtension"][
        "properties"
    ]["data"]["oneOf"].pop(1),
}

HARMLESS = {
    "operation": lambda d, o, p, s: d["paths"].update({"/api/feed/v1/new": {"get": o}}),
    "parameter": lambda d, o, p, s: o["parameters"].append(
        {"name": "new", "in": "query", "required": False, "schema": {"type": "string"}}
    ),
    "member": lambda d, o, p, s: s["News"]["properties"].update(new={"type": "string"}),
    "member that is always there": lambda d, o, p, s: (
        s["News"]["properties"].update(new={"type": "string"}),
        s["News"]["required"].append("new"),
    ),
    "pattern where there was none": lambda d, o, p, s: s["News"]["properties"]["date"].update(
        pattern="^[0-9-]+$"
    ),
    "parameter that takes more": lambda d, o, p, s: p["q"]["schema"].pop("pattern"),
    "token that may be left out": lambda d, o, p, s: o.update(security=[{}, {"other": []}]),
    "value": lambda d, o, p, s: s["NewsCategory"]["enum"].append("new"),
    "status": lambda d, o, p, s: o["responses"].update({"503": {"description": "Away"}}),
    "words": lambda d, o, p, s: s["News"]["properties"]["date"].update(description="The day."),
}


@pytest.mark.parametrize("told", BREAKING)
def test_what_takes_something_away_is_called_breaking(told):
    found = breaking_changes(openapi(), changed(BREAKING[told]))
    assert any(told in sentence for sentence in found), found


@pytest.mark.parametrize("addition", HARMLESS)
def test_what_only_adds_is_not_called_breaking(addition):
    assert changed(HARMLESS[addition]) != openapi()
    assert breaking_changes(openapi(), changed(HARMLESS[addition])) == []
