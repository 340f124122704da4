"""From draft to publication: who proposes, who decides, what the province adds, and what it takes."""

import json

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.urls import reverse
from django.utils import translation
from wagtail.admin.mail import send_notification
from wagtail.models import (
    Comment,
    Page,
    TaskState,
    Workflow,
    WorkflowPage,
    WorkflowState,
    WorkflowTask,
)
from wagtail.users.models import UserProfile

from kip_pages.models import DipEntryPage, EmergencyAnnouncementPage, NewsPage
from opd_sites import mailing
from opd_sites.choices import AgencyRole, NoticeKind, ProvinceRole
from opd_sites.models import AgencyWorkflow, ApprovalTask, Notice, ReviewedKind
from opd_sites.role_sync import role_group, sync_roles
from opd_sites.workflows import (
    choose_reviewed,
    reviewable_models,
    submitted_by,
    sync_workflow,
    waiting_for,
)

from ..factories import AgencyFactory, UserFactory, draft, publish, section_of
from .test_roles import HOST, ROLES, edit_view, member, post_news

SUBMIT = {"action-submit": "action-submit"}
PUBLISH = {"action-publish": "action-publish"}


def submit(page, user):
    """Submit ``page`` as ``user`` would."""
    return page.get_workflow().start(page, user)


def waiting_state(page):
    return page.current_workflow_state.current_task_state


def action_view(page, action):
    return reverse(
        "wagtailadmin_pages:workflow_action", args=[page.pk, action, waiting_state(page).pk]
    )


def decide(client, page, action, comment=""):
    """Answer the dialog in which somebody decides; returns what the dialog was told."""
    return client.post(
        action_view(page, action),
        {"comment": comment},
        headers=HOST | {"x-requested-with": "XMLHttpRequest"},
    )


# --- who does what ---------------------------------------------------------------------------

#   role                          proposes  decides for own agency  for the other  after the province
DECIDES = [
    (AgencyRole.EDITOR, True, False, False, False),
    (AgencyRole.PUBLISHER, True, True, False, False),
    (AgencyRole.AGENCY_ADMIN, True, True, False, False),
    (ProvinceRole.PROVINCE_ADMIN, True, False, False, True),
    (ProvinceRole.DUTY_OFFICER, False, False, False, False),
]


def test_the_table_names_every_role():
    assert [row[0] for row in DECIDES] == ROLES


@pytest.mark.parametrize(("role", "proposes"), [row[:2] for row in DECIDES])
def test_who_submits_a_page_of_the_agency(client, agency, role, proposes):
    page = draft(NewsPage, agency)
    client.force_login(member(role, agency))
    response = post_news(client, page, **SUBMIT)
    assert response.status_code == (302 if proposes else 404)
    page = NewsPage.objects.get(pk=page.pk)
    assert page.workflow_in_progress is proposes
    assert not page.live


@pytest.mark.parametrize(("role", "own", "other"), [(row[0], *row[2:4]) for row in DECIDES])
def test_who_decides_at_the_step_of_an_agency(client, agency, other_agency, role, own, other):
    client.force_login(member(role, agency))
    for place, allowed in ((agency, own), (other_agency, other)):
        page = draft(NewsPage, place)
        submit(page, UserFactory(role=AgencyRole.EDITOR, role__agency=place))
        response = decide(client, page, "approve")
        page.refresh_from_db()
        assert page.live is allowed, place
        if not allowed:
            assert response.status_code in (302, 403, 404)
            assert page.title not in response.content.decode()


@pytest.mark.parametrize(("role", "allowed"), [(row[0], row[4]) for row in DECIDES])
def test_who_decides_at_the_step_of_the_province(client, agency, role, allowed):
    choose_reviewed([NewsPage])
    page = draft(NewsPage, agency)
    submit(page, UserFactory(role=AgencyRole.EDITOR, role__agency=agency))
    waiting_state(page).approve(user=UserFactory(role=AgencyRole.PUBLISHER, role__agency=agency))
    client.force_login(member(role, agency))
    decide(client, page, "approve")
    page.refresh_from_db()
    assert page.live is allowed


def test_from_draft_to_publication_over_http(client, agency):
    editor = member(AgencyRole.EDITOR, agency)
    publisher = member(AgencyRole.PUBLISHER, agency)
    page = draft(NewsPage, agency)
    client.force_login(editor)
    post_news(client, page, **SUBMIT)
    client.force_login(publisher)
    desk = client.get(reverse("opd_desk:waiting"), headers=HOST).content.decode()
    assert "Judul yang disunting" in desk
    assert reverse("wagtailadmin_pages:edit", args=[page.pk]) in desk
    response = decide(client, page, "approve")
    assert json.loads(response.content)["step"] == "success"
    page.refresh_from_db()
    assert page.live
    assert page.title == "Judul yang disunting"
    assert client.get(page.get_url(), headers=HOST).status_code == 200


# --- sending back ----------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["", "   "])
def test_nothing_is_sent_back_without_a_reason(client, agency, reason):
    page = draft(NewsPage, agency)
    submit(page, UserFactory(role=AgencyRole.EDITOR, role__agency=agency))
    client.force_login(member(AgencyRole.PUBLISHER, agency))
    with translation.override("id"):
        answer = json.loads(decide(client, page, "reject", reason).content)
    assert answer["step"] == "action"
    assert "error" in answer["html"]
    assert page.workflow_in_progress


def test_the_editor_does_not_send_back_without_a_reason_either(client, agency):
    page = draft(NewsPage, agency)
    submit(page, UserFactory(role=AgencyRole.EDITOR, role__agency=agency))
    client.force_login(member(AgencyRole.PUBLISHER, agency))
    for extra in ("{}", json.dumps({"comment": " "})):
        action = {
            "action-workflow-action": "true",
            "workflow-action-name": "reject",
            "workflow-action-extra-data": extra,
        }
        response = post_news(client, page, **action)
        assert (response.status_code, response["location"]) == (302, reverse("wagtailadmin_home"))
        assert NewsPage.objects.get(pk=page.pk).workflow_in_progress


def test_the_author_reads_the_reason_and_submits_again(client, agency):
    editor = member(AgencyRole.EDITOR, agency)
    publisher = member(AgencyRole.PUBLISHER, agency)
    page = draft(NewsPage, agency)
    submit(page, editor)
    client.force_login(publisher)
    decide(client, page, "reject", "Sebutkan sumbernya.")
    assert not page.workflow_in_progress
    client.force_login(editor)
    desk = client.get(reverse("opd_desk:submitted"), headers=HOST).content.decode()
    assert "Sebutkan sumbernya." in desk
    notice = Notice.objects.get(recipient=editor)
    assert (notice.kind, notice.reason, notice.actor) == (
        NoticeKind.RETURNED,
        "Sebutkan sumbernya.",
        publisher,
    )
    post_news(client, page, **SUBMIT)
    assert [int(state.workflow_state.object_id) for state in waiting_for(publisher)] == [page.pk]
    assert WorkflowState.objects.count() == 1


# --- the province's step ---------------------------------------------------------------------

#   role                          publishes a chosen kind by itself
PUBLISHES_CHOSEN = [
    (AgencyRole.EDITOR, False),
    (AgencyRole.PUBLISHER, False),
    (AgencyRole.AGENCY_ADMIN, False),
    (ProvinceRole.PROVINCE_ADMIN, True),
    (ProvinceRole.DUTY_OFFICER, False),
]


def test_the_table_of_chosen_kinds_names_every_role():
    assert [row[0] for row in PUBLISHES_CHOSEN] == ROLES


@pytest.mark.parametrize(("role", "goes_live"), PUBLISHES_CHOSEN)
def test_who_publishes_a_chosen_kind_without_the_province(client, agency, role, goes_live):
    choose_reviewed([NewsPage])
    page = draft(NewsPage, agency)
    client.force_login(member(role, agency))
    post_news(client, page, **PUBLISH)
    page.refresh_from_db()
    assert page.live is goes_live


@pytest.mark.parametrize(("role", "goes_live"), PUBLISHES_CHOSEN)
def test_who_publishes_chosen_kinds_in_bulk(client, agency, role, goes_live):
    choose_reviewed([NewsPage])
    page = draft(NewsPage, agency)
    client.force_login(member(role, agency))
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    client.post(f"{address}?id={page.pk}", headers=HOST)
    page.refresh_from_db()
    assert page.live is goes_live


def test_a_section_is_published_though_what_stands_in_it_is_chosen(agency):
    choose_reviewed([NewsPage])
    may = section_of(agency, NewsPage).permissions_for_user(member(AgencyRole.PUBLISHER, agency))
    assert may.can_publish()
    assert not may.can_publish_subpage()


def test_the_agency_withdraws_and_takes_back_what_the_province_approved(agency):
    page = publish(NewsPage, agency)
    choose_reviewed([NewsPage])
    may = page.permissions_for_user(member(AgencyRole.PUBLISHER, agency))
    assert may.can_unpublish()
    assert may.can_unschedule()
    assert may.can_set_view_restrictions()


def test_a_chosen_kind_passes_the_agency_and_then_the_province(agency):
    choose_reviewed([NewsPage])
    page = draft(NewsPage, agency)
    submit(page, member(AgencyRole.EDITOR, agency))
    publisher = member(AgencyRole.PUBLISHER, agency)
    province = member(ProvinceRole.PROVINCE_ADMIN, agency)
    assert list(waiting_for(publisher)) == [waiting_state(page)]
    assert not waiting_for(province)
    waiting_state(page).approve(user=publisher)
    page.refresh_from_db()
    assert not page.live
    assert not waiting_for(publisher)
    assert list(waiting_for(province)) == [waiting_state(page)]
    waiting_state(page).approve(user=province)
    page.refresh_from_db()
    assert page.live


def test_what_a_publisher_submits_waits_for_the_province_at_once(agency):
    choose_reviewed([NewsPage])
    page = draft(NewsPage, agency)
    state = submit(page, member(AgencyRole.PUBLISHER, agency))
    assert list(state.task_states.order_by("pk").values_list("status", flat=True)) == [
        TaskState.STATUS_SKIPPED,
        TaskState.STATUS_IN_PROGRESS,
    ]
    assert waiting_state(page).task.name == "Admin provinsi"


def test_other_kinds_go_their_way_without_the_province(agency):
    choose_reviewed([DipEntryPage])
    page = draft(NewsPage, agency)
    submit(page, member(AgencyRole.EDITOR, agency))
    waiting_state(page).approve(user=member(AgencyRole.PUBLISHER, agency))
    page.refresh_from_db()
    assert page.live


def test_what_is_on_its_way_stays_on_it_when_the_choice_changes(agency):
    choose_reviewed([NewsPage])
    page = draft(NewsPage, agency)
    state = submit(page, member(AgencyRole.EDITOR, agency))
    choose_reviewed([])
    waiting_state(page).approve(user=member(AgencyRole.PUBLISHER, agency))
    state.refresh_from_db()
    assert state.status == WorkflowState.STATUS_IN_PROGRESS


@pytest.mark.parametrize("role", ROLES)
def test_who_chooses_the_kinds(client, agency, role):
    client.force_login(member(role, agency))
    address = reverse("opd_desk:reviewed_kinds")
    chosen = {"kinds": ["kip_pages.newspage", "kip_pages.dipentrypage"]}
    response = client.post(address, chosen, headers=HOST)
    allowed = role == ProvinceRole.PROVINCE_ADMIN
    assert (ReviewedKind.objects.labels() == set(chosen["kinds"])) is allowed
    expected = address if allowed else reverse("wagtailadmin_home")
    assert (response.status_code, response["location"]) == (302, expected)
    menu = client.get(reverse("wagtailadmin_home"), headers=HOST).content.decode()
    assert (address in menu) is allowed


def test_a_kind_that_cannot_be_chosen_is_refused_in_words(client, agency):
    client.force_login(member(ProvinceRole.PROVINCE_ADMIN, agency))
    chosen = {"kinds": ["kip_pages.emergencyannouncementpage"]}
    response = client.post(reverse("opd_desk:reviewed_kinds"), chosen, headers=HOST)
    assert response.status_code == 200
    assert response.context["form"].errors["kinds"]
    assert not ReviewedKind.objects.exists()


def test_an_emergency_announcement_is_no_kind_that_the_province_can_hold():
    assert EmergencyAnnouncementPage not in reviewable_models()
    assert NewsPage in reviewable_models()


# --- notices and e-mails ---------------------------------------------------------------------


def recipients():
    return {address for message in mail.outbox for address in message.to}


def test_the_agencys_publishers_and_administrators_are_told_and_nobody_else(agency, other_agency):
    people = {role: member(role, agency) for role in ROLES}
    for role in AgencyRole:
        UserFactory(role=role, role__agency=other_agency)
    UserFactory(is_superuser=True)
    page = draft(NewsPage, agency, title="Imunisasi")
    submit(page, people[AgencyRole.EDITOR])
    assert mailing.send_due() == 2
    deciders = {people[AgencyRole.PUBLISHER], people[AgencyRole.AGENCY_ADMIN]}
    assert recipients() == {person.email for person in deciders}
    assert {notice.recipient for notice in Notice.objects.all()} == deciders


def test_nobody_is_told_what_they_did_themselves(agency):
    publisher = member(AgencyRole.PUBLISHER, agency)
    page = draft(NewsPage, agency)
    submit(page, publisher)
    assert not Notice.objects.filter(recipient=publisher).exists()


@pytest.mark.parametrize(
    ("language", "subject", "greeting"),
    [
        ("id", "[DINKES] “Imunisasi” menunggu persetujuan Anda", "Yth. "),
        ("", "[DINKES] “Imunisasi” menunggu persetujuan Anda", "Yth. "),
        ("en", "[DINKES] “Imunisasi” waits for your approval", "Dear "),
    ],
)
def test_an_email_is_in_the_language_of_who_reads_it(agency, language, subject, greeting):
    publisher = member(AgencyRole.PUBLISHER, agency)
    UserProfile.objects.create(user=publisher, preferred_language=language)
    page = draft(NewsPage, agency, title="Imunisasi")
    with translation.override("en"):
        submit(page, member(AgencyRole.EDITOR, agency))
        mailing.send_due()
    (message,) = mail.outbox
    assert message.subject == subject
    assert message.body.startswith(greeting)


def test_an_email_leads_to_the_page_on_the_agencys_own_host(client, agency):
    publisher = member(AgencyRole.PUBLISHER, agency)
    page = draft(NewsPage, agency)
    submit(page, member(AgencyRole.EDITOR, agency))
    mailing.send_due()
    notice = Notice.objects.get()
    address = reverse("opd_desk:notice", args=[notice.pk])
    assert f"http://dinkes.example.test{address}" in mail.outbox[0].body
    client.force_login(publisher)
    response = client.get(address, headers=HOST)
    assert (response.status_code, response["location"]) == (302, edit_view(page))


def test_who_opens_a_notice_has_seen_it_and_what_asks_for_something_stays(client, agency):
    editor, publisher = member(AgencyRole.EDITOR, agency), member(AgencyRole.PUBLISHER, agency)
    page = draft(NewsPage, agency)
    submit(page, editor)
    client.force_login(publisher)
    client.get(reverse("opd_desk:notice", args=[Notice.objects.get().pk]), headers=HOST)
    client.post(reverse("opd_desk:notices_seen"), headers=HOST)
    assert Notice.objects.unseen().get().recipient == publisher, "it waits for them still"
    waiting_state(page).approve(user=publisher)
    client.force_login(editor)
    client.get(reverse("opd_desk:notice", args=[Notice.objects.unseen().get().pk]), headers=HOST)
    assert not Notice.objects.unseen().exists()


def test_a_notice_is_opened_by_nobody_else(client, agency):
    member(AgencyRole.PUBLISHER, agency)
    submit(draft(NewsPage, agency), member(AgencyRole.EDITOR, agency))
    notice = Notice.objects.get()
    client.force_login(member(AgencyRole.PUBLISHER, agency))
    response = client.get(reverse("opd_desk:notice", args=[notice.pk]), headers=HOST)
    assert response.status_code == 404


def test_who_left_the_agency_reads_its_notices_no_more(client, agency):
    publisher = member(AgencyRole.PUBLISHER, agency)
    submit(draft(NewsPage, agency, title="Rahasia"), member(AgencyRole.EDITOR, agency))
    publisher.groups.set([role_group(ProvinceRole.DUTY_OFFICER)])
    client.force_login(publisher)
    for name in ("notices", "waiting", "submitted"):
        page = client.get(reverse(f"opd_desk:{name}"), headers=HOST)
        assert "Rahasia" not in page.content.decode()
    assert client.get(reverse("opd_desk:notice", args=[Notice.objects.get().pk])).status_code == 404


def test_who_wants_no_emails_still_finds_the_notice(agency):
    publisher = member(AgencyRole.PUBLISHER, agency)
    UserProfile.objects.create(user=publisher, submitted_notifications=False)
    submit(draft(NewsPage, agency), member(AgencyRole.EDITOR, agency))
    assert mailing.send_due() == 0
    assert Notice.objects.get().recipient == publisher


def test_a_request_is_nobodys_business_any_more_once_it_is_decided(agency):
    first, second = (member(AgencyRole.PUBLISHER, agency) for _ in range(2))
    editor = member(AgencyRole.EDITOR, agency)
    page = draft(NewsPage, agency)
    submit(page, editor)
    waiting_state(page).approve(user=first)
    assert not Notice.objects.unseen().filter(recipient=second).exists()
    assert Notice.objects.get(recipient=editor).kind == NoticeKind.APPROVED


def test_a_request_that_was_withdrawn_is_nobodys_business_any_more(agency):
    publisher, editor = member(AgencyRole.PUBLISHER, agency), member(AgencyRole.EDITOR, agency)
    state = submit(draft(NewsPage, agency), editor)
    state.cancel(user=editor)
    assert not Notice.objects.unseen().exists()
    assert not waiting_for(publisher)
    assert not submitted_by(editor)


def test_all_notices_are_marked_as_read_by_post_only(client, agency):
    editor, publisher = member(AgencyRole.EDITOR, agency), member(AgencyRole.PUBLISHER, agency)
    page = draft(NewsPage, agency)
    submit(page, editor)
    waiting_state(page).approve(user=publisher)
    client.force_login(editor)
    address = reverse("opd_desk:notices_seen")
    assert client.get(address, headers=HOST).status_code == 405
    assert Notice.objects.unseen().exists()
    assert client.post(address, headers=HOST).status_code == 302
    assert not Notice.objects.unseen().filter(recipient=editor).exists()


# --- keeping the workflows right -------------------------------------------------------------


def ways(agency):
    """Return the agency's workflows as they are, by whether the province is part of them."""
    rows = AgencyWorkflow.objects.filter(agency=agency).select_related("workflow")
    return {
        row.with_province: (
            row.workflow.pk,
            row.workflow.name,
            row.workflow.active,
            [
                (task.pk, task.name, {group.name for group in task.specific.groups.all()})
                for task in row.workflow.tasks
            ],
        )
        for row in rows
    }


def test_a_provisioned_agency_has_both_ways_and_its_pages_take_the_short_one(agency):
    found = ways(agency)
    own = "Penerbit DINKES"
    publishers = {"dinkes · Penerbit", "dinkes · Admin OPD"}
    assert found[False][1] == own
    assert [step[1:] for step in found[False][3]] == [(own, publishers)]
    assert found[True][1] == f"{own} → Admin provinsi"
    assert [step[1:] for step in found[True][3]] == [
        (own, publishers),
        ("Admin provinsi", {"Admin provinsi"}),
    ]
    assert draft(NewsPage, agency).get_workflow().pk == found[False][0]


def rename_it(workflow, agency):
    Workflow.objects.filter(pk=workflow.pk).update(name="Apa saja")


def switch_it_off(workflow, agency):
    workflow.deactivate()


def hand_it_to_others(workflow, agency):
    workflow.tasks.first().specific.groups.set([role_group(AgencyRole.EDITOR, agency)])


def lose_its_step(workflow, agency):
    workflow.workflow_tasks.all().delete()
    workflow.save()


def lose_its_place(workflow, agency):
    WorkflowPage.objects.filter(workflow=workflow).delete()


@pytest.mark.parametrize(
    "tamper", [rename_it, switch_it_off, lose_its_step, lose_its_place, hand_it_to_others]
)
def test_a_tampered_workflow_is_repaired(agency, other_agency, tamper):
    workflow = sync_workflow(agency)
    before, others = ways(agency), ways(other_agency)
    tamper(workflow, agency)
    sync_roles()
    found = ways(agency)
    assert {way: row[:3] for way, row in found.items()} == {
        way: row[:3] for way, row in before.items()
    }
    assert [step[1:] for step in found[False][3]] == [step[1:] for step in before[False][3]]
    assert WorkflowPage.objects.get(page=agency.root_page).workflow == workflow
    assert ways(other_agency) == others


def test_syncing_again_changes_nothing_and_leaves_alone_what_waits(agency, other_agency):
    page = draft(NewsPage, agency)
    submit(page, member(AgencyRole.EDITOR, agency))
    before = ways(agency)
    sync_roles()
    assert ways(agency) == before
    assert page.workflow_in_progress
    assert ApprovalTask.objects.count() == 3  # each agency's, and the province's


def test_the_provinces_words_name_the_steps(agency, settings):
    settings.OPD_SITES = {"ROLE_LABELS": {"publisher": "PPID Pelaksana"}}
    sync_roles()
    assert ways(agency)[False][1] == "PPID Pelaksana DINKES"


def test_an_agency_that_is_older_than_its_workflow_gets_one(agency):
    Workflow.objects.all().delete()
    ApprovalTask.objects.all().delete()
    sync_roles()
    assert draft(NewsPage, agency).get_workflow().name == "Penerbit DINKES"


def test_wagtails_own_workflow_holds_no_page_of_the_portal(portal):
    assert not WorkflowPage.objects.filter(page=Page.get_first_root_node()).exists()
    assert not portal.root_page.has_workflow


def test_a_workflow_of_the_host_project_that_somebody_serves_stays(portal):
    task = ApprovalTask.objects.create(name="Redaksi")
    task.groups.add(role_group(ProvinceRole.PROVINCE_ADMIN))
    workflow = Workflow.objects.create(name="Redaksi")
    WorkflowTask.objects.create(workflow=workflow, task=task)
    WorkflowPage.objects.create(page=Page.get_first_root_node(), workflow=workflow)
    sync_roles()
    assert portal.root_page.has_workflow


def test_a_new_agency_has_its_workflow_at_once(portal):
    agency = AgencyFactory(code="dishub", short_name="Dishub")
    assert draft(NewsPage, agency).get_workflow().name == "Penerbit Dishub"


def listed(client, name):
    page = client.get(reverse(f"opd_desk:{name}"), headers=HOST)
    return BeautifulSoup(page.content, "html.parser").select_one("#listing-results").get_text(" ")


#   role                          sees what waits for others in own agency  in the other
SEES_PENDING = [
    (AgencyRole.EDITOR, True, False),
    (AgencyRole.PUBLISHER, False, False),  # it waits for them
    (AgencyRole.AGENCY_ADMIN, False, False),
    (ProvinceRole.PROVINCE_ADMIN, True, True),
    (ProvinceRole.DUTY_OFFICER, False, False),
]


def test_the_table_of_what_waits_for_others_names_every_role():
    assert [row[0] for row in SEES_PENDING] == ROLES


@pytest.mark.parametrize(("role", "own", "other"), SEES_PENDING)
def test_who_sees_what_waits_for_others(client, agency, other_agency, role, own, other):
    for place, title in ((agency, "Milik sendiri"), (other_agency, "Milik lain")):
        editor = UserFactory(role=AgencyRole.EDITOR, role__agency=place)
        submit(draft(NewsPage, place, title=title), editor)
    client.force_login(member(role, agency))
    text = listed(client, "pending")
    assert ("Milik sendiri" in text) is own
    assert ("Milik lain" in text) is other


def test_the_decision_is_what_the_form_offers_first(client, agency):
    page = draft(NewsPage, agency)
    submit(page, member(AgencyRole.EDITOR, agency))
    client.force_login(member(AgencyRole.PUBLISHER, agency))
    soup = BeautifulSoup(client.get(edit_view(page), headers=HOST).content, "html.parser")
    assert soup.select_one("footer button")["data-workflow-action-name"] == "approve"


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("id", "Penulis Satu mengomentari “Imunisasi”"),
        ("en", "Penulis Satu commented on “Imunisasi”"),
    ],
)
def test_an_email_about_comments_is_in_the_readers_language_and_leads_to_the_agencys_host(
    agency, language, subject
):
    reader = member(AgencyRole.PUBLISHER, agency)
    UserProfile.objects.create(user=reader, preferred_language=language)
    author = UserFactory(first_name="Penulis", last_name="Satu")
    page = draft(NewsPage, agency, title="Imunisasi")
    comment = Comment(page=page, user=author, text="Sumbernya?", contentpath="title")
    told = {"page": page, "editor": author, "new_comments": [comment]}
    told |= {"resolved_comments": [], "deleted_comments": [], "replied_comments": []}
    send_notification([reader], "updated_comments", told)
    (message,) = mail.outbox
    assert message.subject == subject
    assert "Sumbernya?" in message.body
    assert f"http://dinkes.example.test{edit_view(page)}" in message.body
