"""The whole public API on one screen."""

from django.urls import path

from kip_pages.api.feed import feed_api
from kip_pages.api.pages import pages_api

urlpatterns = [
    # Everything of every agency in one feed: changes, items, agencies, digest, openapi.json, docs.
    path("feed/v1/", feed_api.urls),
    # Wagtail's pages API, for headless front ends: the host's own public pages.
    path("v2/", pages_api.urls),
]
