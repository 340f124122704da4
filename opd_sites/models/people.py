from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..choices import ProvinceRole
from .agency import Agency, RoleGroup


class ColleagueQuerySet(models.QuerySet):
    def manageable(self):
        """Everybody but superusers: only a superuser manages these."""
        return self.filter(is_superuser=False)

    def of(self, agencies):
        """Who has a role in one of ``agencies`` and does not work for the province."""
        of_province = self.model.objects.filter(
            groups__held_role__agency=None, groups__held_role__role=ProvinceRole.PROVINCE_ADMIN
        )
        ours = self.model.objects.filter(groups__held_role__agency__in=agencies)
        return (
            self.manageable()
            .filter(pk__in=ours.values("pk"))
            .exclude(pk__in=of_province.values("pk"))
        )

    def with_roles_in(self, agencies):
        """Fetch each one's role groups of ``agencies`` as ``held_groups``, and no other ones."""
        groups = Group.objects.filter(held_role__agency__in=agencies)
        return self._with_groups(groups)

    def with_all_roles(self):
        return self._with_groups(Group.objects.exclude(held_role=None))

    def _with_groups(self, groups):
        groups = groups.select_related("held_role__agency").order_by("held_role__agency", "pk")
        return self.prefetch_related(models.Prefetch("groups", groups, to_attr="held_groups"))


class Colleague(get_user_model()):
    """An account as those see it who manage people; gives their screens rights of their own."""

    objects = ColleagueQuerySet.as_manager()

    class Meta:
        proxy = True
        verbose_name = _("colleague")
        verbose_name_plural = _("colleagues")

    def __str__(self):
        return self.get_full_name() or self.get_username()

    def roles_in(self, agency: Agency | None):
        """Return the role groups held in ``agency``, or for the province."""
        return RoleGroup.objects.filter(agency=agency, group__user=self)


class Invitation(models.Model):
    """A place kept for somebody until the link in an e-mail is followed; then it is gone.

    Says nothing of accounts: whoever invites must not learn whether the address has one.
    """

    agency = models.ForeignKey(
        Agency,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name=_("agency"),
        help_text=_("Empty: for the province."),
    )
    # Becomes the user name, which has 150 characters.
    email = models.EmailField(_("e-mail"), max_length=140)
    name = models.CharField(_("name"), max_length=150)
    roles = models.ManyToManyField(RoleGroup, related_name="+", verbose_name=_("roles"))
    # Gone with whoever invited: nobody grants what they may not grant any more. Empty: the system.
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        editable=False,
    )
    # What the link is about; a newer one makes older links worthless.
    invited_at = models.DateTimeField(_("invited at"), default=timezone.now, editable=False)
    sent_at = models.DateTimeField(_("e-mail sent at"), null=True, editable=False)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-invited_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "email"], name="opd_sites_one_invitation_per_address"
            ),
            models.UniqueConstraint(
                fields=["email"],
                condition=models.Q(agency=None),
                name="opd_sites_one_province_invitation_per_address",
            ),
        ]

    def __str__(self):
        return self.name
