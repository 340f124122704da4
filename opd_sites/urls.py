"""Public addresses of this app; the project includes them wherever it likes."""

from django.urls import path

from .views import AcceptInvitationView

app_name = "opd_sites"
urlpatterns = [path("<str:token>/", AcceptInvitationView.as_view(), name="accept")]
