"""The desk's addresses, below the admin's."""

from django.urls import path

from opd_sites.desk import ToDoView

from ..desk import LISTS
from .announcements import PublishAtOnceView
from .confirming import confirm_entry
from .previews import SharePreviewView

app_name = "kip_desk"
urlpatterns = [
    path("publish/<int:pk>/", PublishAtOnceView.as_view(), name="publish_at_once"),
    *(path(f"{kind.name}/", ToDoView.as_view(todo_class=kind), name=kind.name) for kind in LISTS),
    path("confirm/<int:pk>/", confirm_entry, name="confirm"),
    path("share/<int:pk>/", SharePreviewView.as_view(), name="share_preview"),
]
