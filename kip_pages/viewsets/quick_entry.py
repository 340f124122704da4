"""Screens on which a register entry starts with a file, or many entries with many files."""

import logging

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from django.views.generic.edit import FormView
from wagtail import hooks
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.menus.pages import PageMenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

from .. import quick_entry
from ..choices import InformationCategory
from ..conf import max_upload_bytes
from ..files.kinds import EXTENSIONS
from ..files.messages import ACCEPTED
from ..intake.taking_in import RefusedFileError
from ..models import DipEntryPage, DipIndexPage, Obligation
from ..models.document import DocumentRecord

logger = logging.getLogger(__name__)

# What the browser offers first when somebody chooses a file.
ACCEPT = ",".join(f".{extension}" for extension in sorted(EXTENSIONS))


class CategoryForm(forms.Form):
    category = forms.ChoiceField(
        label=_("Category"), choices=InformationCategory.choices, widget=forms.RadioSelect
    )


class QuickEntryForm(CategoryForm):
    """Title, category and file; the order is that of the form."""

    file = forms.FileField(label=_("File"), widget=forms.FileInput(attrs={"accept": ACCEPT}))
    title = forms.CharField(
        label=_("Title"),
        max_length=255,
        required=False,
        help_text=_("Leave it empty to take it from the name of the file."),
    )
    obligation = forms.ModelChoiceField(
        label=_("Obligation"),
        queryset=Obligation.objects.none(),
        required=False,
        help_text=_("What the law asks for and this entry answers; more can be added later."),
    )
    field_order = ["file", "title", "category", "obligation"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["obligation"].queryset = Obligation.objects.current()


class _ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


class _ManyFilesField(forms.FileField):
    widget = _ManyFilesInput(attrs={"accept": ACCEPT})

    def clean(self, data, initial=None):
        """Return a list. What is wrong with a single file is said of that file, later."""
        given = data if isinstance(data, (list, tuple)) else [data] if data else []
        if not given:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return given


class ManyFilesForm(CategoryForm):
    files = _ManyFilesField(label=_("Files"))
    even_if_known = forms.BooleanField(
        label=_("Make an entry even of a file that is here already"), required=False
    )


class SectionMixin(WagtailAdminTemplateMixin):
    """A screen for one register; for those who may add entries to it there is no other."""

    header_icon = "upload"

    @cached_property
    def section(self) -> DipIndexPage:
        open_sections = quick_entry.sections_of(self.request.user)
        section = get_object_or_404(open_sections, pk=self.kwargs["section"])
        if not section.permissions_for_user(self.request.user).can_add_subpage():
            raise PermissionDenied
        return section

    def dispatch(self, request, *args, **kwargs):
        """Let other apps have their word, as before every new page."""
        for ask in hooks.get_hooks("before_create_page"):
            answer = ask(request, self.section, DipEntryPage)
            if isinstance(answer, HttpResponse):
                return answer
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self):
        return quick_entry.agency_of(self.section).name

    def get_breadcrumbs_items(self):
        explore = reverse("wagtailadmin_explore", args=[self.section.pk])
        return [
            *self.breadcrumbs_items,
            {"url": explore, "label": self.section.get_admin_display_title()},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            section=self.section,
            max_bytes=max_upload_bytes(),
            accepted=ACCEPTED,
            **kwargs,
        )

    def created(self, entry):
        """Tell other apps; return their answer, if one of them has one."""
        answers = [tell(self.request, entry) for tell in hooks.get_hooks("after_create_page")]
        return next((answer for answer in answers if isinstance(answer, HttpResponse)), None)

    def twin_places(self, twins: list[DocumentRecord]):
        """Return title and address of where the agency has the file already."""
        finder = AdminURLFinder(self.request.user)
        for record in twins:
            entries = DipEntryPage.objects.child_of(self.section)
            place = entries.filter(documents__document=record.document_id).first()
            place = place or record.document
            yield {"title": str(place), "url": finder.get_edit_url(place)}


class ChooseSectionView(WagtailAdminTemplateMixin, TemplateView):
    """The register to enter into: at once where there is one, a list for those who have many."""

    page_title = _("Quick entry")
    header_icon = "upload"
    template_name = "kip_pages/admin/quick_entry_sections.html"

    @cached_property
    def sections(self):
        sections = quick_entry.sections_of(self.request.user).select_related("locale")
        return list(sections.order_by("path"))

    @property
    def is_in_many_languages(self):
        return len({section.locale_id for section in self.sections}) > 1

    def get(self, request, *args, **kwargs):
        if not self.sections:
            raise PermissionDenied
        if len(self.sections) == 1:
            return redirect("quick_entry:one", self.sections[0].pk)
        return super().get(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        return super().get_context_data(places=quick_entry.with_agencies(self.sections), **kwargs)


class QuickEntryView(SectionMixin, FormView):
    page_title = _("Quick entry")
    form_class = QuickEntryForm
    template_name = "kip_pages/admin/quick_entry.html"

    def form_valid(self, form):
        told = form.cleaned_data
        try:
            entered = quick_entry.enter(
                section=self.section,
                user=self.request.user,
                category=told["category"],
                file=told["file"],
                title=told["title"],
                obligations=[told["obligation"]] if told["obligation"] else [],
            )
        except RefusedFileError as error:
            form.add_error("file", error)
            return self.form_invalid(form)
        messages.success(
            self.request,
            gettext("The draft is made. What it still lacks is at the top of this page."),
        )
        for place in self.twin_places(entered.twins):
            messages.warning(
                self.request,
                gettext("This file is here already: “%(title)s”.") % {"title": place["title"]},
            )
        answer = self.created(entered.entry)
        return answer or redirect("wagtailadmin_pages:edit", entered.entry.pk)


class ManyFilesView(SectionMixin, FormView):
    """Many files, one draft each; one bad file never loses the others.

    A browser with scripts sends the files one by one and gets a row of the list for each; without
    scripts all come in one request, and the whole list is answered.
    """

    page_title = _("Many files at once")
    form_class = ManyFilesForm
    template_name = "kip_pages/admin/many_files.html"
    row_template_name = "kip_pages/admin/many_files_row.html"

    @property
    def wants_json(self):
        return self.request.accepts("application/json") and not self.request.accepts("text/html")

    def form_valid(self, form):
        rows = [self._enter(file, form.cleaned_data) for file in form.cleaned_data["files"]]
        if self.wants_json:
            return JsonResponse({"rows": [self._render(row) for row in rows]})
        return self.render_to_response(self.get_context_data(form=form, rows=rows))

    def form_invalid(self, form):
        if not self.wants_json:
            return super().form_invalid(form)
        errors = [error for errors in form.errors.values() for error in errors]
        return JsonResponse({"errors": errors}, status=400)

    def _render(self, row):
        return render_to_string(self.row_template_name, {"row": row}, request=self.request)

    def _enter(self, file, told):
        try:
            entered = quick_entry.enter(
                section=self.section,
                user=self.request.user,
                category=told["category"],
                file=file,
                even_if_known=told["even_if_known"],
            )
        except RefusedFileError as error:
            return {"name": file.name, "error": error.message}
        except (DatabaseError, OSError):
            logger.exception("%s could not be entered", file.name)
            return {"name": file.name, "error": gettext("It could not be stored. Try again later.")}
        if entered.entry:
            self.created(entered.entry)
        twins = list(self.twin_places(entered.twins))
        return {"name": file.name, "entry": entered.entry, "twins": twins}


class QuickEntryMenuItem(MenuItem):
    def is_shown(self, request):
        return quick_entry.open_sections(request.user).exists()


class QuickEntryViewSet(ViewSet):
    """Where somebody starts who has a file and little time."""

    name = "quick_entry"
    icon = "upload"
    menu_label = _("Quick entry")
    menu_order = 155
    menu_item_class = QuickEntryMenuItem
    add_to_admin_menu = True

    def get_urlpatterns(self):
        return [
            path("", self.construct_view(ChooseSectionView), name="index"),
            path("<int:section>/", self.construct_view(QuickEntryView), name="one"),
            path("<int:section>/files/", self.construct_view(ManyFilesView), name="many"),
        ]


quick_entry_viewset = QuickEntryViewSet()


class QuickEntryButton(PageMenuItem):
    """On a register in the page explorer."""

    label = _("Quick entry")
    icon_name = "upload"

    @cached_property
    def url(self):
        return reverse("quick_entry:one", args=[self.page.pk])

    def is_shown(self, user):
        is_register = issubclass(self.page.cached_content_type.model_class(), DipIndexPage)
        return is_register and self.page.permissions_for_user(user).can_add_subpage()
