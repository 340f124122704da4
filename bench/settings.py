"""As in production, on the throw-away PostgreSQL that ``bench`` starts; no secrets, no outside world."""

import environ

from config.settings.base import *  # noqa: F403
from config.settings.base import PAGE_CACHE, PROCESS_CACHE, STORAGES

env = environ.Env()

DEBUG = False
SECRET_KEY = "bench"  # only ever served on the loopback
ALLOWED_HOSTS = ["*"]

DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = 600
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# Faster than production's shared cache, which only Wagtail's own API would wait for.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "process": PROCESS_CACHE,
    "pages": PAGE_CACHE,
}
CACHES["none"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
KIP_PAGES = {
    # Most is measured without a memory of written answers: each one is read and written anew.
    "FEED_CACHE": env("BENCH_FEED_CACHE", default="none"),
    "PAGE_CACHE": env("BENCH_PAGE_CACHE", default="pages"),
    "FEED_RATE_ANONYMOUS": 10**9,  # counted, never refused
}
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": env("BENCH_DIRECTORY") + "/private"},
    },
}
MEDIA_ROOT = env("BENCH_DIRECTORY") + "/media"
STATIC_ROOT = env("BENCH_DIRECTORY") + "/static"
WAGTAILADMIN_BASE_URL = "http://portal.bench.test"

# So that Wagtail's API can list as many pages as the feed sends.
WAGTAILAPI_LIMIT_MAX = 100
