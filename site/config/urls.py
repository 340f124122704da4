from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.images.views.serve import ServeView

from kip_pages import sitemaps
from kip_pages.api import discovery
from kip_pages.views import previews

from . import api, statements

media = []
if settings.SERVE_MEDIA:
    media_path = settings.MEDIA_URL.removeprefix("/") + "<path:path>"
    media = [path(media_path, serve, {"document_root": settings.MEDIA_ROOT})]

urlpatterns = [
    path("admin/", include(wagtailadmin_urls)),
    path("", include("opd_sites.urls")),
    path("documents/", include(wagtaildocs_urls)),
    # Its address only: what is asked there `opd_sites.urls` answers, host by host.
    re_path(
        r"^images/([^/]*)/(\d*)/([^/]*)/[^/]*$", ServeView.as_view(), name="wagtailimages_serve"
    ),
    path("api/", include(api.urlpatterns)),
    path("pratinjau/<str:token>/", previews.shared_preview, name="kip_preview"),
    path("robots.txt", discovery.robots_txt),
    path("sitemap.xml", sitemaps.index, name="kip_sitemap"),
    path("sitemap-<section>.xml", sitemaps.section, name="kip_sitemap_section"),
    path(".well-known/api-catalog", discovery.api_catalog, name="kip_api_catalog"),
    path("", include("kip_pages.alert_urls")),  # /_darurat.json and what machines read of alerts
    path("", include("kip_pages.urls")),  # /dip/… and /dik.…: files of the register
    *media,
    *i18n_patterns(
        path("aksesibilitas/", statements.accessibility, name="accessibility"),
        path("", include("kip_pages.subscriber_urls")),  # /berlangganan/…
        path("", include("kip_pages.search_urls")),  # /cari/
        path("", include("kip_pages.ppid_urls")),  # /ppid/…
        path("", include("kip_pages.register_urls")),  # /dip.csv, /dip.xlsx: the register as it is
        path("", include(wagtail_urls)),
        prefix_default_language=False,
    ),
]
