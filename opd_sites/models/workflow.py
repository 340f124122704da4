from django import forms
from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import (
    AbstractGroupApprovalTask,
    TaskState,
    Workflow,
)

from .agency import Agency
from .section import PlacedPageMixin, SectionPermissionTester

# By the action, and whether it asks for a comment; Wagtail adds that the last step publishes.
ACTION_LABELS = {
    ("approve", False): _("Approve"),
    ("approve", True): _("Approve with a comment"),
    ("reject", True): _("Send back with a reason"),
}


class ReasonForm(forms.Form):
    """What goes back to its author says what is to be changed."""

    comment = forms.CharField(
        label=_("What has to be changed"),
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": _("Say what has to be changed: the author works by it.")},
    )


class ApprovalTaskQuerySet(models.QuerySet):
    def of(self, user):
        """The steps at which ``user`` decides."""
        return self.filter(active=True, groups__user=user)


class ApprovalTask(AbstractGroupApprovalTask):
    """A step at which the holders of a role decide; nothing comes back from it without a reason."""

    objects = ApprovalTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval by a role")
        verbose_name_plural = _("approvals by roles")

    def start(self, workflow_state, user=None):
        """Start the step, or skip it where its own decider hands on to a later one."""
        if (
            user is None
            or not self._has_successor(workflow_state)
            or not self._user_in_groups(user)
        ):
            return super().start(workflow_state, user=user)
        return TaskState.objects.create(
            workflow_state=workflow_state,
            task=self,
            revision=workflow_state.content_object.get_latest_revision(),
            status=TaskState.STATUS_SKIPPED,
            finished_at=timezone.now(),
            finished_by=user,
        )

    def get_actions(self, obj, user):
        return [
            (name, ACTION_LABELS.get((name, asks), label), asks)
            for name, label, asks in super().get_actions(obj, user)
        ]

    def get_form_for_action(self, action):
        return ReasonForm if action == "reject" else super().get_form_for_action(action)

    def on_action(self, task_state, user, action_name, **kwargs):
        # The editor hands on what the dialog's form has checked, without checking it again.
        if action_name == "reject" and not kwargs.get("comment", "").strip():
            raise PermissionDenied("what is sent back needs a reason")
        return super().on_action(task_state, user, action_name, **kwargs)

    @classmethod
    def get_description(cls):
        return _("Members of the chosen groups approve, or send back with a reason")

    def _has_successor(self, workflow_state):
        steps = list(workflow_state.workflow.tasks.filter(active=True).values_list("pk", flat=True))
        return self.pk in steps[:-1]


class AgencyWorkflow(models.Model):
    """A way to publication of one agency: by its publishers alone, or by the province after them."""

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="workflows")
    workflow = models.OneToOneField(Workflow, on_delete=models.CASCADE, related_name="held_by")
    with_province = models.BooleanField(_("the province approves, too"))

    class Meta:
        verbose_name = _("workflow of an agency")
        verbose_name_plural = _("workflows of agencies")
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "with_province"], name="opd_sites_one_workflow_per_way"
            )
        ]

    def __str__(self):
        return str(self.workflow)


class ReviewedKindQuerySet(models.QuerySet):
    def labels(self) -> set[str]:
        return set(self.values_list("label", flat=True))


class ReviewedKind(models.Model):
    """A type of page that the province wants to see before it goes live."""

    label = models.CharField(_("type of page"), max_length=100, unique=True)

    objects = ReviewedKindQuerySet.as_manager()

    class Meta:
        verbose_name = _("kind that the province approves")
        verbose_name_plural = _("kinds that the province approves")

    def __str__(self):
        return self.label


class ReviewedPagePermissionTester(SectionPermissionTester):
    """Lets only those publish who may for the whole province, where it approves the kind of page.

    What is public already may be withdrawn, and what is planned taken back, by the agency as ever.
    """

    def can_publish(self):
        return super().can_publish() and self._is_free([type(self.page)])

    def can_publish_subpage(self):
        return super().can_publish_subpage() and self._is_free(self.page.clean_subpage_models())

    def can_unschedule(self):
        return super().can_publish()

    def can_set_view_restrictions(self):
        return super().can_publish()

    def _is_free(self, models):
        if self.user.is_superuser or self._publishes_everywhere():
            return True
        return not self._reviewed & {model._meta.label_lower for model in models}

    def _publishes_everywhere(self):
        held = self.permission_policy.get_cached_permissions_for_user(self.user)
        return any(
            row.page.depth == 1 and row.permission.codename == "publish_page" for row in held
        )

    @property
    def _reviewed(self):
        # Remembered with the user, as Wagtail does: a listing asks this of every row.
        if not hasattr(self.user, "_opd_sites_reviewed"):
            self.user._opd_sites_reviewed = ReviewedKind.objects.labels()
        return self.user._opd_sites_reviewed


class ReviewedPageMixin(PlacedPageMixin):
    """For page types that the province may want to see before they go live, and their sections."""

    def permissions_for_user(self, user):
        return ReviewedPagePermissionTester(user, self)

    def get_workflow(self):
        """Return the agency's way to publication, which leads past the province for chosen kinds."""
        workflow = super().get_workflow()
        if workflow is None or self._meta.label_lower not in ReviewedKind.objects.labels():
            return workflow
        longer = AgencyWorkflow.objects.filter(
            agency__workflows__workflow=workflow, with_province=True, workflow__active=True
        )
        found = longer.select_related("workflow").first()
        return found.workflow if found else workflow
