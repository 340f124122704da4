"""Addresses at the root of a host that stay whatever becomes of its pages."""

from django.urls import path

from . import downloads

app_name = "kip_register"
urlpatterns = [
    path("dip/<int:year>-<int:revision>.<str:name>", downloads.edition_file, name="edition_file"),
    path(
        "dip/<int:year>-<int:revision>/perubahan.xlsx",
        downloads.edition_changes,
        name="edition_changes",
    ),
    path("dip/<uuid:uid>/", downloads.lasting_address, name="entry"),
    path("dik.xlsx", downloads.exempt_table, {"name": "xlsx"}, name="exempt_xlsx"),
    path("dik.csv", downloads.exempt_table, {"name": "csv"}, name="exempt_csv"),
]
