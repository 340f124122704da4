"""Regencies, cities and districts by Kemendagri code.

Digits 3–4 are 01–69 for a regency and 71–99 for a city; a district (kecamatan) has two digits more.
"""

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


def district_names() -> dict[str, str]:
    """Return the names of the districts of these regencies and cities by code, in the file's order."""
    names = _read(get_setting("DISTRICTS_FILE"))
    return {code: name for code, name in names.items() if regency_of(code) in area_names()}


def districts_of(regency_code: str) -> dict[str, str]:
    """Return the names of one regency's or city's districts by code; empty where none are known."""
    names = district_names()
    return {code: name for code, name in names.items() if regency_of(code) == regency_code}


def regency_of(code: str) -> str:
    """Return the code of the regency or city that a district lies in; its own for a regency or city."""
    return code[:5]


def province_code() -> str:
    """Return the code of the province that these regencies and cities lie in."""
    return next(iter(area_names()))[:2]


def area_choices() -> list[tuple[str, str]]:
    return list(area_names().items())


def area_objects(codes: list[str]) -> list[dict[str, str]]:
    """Return the areas as the feed carries them; the scheme stands beside each code."""
    names = area_names() | district_names()
    return [{"scheme": "kemendagri", "code": c, "name": names.get(c, c)} for c in codes]
