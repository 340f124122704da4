"""What a page leaves behind when the province moves it to another agency, and who leaves one."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import (
    Comment,
    Locale,
    Page,
    PageSubscription,
    PageViewRestriction,
    WorkflowState,
)
from wagtail_localize.models import Translation
from wagtail_localize.operations import translate_object

from kip_pages.models import EmergencyIndexPage, NewsPage, PortalHomePage
from opd_sites import mailing, moving, people
from opd_sites.choices import AgencyRole, NoticeKind, ProvinceRole
from opd_sites.models import Notice
from opd_sites.notices import notices_of, tell
from opd_sites.role_sync import role_group
from opd_sites.workflows import submitted_by, waiting_for

from ..factories import UserFactory, draft, publish, section_of
from .test_roles import HOST, member

OTHER_HOST = {"host": "dindik.example.test"}
SECRET = "zqrahasia"


@pytest.fixture
def administrator(client, agency):
    client.force_login(UserFactory(role=ProvinceRole.PROVINCE_ADMIN))
    return client


def move(client, page, destination):
    """Move as the province does, in the admin."""
    address = reverse("wagtailadmin_pages:move_confirm", args=[page.pk, destination.pk])
    assert client.post(address, headers=HOST).status_code == 302
    return Page.objects.get(pk=page.pk).specific


def move_to(client, page, agency):
    return move(client, page, section_of(agency, type(page)))


# --- workflows -------------------------------------------------------------------------------


def submitted(agency):
    page = draft(NewsPage, agency)
    page.get_workflow().start(page, member(AgencyRole.EDITOR, agency))
    return page


@pytest.mark.parametrize("sent_back", [False, True])
def test_what_waits_at_an_agency_does_not_wait_there_once_it_moved(
    administrator, agency, other_agency, sent_back
):
    publisher = member(AgencyRole.PUBLISHER, agency)
    page = submitted(agency)
    if sent_back:
        page.current_workflow_state.current_task_state.reject(user=publisher, comment="kurang")
    page = move_to(administrator, page, other_agency)
    assert page.current_workflow_state is None
    assert [state.status for state in WorkflowState.objects.all()] == ["cancelled"]
    assert not waiting_for(publisher)
    page.get_workflow().start(page, member(AgencyRole.EDITOR, other_agency))
    assert waiting_for(member(AgencyRole.PUBLISHER, other_agency))
    assert not waiting_for(publisher)


def test_so_does_what_lies_below_it(administrator, agency, other_agency):
    page = submitted(agency)
    holder = section_of(other_agency, NewsPage)
    moving.page_moved(page.get_parent(), left=other_agency)
    assert not WorkflowState.objects.active().exists()
    assert holder.get_children().count() == 0


def test_within_an_agency_a_page_keeps_what_it_has(administrator, agency):
    editor = member(AgencyRole.EDITOR, agency)
    page = draft(NewsPage, agency)
    page.get_workflow().start(page, editor)
    PageSubscription.objects.create(page=page, user=editor, comment_notifications=True)
    moving.page_moved(page, left=agency)
    assert submitted_by(editor)
    assert PageSubscription.objects.exists()


# --- who is told -----------------------------------------------------------------------------


@pytest.fixture
def readers(agency, other_agency):
    """Somebody of the first agency, of the second, of both, and of the province."""
    both = member(AgencyRole.EDITOR, agency)
    both.groups.add(role_group(AgencyRole.EDITOR, other_agency))
    return {
        "first": member(AgencyRole.EDITOR, agency),
        "second": member(AgencyRole.EDITOR, other_agency),
        "both": both,
        "province": UserFactory(role=ProvinceRole.PROVINCE_ADMIN),
    }


def names(readers, people):
    keys = {person.pk for person in people}
    return {name for name, reader in readers.items() if reader.pk in keys}


def test_its_comments_go_to_its_new_agency_and_to_no_other(
    administrator, agency, other_agency, readers
):
    page = draft(NewsPage, agency)
    for reader in readers.values():
        PageSubscription.objects.create(page=page, user=reader, comment_notifications=True)
    move_to(administrator, page, other_agency)
    following = [row.user for row in PageSubscription.objects.select_related("user")]
    assert names(readers, following) == {"second", "both", "province"}


def test_what_was_told_of_it_stays_with_those_whose_it_is(
    administrator, agency, other_agency, readers
):
    page = draft(NewsPage, agency)
    tell(readers.values(), NoticeKind.APPROVED, page, at=timezone.now())
    assert names(readers, [n.recipient for n in Notice.objects.all()]) == {
        *("first", "both", "province")
    }
    move_to(administrator, page, other_agency)
    told = Notice.objects.all()
    assert names(readers, [notice.recipient for notice in told]) == {"both", "province"}
    assert {notice.agency for notice in told} == {other_agency}
    for reader in readers.values():
        kept = Notice.objects.filter(recipient=reader)
        assert list(notices_of(reader)) == list(kept)


def test_nobody_reads_a_notice_of_a_page_that_is_not_theirs_now(agency, other_agency):
    """However it came to lie where it does."""
    reader = member(AgencyRole.EDITOR, agency)
    page = draft(NewsPage, agency)
    (notice,) = tell([reader], NoticeKind.APPROVED, page, at=timezone.now())
    assert list(notices_of(reader)) == [notice]
    foreign = draft(NewsPage, other_agency)
    Notice.objects.update(page=foreign)
    assert not notices_of(reader)


@pytest.mark.parametrize("role", ProvinceRole)
def test_notices_of_the_portal_are_for_who_still_works_for_it(client, agency, role):
    was = UserFactory(role=role)
    page = EmergencyIndexPage.objects.child_of(PortalHomePage.objects.get()).get()
    tell([was], NoticeKind.SUBMITTED, page, at=timezone.now())
    assert notices_of(was)
    change_places(was, left=None, to=agency)
    client.force_login(was)
    answer = client.get(reverse("opd_desk:notices"), headers=HOST)
    assert page.draft_title not in answer.content.decode()
    assert not notices_of(type(was).objects.get(pk=was.pk))


def test_who_answers_for_the_portal_reads_what_is_told_of_it(agency):
    type(agency).objects.filter(pk=agency.pk).update(is_lead=True)
    readers = {role: member(role, agency) for role in AgencyRole}
    page = PortalHomePage.objects.get()
    tell(readers.values(), NoticeKind.PUBLISHED, page, at=timezone.now())
    reading = {role for role, reader in readers.items() if notices_of(reader)}
    assert reading == {AgencyRole.PUBLISHER, AgencyRole.AGENCY_ADMIN}


# --- who leaves ------------------------------------------------------------------------------


def change_places(user, *, left, to):
    colleague = people.Colleague.objects.get(pk=user.pk)
    people.change_roles(colleague, roles=[AgencyRole.EDITOR], agency=to, by=None)
    people.remove(colleague, agency=left, by=None)


def test_who_left_an_agency_is_told_nothing_of_what_they_submitted(agency, other_agency):
    author, publisher = member(AgencyRole.EDITOR, agency), member(AgencyRole.PUBLISHER, agency)
    page = draft(NewsPage, agency)
    page.get_workflow().start(page, author)
    change_places(author, left=agency, to=other_agency)
    mail.outbox.clear()
    page.current_workflow_state.current_task_state.reject(user=publisher, comment=SECRET)
    mailing.send_due()
    assert author.email not in [address for message in mail.outbox for address in message.to]
    assert not Notice.objects.filter(recipient=author).exists()


def test_an_email_that_waited_is_not_sent_to_who_has_left_meanwhile(agency, other_agency):
    leaver, stays = (member(AgencyRole.EDITOR, agency) for _ in range(2))
    page = draft(NewsPage, agency, title=SECRET)
    tell([leaver, stays], NoticeKind.APPROVED, page, at=timezone.now())
    change_places(leaver, left=agency, to=other_agency)
    assert mailing.send_due() == 1
    assert [message.to for message in mail.outbox] == [[stays.email]]
    assert not Notice.objects.to_mail(at=timezone.now()).exists()


def test_who_left_an_agency_follows_its_pages_no_more(agency, other_agency):
    leaver = member(AgencyRole.EDITOR, agency)
    leaver.groups.add(role_group(AgencyRole.EDITOR, other_agency))
    pages = [draft(NewsPage, where) for where in (agency, other_agency)]
    for page in pages:
        PageSubscription.objects.create(page=page, user=leaver, comment_notifications=True)
    people.remove(people.Colleague.objects.get(pk=leaver.pk), agency=agency, by=None)
    assert PageSubscription.objects.get().page_id == pages[1].pk


def test_who_loses_one_role_of_two_follows_on(agency):
    person = member(AgencyRole.EDITOR, agency)
    person.groups.add(role_group(AgencyRole.PUBLISHER, agency))
    page = draft(NewsPage, agency)
    PageSubscription.objects.create(page=page, user=person, comment_notifications=True)
    colleague = people.Colleague.objects.get(pk=person.pk)
    people.change_roles(colleague, roles=[AgencyRole.EDITOR], agency=agency, by=None)
    assert PageSubscription.objects.exists()


# --- aliases ---------------------------------------------------------------------------------


def copy(client, page, destination, **options):
    data = {"new_title": "Salinan", "new_slug": "salinan", "new_parent_page": destination.pk}
    address = reverse("wagtailadmin_pages:copy", args=[page.pk])
    answer = client.post(address, data | options, headers=HOST, follow=True)
    return Page.objects.get(slug="salinan"), answer.content.decode()


def commented(agency, **fields):
    page = publish(NewsPage, agency, **fields)
    author = member(AgencyRole.EDITOR, agency)
    Comment.objects.create(page=page, user=author, text=SECRET, contentpath="title")
    return page


def test_nobody_makes_an_alias_of_another_agencys_page(administrator, agency, other_agency):
    page = commented(agency)
    destination = section_of(other_agency, NewsPage)
    made, answer = copy(administrator, page, destination, alias="on")
    assert made.alias_of is None
    assert not Comment.objects.filter(page=made).exists()
    assert "Salinannya halaman biasa, bukan alias" in answer


def test_within_an_agency_an_alias_is_made_as_ever(administrator, agency):
    page = commented(agency)
    made, answer = copy(administrator, page, page.get_parent(), alias="on")
    assert made.alias_of_id == page.pk
    assert "bukan alias" not in answer


def alias_of(page, agency):
    return page.create_alias(parent=section_of(agency, NewsPage), update_slug="salinan")


def test_an_alias_becomes_ordinary_without_what_was_said_about_its_source(administrator, agency):
    alias = alias_of(commented(agency), agency)
    assert Comment.objects.filter(page=alias).exists(), "as Wagtail makes them"
    address = reverse("wagtailadmin_pages:convert_alias", args=[alias.pk])
    administrator.get(address, headers=HOST)
    administrator.post(address, headers=HOST)
    ordinary = Page.objects.get(pk=alias.pk)
    assert ordinary.alias_of is None
    assert SECRET not in str(ordinary.latest_revision.content)
    assert Comment.objects.exclude(page=alias).count() == Comment.objects.count() == 1


@pytest.mark.parametrize("moved", ["source", "alias"])
def test_source_and_alias_part_when_one_of_them_moves(administrator, agency, other_agency, moved):
    source = commented(agency, slug="sumber")
    alias = alias_of(source, agency)
    move_to(administrator, {"source": source, "alias": alias}[moved], other_agency)
    ordinary = NewsPage.objects.get(pk=alias.pk)
    assert ordinary.alias_of is None
    assert ordinary.live
    assert SECRET not in str(ordinary.latest_revision.content)
    assert Comment.objects.get().page_id == source.pk
    source.title = "Judul baru"
    source.save_revision().publish()
    ordinary.refresh_from_db()
    assert ordinary.title != "Judul baru"


def test_what_was_private_with_its_source_is_so_without_it(administrator, agency, other_agency):
    source = publish(NewsPage, agency, slug="sumber")
    alias = alias_of(source, agency)
    PageViewRestriction.objects.create(page=source, restriction_type="password", password="x")
    assert Page.objects.get(pk=alias.pk).get_view_restrictions().exists()
    move_to(administrator, source, other_agency)
    (kept,) = Page.objects.get(pk=alias.pk).get_view_restrictions()
    assert (kept.page_id, kept.password) == (alias.pk, "x")


# --- translations ----------------------------------------------------------------------------


@pytest.fixture
def english():
    return Locale.objects.get(language_code="en")


@pytest.fixture
def translation(agency, english):
    page = publish(NewsPage, agency, title="Imunisasi")
    translate_object(page, [english])
    return Translation.objects.get(source__object_id=page.translation_key)


def ends(translation):
    return translation.source.get_source_instance(), translation.get_target_instance()


def english_section(agency, english):
    section = section_of(agency, NewsPage)
    return section.get_translation_or_none(english) or section.copy_for_translation(
        english, copy_parents=True
    )


def test_a_translation_that_stays_behind_follows_no_more(
    administrator, client, agency, other_agency, translation
):
    source, target = ends(translation)
    move_to(administrator, source, other_agency)
    translation.refresh_from_db()
    assert not translation.enabled
    client.force_login(member(AgencyRole.EDITOR, agency))
    edit = reverse("wagtailadmin_pages:edit", args=[target.pk])
    client.post(edit, {"localize-restart-translation": ""}, headers=HOST)
    translation.refresh_from_db()
    assert not translation.enabled


def test_what_was_translated_starts_again_where_both_have_moved(
    administrator, agency, other_agency, english, translation
):
    source, target = ends(translation)
    move_to(administrator, source, other_agency)
    move(administrator, target, english_section(other_agency, english))
    edit = reverse("wagtailadmin_pages:edit", args=[target.pk])
    administrator.post(edit, {"localize-restart-translation": ""}, headers=HOST)
    translation.refresh_from_db()
    assert translation.enabled


def test_a_translation_that_moves_with_its_source_goes_on(
    administrator, agency, other_agency, translation
):
    source, target = ends(translation)
    target.move(source, pos="last-child")
    move_to(administrator, source, other_agency)
    translation.refresh_from_db()
    assert translation.enabled


def test_no_page_becomes_an_alias_of_another_agencys(
    administrator, agency, other_agency, translation
):
    source, target = ends(translation)
    move_to(administrator, source, other_agency)
    address = reverse("wagtail_localize:convert_to_alias", args=[target.pk])
    administrator.post(address, headers=HOST)
    assert Page.objects.get(pk=target.pk).alias_of is None


def test_neither_agency_reaches_the_others_end_of_a_translation(
    administrator, agency, other_agency, translation
):
    source, target = ends(translation)
    Page.objects.filter(pk=target.pk).update(draft_title=SECRET)
    move_to(administrator, source, other_agency)
    update = reverse("wagtail_localize:update_translations", args=[translation.source.pk])
    download = reverse("wagtail_localize:download_pofile", args=[translation.pk])
    report = reverse("wagtail_localize:translations_report")
    for where, host, updates in ((agency, HOST, 404), (other_agency, OTHER_HOST, 200)):
        client = Client()
        client.force_login(member(AgencyRole.PUBLISHER, where))
        assert client.get(update, headers=host).status_code == updates
        assert client.get(download, headers=host).status_code == 404
        assert "Imunisasi" not in client.get(report, headers=host).content.decode()
    told = client.get(f"/admin/api/main/pages/{source.pk}/?fields=*", headers=OTHER_HOST)
    assert told.json()["meta"]["translations"] == []
    assert SECRET not in told.content.decode()


def test_the_api_names_the_translations_of_ones_own_pages(client, agency, translation):
    source, target = ends(translation)
    client.force_login(member(AgencyRole.EDITOR, agency))
    told = client.get(f"/admin/api/main/pages/{source.pk}/?fields=*", headers=HOST).json()
    assert [one["id"] for one in told["meta"]["translations"]] == [target.pk]


def test_the_api_names_a_source_that_is_ones_own_and_no_other(client, agency, other_agency):
    own, foreign = (publish(NewsPage, where, slug="sumber") for where in (agency, other_agency))
    alias = alias_of(own, agency)
    client.force_login(member(AgencyRole.EDITOR, agency))
    for source, told in ((own, own.pk), (foreign, None)):
        Page.objects.filter(pk=alias.pk).update(alias_of=source)
        answer = client.get(f"/admin/api/main/pages/{alias.pk}/?fields=*", headers=HOST).json()
        assert (answer["meta"]["alias_of"] or {}).get("id") == told


def test_nothing_is_translated_into_another_agency(
    administrator, agency, other_agency, english, translation
):
    """A translation lies below that of its parent, wherever this has gone."""
    section = section_of(agency, NewsPage)
    page = publish(NewsPage, agency, title="Gizi", slug="gizi")
    moved = section.get_translation(english)
    moved.move(other_agency.root_page, pos="last-child")
    translate_object(page, [english])
    assert not page.has_translation(english)
