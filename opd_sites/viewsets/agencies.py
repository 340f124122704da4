from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet

from ..forms import AgencyForm
from ..models import Agency


class AgencyIndexView(IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().select_related("site")


class AgencyViewSet(ModelViewSet):
    """Where province administrators list, search, provision, edit, suspend and close agencies."""

    model = Agency
    name = "agencies"
    icon = "group"
    menu_label = _("Agencies")
    menu_order = 150
    add_to_admin_menu = True
    copy_view_enabled = False
    inspect_view_enabled = False
    index_view_class = AgencyIndexView
    list_display = [
        "name",
        "short_name",
        "code",
        Column("get_kind_display", label=capfirst(_("kind")), sort_key="kind"),
        Column("get_status_display", label=capfirst(_("status")), sort_key="status"),
        Column("url", label=capfirst(_("site"))),
    ]
    list_filter = ["kind", "status"]
    search_fields = ["name", "short_name", "code"]
    ordering = "name"
    list_per_page = 50
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("name"),
                    FieldRowPanel([FieldPanel("short_name"), FieldPanel("code")]),
                    FieldRowPanel([FieldPanel("kind"), FieldPanel("status")]),
                    FieldRowPanel([FieldPanel("hostname"), FieldPanel("port")]),
                    FieldPanel("is_lead"),
                ],
                heading=_("Agency"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("address"),
                    FieldRowPanel([FieldPanel("phone"), FieldPanel("email")]),
                    FieldPanel("office_hours"),
                ],
                heading=_("Contact"),
            ),
            MultiFieldPanel(
                [FieldPanel("logo"), FieldPanel("accent_colour")], heading=_("Appearance")
            ),
        ],
        base_form_class=AgencyForm,
    )


agency_viewset = AgencyViewSet()
