"""Contrast as WCAG 2.2 computes it."""

import pytest
from django.core.exceptions import ValidationError

from opd_sites.colours import contrast, readable_on, relative_luminance, validate_accent_colour
from opd_sites.theme import DARK_GROUNDS, LIGHT_GROUNDS, theme_of

#   colour     with       ratio, as the contrast checkers of WebAIM and the W3C give it
CONTRASTS = [
    ("#000000", "#ffffff", 21.0),
    ("#ffffff", "#ffffff", 1.0),
    ("#777777", "#ffffff", 4.48),
    ("#767676", "#ffffff", 4.54),
    ("#ff0000", "#ffffff", 4.00),
    ("#00ff00", "#ffffff", 1.37),
    ("#0000ff", "#ffffff", 8.59),
    ("#ffff00", "#ffffff", 1.07),
    ("#008000", "#ffffff", 5.14),
    ("#808080", "#000000", 5.32),
]


@pytest.mark.parametrize(("colour", "other", "ratio"), CONTRASTS)
def test_contrast(colour, other, ratio):
    assert contrast(colour, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(other, colour) == contrast(colour, other)


def test_luminance_goes_from_black_to_white():
    assert relative_luminance("#000000") == 0
    assert relative_luminance("#ffffff") == pytest.approx(1)
    # A dark channel (at most 0.04045) is on the straight part of the curve.
    assert relative_luminance("#0a0a0a") == pytest.approx(10 / 255 / 12.92)


@pytest.mark.parametrize("colour", ["#000000", "#0b5d8a", "#0B5D8A", "#767676", "#0000ff"])
def test_a_readable_colour_is_accepted(colour):
    validate_accent_colour(colour)


@pytest.mark.parametrize("colour", ["#777777", "#ff0000", "#ffff00", "#ffffff"])
def test_an_unreadable_colour_is_refused_with_its_contrast(colour):
    with pytest.raises(ValidationError) as refusal:
        validate_accent_colour(colour)
    assert refusal.value.params["ratio"] < 4.5
    assert f"{refusal.value.params['ratio']:.1f}" in refusal.value.messages[0]


@pytest.mark.parametrize(
    "text",
    ["", "blue", "#fff", "0b5d8a", "#0b5d8", "#0b5d8a0", "#0b5d8g", " #0b5d8a", "#0b5d8a\n"],
)
def test_what_is_no_colour_is_refused(text):
    with pytest.raises(ValidationError, match="#rrggbb"):
        validate_accent_colour(text)


@pytest.mark.parametrize(
    "colour", ["#000000", "#0b5d8a", "#767676", "#0000ff", "#7a0019", "#5c6f00"]
)
def test_links_in_an_agencys_colour_are_read_on_every_ground(colour):
    theme = theme_of(colour)
    assert theme.accent == colour
    assert all(contrast(theme.link, ground) >= 4.5 for ground in LIGHT_GROUNDS)
    assert all(contrast(theme.dark_link, ground) >= 4.5 for ground in DARK_GROUNDS)
    assert theme.link in theme.css
    assert theme.dark_link in theme.css


def test_a_colour_that_can_be_read_stays_as_it_is():
    assert readable_on(LIGHT_GROUNDS, "#0b5d8a") == "#0b5d8a"
    assert readable_on(DARK_GROUNDS, "#85bfe4") == "#85bfe4"


def test_nothing_is_read_on_black_and_white_at_once():
    with pytest.raises(ValueError, match="at once"):
        readable_on(["#000000", "#ffffff"], "#0b5d8a")
