"""Where a duty officer with a phone announces: choose the hazard, answer one form, look, publish."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from django.views.generic.edit import FormView
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet
from wagtail.models import Page
from wagtail.permissions import policy_registry

from ..alerts import acting, publishing
from ..choices import Hazard, MessageType
from ..models import AlertTemplate, EmergencyAnnouncementPage, EmergencyIndexPage
from ..models.authority import authority_at, targets_at
from .announce_form import AnnounceForm, initial_of

# What the buttons of an alert in force lead to.
SEQUELS = {"update": MessageType.UPDATE, "all-clear": MessageType.CANCEL}


class _Screen(WagtailAdminTemplateMixin):
    header_icon = "warning"
    page_title = _("Announce an emergency")

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]


class ChooseHazardView(_Screen, TemplateView):
    """What happened; and where, for those who may announce in several places."""

    template_name = "kip_pages/admin/announce_hazards.html"
    wall_models = {"section": EmergencyIndexPage}

    def get_context_data(self, **kwargs):
        sections = list(acting.sections_of(self.request.user))
        if not sections:
            raise PermissionDenied
        chosen = kwargs.get("section") or sections[0].pk
        section = next((one for one in sections if one.pk == chosen), None)
        if section is None:
            raise Http404
        return super().get_context_data(
            **kwargs | {"section": section},
            sections=sections if len(sections) > 1 else [],
            hazards=Hazard.choices,
        )


class FormScreen(_Screen, FormView):
    form_class = AnnounceForm
    template_name = "kip_pages/admin/announce.html"

    @cached_property
    def authority(self):
        return authority_at(self.section)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {
            "authority": self.authority,
            "agencies": targets_at(self.section, self.authority),
            "begun": self.begun,
        }

    def get_initial(self):
        return initial_of(self.begun, self.authority)

    def form_valid(self, form):
        at = timezone.now()
        try:
            with transaction.atomic():
                page = self.write(form.said(at=at))
                # Said here, where it can be mended in what stands typed.
                publishing.check(page, at=at)
        except ValidationError as error:
            form.add_page_errors(error)
            return self.form_invalid(form)
        return redirect(publishing.confirm_address(page))

    def write(self, said):
        return acting.draft(self.section, user=self.request.user, **said)

    def form_invalid(self, form):
        messages.error(self.request, gettext("Nothing is public yet. See what is marked below."))
        return super().form_invalid(form)

    def get_context_data(self, **kwargs):
        return super().get_context_data(section=self.section, begun=self.begun, **kwargs)


class AnnounceView(FormScreen):
    """The form of one hazard, begun with what the province has written for it."""

    wall_models = {"section": EmergencyIndexPage, "hazard": str}

    @cached_property
    def section(self):
        return get_object_or_404(acting.sections_of(self.request.user), pk=self.kwargs["section"])

    @cached_property
    def templates(self):
        return list(AlertTemplate.objects.filter(hazard=self.kwargs["hazard"]))

    @cached_property
    def begun(self):
        hazard = self.kwargs["hazard"]
        if hazard not in Hazard.values:
            raise Http404
        wanted = self.request.GET.get("template", "")
        named = [one for one in self.templates if str(one.pk) == wanted]
        return acting.beginning(hazard, next(iter(named or self.templates), None))

    def get_page_subtitle(self):
        return Hazard(self.kwargs["hazard"]).label

    def get_context_data(self, **kwargs):
        return super().get_context_data(templates=self.templates, **kwargs)


class SequelView(FormScreen):
    """An update or the all clear of an announcement: the same form, begun with what was said."""

    wall_models = {"pk": EmergencyAnnouncementPage, "sequel": str}

    @cached_property
    def announcement(self):
        announcements = EmergencyAnnouncementPage.objects.live().filter(alias_of=None)
        return get_object_or_404(announcements, pk=self.kwargs["pk"])

    @cached_property
    def section(self):
        place = self.announcement.get_parent().pk
        return get_object_or_404(acting.sections_of(self.request.user), pk=place)

    @cached_property
    def begun(self):
        return acting.sequel(self.announcement, SEQUELS[self.kwargs["sequel"]])

    def get_page_subtitle(self):
        return self.announcement.title


class AnnounceMenuItem(MenuItem):
    def is_shown(self, request):
        """Whoever may add pages may announce: every place for pages has one for emergencies.

        Told by what is known of the user already, as every screen of the admin asks.
        """
        return policy_registry.get_by_type(Page).user_has_permission(request.user, "add")


class AnnounceViewSet(ViewSet):
    name = "announce"
    icon = "warning"
    menu_label = _("Announce an emergency")
    menu_order = 1
    menu_item_class = AnnounceMenuItem
    add_to_admin_menu = True

    def get_urlpatterns(self):
        return [
            path("", self.construct_view(ChooseHazardView), name="index"),
            path("<int:section>/", self.construct_view(ChooseHazardView), name="hazards"),
            path("<int:section>/<slug:hazard>/", self.construct_view(AnnounceView), name="new"),
            *(
                path(
                    f"{name}/<int:pk>/",
                    self.construct_view(SequelView),
                    {"sequel": name},
                    name=name.replace("-", "_"),
                )
                for name in SEQUELS
            ),
        ]


announce_viewset = AnnounceViewSet()
