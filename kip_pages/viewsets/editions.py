from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import CreateView, DeleteView, EditView, IndexView, InspectView
from wagtail.admin.views.generic.history import HistoryView
from wagtail.admin.views.generic.usage import UsageView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button
from wagtail.permissions import policy_registry

from ..choices import EditionFormat
from ..downloads import edition_path
from ..editions import comparing, entries, freezing
from ..editions.files import SIGNER, EditionDamagedError
from ..models import RegisterEdition, RegisterPrint
from . import edition_actions as actions
from .edition_form import EditionFilterSet, edition_panels
from .own_agency import AsideColumn, DayColumn, OwnAgencyListMixin, OwnAgencyObjectMixin

# Rows of the table of changes on a screen; the workbook has all of them.
CHANGES_SHOWN = 100
PRINTS_SHOWN = 5


def agencies_for(user, action):
    return policy_registry.get_by_type(RegisterEdition).agencies_for(user, {action})


class EditionIndexView(OwnAgencyListMixin, IndexView):
    """The register as it is now, to print or to take along, and its editions."""

    page_title = _("Information register")
    filterset_class = EditionFilterSet

    def get_context_data(self, *args, **kwargs):
        agencies = list(agencies_for(self.request.user, "view").order_by("name"))
        prints = RegisterPrint.objects.filter(edition=None, agency__in=agencies)
        prints = prints.select_related("agency").defer("content").newest_first()
        return super().get_context_data(
            *args,
            agencies=agencies,
            live_count=self._count(agencies),
            prints=prints[:PRINTS_SHOWN],
            live_formats=actions.LIVE_FORMATS,
            **kwargs,
        )

    def _count(self, agencies):
        if len(agencies) != 1:
            return None
        return entries.count_live_entries(agencies[0], at=timezone.now())

    def get_list_more_buttons(self, instance):
        return []  # what can be done is on the edition's own screen


class EditionCreateView(CreateView):
    def get_initial(self):
        """Begin with the year and the signer of the agency's last edition."""
        initial = super().get_initial() | {"year": timezone.localdate().year}
        last = RegisterEdition.objects.filter(agency=self._agency()).newest_first().first()
        if last is not None:
            initial |= {name: getattr(last, name) for name in SIGNER}
            initial |= {"agency": last.agency_id}
        if self.request.GET.get("year", "").isdecimal():
            initial["year"] = self.request.GET["year"]
        return initial

    def _agency(self):
        own = agencies_for(self.request.user, "add")
        asked = own.filter(code=self.request.GET.get("agency", "")).first()
        return asked or (own.get() if own.count() == 1 else None)

    def get_success_url(self):
        return reverse("register_editions:inspect", args=[self.object.pk])


class DraftOnlyMixin(OwnAgencyObjectMixin):
    """A frozen edition has neither form nor delete button: its own screen says what is possible."""

    def dispatch(self, request, *args, **kwargs):
        if not self.user_has_permission(self.permission_required):
            return super().dispatch(request, *args, **kwargs)  # refuses
        edition = self.get_object()
        if edition.is_frozen:
            messages.warning(
                request, gettext("A frozen edition stays as it is. A new edition corrects it.")
            )
            return redirect("register_editions:inspect", edition.pk)
        if not self.user_has_permission_for_instance(self.permission_required, edition):
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class EditionEditView(DraftOnlyMixin, EditView):
    def get_success_url(self):
        return reverse("register_editions:inspect", args=[self.object.pk])


class EditionDeleteView(DraftOnlyMixin, DeleteView):
    pass


class EditionHistoryView(OwnAgencyObjectMixin, HistoryView):
    pass


class EditionUsageView(OwnAgencyObjectMixin, UsageView):
    pass


class EditionInspectView(OwnAgencyObjectMixin, InspectView):
    """An edition at a glance: what it states, its files, what changed, and what can be done."""

    page_title = _("Edition")

    @cached_property
    def may_change(self):
        return self.user_has_permission_for_instance("change", self.object)

    def get_edit_url(self):
        return super().get_edit_url() if self.may_change else None

    def get_delete_url(self):
        return super().get_delete_url() if self.may_change else None

    @cached_property
    def header_more_buttons(self):
        url = reverse("register_editions:history", args=[self.object.pk])
        history = Button(gettext("History"), url=url, icon_name="history", priority=30)
        return [*super().header_more_buttons, history]

    def get_page_subtitle(self):
        return f"{self.object.agency.short_name} {self.object.label}"

    def get_context_data(self, **kwargs):
        more = self._frozen() if self.object.is_frozen else self._draft()
        return super().get_context_data(may_change=self.may_change, **more, **kwargs)

    def _draft(self):
        return {
            "obstacles": freezing.obstacles(self.object, at=timezone.now()),
            "live_formats": actions.LIVE_FORMATS,
        }

    def _frozen(self):
        edition = self.object
        kept = {kept.format: kept for kept in edition.files.defer("content")}
        bases = (comparing.corrected_by(edition), comparing.year_before(edition))
        corrects = agencies_for(self.request.user, "add").filter(pk=edition.agency_id)
        return {
            "files": [
                (name, kept.get(name), edition.agency.url + edition_path(edition, name))
                for name in EditionFormat
            ],
            "last_print": edition.prints.defer("content").newest_first().first(),
            "comparisons": [_Comparison(base, edition) for base in bases if base is not None],
            "may_correct": corrects.exists(),
        }


class _Comparison:
    """What changed since an earlier edition, as far as a screen shows it."""

    def __init__(self, base, edition):
        self.base, self.anchor = base, f"changes-{base.pk}"
        try:
            self.difference = comparing.compare_editions(base, edition)
        except EditionDamagedError:
            self.is_damaged = True
        else:
            rows = list(self.difference.rows())
            self.rows, self.hidden = rows[:CHANGES_SHOWN], len(rows[CHANGES_SHOWN:])


class EditionViewSet(ModelViewSet):
    """Where an agency prints its register, freezes it once a year, and finds what it froze."""

    model = RegisterEdition
    name = "register_editions"
    icon = "list-ul"
    menu_label = _("Register (DIP)")
    menu_order = 120
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    index_view_class = EditionIndexView
    add_view_class = EditionCreateView
    edit_view_class = EditionEditView
    delete_view_class = EditionDeleteView
    history_view_class = EditionHistoryView
    usage_view_class = EditionUsageView
    inspect_view_class = EditionInspectView
    index_template_name = "kip_pages/admin/register_index.html"
    inspect_template_name = "kip_pages/admin/register_edition.html"
    inspect_view_fields = ["year"]
    edit_handler = edition_panels
    list_display = [
        TitleColumn(
            "label", label=_("Edition"), url_name="register_editions:inspect", sort_key="year"
        ),
        AsideColumn("agency.short_name", label=_("Agency")),
        Column("get_status_display", label=_("State")),
        AsideColumn("decree_number", label=_("Decree")),
        DayColumn("decided_on", label=_("Date")),
        AsideColumn("frozen_count", label=_("Entries")),
    ]
    ordering = "-year"

    @property
    def freeze_view(self):
        kwargs = self.get_inspect_view_kwargs(template_name="kip_pages/admin/register_freeze.html")
        return self.construct_view(actions.FreezeView, **kwargs)

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("freeze/<int:pk>/", self.freeze_view, name="freeze"),
            path("export/", actions.ExportView.as_view(), name="export"),
            path("prints/<int:pk>/", actions.PrintView.as_view(), name="print"),
            path("prints/<int:pk>/pdf/", actions.PrintFileView.as_view(), name="print_file"),
            path("reprint/<int:pk>/", actions.ReprintView.as_view(), name="reprint"),
            path("files/<int:pk>/<str:name>/", actions.FileView.as_view(), name="file"),
            path("changes/<int:pk>/<int:base_pk>/", actions.ChangesView.as_view(), name="changes"),
        ]


edition_viewset = EditionViewSet()
