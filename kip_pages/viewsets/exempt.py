from django.contrib import messages
from django.core.exceptions import ValidationError
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
from wagtail.log_actions import log

from ..choices import ExemptionState
from ..exempt import deciding
from ..models import ExemptItem
from .exempt_form import ExemptFilterSet, OpenForm, WithdrawForm, exempt_panels
from .own_agency import (
    AsideColumn,
    DayColumn,
    OwnAgencyListMixin,
    OwnAgencyObjectMixin,
    own_or_404,
)


class ExemptIndexView(OwnAgencyListMixin, IndexView):
    filterset_class = ExemptFilterSet

    def get_list_more_buttons(self, instance):
        return []  # what can be done is on the item's own screen


class _LeadsToItemMixin:
    def get_success_url(self):
        return reverse("exempt_items:inspect", args=[self.object.pk])


class ExemptCreateView(_LeadsToItemMixin, CreateView):
    pass


class ExemptEditView(OwnAgencyObjectMixin, _LeadsToItemMixin, EditView):
    """Changes an open case; the log names the fields."""

    def get_object(self, queryset=None):
        item = super().get_object(queryset)
        if not self.user_has_permission_for_instance("change", item):
            raise Http404
        return item

    def get_page_subtitle(self):
        return f"{self.object}: {self.object.document}"

    def save_instance(self):
        item = self.form.save()
        if self.form.has_changed():
            log(
                item,
                "kip_pages.exempt_changed",
                user=self.request.user,
                content_changed=True,
                data={"fields": self.form.changed_data},
            )
        return item


class ExemptDeleteView(DeleteView):
    """Nothing leaves the list: for everybody as if there were no such view."""

    def setup(self, request, *args, **kwargs):
        raise Http404


class ExemptHistoryView(OwnAgencyObjectMixin, HistoryView):
    pass


class ExemptUsageView(OwnAgencyObjectMixin, UsageView):
    pass


class ExemptInspectView(OwnAgencyObjectMixin, InspectView):
    """An item at a glance: what holds, what the law still asks for, and what can be done."""

    page_title = _("Exempt item")

    @cached_property
    def may_change(self):
        return self.user_has_permission_for_instance("change", self.object)

    def get_edit_url(self):
        return super().get_edit_url() if self.may_change else None

    @cached_property
    def header_more_buttons(self):
        url = reverse("exempt_items:history", args=[self.object.pk])
        history = Button(gettext("History"), url=url, icon_name="history", priority=30)
        return [*super().header_more_buttons, history]

    def get_page_subtitle(self):
        return str(self.object)

    def get_context_data(self, **kwargs):
        item = self.object
        return super().get_context_data(
            may_change=self.may_change,
            has_expired=item.has_expired(on=timezone.localdate()),
            missing=item.missing.values() if item.state == ExemptionState.DRAFT else [],
            **kwargs,
        )


class ExemptActionView(ExemptInspectView):
    """A step in an item's case: asks what has to be known, does it, and comes back."""

    any_permission_required = ["change"]
    form_class = None

    def get_object(self, queryset=None):
        return own_or_404(ExemptItem, self.request, self.pk, "change")

    def get_form(self):
        return self.form_class(self.request.POST or None, initial=self.get_initial())

    def get_initial(self):
        return {}

    def get_context_data(self, **kwargs):
        return super().get_context_data(form=kwargs.pop("form", None) or self.get_form(), **kwargs)

    def post(self, request, *args, **kwargs):
        form = self.get_form()
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        try:
            return self.act(**form.cleaned_data)
        except deciding.WrongStateError:
            messages.error(
                request, gettext("Somebody else was faster. This is how the item is now.")
            )
        except deciding.NoRegisterSectionError:
            messages.error(
                request,
                gettext("The agency has no register section in Indonesian to put a draft into."),
            )
        return self.back()

    def back(self):
        return redirect("exempt_items:inspect", self.object.pk)


class PutInForceView(ExemptActionView):
    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        try:
            deciding.put_in_force(self.object, at=timezone.now(), user=request.user)
        except ValidationError as error:
            for message in error.messages:
                messages.error(request, message)
        except deciding.WrongStateError:
            messages.error(
                request, gettext("Somebody else was faster. This is how the item is now.")
            )
        else:
            messages.success(
                request, gettext("The exemption is in force; its public description is shown.")
            )
        return self.back()


class OpenView(ExemptActionView):
    page_title = _("Open the information")
    form_class = OpenForm

    def get_initial(self):
        item = self.object
        ended = item.has_expired(on=timezone.localdate())
        return {
            "title": item.public_information,
            "holding_unit": item.holding_unit,
            "reason": gettext("The period of the exemption has ended.") if ended else "",
        }

    def act(self, **confirmed):
        page = deciding.open_item(
            self.object, at=timezone.now(), user=self.request.user, **confirmed
        )
        messages.success(
            self.request,
            gettext("The item is opened. This is its draft: complete it, then publish it."),
        )
        return redirect("wagtailadmin_pages:edit", page.pk)


class WithdrawView(ExemptActionView):
    page_title = _("Withdraw the item")
    form_class = WithdrawForm

    def act(self, reason):
        deciding.withdraw(self.object, reason=reason, at=timezone.now(), user=self.request.user)
        messages.success(self.request, gettext("The item is withdrawn."))
        return self.back()


class ExemptViewSet(ModelViewSet):
    """Where information officers keep the list of exempt information (DIK) of their agency."""

    model = ExemptItem
    name = "exempt_items"
    icon = "lock"
    menu_label = _("Exempt list (DIK)")
    menu_order = 121
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    index_view_class = ExemptIndexView
    add_view_class = ExemptCreateView
    edit_view_class = ExemptEditView
    delete_view_class = ExemptDeleteView
    history_view_class = ExemptHistoryView
    usage_view_class = ExemptUsageView
    inspect_view_class = ExemptInspectView
    inspect_template_name = "kip_pages/admin/exempt_item.html"
    edit_handler = exempt_panels
    list_display = [
        TitleColumn(
            "document", label=_("Document"), url_name="exempt_items:inspect", sort_key="document"
        ),
        AsideColumn("agency.short_name", label=_("Agency")),
        AsideColumn("get_ground_display", label=_("Ground")),
        Column("get_state_display", label=_("State"), sort_key="state"),
        DayColumn("expires_on", label=_("Last day"), sort_key="expires_on"),
    ]
    search_fields = ["document", "holding_unit", "decision_number"]
    ordering = "expires_on"
    inspect_view_fields = [
        *("document", "exempt_part", "holding_unit", "has_redacted_copy", "redaction_note"),
        *("ground", "statute", "if_opened", "if_closed", "public_interest", "tested_on", "testers"),
        *("decision_number", "decided_on", "place", "decider_name", "decider_position"),
        *("expires_on", "period", "public_information", "public_if_opened", "public_if_closed"),
    ]

    def _action_view(self, view_class):
        kwargs = self.get_inspect_view_kwargs(template_name="kip_pages/admin/exempt_action.html")
        return self.construct_view(view_class, **kwargs)

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("in-force/<int:pk>/", self._action_view(PutInForceView), name="put_in_force"),
            path("open/<int:pk>/", self._action_view(OpenView), name="open"),
            path("withdraw/<int:pk>/", self._action_view(WithdrawView), name="withdraw"),
        ]


exempt_viewset = ExemptViewSet()
