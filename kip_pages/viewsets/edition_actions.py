"""What the buttons on the register's screens do."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin.views.generic import InspectView, WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.permissions import policy_registry

from ..choices import EditionFormat, EditionStatus
from ..downloads import changes_response, kept_response, live_response, pdf_response
from ..editions import entries, freezing, printing
from ..models import EditionFile, RegisterEdition, RegisterPrint
from ..tasks import wake_printer
from .own_agency import SEEING, own_or_404

LIVE_FORMATS = (EditionFormat.PDF, EditionFormat.XLSX, EditionFormat.CSV)
# Seconds between two looks at a PDF that is being made.
LOOK_AGAIN = 3


class FreezeView(InspectView):
    """Asks once more, showing what is going to stand for ever."""

    any_permission_required = ["change"]
    page_title = _("Freeze")

    def get_object(self, queryset=None):
        edition = own_or_404(RegisterEdition, self.request, self.pk, *SEEING)
        if edition.is_frozen:
            return edition
        return own_or_404(RegisterEdition, self.request, self.pk, "change")

    def get(self, request, *args, **kwargs):
        return self._look_again() if self.object.is_frozen else super().get(request)

    def get_page_subtitle(self):
        return f"{self.object.agency.short_name} {self.object.label}"

    def get_context_data(self, **kwargs):
        agency, now = self.object.agency, timezone.now()
        return super().get_context_data(
            obstacles=freezing.obstacles(self.object, at=now),
            entry_count=entries.count_live_entries(agency, at=now),
            incomplete_count=entries.count_incomplete_entries(agency, at=now),
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        try:
            freezing.freeze(self.object, at=timezone.now(), user=request.user)
        except freezing.EditionNotReadyError:
            return self.get(request, *args, **kwargs)  # the page says why
        except freezing.EditionChangedError:
            return self._look_again()
        wake_printer()
        messages.success(request, gettext("The edition is frozen. Its PDF follows shortly."))
        return redirect("register_editions:inspect", self.object.pk)

    def _look_again(self):
        """Lead to the edition as it is now; who pressed twice finds what was wanted done."""
        self.object.refresh_from_db()
        if self.object.is_frozen:
            messages.info(self.request, gettext("The edition is frozen."))
        else:
            messages.error(
                self.request,
                gettext("Somebody changed the edition meanwhile. Look at it once more."),
            )
        return redirect("register_editions:inspect", self.object.pk)


class EditionView(PermissionCheckedMixin, View):
    """A door for whoever may see editions; ``PermissionCheckedMixin`` refuses everybody else."""

    model = RegisterEdition
    any_permission_required = ["view", "add", "change", "delete"]

    def edition(self, pk):
        return own_or_404(RegisterEdition, self.request, pk, *SEEING)


class ExportView(EditionView):
    """The register as it is now, or as a draft edition would state it."""

    http_method_names = ["post"]

    def post(self, request):
        edition = self._draft()
        agency, now = edition.agency if edition else self._agency(), timezone.now()
        name = request.POST.get("format")
        if name not in LIVE_FORMATS:
            raise Http404
        if name != EditionFormat.PDF:
            return live_response(agency, name, at=now, edition=edition)
        job = printing.request_print(agency=agency, edition=edition, at=now)
        wake_printer()
        return redirect("register_editions:print", job.pk)

    def _draft(self):
        pk = self.request.POST.get("edition", "")
        if not pk.isdecimal():
            return None
        edition = self.edition(pk)
        if edition.status != EditionStatus.DRAFT:
            raise Http404
        return edition

    def _agency(self):
        own = policy_registry.get_by_type(RegisterEdition).agencies_for(self.request.user, SEEING)
        return get_object_or_404(own, code=self.request.POST.get("agency", ""))


def own_print(request, pk):
    """Return a print of the user's own agency, or raise 404."""
    own = policy_registry.get_by_type(RegisterEdition).agencies_for(request.user, SEEING)
    prints = RegisterPrint.objects.filter(agency__in=own).select_related("agency", "edition")
    return get_object_or_404(prints, pk=pk)


class PrintView(WagtailAdminTemplateMixin, EditionView):
    """Waits with the officer for a PDF; the browser looks again by itself."""

    wall_models = {"pk": RegisterPrint}
    template_name = "kip_pages/admin/register_print.html"
    page_title = _("PDF of the register")
    header_icon = "list-ul"

    def get(self, request, pk):
        self.job = own_print(request, pk)
        edition = self.job.edition
        if edition and edition.is_frozen:
            return redirect("register_editions:inspect", edition.pk)
        response = self.render_to_response(self.get_context_data(job=self.job))
        if self.job.is_open:
            response["Refresh"] = str(LOOK_AGAIN)
        return response

    def get_breadcrumbs_items(self):
        index = {"url": reverse("register_editions:index"), "label": _("Information register")}
        here = {"url": "", "label": self.page_title, "sublabel": self.job.agency.short_name}
        return [*self.breadcrumbs_items, index, here]


class PrintFileView(EditionView):
    wall_models = {"pk": RegisterPrint}

    def get(self, request, pk):
        job = own_print(request, pk)
        if job.content is None:
            raise Http404
        day = timezone.localdate(job.finished_at)
        return pdf_response(bytes(job.content), f"DIP-{job.agency.code}-{day}.pdf")


class ReprintView(EditionView):
    """Tries once more to make the PDF of a frozen edition."""

    http_method_names = ["post"]

    def post(self, request, pk):
        edition = self.edition(pk)
        if edition.is_frozen and not edition.files.filter(format=EditionFormat.PDF).exists():
            printing.request_print(agency=edition.agency, edition=edition, at=timezone.now())
            wake_printer()
        return redirect("register_editions:inspect", edition.pk)


class FileView(EditionView):
    """A file of a frozen edition, for who is not on the agency's host."""

    wall_models = {"name": str}

    def get(self, request, pk, name):
        edition = self.edition(pk)
        try:
            return kept_response(edition, name)
        except EditionFile.DoesNotExist:
            raise Http404 from None


class ChangesView(EditionView):
    """The workbook of what changed between two frozen editions of one agency."""

    wall_models = {"base_pk": RegisterEdition}

    def get(self, request, pk, base_pk):
        edition, base = self.edition(pk), self.edition(base_pk)
        if edition.agency_id != base.agency_id or not (edition.is_frozen and base.is_frozen):
            raise Http404
        return changes_response(base, edition)
