"""Our words and codes in those of CAP."""

from ..areas import area_names, district_names, regency_of
from ..boundaries import outline_name, polygons_of
from ..choices import AlertStatus, Certainty, Hazard, MessageType, Severity, Urgency
from .message import CapArea

# These took their words from CAP: the same, with a capital letter.
STATUS = {word: word.value.capitalize() for word in AlertStatus}
MESSAGE_TYPE = {word: word.value.capitalize() for word in MessageType}
URGENCY = {word: word.value.capitalize() for word in Urgency}
SEVERITY = {word: word.value.capitalize() for word in Severity}
CERTAINTY = {word: word.value.capitalize() for word in Certainty}

# CAP 1.2 §3.2.2: Geo includes landslide, Met flood, Infra utilities, Security law enforcement.
CATEGORY = {
    Hazard.EARTHQUAKE: ("Geo",),
    Hazard.TSUNAMI: ("Geo",),
    Hazard.VOLCANIC_ERUPTION: ("Geo",),
    Hazard.FLOOD: ("Met",),
    Hazard.FLASH_FLOOD: ("Met",),
    Hazard.LANDSLIDE: ("Geo",),
    Hazard.DROUGHT: ("Met",),
    Hazard.WILDFIRE: ("Fire",),
    Hazard.EXTREME_WEATHER: ("Met",),
    Hazard.EXTREME_WAVE: ("Met",),
    Hazard.LIQUEFACTION: ("Geo",),
    Hazard.TECHNOLOGICAL_FAILURE: ("Safety",),
    Hazard.EPIDEMIC: ("Health",),
    Hazard.SOCIAL_CONFLICT: ("Security",),
    Hazard.TERROR: ("Security",),
    Hazard.FOOD_POISONING: ("Health",),
    Hazard.UTILITY_OUTAGE: ("Infra",),
    Hazard.OTHER: ("Other",),
}

# The value names of our codes; their values are those of ``choices`` and of Kemendagri.
EVENT_CODE_NAME = "kip-pages:hazard"
KIND_PARAMETER = "kip-pages:kind"
LEVEL_PARAMETER = "kip-pages:level"
GEOCODE_NAME = "kemendagri"


def event_codes(hazard: str) -> tuple[tuple[str, str], ...]:
    """Return the ``event_codes`` of a message about a ``Hazard``."""
    return ((EVENT_CODE_NAME, str(hazard)),)


def parameters(kind: str, level_scheme: str = "", level_value: str = ""):
    """Return the ``parameters`` that say the ``EmergencyKind``, and the level with its scheme."""
    kinds = ((KIND_PARAMETER, str(kind)),)
    return (*kinds, (LEVEL_PARAMETER, f"{level_scheme}:{level_value}")) if level_value else kinds


def area_of(code: str) -> CapArea:
    """Return the area of a Kemendagri code: its name, its outline where there is one, its code.

    A code that no file knows gives an area with the code as its description.
    """
    if district := district_names().get(code):
        desc = f"Kecamatan {district}, {area_names()[regency_of(code)]}"
    else:
        desc = area_names().get(code) or outline_name(code) or code
    return CapArea(desc=desc, polygons=polygons_of(code), geocodes=((GEOCODE_NAME, code),))
