"""A download needs no more memory for many entries than for few."""

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from wagtail.models import Page

from kip_pages.models import DipEntryPage, FeedItem, FeedState
from kip_pages.planting import set_up_portal

from ..factories import AgencyFactory, publish

ROOT = Path(__file__).resolve().parents[2]
FEW = 600  # more than are fetched at a time
ENTRIES = 3_000
TEXT = 2_000  # characters; a payload holds them four times
ROOM = 6 * 2**20

# Every download of the few entries of one agency, then of the many of another; prints the peaks.
PROGRAM = """
import json
from pathlib import Path
import django
django.setup()
from django.test import Client

def peak():
    status = Path("/proc/self/status").read_text()
    return next(int(l.split()[1]) for l in status.splitlines() if l.startswith("VmHWM:")) * 1024

def download(**parameters):
    sizes = {}
    for ending in ("csv", "xlsx", "jsonl"):
        response = Client().get(
            f"/api/feed/v1/register.{ending}", parameters, headers={"host": "portal.example.test"}
        )
        assert response.status_code == 200
        sizes[ending] = sum(map(len, response.streaming_content))
    # And what a reader sees, which is read from the pages.
    for ending in ("csv", "xlsx"):
        response = Client().get(
            f"/dip.{ending}",
            {"instansi": parameters["agency"], "urut": "judul"},
            headers={"host": "portal.example.test"},
        )
        assert response.status_code == 200
        sizes[f"dip.{ending}"] = sum(map(len, response.streaming_content))
    return sizes

few, few_peak = download(agency="dindik"), peak()
many, many_peak = download(agency="dinkes"), peak()
print(json.dumps([few, few_peak, many, many_peak]))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux tells the peak")
def test_downloads_of_a_large_register_hold_a_few_entries_at_a_time(committed_db):
    set_up_portal(hostname="portal.example.test", name="Portal Provinsi Contoh")
    fill(AgencyFactory(code="dindik"), FEW)
    fill(AgencyFactory(code="dinkes"), ENTRIES)
    output = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env=os.environ
        | {
            "DATABASE_URL": committed_db,
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'site'}",
        },
        check=True,
        stdout=subprocess.PIPE,
    ).stdout
    few, few_peak, many, many_peak = json.loads(output.splitlines()[-1])
    assert many["jsonl"] - few["jsonl"] > 3 * ROOM
    assert many["dip.csv"] > ENTRIES * TEXT
    assert many_peak - few_peak < ROOM, (few_peak, many_peak)


def fill(agency, entries):
    """Publish one entry of the agency, and store as many like it as make ``entries``."""
    page = publish(DipEntryPage, agency, title="Judul", summary="x" * TEXT)
    item = FeedItem.objects.get(page_id=page.pk)
    last = FeedState.current().pos
    FeedItem.objects.bulk_create(
        (_like(item, pos) for pos in range(last + 1, last + entries)), batch_size=500
    )
    FeedState.objects.update(pos=last + entries)
    fill_pages(page, entries)


def fill_pages(page, entries):
    """Write as many pages like ``page`` as make ``entries``."""
    base, parent = Page.objects.get(pk=page.pk), page.get_parent()
    places = range(2, entries + 1)
    bases = Page.objects.bulk_create(
        (_page_like(base, parent, place) for place in places), batch_size=500
    )
    own = DipEntryPage._meta.local_concrete_fields
    fields = {field.attname: getattr(page, field.attname) for field in own}
    # What `bulk_create` does, which refuses models that have a parent's table as well.
    DipEntryPage._base_manager.all()._batched_insert(
        [DipEntryPage(**fields | {"page_ptr_id": copy.pk}) for copy in bases], own, 500
    )


def _page_like(base, parent, place):
    fields = {field.attname: getattr(base, field.attname) for field in Page._meta.concrete_fields}
    return Page(
        **fields
        | {"id": None, "translation_key": uuid.uuid4(), "slug": f"judul-{place}"}
        | {"path": Page._get_path(parent.path, base.depth, place)}
        | {"url_path": f"{parent.url_path}judul-{place}/"}
        | {"latest_revision_id": None, "live_revision_id": None}
    )


def _like(item, pos):
    fields = {field.attname: getattr(item, field.attname) for field in FeedItem._meta.fields}
    return FeedItem(**fields | {"id": None, "uid": uuid.uuid4(), "pos": pos, "page_id": -pos})
