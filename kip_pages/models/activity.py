from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.html import linebreaks
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, TitleFieldPanel
from wagtail.api import APIField
from wagtail.search import index

from ..areas import area_names, area_objects
from ..choices import ActivityState, FeedKind
from ..forms import AreasForm
from .base import ArticlePage, IndexPage


class ActivityIndexPage(IndexPage):
    parent_page_types = ["kip_pages.AgencyHomePage"]
    subpage_types = ["kip_pages.ActivityPage"]

    class Meta:
        verbose_name = _("section of programmes and activities")
        verbose_name_plural = _("sections of programmes and activities")

    def items(self):
        return super().items().order_by(models.F("starts_on").desc(nulls_last=True), "-pk")

    def narrow(self, items, query):
        items = super().narrow(items, query)
        if query.get("keadaan") in ActivityState.values:
            items = items.filter(state=query["keadaan"])
        return items

    def get_context(self, request, *args, **kwargs):
        return super().get_context(request, *args, **kwargs) | {"states": ActivityState}


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
    budget_amount = models.DecimalField(
        _("budget in rupiah"),
        max_digits=18,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
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
                FieldRowPanel([FieldPanel("budget_source"), FieldPanel("budget_amount")]),
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
                "budget_amount",
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
        errors = {}
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            errors["ends_on"] = _("The end cannot be before the beginning.")
        if set(self.areas) - area_names().keys():
            errors["areas"] = _("Choose regencies and cities of the list.")
        if errors:
            raise ValidationError(errors)

    @property
    def area_list(self):
        return [area["name"] for area in area_objects(self.areas)]

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
            "budget_amount": str(self.budget_amount) if self.budget_amount is not None else None,
            "unit": self.unit,
            "contact": self.contact,
            "location": self.location,
            "areas": area_objects(self.areas),
        }
