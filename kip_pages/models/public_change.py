from django.db import models


class PublicChange(models.Model):
    """That something changed which public pages show: written in the transaction that changed it.

    Rows are only added, and tidied away together, so the rows that can be seen name what can be seen.
    ``scope`` says on which sites it may show, see ``page_cache.changes``.
    """

    scope = models.CharField(max_length=16)

    class Meta:
        verbose_name = "public change"
        verbose_name_plural = "public changes"
        indexes = [models.Index(fields=["scope", "id"], name="kip_public_change_scope")]

    def __str__(self):
        return f"{self.scope} {self.pk}"
