from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.images import get_image_model_string
from wagtail.models import Collection, Page, Site
from wagtail.search import index

from ..choices import AgencyKind, AgencyRole, AgencyStatus, ProvinceRole
from ..colours import validate_accent_colour
from ..theme import Theme, theme_of

validate_code = RegexValidator(
    r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
    _("Use small letters, digits and single hyphens, starting with a letter, for example dinkes."),
)


class AgencyQuerySet(models.QuerySet):
    def active(self):
        return self.filter(status=AgencyStatus.ACTIVE)

    def holding(self, page):
        """The agency in whose tree ``page`` stands; none for the portal's own pages."""
        return self.filter(root_page__path=page.path[: 2 * Page.steplen])

    def rooted_below(self, page):
        """Agencies whose root page or home page is ``page`` or lies below it."""
        return self.filter(
            models.Q(root_page__path__startswith=page.path)
            | models.Q(site__root_page__path__startswith=page.path)
        )

    def in_order(self):
        """By kind in the order of the law, then by name."""
        position = models.Case(
            *(models.When(kind=kind, then=models.Value(i)) for i, kind in enumerate(AgencyKind)),
            default=models.Value(len(AgencyKind)),
        )
        return self.order_by(position, "name", "pk")


class Agency(index.Indexed, models.Model):
    """One public body (OPD) with its own site. ``code`` is its key and survives every renaming."""

    code = models.CharField(
        _("code"),
        max_length=40,
        unique=True,
        validators=[validate_code],
        help_text=_("Stable key in addresses of the feed and in files; never changes."),
    )
    name = models.CharField(_("full name"), max_length=255)
    short_name = models.CharField(_("short name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=20, choices=AgencyKind.choices)
    status = models.CharField(
        _("status"), max_length=20, choices=AgencyStatus.choices, default=AgencyStatus.ACTIVE
    )
    status_changed_at = models.DateTimeField(
        _("status changed at"), default=timezone.now, editable=False
    )
    is_lead = models.BooleanField(
        _("lead information officer (PPID Utama)"),
        default=False,
        help_text=_("The agency that runs the portal; what the portal publishes is its."),
    )

    address = models.TextField(_("address"), blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    office_hours = models.TextField(
        _("service hours"), blank=True, help_text=_("One line per group of days.")
    )
    logo = models.ForeignKey(
        get_image_model_string(),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("logo"),
    )
    accent_colour = models.CharField(
        _("accent colour"),
        max_length=7,
        default="#0b5d8a",
        validators=[validate_accent_colour],
        help_text=_("As #rrggbb; dark enough to be read on white."),
    )

    # Empty only while the agency is being provisioned, within one transaction.
    site = models.OneToOneField(
        Site, on_delete=models.PROTECT, null=True, editable=False, verbose_name=_("site")
    )
    root_page = models.OneToOneField(
        Page,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("root page"),
    )
    collection = models.OneToOneField(
        Collection,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        verbose_name=_("collection"),
    )

    objects = AgencyQuerySet.as_manager()

    search_fields = [
        index.SearchField("name", boost=2),
        index.SearchField("short_name", boost=2),
        index.SearchField("code"),
        index.AutocompleteField("name"),
        index.AutocompleteField("short_name"),
        index.AutocompleteField("code"),
        index.FilterField("kind"),
        index.FilterField("status"),
    ]

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_lead"],
                condition=models.Q(is_lead=True),
                name="opd_sites_one_lead_agency",
                violation_error_message=_("Another agency is the lead already."),
            )
        ]

    def __str__(self):
        return self.name

    @property
    def theme(self) -> Theme:
        """Its colour, readable on every ground of its site."""
        return theme_of(self.accent_colour)

    @property
    def is_active(self):
        return self.status == AgencyStatus.ACTIVE

    @property
    def url(self):
        """Address of the agency's home page, without a trailing path."""
        return self.site.root_url if self.site_id else ""


class RoleGroup(models.Model):
    """The Django group that holds one role: in one agency, or for the province where there is none."""

    agency = models.ForeignKey(
        Agency, on_delete=models.CASCADE, null=True, related_name="role_groups"
    )
    role = models.CharField(
        _("role"), max_length=20, choices=[*AgencyRole.choices, *ProvinceRole.choices]
    )
    group = models.OneToOneField("auth.Group", on_delete=models.CASCADE, related_name="held_role")

    class Meta:
        verbose_name = _("group of a role")
        verbose_name_plural = _("groups of roles")
        ordering = ["agency", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "role"], name="opd_sites_one_group_per_agency_role"
            ),
            models.UniqueConstraint(
                fields=["role"],
                condition=models.Q(agency=None),
                name="opd_sites_one_group_per_province_role",
            ),
        ]

    def __str__(self):
        return self.group.name
