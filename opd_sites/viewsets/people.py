import django_filters
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from django_tasks import TaskResultStatus
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn, TitleColumn
from wagtail.admin.views.generic import (
    CreateView,
    DeleteView,
    EditView,
    IndexView,
    InspectView,
)
from wagtail.admin.views.generic.history import HistoryView
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.admin.widgets.button import HeaderButton

from .. import invitations, people
from ..choices import AgencyRole, ProvinceRole
from ..models import Colleague, Invitation, RoleGroup
from ..roles import role_word
from ..tasks import wake_invitation
from ..walls import agencies_where, works_for_province
from .people_forms import ColleagueForm, InvitationForm


def role_choices():
    return [(role.value, role_word(role)) for role in (*AgencyRole, *ProvinceRole)]


class ColleagueFilterSet(WagtailFilterSet):
    """By agency, where there are several, and by role in one's own agencies."""

    agency = django_filters.ModelChoiceFilter(
        label=_("Agency"), queryset=lambda request: _managed(request), method="within"
    )
    role = django_filters.ChoiceFilter(label=_("Role"), choices=role_choices, method="having")

    class Meta:
        model = Colleague
        fields = ["is_active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if len(_managed(self.request)[:2]) < 2:
            del self.filters["agency"]

    def within(self, queryset, name, agency):
        return queryset.filter(groups__held_role__agency=agency).distinct()

    def having(self, queryset, name, role):
        held = RoleGroup.objects.filter(role=role)
        if not works_for_province(self.request.user):
            held = held.filter(agency__in=_managed(self.request))
        return queryset.filter(groups__held_role__in=held).distinct()


class ColleagueIndexView(IndexView):
    def get_base_queryset(self):
        colleagues = people.colleagues_of(self.request.user)
        if works_for_province(self.request.user):
            return colleagues.with_all_roles()
        return colleagues.with_roles_in(_managed(self.request))

    @cached_property
    def columns(self):
        return [
            self._get_title_column_class(TitleColumn)(
                "name",
                label=_("Name"),
                accessor=str,
                sort_key="first_name",
                get_url=self.get_edit_url,
            ),
            Column("roles", label=_("Roles"), accessor=self.roles),
            Column("email", label=_("E-mail"), sort_key="email"),
            DateColumn("last_login", label=_("Last log-in"), sort_key="last_login"),
            BooleanColumn("is_active", label=_("Active"), sort_key="is_active"),
        ]

    def roles(self, colleague):
        return ", ".join(_named(group.held_role, self.several) for group in colleague.held_groups)

    @cached_property
    def several(self):
        """Whether it must be said which agency a role is in."""
        return len(_managed(self.request)[:2]) > 1

    @cached_property
    def header_buttons(self):
        return [
            HeaderButton(
                gettext("Invite a colleague"), url=reverse("invitations:add"), icon_name="plus"
            )
        ]

    def get_list_more_buttons(self, instance):
        def item(label, view, icon, priority):
            url = reverse(f"colleagues:{view}", args=[instance.pk])
            return MenuItem(label, url=url, icon_name=icon, priority=priority)

        return [
            item(gettext("Change roles"), "edit", "edit", 10),
            item(gettext("History"), "history", "history", 20),
            item(gettext("Remove"), "delete", "bin", 30),
        ]


class ColleagueViewMixin:
    """Knows only whom the user may manage: everybody else is a 404, whether they exist or not."""

    def get_queryset(self):
        return people.colleagues_of(self.request.user)


class ColleagueEditView(ColleagueViewMixin, EditView):
    delete_item_label = _("Remove")
    success_message = _("The roles of %(object)s are changed.")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"for_user": self.request.user}

    def save_instance(self):
        return self.form.save()

    def get_last_updated_info(self):
        return None

    def get_success_buttons(self):
        return []


class ColleagueRemoveView(ColleagueViewMixin, DeleteView):
    page_title = _("Remove")
    template_name = "opd_sites/admin/remove_colleague.html"
    success_message = _("%(object)s does not work here any more.")

    @cached_property
    def places(self):
        return people.places_of(self.object, self.request.user)

    def get_context_data(self, **kwargs):
        agencies = [place for place in self.places if place]
        last = [a for a in agencies if people.is_last_administrator(self.object, a)]
        return super().get_context_data(
            agencies=agencies,
            deserted=last,
            oneself=self.object.pk == self.request.user.pk,
            for_province=None in self.places,
            **kwargs,
        )

    @transaction.atomic
    def delete_action(self):
        for place in self.places:
            people.remove(self.object, agency=place, by=self.request.user)


class ColleagueHistoryView(HistoryView):
    def get_base_object_queryset(self):
        return people.colleagues_of(self.request.user)

    def get_base_queryset(self):
        everywhere = works_for_province(self.request.user)
        agencies = None if everywhere else _managed(self.request)
        return self._annotate_queryset(people.history_of(self.object, agencies))


class ColleagueViewSet(ModelViewSet):
    """Who works for one's agency, and as what; for the province: who works for any."""

    model = Colleague
    name = "colleagues"
    icon = "user"
    menu_label = _("Those who work here")
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = ColleagueIndexView
    edit_view_class = ColleagueEditView
    delete_view_class = ColleagueRemoveView
    delete_template_name = ColleagueRemoveView.template_name
    history_view_class = ColleagueHistoryView
    filterset_class = ColleagueFilterSet
    search_fields = ["first_name", "last_name", "email", "username"]
    search_backend_name = None
    ordering = "first_name"
    list_per_page = 50

    def get_form_class(self, for_update=False):
        return ColleagueForm

    def get_common_view_kwargs(self, **kwargs):
        return super().get_common_view_kwargs() | {
            "add_url_name": None,
            "usage_url_name": None,
            **kwargs,
        }

    def get_urlpatterns(self):
        return _without(super().get_urlpatterns(), "add", "usage")


class InvitationViewMixin:
    def get_queryset(self):
        return people.invitations_of(self.request.user)


class InvitationIndexView(IndexView):
    add_item_label = _("Invite a colleague")

    def get_base_queryset(self):
        invitations = people.invitations_of(self.request.user)
        return invitations.select_related("agency").prefetch_related("roles__agency")

    @cached_property
    def columns(self):
        return [
            self._get_title_column("name"),
            Column("roles", label=_("Roles"), accessor=self.roles),
            Column("email", label=_("E-mail"), sort_key="email"),
            Column("state", label=_("State"), accessor=state_of),
        ]

    def roles(self, invitation):
        several = len(_managed(self.request)[:2]) > 1
        return ", ".join(_named(held, several) for held in invitation.roles.all())

    def get_list_more_buttons(self, instance):
        return []


class InviteView(CreateView):
    page_title = _("Invite a colleague")
    submit_button_label = _("Send the invitation")
    submit_button_active_label = _("Sending…")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"for_user": self.request.user}

    def get_page_subtitle(self):
        return gettext("Invite a colleague")

    def save_instance(self):
        return self.form.save(at=timezone.now())

    def save_action(self):
        send_and_tell(self.request, self.object)
        return redirect("invitations:index")


class InvitationInspectView(InspectView):
    """One invitation: what it says, whether it went out, and what can be done."""

    page_title = _("Invitation")
    template_name = "opd_sites/admin/invitation.html"

    def get_object(self, queryset=None):
        return get_object_or_404(people.invitations_of(self.request.user), pk=self.pk)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            state=state_of(self.object), roles=invitations.roles_of(self.object), **kwargs
        )


class WithdrawView(InvitationViewMixin, DeleteView):
    page_title = _("Withdraw")
    template_name = "opd_sites/admin/withdraw_invitation.html"
    success_message = _(
        "The invitation of %(object)s is withdrawn: its link does not work any more."
    )

    def delete_action(self):
        people.withdraw(self.object, by=self.request.user)


class SendAgainView(PermissionCheckedMixin, View):
    http_method_names = ["post"]
    model = Invitation
    permission_required = "add"

    def post(self, request, pk):
        invitation = get_object_or_404(people.invitations_of(request.user), pk=pk)
        send_and_tell(request, people.renew(invitation, by=request.user, at=timezone.now()))
        return redirect("invitations:index")


class InvitationViewSet(ModelViewSet):
    """Who is invited and has not answered yet. The list says nothing of accounts elsewhere."""

    model = Invitation
    name = "invitations"
    icon = "mail"
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    index_view_class = InvitationIndexView
    add_view_class = InviteView
    inspect_view_class = InvitationInspectView
    inspect_template_name = InvitationInspectView.template_name
    inspect_view_fields = ["name"]
    delete_view_class = WithdrawView
    delete_template_name = WithdrawView.template_name
    search_fields = ["name", "email"]
    ordering = "name"
    list_per_page = 50

    def get_form_class(self, for_update=False):
        return InvitationForm

    def get_common_view_kwargs(self, **kwargs):
        return super().get_common_view_kwargs() | {
            "edit_url_name": None,
            "usage_url_name": None,
            "history_url_name": None,
            **kwargs,
        }

    def register_admin_url_finder(self):
        """There is no form to lead to."""

    def get_urlpatterns(self):
        kept = _without(super().get_urlpatterns(), "edit", "usage", "history", "history_results")
        return [*kept, path("send/<int:pk>/", SendAgainView.as_view(), name="send")]


class PeopleViewSetGroup(ModelViewSetGroup):
    items = (ColleagueViewSet(), InvitationViewSet())
    menu_label = _("Colleagues")
    menu_icon = "group"
    menu_order = 170


people_viewset_group = PeopleViewSetGroup()


def state_of(invitation):
    if invitation.sent_at is None:
        if timezone.now() - invitation.invited_at < invitations.SENDING:
            return gettext("The e-mail has not gone out yet")
        return gettext("The e-mail has not gone out: send it again")
    if invitations.is_expired(invitation, at=timezone.now()):
        return gettext("Too old: send it again")
    return gettext("Waiting for an answer")


def send_and_tell(request, invitation):
    """Have the e-mail sent once the invitation is kept for good, and say what came of it."""
    sending = wake_invitation(invitation)
    if sending.status == TaskResultStatus.FAILED:
        text = gettext("The invitation is kept, but no e-mail has gone out to %(email)s yet.")
        messages.warning(request, text % {"email": invitation.email})
    else:
        text = gettext("An invitation is on its way to %(email)s.")
        messages.success(request, text % {"email": invitation.email})


def _managed(request):
    return agencies_where(request.user, people.MANAGE).order_by("name")


def _named(held, several):
    label = role_word(held.role)
    return f"{held.agency.short_name}: {label}" if several and held.agency else label


def _without(urlpatterns, *names):
    return [pattern for pattern in urlpatterns if pattern.name not in names]
