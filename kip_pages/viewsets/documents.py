"""What Wagtail's screens for documents lack: how a file fared, and its original."""

import django_filters
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin.ui.tables import Column
from wagtail.documents import get_document_model
from wagtail.documents.views import documents
from wagtail.log_actions import log
from wagtail.permissions import policy_registry

from ..models import DocumentRecord

ORIGINAL_LOG_ACTION = "kip_pages.original"


class DocumentFilterSet(documents.DocumentsFilterSet):
    CHOICES = [
        ("scans", _("Scans without text")),
        ("held", _("Not published")),
        ("notes", _("With comments or changes, or signed")),
    ]

    state = django_filters.ChoiceFilter(
        label=_("What to look at"), choices=CHOICES, method="narrow", empty_label=_("All")
    )

    def narrow(self, queryset, _name, value):
        records = {
            "scans": DocumentRecord.objects.without_text(),
            "held": DocumentRecord.objects.held(),
            "notes": DocumentRecord.objects.with_notes(),
        }[value]
        # Keys, not a join: a search can filter by them too.
        return queryset.filter(pk__in=list(records.values_list("document", flat=True)))


# Columns that a narrow screen does without.
ASIDE = "kip-documents__aside"


class StateColumn(Column):
    cell_template_name = "kip_pages/admin/document_state_cell.html"

    class Media:
        css = {"all": ["kip_pages/documents.css"]}

    def get_value(self, instance):
        return getattr(instance, "kip_record", None)


class DocumentIndexView(documents.IndexView):
    """Wagtail's listing (8.0) with a column and a filter; it answers at Wagtail's own address."""

    filterset_class = DocumentFilterSet

    def get_base_queryset(self):
        return super().get_base_queryset().select_related("kip_record")

    @cached_property
    def columns(self):
        columns = super().columns
        for column in columns:
            if column.name in ("created_at", "usage_count"):
                column.classname = f"{column.classname or ''} {ASIDE}".strip()
        return [*columns[:3], StateColumn("state", label=_("State")), *columns[3:]]


class OriginalView(View):
    """Hand out a file as it was uploaded, with its author: to who may change it, and on record."""

    def get(self, request, document_id):
        document = get_object_or_404(get_document_model(), pk=document_id)
        policy = policy_registry.get_by_type(get_document_model())
        if not policy.user_has_permission_for_instance(request.user, "change", document):
            raise Http404
        record = get_object_or_404(DocumentRecord, document=document)
        try:
            file = record.open_original()
        except FileNotFoundError:
            raise Http404 from None
        log(instance=document, action=ORIGINAL_LOG_ACTION, user=request.user)
        return FileResponse(
            file,
            as_attachment=True,
            filename=record.original_name or document.filename,
            content_type="application/octet-stream",
            headers={"X-Content-Type-Options": "nosniff"},
        )


urlpatterns = [
    # Before Wagtail's own: the names of its addresses lead here.
    path("documents/", DocumentIndexView.as_view(), name="kip_documents"),
    path(
        "documents/results/",
        DocumentIndexView.as_view(results_only=True),
        name="kip_documents_results",
    ),
    path(
        "documents/original/<int:document_id>/",
        OriginalView.as_view(),
        name="kip_document_original",
    ),
]
