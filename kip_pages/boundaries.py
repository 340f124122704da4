"""Outlines of the province, its regencies and its cities, for alerts.

A ring is a tuple of (latitude, longitude) in degrees of WGS 84, its first point repeated at the end.
GeoJSON writes longitude first; it is turned round here, once, and nowhere else.
"""

import json
from functools import cache
from typing import NamedTuple

from .areas import area_names, regency_of
from .conf import get_setting

Point = tuple[float, float]
Ring = tuple[Point, ...]

# Degrees: 12 nautical miles, the sea that a province manages (UU 23/2014 Ps. 27).
SEA_MARGIN = 0.2


class Bounds(NamedTuple):
    """A box in degrees."""

    south: float
    west: float
    north: float
    east: float

    def hold(self, point: Point) -> bool:
        latitude, longitude = point
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east


class _Outline(NamedTuple):
    name: str
    rings: tuple[Ring, ...]


@cache
def _read(path) -> dict[str, _Outline]:
    with open(path, encoding="utf-8") as file:
        features = json.load(file)["features"]
    return {
        feature["properties"]["code"]: _Outline(
            feature["properties"]["name"],
            tuple(
                tuple((latitude, longitude) for longitude, latitude in outer)
                for outer, *_holes in feature["geometry"]["coordinates"]
            ),
        )
        for feature in features
    }


def _outlines() -> dict[str, _Outline]:
    return _read(get_setting("BOUNDARIES_FILE"))


def outline_name(code: str) -> str:
    """Return the name that stands with an outline; "" where the file has none for ``code``."""
    outline = _outlines().get(code)
    return outline.name if outline else ""


def polygons_of(code: str) -> tuple[Ring, ...]:
    """Return the rings of a province, regency, city or district; empty where the file has none.

    A district has the outline of its regency or city: the file knows nothing finer, and an alert for
    too many is better than one for too few. The district's own code is what narrows it.
    """
    outline = _outlines().get(regency_of(code))
    return outline.rings if outline else ()


def province_bounds() -> Bounds | None:
    """Return the box around the province and its sea; ``None`` where the file is of another one."""
    points = [point for code in area_names() for ring in polygons_of(code) for point in ring]
    if not points:
        return None
    latitudes, longitudes = zip(*points, strict=True)
    return Bounds(
        south=min(latitudes) - SEA_MARGIN,
        west=min(longitudes) - SEA_MARGIN,
        north=max(latitudes) + SEA_MARGIN,
        east=max(longitudes) + SEA_MARGIN,
    )
