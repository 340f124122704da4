"""Public addresses of this app; the project includes them at its root, before Wagtail's."""

from django.urls import path, re_path

from .views import invitation, private

app_name = "opd_sites"
urlpatterns = [
    path("undangan/<str:token>/", invitation.AcceptInvitationView.as_view(), name="accept"),
    # The addresses that Wagtail gives these itself; what is another host's is not found here.
    re_path(
        r"^images/([^/]*)/(\d*)/([^/]*)/[^/]*$", private.HostImageView.as_view(), name="serve_image"
    ),
    path(
        "documents/authenticate_with_password/<int:restriction_id>/",
        private.enter_collection,
        name="enter_collection",
    ),
    path(
        "_util/authenticate_with_password/<int:restriction_id>/<int:page_id>/",
        private.enter_page,
        name="enter_page",
    ),
]
