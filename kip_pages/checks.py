import ipaddress
import itertools

from django.conf import settings
from django.core.checks import Error, Tags, register
from django_tasks import task_backends
from wagtail.models import get_page_models

from .choices import FeedKind
from .conf import DEFAULTS, get_setting
from .import_tasks import IMPORTS, imports_are_configured
from .models import FeedPage
from .models.dip_import import PRIVATE_STORAGE
from .tasks import WEBHOOKS, webhooks_are_configured

LOCALE = "django.middleware.locale.LocaleMiddleware"


@register(Tags.compatibility)
def check_settings(app_configs, **kwargs):
    """Refuse keys that nothing reads: a misspelt setting would silently do nothing."""
    unknown = sorted(getattr(settings, "KIP_PAGES", {}).keys() - DEFAULTS.keys())
    return [
        Error(
            f"KIP_PAGES has no setting {name!r}.",
            hint=f"Use one of {', '.join(sorted(DEFAULTS))}.",
            id="kip_pages.E001",
        )
        for name in unknown
    ]


@register(Tags.compatibility)
def check_feed_middleware(app_configs, **kwargs):
    """Inside LocaleMiddleware the feed's answers would vary by language for every cache."""
    name = "kip_pages.middleware.FeedMiddleware"
    outer = list(itertools.takewhile(lambda other: other != LOCALE, settings.MIDDLEWARE))
    if name in outer:
        return []
    return [
        Error(
            "The feed has no HEAD, CORS or right Vary header.",
            hint=f"Add {name!r} to MIDDLEWARE, before {LOCALE!r}.",
            id="kip_pages.E003",
        )
    ]


@register(Tags.models)
def check_feed_kinds(app_configs, **kwargs):
    """A page type without a kind could never be told apart in the feed."""
    return [
        Error(
            f"{model._meta.label} is in the feed but has no feed_kind.",
            hint="Set feed_kind to a FeedKind.",
            obj=model,
            id="kip_pages.E002",
        )
        for model in get_page_models()
        if issubclass(model, FeedPage) and model.feed_kind not in FeedKind
    ]


@register(Tags.compatibility)
def check_webhook_backend(app_configs, **kwargs):
    """A backend that runs tasks where they are enqueued would let receivers slow down publishing."""
    if not webhooks_are_configured() or task_backends[WEBHOOKS].supports_get_result:
        return []
    return [
        Error(
            f"TASKS[{WEBHOOKS!r}] runs tasks at once, within the request that publishes.",
            hint="Use django_tasks_db.DatabaseBackend, and run: manage.py db_worker --backend "
            + WEBHOOKS,
            id="kip_pages.E010",
        )
    ]


@register(Tags.security)
def check_webhook_networks(app_configs, **kwargs):
    """A network that cannot be read would fail every sending."""
    wrong = []
    for network in get_setting("WEBHOOK_ALLOWED_NETWORKS"):
        try:
            ipaddress.ip_network(network)
        except ValueError:
            wrong.append(network)
    return [
        Error(
            f"KIP_PAGES['WEBHOOK_ALLOWED_NETWORKS'] names no network with {network!r}.",
            hint="Write networks like '10.20.0.0/16', with no bit set behind the prefix.",
            id="kip_pages.E011",
        )
        for network in wrong
    ]


@register(Tags.compatibility)
def check_imports(app_configs, **kwargs):
    """An import needs a place that nothing serves, and a worker: it takes minutes."""
    if not imports_are_configured():
        return []
    errors = []
    if PRIVATE_STORAGE not in settings.STORAGES:
        errors.append(
            Error(
                f"STORAGES has no {PRIVATE_STORAGE!r}: there is no place for uploaded registers.",
                hint="Declare a storage that nothing serves, for example FileSystemStorage with a "
                "location outside MEDIA_ROOT.",
                id="kip_pages.E020",
            )
        )
    if not task_backends[IMPORTS].supports_get_result:
        errors.append(
            Error(
                f"TASKS[{IMPORTS!r}] runs tasks at once, within the request that uploads.",
                hint="Use django_tasks_db.DatabaseBackend, and run: manage.py db_worker --backend "
                + IMPORTS,
                id="kip_pages.E021",
            )
        )
    return errors
