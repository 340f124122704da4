from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Collection, Site


def portal_site() -> Site | None:
    """Return the province's own site: the one that no agency has."""
    return Site.objects.filter(agency=None).order_by("-is_default_site", "pk").first()


class SharedCollection(models.Model):
    """A collection of the province's from which every agency chooses. Its name may change."""

    collection = models.OneToOneField(
        Collection,
        on_delete=models.CASCADE,
        related_name="shared",
        verbose_name=_("collection"),
    )

    class Meta:
        verbose_name = _("shared collection")
        verbose_name_plural = _("shared collections")

    def __str__(self):
        return self.collection.name
