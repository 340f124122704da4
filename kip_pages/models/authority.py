import dataclasses

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from opd_sites.models import Agency

from ..choices import AlertReach, EmergencyKind


class AlertAuthority(models.Model):
    """What an agency may announce as its own word, and how far; the others pass on what they are told.

    PP 21/2008 Ps. 19: who is in charge of a hazard decides on the warning, all others spread it. Who of
    the agency may publish is a matter of roles; this one is the agency's. Without a row it relays, on
    its own site.
    """

    agency = models.OneToOneField(
        Agency,
        on_delete=models.CASCADE,
        related_name="alert_authority",
        verbose_name=_("agency"),
    )
    originates = models.JSONField(
        _("originates"),
        default=list,
        blank=True,
        help_text=_(
            "Kinds that it announces as its own word. All others it passes on, with source."
        ),
    )
    reach = models.CharField(
        _("reaches"), max_length=20, choices=AlertReach.choices, default=AlertReach.OWN_SITE
    )

    class Meta:
        verbose_name = _("authority to announce")
        verbose_name_plural = _("authorities to announce")

    def __str__(self):
        return self.agency.name

    def clean(self):
        super().clean()
        if set(self.originates) - set(EmergencyKind.values):
            raise ValidationError({"originates": _("Choose kinds of the list.")})

    @property
    def kind_labels(self):
        return [EmergencyKind(kind).label for kind in self.originates]


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


def targets_at(page, authority: Authority) -> list[Agency]:
    """Return the agencies on whose sites an announcement at ``page`` can be shown one by one.

    Active ones only, whose name and code every citizen finds on the portal; and not its own, whose
    site shows it anyway.
    """
    if not authority.reach.covers(AlertReach.CHOSEN_AGENCIES):
        return []
    others = Agency.objects.active().exclude(pk__in=Agency.objects.holding(page).values("pk"))
    return list(others.in_order())
