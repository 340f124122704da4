"""Mistakes in the settings that must not pass in silence."""

import pytest
from django.conf import settings as project
from django.core.checks import run_checks

from opd_sites.conf import DEFAULTS, get_setting

MIDDLEWARE = "opd_sites.middleware.KnownHostMiddleware"
WALLS = "opd_sites.middleware.WallsMiddleware"


def found(check_id):
    return [message for message in run_checks() if message.id == check_id]


def test_the_project_passes_its_own_checks():
    assert [message for message in run_checks() if message.id.startswith("opd_sites.")] == []


def test_a_setting_that_nothing_reads_is_an_error(settings):
    settings.OPD_SITES = {"ROLE_LABEL": {}, "ROLE_LABELS": {}}
    (error,) = found("opd_sites.E001")
    assert "'ROLE_LABEL'" in error.msg
    assert "ROLE_LABELS" in error.hint


def test_leaving_the_middleware_out_is_an_error(settings):
    settings.MIDDLEWARE = [name for name in project.MIDDLEWARE if name != MIDDLEWARE]
    (error,) = found("opd_sites.E002")
    assert MIDDLEWARE in error.hint


def test_leaving_the_walls_out_is_an_error(settings):
    settings.MIDDLEWARE = [name for name in project.MIDDLEWARE if name != WALLS]
    (error,) = found("opd_sites.E004")
    assert WALLS in error.hint


@pytest.mark.parametrize(
    "later",
    [
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
    ],
)
def test_walls_that_answer_too_early_are_an_error(settings, later):
    rest = [name for name in project.MIDDLEWARE if name != later]
    settings.MIDDLEWARE = [*rest, later]
    (error,) = found("opd_sites.E004")
    assert later in error.hint


def test_translations_that_go_live_untranslated_are_an_error(settings):
    settings.WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = True
    (error,) = found("opd_sites.E006")
    assert "WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False" in error.hint


def test_a_password_reset_that_tells_who_has_an_account_is_warned_of(settings):
    del settings.WAGTAILADMIN_USER_PASSWORD_RESET_FORM
    (warning,) = found("opd_sites.W007")
    assert "opd_sites.forms.PasswordResetForm" in warning.hint


def test_leaving_the_address_of_invitations_out_is_an_error(settings):
    settings.ROOT_URLCONF = "wagtail.urls"
    (error,) = found("opd_sites.E005")
    assert "opd_sites.urls" in error.hint


def test_a_setting_is_read_when_it_is_used(settings):
    assert get_setting("ROLE_LABELS") == DEFAULTS["ROLE_LABELS"]
    settings.OPD_SITES = {"ROLE_LABELS": {"publisher": "PPID Pelaksana"}}
    assert get_setting("ROLE_LABELS") == {"publisher": "PPID Pelaksana"}
