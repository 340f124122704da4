"""Where citizens search; include it within ``i18n_patterns``, so that every language has its own."""

from django.urls import path

from .views import searching

app_name = "kip_search"
urlpatterns = [path("cari/", searching.search, name="search")]
