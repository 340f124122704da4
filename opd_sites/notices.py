"""Tell people what concerns them. Each is told at once in the admin, and soon after by e-mail."""

import datetime
from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from wagtail.models import AbstractGroupApprovalTask, Page, TaskState, WorkflowState
from wagtail.users.models import UserProfile

from .audience import work_everywhere, works_for
from .choices import AgencyRole, NoticeKind, ProvinceRole
from .models import Agency, Notice
from .signals import notices_written
from .walls import owns, scope

# What people may switch off in their account; all else is always sent.
PREFERENCES = {
    NoticeKind.SUBMITTED: "submitted_notifications",
    NoticeKind.APPROVED: "approved_notifications",
    NoticeKind.RETURNED: "rejected_notifications",
}


def tell(
    people: Iterable,
    kind: NoticeKind,
    page: Page,
    *,
    at: datetime.datetime,
    actor=None,
    reason: str = "",
    address: str = "",
) -> list[Notice]:
    """Tell each of ``people``, but for who did it themselves; return the notices.

    Whose page it is no more, and who does not answer for it either, is told nothing: whoever submitted
    it may have left since. A notice leads to ``address``, a path on the host of the page's agency, or
    to the page's editor; whoever does not work with the page comes to its public address instead.
    """
    agency = Agency.objects.holding(page).first()
    told = {person.pk: person for person in people if person.is_active and person != actor}
    told = _concerned(told, page, agency)
    unwilling = _unwilling(told, kind)
    notices = Notice.objects.bulk_create(
        Notice(
            recipient=person,
            kind=kind,
            page_id=page.pk,
            agency=agency,
            actor=actor,
            reason=reason,
            address=address,
            created_at=at,
            mail_due_at=at if person.email and person.pk not in unwilling else None,
        )
        for person in told.values()
    )
    if notices:
        notices_written.send_robust(sender=Notice)
    return notices


def tell_deciders(task_state: TaskState, *, at: datetime.datetime, actor=None) -> list[Notice]:
    """Tell those who decide at a step that a page waits there, and nobody any more at the one before."""
    page, task = task_state.workflow_state.content_object, task_state.task.specific
    settle_requests(page, at=at)
    if not isinstance(task, AbstractGroupApprovalTask):
        return []
    people = get_user_model().objects.filter(groups__in=task.groups.all()).distinct()
    return tell(people, NoticeKind.SUBMITTED, page, at=at, actor=actor)


def tell_author(
    state: WorkflowState, kind: NoticeKind, *, at: datetime.datetime, actor=None
) -> list[Notice]:
    """Tell whoever submitted a page what was decided, and why."""
    page, step = state.content_object, state.current_task_state
    settle_requests(page, at=at)
    people = [state.requested_by] if state.requested_by else []
    reason = step.specific.get_comment() if step else ""
    return tell(people, kind, page, at=at, actor=actor, reason=reason)


def settle_requests(page: Page, *, at: datetime.datetime) -> None:
    """Count what somebody was asked for about ``page`` as seen: it is done, or wanted no more."""
    Notice.objects.requests().unseen().filter(page_id=page.pk).update(seen_at=at)


def publishers_for(page: Page) -> QuerySet:
    """Return who answers for what is published at ``page``: its agency's, or the lead agency's.

    Where there is no lead agency, the province's administrators answer for the portal.
    """
    answering = _answer_for(Agency.objects.holding(page).first())
    people = get_user_model().objects.filter(answering, is_active=True)
    return people.distinct().order_by("last_name", "first_name", "pk")


def readers_of(agency: Agency | None) -> QuerySet:
    """Return who may be told of all the agency's pages, or the portal's: colleagues, and who answers.

    At the portal a duty officer's are the announcements only.
    """
    concerned = (works_for(agency) if agency else work_everywhere()) | _answer_for(agency)
    return get_user_model().objects.filter(concerned, is_active=True).order_by().distinct()


def notices_of(user) -> QuerySet[Notice]:
    """Return what ``user`` was told of pages that are theirs now, or the portal's for which they answer.

    A notice shows its page as it is: where that moved, or its reader left, it is theirs no more.
    """
    answering = get_user_model().objects.filter(_answer_for(None), is_active=True)
    theirs = Q(page__in=scope(user, Page.objects.order_by()))
    theirs |= Q(agency=None, recipient__in=answering)
    return Notice.objects.filter(theirs, recipient=user)


def see(notices: QuerySet[Notice], *, at: datetime.datetime) -> int:
    """Note that their reader has seen ``notices``, and return how many were new.

    What asks for something stays new until somebody has seen to it.
    """
    return notices.unseen().news().update(seen_at=at)


def _answer_for(agency):
    """Match the users who answer for what is published there; the lead agency's for the portal."""
    agency = agency or Agency.objects.filter(is_lead=True).first()
    if agency is None:
        return Q(groups__held_role__role=ProvinceRole.PROVINCE_ADMIN)
    roles = (AgencyRole.PUBLISHER, AgencyRole.AGENCY_ADMIN)
    return Q(groups__held_role__agency=agency, groups__held_role__role__in=roles)


def _concerned(people, page, agency):
    """Leave of ``people``, by key, who works with the page or answers for it."""
    known = set(readers_of(agency).filter(pk__in=people).values_list("pk", flat=True))
    return {key: one for key, one in people.items() if key in known or owns(one, page)}


def _unwilling(people, kind):
    """Return the keys of those who switched e-mails of this kind off."""
    if kind not in PREFERENCES:
        return set()
    profiles = UserProfile.objects.filter(user__in=people, **{PREFERENCES[kind]: False})
    return set(profiles.values_list("user_id", flat=True))
