"""The PPID menu of every host; include it within ``i18n_patterns``: each language has its own."""

from django.urls import path

from .views import ppid

app_name = "kip_ppid"
urlpatterns = [
    path("ppid/", ppid.overview, name="overview"),
    path("ppid/<slug:group>/", ppid.top, name="top"),
    path("ppid/<slug:group>/<slug:slug>/", ppid.item, name="item"),
]
