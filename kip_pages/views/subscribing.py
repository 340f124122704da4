"""The public pages on which citizens subscribe and leave.

None of them needs a cookie or a session, and CSRF has nothing to ride on: whoever has the link in an
e-mail has the mailbox, and the form sends one e-mail that asks. So forms work from every mail programme
and every browser, and one-click unsubscribing (RFC 8058) as it must.
"""

from http import HTTPStatus

from django.db import transaction
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import FormView, View
from ninja.throttling import BaseThrottle

from ..api.http import confidential
from ..conf import get_setting
from ..subscribers import subscribing
from ..subscribers.tokens import (
    CONFIRM_WITHIN,
    LinkExpiredError,
    NoSubscriberError,
    Purpose,
    opened_by,
    read,
    sign,
)
from ..tasks import wake_mailing
from .limits import allows
from .subscriber_form import ChoicesForm, SubscribeForm


@method_decorator(csrf_exempt, name="dispatch")
class SubscribeView(FormView):
    """The form. Whatever address is entered, the answer is the same."""

    form_class = SubscribeForm
    template_name = "kip_pages/subscribers/subscribe.html"

    def dispatch(self, request, *args, **kwargs):
        response = super().dispatch(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    def get_initial(self):
        agency = self.request.agency
        return {"agencies": [agency.pk]} if agency else {}

    def form_valid(self, form):
        who = BaseThrottle().get_ident(self.request)
        if not allows(get_setting("SUBSCRIBE_RATE"), "subscribe", who):
            form.add_error(
                None,
                _("Too many addresses were entered from here. Press the button again in an hour."),
            )
            return self.render_to_response(
                self.get_context_data(form=form), status=HTTPStatus.TOO_MANY_REQUESTS
            )
        if not form.is_of_a_programme:
            self.subscribe(form)
        context = {"email": form.cleaned_data["email"], "days": CONFIRM_WITHIN.days}
        return render(self.request, "kip_pages/subscribers/asked.html", context)

    def subscribe(self, form):
        """Have the owner of the address asked; not more often than they can bear, whoever enters it."""
        email = form.cleaned_data["email"]
        if not allows(get_setting("SUBSCRIBE_RATE_ADDRESS"), "letter", email.lower()):
            return
        with transaction.atomic():
            subscribing.subscribe(email, form.choices, language=get_language(), at=timezone.now())
            transaction.on_commit(wake_mailing, robust=True)


@method_decorator(csrf_exempt, name="dispatch")
class LinkView(View):
    """What a link in an e-mail opens. It only shows by GET: programmes look at links before people do."""

    purpose: Purpose
    template_name: str

    def dispatch(self, request, *args, token, **kwargs):
        try:
            self.token = token
            response = super().dispatch(request, *args, **kwargs)
        except LinkExpiredError:
            response = self.refuse(HTTPStatus.GONE)
        except NoSubscriberError:
            response = self.refuse(HTTPStatus.NOT_FOUND)
        return confidential(response)

    def refuse(self, status):
        return self.show(
            template="kip_pages/subscribers/no_link.html",
            status=status,
            has_expired=status == HTTPStatus.GONE,
        )

    def get(self, request):
        return self.show(subscriber=self.subscriber)

    @property
    def subscriber(self):
        return opened_by(self.token, self.purpose)

    def show(self, *, template=None, status=HTTPStatus.OK, **context):
        return render(self.request, template or self.template_name, context, status=status)


class ConfirmView(LinkView):
    purpose = Purpose.CONFIRM
    template_name = "kip_pages/subscribers/confirm.html"

    def post(self, request):
        subscriber = self.subscriber
        subscribing.confirm(subscriber, at=timezone.now())
        return self.show(
            subscriber=subscriber, is_done=True, manage_token=sign(subscriber, Purpose.MANAGE)
        )


class ManageView(LinkView):
    purpose = Purpose.MANAGE
    template_name = "kip_pages/subscribers/manage.html"

    def get(self, request):
        chosen = subscribing.Choices.of(self.subscriber)
        initial = vars(chosen) | {"agencies": [agency.pk for agency in chosen.agencies]}
        return self.ask(ChoicesForm(initial=initial))

    def post(self, request):
        form = ChoicesForm(request.POST)
        subscriber = self.subscriber
        if not form.is_valid():
            return self.ask(form)
        subscribing.change(subscriber, form.choices)
        return redirect(f"{request.path}?tersimpan=1")

    def ask(self, form):
        return self.show(
            form=form,
            subscriber=self.subscriber,
            is_saved="tersimpan" in self.request.GET,
            stop_token=sign(self.subscriber, Purpose.STOP),
        )


class StopView(LinkView):
    """Leaving asks for nothing but the link, and can be done twice."""

    purpose = Purpose.STOP
    template_name = "kip_pages/subscribers/stop.html"

    def get(self, request):
        read(self.token, self.purpose)
        try:
            return self.show(subscriber=self.subscriber)
        except NoSubscriberError:
            return self.show(is_done=True)

    def post(self, request):
        subscribing.unsubscribe(read(self.token, self.purpose))
        return self.show(is_done=True)
