"""Codes, names and outlines of Banten, and of a province that brings its own."""

import csv
import json
import re
from collections import Counter
from itertools import pairwise

import pytest

from kip_pages.areas import (
    area_names,
    area_objects,
    district_names,
    districts_of,
    regency_of,
)
from kip_pages.boundaries import SEA_MARGIN, Bounds, outline_name, polygons_of, province_bounds
from kip_pages.cap import CapArea, Fault, check
from kip_pages.conf import DEFAULTS

from ..cap import with_info

# law.md §7.3, Kepmendagri 300.2.2-2138/2025.
DISTRICTS = {
    **{"36.01": 35, "36.02": 28, "36.03": 29, "36.04": 29},
    **{"36.71": 13, "36.72": 8, "36.73": 6, "36.74": 7},
}
CAPITALS = {
    "36.01": (-6.3084, 106.1067),  # Pandeglang
    "36.02": (-6.3591, 106.2494),  # Rangkasbitung
    "36.03": (-6.2606, 106.4816),  # Tigaraksa
    "36.04": (-6.1127, 106.2333),  # Ciruas
    "36.71": (-6.1781, 106.6300),
    "36.72": (-6.0174, 106.0538),
    "36.73": (-6.1200, 106.1503),
    "36.74": (-6.3117, 106.7450),  # Ciputat
}
# Square kilometres of land by BIG (Kepmendagri 300.2.2-2138/2025), about.
SIZES = {"36": 9356, "36.02": 3312, "36.72": 162, "36.74": 165}


def holds(ring, point):
    """Say whether a ring holds a point, by the number of sides to the east of it."""
    y, x = point
    inside = False
    for (y1, x1), (y2, x2) in pairwise(ring):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            inside = not inside
    return inside


def square_kilometres(ring):
    """Near enough, this close to the equator."""
    doubled = sum(x1 * y2 - x2 * y1 for (y1, x1), (y2, x2) in pairwise(ring))
    return abs(doubled) / 2 * 110.57 * 110.66


# --- districts --------------------------------------------------------------------------------


def test_every_regency_has_its_districts():
    assert Counter(regency_of(code) for code in district_names()) == DISTRICTS
    assert sum(DISTRICTS.values()) == 155
    assert {code: len(districts_of(code)) for code in area_names()} == DISTRICTS


def test_districts_are_known_by_code():
    assert districts_of("36.73") == {
        "36.73.01": "Serang",
        "36.73.02": "Kasemen",
        "36.73.03": "Walantaka",
        "36.73.04": "Curug",
        "36.73.05": "Cipocok Jaya",
        "36.73.06": "Taktakan",
    }
    assert district_names()["36.01.35"] == "Sobang"
    assert district_names()["36.02.22"] == "Sobang"
    assert districts_of("31.01") == {}


def test_the_file_is_in_the_order_of_the_codes_and_has_each_name_once_in_a_regency():
    with open(DEFAULTS["DISTRICTS_FILE"], encoding="utf-8") as file:
        rows = [(row["code"], row["name"]) for row in csv.DictReader(file)]
    assert rows == sorted(rows)
    assert all(re.fullmatch(r"36\.\d\d\.\d\d", code) for code, _name in rows)
    assert len({(regency_of(code), name) for code, name in rows}) == 155
    assert all(name == name.strip() and name for _code, name in rows)


def test_the_feed_still_names_regencies_and_cities():
    assert area_objects(["36.71"]) == [
        {"scheme": "kemendagri", "code": "36.71", "name": "Kota Tangerang"}
    ]


# --- outlines ---------------------------------------------------------------------------------


@pytest.mark.parametrize("code", CAPITALS)
def test_every_capital_lies_in_its_own_outline_and_in_no_other(code):
    found = {
        other
        for other in area_names()
        if any(holds(ring, CAPITALS[code]) for ring in polygons_of(other))
    }
    assert found == {code}


def test_the_province_holds_all_capitals_and_not_jakarta():
    (mainland, *_islands) = polygons_of("36")
    assert all(holds(mainland, capital) for capital in CAPITALS.values())
    assert not any(holds(ring, (-6.1754, 106.8272)) for ring in polygons_of("36"))


@pytest.mark.parametrize("code", ["36", *DISTRICTS])
def test_every_outline_passes_the_gate(code):
    assert polygons_of(code)
    area = CapArea(desc="x", polygons=polygons_of(code))
    assert check(with_info(areas=(area,)), province_bounds=province_bounds()) == []


def test_the_gate_of_these_tests_can_refuse_an_outline():
    ring = polygons_of("36.71")[0]
    tangled = (ring[0], ring[9], *ring[1:9], *ring[10:])
    found = check(with_info(areas=(CapArea(desc="x", polygons=(tangled,)),)))
    assert {problem.fault for problem in found} == {Fault.POLYGON_CROSSES}


def test_outlines_are_written_with_five_decimals():
    for code in ("36", *DISTRICTS):
        for ring in polygons_of(code):
            assert len(ring) <= 100
            assert all(round(degrees, 5) == degrees for point in ring for degrees in point)


@pytest.mark.parametrize(("code", "size"), SIZES.items())
def test_outlines_are_as_large_as_the_land(code, size):
    measured = sum(square_kilometres(ring) for ring in polygons_of(code))
    assert measured == pytest.approx(size, rel=0.05)


def test_the_islands_that_the_data_tells_of_are_there():
    assert len(polygons_of("36.01")) == 5  # the mainland, Panaitan, Deli, Peucang, Tinjil
    assert len(polygons_of("36.04")) == 4  # the mainland, Sangiang, Panjang, Tunda
    assert any(holds(ring, (-6.60, 105.21)) for ring in polygons_of("36.01"))
    assert len(polygons_of("36")) == 8


def test_a_district_has_the_outline_of_its_regency_for_now():
    assert polygons_of("36.01.01") == polygons_of("36.01")


def test_names_stand_with_the_outlines():
    assert outline_name("36") == "Provinsi Banten"
    assert {code: outline_name(code) for code in DISTRICTS} == area_names()
    assert outline_name("31") == ""


def test_what_no_file_knows_has_no_outline():
    assert polygons_of("31.01") == polygons_of("31") == polygons_of("") == ()


def test_the_bounds_of_the_province_take_in_its_sea_and_no_more():
    bounds = province_bounds()
    assert bounds.hold((-7.1, 105.5))
    assert not bounds.hold((-7.1 - SEA_MARGIN, 105.5))
    assert not bounds.hold((106.15, -6.12)), "longitude first"
    assert bounds == pytest.approx((-7.21384, 104.90135, -5.6076, 106.97986))


# --- another province -------------------------------------------------------------------------


@pytest.fixture
def elsewhere(settings, tmp_path):
    def use(**files):
        for setting, content in files.items():
            (tmp_path / setting).write_text(content, encoding="utf-8")
        paths = {setting: tmp_path / setting for setting in files}
        settings.KIP_PAGES = getattr(settings, "KIP_PAGES", {}) | paths

    return use


AREAS = "code,name\n34.71,Kota Contoh\n"


def test_a_province_brings_its_own_files(elsewhere):
    square = [[110.1, -7.1], [110.3, -7.1], [110.3, -7.3], [110.1, -7.1]]
    feature = {
        "type": "Feature",
        "properties": {"code": "34.71", "name": "Kota Contoh"},
        "geometry": {"type": "MultiPolygon", "coordinates": [[square]]},
    }
    elsewhere(
        AREAS_FILE=AREAS,
        DISTRICTS_FILE="code,name\n34.71.01,Tengah\n",
        BOUNDARIES_FILE=json.dumps({"type": "FeatureCollection", "features": [feature]}),
    )
    assert district_names() == districts_of("34.71") == {"34.71.01": "Tengah"}
    assert polygons_of("34.71.01")[0][0] == (-7.1, 110.1)
    assert province_bounds() == pytest.approx(Bounds(-7.5, 109.9, -6.9, 110.5))


def test_a_province_without_files_of_its_own_is_not_taken_for_banten(elsewhere):
    elsewhere(AREAS_FILE=AREAS)
    assert district_names() == {}
    assert province_bounds() is None
