"""What the gate of CAP would refuse in an announcement, told to whoever is about to publish it.

The worker would find it as well, but after the fact: citizens would read what machines are not told.
"""

import dataclasses
import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ..cap.info_rules import text_problems
from ..cap.problems import Fault, Problem
from ..formats.text import xml_text
from ..models import EmergencyAnnouncementPage
from ..models.emergency import CONTENT_ELEMENTS
from .messages import problems_of

_TEXTS = ("title", *CONTENT_ELEMENTS, "original_issuer")
# What is called so in a message stands in this field of the page.
_FIELDS = {
    "headline": "title",
    "description": "hazard_and_impact",
    "instruction": "how_to_avoid",
}
_IN_THE_TEXT = {
    Fault.MARKUP: _("Take out < and > with what stands between them, and codes such as &amp;."),
    Fault.CHARACTER: _("Type the text anew: what was pasted has signs that nobody sees."),
}
_ABOUT_THE_END = {
    Fault.EXPIRES_BEFORE_SENT: _("Choose a later end."),
    Fault.EXPIRES_BEFORE_START: _("Choose a later end."),
    Fault.TOO_LONG: _("Choose an earlier end; what goes on after it is said anew, by an update."),
}
_ABOUT_WORDS = {
    Fault.SAME_TEXT: _("Translate it, or leave the translation a draft until it is."),
    Fault.TEXT_REPEATED: _("Say in each part what the others do not say."),
}


@dataclasses.dataclass(frozen=True)
class Obstacle:
    """One thing to mend. Without a ``field`` nobody can mend it in the text: the province is to."""

    field: str
    text: str

    @property
    def label(self):
        return EmergencyAnnouncementPage._meta.get_field(self.field).verbose_name


class UnsayableError(ValidationError):
    """CAP's readers would misread the announcement; by field, with what to do. Correct the text."""


def obstacles(announcement: EmergencyAnnouncementPage, *, at: datetime.datetime) -> list[Obstacle]:
    """Return what the gate would refuse if ``announcement`` became public at ``at``, each thing once."""
    found = [
        one
        for problem in problems_of(announcement, at=at)
        for one in _obstacles_of(problem, announcement)
    ]
    return list(dict.fromkeys(found))


def require(announcement: EmergencyAnnouncementPage, *, at: datetime.datetime) -> None:
    """Raise ``UnsayableError`` for what its writer can mend.

    What only the province can mend keeps nobody from being warned.
    """
    errors = {}
    for obstacle in obstacles(announcement, at=at):
        if obstacle.field:
            errors.setdefault(obstacle.field, []).append(obstacle.text)
    if errors:
        raise UnsayableError(errors)


def _obstacles_of(problem: Problem, page):
    fault = problem.fault
    if advice := _IN_THE_TEXT.get(fault):
        fields = [name for name in _TEXTS if _has(fault, getattr(page, name))]
    elif advice := _ABOUT_THE_END.get(fault):
        fields = ["expires"]
    elif advice := _ABOUT_WORDS.get(fault):
        fields = [_FIELDS.get(problem.where, "how_to_avoid")]
    else:
        fields = []
    if not fields:  # in the settings, or in the text of a translation that is public already
        where = f" ({problem.where})" if problem.where else ""
        yield Obstacle("", problem.message + where)
    for name in fields:
        yield Obstacle(name, f"{problem.message} {advice}")


def _has(fault, text):
    return any(problem.fault == fault for problem in text_problems(xml_text(text), ""))
