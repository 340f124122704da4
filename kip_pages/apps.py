from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KipPagesConfig(AppConfig):
    name = "kip_pages"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Public information")

    def ready(self):
        from . import checks  # noqa: F401 - registers the system checks
        from .signal_handlers import register_signal_handlers

        self.say_whose_things_are()
        register_signal_handlers()

    def say_whose_things_are(self):
        """Name whose the models are that have no ``agency``; feed and consumers are the province's."""
        from opd_sites.belongings import belongs, belongs_through, belongs_to_all, of_oneself

        from . import models

        belongs(models.DraftSnapshot, of_oneself("user"))
        belongs_through(models.Confirmation, "entry")
        belongs_through(models.DipDocument, "page")
        belongs_through(models.DipImportRow, "of")
        belongs_through(models.DocumentRecord, "document")
        belongs_through(models.DocumentText, "record")
        belongs_through(models.EditionFile, "edition")
        belongs_through(models.NewsRelatedEntry, "page")
        belongs_through(models.NewsTag, "content_object")
        belongs_through(models.Receipt, "page")
        belongs_to_all(models.Obligation)
        belongs_to_all(models.PpidMenuItem)
