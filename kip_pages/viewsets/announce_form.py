"""The form of the act: what an announcement cannot do without, on one screen of a phone."""

import datetime

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils import timezone
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _

from ..alerts import acting
from ..areas import area_choices, area_names, districts_of
from ..choices import (
    LEVELS,
    AlertReach,
    AlertStatus,
    Certainty,
    EmergencyKind,
    MessageType,
    Severity,
    Urgency,
)
from ..forms import ChosenAgenciesField, ChosenAgenciesMixin
from ..hazards import PRESETS, severity_of
from ..models import EmergencyAnnouncementPage
from ..models.authority import Authority

OWN, RELAY = "own", "relay"
HOURS = (1, 3, 6, 12, 24, 48, 72, 7 * 24, 14 * 24, 30 * 24, 60 * 24, 90 * 24)
AT = "at"  # a moment of one's own


def _hours(hours):
    if hours < 48:
        return _("%(n)s hours") % {"n": hours}
    return _("%(n)s days") % {"n": hours // 24}


def _text(label, *, required=False, rows=3, help_text=""):
    widget = forms.Textarea({"rows": rows})
    return forms.CharField(label=label, required=required, widget=widget, help_text=help_text)


def _moment(label):
    """A day and an hour as telephones ask for them: in the one form that their fields take."""
    widget = forms.SplitDateTimeWidget(
        date_attrs={"type": "date", "aria-label": format_lazy("{}: {}", label, _("date"))},
        time_attrs={"type": "time", "aria-label": format_lazy("{}: {}", label, _("time"))},
        date_format="%Y-%m-%d",
        time_format="%H:%M",
    )
    return forms.SplitDateTimeField(label=label, required=False, widget=widget)


class AnnounceForm(ChosenAgenciesMixin, forms.Form):
    """What is said, in the order in which somebody in a hurry can answer.

    Elements a, b, d and e of the standard are required; everything else can follow.
    """

    title = forms.CharField(label=_("Title"), max_length=255)
    level = forms.ChoiceField(label=_("Level"), required=False)
    severity = forms.ChoiceField(
        label=_("How grave"), choices=Severity.choices, widget=forms.RadioSelect, required=False
    )
    areas = forms.MultipleChoiceField(
        label=_("Where"),
        choices=area_choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Nothing ticked: the whole province."),
    )
    districts = forms.MultipleChoiceField(
        label=_("Only these districts (kecamatan)"), required=False, widget=forms.SelectMultiple
    )
    hazard_and_impact = _text(_("a. What happened, and how large it is"), required=True)
    affected_people = _text(_("b. Who may be affected"), required=True, rows=2)
    how_to_avoid = _text(_("d. What to do"), required=True)
    evacuation = _text(_("c. Evacuation: how and where to"), rows=2)
    how_to_get_help = _text(_("e. How to get help"), required=True, rows=2)
    lasts = forms.ChoiceField(label=_("Holds for"))
    expires = _moment(_("Until"))
    origin = forms.ChoiceField(
        label=_("Whose word it is"),
        choices=[(OWN, _("Our own")), (RELAY, _("We pass it on"))],
        widget=forms.RadioSelect,
    )
    original_issuer = forms.CharField(
        label=_("Issued by"), required=False, max_length=255, help_text=_("BMKG, PVMBG, BPOM …")
    )
    original_url = forms.CharField(
        label=_("Address or number of the original"), required=False, max_length=2000
    )
    original_sent = _moment(_("Time of the original"))
    reach = forms.ChoiceField(label=_("Shown on"), widget=forms.RadioSelect)
    target_agencies = ChosenAgenciesField()
    status = forms.ChoiceField(
        label=_("In earnest?"), choices=AlertStatus.choices, widget=forms.RadioSelect
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=EmergencyKind.choices)
    urgency = forms.ChoiceField(label=_("Urgency"), choices=Urgency.choices)
    certainty = forms.ChoiceField(label=_("Certainty"), choices=Certainty.choices)
    announcement_method = _text(_("g. How it is announced in an emergency"), rows=2)
    authority_actions = _text(_("h. What the authorities are doing"), rows=2)

    # What stands folded away: it has a good beginning, or can follow.
    FOLDED = ("status", "kind", "urgency", "certainty", "announcement_method", "authority_actions")
    SOURCE = ("original_issuer", "original_url", "original_sent")
    use_required_attribute = False

    def __init__(self, *args, authority: Authority, agencies: list, begun: dict, **kwargs):
        self.begun, self.authority = begun, authority
        super().__init__(*args, **kwargs)
        preset = PRESETS[begun["hazard"]]
        self.levels = LEVELS[begun["level_scheme"]]
        self.fields["level"].choices = [("", _("No level")), *self.levels.items()]
        self.fields["districts"].choices = [
            (name, list(districts_of(code).items())) for code, name in area_names().items()
        ]
        longest = preset.at_most / datetime.timedelta(hours=1)
        hours = sorted({*HOURS, int(preset.lasts / datetime.timedelta(hours=1))})
        lasts = [(str(n), _hours(n)) for n in hours if n <= longest]
        self.fields["lasts"].choices = [*lasts, (AT, _("until a moment of your own"))]
        self.offer_targets(authority.reaches, agencies, before=begun.get("target_agencies", ()))
        if not self.levels:
            del self.fields["level"]

    def clean(self):
        cleaned = super().clean()
        texts = {name: value for name, value in cleaned.items() if isinstance(value, str)}
        for name, text in texts.items():
            if gaps := acting.gaps_of({name: text}):
                self.add_error(
                    name, _("Fill in, or take out: %(gaps)s") % {"gaps": ", ".join(gaps)}
                )
        if cleaned.get("lasts") == AT and not cleaned.get("expires") and not self.errors:
            self.add_error("expires", _("Say until when it holds."))
        return cleaned

    def said(self, *, at: datetime.datetime) -> dict:
        """Return the fields of the announcement, as ``acting.draft`` takes them."""
        told = dict(self.cleaned_data)
        lasts, expires = told.pop("lasts"), told.pop("expires")
        scheme, level = self.begun["level_scheme"], told.pop("level", "")
        districts = told.pop("districts")
        regencies = {code[:5] for code in districts}
        told["areas"] = [c for c in told["areas"] if c not in regencies] + districts
        if told.pop("origin") == OWN:
            told |= {"original_issuer": "", "original_url": "", "original_sent": None}
        if lasts != AT:
            expires = acting.ends_at(datetime.timedelta(hours=int(lasts)), effective=at)
        return told | {
            "hazard": self.begun["hazard"],
            "level_scheme": scheme if level else "none",
            "level_value": level,
            "severity": told["severity"] or severity_of(scheme, level),
            "message_type": self.begun.get("message_type", MessageType.ALERT),
            "predecessor": self.begun.get("predecessor"),
            "effective": at,
            "expires": expires,
        }

    def add_page_errors(self, error: ValidationError) -> None:
        """Show at the form's fields what the announcement says is wrong with it."""
        for name, messages in error.message_dict.items():
            if name in self.fields:
                self.add_error(name, messages)
            else:
                label = _label_of(name)
                self.add_error(None, [f"{label}: {text}" if label else text for text in messages])


def _label_of(name):
    """Return what the page calls a field that this form does not show; "" where it is none."""
    if name == NON_FIELD_ERRORS:
        return ""
    return capfirst(EmergencyAnnouncementPage._meta.get_field(name).verbose_name)


def initial_of(begun: dict, authority: Authority) -> dict:
    """Return how the form begins: with what is known of the hazard, or of what is followed."""
    preset = PRESETS[begun["hazard"]]
    passes_on = begun.get("original_issuer") or begun["kind"] not in authority.originates
    areas = begun.get("areas", [])
    regencies = set(area_names())
    return begun | {
        "level": begun.get("level_value", ""),
        "areas": [code for code in areas if code in regencies],
        "districts": [code for code in areas if code not in regencies],
        "lasts": str(int(preset.lasts / datetime.timedelta(hours=1))),
        "origin": RELAY if passes_on else OWN,
        "reach": _reach_to_begin_with(begun.get("reach"), authority),
        "target_agencies": [agency.code for agency in begun.get("target_agencies", ())],
        "status": begun.get("status", AlertStatus.ACTUAL),
        "urgency": begun.get("urgency", Urgency.IMMEDIATE),
        "certainty": begun.get("certainty", Certainty.LIKELY),
        "original_sent": begun.get("original_sent") or timezone.localtime(),
    }


def _reach_to_begin_with(reach, authority):
    """As far as what is followed; else to everybody, or to oneself: nobody has chosen yet whom else."""
    if reach in authority.reaches:
        return reach
    farthest = authority.reaches[-1]
    return farthest if farthest == AlertReach.PROVINCE else AlertReach.OWN_SITE
