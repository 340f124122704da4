from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.urls import reverse_lazy
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from ..choices import AgencyRole, ProvinceRole
from ..models import ReviewedKind
from ..roles import role_word
from ..walls import works_for_province
from ..workflows import choose_reviewed, reviewable_models


def kind_choices():
    return [
        (model._meta.label_lower, capfirst(model._meta.verbose_name))
        for model in reviewable_models()
    ]


class ReviewedKindsForm(forms.Form):
    kinds = forms.MultipleChoiceField(
        label=_("Kinds that the province approves"),
        choices=kind_choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class ReviewedKindsView(WagtailAdminTemplateMixin, FormView):
    """Where province administrators choose what agencies show them before it goes live."""

    form_class = ReviewedKindsForm
    template_name = "opd_sites/desk/reviewed_kinds.html"
    success_url = reverse_lazy("opd_desk:reviewed_kinds")
    page_title = _("Approval by the province")
    header_icon = "tasks"

    def dispatch(self, request, *args, **kwargs):
        if not works_for_province(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_initial(self):
        return {"kinds": sorted(ReviewedKind.objects.labels())}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            publisher=role_word(AgencyRole.PUBLISHER),
            province=role_word(ProvinceRole.PROVINCE_ADMIN),
            **kwargs,
        )

    def form_valid(self, form):
        chosen = form.cleaned_data["kinds"]
        choose_reviewed(m for m in reviewable_models() if m._meta.label_lower in chosen)
        messages.success(self.request, _("The kinds are saved."))
        return super().form_valid(form)
