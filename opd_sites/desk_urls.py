"""The desk's addresses, below the admin's."""

from django.urls import path

from .desk import PendingList, SubmittedList, ToDoView, WaitingList
from .views.notices import NoticeListView, open_notice, see_all
from .views.reviewed_kinds import ReviewedKindsView

app_name = "opd_desk"
urlpatterns = [
    path("waiting/", ToDoView.as_view(todo_class=WaitingList), name="waiting"),
    path("submitted/", ToDoView.as_view(todo_class=SubmittedList), name="submitted"),
    path("pending/", ToDoView.as_view(todo_class=PendingList), name="pending"),
    path("notices/", NoticeListView.as_view(), name="notices"),
    path("notices/<int:pk>/", open_notice, name="notice"),
    path("notices/seen/", see_all, name="notices_seen"),
    path("reviewed-kinds/", ReviewedKindsView.as_view(), name="reviewed_kinds"),
]
