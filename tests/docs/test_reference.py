"""What we promise in prose is true."""

import re
from pathlib import Path

import pytest

import kip_pages.conf
import opd_sites.conf
from kip_pages.cap import Fault
from kip_pages.choices import FeedKind
from opd_sites.choices import AgencyRole, ProvinceRole

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])


def read(name):
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("conf", [opd_sites.conf, kip_pages.conf])
def test_every_setting_has_a_heading(conf):
    for name in conf.DEFAULTS:
        assert f"## `{name}`" in read("reference/settings.md")


def test_every_command_is_in_the_reference():
    commands = {path.stem for path in ROOT.glob("*/management/commands/[a-z]*.py")}
    assert commands == set(re.findall(r"^\| `(\w+)", read("reference/commands.md"), re.M))


def test_every_check_is_in_the_reference():
    sources = [(ROOT / app / "checks.py").read_text() for app in ("opd_sites", "kip_pages")]
    raised = set(re.findall(r'id="(\w+\.[EW]\d+)"', "".join(sources)))
    assert raised == set(re.findall(r"^\| `(\w+\.[EW]\d+)`", read("reference/settings.md"), re.M))


def test_every_role_is_in_the_reference():
    rows = re.findall(r"^\| ([A-Z][a-z ]+) \(", read("reference/roles.md"), re.M)
    assert len(rows) == len(AgencyRole) + len(ProvinceRole)


def test_every_kind_is_in_the_reference():
    text = read("reference/feed-api.md")
    assert all(f"| `{kind}` |" in text for kind in FeedKind)


def test_every_code_of_the_gate_is_in_the_reference_once():
    rows = re.findall(
        r"^\|[^|]+\| ((?:`[a-z_]+` ?)+)\| (?:no|yes) \|$", read("reference/cap.md"), re.M
    )
    told = re.findall(r"`([a-z_]+)`", " ".join(rows))
    assert sorted(told) == sorted(Fault.values)


def test_production_variables_are_those_of_the_reference():
    sources = (ROOT / f"site/config/settings/{name}.py" for name in ("base", "production"))
    source = "".join(path.read_text() for path in sources)
    used = set(re.findall(r'env(?:\.\w+)?\("(\w+)"', source))
    told = set(re.findall(r"`([A-Z_]{6,})`", read("reference/environment.md")))
    assert used == told


def test_make_help_names_every_target_the_contributor_is_told_of():
    makefile = (ROOT / "Makefile").read_text()
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md"):
        for target in re.findall(r"`?make ([a-z-]+)", page.read_text()):
            assert re.search(rf"^{target}:.*## ", makefile, re.M), (page.name, target)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_named_files_exist(page):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text):
        if not target.startswith(("http://", "https://")):
            assert (page.parent / target).exists(), target
    named = r"`((?:kip_pages|opd_sites|site|tests|templates|docs)/[\w/.-]+?)`"
    for target in re.findall(named, text):
        assert (ROOT / target).exists(), target
