"""Who announces what in the sample province, and the words its administrators have prepared."""

from opd_sites.models import Agency

from ..alerts.authority import grant
from ..choices import AlertReach, EmergencyKind
from ..models import AlertSource, AlertTemplate
from .texts import read

# In charge of a hazard, and so the first to say something; all others pass on what they are told.
ORIGINATORS = {
    "bpbd": (
        [
            EmergencyKind.NATURAL_DISASTER,
            EmergencyKind.NON_NATURAL_DISASTER,
            EmergencyKind.SOCIAL_DISASTER,
        ],
        AlertReach.PROVINCE,
    ),
    "dinkes": (
        [EmergencyKind.INFECTIOUS_DISEASE, EmergencyKind.FOOD_POISON],
        AlertReach.PROVINCE,
    ),
    "ketapang": ([EmergencyKind.FOOD_POISON], AlertReach.CHOSEN_AGENCIES),
    "kesbangpol": ([EmergencyKind.SOCIAL_DISASTER], AlertReach.CHOSEN_AGENCIES),
    "dpupr": ([EmergencyKind.UTILITY_DISRUPTION], AlertReach.OWN_SITE),
    "desdm": ([EmergencyKind.UTILITY_DISRUPTION], AlertReach.OWN_SITE),
    "rsud-banten": ([EmergencyKind.UTILITY_DISRUPTION], AlertReach.OWN_SITE),
    "rsud-malingping": ([EmergencyKind.UTILITY_DISRUPTION], AlertReach.OWN_SITE),
}


# Who passes on what BMKG warns of.
RELAYING_AGENCY = "bpbd"
NOWCAST = {
    "name": "Peringatan dini cuaca BMKG",
    "issuer": "BMKG (Badan Meteorologi, Klimatologi, dan Geofisika)",
    "url": "https://www.bmkg.go.id/alerts/nowcast/id",
    "reach": AlertReach.PROVINCE,
}


def name_sources() -> int:
    """Enter BMKG's list of weather warnings, switched off: a sample province asks nobody anything."""
    if AlertSource.objects.exists():
        return 0
    agency = Agency.objects.filter(code=RELAYING_AGENCY).first()
    source = AlertSource(agency=agency, is_enabled=False, **NOWCAST)
    source.full_clean()
    source.save()
    return 1


def authorise() -> int:
    """Give agencies that have none their authority, and return how many that were."""
    agencies = Agency.objects.filter(code__in=ORIGINATORS, alert_authority=None)
    for agency in agencies:
        kinds, reach = ORIGINATORS[agency.code]
        grant(agency, originates=kinds, reach=reach)
    return len(agencies)


def write_templates() -> int:
    """Write the templates of hazards that have none, and return how many that were."""
    made = 0
    for hazard, templates in read("templates").items():
        if AlertTemplate.objects.filter(hazard=hazard).exists():
            continue
        for said in templates:
            scheme, _colon, value = said.get("level", "").partition(":")
            fields = {name: text for name, text in said.items() if name != "level"}
            template = AlertTemplate(hazard=hazard, **fields)
            template.level_scheme, template.level_value = scheme or "none", value
            template.full_clean()
            template.save()
            made += 1
    return made
