"""Contrast by WCAG 2.2: an agency may choose its colour, not an unreadable one."""

import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MINIMUM_CONTRAST = 4.5  # WCAG 2.2 success criterion 1.4.3, normal text

# Shades between a colour and black or white that are tried.
STEPS = 50

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


def readable_on(grounds: Iterable[str], colour: str, *, minimum: float = MINIMUM_CONTRAST) -> str:
    """Return ``colour``, lightened or darkened no more than it takes to be read on all ``grounds``.

    The grounds are near to each other: all light, or all dark. Raises ``ValueError`` where neither
    black nor white can be read on them.
    """
    for target in ("#000000", "#ffffff"):
        if all(contrast(target, ground) >= minimum for ground in grounds):
            break
    else:
        raise ValueError(f"Nothing can be read on {', '.join(grounds)} at once.")
    mixed = (_mixed(colour, target, share / STEPS) for share in range(STEPS + 1))
    return next(
        shade for shade in mixed if all(contrast(shade, ground) >= minimum for ground in grounds)
    )


def _mixed(colour, other, share):
    pairs = ((int(colour[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in pairs)


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
