"""Why a message could not be read, in words for the officer who wanted to pass it on."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Unreadable(models.TextChoices):
    TOO_LARGE = "too_large", _("The message is larger than any alert.")
    TOO_COMPLEX = "too_complex", _("The message has more parts than any alert.")
    NOT_XML = "not_xml", _("The message is damaged: it is not well-formed XML.")
    FORBIDDEN = (
        "forbidden",
        _("The message declares a document type or entities, which no alert may."),
    )
    OTHER_VERSION = (
        "other_version",
        _("The message is of an older version of CAP. Ask its sender for CAP 1.2."),
    )
    NOT_CAP = "not_cap", _("This is not a CAP message.")
    NOT_A_LIST = "not_a_list", _("This is not a list of messages (RSS or Atom).")
    MISSING = "missing", _("The message lacks something that every alert has.")
    BAD_VALUE = "bad_value", _("The message has a value that CAP 1.2 does not know.")


class CapUnreadable(ValueError):
    """``reason`` tells why, ``element`` where: the name of the CAP element, or ""."""

    def __init__(self, reason: Unreadable, element: str = ""):
        super().__init__(reason.value, element)
        self.reason = reason
        self.element = element

    @property
    def message(self) -> str:
        """What to tell the officer, in the language that is active."""
        return f"{self.reason.label} ({self.element})" if self.element else str(self.reason.label)

    def __str__(self):
        return self.message
