"""The list of exempt information (Daftar Informasi yang Dikecualikan), apart from all pages.

No page type, no search index, no reference index, no feed: what stands here is read in its own
admin screens by the information officers of its agency, and by nobody else. Citizens see the public
description of what is in force, and nothing but that.
"""

import datetime
import re

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..choices import LAW_ENFORCEMENT_YEARS, NEVER_PERMANENT, ExemptionGround, ExemptionState

# A statute by its number: UU 27/2022, Undang-Undang Nomor 27 Tahun 2022, Perppu 1/2020.
NAMES_A_STATUTE = re.compile(r"\b(?:uu|undang[\s-]*undang|perp?pu)\b.*\d", re.I | re.S)

# What must be known before an exemption holds, with what the law asks for.
NEEDED = {
    "document": _("Name the document that holds the information (PERKI 1/2021 Ps. 49)."),
    "exempt_part": _("Describe plainly which part is exempt: the rest stays open (Ps. 49)."),
    "holding_unit": _("Say which unit holds the information (PP 61/2010)."),
    "statute": _("Name the statute that the exemption relies on: its number and article (Ps. 49)."),
    "if_opened": _("Weigh what would follow if it were opened (UU 14/2008 Ps. 19, Ps. 2)."),
    "if_closed": _("Weigh what follows if it stays closed (UU 14/2008 Ps. 19, Ps. 2)."),
    "public_interest": _("Weigh the public interest in knowing it (UU 14/2008 Ps. 2)."),
    "tested_on": _("Say when the consequences were tested (UU 14/2008 Ps. 19)."),
    "testers": _("Say who tested the consequences (UU 14/2008 Ps. 19)."),
    "decision_number": _("Give the number of the decision."),
    "decided_on": _("Give the date of the decision (PP 61/2010)."),
    "place": _("Give the place of the decision (PP 61/2010)."),
    "decider_name": _("Name the information officer (PPID) who decides (PP 61/2010)."),
    "decider_position": _("Give the position of who decides."),
    "public_information": _("Say in public words what is exempt: citizens see this line."),
    "public_if_opened": _("Say in public words what would follow if it were opened."),
    "public_if_closed": _("Say in public words what is gained while it stays closed."),
}

PUBLIC_FIELDS = (
    *("public_information", "ground", "statute", "public_if_opened", "public_if_closed"),
    *("expires_on", "period", "decision_number", "decided_on", "has_redacted_copy"),
)


class ExemptItemStaysError(RuntimeError):
    """Nothing is deleted from the list of exempt information; open or withdraw it, with a reason."""


class ExemptItemQuerySet(models.QuerySet):
    def in_force(self, *, on: datetime.date):
        """Decided, and neither opened, withdrawn nor run out on that day."""
        return self.filter(state=ExemptionState.IN_FORCE).filter(
            Q(expires_on=None) | Q(expires_on__gte=on)
        )

    def expired(self, *, on: datetime.date):
        """Those whose period has ended and that nobody has opened yet."""
        return self.filter(state=ExemptionState.IN_FORCE, expires_on__lt=on)

    def ending_by(self, *, last: datetime.date):
        """Those whose period has ended, or ends on ``last`` at the latest."""
        return self.filter(state=ExemptionState.IN_FORCE, expires_on__lte=last)

    def public(self, *, on: datetime.date):
        """What citizens see: the public fields of what is in force; the rest is not even fetched."""
        letter = Case(
            *(When(ground=g, then=Value(n)) for n, g in enumerate(ExemptionGround.values))
        )
        return (
            self.in_force(on=on).only(*PUBLIC_FIELDS).order_by(letter, "public_information", "pk")
        )

    def delete(self):
        raise ExemptItemStaysError("an exempt item stays in the list")


class ExemptItem(models.Model):
    """Information that is exempt by UU 14/2008 Ps. 17, with its consequence test and decision."""

    agency = models.ForeignKey(
        "opd_sites.Agency",
        on_delete=models.PROTECT,
        related_name="exempt_items",
        verbose_name=_("agency"),
    )
    document = models.CharField(
        _("document that holds the information"),
        max_length=255,
        help_text=_("For officers only; citizens see the public description below."),
    )
    exempt_part = models.TextField(
        _("part that is exempt"),
        blank=True,
        help_text=_("Plainly, for example: the names and addresses of patients on pages 3 to 9."),
    )
    holding_unit = models.CharField(
        _("unit that holds the information"), max_length=255, blank=True
    )
    has_redacted_copy = models.BooleanField(
        _("a copy with the exempt part blacked out can be given"), default=False
    )
    redaction_note = models.TextField(_("note on the blacked-out copy"), blank=True)

    ground = models.CharField(
        _("ground (UU 14/2008 Ps. 17)"), max_length=20, choices=ExemptionGround.choices
    )
    statute = models.TextField(
        _("statute relied on"),
        blank=True,
        help_text=_("Number and article, for example: UU 27/2022 Ps. 4 ayat (2)."),
    )

    if_opened = models.TextField(_("consequence if it is opened"), blank=True)
    if_closed = models.TextField(_("consequence if it stays closed"), blank=True)
    public_interest = models.TextField(_("weighing of the public interest"), blank=True)
    tested_on = models.DateField(_("tested on"), null=True, blank=True)
    testers = models.TextField(_("tested by"), blank=True, help_text=_("Names and positions."))

    decision_number = models.CharField(_("number of the decision"), max_length=100, blank=True)
    decided_on = models.DateField(_("date of the decision"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=100, blank=True)
    decider_name = models.CharField(_("deciding officer (PPID)"), max_length=255, blank=True)
    decider_position = models.CharField(_("position"), max_length=255, blank=True)
    expires_on = models.DateField(
        _("last day of the exemption"),
        null=True,
        blank=True,
        help_text=_(
            "Needed for the grounds a to f, which are never permanent; for law enforcement at most "
            "30 years after the decision."
        ),
    )
    period = models.CharField(
        _("period in words"),
        max_length=255,
        blank=True,
        help_text=_("Where no day is fixed, for example: as long as the person lives."),
    )

    public_information = models.CharField(
        _("information, in public words"),
        max_length=255,
        blank=True,
        help_text=_("Name the kind of information; reveal nothing of what it says."),
    )
    public_if_opened = models.TextField(
        _("consequence if it is opened, in public words"), blank=True
    )
    public_if_closed = models.TextField(
        _("consequence if it stays closed, in public words"), blank=True
    )

    state = models.CharField(
        _("state"),
        max_length=10,
        choices=ExemptionState.choices,
        default=ExemptionState.DRAFT,
        editable=False,
    )
    state_reason = models.TextField(_("reason"), blank=True, editable=False)
    state_changed_at = models.DateTimeField(default=timezone.now, editable=False)
    # The draft in the register that this became.
    opened_as = models.ForeignKey(
        "kip_pages.DipEntryPage",
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )
    # When officers were told by e-mail that the end is near, and that it has come.
    warned_at = models.DateTimeField(null=True, editable=False)
    told_at = models.DateTimeField(null=True, editable=False)

    objects = ExemptItemQuerySet.as_manager()

    # Usage screens of pages would tell who has something to hide about what.
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("exempt item")
        verbose_name_plural = _("exempt items")
        ordering = ["expires_on", "pk"]

    def __str__(self):
        """Name it without saying what it is: this stands in logs, e-mails and reports."""
        return f"DIK-{self.pk or 0:05d}"

    @property
    def legal_ground(self) -> str:
        """The article of the law, as decisions cite it."""
        return f"UU 14/2008 Ps. 17 huruf {ExemptionGround(self.ground).letter}"

    @property
    def ground_words(self) -> str:
        return ExemptionGround(self.ground).words

    @property
    def is_closed_case(self) -> bool:
        return self.state in (ExemptionState.OPENED, ExemptionState.WITHDRAWN)

    def has_expired(self, *, on: datetime.date) -> bool:
        return bool(
            self.state == ExemptionState.IN_FORCE and self.expires_on and self.expires_on < on
        )

    @property
    def missing(self) -> dict:
        """Return what the law asks for before this can be exempt: messages by field."""
        missing = {name: why for name, why in NEEDED.items() if not getattr(self, name)}
        if not self.expires_on and self.ground in NEVER_PERMANENT:
            missing["expires_on"] = _(
                "An exemption on the grounds a to f is never permanent (UU 14/2008 Ps. 20): give "
                "its last day."
            )
        elif not (self.expires_on or self.period):
            missing["period"] = _(
                "Say how long it is exempt (PP 61/2010): the last day, or the period in words."
            )
        return missing

    def clean(self):
        super().clean()
        errors = self._contradictions()
        if self.state == ExemptionState.IN_FORCE:
            errors = self.missing | errors
        if errors:
            raise ValidationError(errors)

    def _contradictions(self):
        errors = {}
        if self.ground == ExemptionGround.OTHER_LAW and self.statute:
            if not NAMES_A_STATUTE.search(self.statute):
                errors["statute"] = _(
                    "Ground j needs a statute by its number and article: a regulation below a "
                    "statute (Undang-Undang) exempts nothing."
                )
        if self.tested_on and self.decided_on and self.decided_on < self.tested_on:
            errors["decided_on"] = _(
                "The consequences are tested before the decision (UU 14/2008 Ps. 19)."
            )
        if self.expires_on and self.decided_on:
            if self.expires_on <= self.decided_on:
                errors["expires_on"] = _("The last day must be after the decision.")
            elif self.ground == ExemptionGround.LAW_ENFORCEMENT and self.expires_on > years_after(
                self.decided_on, LAW_ENFORCEMENT_YEARS
            ):
                errors["expires_on"] = _(
                    "Information on law enforcement is exempt for 30 years at most (PP 61/2010)."
                )
        return errors

    def delete(self, *args, **kwargs):
        raise ExemptItemStaysError(f"{self} stays in the list")


def years_after(day: datetime.date, years: int) -> datetime.date:
    """Return the same day so many years later; 29 February becomes 28 February where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
