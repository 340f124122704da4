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
from django.views.generic import TemplateView, View
from django.views.generic.edit import FormView
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet
from wagtail.models import Page
from wagtail.permissions import policy_registry

from ..alerts import acting, publishing
from ..choices import Hazard, MessageType, RelayReason
from ..models import (
    AlertTemplate,
    EmergencyAnnouncementPage,
    EmergencyIndexPage,
    RelayedAlert,
)
from ..models.authority import authority_at, targets_at
from ..relays.ignoring import DecidedError, ignore
from ..relays.telling import waiting_in
from .announce_form import AT, AnnounceForm, initial_of
from .relay_forms import IgnoreForm

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
            relays=waiting_for(self.request.user, sections),
            ignore_reasons=IgnoreForm().fields["reason"].choices,
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


class RelayView(FormScreen):
    """The same form for a draft that waits to be passed on, begun with what its sender says."""

    wall_models = {"pk": EmergencyAnnouncementPage}

    @cached_property
    def draft(self):
        drafts = EmergencyAnnouncementPage.objects.filter(live=False, first_published_at=None)
        return get_object_or_404(drafts.exclude(original_issuer=""), pk=self.kwargs["pk"])

    @cached_property
    def section(self):
        sections = acting.sections_of(self.request.user)
        section = get_object_or_404(sections, pk=self.draft.get_parent().pk)
        if not self.draft.permissions_for_user(self.request.user).can_edit():
            raise Http404
        return section

    @cached_property
    def begun(self):
        return acting.as_begun(self.draft)

    def get_initial(self):
        initial = super().get_initial()
        if self.begun["expires"]:
            initial |= {"lasts": AT, "expires": timezone.localtime(self.begun["expires"])}
        return initial

    def write(self, said):
        return acting.rewrite(self.draft, user=self.request.user, **said)

    def get_page_subtitle(self):
        return self.draft.draft_title

    def get_context_data(self, **kwargs):
        relay = self.draft.relayed.select_related("source").first()
        return super().get_context_data(relay=relay, **kwargs)


class IgnoreView(View):
    """One press: this warning is not passed on, and why."""

    http_method_names = ["post"]
    wall_models = {"pk": EmergencyAnnouncementPage}

    def post(self, request, pk):
        at = timezone.now()
        alert = get_object_or_404(RelayedAlert.objects.waiting(at=at), page=pk)
        if not alert.page.permissions_for_user(request.user).can_publish():
            raise Http404
        form = IgnoreForm(request.POST)
        if form.is_valid():
            self._ignore(alert, RelayReason(form.cleaned_data["reason"]), at)
        else:
            messages.error(request, gettext("Say why it is not passed on."))
        return redirect("announce:index")

    def _ignore(self, alert, reason, at):
        try:
            ignore(alert, reason=reason, user=self.request.user, at=at)
        except DecidedError:
            messages.warning(self.request, gettext("Somebody has decided on it just now."))
        else:
            messages.success(
                self.request, gettext("“%(title)s” is not passed on.") % {"title": alert.title}
            )


def waiting_for(user, sections):
    """Return the warnings that wait in these sections, each with whether ``user`` may leave it aside."""
    relays = list(waiting_in(sections, at=timezone.now()))
    for relay in relays:
        relay.may_ignore = relay.page.permissions_for_user(user).can_publish()
    return relays


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
            path("relay/<int:pk>/", self.construct_view(RelayView), name="relay"),
            path("ignore/<int:pk>/", self.construct_view(IgnoreView), name="ignore"),
        ]


announce_viewset = AnnounceViewSet()
