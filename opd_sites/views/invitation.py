from http import HTTPStatus

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.forms import SetPasswordForm
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView
from wagtail.admin import messages

from .. import people
from ..invitations import invitation_of, roles_of
from ..models import Colleague


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class AcceptInvitationView(FormView):
    """Where the link in an invitation leads: accept with one's account, or open one.

    Whoever has the link has the mailbox, as with a forgotten password.
    """

    form_class = SetPasswordForm
    template_name = "opd_sites/accept_invitation.html"

    def dispatch(self, request, token):
        self.invitation = invitation_of(token)
        if self.invitation is None:
            return self.gone()
        try:
            return super().dispatch(request, token)
        except people.InvitationGoneError:
            return self.gone()

    def gone(self):
        return self.response_class(
            self.request, ["opd_sites/invitation_gone.html"], status=HTTPStatus.NOT_FOUND
        )

    def get_form_kwargs(self):
        # For the validators: a password must not resemble the name or the address.
        newcomer = Colleague(email=self.invitation.email, first_name=self.invitation.name)
        return super().get_form_kwargs() | {"user": newcomer}

    def get_context_data(self, **kwargs):
        known = Colleague.objects.filter(email__iexact=self.invitation.email, is_active=True)
        return super().get_context_data(
            invitation=self.invitation,
            agency=self.invitation.agency,
            roles=roles_of(self.invitation),
            has_account=known.exists(),
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            people.accept(self.invitation, account=request.user)
            return self.welcome()
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        colleague = people.accept_with_new_account(
            self.invitation, password=form.cleaned_data["new_password1"]
        )
        login(self.request, colleague, backend=settings.AUTHENTICATION_BACKENDS[0])
        return self.welcome()

    def welcome(self):
        name = self.request.user.get_username()
        messages.success(self.request, _("Welcome! Your user name is %(name)s.") % {"name": name})
        return redirect("wagtailadmin_home")
