import django_filters
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.permissions import policy_registry

from opd_sites.models import Agency

from ..models import RegisterEdition
from .own_agency import SEEING, OwnAgencyForm


def own_agencies(request):
    policy = policy_registry.get_by_type(RegisterEdition)
    return policy.agencies_for(request.user, SEEING) if request else Agency.objects.none()


class EditionFilterSet(WagtailFilterSet):
    agency = django_filters.ModelChoiceFilter(label=_("Agency"), queryset=own_agencies)

    class Meta:
        model = RegisterEdition
        fields = ["status", "agency"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not own_agencies(self.request)[1:2]:
            del self.filters["agency"]  # nothing to choose from


edition_panels = ObjectList(
    [
        FieldPanel("agency"),
        MultiFieldPanel(
            [FieldPanel("year"), FieldPanel("revision_reason")], heading=_("Which edition")
        ),
        MultiFieldPanel(
            [
                FieldPanel("decree_number"),
                FieldRowPanel([FieldPanel("decided_on"), FieldPanel("place")]),
            ],
            heading=_("Decree"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("signer_name"),
                FieldPanel("signer_position"),
                FieldPanel("signer_nip"),
            ],
            heading=_("Signature"),
        ),
    ],
    base_form_class=OwnAgencyForm,
)
