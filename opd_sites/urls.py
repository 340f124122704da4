"""Public addresses of this app; the project includes them at its root, before Wagtail's."""

from django.urls import path, re_path

from . import views

app_name = "opd_sites"
urlpatterns = [
    path("undangan/<str:token>/", views.AcceptInvitationView.as_view(), name="accept"),
    # The addresses that Wagtail gives these itself; what is another host's is not found here.
    re_path(
        r"^images/([^/]*)/(\d*)/([^/]*)/[^/]*$", views.HostImageView.as_view(), name="serve_image"
    ),
    path(
        "documents/authenticate_with_password/<int:restriction_id>/",
        views.enter_collection,
        name="enter_collection",
    ),
    path(
        "_util/authenticate_with_password/<int:restriction_id>/<int:page_id>/",
        views.enter_page,
        name="enter_page",
    ),
]
