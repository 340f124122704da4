"""What the history of an object says of the things that only this app does."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import LogFormatter

from .models import ExemptItem


def register_log_actions(actions):
    for name, label, message in (
        ("freeze_edition", gettext_lazy("Freeze edition"), gettext_lazy("Edition frozen")),
        ("exempt_in_force", gettext_lazy("Put exemption in force"), gettext_lazy("In force")),
        ("exempt_opened", gettext_lazy("Open information"), gettext_lazy("Information opened")),
        ("exempt_withdrawn", gettext_lazy("Withdraw exempt item"), gettext_lazy("Withdrawn")),
    ):
        actions.register_action(f"kip_pages.{name}", label, message)
    actions.register_action("kip_pages.exempt_changed")(ExemptChangedFormatter)


class ExemptChangedFormatter(LogFormatter):
    """Names the fields that were changed, never what they say."""

    label = gettext_lazy("Change exempt item")

    def format_message(self, log_entry):
        names = log_entry.data.get("fields", [])
        labels = (str(capfirst(ExemptItem._meta.get_field(n).verbose_name)) for n in names)
        return _("Changed: %(fields)s") % {"fields": ", ".join(labels)}
