"""What every host tells of its alerts."""

from django.urls import path

from .views import alerts

app_name = "kip_alerts"
urlpatterns = [
    path("_darurat.json", alerts.state, name="state"),
]
