"""Who may say what how far: the agency in charge of a hazard originates, the others relay."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from opd_sites.models import Agency

from ..choices import AlertReach
from ..models import AlertAuthority, EmergencyAnnouncementPage
from ..models.authority import Authority


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
    if announcement.reach == AlertReach.CHOSEN_AGENCIES and not _reaches_somebody(announcement):
        errors["target_agencies"] = _("Choose on whose sites it is shown, or show it on your own.")
    if errors:
        raise ValidationError(errors)


def _reaches_somebody(announcement):
    """A site that is suspended since it was chosen is served to nobody."""
    return any(agency.is_active for agency in announcement.target_agencies.all())


def _missing_of_source(announcement):
    """Whoever passes something on names where and when it was said (PP 21/2008 Ps. 19)."""
    missing = {}
    if not announcement.original_url:
        missing["original_url"] = _("Give the address or the number of the original.")
    if not announcement.original_sent:
        missing["original_sent"] = _("Give the time of the original.")
    return missing
