"""Mistakes in the settings that must not pass in silence."""

from django.conf import settings as project
from django.core.checks import run_checks

from opd_sites.conf import DEFAULTS, get_setting

MIDDLEWARE = "opd_sites.middleware.KnownHostMiddleware"


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


def test_leaving_the_address_of_invitations_out_is_an_error(settings):
    settings.ROOT_URLCONF = "wagtail.urls"
    (error,) = found("opd_sites.E005")
    assert "opd_sites.urls" in error.hint


def test_a_setting_is_read_when_it_is_used(settings):
    assert get_setting("ROLE_LABELS") == DEFAULTS["ROLE_LABELS"]
    settings.OPD_SITES = {"ROLE_LABELS": {"publisher": "PPID Pelaksana"}}
    assert get_setting("ROLE_LABELS") == {"publisher": "PPID Pelaksana"}
