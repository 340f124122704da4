"""Contrast by WCAG 2.2: an agency may choose its colour, not an unreadable one."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MINIMUM_CONTRAST = 4.5  # WCAG 2.2 success criterion 1.4.3, normal text

_HEX_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def relative_luminance(colour: str) -> float:
    """Return the luminance (0 black … 1 white) of ``#rrggbb`` as WCAG 2.2 defines it."""

    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)


def contrast(colour: str, other: str) -> float:
    """Return the contrast ratio (1 … 21) of two ``#rrggbb`` colours."""
    lighter, darker = sorted((relative_luminance(colour), relative_luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def validate_accent_colour(value: str) -> None:
    """Refuse what is not ``#rrggbb`` or cannot be read on white, and white on it."""
    if not _HEX_COLOUR.fullmatch(value):
        raise ValidationError(_("Enter the colour as #rrggbb, for example #0b5d8a."))
    ratio = contrast(value, "#ffffff")
    if ratio < MINIMUM_CONTRAST:
        raise ValidationError(
            _(
                "This colour is too light: its contrast with white is %(ratio).1f, and at least "
                "%(minimum).1f is needed. Choose a darker one."
            ),
            params={"ratio": ratio, "minimum": MINIMUM_CONTRAST},
        )
