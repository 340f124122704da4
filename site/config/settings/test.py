"""The tests: PostgreSQL when DATABASE_URL says so (tests/postgres.py sets it), else SQLite."""

import sys
import tempfile

import environ

from .base import *  # noqa: F403
from .base import BASE_DIR, MIDDLEWARE, SQLITE_OPTIONS, STORAGES

env = environ.Env()

DEBUG = False
SECRET_KEY = "tests"  # noqa: S105 - never used outside the tests
ALLOWED_HOSTS = ["*"]

DATABASES = {"default": env.db("DATABASE_URL", "sqlite://:memory:")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, so that threads and child processes see the same database.
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
if template := env("KIP_TEST_TEMPLATE", default=""):
    DATABASES["default"]["TEST"] = {"TEMPLATE": template}

# Real files, as documents are served from disk; gone when the process ends.
_media = tempfile.TemporaryDirectory(prefix="kip-media-")
# A child process of a test works with the files of its parent.
MEDIA_ROOT = env("MEDIA_ROOT", default=_media.name)
_private = tempfile.TemporaryDirectory(prefix="kip-private-")

# One memory for all, so that a test finds it empty.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
OPD_SITES = {}
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": env("PRIVATE_ROOT", default=_private.name)},
    },
}
# Looking through all static files takes a server a second; only a browser needs them.
WHITENOISE_USE_FINDERS = SERVE_MEDIA = env.bool("KIP_TEST_STATIC", default=False)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
if EMAIL_FILE_PATH := env("KIP_TEST_MAIL", default=None):  # what other processes send
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
if EMAIL_PORT := env.int("KIP_TEST_SMTP", default=0):  # a mail server of the tests takes it
    EMAIL_BACKEND, EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1"
WAGTAILADMIN_BASE_URL = "http://portal.example.test"

# Receivers in the tests listen on the loopback; what is refused is tested with the defaults.
KIP_PAGES = {
    "ALERT_CHECK_ORIGIN": env("ALERT_CHECK_ORIGIN", default=""),
    "ALERT_DRILL_DAYS": 0,
    "FEED_RATE_ANONYMOUS": None,  # tests ask faster than anybody should
    "WEBHOOK_ALLOW_INSECURE": True,
    "WEBHOOK_ALLOWED_NETWORKS": ["127.0.0.0/8"],
}

# Every answer of the feed API in every test is held against its description, as a reader gets it.
if str(BASE_DIR) not in sys.path:  # a child process that was started elsewhere
    sys.path.insert(0, str(BASE_DIR))
MIDDLEWARE = ["tests.contract.ContractMiddleware", *MIDDLEWARE]
