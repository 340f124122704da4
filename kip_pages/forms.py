from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.coreutils import find_available_slug

from .areas import area_choices, district_names
from .choices import LEVEL_CHOICES
from .partial_dates import PartialDate, normalise_partial_date


class PartialDateFormField(forms.CharField):
    """Takes dates as officers type them; what cannot be read stays in the field with the reason."""

    def __init__(self, **kwargs):
        super().__init__(max_length=60, required=False, **kwargs)

    def clean(self, value):
        return normalise_partial_date(super().clean(value))

    def prepare_value(self, value):
        try:
            return PartialDate.parse(value).display()
        except (ValueError, AttributeError):
            return value


class DipEntryForm(WagtailAdminPageForm):
    made_when = PartialDateFormField(
        label=_("When it was made"),
        help_text=_("A day, a month, a year or a range of years: 17-05-2021, 05-2021, 2017-2022."),
    )
    period = PartialDateFormField(
        label=_("Period it covers"),
        help_text=_("The year or years the information is about, for example 2024."),
    )


class AreasForm(WagtailAdminPageForm):
    areas = forms.MultipleChoiceField(
        label=_("Regencies and cities"),
        choices=area_choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class EmergencyAnnouncementForm(AreasForm):
    """One list of levels, each with its scheme, so that no level can stand in the wrong one."""

    level = forms.ChoiceField(
        label=_("Level"), choices=[("", _("No level")), *LEVEL_CHOICES], required=False
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        page = self.instance
        if page._state.adding:
            # Wagtail's create view would show what is to be published before anybody confirmed it.
            page.live = False
        # Districts are chosen in the duty officer's form; here they can be taken out again.
        names = district_names()
        districts = [(code, names[code]) for code in page.areas if code in names]
        self.fields["areas"].choices = [*area_choices(), *districts]
        if page.level_value:
            self.fields["level"].initial = f"{page.level_scheme}:{page.level_value}"

    def clean_slug(self):
        """Two floods have one title; the second does not wait until somebody has made up an address."""
        slug = self.cleaned_data["slug"]
        if not slug:  # made of the title
            return slug
        return find_available_slug(self.parent_page, slug, ignore_page_id=self.instance.pk)

    def clean(self):
        cleaned = super().clean()
        scheme, _colon, value = cleaned.get("level", "").partition(":")
        self.instance.level_scheme = scheme or "none"
        self.instance.level_value = value
        return cleaned
