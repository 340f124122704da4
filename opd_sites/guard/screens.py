"""What screens show of their own accord: choices, counts, panels, menus, the admin's own API."""

from functools import cache

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, QuerySet
from django.forms import BaseForm, ModelChoiceField
from django.forms.widgets import ChoiceWidget
from django.urls import Resolver404, resolve
from django_filters import FilterSet
from taggit.models import Tag
from wagtail.admin.api.serializers import AdminPageSerializer, PageTranslationsField
from wagtail.admin.api.views import PagesAdminAPIViewSet
from wagtail.admin.filters import PopularTagsFilter
from wagtail.admin.site_summary import PagesSummaryItem
from wagtail.admin.views.home import (
    LockedPagesPanel,
    RecentEditsPanel,
)
from wagtail.api.v2.serializers import PageAliasOfField
from wagtail.documents.api.admin.views import DocumentsAdminAPIViewSet
from wagtail.images.api.admin.views import ImagesAdminAPIViewSet
from wagtail.models import Page

from ..walls import can_choose, choosable, ground_of, reachable, scope
from .routes import is_closed

MOST_TAGS = 10


# --- lists of choices ------------------------------------------------------------------------


def narrow_choices(user, context: dict) -> None:
    """Leave in the lists of a template's forms and filters what ``user`` may choose."""
    for value in list(context.values()):
        if isinstance(value, FilterSet):
            _narrow_popular_tags(user, value)
            _narrow_form(user, value.form)
        elif isinstance(value, BaseForm):
            _narrow_form(user, value)


def _narrow_form(user, form):
    for field in form.fields.values():
        if isinstance(field, ModelChoiceField) and isinstance(field.widget, ChoiceWidget):
            field.queryset = choosable(user, field.queryset)


def _narrow_popular_tags(user, filterset):
    for name, tags in filterset.filters.items():
        if isinstance(tags, PopularTagsFilter):
            own = popular_tags(user, filterset.queryset.model)
            filterset.form.fields[name].choices = [(tag.name, tag.name) for tag in own]


def popular_tags(user, model) -> QuerySet[Tag]:
    """Return the tags that ``user`` meets most often on files of ``model``."""
    own = scope(user, model._base_manager.all()).values("pk")
    return (
        Tag.objects.filter(
            taggit_taggeditem_items__content_type=ContentType.objects.get_for_model(model),
            taggit_taggeditem_items__object_id__in=own,
        )
        .annotate(item_count=Count("taggit_taggeditem_items"))
        .order_by("-item_count", "name")[:MOST_TAGS]
    )


def choosable_pages(pages, request):
    """Answer the hook ``construct_page_chooser_queryset``.

    Asks at once for what the chooser shows of each page; Wagtail asks page by page.
    """
    pages = choosable(request.user, pages).prefetch_related("locale")
    return pages.annotate_approved_schedule().prefetch_workflow_states()


def choosable_files(files, request):
    """Answer the choosers' hooks ``construct_image_…`` and ``construct_document_chooser_queryset``."""
    return choosable(request.user, files)


def own_rows_in_explorer(parent_page, pages, request):
    """Answer the hook ``construct_explorer_page_queryset``; the way down to one's own stays open."""
    return reachable(request.user, pages)


# --- the dashboard ---------------------------------------------------------------------------


class OwnPagesSummaryItem(PagesSummaryItem):
    """Counts one's own pages, where Wagtail counts all below their common ancestor."""

    def get_context_data(self, parent_context):
        own = scope(self.request.user, Page.objects.filter(depth__gt=1))
        return super().get_context_data(parent_context) | {"total_pages": own.count()}


def own_summary(request, items):
    if not ground_of(request.user).is_everything:
        items[:] = [
            OwnPagesSummaryItem(request) if type(item) is PagesSummaryItem else item
            for item in items
        ]


def _only_own(user, rows, page_of):
    """Leave those of ``rows`` that are about a page of one's own; whose else is, nobody said."""
    pages = [page_of(row) for row in rows]
    keys = {page.pk for page in pages if isinstance(page, Page)}
    own = set(scope(user, Page.objects.filter(pk__in=keys)).values_list("pk", flat=True))
    return [
        row
        for row, page in zip(rows, pages, strict=True)
        if isinstance(page, Page) and page.pk in own
    ]


class OwnRecentEditsPanel(RecentEditsPanel):
    """Without pages of an agency that one worked for before."""

    def get_context_data(self, parent_context):
        context = super().get_context_data(parent_context)
        user, edits = parent_context["request"].user, context["last_edits"]
        return context | {"last_edits": _only_own(user, edits, lambda edit: edit[1])}


class OwnLockedPagesPanel(LockedPagesPanel):
    def get_context_data(self, parent_context):
        context = super().get_context_data(parent_context)
        user, pages = parent_context["request"].user, context["locked_pages"]
        return context | {"locked_pages": scope(user, pages)}


OWN_PANELS = {
    LockedPagesPanel: OwnLockedPagesPanel,
    RecentEditsPanel: OwnRecentEditsPanel,
}


def own_panels(request, panels):
    if not ground_of(request.user).is_everything:
        panels[:] = [OWN_PANELS.get(type(panel), lambda panel=panel: panel)() for panel in panels]


# --- menus -----------------------------------------------------------------------------------


def open_items(request, items):
    """Leave out what leads to where only the province works."""
    if not ground_of(request.user).is_everything:
        items[:] = [item for item in items if not _leads_nowhere(item.url)]


@cache
def _leads_nowhere(url):
    try:
        return is_closed(resolve(url))
    except Resolver404:
        return False  # an address outside


# --- the admin's own API ---------------------------------------------------------------------


class OwnImagesAPIViewSet(ImagesAdminAPIViewSet):
    def get_queryset(self):
        return choosable(self.request.user, super().get_queryset())


class OwnDocumentsAPIViewSet(DocumentsAdminAPIViewSet):
    def get_queryset(self):
        return choosable(self.request.user, super().get_queryset())


class OwnTranslationsField(PageTranslationsField):
    """Without translations that stayed with another agency when the page moved; with their drafts."""

    def to_representation(self, page):
        known = choosable(self.context["request"].user, page.get_translations())
        keys = set(known.values_list("pk", flat=True))
        return [told for told in super().to_representation(page) if told["id"] in keys]


class OwnAliasOfField(PageAliasOfField):
    def get_attribute(self, instance):
        source, user = super().get_attribute(instance), self.context["request"].user
        return source if source and can_choose(user, source) else None


class OwnPageSerializer(AdminPageSerializer):
    translations = OwnTranslationsField(read_only=True)
    alias_of = OwnAliasOfField(read_only=True)


class OwnPagesAPIViewSet(PagesAdminAPIViewSet):
    base_serializer_class = OwnPageSerializer


def own_endpoints(router):
    router.register_endpoint("pages", OwnPagesAPIViewSet)
    router.register_endpoint("images", OwnImagesAPIViewSet)
    router.register_endpoint("documents", OwnDocumentsAPIViewSet)
