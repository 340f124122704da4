"""The regencies and cities of the province as paths of an SVG, drawn from the outlines of the alerts.

Equirectangular, with the length of a degree of longitude at the province's middle: within one province
nobody sees the difference from anything finer.
"""

import itertools
import math
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from ..areas import area_names
from ..boundaries import Ring, polygons_of
from ..conf import get_setting

# Units of the drawing across; whole ones, of which a phone shows three in a pixel.
WIDTH = 1000
MARGIN = 10
# Points of all outlines together: with some seven letters each they stay below 15 kB.
MOST_POINTS = 2000
# In how many steps a place for the label is looked for, each way.
LABEL_STEPS = 14

Dot = tuple[int, int]


class Shape(NamedTuple):
    """A regency or city: the ``d`` of its path, and where its label stands."""

    code: str
    path: str
    label_x: str
    label_y: str


class OutlineMap(NamedTuple):
    width: str
    height: str
    shapes: tuple[Shape, ...]


def outline_map() -> OutlineMap | None:
    """Return the map of the province; None where no outline is known. Made once per process."""
    return _made(get_setting("AREAS_FILE"), get_setting("BOUNDARIES_FILE"))


@cache
def _made(_areas_file, _boundaries_file):
    outlines = {code: polygons_of(code) for code in area_names()}
    outlines = {code: rings for code, rings in outlines.items() if rings}
    if not outlines:
        return None
    project, height = _projection([ring for rings in outlines.values() for ring in rings])
    drawn = {
        code: [[project(point) for point in ring[:-1]] for ring in rings]
        for code, rings in outlines.items()
    }
    drawn = _simplified(drawn)
    return OutlineMap(
        width=str(WIDTH),
        height=str(height),
        shapes=tuple(_shape(code, rings) for code, rings in drawn.items() if rings),
    )


def _projection(rings: list[Ring]):
    """Return how a point is drawn, and the height of the drawing; north is up."""
    latitudes, longitudes = zip(*itertools.chain.from_iterable(rings), strict=True)
    south, north, west, east = min(latitudes), max(latitudes), min(longitudes), max(longitudes)
    narrower = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 2 * MARGIN) / max((east - west) * narrower, 1e-9)

    def project(point) -> Dot:
        latitude, longitude = point
        return (
            MARGIN + round((longitude - west) * narrower * scale),
            MARGIN + round((north - latitude) * scale),
        )

    return project, 2 * MARGIN + round((north - south) * scale)


def _simplified(drawn):
    """Leave out points that are hardly seen, the more the more there are."""
    for tolerance in itertools.accumulate(itertools.repeat(2), lambda a, b: a * b, initial=1):
        simple = {
            code: [ring for ring in (_ring(dots, tolerance) for dots in rings) if len(ring) > 2]
            for code, rings in drawn.items()
        }
        if sum(len(ring) for rings in simple.values() for ring in rings) <= MOST_POINTS:
            return simple
    raise AssertionError  # the tolerance grows until nothing is left


def _ring(dots: list[Dot], tolerance: float) -> list[Dot]:
    """Simplify a ring: its two farthest ends stay, each side is simplified by itself."""
    if len(dots) < 4:
        return dots
    far = max(range(len(dots)), key=lambda n: math.dist(dots[0], dots[n]))
    there, back = dots[: far + 1], [*dots[far:], dots[0]]
    return [*_line(there, tolerance)[:-1], *_line(back, tolerance)[:-1]]


def _line(dots, tolerance):
    """Douglas–Peucker, without recursion: outlines of others may be long."""
    kept, spans = {0, len(dots) - 1}, [(0, len(dots) - 1)]
    while spans:
        first, last = spans.pop()
        between = range(first + 1, last)
        farthest = max(
            between, key=lambda n: _distance(dots[n], dots[first], dots[last]), default=None
        )
        if farthest and _distance(dots[farthest], dots[first], dots[last]) > tolerance:
            kept.add(farthest)
            spans += [(first, farthest), (farthest, last)]
    return [dots[n] for n in sorted(kept)]


def _distance(dot, start, end) -> float:
    """From a dot to the line between two others."""
    (x, y), (x1, y1), (x2, y2) = dot, start, end
    dx, dy = x2 - x1, y2 - y1
    length = dx * dx + dy * dy
    along = ((x - x1) * dx + (y - y1) * dy) / length if length else 0
    along = min(1, max(0, along))
    return math.hypot(x - x1 - along * dx, y - y1 - along * dy)


def _shape(code, rings):
    x, y = _label_place(max(rings, key=_area))
    return Shape(code, "".join(_path(ring) for ring in rings), str(x), str(y))


def _path(ring):
    """Write a ring as a start and the steps from it, which are shorter than places."""
    (x, y), *_rest = ring
    steps = (f"{bx - ax} {by - ay}" for (ax, ay), (bx, by) in itertools.pairwise(ring))
    return f"M{x} {y}l{' '.join(steps)}z".replace(" -", "-")


def _area(ring) -> float:
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in _sides(ring))) / 2


def _sides(ring) -> Iterable[tuple[Dot, Dot]]:
    return zip(ring, [*ring[1:], ring[0]], strict=True)


def _label_place(ring) -> Dot:
    """Return the place inside that is farthest from the outline: a middle may lie outside of it."""
    xs, ys = zip(*ring, strict=True)

    def steps(values):
        least, most = min(values), max(values)
        return (round(least + (most - least) * (n + 0.5) / LABEL_STEPS) for n in range(LABEL_STEPS))

    inside = [dot for dot in itertools.product(steps(xs), steps(ys)) if _holds(ring, dot)]
    return max(
        inside or [ring[0]],
        key=lambda dot: min(_distance(dot, *side) for side in _sides(ring)),
    )


def _holds(ring, dot) -> bool:
    x, y = dot
    crossed = (
        (ay > y) != (by > y) and x < ax + (bx - ax) * (y - ay) / (by - ay)
        for (ax, ay), (bx, by) in _sides(ring)
    )
    return sum(crossed) % 2 == 1
