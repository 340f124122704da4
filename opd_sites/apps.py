from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OpdSitesConfig(AppConfig):
    name = "opd_sites"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Agencies")

    def ready(self):
        from . import checks  # noqa: F401 - registers the system checks
        from .belongings import register_types_of_wagtail
        from .signal_handlers import register_signal_handlers

        register_types_of_wagtail()
        register_signal_handlers()
