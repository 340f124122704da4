import itertools

from django.conf import settings
from django.core.checks import Error, Tags, register
from wagtail.models import get_page_models

from .choices import FeedKind
from .conf import DEFAULTS
from .models import FeedPage

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
