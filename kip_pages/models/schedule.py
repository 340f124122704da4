from django.db import models
from django.utils.translation import gettext_lazy as _


class ScheduleTurn(models.Model):
    """One row: whichever worker holds it publishes and expires what is due next."""

    SINGLETON = 1

    class Meta:
        verbose_name = _("turn of the schedule")
        verbose_name_plural = _("turns of the schedule")

    def __str__(self):
        return "turn"

    @classmethod
    def take(cls) -> bool:
        """Hold the row until the transaction ends; say no, without waiting, if another worker does."""
        rows = cls.objects.select_for_update(skip_locked=True)
        return rows.filter(pk=cls.SINGLETON).exists()
