from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy

from opd_sites.models import Agency

from ..models import PpidMenuItem
from ..ppid.filling import Holdings, holdings
from .own_agency import AsideColumn


class NeverDeletedPolicy(ModelPermissionPolicy):
    """Nobody, a superuser included, deletes an item that pages name: it is taken out of the menu."""

    def user_has_permission(self, user, action):
        return action != "delete" and super().user_has_permission(user, action)

    def user_has_any_permission(self, user, actions):
        return super().user_has_any_permission(user, set(actions) - {"delete"})


class PublishedColumn(AsideColumn):
    """By how many of the agencies the item is filled."""

    def get_value(self, item):
        if item.is_group:
            return ""
        return gettext("%(number)s of %(total)s agencies") % item.published


class PpidMenuIndexView(IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().prefetch_related("obligations")

    def get_context_data(self, *args, **kwargs):
        context = super().get_context_data(*args, **kwargs)
        items = list(context["object_list"])
        agencies = list(Agency.objects.active().select_related("root_page"))
        found = holdings(items, at=timezone.now())
        for item in items:
            filled = sum(
                found.get(agency.root_page.path, Holdings()).fills(item, agency)
                for agency in agencies
            )
            item.published = {"number": filled, "total": len(agencies)}
        return context


class PpidMenuViewSet(ModelViewSet):
    """Where province administrators keep the menu of all agencies."""

    model = PpidMenuItem
    name = "ppid_menu"
    icon = "list-ul"
    menu_label = _("PPID menu")
    menu_order = 159
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = PpidMenuIndexView
    list_per_page = 100
    list_display = [
        "title",
        Column("group", label=_("In the group"), accessor="parent.title"),
        AsideColumn("path", label=_("Address")),
        AsideColumn("filling", label=_("Filled by"), accessor="get_filling_display"),
        BooleanColumn("is_shown", label=_("Shown")),
        PublishedColumn("published", label=_("Published by")),
    ]
    search_fields = ["title", "title_en"]
    panels = [
        HelpPanel(_("What you save here shows at once on the sites of all agencies.")),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("title"), FieldPanel("title_en")]),
                FieldRowPanel([FieldPanel("parent"), FieldPanel("slug")]),
                FieldRowPanel([FieldPanel("about"), FieldPanel("about_en")]),
                FieldPanel("is_shown"),
            ],
            heading=_("In the menu"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("filling"),
                FieldRowPanel([FieldPanel("category"), FieldPanel("page_slug")]),
                FieldPanel("url"),
                FieldPanel("obligations"),
            ],
            heading=_("What fills it"),
        ),
    ]


ppid_menu_viewset = PpidMenuViewSet()
