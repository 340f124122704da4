import ipaddress
import itertools

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django_tasks import task_backends
from wagtail.models import get_page_models

from .choices import FeedKind
from .conf import DEFAULTS, get_setting
from .models import FeedPage
from .tasks import WEBHOOKS, webhooks_are_configured

LEAST_TOMBSTONE_DAYS = 180
INSIDE_THE_FEEDS = (
    "opd_sites.middleware.KnownHostMiddleware",
    "django.middleware.locale.LocaleMiddleware",
)


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
    """Inside of others the feed's answers would vary by language, and some would lack CORS."""
    name = "kip_pages.middleware.FeedMiddleware"
    outer = itertools.takewhile(lambda other: other not in INSIDE_THE_FEEDS, settings.MIDDLEWARE)
    if name in outer:
        return []
    return [
        Error(
            "The feed has no HEAD, CORS or right Vary header.",
            hint=f"Add {name!r} to MIDDLEWARE, before {' and '.join(map(repr, INSIDE_THE_FEEDS))}.",
            id="kip_pages.E003",
        )
    ]


@register(Tags.compatibility)
def check_tombstones(app_configs, **kwargs):
    """A reader that comes once in half a year must still hear of every deletion."""
    if get_setting("TOMBSTONE_DAYS") >= LEAST_TOMBSTONE_DAYS:
        return []
    return [
        Error(
            f"KIP_PAGES['TOMBSTONE_DAYS'] is less than {LEAST_TOMBSTONE_DAYS}.",
            hint=f"Deletions must be told for {LEAST_TOMBSTONE_DAYS} days at least.",
            id="kip_pages.E004",
        )
    ]


@register(Tags.security)
def check_proxies(app_configs, **kwargs):
    """Where nothing says how many proxies there are, whatever X-Forwarded-For says is believed."""
    if get_setting("FEED_RATE_ANONYMOUS") is None or hasattr(settings, "NINJA_NUM_PROXIES"):
        return []
    return [
        Warning(
            "The feed's limit of requests can be avoided by a made-up X-Forwarded-For.",
            hint="Set NINJA_NUM_PROXIES to how many proxies write it; 0 if there is none.",
            id="kip_pages.W005",
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
