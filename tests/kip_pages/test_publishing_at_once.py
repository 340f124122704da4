"""An emergency announcement is held by nobody: the text is looked at, and it is public."""

import datetime
import html
import json
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from wagtail.models import Locale, PageLogEntry
from wagtail_localize.models import StringSegment, Translation
from wagtail_localize.operations import translate_object

from kip_pages.alerts.publishing import (
    ASKED_TO_PUBLISH,
    PLANNED,
    PUBLISHED_AT_ONCE,
    TextChangedError,
    newest_text,
    publish_at_once,
)
from kip_pages.models import CapMessage, EmergencyAnnouncementPage, EmergencyIndexPage, FeedItem
from opd_sites import mailing
from opd_sites.choices import AgencyRole, NoticeKind, ProvinceRole
from opd_sites.models import Notice

from ..factories import UserFactory, draft, publish, section_of
from ..opd_sites.test_roles import ROLES, announce, member, portal_emergencies
from .test_pages_in_admin import HOST, PUBLISH, add_view, confirmed, edit_view, form_data

ASK = {"action-ask-publishers": "action-ask-publishers"}
BULK = "wagtail_bulk_action"


def confirm_view(page):
    return reverse("kip_desk:publish_at_once", args=[page.pk])


def press(client, page, action=PUBLISH, **changes):
    data = form_data(EmergencyAnnouncementPage, slug=page.slug, **changes) | action
    return client.post(edit_view(page), data, headers=HOST)


def confirm(client, page, **changes):
    """Open the page that shows the text and press its button."""
    shown = client.get(confirm_view(page), headers=HOST)
    data = dict(shown.context["form"].initial) | changes
    return client.post(confirm_view(page), data, headers=HOST)


def without_an_element(agency):
    page = draft(EmergencyAnnouncementPage, agency)
    page.how_to_avoid = ""
    page.save_revision(clean=False)
    return page


def log_in(client, role, agency):
    user = member(role, agency)
    client.force_login(user)
    return user


@pytest.fixture
def flood(agency):
    return draft(EmergencyAnnouncementPage, agency, title="Banjir", slug="banjir")


# --- who -------------------------------------------------------------------------------------

#   role                          own agency  other agency  the portal's
PUBLISHES = [
    (AgencyRole.EDITOR, False, False, False),
    (AgencyRole.PUBLISHER, True, False, False),
    (AgencyRole.AGENCY_ADMIN, True, False, False),
    (ProvinceRole.PROVINCE_ADMIN, True, True, True),
    (ProvinceRole.DUTY_OFFICER, False, False, True),
]


def test_the_table_names_every_role():
    assert [row[0] for row in PUBLISHES] == ROLES


@pytest.mark.parametrize(("role", "own", "other", "portals"), PUBLISHES)
def test_who_publishes_which_announcement(client, agency, other_agency, role, own, other, portals):
    pages = [
        (draft(EmergencyAnnouncementPage, agency), own),
        (draft(EmergencyAnnouncementPage, other_agency), other),
        (announce(portal_emergencies()), portals),
    ]
    user = log_in(client, role, agency)
    for page, allowed in pages:
        page.live = False
        page.save()
        may_open = page.permissions_for_user(user).can_edit()
        shown = client.get(confirm_view(page), headers=HOST)
        assert shown.status_code == (200 if may_open else 404)
        version = newest_text(page)[1]
        client.post(confirm_view(page), {"reason": "Darurat", "version": version}, headers=HOST)
        page.refresh_from_db()
        assert page.live is allowed


@pytest.mark.parametrize("role", ROLES)
def test_no_workflow_holds_an_announcement(client, agency, flood, role):
    client.force_login(member(role, agency))
    press(client, flood, {"action-submit": "action-submit"})
    flood = EmergencyAnnouncementPage.objects.get(pk=flood.pk)
    assert not flood.workflow_in_progress
    assert flood.get_lock() is None


def test_the_verb_publishes_for_nobody_who_may_not(agency, flood):
    editor = member(AgencyRole.EDITOR, agency)
    with pytest.raises(PermissionDenied):
        publish_at_once(
            flood, version=newest_text(flood)[1], reason="-", user=editor, at=timezone.now()
        )
    flood.refresh_from_db()
    assert not flood.live


# --- what is shown before --------------------------------------------------------------------


def public_text(markup):
    return BeautifulSoup(markup, "html.parser").select_one("article").get_text(" ", strip=True)


def test_pressing_publish_keeps_what_was_typed_and_shows_the_text_instead(client, agency, flood):
    log_in(client, AgencyRole.PUBLISHER, agency)
    response = press(client, flood, title="Banjir besar", how_to_avoid="Naik ke tempat tinggi.")
    assert (response.status_code, response["location"]) == (302, confirm_view(flood))
    flood.refresh_from_db()
    assert not flood.live
    assert flood.get_latest_revision_as_object().how_to_avoid == "Naik ke tempat tinggi."
    shown = client.get(response["location"], headers=HOST).content.decode()
    soup = BeautifulSoup(shown, "html.parser")
    page = html.unescape(soup.select_one("iframe")["srcdoc"])
    assert "Naik ke tempat tinggi." in public_text(page)
    assert "Banjir besar" in soup.select_one(".kip-confirm__banner").get_text()


def test_what_is_shown_before_is_what_the_public_reads_after(client, agency, flood):
    log_in(client, AgencyRole.PUBLISHER, agency)
    press(client, flood, effective="2026-01-01 08:00", expires="")
    soup = BeautifulSoup(client.get(confirm_view(flood), headers=HOST).content, "html.parser")
    before = public_text(soup.select_one("iframe")["srcdoc"])
    banner = soup.select_one(".kip-confirm__banner").get_text(" ", strip=True)
    assert confirm(client, flood).status_code == 302
    client.logout()
    flood.refresh_from_db()
    assert public_text(client.get(flood.get_url(), headers=HOST).content) == before
    home = BeautifulSoup(client.get("/", headers=HOST).content, "html.parser")
    assert home.select_one("#darurat").get_text(" ", strip=True) == banner


def test_a_new_announcement_is_public_only_when_it_is_confirmed(client, agency):
    log_in(client, AgencyRole.PUBLISHER, agency)
    data = form_data(EmergencyAnnouncementPage) | PUBLISH
    response = client.post(add_view(EmergencyAnnouncementPage, agency), data, headers=HOST)
    page = EmergencyAnnouncementPage.objects.get(slug="judul")
    assert response["location"] == confirm_view(page)
    assert not page.live
    assert client.get(page.get_url(), headers=HOST).status_code == 404
    assert not FeedItem.objects.filter(page_id=page.pk).exists()
    assert confirmed(client, response).status_code == 302
    page.refresh_from_db()
    assert page.live
    assert page.live_revision == page.get_latest_revision()


def test_a_second_flood_of_the_same_name_gets_an_address_of_its_own(client, agency, flood):
    log_in(client, AgencyRole.PUBLISHER, agency)
    data = form_data(EmergencyAnnouncementPage, title="Banjir", slug="banjir") | PUBLISH
    response = client.post(add_view(EmergencyAnnouncementPage, agency), data, headers=HOST)
    page = EmergencyAnnouncementPage.objects.get(slug="banjir-1")
    assert response["location"] == confirm_view(page)


def test_a_text_without_an_element_it_must_have_leads_back_to_the_form(client, agency):
    page = without_an_element(agency)
    log_in(client, AgencyRole.PUBLISHER, agency)
    response = client.get(confirm_view(page), headers=HOST)
    assert (response.status_code, response["location"]) == (302, edit_view(page))
    message = client.get(edit_view(page), headers=HOST).content.decode()
    label = str(page._meta.get_field("how_to_avoid").verbose_name)
    assert label in BeautifulSoup(message, "html.parser").select_one(".messages").get_text()
    version = newest_text(page)[1]
    client.post(confirm_view(page), {"reason": "Darurat", "version": version}, headers=HOST)
    page.refresh_from_db()
    assert not page.live


def test_an_announcement_that_is_planned_goes_live_as_planned(client, agency, flood):
    log_in(client, AgencyRole.PUBLISHER, agency)
    tomorrow = timezone.now().replace(microsecond=0) + datetime.timedelta(days=1)
    flood.go_live_at = tomorrow
    flood.save_revision()
    assert confirm(client, flood).status_code == 302
    flood.refresh_from_db()
    assert not flood.live
    assert flood.scheduled_revision.approved_go_live_at == tomorrow


def test_of_what_is_planned_nobody_is_told_that_it_is_public(client, agency, flood):
    """Neither while another text of it is public already."""
    member(AgencyRole.AGENCY_ADMIN, agency)
    log_in(client, AgencyRole.PUBLISHER, agency)
    confirm(client, flood)
    flood.refresh_from_db()
    assert flood.live
    flood.go_live_at = timezone.now() + datetime.timedelta(days=1)
    flood.save_revision()
    Notice.objects.all().delete()
    response = confirm(client, flood)
    shown = client.get(response["location"], headers=HOST).content
    told = BeautifulSoup(shown, "html.parser").select_one(".messages").get_text()
    with translation.override("id"):
        assert gettext("“%(title)s” will go live as planned.") % {"title": flood.title} in told
    assert Notice.objects.get().kind == NoticeKind.PLANNED
    newest = PageLogEntry.objects.filter(action__startswith="kip_pages.").order_by("-pk").first()
    assert newest.action == PLANNED


# --- what was looked at is what is published -------------------------------------------------


def test_a_text_that_was_saved_meanwhile_is_shown_anew_and_not_published(client, agency, flood):
    log_in(client, AgencyRole.PUBLISHER, agency)
    seen = dict(client.get(confirm_view(flood), headers=HOST).context["form"].initial)
    flood.how_to_avoid = "Pergi ke sungai."
    flood.save_revision()
    typed = {"reason": "Air naik cepat."}
    response = client.post(confirm_view(flood), seen | typed, headers=HOST)
    assert response.status_code == 200
    soup = BeautifulSoup(response.content, "html.parser")
    assert "Pergi ke sungai." in public_text(soup.select_one("iframe")["srcdoc"])
    assert soup.select_one("textarea[name=reason]").text.strip() == "Air naik cepat."
    flood.refresh_from_db()
    assert not flood.live
    again = dict(response.context["form"].initial)
    assert client.post(confirm_view(flood), again, headers=HOST).status_code == 302
    flood.refresh_from_db()
    assert flood.how_to_avoid == "Pergi ke sungai."


def test_a_draft_that_saves_itself_under_the_same_key_counts_as_changed(agency, flood):
    version = newest_text(flood)[1]
    flood.how_to_avoid = "Lain."
    flood.save_revision(overwrite_revision=flood.get_latest_revision())
    with pytest.raises(TextChangedError):
        publish_at_once(flood, version=version, reason="-", user=None, at=timezone.now())


def test_pressing_twice_publishes_once_more_and_breaks_nothing(client, agency, flood):
    log_in(client, AgencyRole.PUBLISHER, agency)
    data = dict(client.get(confirm_view(flood), headers=HOST).context["form"].initial)
    for _press in range(2):
        assert client.post(confirm_view(flood), data, headers=HOST).status_code == 302
    flood.refresh_from_db()
    assert flood.live


@pytest.mark.parametrize("reason", ["", "   "])
def test_the_reason_is_there_already_and_cannot_be_left_out(client, agency, flood, reason):
    log_in(client, AgencyRole.PUBLISHER, agency)
    form = client.get(confirm_view(flood), headers=HOST).context["form"]
    assert form.initial["reason"].startswith(flood.get_kind_display())
    response = confirm(client, flood, reason=reason)
    assert response.status_code == 200
    assert "reason" in response.context["form"].errors
    flood.refresh_from_db()
    assert not flood.live


# --- who is told, and what is kept -----------------------------------------------------------


def test_the_reviewers_are_told_afterwards(client, agency, other_agency, flood):
    colleagues = {member(role, agency) for role in (AgencyRole.PUBLISHER, AgencyRole.AGENCY_ADMIN)}
    member(AgencyRole.EDITOR, agency)
    UserFactory(role=AgencyRole.PUBLISHER, role__agency=other_agency)
    publisher = log_in(client, AgencyRole.PUBLISHER, agency)
    confirm(client, flood, reason="Air naik cepat.")
    notices = Notice.objects.filter(kind=NoticeKind.PUBLISHED)
    assert {notice.recipient for notice in notices} == colleagues
    assert {(notice.actor, notice.reason) for notice in notices} == {(publisher, "Air naik cepat.")}
    mailing.send_due()
    assert {address for message in mail.outbox for address in message.to} == {
        person.email for person in colleagues
    }
    assert all("Air naik cepat." in message.body for message in mail.outbox)


def test_of_the_portals_announcements_the_lead_agency_is_told(client, agency):
    agency.is_lead = True
    agency.save()
    publisher = member(AgencyRole.PUBLISHER, agency)
    page = announce(portal_emergencies())
    log_in(client, ProvinceRole.DUTY_OFFICER, agency)
    confirm(client, page)
    assert [notice.recipient for notice in Notice.objects.all()] == [publisher]


def test_who_is_told_of_the_portals_announcement_reads_what_the_public_reads(client, agency):
    agency.is_lead = True
    agency.save()
    member(AgencyRole.PUBLISHER, agency)
    page = announce(portal_emergencies())
    log_in(client, ProvinceRole.DUTY_OFFICER, agency)
    confirm(client, page)
    notice = Notice.objects.get()
    opened = reverse("opd_desk:notice", args=[notice.pk])
    client.force_login(notice.recipient)
    assert client.get(opened, headers=HOST)["location"] == page.full_url
    page.refresh_from_db()
    page.unpublish()
    response = client.get(opened, headers=HOST, follow=True)
    assert response.redirect_chain == [(reverse("opd_desk:notices"), 302)]
    told = BeautifulSoup(response.content, "html.parser").select_one(".messages")
    assert page.title in told.get_text()


def test_without_a_lead_agency_the_province_is_told(client, agency):
    administrator = member(ProvinceRole.PROVINCE_ADMIN, agency)
    page = announce(portal_emergencies())
    log_in(client, ProvinceRole.DUTY_OFFICER, agency)
    confirm(client, page)
    assert [notice.recipient for notice in Notice.objects.all()] == [administrator]


def test_the_audit_log_says_who_when_and_why(client, agency, flood):
    publisher = log_in(client, AgencyRole.PUBLISHER, agency)
    before = timezone.now()
    confirm(client, flood, reason="Air naik cepat.")
    entry = PageLogEntry.objects.get(action=PUBLISHED_AT_ONCE)
    assert (entry.page_id, entry.user) == (flood.pk, publisher)
    assert before <= entry.timestamp <= timezone.now()
    assert entry.data["reason"] == "Air naik cepat."
    history = reverse("wagtailadmin_pages:history", args=[flood.pk])
    shown = BeautifulSoup(client.get(history, headers=HOST).content, "html.parser").get_text()
    assert "Air naik cepat." in shown
    assert str(entry.message) in shown


# --- who may only write ----------------------------------------------------------------------


def test_an_editor_asks_the_publishers_with_one_press(client, agency, flood):
    publisher = member(AgencyRole.PUBLISHER, agency)
    editor = log_in(client, AgencyRole.EDITOR, agency)
    form = client.get(edit_view(flood), headers=HOST).content.decode()
    assert 'name="action-ask-publishers"' in form
    assert 'name="action-publish"' not in form
    response = press(client, flood, ASK, how_to_avoid="Naik ke bukit.")
    assert (response.status_code, response["location"]) == (302, edit_view(flood))
    flood.refresh_from_db()
    assert flood.get_latest_revision_as_object().how_to_avoid == "Naik ke bukit."
    notice = Notice.objects.get()
    assert (notice.recipient, notice.kind, notice.actor) == (publisher, NoticeKind.ASKED, editor)
    assert notice.address == confirm_view(flood)
    assert PageLogEntry.objects.filter(action=ASKED_TO_PUBLISH, user=editor).count() == 1
    told = client.get(edit_view(flood), headers=HOST).content.decode()
    assert publisher.username in BeautifulSoup(told, "html.parser").select_one(".messages").text


def test_an_editor_asks_while_the_announcement_is_new_and_not_complete(client, agency):
    member(AgencyRole.PUBLISHER, agency)
    log_in(client, AgencyRole.EDITOR, agency)
    form = client.get(add_view(EmergencyAnnouncementPage, agency), headers=HOST).content.decode()
    assert 'name="action-ask-publishers"' in form
    data = form_data(EmergencyAnnouncementPage, how_to_avoid="") | ASK
    client.post(add_view(EmergencyAnnouncementPage, agency), data, headers=HOST)
    page = EmergencyAnnouncementPage.objects.get(slug="judul")
    assert not page.live
    assert Notice.objects.get().page_id == page.pk


def test_an_editor_who_opens_the_confirmation_reads_who_can_publish(client, agency, flood):
    publisher = member(AgencyRole.PUBLISHER, agency)
    log_in(client, AgencyRole.EDITOR, agency)
    shown = client.get(confirm_view(flood), headers=HOST).content.decode()
    assert publisher.email in shown
    assert 'name="reason"' not in shown
    client.post(confirm_view(flood), headers=HOST)
    assert Notice.objects.get().kind == NoticeKind.ASKED


def test_where_nobody_can_be_asked_it_is_said(client, agency, flood):
    log_in(client, AgencyRole.EDITOR, agency)
    press(client, flood, ASK)
    told = client.get(edit_view(flood), headers=HOST).content
    assert BeautifulSoup(told, "html.parser").select_one(".messages .error")


def test_what_was_asked_for_is_settled_when_it_is_published(client, agency, flood):
    member(AgencyRole.AGENCY_ADMIN, agency)
    log_in(client, AgencyRole.EDITOR, agency)
    press(client, flood, ASK)
    log_in(client, AgencyRole.PUBLISHER, agency)
    confirm(client, flood)
    assert not Notice.objects.unseen().filter(kind=NoticeKind.ASKED).exists()


# --- other ways to publish -------------------------------------------------------------------


def bulk_publish(client, *pages, **data):
    ids = "&".join(f"id={page.pk}" for page in pages)
    address = f"{reverse(BULK, args=['wagtailcore', 'page', 'publish'])}?{ids}"
    return client.post(address, data, headers=HOST)


def test_one_announcement_chosen_in_the_listing_leads_to_its_text(client, agency, flood):
    log_in(client, AgencyRole.PUBLISHER, agency)
    response = bulk_publish(client, flood)
    assert (response.status_code, response["location"]) == (302, confirm_view(flood))
    flood.refresh_from_db()
    assert not flood.live


def test_several_announcements_are_not_published_in_bulk(client, agency, flood):
    other = draft(EmergencyAnnouncementPage, agency, title="Longsor", slug="longsor")
    log_in(client, AgencyRole.PUBLISHER, agency)
    assert bulk_publish(client, flood, other).status_code == 302
    assert not EmergencyAnnouncementPage.objects.live().exists()
    told = client.get(reverse("wagtailadmin_home"), headers=HOST).content
    message = BeautifulSoup(told, "html.parser").select_one(".messages").get_text()
    assert "Banjir" in message
    assert "Longsor" in message


def test_a_section_published_with_what_is_below_it_publishes_no_announcement(client, agency, flood):
    log_in(client, AgencyRole.PUBLISHER, agency)
    section = section_of(agency, EmergencyAnnouncementPage)
    bulk_publish(client, section, include_descendants="on")
    flood.refresh_from_db()
    assert not flood.live


def test_a_copy_of_an_announcement_begins_as_a_draft(client, agency):
    page = publish(EmergencyAnnouncementPage, agency, title="Banjir", slug="banjir")
    log_in(client, AgencyRole.PUBLISHER, agency)
    data = {
        "new_title": "Banjir lagi",
        "new_slug": "banjir-lagi",
        "new_parent_page": str(page.get_parent().pk),
        "publish_copies": "on",
    }
    client.post(reverse("wagtailadmin_pages:copy", args=[page.pk]), data, headers=HOST)
    assert not EmergencyAnnouncementPage.objects.get(slug="banjir-lagi").live


def test_an_older_version_is_looked_at_like_any_other(client, agency, flood):
    first = flood.get_latest_revision()
    flood.how_to_avoid = "Versi kedua."
    flood.save_revision()
    log_in(client, AgencyRole.PUBLISHER, agency)
    data = form_data(EmergencyAnnouncementPage, slug=flood.slug) | PUBLISH | {"revision": first.pk}
    response = client.post(edit_view(flood), data, headers=HOST)
    assert response["location"] == confirm_view(flood)
    flood.refresh_from_db()
    assert not flood.live


def test_the_words_of_the_roles_are_the_provinces(client, agency, flood, settings):
    settings.OPD_SITES = {"ROLE_LABELS": {"publisher": "PPID Pelaksana"}}
    log_in(client, AgencyRole.EDITOR, agency)
    for address in (edit_view(flood), confirm_view(flood)):
        assert "Minta PPID Pelaksana" in client.get(address, headers=HOST).content.decode()


def test_an_exercise_says_so_and_is_no_banner(client, agency, flood):
    flood.status = "exercise"
    flood.save_revision()
    log_in(client, AgencyRole.PUBLISHER, agency)
    soup = BeautifulSoup(client.get(confirm_view(flood), headers=HOST).content, "html.parser")
    assert soup.select_one(".help-warning")
    assert not soup.select_one(".kip-confirm__banner")


def test_the_section_of_announcements_has_no_workflow_either(agency):
    section = EmergencyIndexPage.objects.descendant_of(agency.root_page).get()
    assert not section.has_workflow
    assert ContentType.objects.get_for_model(section)
    assert section.get_workflow() is None


def test_the_verb_refuses_a_text_without_an_element_it_must_have(agency):
    page = without_an_element(agency)
    with pytest.raises(ValidationError) as refused:
        publish_at_once(
            page, version=newest_text(page)[1], reason="-", user=None, at=timezone.now()
        )
    assert set(refused.value.message_dict) == {"how_to_avoid"}


def test_a_translation_is_looked_at_before_it_is_public_too(client, agency):
    page = publish(EmergencyAnnouncementPage, agency, title="Banjir", slug="banjir")
    english = Locale.objects.get(language_code="en")
    publisher = log_in(client, AgencyRole.PUBLISHER, agency)
    translate_object(page, [english], user=publisher)
    translated = page.get_translation(english)
    response = client.post(edit_view(translated), {"action": "publish"}, headers=HOST)
    assert (response.status_code, response["location"]) == (302, confirm_view(translated))
    translated.refresh_from_db()
    assert not translated.live
    confirm(client, translated)
    translated.refresh_from_db()
    assert translated.live


def translated_live(page, by):
    english = Locale.objects.get(language_code="en")
    translate_object(page, [english], user=by)
    page.get_translation(english).get_latest_revision().publish()
    return Translation.objects.get(source__object_id=page.translation_key)


def type_into(client, translation, path, text):
    """As the editor of translations does."""
    segment = StringSegment.objects.get(source=translation.source, context__path=path)
    address = reverse("wagtail_localize:edit_string_translation", args=[translation.pk, segment.pk])
    kind = "application/x-www-form-urlencoded"
    client.put(address, urlencode({"value": text}), content_type=kind, headers=HOST)


def press_publish(client, translation):
    target = translation.get_target_instance()
    return client.post(edit_view(target), {"action": "publish"}, headers=HOST)


@pytest.mark.parametrize(("role", "may_publish"), [row[:2] for row in PUBLISHES[:3]])
def test_pressing_publish_on_a_translation_makes_nothing_public_by_itself(
    client, agency, role, may_publish, django_capture_on_commit_callbacks
):
    page = publish(EmergencyAnnouncementPage, agency, title="Banjir", slug="banjir")
    translation = translated_live(page, by=log_in(client, role, agency))
    type_into(client, translation, "title", "Everybody run")
    with django_capture_on_commit_callbacks(execute=True):
        response = press_publish(client, translation)
    target = translation.get_target_instance()
    assert (target.live, target.title) == (True, "Banjir")
    refused = reverse("wagtailadmin_home")
    assert response["location"] == (confirm_view(target) if may_publish else refused)
    if may_publish:
        confirm(client, target)
        assert translation.get_target_instance().title == "Everybody run"


def test_a_translation_that_is_not_valid_leads_back_to_it(client, agency):
    page = publish(EmergencyAnnouncementPage, agency, title="Banjir", original_issuer="BMKG")
    translation = translated_live(page, by=log_in(client, AgencyRole.PUBLISHER, agency))
    type_into(client, translation, "original_issuer", "Meteorology" * 24)
    response = press_publish(client, translation)
    target = translation.get_target_instance()
    assert (response.status_code, response["location"]) == (302, edit_view(target))
    told = client.get(edit_view(target), headers=HOST).content
    assert "Banjir" in BeautifulSoup(told, "html.parser").select_one(".messages .error").get_text()
    assert (target.original_issuer, target.has_unpublished_changes) == ("BMKG", False)
    # Once more leaves out what is not valid.
    assert press_publish(client, translation)["location"] == confirm_view(target)


BRINGS_UP_TO_DATE = [AgencyRole.PUBLISHER, AgencyRole.AGENCY_ADMIN, ProvinceRole.PROVINCE_ADMIN]


@pytest.mark.parametrize("role", BRINGS_UP_TO_DATE)
def test_bringing_translations_up_to_date_publishes_no_announcement(
    client, agency, role, django_capture_on_commit_callbacks
):
    page = publish(EmergencyAnnouncementPage, agency, title="Banjir", slug="banjir")
    translation = translated_live(page, by=log_in(client, role, agency))
    type_into(client, translation, "title", "Everybody run")
    address = reverse("wagtail_localize:update_translations", args=[translation.source.pk])
    form = BeautifulSoup(client.get(address, headers=HOST).content, "html.parser")
    assert not form.select("[type=checkbox][name=publish_translations]")
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(address, {"publish_translations": "on"}, headers=HOST)
    assert response.status_code == 302
    assert translation.get_target_instance().title == "Banjir"


@pytest.mark.parametrize("role", BRINGS_UP_TO_DATE)
def test_a_translated_announcement_does_not_become_an_alias(client, agency, role):
    page = publish(EmergencyAnnouncementPage, agency, title="Banjir", slug="banjir")
    user = log_in(client, role, agency)
    translate_object(page, [Locale.objects.get(language_code="en")], user=user)
    target = page.get_translation(Locale.objects.get(language_code="en"))
    address = reverse("wagtail_localize:convert_to_alias", args=[target.pk])
    response = client.post(address, headers=HOST)
    assert (response.status_code, response["location"]) == (302, edit_view(target))
    told = client.get(edit_view(target), headers=HOST).content
    assert "Banjir" in BeautifulSoup(told, "html.parser").select_one(".messages .error").get_text()
    target.refresh_from_db()
    assert (target.alias_of, target.live) == (None, False)


# --- aliases ---------------------------------------------------------------------------------


def alias_of(page, slug="banjir-alias"):
    return page.create_alias(update_slug=slug)


def test_an_alias_has_no_text_of_its_own_to_publish(client, agency, flood):
    alias = alias_of(flood)
    log_in(client, AgencyRole.PUBLISHER, agency)
    assert client.get(confirm_view(alias), headers=HOST).status_code == 404
    assert client.post(confirm_view(alias), headers=HOST).status_code == 404


@pytest.mark.parametrize("with_its_original", [False, True])
def test_an_alias_in_a_bulk_is_left_to_its_original(client, agency, flood, with_its_original):
    alias = alias_of(flood)
    log_in(client, AgencyRole.PUBLISHER, agency)
    response = bulk_publish(client, alias, *[flood] * with_its_original)
    assert (response.status_code, response["location"] == confirm_view(alias)) == (302, False)
    assert not EmergencyAnnouncementPage.objects.live().exists()
    told = client.get(reverse("wagtailadmin_home"), headers=HOST).content
    messages = BeautifulSoup(told, "html.parser").select_one(".messages")
    assert "Banjir" in messages.select_one("ul > .info").get_text()
    assert bool(messages.select_one("ul > .error")) is with_its_original


# --- what machines would misread -------------------------------------------------------------


def test_what_only_machines_would_misread_is_named_before_it_is_published(client, agency, flood):
    flood.how_to_avoid = "Naik <b>sekarang</b>."
    flood.save_revision()
    log_in(client, AgencyRole.PUBLISHER, agency)
    soup = BeautifulSoup(client.get(confirm_view(flood), headers=HOST).content, "html.parser")
    told = soup.select_one(".kip-confirm [role=alert] li").get_text()
    assert told.startswith("D. cara menghindari")
    assert "Hapus < dan >" in told
    assert not soup.select("button[form=publish-at-once]")
    assert soup.select_one(".kip-confirm__actions a")["href"] == edit_view(flood)
    # Nor is it published by whoever sends the form all the same; the reason stands there still.
    answer = confirm(client, flood, reason="Air naik cepat.")
    assert answer.status_code == 200
    assert "Air naik cepat." in answer.content.decode()
    flood.refresh_from_db()
    assert not flood.live
    flood.how_to_avoid = "Naik sekarang."
    flood.save_revision()
    confirm(client, flood)
    flood.refresh_from_db()
    assert flood.live


def test_what_only_the_province_can_mend_warns_and_keeps_nobody_waiting(
    client, agency, flood, settings, tmp_path
):
    ring = [[106.11, -6.11], [106.21, -6.11], [106.21, -6.21], [106.11, -6.11]]
    outline = {
        "type": "Feature",
        "properties": {"code": "36", "name": "Banten"},
        "geometry": {"type": "MultiPolygon", "coordinates": [[ring]]},
    }
    coarse = tmp_path / "kasar.geojson"
    coarse.write_text(json.dumps({"type": "FeatureCollection", "features": [outline]}))
    settings.KIP_PAGES = settings.KIP_PAGES | {"BOUNDARIES_FILE": str(coarse)}
    log_in(client, AgencyRole.PUBLISHER, agency)
    soup = BeautifulSoup(client.get(confirm_view(flood), headers=HOST).content, "html.parser")
    assert "koordinat" in soup.select_one(".kip-confirm .help-warning").get_text().lower()
    assert soup.select("button[form=publish-at-once]")
    confirm(client, flood)
    flood.refresh_from_db()
    assert flood.live
    assert not CapMessage.objects.exists()
