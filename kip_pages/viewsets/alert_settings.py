"""What the province's administrators prepare: who may announce what, and the words of a hazard."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    MultiFieldPanel,
    ObjectList,
)
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from ..choices import LEVEL_CHOICES, EmergencyKind
from ..models import AlertAuthority, AlertTemplate
from .relays import AlertSourceViewSet, RelayedAlertViewSet


class AuthorityForm(WagtailAdminModelForm):
    originates = forms.MultipleChoiceField(
        label=_("Announces as its own word"),
        choices=EmergencyKind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_(
            "Kinds that it announces as its own word. All others it passes on, with source."
        ),
    )


class AuthorityViewSet(ModelViewSet):
    model = AlertAuthority
    name = "alert_authorities"
    icon = "key"
    menu_label = _("Who may announce what")
    add_to_reference_index = False
    copy_view_enabled = False
    edit_handler = ObjectList(
        [FieldPanel("agency"), FieldPanel("originates"), FieldPanel("reach")],
        base_form_class=AuthorityForm,
    )
    list_display = [
        "agency",
        Column(
            "kind_labels",
            label=_("Announces as its own word"),
            accessor=lambda row: "; ".join(map(str, row.kind_labels)),
        ),
        Column("reach", label=_("reaches"), accessor="get_reach_display"),
    ]
    ordering = "agency__name"


class TemplateForm(WagtailAdminModelForm):
    level = forms.ChoiceField(
        label=_("Level"), choices=[("", _("No level")), *LEVEL_CHOICES], required=False
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.level_value:
            self.fields[
                "level"
            ].initial = f"{self.instance.level_scheme}:{self.instance.level_value}"

    def clean(self):
        cleaned = super().clean()
        scheme, _colon, value = (cleaned.get("level") or "").partition(":")
        self.instance.level_scheme = scheme or "none"
        self.instance.level_value = value
        return cleaned


class TemplateViewSet(ModelViewSet):
    model = AlertTemplate
    name = "alert_templates"
    icon = "doc-empty-inverse"
    menu_label = _("Templates of announcements")
    add_to_reference_index = False
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("hazard"), FieldPanel("name")]),
            HelpPanel(
                _(
                    "Write in square brackets what only the hour knows, for example [name of the river]. "
                    "Nothing can be published while brackets stand in it."
                )
            ),
            FieldPanel("title"),
            FieldRowPanel([FieldPanel("level"), FieldPanel("severity")]),
            FieldRowPanel([FieldPanel("urgency"), FieldPanel("certainty")]),
            MultiFieldPanel(
                [
                    FieldPanel(name)
                    for name in (
                        "hazard_and_impact",
                        "affected_people",
                        "evacuation",
                        "how_to_avoid",
                        "how_to_get_help",
                        "announcement_method",
                        "authority_actions",
                    )
                ],
                heading=_("What the public must know"),
            ),
        ],
        base_form_class=TemplateForm,
    )
    list_display = ["name", Column("hazard", accessor="get_hazard_display"), "title"]
    list_filter = ["hazard"]
    search_fields = ["name", "title"]
    ordering = ["hazard", "name"]


class AlertSettingsGroup(ModelViewSetGroup):
    """What is prepared before anything happens."""

    menu_label = _("Emergencies")
    menu_icon = "warning"
    menu_order = 158
    items = (AuthorityViewSet, TemplateViewSet, AlertSourceViewSet, RelayedAlertViewSet)


alert_settings = AlertSettingsGroup()
