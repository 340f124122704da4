"""What is usual for each hazard: where the duty officer's form begins, so that little is left to type.

The law names six kinds of what must be announced at once; CAP, Kemendagri and the agencies in charge
name hazards and levels. Nothing here decides: an officer may change all of it but the longest time.
"""

import dataclasses
import datetime

from .choices import EmergencyKind, Hazard, LevelScheme, Severity


@dataclasses.dataclass(frozen=True)
class Preset:
    """How an announcement of a hazard begins.

    ``lasts`` is how long one holds unless an officer says otherwise, ``at_most`` the longest that one
    message may hold: what goes on after that is said anew, by an update.
    """

    kind: EmergencyKind
    scheme: LevelScheme
    lasts: datetime.timedelta
    at_most: datetime.timedelta


def _preset(kind, scheme=LevelScheme.NONE, *, hours, days):
    return Preset(kind, scheme, datetime.timedelta(hours=hours), datetime.timedelta(days=days))


_NATURAL = EmergencyKind.NATURAL_DISASTER
_STATUS = LevelScheme.EMERGENCY_STATUS

PRESETS = {
    Hazard.EARTHQUAKE: _preset(_NATURAL, _STATUS, hours=12, days=14),
    Hazard.TSUNAMI: _preset(_NATURAL, LevelScheme.TSUNAMI, hours=3, days=2),
    Hazard.VOLCANIC_ERUPTION: _preset(_NATURAL, LevelScheme.VOLCANO, hours=24, days=30),
    Hazard.FLOOD: _preset(_NATURAL, LevelScheme.FLOOD, hours=12, days=14),
    Hazard.FLASH_FLOOD: _preset(_NATURAL, LevelScheme.FLOOD, hours=6, days=7),
    Hazard.LANDSLIDE: _preset(_NATURAL, _STATUS, hours=24, days=14),
    Hazard.DROUGHT: _preset(_NATURAL, _STATUS, hours=14 * 24, days=90),
    Hazard.WILDFIRE: _preset(_NATURAL, _STATUS, hours=24, days=30),
    Hazard.EXTREME_WEATHER: _preset(_NATURAL, hours=6, days=7),
    Hazard.EXTREME_WAVE: _preset(_NATURAL, hours=24, days=7),
    Hazard.LIQUEFACTION: _preset(_NATURAL, _STATUS, hours=24, days=14),
    Hazard.TECHNOLOGICAL_FAILURE: _preset(
        EmergencyKind.NON_NATURAL_DISASTER, _STATUS, hours=12, days=30
    ),
    Hazard.EPIDEMIC: _preset(EmergencyKind.INFECTIOUS_DISEASE, _STATUS, hours=7 * 24, days=90),
    Hazard.SOCIAL_CONFLICT: _preset(EmergencyKind.SOCIAL_DISASTER, _STATUS, hours=12, days=30),
    Hazard.TERROR: _preset(EmergencyKind.SOCIAL_DISASTER, _STATUS, hours=6, days=14),
    Hazard.FOOD_POISONING: _preset(EmergencyKind.FOOD_POISON, hours=72, days=30),
    Hazard.UTILITY_OUTAGE: _preset(EmergencyKind.UTILITY_DISRUPTION, hours=12, days=30),
    Hazard.OTHER: _preset(EmergencyKind.NON_NATURAL_DISASTER, hours=12, days=30),
}

# Awas → Extreme, Siaga → Severe, Waspada → Moderate, as far as a scheme orders people to act. "Siaga"
# of a volcano threatens no settlement, "Siaga 4" of a gauge is the lowest.
SEVERITIES = {
    LevelScheme.VOLCANO: {
        "1": Severity.MINOR,
        "2": Severity.MINOR,
        "3": Severity.MODERATE,
        "4": Severity.EXTREME,
    },
    LevelScheme.TSUNAMI: {
        "waspada": Severity.MODERATE,
        "siaga": Severity.SEVERE,
        "awas": Severity.EXTREME,
    },
    LevelScheme.FLOOD: {
        "4": Severity.MINOR,
        "3": Severity.MODERATE,
        "2": Severity.SEVERE,
        "1": Severity.EXTREME,
    },
    LevelScheme.EMERGENCY_STATUS: {
        "siaga_darurat": Severity.MODERATE,
        "tanggap_darurat": Severity.SEVERE,
        "transisi": Severity.MINOR,
    },
}


def severity_of(scheme: str, level: str) -> Severity:
    """Return the CAP severity that a level stands for, ``Severity.UNKNOWN`` where there is none."""
    return SEVERITIES.get(scheme, {}).get(level, Severity.UNKNOWN)
