"""What wagtail-localize writes when somebody submits a page for translation, or saves a translation.

- A draft stays one. Localize puts what was translated into the public row and saves that, and brings
  the privacy of the page up to date, also where it was asked for a draft only: whoever may edit would
  publish.
- What somebody writes by hand is not taken up. With a section, and with a page that names others,
  localize submits pages whose translation was stopped, or never was one, and writes over them.
- Nothing is written into another agency. Localize puts a translation below that of the page's parent,
  wherever this was moved.
- A title that is too long waits for whoever typed it. Localize keeps it, but also shows it in lists of
  pages, where the database refuses it; that it is too long is said when the translation is saved.

Localize has no seam for the first three (its views and operations call these methods directly), so
``install`` wraps them; what is wrapped is pinned in ``tests/opd_sites/test_translating.py``. Imported
where localize is installed. See ``docs/decisions/0010-walls.md``.
"""

import contextlib

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet
from django.db.models.signals import post_save
from wagtail.models import DraftStateMixin, Page
from wagtail_localize.models import (
    StringTranslation,
    Translation,
    TranslationSource,
    post_save_string_translation,
)
from wagtail_localize.operations import TranslationCreator

from .audience import agency_of_page, pages_of
from .models import Agency
from .wrapping import wrap_once


def install() -> None:
    """Let everything that localize translates go through here; once, when Django starts."""
    wrap_once(WRAPPED)
    post_save.disconnect(post_save_string_translation, sender=StringTranslation)
    post_save.connect(
        show_title_of_draft, sender=StringTranslation, dispatch_uid="opd_sites.title_of_draft"
    )


def stop_across(moved: QuerySet[Page], here: QuerySet[Page]) -> None:
    """Stop translations of which one end was moved and only one lies among ``here``, its new place.

    Each end stays as it is; nothing is written over the wall any more. Where both moved, one after the
    other, the translated page starts it again.
    """
    keys = moved.values("translation_key")
    ends = Page.objects.filter(translation_key__in=keys).order_by()
    inside = set(ends.filter(pk__in=here).values_list("translation_key", "locale"))
    outside = set(ends.exclude(pk__in=here).values_list("translation_key", "locale"))
    running = Translation.objects.filter(enabled=True, source__object_id__in=keys)
    for translation in running.select_related("source"):
        source = translation.source
        both = {(source.object_id, key) for key in (source.locale_id, translation.target_locale_id)}
        if both & inside and both & outside:
            translation.enabled = False
            translation.save(update_fields=["enabled"])


def original_is_elsewhere(page: Page) -> bool:
    """Say whether what ``page`` was translated from belongs to another agency by now."""
    sources = TranslationSource.objects.filter(
        object_id=page.translation_key, translations__target_locale=page.locale_id
    )
    originals = page.get_translations().filter(locale__in=sources.values("locale"))
    return _leads_elsewhere(originals, page).exists()


def _leads_elsewhere(pages, page):
    return pages.exclude(pk__in=pages_of(agency_of_page(page)).order_by())


def show_title_of_draft(sender, instance, **kwargs):
    """Let lists of pages show the title that was typed, as far as it can be stored."""
    if instance.context.path == "title":
        pages = Page.objects.filter(
            translation_key=instance.context.object_id, locale_id=instance.locale_id
        )
        longest = Page._meta.get_field("draft_title").max_length
        pages.update(draft_title=instance.data[:longest])


def _draft_beside_what_is_live(method):
    def create_or_update_translation(self, locale, user=None, publish=True, **kwargs):
        live = None if publish else _live_target(self, locale)
        with contextlib.nullcontext() if live is None else _only_new_revisions(self, live):
            return method(self, locale, user=user, publish=publish, **kwargs)

    return create_or_update_translation


def _live_target(source, locale):
    try:
        target = source.get_translated_instance(locale)
    except ObjectDoesNotExist:
        return None
    return target if isinstance(target, DraftStateMixin) and target.live else None


@contextlib.contextmanager
def _only_new_revisions(source, target):
    """Let ``source`` work on ``target``, of which nothing is saved but what names its fields.

    As a new revision does: it says that it is the latest, and that something waits to be published.
    Who may see the page stays as it is, too: localize would lift what its original has not.
    """
    save = target.save

    def save_named_fields(*args, update_fields=None, **kwargs):
        if update_fields is not None:
            save(*args, update_fields=update_fields, **kwargs)

    target.save = save_named_fields
    source.get_translated_instance = lambda locale: target
    source.sync_view_restrictions = lambda original, translation: None
    try:
        yield
    finally:
        del target.save, source.get_translated_instance, source.sync_view_restrictions


def _but_for_what_is_written_by_hand(method):
    def create_translations(self, instance, *args, **kwargs):
        wanted = self.target_locales
        taken = _written_by_hand(instance) | _placed_elsewhere(instance)
        free = [locale for locale in wanted if locale.pk not in taken]
        self.target_locales = [] if _is_place(instance) else free
        try:
            return method(self, instance, *args, **kwargs)
        finally:
            self.target_locales = wanted

    return create_translations


def _is_place(instance):
    """Say whether it is an agency's top page, of which there is one for all languages."""
    return isinstance(instance, Page) and Agency.objects.filter(root_page=instance.pk).exists()


def _written_by_hand(instance):
    """Return the locales in which the page has a text that does not follow from its own."""
    if not isinstance(instance, Page):
        return set()
    following = Translation.objects.filter(
        source__object_id=instance.translation_key, source__locale=instance.locale_id, enabled=True
    )
    pages = instance.get_translations().filter(alias_of=None)
    pages = pages.exclude(locale__in=following.values("target_locale"))
    return set(pages.values_list("locale_id", flat=True))


def _placed_elsewhere(instance):
    """Return the locales in which the page would come to lie below a page of another agency."""
    if not isinstance(instance, Page) or instance.is_root():
        return set()
    parents = instance.get_parent().get_translations()
    return set(_leads_elsewhere(parents, instance).values_list("locale_id", flat=True))


# What wagtail-localize 1.14.5 writes translations with.
WRAPPED = [
    (TranslationSource, "create_or_update_translation", _draft_beside_what_is_live),
    (TranslationCreator, "create_translations", _but_for_what_is_written_by_hand),
]
