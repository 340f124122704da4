"""Regencies and cities by Kemendagri code: digits 3–4 are 01–69 for a regency, 71–99 for a city."""

import csv
from functools import cache

from .conf import get_setting


@cache
def _read(path):
    with open(path, encoding="utf-8", newline="") as lines:
        return {row["code"]: row["name"] for row in csv.DictReader(lines)}


def area_names() -> dict[str, str]:
    """Return the names of the province's regencies and cities by code, in the order of the codes."""
    return _read(get_setting("AREAS_FILE"))


def area_choices() -> list[tuple[str, str]]:
    return list(area_names().items())


def area_objects(codes: list[str]) -> list[dict[str, str]]:
    """Return the areas as the feed carries them; the scheme stands beside each code."""
    names = area_names()
    return [{"scheme": "kemendagri", "code": c, "name": names.get(c, c)} for c in codes]
