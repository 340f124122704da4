"""Whether a shape on the map reaches into an outline that is itself right to a kilometre only.

Neighbours share their borders, and an outline that was simplified lies on either side of it. So what
only touches it does not count: a shape reaches in if some of it lies deeper than ``MARGIN``, or most of
it lies inside. Flat arithmetic: a province is small enough for that.
"""

import math
from itertools import pairwise

from .message import Circle, Ring

# Degrees; a kilometre and a bit, more than the outlines were simplified by (data/README.md).
MARGIN = 0.012
# Points along each side of the box in which two shapes may meet.
_GRID = 8
_CORNERS = 24  # of a circle
_KM_PER_DEGREE = 111.2

Box = tuple[float, float, float, float]


def ring_of(circle: Circle) -> Ring:
    """Return a circle as a ring; a circle without extent as a tiny one."""
    radius = max(circle.radius, 0.1) / _KM_PER_DEGREE
    shrink = max(math.cos(math.radians(circle.latitude)), 0.01)
    turns = [2 * math.pi * corner / _CORNERS for corner in range(_CORNERS)]
    ring = [
        (
            circle.latitude + radius * math.sin(turn),
            circle.longitude + radius * math.cos(turn) / shrink,
        )
        for turn in turns
    ]
    return (*ring, ring[0])


def box_of(ring: Ring) -> Box:
    """Return south, west, north and east of a ring."""
    latitudes, longitudes = zip(*ring, strict=True)
    return min(latitudes), min(longitudes), max(latitudes), max(longitudes)


def reaches_into(shape: Ring, outline: Ring) -> bool:
    """Say whether ``shape`` lies in ``outline`` with more than its border."""
    if len(shape) < 3 or (common := _common(box_of(shape), box_of(outline))) is None:
        return False
    middle = tuple(sum(values) / len(shape) for values in zip(*shape, strict=True))
    in_shape = [point for point in _grid(common) if contains(shape, point)]
    if any(_is_deep(point, outline) for point in [*in_shape, *shape[:100]]):
        return True
    of_shape = [*(point for point in _grid(box_of(shape)) if contains(shape, point)), middle]
    inside = sum(contains(outline, point) for point in of_shape)
    return inside * 2 > len(of_shape)


def contains(ring: Ring, point) -> bool:
    """Say whether a point lies inside a ring (even-odd rule)."""
    y, x = point
    is_inside = False
    for (y1, x1), (y2, x2) in pairwise((*ring, ring[0])):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            is_inside = not is_inside
    return is_inside


def _is_deep(point, outline) -> bool:
    return contains(outline, point) and all(
        _distance(point, a, b) > MARGIN for a, b in pairwise((*outline, outline[0]))
    )


def _distance(point, a, b) -> float:
    """Return how far, in degrees, a point is from the line between two others."""
    along_y, along_x = b[0] - a[0], b[1] - a[1]
    length = along_y**2 + along_x**2
    share = 0.0
    if length:
        share = ((point[0] - a[0]) * along_y + (point[1] - a[1]) * along_x) / length
        share = min(1.0, max(0.0, share))
    return math.hypot(point[0] - a[0] - share * along_y, point[1] - a[1] - share * along_x)


def _common(one: Box, other: Box) -> Box | None:
    south, west = max(one[0], other[0]), max(one[1], other[1])
    north, east = min(one[2], other[2]), min(one[3], other[3])
    return (south, west, north, east) if south < north and west < east else None


def _grid(box: Box):
    south, west, north, east = box
    for row in range(_GRID):
        for column in range(_GRID):
            yield (
                south + (north - south) * (row + 0.5) / _GRID,
                west + (east - west) * (column + 0.5) / _GRID,
            )
