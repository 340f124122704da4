"""The admin and the sites speak Indonesian: every text has its translation, compiled."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = ["opd_sites/locale", "kip_pages/locale", "locale"]


def catalogue(name):
    return ROOT / name / "id" / "LC_MESSAGES" / "django.po"


@pytest.mark.parametrize("name", CATALOGUES)
def test_every_text_is_translated(name):
    untranslated = polib.pofile(catalogue(name)).untranslated_entries()
    assert [entry.msgid for entry in untranslated] == []


@pytest.mark.parametrize("name", CATALOGUES)
def test_the_compiled_catalogue_is_that_of_the_text(name):
    assert texts_of(polib.mofile(catalogue(name).with_suffix(".mo"))) == texts_of(
        polib.pofile(catalogue(name))
    )


def texts_of(entries):
    return {(e.msgctxt, e.msgid): e.msgstr or e.msgstr_plural for e in entries}


@pytest.mark.parametrize("app", ["opd_sites", "kip_pages"])
def test_no_text_of_the_code_is_missing_in_the_catalogue(app, tmp_path):
    if not shutil.which("xgettext"):
        pytest.skip("gettext is not installed (Debian: apt install gettext; .ci/run does)")
    source = tmp_path / app
    shutil.copytree(ROOT / app, source, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    command = [sys.executable, "-m", "django", "makemessages", "-l", "id", "--no-location"]
    bare = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(command, cwd=source, env=bare, check=True, capture_output=True)
    found = polib.pofile(source / "locale" / "id" / "LC_MESSAGES" / "django.po")
    assert [e.msgid for e in found if not e.obsolete and not (e.msgstr or e.msgstr_plural)] == []
    fuzzy = [e.msgid for e in found.fuzzy_entries()]
    assert fuzzy == [], "translated by guess: run make messages and look at these"
    known = texts_of(polib.pofile(catalogue(f"{app}/locale")))
    assert {(e.msgctxt, e.msgid) for e in found if not e.obsolete} == known.keys()


def test_placeholders_are_kept():
    pattern = re.compile(r"%\(\w+\)[a-z0-9.]*[a-z]")
    for name in CATALOGUES:
        for entry in polib.pofile(catalogue(name)):
            if not entry.msgid_plural:
                assert sorted(pattern.findall(entry.msgid)) == sorted(pattern.findall(entry.msgstr))
