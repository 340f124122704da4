"""Events after which a host may be another's, or nobody's; and those that somebody has to be told of."""

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.utils import timezone
from wagtail.admin import signal_handlers as stock
from wagtail.models import Page, Site, TaskState, WorkflowState
from wagtail.signals import (
    post_page_move,
    task_submitted,
    workflow_approved,
    workflow_cancelled,
    workflow_rejected,
    workflow_submitted,
)

from . import known_hosts, moving, notices
from .audience import agency_of_page
from .choices import NoticeKind
from .models import Agency
from .signals import notices_written
from .tasks import wake_mailing


def on_host_changed(sender, **kwargs):
    known_hosts.forget()


def on_task_submitted(sender, instance, user=None, **kwargs):
    if _is_of_page(instance.workflow_state):
        notices.tell_deciders(instance, actor=user, at=timezone.now())
    else:
        stock.task_submission_email_notifier(instance=instance, user=user)


def on_workflow_submitted(sender, instance, user=None, **kwargs):
    """Of pages the deciders were told; Wagtail tells the superusers as well."""
    if not _is_of_page(instance):
        stock.workflow_submission_email_notifier(instance=instance, user=user)


def on_workflow_approved(sender, instance, user=None, **kwargs):
    if _is_of_page(instance):
        notices.tell_author(instance, NoticeKind.APPROVED, actor=user, at=timezone.now())
    else:
        stock.workflow_approval_email_notifier(instance=instance, user=user)


def on_workflow_rejected(sender, instance, user=None, **kwargs):
    if _is_of_page(instance):
        notices.tell_author(instance, NoticeKind.RETURNED, actor=user, at=timezone.now())
    else:
        stock.workflow_rejection_email_notifier(instance=instance, user=user)


def on_workflow_cancelled(sender, instance, **kwargs):
    if _is_of_page(instance):
        notices.settle_requests(instance.content_object, at=timezone.now())


def on_page_moved(sender, instance, parent_page_before, parent_page_after, **kwargs):
    """Within the move's transaction: the page arrives without what tied it, or does not move."""
    if parent_page_before != parent_page_after:
        # Where the page came from is read anew: a move may give other pages new paths.
        parent = Page.objects.get(pk=parent_page_before.pk)
        moving.page_moved(instance, left=agency_of_page(parent))


def on_notices_written(sender, **kwargs):
    """After the commit and robustly: whatever happens here, the notices stand."""
    transaction.on_commit(wake_mailing, robust=True)


def _is_of_page(workflow_state):
    return isinstance(workflow_state.content_object, Page)


# Wagtail's own notifiers write in the language of whoever acts, lead to one host, and send while the
# editor waits. Ours stand under their names, so it does not matter which app started first.
IN_PLACE_OF_STOCK = [
    (task_submitted, TaskState, on_task_submitted, "group_approval_task_submitted"),
    (workflow_submitted, WorkflowState, on_workflow_submitted, "workflow_state_submitted"),
    (workflow_approved, WorkflowState, on_workflow_approved, "workflow_state_approved"),
    (workflow_rejected, WorkflowState, on_workflow_rejected, "workflow_state_rejected"),
]


def register_signal_handlers():
    for signal in (post_save, post_delete):
        for model in (Site, Agency):
            uid = f"opd_sites.known_hosts.{model._meta.label_lower}"
            signal.connect(on_host_changed, sender=model, dispatch_uid=uid)
    for signal, sender, handler, name in IN_PLACE_OF_STOCK:
        place = {"sender": sender, "dispatch_uid": f"{name}_email_notification"}
        signal.disconnect(**place)
        signal.connect(handler, **place)
    workflow_cancelled.connect(
        on_workflow_cancelled, dispatch_uid="opd_sites.notices.on_workflow_cancelled"
    )
    post_page_move.connect(on_page_moved, dispatch_uid="opd_sites.moving.on_page_moved")
    notices_written.connect(on_notices_written, dispatch_uid="opd_sites.notices.on_notices_written")
