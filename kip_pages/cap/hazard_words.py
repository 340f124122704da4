"""Which of our hazards a message of others is about: by its code, by its words, by its category."""

import re

from ..choices import Hazard
from .mapping import EVENT_CODE_NAME
from .message import CapInfo

# Words of Indonesian and English, the more telling first: a flash flood is a flood as well.
_WORDS = (
    (Hazard.TSUNAMI, r"tsunami"),
    (Hazard.LIQUEFACTION, r"likuifaksi|likuefaksi|liquefaction"),
    (Hazard.EARTHQUAKE, r"gempa|earthquake"),
    (Hazard.VOLCANIC_ERUPTION, r"gunung ?api|erupsi|volcan|erupt|abu vulkanik"),
    (Hazard.FLASH_FLOOD, r"banjir bandang|flash flood"),
    (Hazard.LANDSLIDE, r"longsor|gerakan tanah|landslide|debris flow"),
    (Hazard.EXTREME_WAVE, r"gelombang|abrasi|\brob\b|high wave|storm surge|coastal"),
    (Hazard.FLOOD, r"banjir|luapan|flood"),
    (Hazard.WILDFIRE, r"karhutla|kebakaran (?:hutan|lahan)|wildfire|forest fire"),
    (Hazard.DROUGHT, r"kekeringan|drought"),
    (Hazard.EPIDEMIC, r"wabah|epidemi|pandemi|\bklb\b|outbreak|disease"),
    (
        Hazard.EXTREME_WEATHER,
        r"hujan|petir|guntur|badai|angin|puting beliung|siklon|cuaca|kabut|es\b"
        r"|rain|thunder|lightning|storm|wind|cyclone|tornado|weather|hail|heat",
    ),
)
_PATTERNS = tuple((hazard, re.compile(words, re.I)) for hazard, words in _WORDS)
_CATEGORIES = {
    "Met": Hazard.EXTREME_WEATHER,
    "Fire": Hazard.WILDFIRE,
    "Health": Hazard.EPIDEMIC,
    "Infra": Hazard.UTILITY_OUTAGE,
    "CBRNE": Hazard.TECHNOLOGICAL_FAILURE,
}


def hazard_of(info: CapInfo) -> Hazard:
    """Return the hazard that ``info`` is about, ``Hazard.OTHER`` where nothing tells."""
    for scheme, value in info.event_codes:
        if scheme == EVENT_CODE_NAME and value in Hazard.values:
            return Hazard(value)
    for hazard, pattern in _PATTERNS:
        if pattern.search(info.event):
            return hazard
    return next((_CATEGORIES[c] for c in info.category if c in _CATEGORIES), Hazard.OTHER)
