"""What the province's administrators say about warnings of others, and what came of each."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import IndexView, InspectView
from wagtail.admin.viewsets.model import ModelViewSet

from ..models import AlertSource, RelayedAlert
from .own_agency import AsideColumn
from .relay_forms import AlertSourceForm


class SourceHealthColumn(Column):
    """How a source is, and why nothing comes from it."""

    cell_template_name = "kip_pages/admin/alert_source_cell.html"


class AlertSourceIndexView(IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().select_related("agency")


class AlertSourceViewSet(ModelViewSet):
    model = AlertSource
    name = "alert_sources"
    icon = "download"
    menu_label = _("Sources of warnings")
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = AlertSourceIndexView
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("name"), FieldPanel("issuer")]),
            FieldPanel("url"),
            FieldRowPanel([FieldPanel("hosts"), FieldPanel("language")]),
            FieldRowPanel([FieldPanel("minutes"), FieldPanel("is_enabled")]),
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("agency"), FieldPanel("reach")]), FieldPanel("action")],
                heading=_("Who passes it on, and how"),
            ),
            MultiFieldPanel(
                [
                    HelpPanel(
                        _(
                            "What is graver, more urgent and more certain is published, too. What a "
                            "message leaves out is taken from the first template of its hazard; while "
                            "an element of the law is missing, the duty officer is asked instead."
                        )
                    ),
                    FieldRowPanel(
                        [
                            FieldPanel("least_severity"),
                            FieldPanel("least_urgency"),
                            FieldPanel("least_certainty"),
                        ]
                    ),
                    FieldPanel("hazards"),
                ],
                heading=_("The rule, where warnings are published by rule"),
            ),
            FieldPanel("certificate"),
        ],
        base_form_class=AlertSourceForm,
    )
    list_display = [
        "name",
        AsideColumn("host", label=_("Host")),
        AsideColumn("agency", label=_("passed on by"), accessor="passed_on_by"),
        AsideColumn("action", label=_("what is done"), accessor="get_action_display"),
        SourceHealthColumn("health", label=_("State")),
        DateColumn("last_success_at", label=_("last success")),
    ]
    search_fields = ["name", "url"]
    ordering = "name"


class RelayedAlertIndexView(IndexView):
    page_title = _("Warnings that came")

    def get_base_queryset(self):
        return super().get_base_queryset().select_related("source", "page").defer("raw")

    def get_edit_url(self, instance):
        """Lead from the list to what is known of it; there is nothing to change."""
        return self.get_inspect_url(instance)


class RelayedAlertInspectView(InspectView):
    page_title = _("Warning of others")

    def get_context_data(self, **kwargs):
        raw = bytes(self.object.raw or b"").decode("utf-8", "replace")
        return super().get_context_data(raw=raw, **kwargs)


def _outcome(alert):
    """What became of it and why, together: a narrow screen has no room for a column each."""
    return f"{alert.outcome}: {alert.get_reason_display()}" if alert.reason else alert.outcome


class RelayedAlertViewSet(ModelViewSet):
    """What came from the sources, and what became of it: nothing is lost, and nothing changed here."""

    model = RelayedAlert
    name = "relayed_alerts"
    icon = "list-ul"
    menu_label = _("Warnings that came")
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    index_view_class = RelayedAlertIndexView
    inspect_view_class = RelayedAlertInspectView
    inspect_template_name = "kip_pages/admin/relayed_alert.html"
    inspect_view_fields = ["title"]
    form_fields = ["title"]  # Wagtail wants some; the policy keeps everybody from the form
    list_display = [
        "title",
        AsideColumn("source", label=_("Source"), accessor="source.name"),
        Column("outcome", label=_("State"), accessor=_outcome),
        DateColumn("listed_at", label=_("came at")),
    ]
    list_filter = ["source", "state", "reason"]
    search_fields = ["title", "identifier"]
    ordering = "-listed_at"
