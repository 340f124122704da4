from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy

from ..models import Mailing
from .own_agency import AsideColumn


class OnlyToLookAtPolicy(ModelPermissionPolicy):
    """Nobody, a superuser included, writes what the workers count."""

    def user_has_permission(self, user, action):
        return action == "view" and super().user_has_permission(user, action)

    def user_has_any_permission(self, user, actions):
        return super().user_has_any_permission(user, {"view"} & set(actions))


class SecondsColumn(Column):
    """How long it took until the last e-mail left, once it has."""

    def get_value(self, mailing):
        return mailing.seconds if mailing.finished_at else None


class MailingIndexView(IndexView):
    page_title = _("E-mails to subscribers")

    def get_base_queryset(self):
        return super().get_base_queryset().with_numbers().select_related("agency")


class MailingViewSet(ModelViewSet):
    """Where province administrators see how far each mailing is: numbers, never addresses."""

    model = Mailing
    name = "mailings"
    icon = "mail"
    menu_label = _("E-mails to subscribers")
    menu_order = 163
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = MailingIndexView
    form_fields = ["subject"]  # Wagtail wants some; the policy keeps everybody from the form
    list_display = [
        "subject",
        AsideColumn("agency", label=_("Agency"), accessor="agency.short_name"),
        AsideColumn("priority", label=_("Kind"), accessor="get_priority_display"),
        DateColumn("created_at", label=_("Begun")),
        Column("addressed", label=_("Subscribers")),
        Column("sent_so_far", label=_("Sent")),
        Column("waiting", label=_("Waiting")),
        Column("failed_so_far", label=_("Failed")),
        SecondsColumn("seconds", label=_("Seconds until the last")),
    ]
    search_fields = ["subject"]
    ordering = "-created_at"


mailing_viewset = MailingViewSet()
