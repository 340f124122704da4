from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OpdSitesConfig(AppConfig):
    name = "opd_sites"
    verbose_name = _("Agencies")

    def ready(self):
        from . import checks  # noqa: F401 - registers the system checks
