"""Each agency's way to publication: its publishers approve, and the province after them where it wants.

The kinds it wants to see are among the page types that the hook ``workflow_page_models`` names.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils.text import capfirst
from wagtail import hooks
from wagtail.models import (
    Page,
    Task,
    TaskState,
    Workflow,
    WorkflowPage,
    WorkflowState,
    WorkflowTask,
)

from .choices import AgencyRole, ProvinceRole
from .models import Agency, AgencyWorkflow, ApprovalTask, ReviewedKind, RoleGroup
from .roles import role_label

KINDS_HOOK = "workflow_page_models"
NAME_LENGTH = Workflow._meta.get_field("name").max_length


@transaction.atomic
def sync_workflow(agency: Agency) -> Workflow:
    """Create or correct the agency's workflows and return the one that its pages have.

    Running it again changes nothing, and what waits for approval goes on waiting. The way past the
    province needs its group, which ``sync_roles`` makes.
    """
    publishers = _groups(agency, AgencyRole.PUBLISHER, AgencyRole.AGENCY_ADMIN)
    own = _task(publishers, f"{role_label(AgencyRole.PUBLISHER)} {agency.short_name}")
    workflow = _workflow(agency, [own], with_province=False)
    if administrators := _groups(None, ProvinceRole.PROVINCE_ADMIN):
        province = _task(administrators, role_label(ProvinceRole.PROVINCE_ADMIN))
        _workflow(agency, [own, province], with_province=True)
    WorkflowPage.objects.update_or_create(page=agency.root_page, defaults={"workflow": workflow})
    return workflow


def reviewable_models() -> list[type[Page]]:
    """Return the page types of which the province may choose those it wants to see, by name."""
    models = {model for ask in hooks.get_hooks(KINDS_HOOK) for model in ask()}
    return sorted(models, key=lambda model: capfirst(model._meta.verbose_name))


@transaction.atomic
def choose_reviewed(models: Iterable[type[Page]]) -> None:
    """Have the province approve these page types and no others; what is on its way stays on it."""
    wanted = {model._meta.label_lower for model in models}
    ReviewedKind.objects.exclude(label__in=wanted).delete()
    missing = sorted(wanted - ReviewedKind.objects.labels())
    ReviewedKind.objects.bulk_create(ReviewedKind(label=label) for label in missing)


def retire_dead_workflows() -> None:
    """Take away what a fresh Wagtail has at the tree's root, once nobody is left who could approve it.

    It would hold the pages of the portal for ever. A workflow that somebody still serves stays.
    """
    root = Page.get_first_root_node()
    for row in WorkflowPage.objects.filter(page=root).select_related("workflow"):
        steps = list(Task.objects.filter(workflow_tasks__workflow=row.workflow).specific())
        if steps and not any(_has_deciders(task) for task in steps):
            row.workflow.deactivate()


def _has_deciders(task):
    """Say whether somebody may decide at a step; of steps that know no groups we cannot tell."""
    return not hasattr(task, "groups") or task.groups.exists()


def _groups(agency, *roles):
    """Return the groups of these roles that exist, in the order of the roles."""
    held = RoleGroup.objects.select_related("group").filter(agency=agency, role__in=roles)
    return [row.group for row in sorted(held, key=lambda row: roles.index(row.role))]


def _task(groups, name):
    """Return the step at which the first of ``groups`` decides, made or corrected where needed."""
    task = ApprovalTask.objects.filter(groups=groups[0]).order_by("pk").first() or ApprovalTask()
    if (task.name, task.active) != (name, True):
        task.name, task.active = name[:NAME_LENGTH], True
        task.save()
    if set(task.groups.all()) != set(groups):
        task.groups.set(groups)
    return task


def _workflow(agency, tasks, *, with_province):
    held = AgencyWorkflow.objects.select_related("workflow").filter(
        agency=agency, with_province=with_province
    )
    row = held.first()
    workflow = row.workflow if row else Workflow()
    name = " → ".join(task.name for task in tasks)[:NAME_LENGTH]
    if (workflow.name, workflow.active) != (name, True):
        workflow.name, workflow.active = name, True
        workflow.save()
    if row is None:
        AgencyWorkflow.objects.create(agency=agency, workflow=workflow, with_province=with_province)
    if [task.pk for task in workflow.tasks] != [task.pk for task in tasks]:
        WorkflowTask.objects.filter(workflow=workflow).delete()
        WorkflowTask.objects.bulk_create(
            WorkflowTask(workflow=workflow, task=task, sort_order=number)
            for number, task in enumerate(tasks)
        )
    return workflow


def waiting_for(user) -> QuerySet[TaskState]:
    """Return what waits for ``user`` to decide, longest first; for superusers all that waits."""
    waiting = TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS)
    if not user.is_superuser:
        waiting = waiting.filter(task__in=ApprovalTask.objects.of(user))
    return waiting.order_by("started_at", "pk")


def submitted_by(user) -> QuerySet[WorkflowState]:
    """Return what ``user`` submitted and nobody has approved yet: what was sent back comes first."""
    return WorkflowState.objects.active().filter(requested_by=user).order_by("-status", "pk")
