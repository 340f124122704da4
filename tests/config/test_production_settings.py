"""Production reads everything from the environment, and says what is missing by its name."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMPLETE = {
    "SECRET_KEY": "x" * 60,
    "ALLOWED_HOSTS": ".contoh.go.id",
    "WAGTAILADMIN_BASE_URL": "https://portal.contoh.go.id",
    "DATABASE_URL": "postgres://kip:kip@127.0.0.1/kip",
    "MEDIA_ROOT": "/srv/media",
    "PRIVATE_ROOT": "/srv/private",
    "STATIC_ROOT": "/srv/static",
}


def import_settings(environment):
    code = "from django.conf import settings; print(settings.DEBUG)"
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", code],
        env=kept
        | environment
        | {"DJANGO_SETTINGS_MODULE": "config.settings.production", "PYTHONPATH": "site:."},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_complete_environment_gives_settings_without_debug():
    assert import_settings(COMPLETE).stdout == "False\n"


@pytest.mark.parametrize("name", COMPLETE)
def test_a_missing_variable_is_named(name):
    result = import_settings({k: v for k, v in COMPLETE.items() if k != name})
    assert result.returncode != 0
    assert "ImproperlyConfigured" in result.stderr
    assert name in result.stderr


def test_site_is_a_directory_and_never_a_package():
    # Python's own `site` is always loaded first; a package here could never be imported.
    assert not (ROOT / "site" / "__init__.py").exists()
