"""Mistakes of a developer that must not pass in silence."""

import pytest
from django.core.checks import run_checks

from kip_pages.choices import FeedKind
from kip_pages.conf import DEFAULTS, get_setting
from kip_pages.editions import pdf
from kip_pages.models import ActivityPage, NewsPage


def found(check_id):
    return [message for message in run_checks() if message.id == check_id]


def test_the_project_passes_its_own_checks():
    assert [message for message in run_checks() if message.id.startswith("kip_pages.")] == []


def test_a_setting_that_nothing_reads_is_an_error(settings):
    settings.KIP_PAGES = {"TOMBSTONE_DAY": 1, "TOMBSTONE_DAYS": 1}
    (error,) = found("kip_pages.E001")
    assert "'TOMBSTONE_DAY'" in error.msg
    assert "TOMBSTONE_DAYS" in error.hint


@pytest.mark.parametrize(("days", "errors"), [(179, 1), (180, 0)])
def test_deletions_told_for_less_than_half_a_year_are_an_error(settings, days, errors):
    settings.KIP_PAGES = {"TOMBSTONE_DAYS": days}
    assert len(found("kip_pages.E004")) == errors


@pytest.mark.parametrize(("limit", "warnings"), [(600, 1), (None, 0)])
def test_a_limit_that_a_header_can_avoid_is_warned_of(settings, limit, warnings):
    settings.KIP_PAGES = {"FEED_RATE_ANONYMOUS": limit}
    assert found("kip_pages.W005") == []
    del settings.NINJA_NUM_PROXIES
    assert len(found("kip_pages.W005")) == warnings


FEED, LOCALE = "kip_pages.middleware.FeedMiddleware", "django.middleware.locale.LocaleMiddleware"


HOSTS = "opd_sites.middleware.KnownHostMiddleware"


@pytest.mark.parametrize("middleware", [[], [LOCALE], [LOCALE, FEED], [HOSTS, FEED, LOCALE]])
def test_a_feed_without_its_middleware_or_with_it_inside_others_is_an_error(settings, middleware):
    settings.MIDDLEWARE = middleware
    (error,) = found("kip_pages.E003")
    assert FEED in error.hint


@pytest.mark.parametrize("kind", [None, "gossip"])
def test_a_page_type_without_a_kind_of_the_feed_is_an_error(monkeypatch, kind):
    monkeypatch.setattr(NewsPage, "feed_kind", kind)
    (error,) = found("kip_pages.E002")
    assert error.obj is NewsPage
    assert "feed_kind" in error.hint


def test_every_other_page_type_still_has_its_kind(monkeypatch):
    monkeypatch.setattr(NewsPage, "feed_kind", FeedKind.ACTIVITY)
    assert found("kip_pages.E002") == []
    monkeypatch.setattr(ActivityPage, "feed_kind", None)
    assert [error.obj for error in found("kip_pages.E002")] == [ActivityPage]


def test_a_setting_is_read_when_it_is_used(settings):
    assert get_setting("FEED_MAX_LAG") == DEFAULTS["FEED_MAX_LAG"]
    settings.KIP_PAGES = {"FEED_MAX_LAG": 60}
    assert get_setting("FEED_MAX_LAG") == 60
    assert get_setting("TOMBSTONE_DAYS") == DEFAULTS["TOMBSTONE_DAYS"]


def test_webhooks_that_would_be_sent_within_the_request_are_an_error(settings):
    immediate = {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}
    settings.TASKS = {"default": immediate, "webhooks": immediate}
    (error,) = found("kip_pages.E010")
    assert "db_worker" in error.hint


def test_webhooks_that_are_not_declared_are_no_error(settings):
    settings.TASKS = {"default": settings.TASKS["default"]}
    assert found("kip_pages.E010") == []


@pytest.mark.parametrize("network", ["intranet", "10.0.0.1/8", "10.0.0.0/33"])
def test_an_allowed_network_that_is_none_is_an_error(settings, network):
    settings.KIP_PAGES = {"WEBHOOK_ALLOWED_NETWORKS": ["10.20.0.0/16", network]}
    (error,) = found("kip_pages.E011")
    assert network in error.msg


def test_imports_that_would_run_within_the_request_are_an_error(settings):
    immediate = {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}
    settings.TASKS = settings.TASKS | {"imports": immediate}
    (error,) = found("kip_pages.E021")
    assert "db_worker --backend imports" in error.hint


def test_originals_without_a_place_of_their_own_are_an_error(settings):
    settings.STORAGES = {k: v for k, v in settings.STORAGES.items() if k != "private"}
    (error,) = found("kip_pages.E012")
    assert "MEDIA_ROOT" in error.hint


def test_a_form_that_cannot_explain_a_refused_file_is_an_error(settings):
    settings.WAGTAILDOCS_DOCUMENT_FORM_BASE = "wagtail.documents.forms.BaseDocumentForm"
    (error,) = found("kip_pages.E013")
    assert "kip_pages.viewsets.document_form.DocumentForm" in error.hint


def test_documents_served_past_the_check_are_an_error(settings):
    settings.WAGTAILDOCS_SERVE_METHOD = "direct"
    (error,) = found("kip_pages.E014")
    assert "serve_view" in error.hint


def test_texts_that_would_be_read_within_the_request_are_an_error(settings):
    settings.TASKS = settings.TASKS | {
        "documents": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}
    }
    (error,) = found("kip_pages.E015")
    assert "db_worker" in error.hint


def test_a_machine_that_can_make_no_pdf_is_warned_of(monkeypatch):
    assert found("kip_pages.W040") == []
    monkeypatch.setattr(pdf, "LIBRARIES", ("libno-such-thing.so.0",))
    monkeypatch.setattr(pdf, "MODULES", ("no_such_module",))
    (warning,) = found("kip_pages.W040")
    assert "no_such_module, libno-such-thing.so.0" in warning.msg
    assert "libpango-1.0-0" in warning.hint


@pytest.mark.parametrize("day", ["1 Januari 2027", None, 20270101])
def test_a_holiday_that_is_no_date_is_an_error(settings, day):
    settings.KIP_PAGES = {"HOLIDAYS": ["2027-01-01", day]}
    (error,) = found("kip_pages.E041")
    assert repr(day) in error.msg


def test_pictures_that_would_be_made_within_the_request_are_an_error(settings):
    immediate = {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}
    settings.TASKS = settings.TASKS | {"pictures": immediate}
    (error,) = found("kip_pages.E052")
    assert "db_worker --backend pictures" in error.hint
