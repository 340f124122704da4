from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ..choices import Cadence, InformationCategory

ENGLISH, LEGAL_LANGUAGE = "en", "id"


class ObligationQuerySet(models.QuerySet):
    def current(self):
        return self.filter(is_retired=False)


class Obligation(models.Model):
    """Something a public body must publish (UU 14/2008 Ps. 9–11, PERKI 1/2021), by its stable code.

    Loaded by ``load_obligations`` from the app's data file; retired instead of deleted or reused.
    """

    code = models.CharField(_("code"), max_length=60, primary_key=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    category = models.CharField(_("category"), max_length=20, choices=InformationCategory.choices)
    title = models.CharField(_("title"), max_length=255)
    title_en = models.CharField(_("title in English"), max_length=255, blank=True)
    legal_basis = models.CharField(_("legal basis"), max_length=255, blank=True)
    cadence = models.CharField(_("cadence"), max_length=20, choices=Cadence.choices)
    applies_to = models.CharField(_("applies to"), max_length=60, default="all")
    # `practice`: asked for in assessments or usual on agency sites, but not in the law's list.
    is_practice = models.BooleanField(_("practice, not law"), default=False)
    is_retired = models.BooleanField(_("retired"), default=False)
    # The order of the law, which is that of the data file; codes sort otherwise.
    position = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = _("obligation")
        verbose_name_plural = _("obligations")
        ordering = ["code"]

    def __str__(self):
        return f"{self.code} — {self.title}"

    @property
    def shown_title(self) -> str:
        """The title in the reader's language, or in that of the law where it is not translated."""
        return self.title_en if self.title_language == ENGLISH else self.title

    @property
    def title_language(self) -> str:
        """The language of ``shown_title``."""
        is_english = get_language() == ENGLISH and self.title_en
        return ENGLISH if is_english else LEGAL_LANGUAGE
