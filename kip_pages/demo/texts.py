"""What the sample says. The texts are data: ``content/common.toml`` and one file per agency.

Names in braces are filled in from the agency and its file, as ``str.format`` writes them:
``{name}``, ``{head}``, ``{year}``, ``{dataset[title]}``.
"""

import datetime
import tomllib
from functools import cache
from pathlib import Path

from opd_sites.models import Agency

CONTENT_DIR = Path(__file__).parent / "content"


@cache
def read(name: str) -> dict:
    """Return a file of ``content/`` as it is written."""
    return tomllib.loads((CONTENT_DIR / f"{name}.toml").read_text(encoding="utf-8"))


def sign() -> dict:
    """Return the two marks that every sample page carries: ``label`` and ``closing``."""
    return read("common")["sign"]


def agency_texts(agency: Agency, *, on: datetime.date) -> dict:
    """Return everything the sample says about ``agency`` on that day, braces filled in."""
    common, own = read("common"), read(agency.code)
    names = {
        "code": agency.code,
        "name": agency.name,
        "short_name": agency.short_name,
        "head": common["heads"][agency.kind].format(name=agency.name),
        "duty": common["duties"][agency.kind].format(field=own["field"]),
        "year": on.year,
        "last_year": on.year - 1,
        "next_year": on.year + 1,
        **common["defaults"],
        **{key: value for key, value in own.items() if isinstance(value, str)},
    }
    own = fill(own, names)
    templates = {key: common[key] for key in ("contact", "profile", "entries")}
    return names | own | fill(templates, names | own)


def fill(value, names):
    """Fill the braces of every text in a structure of lists and tables."""
    if isinstance(value, str):
        return value.format_map(names)
    if isinstance(value, dict):
        return {key: fill(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [fill(item, names) for item in value]
    return value
