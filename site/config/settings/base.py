"""What every environment shares, the province's languages too. Secrets and addresses come elsewhere."""

from pathlib import Path

import environ

# Of a language of which Django knows none, such as Sundanese, numbers and dates are Indonesia's.
from django.conf.locale.id.formats import *  # noqa: F403
from django.utils.translation import gettext_lazy as _

from config.languages import local_languages

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parents[3]
VAR_DIR = BASE_DIR / "var"

INSTALLED_APPS = [
    "kip_pages",
    "opd_sites",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.frontend_cache",
    "wagtail.contrib.redirects",
    "wagtail.contrib.table_block",
    "wagtail.api.v2",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "rest_framework",
    "django_tasks_db",
    "ninja",  # serves the API's own documentation pages without a public CDN
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "config.health.HealthMiddleware",
    "config.content_policy.ContentPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Outside of hosts, languages and sessions: the feed says everything in its own way, to everybody.
    "kip_pages.middleware.FeedMiddleware",
    # Before sessions and log-ins: an unknown host is told nothing else.
    "opd_sites.middleware.KnownHostMiddleware",
    "kip_pages.middleware.AlertMiddleware",
    # In front of all that makes an answer one reader's.
    "kip_pages.middleware.PageCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    # Knows the user, and stands in front of the admin.
    "opd_sites.middleware.WallsMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # What no page answers may have been somewhere before.
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "opd_sites.context_processors.agency",
            ],
        },
    },
]

# SQLite takes its write lock when a transaction begins, so that two writers queue instead of failing.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}

# A memory of each process, beside the cache that all share: written answers of the feed, hosts.
PROCESS_CACHE = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "LOCATION": "process",
    "OPTIONS": {"MAX_ENTRIES": 100},  # of half a megabyte at most, `kip_pages.api.http.LARGEST`
}
# Of 20 to 60 kB each; those that nobody asked for longest go first.
PAGE_CACHE = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "LOCATION": "pages",
    "OPTIONS": {"MAX_ENTRIES": 1000},
}
KIP_PAGES = {"FEED_CACHE": "process", "PAGE_CACHE": "pages"}
OPD_SITES = {"HOST_CACHE": "process", "MAIL_TASKS": "webhooks"}
# By how many proxies X-Forwarded-For was written; the address before them is the reader's.
NINJA_NUM_PROXIES = 0

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LANGUAGE_CODE = "id"
# What the admin can be read in.
WAGTAILADMIN_PERMITTED_LANGUAGES = [
    ("id", _("Indonesian")),
    ("en", _("English")),
]
# A province adds its own languages by one entry each: docs/how-to/add-a-language.md.
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [
    *WAGTAILADMIN_PERMITTED_LANGUAGES,
    *local_languages(env.list("LOCAL_LANGUAGES", default=[])),
]
# The province's own catalogues, ours, and what Wagtail's lacks in Indonesian.
LOCALE_PATHS = [
    *map(Path, env.list("LOCALE_PATHS", default=[])),
    BASE_DIR / "locale",
    BASE_DIR / "translations" / "wagtail" / "locale",
]
USE_I18N = True
WAGTAIL_I18N_ENABLED = True
TIME_ZONE = "Asia/Jakarta"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
SERVE_MEDIA = False  # a web server in front does, where there is one
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    # Nothing in it has an address: originals of documents, with their authors, and uploaded registers.
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "private"},
    },
}

# Wagtail's own tasks (search index, cache purge) stay immediate; the others wait for a worker each.
TASKS = {
    "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"},
    "webhooks": {"BACKEND": "django_tasks_db.DatabaseBackend"},
    "documents": {"BACKEND": "django_tasks_db.DatabaseBackend"},
    "imports": {"BACKEND": "django_tasks_db.DatabaseBackend"},
    "alerts": {"BACKEND": "django_tasks_db.DatabaseBackend"},
    "mail": {"BACKEND": "django_tasks_db.DatabaseBackend"},
    "pictures": {"BACKEND": "django_tasks_db.DatabaseBackend"},
}

# A StreamField page with galleries and tables posts many small fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# A translation starts as a draft: before anybody has translated it, it holds the other language's text.
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
WAGTAIL_SITE_NAME = "KIP Pages"
WAGTAILADMIN_USER_PASSWORD_RESET_FORM = "opd_sites.forms.PasswordResetForm"  # noqa: S105
WAGTAILADMIN_BASE_URL = "http://portal.localhost:8000"
WAGTAIL_ENABLE_UPDATE_CHECK = False  # the admin never calls home
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILDOCS_DOCUMENT_FORM_BASE = "kip_pages.viewsets.document_form.DocumentForm"
WAGTAILDOCS_MAX_UPLOAD_SIZE = 50 * 1024 * 1024
# Photographs look the same and weigh half of what Wagtail's defaults make of them.
WAGTAILIMAGES_AVIF_QUALITY = 55
WAGTAILIMAGES_WEBP_QUALITY = 75
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]
WAGTAILSEARCH_BACKENDS = {
    "default": {
        "BACKEND": "wagtail.search.backends.database",
        "SEARCH_CONFIG": "indonesian",
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "kip_pages": {"handlers": ["console"], "level": "INFO"},
        "opd_sites": {"handlers": ["console"], "level": "INFO"},
        # Why somebody met a page that says that something went wrong.
        "django.request": {"handlers": ["console"], "level": "ERROR"},
    },
}
