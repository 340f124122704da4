"""The two apps work in somebody else's Wagtail: build, install, add to a stock project, publish."""

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PUBLISH = """
    from kip_pages.models import NewsIndexPage, NewsPage
    from opd_sites.provisioning import provision
    from django.test import Client

    provision(code="dinkes", name="Dinas Kesehatan", short_name="Dinkes", kind="dinas",
              hostname="dinkes.example.test")
    page = NewsPage(title="Dari proyek lain", summary="Ringkas", live=False,
                    body=[("heading", "Judul"), ("paragraph", "<p>Isi.</p>")])
    NewsIndexPage.objects.get().add_child(instance=page)
    page.save_revision().publish()
    host = {"host": "dinkes.example.test"}
    told = Client().get("/api/feed/v1/changes", headers=host).json()
    assert [item["data"]["title"] for item in told["items"]] == ["Dari proyek lain"], told
    html = Client().get("/berita/dari-proyek-lain/", headers=host)
    assert html.status_code == 200, html.status_code
    assert "Isi." in html.content.decode()
    assert "Berita" in html.content.decode()
    print("published")
"""


def run(*command, cwd, **env):
    result = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={k: v for k, v in os.environ.items() if not k.startswith(("DJANGO_", "DATABASE"))}
        | env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in ("kip_pages", "opd_sites"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", source, cwd=source)
    (built,) = (source / "dist").glob("*.whl")
    return built


def test_a_stock_wagtail_project_publishes_through_the_installed_wheel(wheel, tmp_path):
    venv = tmp_path / "venv"
    python = venv / "bin" / "python"
    uv = Path(sys.executable).with_name("uv")
    if uv.exists():
        run(uv, "venv", "--python", sys.executable, venv, cwd=tmp_path)
        installer = [uv, "pip", "install", "--python", python]
    else:
        run(sys.executable, "-m", "venv", venv, cwd=tmp_path)
        installer = [python, "-m", "pip", "install"]
    pinned = tmp_path / "constraints.txt"
    # The versions that are pinned, without their hashes: a wheel built here has none.
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    pinned.write_text("\n".join(x.split(" ")[0] for x in lines if re.match(r"\w.*==", x)))
    run(*installer, wheel, "-c", pinned, cwd=tmp_path)

    project = tmp_path / "stock"
    project.mkdir()
    run(venv / "bin" / "wagtail", "start", "stock", project, cwd=tmp_path)
    settings = project / "stock" / "settings" / "base.py"
    settings.write_text(
        settings.read_text()
        + textwrap.dedent(
            """
            INSTALLED_APPS = ["kip_pages", "opd_sites", "wagtail_localize",
                "wagtail_localize.locales", "wagtail.contrib.table_block", *INSTALLED_APPS]
            MIDDLEWARE = [
                "kip_pages.middleware.FeedMiddleware",
                "opd_sites.middleware.KnownHostMiddleware",
                *MIDDLEWARE,
                "opd_sites.middleware.WallsMiddleware",
            ]
            LANGUAGE_CODE = "id"
            WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
            WAGTAILADMIN_USER_PASSWORD_RESET_FORM = "opd_sites.forms.PasswordResetForm"
            WAGTAILDOCS_DOCUMENT_FORM_BASE = "kip_pages.viewsets.document_form.DocumentForm"
            STORAGES["private"] = {
                "BACKEND": "django.core.files.storage.FileSystemStorage",
                "OPTIONS": {"location": BASE_DIR / "private"},
            }
            WAGTAIL_I18N_ENABLED = True
            WAGTAIL_CONTENT_LANGUAGES = LANGUAGES = [("id", "Indonesia"), ("en", "English")]
            ALLOWED_HOSTS = ["*"]
            NINJA_NUM_PROXIES = 0
            SILENCED_SYSTEM_CHECKS = ["kip_pages.W040"]  # PDF files are an extra
            """
        )
    )
    urls = project / "stock" / "urls.py"
    urls.write_text(
        urls.read_text().replace(
            "urlpatterns = [",
            "from kip_pages.api.feed import feed_api\n"
            'urlpatterns = [\n    path("api/feed/v1/", feed_api.urls),\n'
            '    path("", include("opd_sites.urls")),',
            1,
        )
    )
    manage = [python, "manage.py"]
    run(*manage, "migrate", "-v0", cwd=project)
    run(*manage, "check", "--fail-level", "WARNING", cwd=project)
    run(*manage, "set_up_portal", "--hostname", "portal.example.test", "--name", "P", cwd=project)
    told = run(*manage, "shell", "-c", textwrap.dedent(PUBLISH), cwd=project)
    assert "published" in told
