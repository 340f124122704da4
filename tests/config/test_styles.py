"""What readers load is what is edited."""

import subprocess
from pathlib import Path

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
