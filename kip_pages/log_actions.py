"""What the audit log says of our own actions, in the reader's language."""

from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogFormatter

from .alerts.publishing import ASKED_TO_PUBLISH, PLANNED, PUBLISHED_AT_ONCE
from .confirming import CONFIRMED
from .models import ExemptItem
from .sharing import SHARED_PREVIEW
from .viewsets.documents import ORIGINAL_LOG_ACTION


class PublishedAtOnceFormatter(LogFormatter):
    label = _("Publish at once")
    message = _("Published at once, without approval")

    def format_comment(self, log_entry):
        """Say why."""
        return log_entry.data.get("reason", "")


class PlannedFormatter(PublishedAtOnceFormatter):
    label = _("Publish as planned")
    message = _("Will go live as planned, without approval")


class ExemptChangedFormatter(LogFormatter):
    """Names the fields that were changed, never what they say."""

    label = _("Change exempt item")

    def format_message(self, log_entry):
        names = log_entry.data.get("fields", [])
        labels = (str(capfirst(ExemptItem._meta.get_field(n).verbose_name)) for n in names)
        return gettext("Changed: %(fields)s") % {"fields": ", ".join(labels)}


REGISTER_ACTIONS = (
    ("freeze_edition", _("Freeze edition"), _("Edition frozen")),
    ("exempt_in_force", _("Put exemption in force"), _("In force")),
    ("exempt_opened", _("Open information"), _("Information opened")),
    ("exempt_withdrawn", _("Withdraw exempt item"), _("Withdrawn")),
)


def register(actions) -> None:
    for name, label, message in REGISTER_ACTIONS:
        actions.register_action(f"kip_pages.{name}", label, message)
    actions.register_action("kip_pages.exempt_changed")(ExemptChangedFormatter)
    actions.register_action(PUBLISHED_AT_ONCE)(PublishedAtOnceFormatter)
    actions.register_action(PLANNED)(PlannedFormatter)
    actions.register_action(
        ASKED_TO_PUBLISH, _("Ask to publish"), _("Asked the publishers to publish at once")
    )
    actions.register_action(CONFIRMED, _("Confirm as current"), _("Confirmed as still current"))
    actions.register_action(
        SHARED_PREVIEW, _("Share a preview"), _("Made a link to a preview, for who has no log-in")
    )
    actions.register_action(
        ORIGINAL_LOG_ACTION, _("Download the original"), _("Original downloaded")
    )
