"""What can be wrong with a message, each with a stable code and a sentence for whoever can mend it."""

import dataclasses

from django.db import models
from django.utils.translation import gettext_lazy as _

MAX_HEADLINE = 140
MAX_VERTICES = 100


class Fault(models.TextChoices):
    """Values are the codes; they stay what they are once they are published."""

    # The message as a whole (header_rules).
    IDENTIFIER_FORM = (
        "identifier_form",
        _("The identifier is empty or has a space, a comma, “<” or “&”."),
    )
    IDENTIFIER_USED = (
        "identifier_used",
        _("The identifier belongs to an earlier message; every message needs its own."),
    )
    SENDER_FORM = "sender_form", _("The sender is empty or has a space, a comma, “<” or “&”.")
    VALUE_UNKNOWN = "value_unknown", _("The value is not one of those that CAP 1.2 lists.")
    REFERENCES_MISSING = (
        "references_missing",
        _("The message follows an earlier one and does not say which."),
    )
    REFERENCE_FORM = (
        "reference_form",
        _("A reference is not of the form sender,identifier,time."),
    )
    REFERENCE_SELF = "reference_self", _("The message refers to itself.")
    REFERENCE_LATER = (
        "reference_later",
        _("The message refers to one that was not sent before it."),
    )
    REFERENCE_UNKNOWN = (
        "reference_unknown",
        _("The message refers to one that was never sent like this."),
    )
    REFERENCE_LEFT_OUT = (
        "reference_left_out",
        _("An earlier message about the same event still holds and is not referred to."),
    )
    SCOPE_ADDRESSES = (
        "scope_addresses",
        _("A private message does not say to whom it is addressed."),
    )
    SCOPE_RESTRICTION = (
        "scope_restriction",
        _("A restricted message does not say how it is restricted."),
    )
    INFO_MISSING = "info_missing", _("The message says nothing: it has no information block.")
    # Moments.
    TIME_FORM = (
        "time_form",
        _("A time does not have the form 2026-01-31T07:00:00+07:00, with its offset."),
    )
    TIME_FRACTION = "time_fraction", _("A time has fractions of a second.")
    UTC_FORM = "utc_form", _("The offset of universal time is not written as -00:00.")
    EXPIRES_MISSING = "expires_missing", _("It is not said until when the message holds.")
    EXPIRES_BEFORE_SENT = (
        "expires_before_sent",
        _("The message ends before, or when, it is sent."),
    )
    EXPIRES_BEFORE_START = (
        "expires_before_start",
        _("The message ends before, or when, it takes effect or the event begins."),
    )
    TOO_LONG = "too_long", _("The message holds for longer than is allowed.")
    # Languages and texts (info_rules).
    LANGUAGE_MISSING = (
        "language_missing",
        _("The language is not named; readers would take it for American English."),
    )
    LANGUAGE_FORM = "language_form", _("The language is not written like “id” or “en-US”.")
    LANGUAGE_TWICE = "language_twice", _("Two information blocks have the same language.")
    SAME_TEXT = "same_text", _("The same text stands in two languages.")
    CATEGORY_MISSING = "category_missing", _("The event has no category.")
    CATEGORY_DIFFERS = "category_differs", _("The categories differ from language to language.")
    EVENT_CODE_DIFFERS = (
        "event_code_differs",
        _("The codes of the event differ from language to language."),
    )
    TEXT_MISSING = "text_missing", _("The event, the headline or the description is missing.")
    MARKUP = "markup", _("The text has HTML or other markup; alerts are plain text.")
    CHARACTER = "character", _("The text has a control character that no message can carry.")
    HEADLINE_LONG = "headline_long", _("The headline is longer than 140 characters.")
    TEXT_REPEATED = (
        "text_repeated",
        _("Headline, description and instruction repeat each other."),
    )
    WEB_FORM = "web_form", _("The web address is not a full address, as https://… is.")
    PAIR_FORM = "pair_form", _("A code or parameter lacks its name or its value.")
    # Places (area_rules).
    AREA_MISSING = "area_missing", _("It is not said where the message holds.")
    AREA_UNNAMED = "area_unnamed", _("An area has no description.")
    AREA_EMPTY = "area_empty", _("An area has neither an outline nor a code.")
    COORDINATE_RANGE = (
        "coordinate_range",
        _("A coordinate is not on earth; latitude comes first, then longitude."),
    )
    COORDINATES_COARSE = (
        "coordinates_coarse",
        _("The coordinates have two decimals or fewer, which is more than a kilometre."),
    )
    POLYGON_FEW = "polygon_few", _("A polygon has fewer than four points.")
    POLYGON_MANY = "polygon_many", _("A polygon has more than 100 points.")
    POLYGON_OPEN = "polygon_open", _("The last point of a polygon is not its first.")
    POLYGON_FLAT = "polygon_flat", _("A polygon encloses nothing.")
    POLYGON_CROSSES = "polygon_crosses", _("The outline of a polygon crosses or touches itself.")
    OUTSIDE = (
        "outside",
        _("A place is outside the province; latitude comes first, then longitude."),
    )
    CIRCLE_RADIUS = "circle_radius", _("The radius of a circle is not above zero.")
    # The XML (form_rules).
    UNREADABLE = "unreadable", _("The message cannot be read as CAP 1.2.")
    ELEMENT_UNKNOWN = "element_unknown", _("The message has an element that CAP 1.2 does not know.")
    ELEMENT_ORDER = "element_order", _("The elements are not in the order of CAP 1.2.")


@dataclasses.dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and where: "info id, area 2, polygon 1"; "" for the whole message."""

    fault: Fault
    where: str = ""

    @property
    def code(self) -> str:
        return self.fault.value

    @property
    def message(self) -> str:
        """The sentence, in the language that is active."""
        return str(self.fault.label)
