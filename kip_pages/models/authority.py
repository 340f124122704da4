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
