from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import CreateView, IndexView, InspectView
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.model import ModelViewSet

from ..models import WebhookDelivery, WebhookSubscription
from ..push import managing
from ..tasks import wake_webhooks
from .webhook_form import WebhookSubscriptionForm

DELIVERIES_PER_PAGE = 20
# Columns that a narrow screen does without.
ASIDE = "kip-webhook__aside"


class HealthColumn(Column):
    cell_template_name = "kip_pages/admin/webhook_health_cell.html"

    class Media:
        css = {"all": ["kip_pages/webhooks.css"]}


class WebhookIndexView(IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().select_related("agency")

    def get_edit_url(self, instance):
        """Lead from the list to what happened; from there to the form."""
        return self.get_inspect_url(instance)


class WebhookCreateView(CreateView):
    def get_success_url(self):
        return reverse("webhooks:inspect", args=[self.object.pk])


class WebhookInspectView(InspectView):
    """A subscription at a glance: its state, what can be done, and what was sent."""

    page_title = _("Webhook")

    def get_context_data(self, **kwargs):
        deliveries = self.object.deliveries.newest_first().prefetch_related("attempts")
        paginator = Paginator(deliveries, DELIVERIES_PER_PAGE)
        page = paginator.get_page(self.request.GET.get("p"))
        return super().get_context_data(
            deliveries=page,
            elided_page_range=paginator.get_elided_page_range(page.number),
            may_change=self.user_has_permission("change"),
            **kwargs,
        )


class SubscriptionActionView(PermissionCheckedMixin, View):
    """A button on a subscription: does one thing and comes back."""

    http_method_names = ["post"]
    model = WebhookSubscription
    permission_required = "change"

    def post(self, request, pk):
        subscription = get_object_or_404(WebhookSubscription, pk=pk)
        self.act(subscription)
        return redirect("webhooks:inspect", subscription.pk)


class TestView(SubscriptionActionView):
    def act(self, subscription):
        managing.send_test(subscription, at=timezone.now())
        wake_webhooks()
        messages.success(
            self.request, gettext("A test message is on its way; see below what comes of it.")
        )


class RotateView(SubscriptionActionView):
    def act(self, subscription):
        managing.rotate_secret(subscription, at=timezone.now())
        messages.success(
            self.request,
            gettext("There is a new secret. The previous one signs for 24 more hours."),
        )


class ResumeView(SubscriptionActionView):
    def act(self, subscription):
        managing.resume(subscription, at=timezone.now())
        wake_webhooks()
        messages.success(self.request, gettext("Messages are sent again."))


class ReplayView(PermissionCheckedMixin, View):
    http_method_names = ["post"]
    model = WebhookSubscription
    permission_required = "change"

    def post(self, request, pk):
        delivery = get_object_or_404(WebhookDelivery.objects.select_related("subscription"), pk=pk)
        if not delivery.subscription.is_active:
            messages.error(request, gettext("Resume the subscription first: nothing is sent now."))
        elif managing.replay(delivery, at=timezone.now()):
            wake_webhooks()
            messages.success(request, gettext("The message is sent again, with the same id."))
        else:
            messages.warning(request, gettext("The message is just being sent."))
        return redirect("webhooks:inspect", delivery.subscription_id)


class SecretView(WebhookInspectView):
    """The same page with the secret on it, once; never by GET. (The admin forbids caching.)"""

    http_method_names = ["post"]
    any_permission_required = ["change"]

    def post(self, request, *args, **kwargs):
        secret = managing.show_secret(self.object)
        if secret is None:
            messages.error(
                request, gettext("The secret was shown already. Give a new one if it was lost.")
            )
            return redirect("webhooks:inspect", self.object.pk)
        self.object.secret_was_shown = True
        return self.render_to_response(self.get_context_data(secret=secret))


class WebhookViewSet(ModelViewSet):
    """Where province administrators manage who is told that the feed has advanced."""

    model = WebhookSubscription
    name = "webhooks"
    icon = "mail"
    menu_label = _("Webhooks")
    menu_order = 160
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    index_view_class = WebhookIndexView
    add_view_class = WebhookCreateView
    inspect_view_class = WebhookInspectView
    inspect_template_name = "kip_pages/admin/webhook.html"
    inspect_view_fields = ["name"]
    list_display = [
        "name",
        HealthColumn("health", label=_("State"), width="15%"),
        Column("host", label=_("Receiver"), classname=ASIDE),
        Column("narrowing", label=_("Is told of"), classname=ASIDE),
        DateColumn("last_success_at", label=capfirst(_("last success")), width="15%"),
    ]
    search_fields = ["name", "url"]
    ordering = "name"

    def get_form_class(self, for_update=False):
        return WebhookSubscriptionForm

    @property
    def secret_view(self):
        return self.construct_view(SecretView, **self.get_inspect_view_kwargs())

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("secret/<int:pk>/", self.secret_view, name="secret"),
            path("test/<int:pk>/", TestView.as_view(), name="test"),
            path("rotate/<int:pk>/", RotateView.as_view(), name="rotate"),
            path("resume/<int:pk>/", ResumeView.as_view(), name="resume"),
            path("replay/<int:pk>/", ReplayView.as_view(), name="replay"),
        ]


webhook_viewset = WebhookViewSet()
