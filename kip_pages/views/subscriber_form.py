from django import forms
from django.utils.translation import gettext_lazy as _

from opd_sites.models import Agency

from ..areas import area_choices
from ..choices import EmergencyKind
from ..subscribers.subscribing import Choices


class AgencyNamesField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, agency):
        return agency.name


class ChoicesForm(forms.Form):
    """What to be told of. Nothing chosen in a group means all of it."""

    kinds = forms.MultipleChoiceField(
        label=_("Kinds of emergencies"),
        help_text=_("Choose none to be told of all."),
        choices=EmergencyKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    regencies = forms.MultipleChoiceField(
        label=_("Regencies and cities"),
        help_text=_("Choose none to be told of the whole province."),
        choices=area_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    agencies = AgencyNamesField(
        label=_("Agencies of the province"),
        help_text=_("Choose none to be told by all. Alerts for the whole province always come."),
        queryset=Agency.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    wants_news = forms.BooleanField(label=_("News of these agencies, too"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agencies"].queryset = Agency.objects.active().in_order()

    @property
    def groups(self):
        return [self[name] for name in ("kinds", "regencies", "agencies")]

    @property
    def choices(self) -> Choices:
        """What was chosen, once the form is valid."""
        data = self.cleaned_data
        return Choices(
            kinds=tuple(data["kinds"]),
            regencies=tuple(data["regencies"]),
            agencies=tuple(data["agencies"]),
            wants_news=data["wants_news"],
        )


class SubscribeForm(ChoicesForm):
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email"}),
        error_messages={
            "required": _("Enter the address at which you read e-mail."),
            "invalid": _("Enter a whole address, for example name@example.id."),
        },
    )
    # Nobody sees it; programmes that fill in everything give themselves away.
    website = forms.CharField(required=False, widget=forms.TextInput({"autocomplete": "off"}))

    @property
    def is_of_a_programme(self) -> bool:
        return bool(self.cleaned_data["website"])
