"""What readers load is what is edited."""

import re
import subprocess
from pathlib import Path

import pytest

from opd_sites.colours import contrast
from opd_sites.theme import DARK_GROUNDS, LIGHT_GROUNDS

ROOT = Path(__file__).resolve().parents[2]


def test_the_sites_style_sheet_is_made_of_its_parts():
    made = ROOT / "static" / "kip" / "site.css"
    before = made.read_text()
    # -W: as if a part were newer, whatever the clock of the checkout says.
    command = ["make", "-s", "-n", "-W", "static_src/tokens.css", "static/kip/site.css"]
    plan = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    parts = plan.split(">")[0].split()[1:]
    assert len(parts) > 4
    assert before == "".join((ROOT / part).read_text() for part in parts), "run `make styles`"


def tokens(mode):
    """Return the colours of the style sheet by name, as they are in ``light`` or ``dark`` mode."""
    text = re.sub(
        r"/\*.*?\*/", "", (ROOT / "static_src" / "tokens.css").read_text(), flags=re.DOTALL
    )
    light, dark = text.split("@media (prefers-color-scheme: dark)")
    dark = dark.split("@media print")[0]
    found = dict(re.findall(r"--([\w-]+): (#\w+);", light))
    if mode == "dark":
        found |= dict(re.findall(r"--([\w-]+): (#\w+);", dark))
    return {name: _long(colour) for name, colour in found.items()}


def _long(colour):
    return colour if len(colour) == 7 else "#" + "".join(digit * 2 for digit in colour[1:])


GROUNDS = ["page", "surface"]
#  ink            grounds it stands on, at least so many to one
PAIRS = [
    ("text", [*GROUNDS, "danger-surface", "safe-surface", "drill-surface", "field"], 7),
    ("text-quiet", GROUNDS, 4.5),
    ("link", GROUNDS, 4.5),
    ("on-accent", ["accent", "danger", "notice", "drill"], 4.5),
    ("on-warn", ["warn"], 4.5),
    ("on-mark", ["mark"], 4.5),
    ("danger-ink", [*GROUNDS, "danger-surface"], 4.5),
    ("safe-ink", [*GROUNDS, "safe-surface"], 4.5),
    ("drill-ink", [*GROUNDS, "drill-surface"], 4.5),
    # Lines of fields and buttons (WCAG 2.2, 1.4.11).
    ("line-strong", [*GROUNDS, "field"], 3),
]


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("ink", "grounds", "ratio"), PAIRS, ids=[pair[0] for pair in PAIRS])
def test_every_ink_is_read_on_the_grounds_it_stands_on(mode, ink, grounds, ratio):
    colours = tokens(mode)
    for ground in grounds:
        assert contrast(colours[ink], colours[ground]) >= ratio, (ink, ground)


def test_agencies_colours_are_reckoned_on_the_grounds_of_the_style_sheet():
    for mode, grounds in (("light", LIGHT_GROUNDS), ("dark", DARK_GROUNDS)):
        assert grounds == tuple(tokens(mode)[name] for name in GROUNDS)


# What Wagtail and Django call what they make.
CALLED_ELSEWHERE = {"block-paragraph", "block-table", "errorlist"}
# What a template makes of a value: ``tag--{{ item.state }}``.
MADE = re.compile(r"([\w-]+--)\{\{")


def test_no_style_is_for_what_no_page_has():
    styles = "".join(part.read_text() for part in (ROOT / "static_src").rglob("*.css"))
    styles = re.sub(r"/\*.*?\*/|\{[^{}]*\}", "", styles, flags=re.DOTALL)
    sources = [*ROOT.glob("*/templates/**/*.html"), *ROOT.glob("templates/**/*.html")]
    sources += [*ROOT.glob("static/kip/*.js"), *ROOT.glob("kip_pages/**/*.py")]
    text = "".join(source.read_text() for source in sources)
    words = set(re.findall(r"[\w-]+", text))
    made = tuple(MADE.findall(text))
    named = set(re.findall(r"\.([a-z][\w-]*)", styles)) - CALLED_ELSEWHERE
    assert len(named) > 100
    assert [name for name in named if name not in words and not name.startswith(made)] == []


def test_no_part_has_a_colour_of_its_own():
    """Dark mode and paper change the tokens; what says a colour itself would stay as it is."""
    allowed = {"print.css": ["#000"], "emergency.css": ["#fff"], "layout.css": ["#fff"]}
    for part in (ROOT / "static_src").rglob("*.css"):
        found = set(re.findall(r"#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(", part.read_text()))
        if part.name != "tokens.css":
            assert found <= set(allowed.get(part.name, [])), part.name
