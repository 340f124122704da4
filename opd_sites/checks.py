from django.apps import apps
from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.urls import NoReverseMatch, reverse
from django_tasks import task_backends

from .conf import DEFAULTS, get_setting


@register(Tags.compatibility)
def check_settings(app_configs, **kwargs):
    """Refuse keys that nothing reads: a misspelt setting would silently do nothing."""
    unknown = sorted(getattr(settings, "OPD_SITES", {}).keys() - DEFAULTS.keys())
    return [
        Error(
            f"OPD_SITES has no setting {name!r}.",
            hint=f"Use one of {', '.join(sorted(DEFAULTS))}.",
            id="opd_sites.E001",
        )
        for name in unknown
    ]


WALLS = "opd_sites.middleware.WallsMiddleware"
AUTHENTICATION = "django.contrib.auth.middleware.AuthenticationMiddleware"
# What must have had its turn before the guard answers in the place of a view.
BEFORE_WALLS = (
    AUTHENTICATION,
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
)


@register(Tags.security)
def check_host_middleware(app_configs, **kwargs):
    """Without the middleware an unknown host is answered with the default site."""
    name = "opd_sites.middleware.KnownHostMiddleware"
    if name in settings.MIDDLEWARE:
        return []
    return [
        Error(
            "Unknown hosts would be served the default site.",
            hint=f"Add {name!r} to MIDDLEWARE, before the session middleware.",
            id="opd_sites.E002",
        )
    ]


@register(Tags.security)
def check_walls_middleware(app_configs, **kwargs):
    """Without the guard, or where it does not know the user yet, the admin shows all to everybody."""
    names = list(settings.MIDDLEWARE)
    if WALLS in names and AUTHENTICATION in names:
        outer = names[: names.index(WALLS)]
        if all(name in outer for name in BEFORE_WALLS if name in names):
            return []
    return [
        Error(
            "In the admin nothing stands between one agency and another.",
            hint=f"Add {WALLS!r} at the end of MIDDLEWARE, behind {', '.join(BEFORE_WALLS)}.",
            id="opd_sites.E004",
        )
    ]


@register(Tags.security)
def check_translations_start_as_drafts(app_configs, **kwargs):
    """Localize publishes what was translated from a live page, even for who may only edit."""
    name = "WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE"
    if not apps.is_installed("wagtail_localize") or getattr(settings, name, True) is False:
        return []
    return [
        Error(
            "Editors would publish a page by submitting it for translation.",
            hint=f"Set {name} = False: translations then start as drafts.",
            id="opd_sites.E006",
        )
    ]


@register(Tags.compatibility)
def check_mail_tasks(app_configs, **kwargs):
    """An alias that is not there would lose every e-mail."""
    alias = get_setting("MAIL_TASKS")
    if alias in task_backends.settings:
        return []
    return [
        Error(
            f"OPD_SITES['MAIL_TASKS'] names no backend of TASKS with {alias!r}.",
            hint=f"Use one of {', '.join(sorted(task_backends.settings))}.",
            id="opd_sites.E003",
        )
    ]


@register(Tags.security)
def check_password_reset(app_configs, **kwargs):
    """Wagtail's own form writes to an account while whoever asks waits, and is faster without one."""
    name = "WAGTAILADMIN_USER_PASSWORD_RESET_FORM"
    if hasattr(settings, name):
        return []
    return [
        Warning(
            "Resetting a password tells by its time whether an address has an account.",
            hint=f'Set {name} = "opd_sites.forms.PasswordResetForm".',
            id="opd_sites.W007",
        )
    ]


@register(Tags.urls)
def check_addresses(app_configs, **kwargs):
    """An invitation needs an address to be accepted at."""
    try:
        reverse("opd_sites:accept", args=["token"])
    except NoReverseMatch:
        return [
            Error(
                "Invitations have no address.",
                hint='Add path("", include("opd_sites.urls")) as the first of the urls.',
                id="opd_sites.E005",
            )
        ]
    return []
