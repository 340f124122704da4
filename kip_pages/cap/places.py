"""Which of the province's regencies, cities and districts a message of others is about.

The issuer's own words come first: codes of Kemendagri, then names, then shapes on the map. What none of
them finds here is not ours.
"""

import re

from ..areas import area_names, districts_of, province_code, regency_of
from ..boundaries import outline_name, polygons_of
from .message import CapArea, CapInfo
from .shapes import box_of, reaches_into, ring_of

# Shapes that are looked at: a province has some hundred and fifty districts.
MAX_SHAPES = 600

# Names under which issuers write Kemendagri's codes. Codes of BPS look alike, and are others.
_SCHEME = re.compile(r"kemendagri|permendagri|wilayah|adm(?:in)?[ _-]?[1-4]?$", re.I)
_CODE = re.compile(r"[0-9]{2}(?:\.?[0-9]{2}(?:\.?[0-9]{2}(?:\.?[0-9]{4})?)?)?")
_PARTS = re.compile(r"[,;/()\n]|\bdan\b|\band\b", re.I)
# Longest first.
_RANKS = {
    "province": ("provinsi", "propinsi", "prov", "province"),
    "regency": ("kabupaten", "kab", "regency"),
    "city": ("kota", "city"),
    "district": ("kecamatan", "kec", "district"),
}


def our_areas(info: CapInfo) -> list[str] | None:
    """Return the codes of our areas that ``info`` is about; empty for the whole province, None for none.

    A district stands for itself where its regency is not about as a whole.
    """
    found = [codes for area in info.areas if (codes := _of_area(area)) is not None]
    if not found:
        return None
    if any(not codes for codes in found):
        return []
    codes = set().union(*found)
    narrowed = {code for code in codes if code == regency_of(code) or regency_of(code) not in codes}
    return [] if narrowed >= area_names().keys() else sorted(narrowed)


def _of_area(area: CapArea) -> set[str] | None:
    codes = [value for scheme, value in area.geocodes if _SCHEME.search(scheme)]
    codes = [_plain(code) for code in codes if _CODE.fullmatch(code)]
    if codes:
        ours = [_own(code) for code in codes if code.startswith(province_code())]
        if not ours:
            return None
        return set() if province_code() in ours else set(ours)
    named = _named(area.desc)
    if named:
        return named
    return _drawn(area) or named


def _plain(code: str) -> str:
    """Write a code as our files do, with dots, no finer than a district."""
    digits = code.replace(".", "")[:6]
    return ".".join(digits[at : at + 2] for at in range(0, len(digits), 2))


def _own(code: str) -> str:
    """Return the code, or the nearest above it that we know."""
    regency = regency_of(code)
    if regency not in area_names():
        return province_code()
    return code if code in districts_of(regency) else regency


def _named(desc: str) -> set[str] | None:
    """Return what a description names: empty for the province, None for nothing that is ours."""
    parts = [_rank_and_name(part) for part in _PARTS.split(desc)]
    regencies = {code for rank, name in parts for code in _regencies(rank, name)}
    is_province = any(
        rank in ("", "province") and name == _bare(outline_name(province_code())) != ""
        for rank, name in parts
    )
    # Districts all over the country have the same names: only beside their regency or province.
    if not (regencies or is_province):
        return None
    named = {name for rank, name in parts if rank == "district"}
    known = {
        code: _bare(name)
        for regency in regencies or area_names()
        for code, name in districts_of(regency).items()
    }
    if named - set(known.values()):  # one that we do not know lies somewhere there
        return regencies
    districts = {code for code, name in known.items() if name in named}
    return districts | {c for c in regencies if not any(_lies_in(d, c) for d in districts)}


def _lies_in(district, regency):
    return regency_of(district) == regency


def _regencies(rank, name):
    if rank not in ("", "regency", "city") or not name:
        return
    for code, whole in area_names().items():
        own_rank, own_name = _rank_and_name(whole)
        if own_name == name and rank in ("", own_rank):
            yield code


def _rank_and_name(text: str) -> tuple[str, str]:
    words = re.sub(r"[^\w\s]", " ", text).casefold().split()
    for rank, prefixes in _RANKS.items():
        if words and words[0] in prefixes:
            return rank, " ".join(words[1:])
        if words and words[-1] in ("regency", "city", "district", "province") and len(words) > 1:
            if words[-1] in prefixes:
                return rank, " ".join(words[:-1])
    return "", " ".join(words)


def _bare(text: str) -> str:
    return _rank_and_name(text)[1]


def _drawn(area: CapArea) -> set[str]:
    """Return the regencies and cities into which the shapes of an area reach."""
    shapes = [*area.polygons, *(ring_of(circle) for circle in area.circles)]
    boxed = [(shape, box_of(shape)) for shape in shapes if len(shape) > 2]
    outlines = {code: polygons_of(code) for code in area_names()}
    boxes = [box_of(outline) for rings in outlines.values() for outline in rings]
    near = [one for one in boxed if any(_meet(one[1], box) for box in boxes)][:MAX_SHAPES]
    return {code for code, rings in outlines.items() if _reaches(near, rings)}


def _reaches(boxed, outlines) -> bool:
    for outline in outlines:
        place = box_of(outline)
        if any(_meet(box, place) and reaches_into(shape, outline) for shape, box in boxed):
            return True
    return False


def _meet(one, other) -> bool:
    return one[0] <= other[2] and one[2] >= other[0] and one[1] <= other[3] and one[3] >= other[1]
