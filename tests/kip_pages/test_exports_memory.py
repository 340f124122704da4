"""A download needs no more memory for many entries than for few."""

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

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


def _like(item, pos):
    fields = {field.attname: getattr(item, field.attname) for field in FeedItem._meta.fields}
    return FeedItem(**fields | {"id": None, "uid": uuid.uuid4(), "pos": pos, "page_id": -pos})
