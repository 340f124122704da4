"""Views of Wagtail that show other agencies' names and that no hook reaches, replaced.

Written for Wagtail 8.0.1 and wagtail-localize 1.14.5; ``tests/walls/test_replaced_views.py`` fails
when what is replaced has changed.
"""

from collections.abc import Callable
from functools import cache

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.defaults import page_not_found
from taggit.models import TagBase
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.page_privacy import SetPrivacyView
from wagtail.admin.views.reports.audit_logging import LogEntriesView
from wagtail.admin.views.reports.locked_pages import LockedPagesView
from wagtail.admin.views.tags import TAGS_AUTOCOMPLETE_LIMIT
from wagtail.images.views.chooser import ImageChooseView
from wagtail.models import BaseViewRestriction, PageLogEntry

from ..models import Agency
from ..walls import choosable, owns, scope
from .screens import popular_tags


def own_tags(request, app_name="taggit", model_name="tag"):
    """Complete a tag from those on one's own pages and files; Wagtail takes all there are."""
    try:
        model = apps.get_model(app_name, model_name)
    except LookupError as error:
        raise Http404 from error
    if not issubclass(model, TagBase):
        raise Http404
    term = request.GET.get("term")
    found = model.objects.filter(name__istartswith=term) if term else model.objects.none()
    names = scope(request.user, found).order_by("name").values_list("name", flat=True)
    return JsonResponse(list(names[:TAGS_AUTOCOMPLETE_LIMIT]), safe=False)


class OwnImageChooseView(ImageChooseView):
    """Offers the tags of one's own images; Wagtail offers the province's ten most popular ones."""

    def get_context_data(self, **kwargs):
        tags = popular_tags(self.request.user, self.model)
        return super().get_context_data(**kwargs) | {"popular_tags": tags}


class OwnSetPrivacyView(SetPrivacyView):
    """Offers one's own groups, and no log-in at all: whoever has an account could read the page.

    A page that is not one's own, and has its privacy here as the source of an alias, is not named. The
    page that holds an agency carries its suspension, which is the province's to lift.
    """

    def dispatch(self, request, page_id, *args, **kwargs):
        if Agency.objects.filter(root_page=page_id).exists():
            raise PermissionDenied
        return super().dispatch(request, page_id, *args, **kwargs)

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        groups, kind = form.fields["groups"], form.fields["restriction_type"]
        groups.queryset = choosable(self.request.user, groups.queryset)
        choices = [choice for choice in kind.choices if choice[0] != BaseViewRestriction.LOGIN]
        inherited = self.restriction_on_ancestor
        if inherited and not owns(self.request.user, inherited.page):
            choices[0] = (BaseViewRestriction.NONE, _("Privacy is inherited from another page"))
        kind.choices = choices
        return form


class OwnLogEntriesView(LogEntriesView):
    """Tells of one's own pages. Entries about other things say nowhere whose they are."""

    def filter_queryset(self, queryset):
        if not issubclass(queryset.model, PageLogEntry):
            queryset = queryset.none()
        return super().filter_queryset(queryset)


class OwnLockedPagesView(LockedPagesView):
    """Without pages that one locked for another agency, before changing to this one."""

    def get_queryset(self):
        return scope(self.request.user, super().get_queryset())


REPLACED = {
    "wagtailadmin_pages:set_privacy": OwnSetPrivacyView,
    "wagtailadmin_reports:locked_pages": OwnLockedPagesView,
    "wagtailadmin_reports:locked_pages_results": OwnLockedPagesView,
    "wagtailadmin_reports:site_history": OwnLogEntriesView,
    "wagtailadmin_reports:site_history_results": OwnLogEntriesView,
    "wagtailadmin_tag_autocomplete": own_tags,
    "wagtailadmin_tag_model_autocomplete": own_tags,
    "wagtailimages_chooser:choose": OwnImageChooseView,
}


@cache
def _replaced():
    """Return all replaced views by route; those of wagtail-localize where it is installed."""
    if not apps.is_installed("wagtail_localize"):
        return REPLACED
    from .localize import (
        OwnTranslationsReportView,
        OwnUpdateTranslationsView,
        own_convert_to_alias,
    )

    return REPLACED | {
        "wagtail_localize:convert_to_alias": own_convert_to_alias,
        "wagtail_localize:translations_report": OwnTranslationsReportView,
        "wagtail_localize:translations_report_results": OwnTranslationsReportView,
        "wagtail_localize:update_translations": OwnUpdateTranslationsView,
    }


# What is looked at before it is public is looked at by the province, too.
FOR_THE_PROVINCE_TOO = frozenset(
    {"wagtail_localize:convert_to_alias", "wagtail_localize:update_translations"}
)


def replacement(route: str, view: Callable, *, walled: bool) -> Callable | None:
    """Return what answers in the place of ``view``, made with the same arguments; mostly None.

    ``walled`` says whether for somebody who does not see over the walls.
    """
    own = _replaced().get(route)
    if own is None or not (walled or route in FOR_THE_PROVINCE_TOO):
        return None
    if isinstance(own, type):
        own = own.as_view(**getattr(view, "view_initkwargs", {}))
    return _as_admin_view(own)


def _as_admin_view(view):
    """Do around ``view`` what Wagtail's URL configuration does around its own."""
    guarded = require_admin_access(view)

    @never_cache
    def answer(request, *args, **kwargs):
        try:
            return guarded(request, *args, **kwargs)
        except Http404:
            return page_not_found(request, "", template_name="wagtailadmin/404.html")

    return answer
