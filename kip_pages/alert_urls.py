"""What every host tells of its alerts."""

from django.urls import path, register_converter

from .formats.alert_feed import FORMATS
from .views import alerts


class FeedFormat:
    regex = "|".join(FORMATS)

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


register_converter(FeedFormat, "feed_format")

app_name = "kip_alerts"
urlpatterns = [
    path("_darurat.json", alerts.state, name="state"),
    path("darurat.<feed_format:name>", alerts.page_feed, name="page_feed"),
    path("cap/alerts.<feed_format:name>", alerts.cap_index, name="cap_index"),
    path("cap/messages.<feed_format:name>", alerts.cap_messages, name="cap_messages"),
    path("cap/<uuid:uid>.xml", alerts.cap_file, name="cap_file"),
]
