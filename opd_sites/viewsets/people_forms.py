from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from .. import people
from ..choices import AgencyRole, ProvinceRole
from ..models import Invitation
from ..roles import role_word
from ..walls import agencies_where, works_for_province

ROLE_HINTS = {
    AgencyRole.EDITOR: _("writes drafts"),
    AgencyRole.PUBLISHER: _("and publishes"),
    AgencyRole.AGENCY_ADMIN: _("and invites and removes colleagues"),
    ProvinceRole.PROVINCE_ADMIN: _("everything, in all agencies"),
    ProvinceRole.DUTY_OFFICER: _("publishes emergency announcements of the province"),
}


class RolesField(forms.MultipleChoiceField):
    """Ticks for the roles that somebody may give and take."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, roles, **kwargs):
        choices = [(str(role), f"{role_word(role)} – {ROLE_HINTS[role]}") for role in roles]
        super().__init__(choices=choices, **kwargs)


class InvitationForm(forms.Form):
    """A door to ``people.invite``: name, address and roles, in one's own agency."""

    name = forms.CharField(label=_("Name"), max_length=150)
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=Invitation._meta.get_field("email").max_length,
        help_text=_("The link to log in for the first time is sent there."),
    )

    def __init__(self, *args, instance=None, for_user, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance = instance
        self.for_user = for_user
        agencies = agencies_where(for_user, people.MANAGE).order_by("name")
        self.only_agency = None if works_for_province(for_user) else _only(agencies)
        if not self.only_agency:
            self.fields["agency"] = forms.ModelChoiceField(
                agencies,
                label=capfirst(_("agency")),
                required=not works_for_province(for_user),
                empty_label=_("the province") if works_for_province(for_user) else "---------",
            )
        self.fields["roles"] = RolesField(roles=self._offered(), label=_("Roles"))

    def _offered(self):
        if self.only_agency:
            return people.grantable_roles(self.for_user, self.only_agency)
        if works_for_province(self.for_user):
            return [*AgencyRole, *ProvinceRole]
        return list(AgencyRole)

    def clean(self):
        cleaned = super().clean()
        agency = cleaned["agency"] = self.only_agency or cleaned.get("agency")
        if self.errors:
            return cleaned
        if not set(cleaned["roles"]) <= set(people.grantable_roles(self.for_user, agency)):
            self.add_error("roles", self._misplaced(agency))
        if people.works_in(cleaned["email"], agency):
            hint = _("This colleague works there already: change the roles instead.")
            self.add_error("email", hint)
        return cleaned

    def _misplaced(self, agency):
        if not works_for_province(self.for_user):
            return _("You do not have these roles there yourself, so you cannot give them.")
        if agency is None:
            return _("These are roles within an agency: choose the agency as well.")
        return _("These are roles for the whole province: choose no agency for them.")

    def save(self, *, at):
        invitation = people.invite(**self.cleaned_data, by=self.for_user, at=at)
        self.instance = invitation
        return invitation


class ColleagueForm(forms.Form):
    """A door to ``people.change_roles``: ticks for each agency; the province also corrects names."""

    def __init__(self, *args, instance, for_user, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance = instance
        self.for_user = for_user
        if works_for_province(for_user):
            self.fields |= _description_fields(instance)
        self.places = {
            f"roles_{place.pk}" if place else "roles": place
            for place in people.places_of(instance, for_user)
        }
        for name, place in self.places.items():
            self.fields[name] = RolesField(
                roles=people.grantable_roles(for_user, place),
                label=place.name if place else capfirst(_("the province")),
                required=False,
                initial=[group.role for group in instance.roles_in(place)],
            )
        # Shown when it is needed, see `clean`.
        self.fields["leave_alone"] = forms.BooleanField(
            label=_("I know that nobody is left then who may invite colleagues"),
            required=False,
            widget=forms.HiddenInput,
        )

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        if not any(cleaned[name] for name in self.places):
            raise forms.ValidationError(
                _("Nothing would be left to do. To take all roles from somebody, use “Remove”.")
            )
        deserted = [
            place.name
            for name, place in self.places.items()
            if AgencyRole.AGENCY_ADMIN not in cleaned[name]
            and people.is_last_administrator(self.instance, place)
        ]
        if deserted and not cleaned["leave_alone"]:
            self.fields["leave_alone"].widget = forms.CheckboxInput()
            message = _("This is the last administrator of %(agency)s.")
            self.add_error(
                "leave_alone",
                forms.ValidationError(message, params={"agency": ", ".join(deserted)}),
            )
        return cleaned

    def save(self):
        data = self.cleaned_data
        if "name" in data:
            people.describe(self.instance, name=data["name"], email=data["email"], by=self.for_user)
        # Given everywhere before any is taken: who has none in between would be shut out.
        for name, place in self.places.items():
            held = {group.role for group in self.instance.roles_in(place)}
            self._change_roles(place, held.union(data[name]))
        for name, place in self.places.items():
            self._change_roles(place, data[name])
        return self.instance

    def _change_roles(self, place, roles):
        self.instance = people.change_roles(
            self.instance, roles=roles, agency=place, by=self.for_user
        )


def _only(queryset):
    """Return the single object of the queryset, or None where there are more or none."""
    found = list(queryset[:2])
    return found[0] if len(found) == 1 else None


def _description_fields(colleague):
    return {
        "name": forms.CharField(label=_("Name"), max_length=150, initial=colleague.get_full_name()),
        "email": forms.EmailField(label=_("E-mail"), max_length=254, initial=colleague.email),
    }
