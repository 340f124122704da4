"""What is found out about a file: that it is refused, or what its public copy is like."""

import dataclasses
import enum


class Refusal(enum.StrEnum):
    """Why a file does not come in; ``taking_in`` has the words that say what to do about it."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN_EXTENSION = "extension"
    OTHER_CONTENT = "other_content"
    PROGRAM = "program"
    MARKUP = "markup"
    ARCHIVE = "archive"
    OLD_OFFICE = "old_office"
    MACROS = "macros"
    PASSWORD = "password"  # noqa: S105 - a reason, no secret
    ATTACHMENTS = "attachments"
    ACTIVE = "active"
    SIGNED_OFFICE = "signed_office"
    BOMB = "bomb"
    DAMAGED = "damaged"
    TOO_COMPLEX = "too_complex"
    MISSING = "missing"


class Note(enum.StrEnum):
    """What an editor should know of a file that did come in."""

    COMMENTS = "comments"
    TRACKED_CHANGES = "tracked_changes"
    SIGNED = "signed"
    EMBEDDED = "embedded"
    HIDDEN_DATA = "hidden_data"


class RefusedError(Exception):
    """A file that may not come in; ``detail`` completes the message, for example with a name."""

    def __init__(self, refusal: Refusal, detail: str = ""):
        super().__init__(refusal.value, detail)
        self.refusal = refusal
        self.detail = detail


@dataclasses.dataclass(frozen=True)
class Reading:
    """What the text of a file is like. ``scans`` are pages that show a picture instead of text."""

    pages: int = 0
    scans: int = 0

    @property
    def is_scan(self) -> bool:
        """Half of the pages or more have no text that could be searched or read out."""
        return self.pages > 0 and self.scans * 2 >= self.pages
