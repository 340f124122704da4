"""The desk's addresses, below the admin's."""

from django.urls import path

from .views.announcements import PublishAtOnceView
from .views.previews import SharePreviewView

app_name = "kip_desk"
urlpatterns = [
    path("publish/<int:pk>/", PublishAtOnceView.as_view(), name="publish_at_once"),
    path("share/<int:pk>/", SharePreviewView.as_view(), name="share_preview"),
]
