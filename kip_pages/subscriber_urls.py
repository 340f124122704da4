"""Where citizens subscribe; include it within ``i18n_patterns``, so that every language has its own."""

from django.urls import path

from .views import subscribing

app_name = "kip_subscribers"
urlpatterns = [
    path("berlangganan/", subscribing.SubscribeView.as_view(), name="subscribe"),
    path("berlangganan/konfirmasi/<str:token>/", subscribing.ConfirmView.as_view(), name="confirm"),
    path("berlangganan/kelola/<str:token>/", subscribing.ManageView.as_view(), name="manage"),
    path("berlangganan/berhenti/<str:token>/", subscribing.StopView.as_view(), name="stop"),
]
