"""How the audit log words what happened to people."""

from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogFormatter

from .roles import role_word


class RoleFormatter(LogFormatter):
    """Says which role; the log entry stands on the group of the role."""

    def format_message(self, log_entry):
        return self.message % {"role": role_word(log_entry.data["role"])}


class InviteFormatter(RoleFormatter):
    label = _("Invite")
    message = _("Invited as: %(role)s")


class WithdrawFormatter(RoleFormatter):
    label = _("Withdraw an invitation")
    message = _("Invitation withdrawn: %(role)s")


class GiveRoleFormatter(RoleFormatter):
    label = _("Give a role")
    message = _("Role given: %(role)s")


class TakeRoleFormatter(RoleFormatter):
    label = _("Take a role")
    message = _("Role taken: %(role)s")


LOG_FORMATTERS = {
    "opd_sites.invite": InviteFormatter,
    "opd_sites.withdraw": WithdrawFormatter,
    "opd_sites.give_role": GiveRoleFormatter,
    "opd_sites.take_role": TakeRoleFormatter,
}
