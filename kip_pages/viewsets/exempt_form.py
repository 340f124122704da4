import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.permissions import policy_registry

from opd_sites.models import Agency

from ..choices import ExemptionGround, ExemptionState
from ..models import ExemptItem
from .own_agency import SEEING, OwnAgencyForm


def own_agencies(request):
    policy = policy_registry.get_by_type(ExemptItem)
    return policy.agencies_for(request.user, SEEING) if request else Agency.objects.none()


class ExemptFilterSet(WagtailFilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=ExemptionState.choices)
    ground = django_filters.ChoiceFilter(label=_("Ground"), choices=ExemptionGround.choices)
    agency = django_filters.ModelChoiceFilter(label=_("Agency"), queryset=own_agencies)

    class Meta:
        model = ExemptItem
        fields = ["state", "ground", "agency"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not own_agencies(self.request)[1:2]:
            del self.filters["agency"]  # nothing to choose from


class ExemptItemForm(OwnAgencyForm):
    def save(self, commit=True):
        if "expires_on" in self.changed_data:
            # Of another end the officers know nothing yet.
            self.instance.warned_at = self.instance.told_at = None
        return super().save(commit)


class OpenForm(forms.Form):
    """What goes over to the register, and nothing else; the officer confirms each word of it."""

    title = forms.CharField(
        label=_("Title in the register"),
        max_length=255,
        help_text=_("Public as soon as somebody publishes the draft."),
    )
    holding_unit = forms.CharField(
        label=_("Unit that holds the information"), max_length=255, required=False
    )
    reason = forms.CharField(
        label=_("Why it is opened"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For the list of exempt information; not public."),
    )


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it is withdrawn"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: entered twice, or the consequence test did not confirm it."),
    )


exempt_panels = ObjectList(
    [
        FieldPanel("agency"),
        MultiFieldPanel(
            [
                FieldPanel("document"),
                FieldPanel("exempt_part"),
                FieldPanel("holding_unit"),
                FieldPanel("has_redacted_copy"),
                FieldPanel("redaction_note"),
            ],
            heading=_("What is exempt"),
        ),
        MultiFieldPanel([FieldPanel("ground"), FieldPanel("statute")], heading=_("Legal basis")),
        MultiFieldPanel(
            [
                FieldPanel("if_opened"),
                FieldPanel("if_closed"),
                FieldPanel("public_interest"),
                FieldRowPanel([FieldPanel("tested_on"), FieldPanel("testers")]),
            ],
            heading=_("Consequence test"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("decision_number"),
                FieldRowPanel([FieldPanel("decided_on"), FieldPanel("place")]),
                FieldPanel("decider_name"),
                FieldPanel("decider_position"),
                FieldRowPanel([FieldPanel("expires_on"), FieldPanel("period")]),
            ],
            heading=_("Decision and period"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("public_information"),
                FieldPanel("public_if_opened"),
                FieldPanel("public_if_closed"),
            ],
            heading=_("Public description"),
            help_text=_(
                "What citizens read in the public list, with the legal basis and the period. "
                "Nothing else of this form is public."
            ),
        ),
    ],
    base_form_class=ExemptItemForm,
)
