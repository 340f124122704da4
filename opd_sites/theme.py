"""An agency's colour, made readable on every ground of its site, in daylight and in dark mode."""

import dataclasses
import hashlib
from base64 import b64encode
from functools import lru_cache

from .colours import readable_on

# The grounds that texts stand on, as the sites' style sheet has them: page and surface.
LIGHT_GROUNDS = ("#ffffff", "#f3f6f9")
DARK_GROUNDS = ("#10171e", "#19222b")


@dataclasses.dataclass(frozen=True)
class Theme:
    """``css`` stands in a ``<style>`` of every page; ``source`` allows it in a content policy (CSP 3)."""

    accent: str
    link: str
    dark_link: str

    @property
    def css(self) -> str:
        return (
            f":root{{--accent:{self.accent};--link:{self.link}}}"
            f"@media (prefers-color-scheme:dark){{:root{{--link:{self.dark_link}}}}}"
        )

    @property
    def source(self) -> str:
        digest = hashlib.sha256(self.css.encode()).digest()
        return f"'sha256-{b64encode(digest).decode()}'"


@lru_cache(maxsize=512)
def theme_of(accent_colour: str) -> Theme:
    """Return the theme of a colour that ``validate_accent_colour`` lets pass."""
    return Theme(
        accent=accent_colour,
        link=readable_on(LIGHT_GROUNDS, accent_colour),
        # Thin bright letters on dark ground want more than the least.
        dark_link=readable_on(DARK_GROUNDS, accent_colour, minimum=6.0),
    )
