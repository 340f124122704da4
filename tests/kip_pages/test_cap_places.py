"""What a message of others is about, in our own codes: rather too wide than too narrow."""

import dataclasses
import random

import pytest

from kip_pages.boundaries import polygons_of
from kip_pages.cap import CapArea, CapUnreadable, Circle, Unreadable
from kip_pages.cap.hazard_words import hazard_of
from kip_pages.cap.listing import MAX_ENTRIES, read_list
from kip_pages.cap.places import our_areas
from kip_pages.cap.shapes import contains, reaches_into
from kip_pages.choices import Hazard

from ..cap import INDONESIAN

EVERYWHERE = []


def areas_of(*areas, **one):
    given = areas or (CapArea(**{"desc": "x"} | one),)
    return our_areas(dataclasses.replace(INDONESIAN, areas=given))


def square(south, west, side):
    """A square with its lower left corner at a point."""
    north, east = south + side, west + side
    return ((south, west), (south, east), (north, east), (north, west), (south, west))


NAMED = {
    "Banten": EVERYWHERE,
    "Provinsi Banten": EVERYWHERE,
    "BANTEN": EVERYWHERE,
    "Banten Province": EVERYWHERE,
    "Jawa Barat": None,
    "Laut Jawa": None,
    "": None,
    "Kabupaten Serang": ["36.04"],
    "Kab. Serang": ["36.04"],
    "Kota Serang": ["36.73"],
    "Serang": ["36.04", "36.73"],  # either may be meant
    "Lebak Regency": ["36.02"],
    "Kota Tangerang Selatan": ["36.74"],
    "Kab. Tangerang Selatan": None,  # there is none
    "Kab. Serang dan Kota Cilegon": ["36.04", "36.72"],
    "Pandeglang; Lebak": ["36.01", "36.02"],
    "Kec. Ciruas, Kab. Serang": ["36.04.09"],
    "Kecamatan Cibeber": None,  # there are others in Java
    "Kec. Cibeber, Banten": ["36.02.19", "36.72.01"],
    "Kec. Entah, Kab. Lebak": ["36.02"],  # one that we do not know is somewhere there
    "Banten (Kec. Sumur; Kec. Entah)": EVERYWHERE,
    "Bantenan": None,
}


@pytest.mark.parametrize(("desc", "codes"), NAMED.items())
def test_names_are_those_of_our_own_places(desc, codes):
    assert areas_of(desc=desc) == codes


CODED = [
    ("kemendagri", "36", EVERYWHERE),
    ("kemendagri", "36.04", ["36.04"]),
    ("Kode Wilayah", "3604", ["36.04"]),
    ("adm3", "36.04.09", ["36.04.09"]),
    ("adm4", "36.04.09.2001", ["36.04.09"]),
    ("adm4", "3604092001", ["36.04.09"]),
    ("kemendagri", "36.04.99", ["36.04"]),  # a district that is newer than our list
    ("kemendagri", "36.99", EVERYWHERE),
    ("kemendagri", "32.01", None),
    ("kemendagri", "3", None),
    ("BPS", "3604", None),  # another office's codes
    ("FIPS", "36", None),
]


@pytest.mark.parametrize(("scheme", "code", "codes"), CODED)
def test_codes_are_kemendagri_s_with_dots_or_without_at_every_level(scheme, code, codes):
    assert areas_of(geocodes=((scheme, code),)) == codes


def test_codes_come_before_names_and_these_before_shapes():
    serang = polygons_of("36.04")[:1]
    assert areas_of(desc="Banten", geocodes=(("kemendagri", "32.01"),), polygons=serang) is None
    assert areas_of(desc="Kota Cilegon", polygons=serang) == ["36.72"]
    assert areas_of(desc="Banten", polygons=serang) == ["36.04"]
    assert areas_of(desc="Banten", polygons=(square(-7.5, 110, 0.1),)) == EVERYWHERE


def test_several_areas_are_taken_together_and_a_whole_regency_covers_its_districts():
    def coded(*codes):
        return areas_of(*(CapArea(desc="x", geocodes=(("kemendagri", code),)) for code in codes))

    assert coded("36.04.09", "36.01", "32.01") == ["36.01", "36.04.09"]
    assert coded("36.04.09", "36.04") == ["36.04"]
    assert coded("36.04.09", "36") == EVERYWHERE
    every = [f"36.{n}" for n in ("01", "02", "03", "04", "71", "72", "73", "74")]
    assert coded(*every) == EVERYWHERE
    assert areas_of(CapArea(desc="Jawa Barat"), CapArea(desc="Bali")) is None


@pytest.mark.parametrize(
    "code", ["36.01", "36.02", "36.03", "36.04", "36.71", "36.72", "36.73", "36.74"]
)
def test_the_outline_of_a_regency_reaches_into_no_neighbour(code):
    """Neighbours share their borders, as they are drawn by others with other points."""
    wobble = random.Random(code)
    (ring, *_islands) = polygons_of(code)
    drawn = [
        (y + wobble.uniform(-0.004, 0.004), x + wobble.uniform(-0.004, 0.004)) for y, x in ring
    ]
    assert areas_of(polygons=((*drawn[:-1], drawn[0]),)) == [code]


SHAPES = [
    ((square(-6.13, 106.262, 0.045),), ["36.04"]),
    ((square(-9, 104, 6),), EVERYWHERE),  # all of Java's west
    ((square(-6.6, 106.75, 0.1),), None),  # Bogor
    ((square(-6.2, 106.82, 0.05),), None),  # Jakarta
    ((square(-6.13, 106.262, 0.045), square(-6.6, 106.75, 0.1)), ["36.04"]),
    (((-6.1, 106.2), (-6.2, 106.3)), None),  # no shape at all
    (((-6.1, 106.2),) * 4, None),
]


@pytest.mark.parametrize(("polygons", "codes"), SHAPES)
def test_shapes_are_ours_where_they_reach_in_with_more_than_their_border(polygons, codes):
    assert (
        areas_of(polygons=polygons if isinstance(polygons[0][0], tuple) else (polygons,)) == codes
    )


def test_circles_are_shapes_as_well_however_small():
    assert areas_of(circles=(Circle(-6.12, 106.28, 3),)) == ["36.04"]
    assert areas_of(circles=(Circle(-6.12, 106.28, 0),)) == ["36.04"]
    assert areas_of(circles=(Circle(-6.9, 107.6, 5),)) is None


def test_a_point_is_inside_by_the_rule_of_the_odd_side():
    u_shape = ((0, 0), (0, 3), (3, 3), (3, 2), (1, 2), (1, 1), (3, 1), (3, 0), (0, 0))
    assert contains(u_shape, (0.5, 1.5))
    assert contains(u_shape, (2, 0.5))
    assert not contains(u_shape, (2, 1.5))
    assert not reaches_into(u_shape, tuple((y + 9, x) for y, x in u_shape))


EVENTS = {
    "Hujan Lebat dan Petir": Hazard.EXTREME_WEATHER,
    "Thunderstorm": Hazard.EXTREME_WEATHER,
    "Angin Puting Beliung": Hazard.EXTREME_WEATHER,
    "Gelombang Tinggi": Hazard.EXTREME_WAVE,
    "Banjir Rob": Hazard.EXTREME_WAVE,
    "Banjir Bandang": Hazard.FLASH_FLOOD,
    "Banjir": Hazard.FLOOD,
    "Gempabumi Berpotensi Tsunami": Hazard.TSUNAMI,
    "Gempabumi": Hazard.EARTHQUAKE,
    "Erupsi Gunung Api": Hazard.VOLCANIC_ERUPTION,
    "Tanah Longsor": Hazard.LANDSLIDE,
    "Kekeringan Meteorologis": Hazard.DROUGHT,
    "Karhutla": Hazard.WILDFIRE,
}


@pytest.mark.parametrize(("event", "hazard"), EVENTS.items())
def test_hazards_are_told_by_the_words_of_the_event(event, hazard):
    assert hazard_of(dataclasses.replace(INDONESIAN, event=event, event_codes=())) == hazard


def test_our_own_code_comes_first_and_the_category_last():
    coded = dataclasses.replace(
        INDONESIAN, event="Hujan", event_codes=(("kip-pages:hazard", "flood"),)
    )
    assert hazard_of(coded) == Hazard.FLOOD
    unknown = dataclasses.replace(INDONESIAN, event="X", event_codes=(("kip-pages:hazard", "x"),))
    assert hazard_of(dataclasses.replace(unknown, category=("Met",))) == Hazard.EXTREME_WEATHER
    assert hazard_of(dataclasses.replace(unknown, category=("Geo",))) == Hazard.OTHER


def test_a_list_is_read_no_further_than_anybody_warns():
    items = "".join(f"<item><link>/{n}.xml</link></item>" for n in range(MAX_ENTRIES + 50))
    entries = read_list(
        f"<rss><channel>{items}</channel></rss>".encode(), address="https://x.test/list"
    )
    assert len(entries) == MAX_ENTRIES
    assert entries[0].link == "https://x.test/0.xml"


def test_links_that_are_none_are_left_out_and_twins_once():
    links = ["", "https://[x/", "/a.xml", "/a.xml#x", "x" * 2000]
    items = "".join(f"<item><link>{link}</link></item>" for link in links)
    entries = read_list(
        f"<rss><channel>{items}</channel></rss>".encode(), address="https://x.test/"
    )
    assert [entry.link for entry in entries] == ["https://x.test/a.xml"]


@pytest.mark.parametrize("xml", [b"<feed/>", b"<rss/>", b"<RSS><channel/></RSS>"])
def test_what_is_no_list_is_refused(xml):
    with pytest.raises(CapUnreadable) as failure:
        read_list(xml, address="https://x.test/")
    assert failure.value.reason == Unreadable.NOT_A_LIST
