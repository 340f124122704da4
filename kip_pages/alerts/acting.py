"""The act: one draft with all that an announcement says, begun from what is known of its hazard."""

import datetime
import re

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.coreutils import find_available_slug
from wagtail.log_actions import log
from wagtail.models import Page
from wagtail.permissions import policy_registry

from opd_sites.walls import scope

from ..choices import Hazard, MessageType
from ..hazards import PRESETS
from ..models import AlertTemplate, EmergencyAnnouncementPage, EmergencyIndexPage
from ..models.emergency import CONTENT_ELEMENTS

# What an update or an all clear keeps of what it follows.
KEPT = (
    *("kind", "hazard", "level_scheme", "level_value", "severity", "certainty", "areas", "reach"),
    *("status", "original_issuer", "original_url", "original_sent"),
)
# In a template, what only the hour knows: "[nama sungai]".
GAP = re.compile(r"\[[^\[\]\n]{1,80}\]")


def sections_of(user):
    """Return the sections in which ``user`` may announce, those of the province's language first."""
    policy = policy_registry.get_by_type(Page)
    pages = policy.instances_user_has_permission_for(user, "add")
    sections = EmergencyIndexPage.objects.filter(pk__in=pages.order_by().values("pk"))
    return scope(user, sections).select_related("locale").order_by("locale_id", "path")


def beginning(hazard: str, template: AlertTemplate | None = None) -> dict:
    """Return what an announcement of ``hazard`` says before anybody has typed, by field."""
    preset = PRESETS[Hazard(hazard)]
    begun = {"hazard": hazard, "kind": preset.kind, "level_scheme": preset.scheme}
    if template:
        begun |= {name: getattr(template, name) for name in AlertTemplate.COPIED}
        if template.level_value:
            begun |= {"level_scheme": template.level_scheme, "level_value": template.level_value}
    return begun


def sequel(page: EmergencyAnnouncementPage, message_type: MessageType) -> dict:
    """Return what an update of ``page``, or its all clear, says before anybody has typed, by field."""
    begun = {name: getattr(page, name) for name in KEPT}
    begun |= {"message_type": message_type, "predecessor": page}
    begun["target_agencies"] = list(page.target_agencies.all())
    bare = page.title
    for word in (_("Update: %(title)s"), _("All clear: %(title)s")):
        bare = bare.removeprefix(word % {"title": ""})
    if message_type == MessageType.UPDATE:
        texts = {name: getattr(page, name) for name in CONTENT_ELEMENTS}
        title = _("Update: %(title)s") % {"title": bare}
        return begun | texts | {"title": title, "urgency": page.urgency}
    return begun | {
        "title": _("All clear: %(title)s") % {"title": bare},
        "urgency": page.urgency,
        "hazard_and_impact": _("The danger announced before is over: %(title)s.") % {"title": bare},
        "affected_people": page.affected_people,
        "how_to_avoid": _("No special precaution is needed any more."),
        "how_to_get_help": page.how_to_get_help,
    }


def as_begun(page: EmergencyAnnouncementPage) -> dict:
    """Return what a draft says, by field, for somebody to go on with."""
    draft = page.get_latest_revision_as_object()
    names = (*KEPT, *CONTENT_ELEMENTS, *_OF_A_DRAFT)
    begun = {name: getattr(draft, name) for name in names}
    return begun | {"target_agencies": list(draft.target_agencies.all())}


_OF_A_DRAFT = ("title", "urgency", "expires", "message_type", "predecessor")


def gaps_of(texts: dict) -> list[str]:
    """Return what stands in square brackets still, in the order of the texts."""
    return [gap for text in texts.values() for gap in GAP.findall(str(text))]


@transaction.atomic
def draft(
    section: EmergencyIndexPage, *, user, target_agencies=(), is_complete=True, **fields
) -> EmergencyAnnouncementPage:
    """Add a draft that says ``fields`` to ``section``, and return it; nobody reads it yet.

    Raises ``ValidationError`` for what cannot be; of what is not complete, when it is to be published.
    """
    page = EmergencyAnnouncementPage(live=False, owner=user, locale=section.locale, **fields)
    page.slug = find_available_slug(section, _slug(page.title))
    # Stored with the page: Wagtail's form reads that one while nothing has changed since.
    page.target_agencies.set(target_agencies)
    section.add_child(instance=page)
    revision = page.save_revision(user=user, changed=False, clean=is_complete)
    log(instance=page, action="wagtail.create", user=user, revision=revision, content_changed=True)
    return page


@transaction.atomic
def rewrite(
    page: EmergencyAnnouncementPage, *, user, target_agencies=(), **fields
) -> EmergencyAnnouncementPage:
    """Have the draft ``page`` say ``fields`` instead, and return it; its address stays."""
    said = page.get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(said, name, value)
    said.target_agencies = target_agencies
    said.save_revision(user=user, log_action=True)
    return said


def _slug(title):
    return slugify(title)[:60].strip("-") or timezone.localdate().isoformat()


def ends_at(lasts: datetime.timedelta, *, effective: datetime.datetime) -> datetime.datetime:
    """Return when something ends that holds for ``lasts`` from ``effective``, to the minute."""
    return (effective + lasts).replace(second=0, microsecond=0)
