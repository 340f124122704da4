"""What wagtail-localize 1.14.5 adds to the admin, and asks of nobody whose it is, or who has seen it.

Imported where it is installed.
"""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from wagtail.blocks import ListBlock
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.whitelist import check_url
from wagtail_localize.models import OverridableSegment
from wagtail_localize.views.convert import convert_to_alias
from wagtail_localize.views.report import TranslationsReportView
from wagtail_localize.views.update_translations import UpdateTranslationsView

from ..translating import original_is_elsewhere
from ..walls import choosable, scope
from .ids import NOBODY, foreign_ids


class OwnTranslationsReportView(TranslationsReportView):
    """Lists the translations of one's own pages; localize lists all there are."""

    def get_queryset(self):
        return scope(self.request.user, super().get_queryset())


class OwnUpdateTranslationsView(UpdateTranslationsView):
    """Publishes for who may publish the translations; localize does so for whoever may submit them.

    Translations of what is looked at first are published one by one, each from its own page.
    """

    def get_form(self):
        form = super().get_form()
        if not self._may_publish():
            form.fields["publish_translations"].disabled = True
            form.fields["publish_translations"].widget = forms.HiddenInput()
        return form

    def _may_publish(self):
        if _is_looked_at_first(self.object.specific_content_type.model_class()):
            return False
        enabled = self.object.translations.filter(enabled=True)
        pages = Page.objects.filter(
            translation_key=self.object.object_id, locale__in=enabled.values("target_locale")
        )
        user = self.request.user
        return all(page.permissions_for_user(user).can_publish() for page in pages.specific())


def own_convert_to_alias(request, page_id):
    """Only for who may publish, as an alias is public where its source is; localize lets editors.

    And not for what is looked at first: the text of the other language would be public unseen. Nor where
    that text belongs to another agency by now.
    """
    page = get_object_or_404(Page, pk=page_id).specific
    if not page.permissions_for_user(request.user).can_publish():
        raise PermissionDenied
    if _is_looked_at_first(page):
        messages.error(
            request,
            _(
                "“%(title)s” does not become an alias: the text of the other language would be public "
                "here before anybody has looked at it."
            )
            % {"title": page.draft_title},
        )
        return redirect("wagtailadmin_pages:edit", page.pk)
    if original_is_elsewhere(page):
        return _stays_ordinary(request, page)
    return convert_to_alias(request, page_id)


def refuse_restart_across(request, page):
    """Answer the hook ``before_edit_page``: no page takes up again what another agency writes."""
    if request.method == "POST" and "localize-restart-translation" in request.POST:
        if original_is_elsewhere(page):
            return _stays_ordinary(request, page)
    return None


def _stays_ordinary(request, page):
    messages.error(
        request,
        _("“%(title)s” stays an ordinary page: its original belongs to another agency.")
        % {"title": page.draft_title},
    )
    return redirect("wagtailadmin_pages:edit", page.pk)


def _is_looked_at_first(page_or_model):
    return getattr(page_or_model, "looked_at_first", False)


def without_foreign_override(request, kwargs: dict) -> None:
    """Let the view find no segment when what is put into it is not the user's to choose, or would act."""
    segment = OverridableSegment.objects.filter(pk=kwargs["overridable_segment_id"]).first()
    if segment and not _may_put(request.user, segment, _values(request)):
        kwargs["overridable_segment_id"] = NOBODY


def _may_put(user, segment, values):
    model = _model_in(segment)
    if model:
        # One key and nothing else: what is no key here might be one to whoever reads it otherwise.
        is_one_key = len(values) == 1 and values[0].isascii() and values[0].isdigit()
        return is_one_key and not foreign_ids(user, model, values, among=choosable)
    if segment.context.path.endswith("'"):  # localize quotes the address that a link had
        return all(check_url(value) for value in values)
    return True


def _values(request):
    """Return what was put, read as the view will read it; Django reads forms that are posted only."""
    request.body  # noqa: B018 - now the view can read it again
    try:
        return Request(request, parsers=[FormParser(), MultiPartParser()]).POST.getlist("value")
    except APIException:
        return []  # nor will the view be able to read it


def _model_in(segment):
    """Return what the overridden field or block chooses from, or None where it holds a text."""
    first, *rest = segment.context.get_field_path(segment.source.get_source_instance()).split(".")
    field = segment.source.specific_content_type.model_class()._meta.get_field(first)
    if isinstance(field, StreamField):
        return _model_of_block(field.stream_block, rest)
    for name in rest:  # of an inline row
        field = field.related_model._meta.get_field(name)
    return field.related_model


def _model_of_block(block, path):
    for name in path:
        if isinstance(block, ListBlock):
            block = block.child_block
        else:
            block = getattr(block, "child_blocks", {}).get(name)
    return getattr(block, "model_class", None)
