"""What a message of others says, in the fields of an announcement of ours."""

import dataclasses
import datetime
import html
import re

from django.utils.translation import gettext as _

from ..areas import area_names, area_objects
from ..cap import CapAlert, CapInfo
from ..cap.hazard_words import hazard_of
from ..cap.places import our_areas
from ..choices import Certainty, Hazard, Severity, Urgency
from ..formats.text import xml_text
from ..hazards import PRESETS

_TAG = re.compile(r"</?[A-Za-z!][^<>]*>")
_BREAK = re.compile(r"<(?:br|/p|/li|/div)\b[^<>]*>", re.I)
_BLANKS = re.compile(r"[^\S\n]+")
_WEB = re.compile(r"https?://[A-Za-z0-9\[][!-~]*")
MAX_TEXT = 20_000


@dataclasses.dataclass(frozen=True)
class Said:
    """A message, understood. ``areas`` is None where nothing of it is ours, empty for all of it."""

    alert: CapAlert
    info: CapInfo | None
    areas: list[str] | None
    hazard: Hazard

    def has_expired(self, *, at: datetime.datetime) -> bool:
        return bool(self.info and self.info.expires and self.info.expires <= at)


def understand(alert: CapAlert, *, language: str) -> Said:
    """Read a message in ``language``, or in what comes next to it.

    Looking for its places takes a moment: do it outside of any transaction.
    """
    info = _info_in(alert.infos, language)
    if info is None:
        return Said(alert, None, None, Hazard.OTHER)
    return Said(alert, info, our_areas(info), hazard_of(info))


def _info_in(infos, language) -> CapInfo | None:
    """CAP counts a block without a language as American English."""

    def rank(info):
        tag = (info.language or "en-US").lower()
        wanted = language.lower()
        return (tag != wanted, tag.partition("-")[0] != wanted.partition("-")[0])

    return min(infos, key=rank, default=None)


def fields_of(said: Said, *, issuer: str, link: str, at: datetime.datetime) -> dict:
    """Return what an announcement says that passes the message on, by field; "" where it is silent."""
    info, preset = said.info, PRESETS[said.hazard]
    latest = at + preset.at_most
    expires = min(info.expires, latest) if info.expires else None
    title = plain(info.headline or info.event)
    described = plain(info.description)
    return {
        "title": _cut(" ".join(title.split()) or issuer, 255),
        "kind": preset.kind,
        "hazard": said.hazard,
        "urgency": Urgency(info.urgency.lower()),
        "severity": Severity(info.severity.lower()),
        "certainty": Certainty(info.certainty.lower()),
        "areas": said.areas or [],
        "effective": at,
        "expires": expires,
        "hazard_and_impact": described or title,
        "affected_people": plain(info.audience),
        "how_to_avoid": plain(info.instruction),
        "original_issuer": issuer,
        "original_url": info.web if _WEB.fullmatch(info.web) and len(info.web) <= 2000 else link,
        "original_sent": said.alert.sent,
    }


def people_in(areas: list[str]) -> str:
    """Say whom a message concerns that names only places."""
    names = [area["name"] for area in area_objects(areas or list(area_names()))]
    return _("Everybody in: %(areas)s.") % {"areas": ", ".join(names)}


def plain(text: str) -> str:
    """Return a text of others as plain text: CAP wants that, and not all issuers keep to it."""
    text = html.unescape(_TAG.sub(" ", _BREAK.sub("\n", text)))
    lines = (_BLANKS.sub(" ", line).strip() for line in xml_text(_TAG.sub(" ", text)).splitlines())
    return _cut(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip(), MAX_TEXT)


def _cut(text, length):
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
