from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .dip import DipEntryPage


class Confirmation(models.Model):
    """When somebody last said that a register entry is still current, without having to change it.

    Not a field of the page: a draft that was begun before would take it back when published.
    """

    # A confirmation does not use its entry: it neither keeps nor counts it.
    wagtail_reference_index_ignore = True

    entry = models.OneToOneField(
        DipEntryPage, on_delete=models.CASCADE, related_name="confirmation"
    )
    confirmed_at = models.DateTimeField(_("confirmed at"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )

    class Meta:
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")

    def __str__(self):
        return f"{self.entry}: {self.confirmed_at:%Y-%m-%d}"
