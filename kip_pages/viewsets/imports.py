from collections import Counter

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic import CreateView, DeleteView, EditView, IndexView, InspectView
from wagtail.admin.views.generic.history import HistoryView
from wagtail.admin.views.generic.usage import UsageView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.log_actions import log

from ..dip_import import applying, uploading
from ..import_choices import ImportState, RowPlan
from ..import_tasks import wake_imports
from ..models import DipImport
from . import import_actions as actions
from .import_forms import ConfirmForm, UploadForm
from .import_rows import changed_fields, described
from .own_agency import AsideColumn, OwnAgencyListMixin, OwnAgencyObjectMixin

ROWS_PER_PAGE = 50


class ImportIndexView(OwnAgencyListMixin, IndexView):
    page_title = _("Import register")

    def get_base_queryset(self):
        return super().get_base_queryset().select_related("created_by")

    def get_edit_url(self, instance):
        """Lead from the list to what was understood; from there to the questions."""
        return self.get_inspect_url(instance)

    def get_list_more_buttons(self, instance):
        return []  # what can be done is on the import's own screen


class ImportCreateView(CreateView):
    page_title = _("Import register")
    success_message = None
    submit_button_label = _("Upload and read")

    def save_instance(self):
        """The verb makes the import, and not the form's own instance."""
        job = self.form.save()
        log(instance=job, action="wagtail.create", user=self.request.user)
        return job

    def get_success_url(self):
        wake_imports()
        return reverse("imports:inspect", args=[self.object.pk])


class WaitingMixin(OwnAgencyObjectMixin):
    """For what can be done only while an import rests and has not ended."""

    states: tuple[ImportState, ...] = ()

    def dispatch(self, request, *args, **kwargs):
        if self.user_has_permission(self.permission_required):
            job = self.get_object()
            if not self.user_has_permission_for_instance(self.permission_required, job):
                raise Http404
            if job.state not in self.states:
                return redirect("imports:inspect", job.pk)
        return super().dispatch(request, *args, **kwargs)


class ConfirmView(WaitingMixin, EditView):
    """What each column holds, and the categories that the file does not state, to be confirmed."""

    page_title = _("Columns and categories")
    template_name = "kip_pages/admin/import_confirm.html"
    states = (ImportState.MAPPING, ImportState.READY)
    success_message = None
    submit_button_label = _("Confirm and show the rows")

    def get_success_url(self):
        wake_imports()
        return reverse("imports:inspect", args=[self.object.pk])


class ImportDeleteView(WaitingMixin, DeleteView):
    """Takes the uploaded file and the list of its rows away; entries that were published stay."""

    states = tuple(set(ImportState) - {ImportState.READING, ImportState.RUNNING})

    @property
    def confirmation_message(self):
        return gettext(
            "Delete the uploaded file and the list of its rows? Entries that were published stay."
        )

    def delete_action(self):
        uploading.forget(self.object)


class ImportHistoryView(OwnAgencyObjectMixin, HistoryView):
    pass


class ImportUsageView(OwnAgencyObjectMixin, UsageView):
    pass


class ImportView(OwnAgencyObjectMixin, InspectView):
    """An import at a glance: how far it is, every row as it was understood, and what can be done."""

    page_title = _("Import")
    template_name = "kip_pages/admin/import.html"

    def get_page_subtitle(self):
        return f"{self.object.agency.short_name} · {self.object.name}"

    def get_edit_url(self):
        """The questions are a step on this screen, not an edit of it."""
        return None

    def get_delete_url(self):
        may = self.user_has_permission_for_instance("delete", self.object)
        return super().get_delete_url() if may and not self.object.is_working else None

    def get_context_data(self, **kwargs):
        job = self.object
        done, total = applying.progress_in(self.tally)
        may_run = self.user_has_permission_for_instance("run", job)
        return super().get_context_data(
            job=job,
            states=ImportState,
            counts=self.counts,
            shown=self.shown,
            rows=self._page_of_rows(),
            done=done,
            total=total,
            unanswered=self.counts_of_reason("no_category", "unknown_category"),
            may_run=may_run,
            may_publish=may_run and not job.is_working and self._may_publish(),
            lost_right=self._lost_right(),
            may_not_publish=gettext(actions.MAY_NOT_PUBLISH),
            may_change=self.user_has_permission_for_instance("change", job),
            **kwargs,
        )

    def _may_publish(self):
        return applying.may_publish(self.object, self.request.user)

    def _lost_right(self):
        """Say whether it stopped because whoever started it may not publish any more."""
        job = self.object
        return job.state == ImportState.CANCELLED and not applying.may_go_on(job)

    @cached_property
    def field(self):
        return "outcome" if self.object.has_ended else "plan"

    @cached_property
    def tally(self):
        return self.object.rows.tally()

    @cached_property
    def counts(self):
        """How many rows there are of each plan, in the order in which they are shown."""
        found = Counter()
        for (plan, outcome, _reason), rows in self.tally.items():
            becomes = outcome if self.field == "outcome" else plan
            found[plan if plan == RowPlan.ASIDE else becomes] += rows
        return [(plan, found[plan]) for plan in RowPlan]

    def counts_of_reason(self, *reasons):
        return sum(
            rows
            for (plan, _outcome, reason), rows in self.tally.items()
            if plan == RowPlan.REFUSED and reason in reasons
        )

    @cached_property
    def shown(self):
        """Which rows are asked for: of one plan, or all."""
        asked = self.request.GET.get("rows", "")
        return asked if asked in RowPlan.values else ""

    def _page_of_rows(self):
        rows = self.object.rows.select_related("page")
        if self.shown == RowPlan.ASIDE:
            rows = rows.filter(plan=RowPlan.ASIDE)
        elif self.shown:
            rows = rows.entries().filter(**{self.field: self.shown})
        page = Paginator(rows, ROWS_PER_PAGE).get_page(self.request.GET.get("p"))
        for row in page:
            row.described, row.changed = described(row), changed_fields(row)
        return page


class ImportViewSet(ModelViewSet):
    """Where an agency brings in a register that it keeps in spreadsheets."""

    model = DipImport
    name = "imports"
    icon = "upload"
    menu_label = _("Import register")
    menu_order = 155
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    index_view_class = ImportIndexView
    add_view_class = ImportCreateView
    edit_view_class = ConfirmView
    delete_view_class = ImportDeleteView
    history_view_class = ImportHistoryView
    usage_view_class = ImportUsageView
    inspect_view_class = ImportView
    edit_template_name = ConfirmView.template_name
    inspect_template_name = ImportView.template_name
    list_display = [
        TitleColumn("name", label=_("File"), url_name="imports:inspect"),
        Column("get_state_display", label=_("State"), sort_key="state"),
        AsideColumn("agency", label=_("Agency")),
        AsideColumn("created_by", label=_("Uploaded by")),
        DateColumn("created_at", label=_("Uploaded"), sort_key="created_at"),
    ]
    search_fields = ["name"]
    ordering = "-created_at"

    def get_form_class(self, for_update=False):
        return ConfirmForm if for_update else UploadForm

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("run/<int:pk>/", actions.RunView.as_view(), name="run"),
            path("cancel/<int:pk>/", actions.CancelView.as_view(), name="cancel"),
            path("progress/<int:pk>/", actions.ProgressView.as_view(), name="progress"),
            *(
                path(
                    f"report/<int:pk>.{ending}",
                    actions.ReportView.as_view(),
                    {"ending": ending},
                    name=f"report_{ending}",
                )
                for ending in ("xlsx", "csv")
            ),
        ]


import_viewset = ImportViewSet()
