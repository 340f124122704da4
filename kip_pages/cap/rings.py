"""Rings of whole-number points: whether they enclose something, and whether they cross themselves.

Whole numbers, because the sign of a tiny area must be right; the caller scales its degrees.
"""

from itertools import pairwise

Point = tuple[int, int]


def open_points(ring: tuple[Point, ...]) -> list[Point]:
    """Return the points without repetitions in a row, and without the last one, which is the first."""
    points = [point for point, after in pairwise(ring) if point != after]
    return points if ring and ring[0] == ring[-1] else [*points, *ring[-1:]]


def doubled_area(points: list[Point]) -> int:
    return abs(sum(x * v - u * y for (x, y), (u, v) in pairwise([*points, *points[:1]])))


def crosses_itself(points: list[Point]) -> bool:
    """Say whether two sides meet anywhere but in the corner they share."""
    sides = list(pairwise([*points, points[0]]))
    last = len(sides) - 1
    for i, (a, b) in enumerate(sides):
        for j in range(i + 1, len(sides)):
            c, d = sides[j]
            if j == i + 1:
                if _turns_back(a, b, d):
                    return True
            elif i == 0 and j == last:
                if _turns_back(c, a, b):
                    return True
            elif _meet(a, b, c, d):
                return True
    return False


def _turn(a: Point, b: Point, c: Point) -> int:
    """Return 1 for a left turn at ``b``, -1 for a right one, 0 for none."""
    area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return (area > 0) - (area < 0)


def _turns_back(a: Point, b: Point, c: Point) -> bool:
    """Say whether the side from ``b`` to ``c`` runs back over the one from ``a``."""
    towards = (a[0] - b[0]) * (c[0] - b[0]) + (a[1] - b[1]) * (c[1] - b[1])
    return _turn(a, b, c) == 0 and towards > 0


def _meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    turns = (_turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b))
    if turns[0] != turns[1] and turns[2] != turns[3]:
        return True
    return any(
        turn == 0 and _between(point, *side)
        for turn, point, side in zip(
            turns, (c, d, a, b), ((a, b), (a, b), (c, d), (c, d)), strict=True
        )
    )


def _between(point: Point, a: Point, b: Point) -> bool:
    """Say whether a point of a side's line lies on the side."""
    return all(min(a[k], b[k]) <= point[k] <= max(a[k], b[k]) for k in (0, 1))
