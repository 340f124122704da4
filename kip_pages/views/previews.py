from http import HTTPStatus

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button
from wagtail.models import Page, Site

from ..api.http import confidential
from ..models.preview import opened_by
from ..preview_tokens import NoPreviewError, PreviewExpiredError
from ..sharing import share_preview


@require_safe
def shared_preview(request, token):
    """Show a draft as its page will look, to whoever has the link; a draft that is public leads there."""
    try:
        page, key = opened_by(token, at=timezone.now())
    except PreviewExpiredError:
        return _refuse(request, HTTPStatus.GONE)
    except NoPreviewError:
        return _refuse(request, HTTPStatus.NOT_FOUND)
    if page.get_site() != Site.find_for_request(request):
        return _refuse(request, HTTPStatus.NOT_FOUND)
    if Page.objects.live().filter(pk=page.pk, live_revision=key.revision).exists():
        return confidential(redirect(page.get_url(request)))
    response = page.make_preview_request(
        request, page.default_preview_mode, {"preview_until": key.until}
    )
    return confidential(response)


def _refuse(request, status):
    context = {"has_expired": status == HTTPStatus.GONE}
    return confidential(render(request, "kip_pages/no_preview.html", context, status=status))


class SharePreviewView(WagtailAdminTemplateMixin, TemplateView):
    """Where an editor makes a link with which anybody can read the draft for some days."""

    wall_models = {"pk": Page}
    template_name = "kip_pages/admin/share_preview.html"
    page_title = _("Share a preview")
    header_icon = "link-external"

    def dispatch(self, request, *args, **kwargs):
        self.page = get_object_or_404(Page, pk=kwargs["pk"]).specific
        if not may_share(self.page, request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        address, until = share_preview(self.page, user=request.user, at=timezone.now())
        context = self.get_context_data(address=address, until=until)
        return confidential(self.render_to_response(context))

    def get_page_subtitle(self):
        return self.page.get_admin_display_title()

    def get_breadcrumbs_items(self):
        edit = reverse("wagtailadmin_pages:edit", args=[self.page.pk])
        return [
            *self.breadcrumbs_items,
            {"url": edit, "label": self.page.get_admin_display_title()},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs):
        return super().get_context_data(page=self.page, **kwargs)


def may_share(page, user) -> bool:
    """Say whether there is a draft that has an address, and ``user`` may write it; an alias has none."""
    is_draft = page.has_unpublished_changes or not page.live
    return (
        is_draft
        and page.alias_of_id is None
        and page.is_previewable()
        and page.get_site() is not None
        and page.permissions_for_user(user).can_edit()
    )


def sharing_buttons(page, user):
    try:
        reverse("kip_preview", args=["-"])
    except NoReverseMatch:  # the project does not serve shared previews
        return
    if may_share(page, user):
        yield Button(
            _("Share a preview"),
            url=reverse("kip_desk:share_preview", args=[page.pk]),
            icon_name="link-external",
            priority=55,
        )
