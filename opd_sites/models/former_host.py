from django.db import models
from django.utils.translation import gettext_lazy as _


class FormerHost(models.Model):
    """A host name that an agency had: whoever asks there is shown the way to where it is now."""

    hostname = models.CharField(_("host name"), max_length=255, unique=True)
    agency = models.ForeignKey(
        "opd_sites.Agency",
        on_delete=models.CASCADE,
        related_name="former_hosts",
        verbose_name=_("agency"),
    )
    left_at = models.DateTimeField(_("left at"), auto_now_add=True)

    class Meta:
        verbose_name = _("former host name")
        verbose_name_plural = _("former host names")

    def __str__(self):
        return self.hostname
