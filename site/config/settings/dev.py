"""`make run`: SQLite, no secrets, every host below .localhost."""

import environ

from .base import *  # noqa: F403
from .base import KIP_PAGES, PAGE_CACHE, PROCESS_CACHE, SQLITE_OPTIONS, STORAGES, VAR_DIR

env = environ.Env()

DEBUG = env.bool("DEBUG", True)
SECRET_KEY = "development-only-and-public-therefore-worthless"  # noqa: S105 - never used outside dev
ALLOWED_HOSTS = [".localhost", "127.0.0.1", "[::1]"]
INTERNAL_IPS = ["127.0.0.1"]

VAR_DIR.mkdir(exist_ok=True)
DATABASES = {"default": env.db("DATABASE_URL", f"sqlite:///{VAR_DIR / 'dev.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS

# Shared by the server and the worker, which are two processes.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR_DIR / "cache",
    },
    "process": PROCESS_CACHE,
    "pages": PAGE_CACHE,
}
SERVE_MEDIA = True
# Static files as they lie in the source, without being collected first.
WHITENOISE_USE_FINDERS = True
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
WAGTAILADMIN_BASE_URL = env("WAGTAILADMIN_BASE_URL", default="http://portal.localhost:8000")

KIP_PAGES = KIP_PAGES | {
    # Names below .localhost are known to browsers; receipts ask the server itself for each of them.
    "ALERT_CHECK_ORIGIN": env("ALERT_CHECK_ORIGIN", default="http://127.0.0.1:8000"),
    # A receiver that is being written runs on this machine, without a certificate.
    "WEBHOOK_ALLOW_INSECURE": True,
    "WEBHOOK_ALLOWED_NETWORKS": ["127.0.0.0/8", "::1/128"],
}
