"""The desk's addresses, below the admin's."""

from django.urls import path

from .desk import PendingList, SubmittedList, ToDoView, WaitingList
from .views.notices import NoticeListView, open_notice, see_all
from .views.reviewed_kinds import ReviewedKindsView
from .views.session import logged_in_again, session_state

app_name = "opd_desk"
urlpatterns = [
    path("waiting/", ToDoView.as_view(todo_class=WaitingList), name="waiting"),
    path("submitted/", ToDoView.as_view(todo_class=SubmittedList), name="submitted"),
    path("pending/", ToDoView.as_view(todo_class=PendingList), name="pending"),
    path("notices/", NoticeListView.as_view(), name="notices"),
    path("notices/<int:pk>/", open_notice, name="notice"),
    path("notices/seen/", see_all, name="notices_seen"),
    path("reviewed-kinds/", ReviewedKindsView.as_view(), name="reviewed_kinds"),
    path("session/", session_state, name="session"),
    path("session/logged-in-again/", logged_in_again, name="logged_in_again"),
]
