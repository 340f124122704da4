"""Rows of an import in words: what was understood beside what stands in the sheet."""

from django.utils.translation import gettext_lazy as _

from ..choices import InformationFormat
from ..dip_import.storing import row_from_json
from ..dip_import.vocabulary import Stated
from ..import_choices import RowPlan
from ..models import DipEntryPage, DipImportRow

EXEMPT = _("Exempt")


def described(row: DipImportRow) -> list[tuple[str, str]]:
    """Return what was understood of an entry, as labels and values; empty for what is none."""
    if row.plan == RowPlan.ASIDE:
        return []
    told = row_from_json(row.understood)
    lines = [
        (_("Category"), _category(told)),
        (_("Heading of a part"), told.section),
        (_("Summary"), told.summary),
        (_("Unit that holds the information"), told.holder),
        (_("Responsible"), told.responsible),
        (_("Made"), _made(told)),
        (_("Period"), "–".join(map(str, dict.fromkeys(told.period or ())))),
        (_("Forms available"), _forms(told)),
        (_("Retention period"), told.retention),
        (_("Addresses"), "\n".join(told.links)),
        (_("Legal ground of an exemption"), told.legal_basis),
        (_("Key"), "" if told.has_natural_key else told.key),
    ]
    return [(label, value) for label, value in lines if value]


def changed_fields(row: DipImportRow) -> str:
    """Name the fields that differ from what is published."""
    names = []
    for name in row.changes:
        if name == "documents":
            names.append(_("Documents"))
        else:
            names.append(DipEntryPage._meta.get_field(name).verbose_name)
    return ", ".join(str(name) for name in names)


def _category(told):
    if told.category is Stated.EXEMPT:
        return str(EXEMPT)
    return str(told.category.category.label) if told.category else ""


def _made(told):
    if not told.made:
        return told.made_place
    stored = DipEntryPage(made_when=told.made.stored).made
    return ", ".join(filter(None, (told.made_place, stored.display())))


def _forms(told):
    return ", ".join(str(form.label) for form in InformationFormat if form in told.forms)
