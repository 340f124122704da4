from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.coreutils import find_available_slug

from .areas import area_choices, district_names
from .choices import LEVEL_CHOICES, AlertReach
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


class FilteredChoices(forms.CheckboxSelectMultiple):
    """Many boxes to tick, with a field above that leaves those with the typed letters."""

    def __init__(self):
        super().__init__({"class": "kip-choices", "data-filter": _("Search agencies")})

    @property
    def media(self):
        return forms.Media(css={"all": ["kip_pages/targets.css"]}, js=["kip_pages/targets.js"])


class ChosenAgenciesField(forms.MultipleChoiceField):
    """Agencies by their public code: an id would tell of those that nobody is shown."""

    def __init__(self):
        super().__init__(label=_("Chosen agencies"), widget=FilteredChoices, required=False)


class ChosenAgenciesMixin:
    """For forms with ``reach`` and ``target_agencies``: offers what can be chosen at their place."""

    def offer_targets(self, reaches, agencies, *, before=()):
        """Offer ``reaches``, and ``agencies`` one by one; without any, single ones are no choice."""
        kept = [reach for reach in reaches if agencies or reach != AlertReach.CHOSEN_AGENCIES]
        self.fields["reach"].choices = [(reach, reach.label) for reach in kept]
        self.to_choose = {agency.code: agency for agency in agencies}
        # What is suspended can be neither shown nor taken out, and shows it again when it comes back.
        self.hidden_targets = [agency for agency in before if agency.code not in self.to_choose]
        if AlertReach.CHOSEN_AGENCIES in kept:
            named = [(agency.code, agency.name) for agency in agencies]
            self.fields["target_agencies"].choices = named
        else:
            del self.fields["target_agencies"]

    def clean_target_agencies(self):
        if self.cleaned_data.get("reach") != AlertReach.CHOSEN_AGENCIES:
            return []
        chosen = [self.to_choose[code] for code in self.cleaned_data["target_agencies"]]
        if not chosen:
            raise forms.ValidationError(
                _("Choose on whose sites it is shown, or show it on your own.")
            )
        return [*chosen, *self.hidden_targets]


class EmergencyAnnouncementForm(ChosenAgenciesMixin, AreasForm):
    """One list of levels, each with its scheme, so that no level can stand in the wrong one."""

    target_agencies = ChosenAgenciesField()

    level = forms.ChoiceField(
        label=_("Level"), choices=[("", _("No level")), *LEVEL_CHOICES], required=False
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        page = self.instance
        if page._state.adding:
            # Wagtail's create view would show what is to be published before anybody confirmed it.
            page.live = False
        self._offer_targets(page)
        # Districts are chosen in the duty officer's form; here they can be taken out again.
        names = district_names()
        districts = [(code, names[code]) for code in page.areas if code in names]
        self.fields["areas"].choices = [*area_choices(), *districts]
        if page.level_value:
            self.fields["level"].initial = f"{page.level_scheme}:{page.level_value}"

    def _offer_targets(self, page):
        place = self.parent_page if page._state.adding else page
        reaches, agencies = page.range_at(place)
        before = list(page.target_agencies.all())
        # What it reaches now stays a choice: saving the form must not change it in passing.
        reaches = [reach for reach in AlertReach if reach in (*reaches, page.reach)]
        agencies = agencies or [agency for agency in before if agency.is_active]
        self.offer_targets(reaches, agencies, before=before)
        self.initial["target_agencies"] = [agency.code for agency in before]

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
