"""Who may say what how far: the agency in charge of a hazard originates, the others relay."""

import dataclasses

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from opd_sites.models import Agency

from ..choices import AlertReach, EmergencyKind
from ..models import AlertAuthority, EmergencyAnnouncementPage


@dataclasses.dataclass(frozen=True)
class Authority:
    """What may be announced at one place of the tree."""

    originates: frozenset[str]
    reach: AlertReach

    @property
    def reaches(self) -> list[AlertReach]:
        """How far an announcement may be sent, nearest first."""
        return [reach for reach in AlertReach if self.reach.covers(reach)]


# What the portal says, its duty officers say for the province.
OF_THE_PROVINCE = Authority(frozenset(EmergencyKind.values), AlertReach.PROVINCE)
RELAYS_ONLY = Authority(frozenset(), AlertReach.OWN_SITE)


def authority_at(page) -> Authority:
    """Return the authority of the agency in whose tree ``page`` stands, or of the portal."""
    agency = Agency.objects.holding(page).select_related("alert_authority").first()
    if agency is None:
        return OF_THE_PROVINCE
    granted = getattr(agency, "alert_authority", None)
    if granted is None:
        return RELAYS_ONLY
    return Authority(frozenset(granted.originates), AlertReach(granted.reach))


def grant(agency: Agency, *, originates, reach: AlertReach) -> AlertAuthority:
    """Let ``agency`` announce these kinds as its own word, and everything as far as ``reach``.

    Raises ``ValidationError`` for a kind that is none.
    """
    granted = AlertAuthority.objects.filter(agency=agency).first() or AlertAuthority(agency=agency)
    granted.originates, granted.reach = sorted(originates), reach
    granted.full_clean()
    granted.save()
    return granted


def require(announcement: EmergencyAnnouncementPage, authority: Authority) -> None:
    """Raise ``ValidationError``, by field, for what goes beyond ``authority``.

    All clear and updates need no less than what they follow.
    """
    errors = {}
    if not announcement.is_relay and announcement.kind not in authority.originates:
        errors["original_issuer"] = _(
            "Your agency passes on announcements of this kind: say who issued it. For its own word it "
            "needs the authority that the province's administrators give."
        )
    if announcement.is_relay:
        errors |= _missing_of_source(announcement)
    if not authority.reach.covers(announcement.reach):
        errors["reach"] = _("Your agency may announce no farther than: %(reach)s.") % {
            "reach": authority.reach.label
        }
    if announcement.reach == AlertReach.CHOSEN_AGENCIES and not announcement.target_agencies.all():
        errors["target_agencies"] = _("Choose on whose sites it is shown, or show it on your own.")
    if errors:
        raise ValidationError(errors)


def _missing_of_source(announcement):
    """Whoever passes something on names where and when it was said (PP 21/2008 Ps. 19)."""
    missing = {}
    if not announcement.original_url:
        missing["original_url"] = _("Give the address or the number of the original.")
    if not announcement.original_sent:
        missing["original_sent"] = _("Give the time of the original.")
    return missing
