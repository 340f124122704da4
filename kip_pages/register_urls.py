"""The register as it is now, as tables; in the language of the address, as the pages are."""

from django.urls import path

from . import downloads

app_name = "kip_register_view"
urlpatterns = [
    path("dip.csv", downloads.register_file, {"name": "csv"}, name="csv"),
    path("dip.xlsx", downloads.register_file, {"name": "xlsx"}, name="xlsx"),
]
