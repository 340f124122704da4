"""What our announcement says: the message's words first, the province's where it says nothing."""

import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.coreutils import get_supported_content_language_variant
from wagtail.models import Page

from opd_sites import notices
from opd_sites.choices import NoticeKind
from opd_sites.models import portal_site

from ..alerts import acting, publishing
from ..choices import MessageType
from ..models import (
    AlertSource,
    AlertTemplate,
    EmergencyAnnouncementPage,
    EmergencyIndexPage,
)
from ..models.emergency import CONTENT_ELEMENTS
from . import telling
from .reading import Said, fields_of, people_in


class NoSectionError(LookupError):
    """Whoever is to pass warnings on has no section for emergencies in the province's language.

    Add one, or let another agency pass on what this source says.
    """


def section_of(source: AlertSource) -> EmergencyIndexPage:
    """Return where warnings of ``source`` are passed on; raises ``NoSectionError``."""
    if source.agency_id:
        pages = EmergencyIndexPage.objects.descendant_of(source.agency.root_page)
    else:
        portal = portal_site()
        pages = EmergencyIndexPage.objects.none()
        if portal:
            pages = EmergencyIndexPage.objects.child_of(portal.root_page)
    language = get_supported_content_language_variant(settings.LANGUAGE_CODE)
    leading = pages.live().filter(locale__language_code=language)
    if section := leading.order_by("path").first():
        return section
    raise NoSectionError(source.name)


def fields_for(
    source: AlertSource,
    said: Said,
    *,
    link: str,
    before: EmergencyAnnouncementPage | None,
    by_rule: bool,
    at: datetime.datetime,
) -> dict:
    """Return what the announcement says, by field, as ``acting.draft`` takes them.

    What the message leaves out is that of ``before``, which it updates, and else of the first template
    of the hazard. ``by_rule`` no text with brackets is taken: what stands in them only a person knows.
    """
    fields = fields_of(said, issuer=source.issuer, link=link, at=at) | {"reach": source.reach}
    _fill(fields, {name: getattr(before, name) for name in CONTENT_ELEMENTS} if before else {})
    for template in AlertTemplate.objects.filter(hazard=said.hazard):
        texts = {name: getattr(template, name, "") for name in CONTENT_ELEMENTS}
        if by_rule:
            texts = {n: text for n, text in texts.items() if not acting.gaps_of({n: text})}
        _fill(fields, texts)
    _fill(fields, {"affected_people": people_in(fields["areas"])})
    if before:
        begun = acting.sequel(before, MessageType.UPDATE)
        fields |= {name: begun[name] for name in _FOLLOWED}
    return fields


# What an update takes from what it follows, whatever its message says.
_FOLLOWED = ("message_type", "predecessor", "reach", "target_agencies")


def _fill(fields, texts):
    for name, text in texts.items():
        fields[name] = fields.get(name) or text


def all_clear_fields(page: EmergencyAnnouncementPage, said: Said, *, at) -> dict:
    """Return what ends ``page`` says, by field: its sender has ended what it passes on."""
    return acting.sequel(page, MessageType.CANCEL) | {
        "effective": at,
        "original_sent": said.alert.sent,
    }


def publish_by_rule(
    page: EmergencyAnnouncementPage, *, source: AlertSource, at: datetime.datetime
) -> str:
    """Publish a draft as an officer would, and return ""; or what keeps it from being published.

    Nothing is published that lacks an element of the law, or goes beyond the agency's authority.
    """
    announcement, version = publishing.newest_text(page)
    try:
        publishing.check(announcement, at=at)
    except ValidationError as error:
        return publishing.lacking(error)
    reason = _("Passed on by rule of the province from %(source)s.") % {"source": source.name}
    publishing.publish_at_once(page, version=version, reason=reason, user=None, at=at)
    return ""


def ask_officers(
    page: EmergencyAnnouncementPage, *, source: AlertSource, lacks: str, at: datetime.datetime
) -> None:
    """Tell whoever may pass the draft on that it waits, and why the rule did not."""
    reason = _("From %(issuer)s.") % {"issuer": source.issuer}
    if lacks:
        needed = _("It could not be published by rule. Needed: %(fields)s.") % {"fields": lacks}
        reason = f"{reason} {needed}"
    notices.tell(
        telling.officers_for(page),
        NoticeKind.ASKED,
        page,
        at=at,
        reason=reason,
        address=telling.address_of(page),
    )


def newest_of(page: EmergencyAnnouncementPage) -> EmergencyAnnouncementPage:
    """Return the public announcement that has taken the place of ``page`` by now, or itself."""
    seen = {page.pk}
    top = page.path[: 2 * Page.steplen]
    while True:
        later = page.successors.live().filter(path__startswith=top).exclude(pk__in=seen)
        following = later.order_by("-effective", "-pk").first()
        if following is None:
            return page
        page = following
        seen.add(page.pk)
