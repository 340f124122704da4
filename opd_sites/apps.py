from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _


class OpdSitesConfig(AppConfig):
    name = "opd_sites"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Agencies")

    def ready(self):
        from wagtail.admin.forms.account import NameEmailForm
        from wagtail.admin.forms.auth import LoginForm

        from . import (
            checks,  # noqa: F401 - registers the system checks
            mailing,
            tree_lock,
        )
        from .belongings import register_types_of_wagtail
        from .signal_handlers import register_signal_handlers

        register_types_of_wagtail()
        register_signal_handlers()
        tree_lock.install()
        mailing.install()
        if apps.is_installed("wagtail_localize"):
            from . import translating

            translating.install()
        # Many Indonesians have one name. Wagtail 8.0 would not let them save their account.
        NameEmailForm.base_fields["last_name"].required = False
        # Wagtail 8.0 names this field after its Python name, in English.
        LoginForm.base_fields["password"].label = _("Password")
