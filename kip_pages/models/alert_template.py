from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..choices import LEVELS, Certainty, Hazard, LevelScheme, Severity, Urgency


class AlertTemplate(models.Model):
    """What can be written before anything happens: the words of a hazard, kept by the province.

    In square brackets stands what only the hour knows; the duty officer's form asks for it.
    """

    hazard = models.CharField(_("hazard"), max_length=30, choices=Hazard.choices)
    name = models.CharField(
        _("name"), max_length=120, help_text=_("What it is for, for example: flood of a river.")
    )
    title = models.CharField(_("title"), max_length=255)
    level_scheme = models.CharField(
        _("scheme of the level"),
        max_length=20,
        choices=LevelScheme.choices,
        default=LevelScheme.NONE,
    )
    level_value = models.CharField(_("level"), max_length=20, blank=True)
    urgency = models.CharField(
        _("urgency"), max_length=10, choices=Urgency.choices, default=Urgency.EXPECTED
    )
    severity = models.CharField(
        _("severity"), max_length=10, choices=Severity.choices, default=Severity.UNKNOWN
    )
    certainty = models.CharField(
        _("certainty"), max_length=10, choices=Certainty.choices, default=Certainty.LIKELY
    )
    hazard_and_impact = models.TextField(_("a. hazard and size of its impact"), blank=True)
    affected_people = models.TextField(_("b. who may be affected"), blank=True)
    evacuation = models.TextField(_("c. evacuation: how and where to"), blank=True)
    how_to_avoid = models.TextField(_("d. how to avoid the danger"), blank=True)
    how_to_get_help = models.TextField(_("e. how to get help"), blank=True)
    announcement_method = models.TextField(_("g. how it is announced in an emergency"), blank=True)
    authority_actions = models.TextField(_("h. what the authorities are doing"), blank=True)

    # What a form takes over as it stands; the rest of a form has its own beginnings.
    COPIED = (
        *("title", "urgency", "severity", "certainty", "hazard_and_impact", "affected_people"),
        *("evacuation", "how_to_avoid", "how_to_get_help", "announcement_method"),
        "authority_actions",
    )

    class Meta:
        verbose_name = _("template of announcements")
        verbose_name_plural = _("templates of announcements")
        ordering = ["hazard", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["hazard", "name"],
                name="kip_alert_template_name",
                violation_error_message=_("There is a template of this name for this hazard."),
            )
        ]

    def __str__(self):
        return f"{self.get_hazard_display()}: {self.name}"

    def clean(self):
        super().clean()
        if self.level_value not in {"", *LEVELS[self.level_scheme]}:
            raise ValidationError({"level_value": _("This level does not belong to the scheme.")})
