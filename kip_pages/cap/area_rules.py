"""Rules for places: an area has a name and an extent, and the extent is where it should be."""

from collections.abc import Iterator

from .info_rules import pair_problems, place, text_problems
from .message import CapAlert, CapArea, Circle, Ring
from .problems import MAX_VERTICES, Fault, Problem
from .rings import crosses_itself, doubled_area, open_points
from .writer import DECIMALS, rounded


def problems(alert: CapAlert, bounds) -> Iterator[Problem]:
    for info in alert.infos:
        if not info.areas:
            yield Problem(Fault.AREA_MISSING, place(info))
        for number, area in enumerate(info.areas, 1):
            yield from _area(area, f"{place(info)}, area {number}", bounds)


def _area(area: CapArea, where: str, bounds) -> Iterator[Problem]:
    if not area.desc.strip():
        yield Problem(Fault.AREA_UNNAMED, where)
    yield from text_problems(area.desc, where)
    if not (area.polygons or area.circles or area.geocodes):
        yield Problem(Fault.AREA_EMPTY, where)
    yield from pair_problems(area.geocodes, where)
    for number, ring in enumerate(area.polygons, 1):
        yield from _polygon(ring, f"{where}, polygon {number}", bounds)
    for number, circle in enumerate(area.circles, 1):
        yield from _circle(circle, f"{where}, circle {number}", bounds)


def _polygon(ring: Ring, where: str, bounds) -> Iterator[Problem]:
    if not all(_is_on_earth(*point) for point in ring):
        yield Problem(Fault.COORDINATE_RANGE, where)
        return
    if len(ring) < 4:
        yield Problem(Fault.POLYGON_FEW, where)
        return
    if ring[0] != ring[-1]:
        yield Problem(Fault.POLYGON_OPEN, where)
    yield from _places(ring, where, bounds)
    if len(ring) > MAX_VERTICES:
        yield Problem(Fault.POLYGON_MANY, where)
        return
    scaled = tuple((_scaled(latitude), _scaled(longitude)) for latitude, longitude in ring)
    points = open_points(scaled)
    if len(points) < 3 or doubled_area(points) == 0:
        yield Problem(Fault.POLYGON_FLAT, where)
    elif crosses_itself(points):
        yield Problem(Fault.POLYGON_CROSSES, where)


def _circle(circle: Circle, where: str, bounds) -> Iterator[Problem]:
    if not _is_on_earth(circle.latitude, circle.longitude):
        yield Problem(Fault.COORDINATE_RANGE, where)
        return
    yield from _places(((circle.latitude, circle.longitude),), where, bounds)
    if not 0.001 <= circle.radius < float("inf"):  # a metre is the finest that is written
        yield Problem(Fault.CIRCLE_RADIUS, where)


def _places(points: Ring, where: str, bounds) -> Iterator[Problem]:
    if bounds is not None and not all(bounds.hold(point) for point in points):
        yield Problem(Fault.OUTSIDE, where)
    if all(round(degrees, 2) == degrees for point in points for degrees in point):
        yield Problem(Fault.COORDINATES_COARSE, where)


def _is_on_earth(latitude: float, longitude: float) -> bool:
    return abs(latitude) <= 90 and abs(longitude) <= 180  # not a number: neither


def _scaled(degrees: float) -> int:
    return round(rounded(degrees) * 10**DECIMALS)
