import datetime
import ipaddress
import itertools

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.utils.translation import check_for_language, get_language_info, to_locale
from django.utils.translation import gettext as _
from django_tasks import task_backends
from wagtail.documents.forms import get_document_base_form
from wagtail.models import get_page_models

from .choices import FeedKind
from .conf import DEFAULTS, get_setting
from .editions import pdf
from .identifiers import LANGUAGE_TAG_LENGTH
from .import_tasks import IMPORTS, imports_are_configured
from .models import FeedPage
from .models.document import PRIVATE_STORAGE
from .tasks import (
    DOCUMENTS,
    MAIL,
    PICTURES,
    WEBHOOKS,
    documents_are_configured,
    mail_is_configured,
    pictures_are_configured,
    webhooks_are_configured,
)
from .viewsets.document_form import DocumentForm

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


@register(Tags.compatibility)
def check_imports(app_configs, **kwargs):
    """An import takes minutes; no request may."""
    if not imports_are_configured() or task_backends[IMPORTS].supports_get_result:
        return []
    return [
        Error(
            f"TASKS[{IMPORTS!r}] runs tasks at once, within the request that uploads.",
            hint="Use django_tasks_db.DatabaseBackend, and run: manage.py db_worker --backend "
            + IMPORTS,
            id="kip_pages.E021",
        )
    ]


@register(Tags.security)
def check_private_storage(app_configs, **kwargs):
    """Originals name their authors; without a place of their own they could only be public."""
    if PRIVATE_STORAGE in settings.STORAGES:
        return []
    return [
        Error(
            f"STORAGES has no {PRIVATE_STORAGE!r}: there is no place for originals of documents.",
            hint="Declare a storage that nothing serves, for example FileSystemStorage with a "
            "location outside MEDIA_ROOT.",
            id="kip_pages.E012",
        )
    ]


@register(Tags.compatibility)
def check_document_form(app_configs, **kwargs):
    """A file that may not come in would break Wagtail's own form instead of being explained in it."""
    if issubclass(get_document_base_form(), DocumentForm):
        return []
    return [
        Error(
            "Wagtail's form for documents does not say why a file is refused.",
            hint="Set WAGTAILDOCS_DOCUMENT_FORM_BASE to "
            f"'{DocumentForm.__module__}.{DocumentForm.__name__}', or to a subclass of it.",
            id="kip_pages.E013",
        )
    ]


@register(Tags.security)
def check_document_serving(app_configs, **kwargs):
    """Addresses of the storage itself would give out files that are held back."""
    if getattr(settings, "WAGTAILDOCS_SERVE_METHOD", None) != "direct":
        return []
    return [
        Error(
            "Documents that are held back would be served all the same.",
            hint="Set WAGTAILDOCS_SERVE_METHOD to 'serve_view' or 'redirect', or leave it out.",
            id="kip_pages.E014",
        )
    ]


@register(Tags.compatibility)
def check_text_reader_backend(app_configs, **kwargs):
    """A backend that runs tasks where they are enqueued would let a long document hold up its upload."""
    if not documents_are_configured() or task_backends[DOCUMENTS].supports_get_result:
        return []
    return [
        Error(
            f"TASKS[{DOCUMENTS!r}] runs tasks at once, within the request that uploads.",
            hint="Use django_tasks_db.DatabaseBackend, and run: manage.py db_worker --backend "
            + DOCUMENTS,
            id="kip_pages.E015",
        )
    ]


@register(Tags.compatibility)
def check_mail_backend(app_configs, **kwargs):
    """A backend that runs tasks where they are enqueued would send to everybody within one request."""
    if not mail_is_configured() or task_backends[MAIL].supports_get_result:
        return []
    return [
        Error(
            f"TASKS[{MAIL!r}] runs tasks at once, within the request that publishes.",
            hint="Use django_tasks_db.DatabaseBackend, and run: manage.py db_worker --backend "
            + MAIL,
            id="kip_pages.E051",
        )
    ]


@register(Tags.translation)
def check_language_tags(app_configs, **kwargs):
    """A tag that no column can hold, or Django no name for, would break pages one after the other."""
    return [
        Error(
            _("The language %(code)r cannot be used.") % {"code": code},
            hint=_(
                "Write a BCP 47 tag in small letters, at most %(most)d characters long, and its own "
                "name: su=Basa Sunda. See docs/how-to/add-a-language.md."
            )
            % {"most": LANGUAGE_TAG_LENGTH},
            id="kip_pages.E070",
        )
        for code in dict(settings.LANGUAGES)
        if len(code) > LANGUAGE_TAG_LENGTH or code != code.lower() or not _is_known(code)
    ]


def _is_known(code):
    try:
        # Of a part of the tag Django would tell the name of the whole language.
        return get_language_info(code)["code"] == code
    except KeyError:
        return False


@register(Tags.translation)
def check_catalogues(app_configs, **kwargs):
    """A language without a catalogue is no language to Django: its addresses are 404, in silence."""
    paths = getattr(settings, "LOCALE_PATHS", [])
    directory = paths[0] if paths else "locale"
    return [
        Error(
            _("The language %(code)s has no catalogue: nothing would be shown at /%(code)s/.")
            % {"code": code},
            hint=_(
                "Compile one, however short: %(path)s. What it lacks is shown in Indonesian. "
                "See docs/how-to/add-a-language.md."
            )
            % {"path": f"{directory}/{to_locale(code)}/LC_MESSAGES/django.mo"},
            id="kip_pages.E071",
        )
        for code in dict(settings.LANGUAGES)
        if not check_for_language(code)
    ]


@register(Tags.compatibility)
def check_pictures_backend(app_configs, **kwargs):
    """A backend that runs tasks where they are enqueued would have the publisher wait for pictures."""
    if not pictures_are_configured() or task_backends[PICTURES].supports_get_result:
        return []
    return [
        Error(
            f"TASKS[{PICTURES!r}] runs tasks at once, within the request that publishes.",
            hint="Use django_tasks_db.DatabaseBackend, and run: manage.py db_worker --backend "
            + PICTURES,
            id="kip_pages.E052",
        )
    ]


@register(Tags.compatibility)
def check_pdf(app_configs, **kwargs):
    """Everything but the PDF files works without Pango; whoever presses the button is told so too."""
    if not (lacking := pdf.missing()):
        return []
    return [
        Warning(
            f"No PDF of the register can be made here: {', '.join(lacking)} is missing.",
            hint=f"Install weasyprint and pikepdf, and on Debian: apt-get install {pdf.PACKAGES}",
            id="kip_pages.W040",
        )
    ]


@register(Tags.compatibility)
def check_holidays(app_configs, **kwargs):
    """A holiday that cannot be read would stop the warnings of exemptions that end."""
    wrong = []
    for day in get_setting("HOLIDAYS"):
        try:
            datetime.date.fromisoformat(day)
        except (TypeError, ValueError):
            wrong.append(day)
    return [
        Error(
            f"KIP_PAGES['HOLIDAYS'] has {day!r}, which is no date.",
            hint="Write the days like '2027-01-01'.",
            id="kip_pages.E041",
        )
        for day in wrong
    ]
