from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KipPagesConfig(AppConfig):
    name = "kip_pages"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Public information")

    def ready(self):
        from opd_sites.belongings import belongs_to_all

        from . import checks  # noqa: F401 - registers the system checks
        from .models import Obligation
        from .signal_handlers import register_signal_handlers

        belongs_to_all(Obligation)
        register_signal_handlers()
