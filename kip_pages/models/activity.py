from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.html import linebreaks
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, TitleFieldPanel
from wagtail.api import APIField
from wagtail.search import index

from ..areas import area_names, area_objects
from ..budget_kinds import kind_of
from ..charts.bars import Amounts
from ..choices import ActivityState, BudgetKind, FeedKind
from ..forms import AreasForm
from .base import ArticlePage, IndexPage
from .journal import Asked, Journal, journal_context


class ActivityIndexPage(IndexPage):
    parent_page_types = ["kip_pages.AgencyHomePage"]
    subpage_types = ["kip_pages.ActivityPage"]

    class Meta:
        verbose_name = _("section of programmes and activities")
        verbose_name_plural = _("sections of programmes and activities")

    def get_context(self, request, *args, **kwargs):
        # Not the section's own list: the journal finds, counts and pages in its own way.
        context = super(IndexPage, self).get_context(request, *args, **kwargs)
        asked = Asked.of(request.GET)
        journal = Journal(self.items(), asked, today=timezone.localdate())
        return context | journal_context(journal, request)


class ActivityPage(ArticlePage):
    """A programme or activity, with what PERKI 1/2021 Ps. 15(2) asks to announce about it."""

    feed_kind = FeedKind.ACTIVITY
    parent_page_types = ["kip_pages.ActivityIndexPage"]
    subpage_types = []
    base_form_class = AreasForm

    state = models.CharField(_("state"), max_length=10, choices=ActivityState.choices)
    goal = models.TextField(_("goal"), blank=True)
    target = models.TextField(_("target and achievement"), blank=True)
    progress = models.PositiveSmallIntegerField(
        _("progress in per cent"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    starts_on = models.DateField(_("begins on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    budget_source = models.CharField(
        _("source of the budget"),
        max_length=120,
        blank=True,
        help_text=_("For example: APBD 2026."),
    )
    budget_kind = models.CharField(
        _("kind of source"),
        max_length=10,
        choices=BudgetKind.choices,
        blank=True,
        help_text=_("Leave it empty, and it is taken from the source you typed."),
    )
    budget_amount = models.DecimalField(
        _("budget in rupiah"),
        max_digits=18,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    budget_spent = models.DecimalField(
        _("realised budget in rupiah"),
        max_digits=18,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("What has been spent of the budget so far."),
    )
    unit = models.CharField(_("unit in charge"), max_length=255, blank=True)
    contact = models.CharField(_("contact"), max_length=255, blank=True)
    location = models.CharField(_("location"), max_length=255, blank=True)
    areas = models.JSONField(_("regencies and cities"), default=list, blank=True)

    content_panels = [
        MultiFieldPanel(
            [
                TitleFieldPanel("title"),
                FieldPanel("summary"),
                FieldPanel("state"),
                FieldPanel("goal"),
                FieldPanel("target"),
                FieldPanel("progress"),
            ],
            heading=_("Programme or activity"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
                FieldRowPanel([FieldPanel("budget_source"), FieldPanel("budget_kind")]),
                FieldRowPanel([FieldPanel("budget_amount"), FieldPanel("budget_spent")]),
            ],
            heading=_("Schedule and budget"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("unit"),
                FieldPanel("contact"),
                FieldPanel("location"),
                FieldPanel("areas"),
            ],
            heading=_("Who and where"),
        ),
        FieldPanel("body"),
    ]
    search_fields = [
        *ArticlePage.search_fields,
        index.SearchField("goal"),
        index.FilterField("state"),
    ]
    api_fields = [
        *ArticlePage.api_fields,
        *(
            APIField(name)
            for name in (
                "state",
                "goal",
                "target",
                "progress",
                "starts_on",
                "ends_on",
                "budget_source",
                "budget_kind",
                "budget_amount",
                "budget_spent",
                "unit",
                "contact",
                "location",
                "areas",
            )
        ),
    ]

    class Meta:
        verbose_name = _("programme or activity")
        verbose_name_plural = _("programmes and activities")

    def clean(self):
        super().clean()
        errors = self._budget_errors()
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            errors["ends_on"] = _("The end cannot be before the beginning.")
        if set(self.areas) - area_names().keys():
            errors["areas"] = _("Choose regencies and cities of the list.")
        if errors:
            raise ValidationError(errors)

    def _budget_errors(self):
        errors = {}
        typed = kind_of(self.budget_source)
        self.budget_kind = self.budget_kind or typed
        if typed not in ("", BudgetKind.LAINNYA, self.budget_kind):
            errors["budget_kind"] = _(
                "The source you typed is another kind. Correct one of them, or leave this empty."
            )
        if not self.budget_spent:
            return errors
        if self.budget_amount is None:
            errors["budget_amount"] = _("Enter the budget as well: part of it has been spent.")
        elif self.budget_spent > self.budget_amount:
            errors["budget_spent"] = _(
                "More was spent than the budget allows. Check the zeros of both numbers."
            )
        if self.state == ActivityState.PLANNED:
            errors["state"] = _("Something has been spent already, so it is not only planned.")
        return errors

    @property
    def amounts(self) -> Amounts:
        """What it may spend and has spent, as charts take it."""
        return Amounts("", self.budget_amount, self.budget_spent)

    @property
    def area_list(self):
        return [area["name"] for area in area_objects(self.areas)]

    @property
    def place(self) -> str:
        """Where it takes place, in a few words."""
        if set(self.areas) >= area_names().keys():
            return gettext("The whole province")
        return ", ".join(self.area_list) or self.location

    def time_gone(self, today) -> int | None:
        """Return how much of its time is over, in whole per cent; None without its first or last day."""
        if not (self.starts_on and self.ends_on):
            return None
        days = (self.ends_on - self.starts_on).days + 1
        return min(max((today - self.starts_on).days, 0), days) * 100 // days

    def feed_html(self):
        goal = linebreaks(self.goal, autoescape=True) if self.goal else ""
        return goal + super().feed_html()

    def feed_object(self):
        return {
            "state": self.state,
            "goal": self.goal,
            "target": self.target,
            "progress": self.progress,
            "starts_on": self.starts_on.isoformat() if self.starts_on else None,
            "ends_on": self.ends_on.isoformat() if self.ends_on else None,
            "budget_source": self.budget_source,
            "budget_kind": self.budget_kind or None,
            "budget_amount": _as_text(self.budget_amount),
            "budget_spent": _as_text(self.budget_spent),
            "unit": self.unit,
            "contact": self.contact,
            "location": self.location,
            "areas": area_objects(self.areas),
        }


def _as_text(amount):
    return None if amount is None else str(amount)
