"""An announcement in the words of CAP: what its pages say, in each of their languages."""

import dataclasses
import datetime

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from opd_sites.models import Agency

from ..areas import province_code
from ..cap import CapInfo, mapping
from ..cap.problems import MAX_HEADLINE
from ..choices import MessageType, Urgency
from ..formats.text import xml_text
from ..models import EmergencyAnnouncementPage

# What readers of the message do with it (CAP responseType).
_ALL_CLEAR = ("AllClear",)


def infos_of(
    pages: list[EmergencyAnnouncementPage], agency: Agency, *, sent: datetime.datetime
) -> tuple[CapInfo, ...]:
    """Return what the pages of one announcement of ``agency`` say, a block per language.

    Codes, times and places are those of the first page, for a message says one thing in all its
    languages; a translation that still holds the first one's text is left out.
    """
    leader = pages[0]
    infos = {}
    for page in pages:
        info = _info(page, leader, agency, sent)
        if any(_words(info) & _words(known) for known in infos.values()):
            continue
        infos[info.language] = info
    return tuple(infos.values())


def _words(info):
    return {info.headline.casefold(), info.description.casefold()}


def _info(page, leader, agency, sent):
    language = page.locale.language_code
    with translation.override(language):
        return CapInfo(
            language=language,
            category=mapping.CATEGORY[leader.hazard],
            event=str(leader.get_hazard_display()),
            response_types=_responses(leader),
            urgency=_urgency(leader),
            severity=mapping.SEVERITY[leader.severity],
            certainty=mapping.CERTAINTY[leader.certainty],
            event_codes=mapping.event_codes(leader.hazard),
            effective=_whole(leader.effective) if leader.effective > sent else None,
            onset=_whole(leader.effective),
            expires=_whole(leader.holds_until),
            sender_name=agency.name,
            headline=headline_of(xml_text(page.title)),
            description=_paragraphs(page, ("hazard_and_impact", "affected_people")),
            instruction=_paragraphs(
                page, ("how_to_avoid", "evacuation", "how_to_get_help", "authority_actions")
            ),
            web=page.full_url,
            contact=", ".join(filter(None, (agency.phone, agency.email))),
            parameters=mapping.parameters(leader.kind, leader.level_scheme, leader.level_value),
            areas=tuple(mapping.area_of(code) for code in leader.areas or [province_code()]),
        )


def _responses(page):
    if page.message_type == MessageType.CANCEL:
        return _ALL_CLEAR
    return ("Evacuate",) if page.evacuation else ()


def _urgency(page):
    is_over = page.message_type == MessageType.CANCEL
    return mapping.URGENCY[Urgency.PAST if is_over else page.urgency]


def headline_of(title: str) -> str:
    """Return a title as a headline, cut between words where it is too long for one."""
    title = " ".join(title.split())
    if len(title) <= MAX_HEADLINE:
        return title
    return title[: MAX_HEADLINE - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def _paragraphs(page, names):
    texts = (xml_text(getattr(page, name)).strip() for name in names)
    return "\n\n".join(text for text in texts if text)


def _whole(moment):
    return timezone.localtime(moment).replace(microsecond=0)


def withdrawn(infos: tuple[CapInfo, ...], *, agency_name: str) -> tuple[CapInfo, ...]:
    """Return what to say in place of ``infos`` once their announcement is not public any more."""
    return tuple(_withdrawn(info, agency_name) for info in infos)


def _withdrawn(info, agency_name):
    with translation.override(info.language):
        return dataclasses.replace(
            info,
            urgency=mapping.URGENCY[Urgency.PAST],
            response_types=(),
            headline=headline_of(_("Withdrawn: %(headline)s") % {"headline": info.headline}),
            description=_("%(agency)s has withdrawn this announcement. It holds no longer.")
            % {"agency": agency_name},
            instruction="",
        )
