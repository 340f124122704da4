"""What the audit log says of our own actions, in the reader's language."""

from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogFormatter

from .alerts.publishing import ASKED_TO_PUBLISH, PUBLISHED_AT_ONCE
from .confirming import CONFIRMED
from .sharing import SHARED_PREVIEW
from .viewsets.documents import ORIGINAL_LOG_ACTION


class PublishedAtOnceFormatter(LogFormatter):
    label = _("Publish at once")
    message = _("Published at once, without approval")

    def format_comment(self, log_entry):
        """Say why."""
        return log_entry.data.get("reason", "")


def register(actions) -> None:
    actions.register_action(PUBLISHED_AT_ONCE)(PublishedAtOnceFormatter)
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
