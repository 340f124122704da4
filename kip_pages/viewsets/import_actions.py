"""Buttons and downloads of an import: each does one thing, with the user's own agencies' imports."""

from django.contrib import messages
from django.http import Http404, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.views.generic import View

from ..dip_import import applying
from ..dip_import.reporting import report_headings, report_rows
from ..formats.csv_table import csv_text
from ..formats.workbook import workbook
from ..import_choices import ImportState
from ..import_tasks import wake_imports
from ..models import DipImport
from .own_agency import SEEING, own_or_404

MAY_NOT_PUBLISH = gettext_noop(
    "You may not publish entries here. Where the province approves them first, its administrators "
    "run the import."
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class RunView(View):
    model = DipImport
    http_method_names = ["post"]

    def post(self, request, pk):
        job = own_or_404(DipImport, request, pk, "run")
        try:
            applying.start(job, by=request.user, at=timezone.now())
        except applying.NotReadyError:
            messages.error(request, gettext("It cannot be run now: it is running, or is done."))
        except applying.MayNotPublishError:
            messages.error(request, gettext(MAY_NOT_PUBLISH))
        else:
            wake_imports()
        return redirect("imports:inspect", job.pk)


class CancelView(View):
    model = DipImport
    http_method_names = ["post"]

    def post(self, request, pk):
        job = own_or_404(DipImport, request, pk, "run")
        applying.cancel(job)
        messages.success(
            request,
            gettext("It stops after the batch that is being written; what is written stays."),
        )
        return redirect("imports:inspect", job.pk)


class ProgressView(View):
    """How far an import is, for the script that shows it."""

    model = DipImport
    http_method_names = ["get"]

    def get(self, request, pk):
        job = own_or_404(DipImport, request, pk, *SEEING)
        done, total = applying.progress(job)
        return JsonResponse(
            {"state": job.state, "done": done, "total": total, "rows_read": job.rows_read}
        )


class ReportView(View):
    """What became of every row, as a file that is safe to open."""

    model = DipImport
    wall_models = {"ending": str}
    http_method_names = ["get"]

    def get(self, request, pk, ending):
        job = own_or_404(DipImport, request, pk, *SEEING)
        if job.state in (ImportState.READING, ImportState.REFUSED):
            raise Http404
        rows = report_rows(job)
        headings = report_headings()
        if ending == "csv":
            content, kind = csv_text(headings, rows), "text/csv; charset=utf-8"
        else:
            content, kind = workbook(gettext("Report"), headings, rows), XLSX
        response = StreamingHttpResponse(content, content_type=kind)
        name = f"import-{job.pk}.{ending}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "no-store"
        return response
