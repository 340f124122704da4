from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import CreateView, IndexView, InspectView
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.model import ModelViewSet

from ..feed import consumers
from ..models import ConsumerCursor, FeedConsumer, FeedState


class LagColumn(Column):
    cell_template_name = "kip_pages/admin/consumer_lag_cell.html"


class ConsumerIndexView(IndexView):
    def get_context_data(self, *args, **kwargs):
        context = super().get_context_data(*args, **kwargs)
        lags = consumers.lags(at=timezone.now())
        for consumer in context["object_list"]:
            consumer.lag = lags.get(consumer.pk)
        return context

    def get_edit_url(self, instance):
        """Lead from the list to how far it is; from there to the form."""
        return self.get_inspect_url(instance)


class ConsumerCreateView(CreateView):
    def get_success_url(self):
        return reverse("feed_consumers:inspect", args=[self.object.pk])


class ConsumerInspectView(InspectView):
    """A consumer at a glance: whether it has a token, how far it has read, and what can be done."""

    page_title = _("Feed consumer")

    def get_context_data(self, **kwargs):
        now, state = timezone.now(), FeedState.current()
        walks = [
            (cursor, consumers.lag_of(cursor, state, at=now))
            for cursor in self.object.cursors.order_by("agency", "kind", "locale")
        ]
        return super().get_context_data(
            walks=walks, may_change=self.user_has_permission("change"), **kwargs
        )


class TokenView(ConsumerInspectView):
    """The same page with a new token on it, once; never by GET, and never kept by a browser."""

    http_method_names = ["post"]
    any_permission_required = ["change"]

    def post(self, request, *args, **kwargs):
        token = consumers.issue_token(self.object, at=timezone.now())
        response = self.render_to_response(self.get_context_data(token=token))
        response["Cache-Control"] = "no-store"
        return response


class RevokeView(PermissionCheckedMixin, View):
    http_method_names = ["post"]
    model = FeedConsumer
    permission_required = "change"

    def post(self, request, pk):
        consumers.revoke(get_object_or_404(FeedConsumer, pk=pk))
        messages.success(request, gettext("The token is worth nothing any more."))
        return redirect("feed_consumers:inspect", pk)


class ForgetWalkView(PermissionCheckedMixin, View):
    http_method_names = ["post"]
    model = FeedConsumer
    permission_required = "change"

    def post(self, request, pk):
        cursor = get_object_or_404(ConsumerCursor, pk=pk)
        consumers.forget_walk(cursor)
        messages.success(request, gettext("Forgotten. If it is read again, it is listed again."))
        return redirect("feed_consumers:inspect", cursor.consumer_id)


class ConsumerViewSet(ModelViewSet):
    """Where province administrators see who mirrors the feed, and how far behind each one is."""

    model = FeedConsumer
    name = "feed_consumers"
    icon = "download"
    menu_label = _("Feed consumers")
    menu_order = 161
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    index_view_class = ConsumerIndexView
    add_view_class = ConsumerCreateView
    inspect_view_class = ConsumerInspectView
    inspect_template_name = "kip_pages/admin/consumer.html"
    inspect_view_fields = ["name"]
    panels = [FieldPanel("name"), FieldPanel("contact")]
    list_display = ["name", LagColumn("lag", label=_("Behind")), "contact"]
    search_fields = ["name", "contact"]
    ordering = "name"

    @property
    def token_view(self):
        return self.construct_view(TokenView, **self.get_inspect_view_kwargs())

    @property
    def revoke_view(self):
        return self.construct_view(RevokeView)

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("token/<int:pk>/", self.token_view, name="token"),
            path("revoke/<int:pk>/", self.revoke_view, name="revoke"),
            path("forget/<int:pk>/", self.construct_view(ForgetWalkView), name="forget"),
        ]


consumer_viewset = ConsumerViewSet()
