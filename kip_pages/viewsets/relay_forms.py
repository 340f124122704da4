from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from ..choices import OFFICERS_REASONS, AlertReach, Hazard
from ..models import AlertSource
from ..models.authority import OF_THE_PROVINCE, authority_at
from ..outward.addresses import BadAddressError, parse
from ..relays.drafting import NoSectionError, section_of


class AlertSourceForm(WagtailAdminModelForm):
    hazards = forms.MultipleChoiceField(
        label=_("Only these hazards"),
        choices=Hazard.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Tick none to have the rule hold for every hazard."),
    )

    def clean_url(self):
        url = self.cleaned_data["url"]
        try:
            parse(url)
        except BadAddressError as error:
            raise ValidationError(str(error), code="address") from error
        return url

    def clean(self):
        """Find out now, and not in an emergency, that nobody could pass anything on."""
        cleaned = super().clean()
        if self.errors:
            return cleaned
        source = AlertSource(agency=cleaned["agency"])
        try:
            section = section_of(source)
        except NoSectionError:
            message = _("There is no section for emergencies where this could be passed on.")
            self.add_error("agency", message)
            return cleaned
        authority = authority_at(section) if cleaned["agency"] else OF_THE_PROVINCE
        if not authority.reach.covers(AlertReach(cleaned["reach"])):
            farthest = {"reach": authority.reach.label}
            self.add_error(
                "reach", _("This agency may announce no farther than: %(reach)s.") % farthest
            )
        return cleaned

    def save(self, commit=True):
        """Write only what was typed: a worker may be writing the rest at this moment."""
        source = self.instance
        is_another_list = "url" in self.changed_data
        if source.pk is None:
            return super().save(commit)
        source = super().save(commit=False)
        fields = list(self._meta.fields)
        if is_another_list or "is_enabled" in self.changed_data:
            source.etag = source.last_modified = source.problem = source.detail = ""
            source.failures, source.failing_since = 0, None
            source.next_attempt_at = timezone.now()
            fields += AlertSource.POLLED
        source.save(update_fields=fields)
        return source


class IgnoreForm(forms.Form):
    """Why a warning is not passed on; the usual reason is there already."""

    reason = forms.ChoiceField(
        label=_("Why it is not passed on"),
        choices=[(reason, reason.label) for reason in OFFICERS_REASONS],
    )
