"""A translation that is a draft leaves alone what is public, and what somebody wrote by hand."""

from html import unescape
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from wagtail.models import Locale, PageViewRestriction
from wagtail_localize.models import StringSegment, StringTranslation, Translation
from wagtail_localize.operations import translate_object

from kip_pages.models import EmergencyAnnouncementPage, FeedItem, NewsPage
from opd_sites import translating
from opd_sites.choices import AgencyRole

from ..factories import UserFactory, draft, publish, section_of
from ..pinned import source_hash

HOST = {"host": "dinkes.example.test"}
FORM = {"content_type": "application/x-www-form-urlencoded"}


@pytest.fixture
def english():
    return Locale.objects.get(language_code="en")


@pytest.fixture
def editor(client, agency):
    client.force_login(UserFactory(role=AgencyRole.EDITOR, role__agency=agency))
    return client


@pytest.fixture(params=[NewsPage, EmergencyAnnouncementPage])
def page(request, agency):
    return publish(request.param, agency, title="Banjir", slug="banjir")


def translated(page, locale, *, live=True):
    """Translate ``page`` as localize does, and publish what came of it."""
    translate_object(page, [locale])
    translation = Translation.objects.get(source__object_id=page.translation_key)
    if live:
        translation.get_target_instance().get_latest_revision().publish()
    return translation


def put(client, translation, text, path="title"):
    segment = StringSegment.objects.get(source=translation.source, context__path=path)
    address = reverse("wagtail_localize:edit_string_translation", args=[translation.pk, segment.pk])
    return client.put(address, urlencode({"value": text}), headers=HOST, **FORM)


def submit_with_all_below(client, section, locale):
    address = reverse("wagtail_localize:submit_page_translation", args=[section.pk])
    data = {"locales": [locale.pk], "include_subtree": "on"}
    return client.post(address, data, headers=HOST)


def row_of(page):
    """Return all that is stored of the page, but for what a new draft says of itself."""
    page = type(page).objects.get(pk=page.pk)
    of_a_draft = {
        "draft_title",
        "has_unpublished_changes",
        "latest_revision",
        "latest_revision_created_at",
    }
    return {
        name: value for name, value in page.serializable_data().items() if name not in of_a_draft
    }


def test_a_section_submitted_with_all_below_makes_drafts_beside_what_is_live(
    editor, page, agency, english, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        translation = translated(page, english)
    target = translation.get_target_instance()
    public, items = row_of(target), list(FeedItem.objects.values())
    assert items
    assert put(editor, translation, "Not looked at").status_code == 201
    with django_capture_on_commit_callbacks(execute=True):
        response = submit_with_all_below(editor, section_of(agency, type(page)), english)
    assert response.status_code == 302
    target = translation.get_target_instance()
    assert row_of(target) == public
    assert target.has_unpublished_changes
    assert target.draft_title == target.get_latest_revision_as_object().title == "Not looked at"
    assert target.latest_revision != target.live_revision
    assert list(FeedItem.objects.values()) == items
    assert not type(page).objects.search("looked").get_queryset().exists()


def test_a_draft_lifts_no_privacy_and_publishing_brings_it_up_to_date(page, english):
    """Whoever may not publish may not make public, either."""
    translation = translated(page, english)
    target = translation.get_target_instance()
    target.view_restrictions.create(restriction_type=PageViewRestriction.LOGIN)
    translation.save_target(publish=False)
    assert target.view_restrictions.exists()
    translation.save_target(publish=True)
    assert not target.view_restrictions.exists(), "as the page that it follows"


def test_a_title_that_is_too_long_is_kept_and_told(client, agency, page, english):
    client.force_login(UserFactory(role=AgencyRole.PUBLISHER, role__agency=agency))
    translation = translated(page, english)
    target, text = translation.get_target_instance(), "Flood " * 60
    assert put(client, translation, text).status_code == 201
    target.refresh_from_db()
    assert target.draft_title == text[:255]
    address = reverse("wagtailadmin_pages:edit", args=[target.pk])
    client.post(address, {"action": "publish"}, headers=HOST)
    target.refresh_from_db()
    assert target.title == "Banjir", "the old one stays public"
    typed = StringTranslation.objects.get(context__path="title")
    assert typed.data == text, "whoever typed it can shorten it"
    assert typed.has_error
    shown = client.get(address, headers=HOST).content.decode()
    assert text in shown
    assert typed.field_error in unescape(shown)
    assert "255" in typed.field_error


def test_what_is_published_later_is_the_draft(editor, page, agency, english):
    translation = translated(page, english)
    put(editor, translation, "Flood")
    translation.save_target(publish=False)
    translation.get_target_instance().get_latest_revision().publish()
    target = translation.get_target_instance()
    assert (target.title, target.has_unpublished_changes) == ("Flood", False)


def test_a_translation_that_is_not_public_yet_is_saved_as_before(editor, page, english):
    translation = translated(page, english, live=False)
    put(editor, translation, "Flood")
    translation.save_target(publish=False)
    target = translation.get_target_instance()
    assert (target.live, target.title) == (False, "Flood")


def test_whoever_publishes_a_translation_publishes_it(
    page, english, editor, django_capture_on_commit_callbacks
):
    translation = translated(page, english)
    put(editor, translation, "Flood")
    with django_capture_on_commit_callbacks(execute=True):
        translation.save_target(publish=True)
    target = translation.get_target_instance()
    assert (target.title, target.has_unpublished_changes) == ("Flood", False)


def test_an_alias_that_is_live_stays_what_it_was_and_gets_a_draft(
    editor, page, agency, english, django_capture_on_commit_callbacks
):
    alias = page.copy_for_translation(english, copy_parents=True, alias=True)
    public = row_of(alias)
    with django_capture_on_commit_callbacks(execute=True):
        submit_with_all_below(editor, section_of(agency, type(page)), english)
    alias.refresh_from_db()
    assert alias.alias_of_id is None
    assert row_of(alias) == public | {"alias_of": None}
    assert alias.has_unpublished_changes


def test_a_translation_that_was_stopped_is_not_taken_up_with_its_section(
    editor, page, agency, english
):
    translation = translated(page, english)
    address = reverse("wagtail_localize:stop_translation", args=[translation.pk])
    editor.post(address, headers=HOST)
    by_hand = translation.get_target_instance()
    by_hand.title = "Written by hand"
    by_hand.save_revision()
    other = draft(type(page), agency, title="Longsor", slug="longsor")
    submit_with_all_below(editor, section_of(agency, type(page)), english)
    translation.refresh_from_db()
    assert not translation.enabled
    assert translation.get_target_instance().get_latest_revision_as_object().title == by_hand.title
    assert other.has_translation(english)


def test_neither_is_a_page_that_never_followed_another(editor, page, agency, english):
    by_hand = page.copy_for_translation(english, copy_parents=True)
    by_hand.title = "Written by hand"
    by_hand.save_revision()
    submit_with_all_below(editor, section_of(agency, type(page)), english)
    by_hand.refresh_from_db()
    assert not Translation.objects.filter(source__object_id=page.translation_key).exists()
    assert by_hand.draft_title == "Written by hand"


def test_a_translation_whose_page_was_deleted_is_begun_again(
    editor, page, agency, english, settings
):
    settings.WAGTAILLOCALIZE_DISABLE_ON_DELETE = True
    translation = translated(page, english)
    translation.get_target_instance().delete()
    translation.refresh_from_db()
    assert not translation.enabled
    submit_with_all_below(editor, section_of(agency, type(page)), english)
    translation.refresh_from_db()
    assert translation.enabled
    assert page.has_translation(english)


# Sources of wagtail-localize 1.14.5. If one differs: read what changed, see whether anything else writes
# live rows now, and whether the wrappers in `opd_sites/translating.py` still hold it back.
PINNED = {
    "TranslationSource.create_or_update_translation": "4c68c20a8ba2",
    "TranslationCreator.create_translations": "def7108273ab",
    "post_save_string_translation": "9ffe5f167c48",
}


def test_what_is_wrapped_is_what_it_was_when_this_was_written():
    found = {
        f"{owner.__name__}.{name}": source_hash(getattr(owner, name))
        for owner, name, _wrap in translating.WRAPPED
    }
    replaced = translating.post_save_string_translation
    found[replaced.__name__] = source_hash(replaced)
    assert found == PINNED


def test_everything_is_wrapped_once():
    before = [getattr(owner, name) for owner, name, _wrap in translating.WRAPPED]
    translating.install()
    assert [getattr(owner, name) for owner, name, _wrap in translating.WRAPPED] == before
