"""Events translated: for the feed into “look again”, for files into cleaning; what the feed tells."""

import functools

from django.apps import apps
from django.db import connections, transaction
from django.db.models.signals import (
    m2m_changed,
    post_delete,
    post_migrate,
    post_save,
    pre_delete,
    pre_save,
)
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import (
    CollectionViewRestriction,
    Locale,
    Page,
    PageViewRestriction,
    Site,
    UploadedFile,
    get_page_models,
)
from wagtail.signals import (
    page_published,
    page_slug_changed,
    page_unpublished,
    post_page_move,
)

from opd_sites.models import Agency

from .alerts import messages
from .choices import FeedKind, TextState
from .feed import outbox
from .feed.signals import feed_advanced
from .intake import indexing, taking_in
from .models import (
    DocumentRecord,
    EditionFile,
    EmergencyAnnouncementPage,
    ExemptItem,
    Obligation,
    PortalHomePage,
    PpidMenuItem,
    Priority,
    RegisterEdition,
    Subscriber,
    WebhookSubscription,
)
from .page_cache import changes, purging, scopes
from .pictures import uses
from .sealing import put_up_seals
from .tasks import (
    pictures_are_configured,
    wake_mailing,
    wake_picture_maker,
    wake_receipts,
    wake_text_reader,
    wake_webhooks,
    webhooks_are_configured,
)

# What Wagtail writes to a page when only a draft is saved.
DRAFT_FIELDS = frozenset(
    {"draft_title", "latest_revision", "latest_revision_id", "latest_revision_created_at"}
    | {"has_unpublished_changes", "locked", "locked_at", "locked_by", "owner", "go_live_at"}
)


def _priority(page):
    is_emergency = getattr(page, "feed_kind", None) == FeedKind.EMERGENCY
    return Priority.EMERGENCY if is_emergency else Priority.NORMAL


def on_page_saving(sender, instance, raw=False, update_fields=None, **kwargs):
    """A new path or slug changes the addresses of the whole subtree, in silence.

    Others name them: reports their register entries, and every text what it links to.
    """
    if raw or not instance.pk:
        return
    if update_fields is not None and not {"url_path", "live"} & set(update_fields):
        return
    before = Page.objects.filter(pk=instance.pk).values_list("url_path", "slug", "live").first()
    if before is None:
        return
    url_path, slug, live = before
    if url_path != instance.url_path and instance.numchild:
        # A move may hide pages, or make them another agency's: that must not wait. A new name may.
        is_renamed = slug != instance.slug
        outbox.look_again_below(instance.path, Priority.BULK if is_renamed else Priority.NORMAL)
        changes.note(scopes.EVERYWHERE)
    if (url_path, live) != (instance.url_path, instance.live):
        outbox.look_again_at_users_below(instance.path)


def on_page_saved(sender, instance, created, raw=False, update_fields=None, **kwargs):
    if raw:
        return
    if update_fields is not None and set(update_fields) <= DRAFT_FIELDS and _has_dates(instance):
        return
    outbox.look_again([instance.pk], _priority(instance))
    _note_page(instance)
    if created and instance.live:
        outbox.look_again_at_users_below(instance.path)


def _note_page(page):
    changes.note_pages([page.path])
    if issubclass(page.specific_class or Page, EmergencyAnnouncementPage):
        changes.note(scopes.ALERTS)


def _has_dates(page):
    """Without dates of its own, as a page that a script put live, it is told with its draft's."""
    return not page.live or (page.first_published_at and page.last_published_at)


def on_page_deleting(sender, instance, **kwargs):
    outbox.look_again_below(instance.path, _priority(instance))
    # The other languages name this page, and nobody can ask it for them any more.
    outbox.look_again_at(
        Page.objects.filter(translation_key=instance.translation_key).exclude(pk=instance.pk)
    )
    outbox.look_again_at_users_below(instance.path)
    _note_page(instance)


def on_anything_changed(sender, raw=False, **kwargs):
    """What may show on any site, and changes so seldom that nobody need know on which."""
    if not raw:
        changes.note(scopes.EVERYWHERE)


def on_register_changed(sender, instance, raw=False, **kwargs):
    """What a register lists beside its pages: editions, their files, and what is exempt."""
    agency = getattr(instance, "agency", None) or instance.edition.agency
    if not raw and agency.root_page_id:
        changes.note_pages([agency.root_page.path])


def on_shown_or_hidden(sender, instance, **kwargs):
    purging.forget_lists_of(instance)


def on_moved(sender, instance, url_path_before, url_path_after, **kwargs):
    purging.forget_lists_of(instance)
    if url_path_before != url_path_after:
        purging.forget_addresses_of(instance, url_path_before)


def on_renamed(sender, instance, instance_before, **kwargs):
    purging.forget_addresses_of(instance, instance_before.url_path)


def on_restricted(sender, instance, **kwargs):
    _look_again_below_restriction(instance, Priority.NORMAL)


def on_restriction_lifted(sender, instance, **kwargs):
    """What may be shown again can wait for its turn; what must be hidden cannot."""
    _look_again_below_restriction(instance, Priority.BULK)


def _look_again_below_restriction(restriction, priority):
    page = Page.objects.filter(pk=restriction.page_id).first()
    if page:
        outbox.look_again_below(page.path, priority)
        outbox.look_again_at_users_below(page.path)


def on_site_changed(sender, instance, **kwargs):
    """A new address changes every address below it, and what names the agency on the portal."""
    root = Page.objects.filter(pk=instance.root_page_id).first()
    if root:
        for home in root.get_translations(inclusive=True):
            outbox.look_again_below(home.path, Priority.BULK)
            outbox.look_again_at_users_below(home.path)
    agency = Agency.objects.filter(site=instance).first()
    if agency and agency.is_lead:
        _look_again_at_portal(Priority.BULK)


def on_agency_saved(sender, instance, raw=False, **kwargs):
    if raw or not instance.root_page_id:
        return
    # The pages of an agency that was renamed or resumed wait their turn; those of one that was
    # suspended are withdrawn at once, which its restriction asks for as well.
    priority = Priority.BULK if instance.is_active else Priority.NORMAL
    outbox.look_again_below(instance.root_page.path, priority)
    # The portal's own pages are the lead agency's, and it may have been the lead until now.
    _look_again_at_portal(Priority.NORMAL)


def _look_again_at_portal(priority):
    for home in PortalHomePage.objects.all():
        outbox.look_again_below(home.path, priority)


def on_file_saved(sender, instance, created, raw=False, **kwargs):
    if not created and not raw:
        outbox.look_again_at_users_of(instance)


def on_file_deleting(sender, instance, **kwargs):
    """What shows the file loses it in the same transaction, by an update that nothing hears of."""
    outbox.look_again_at_users_of(instance)


def on_document_deleting(sender, instance, **kwargs):
    instance._kip_entries = indexing.entries_showing([instance.pk])


def on_document_deleted(sender, instance, **kwargs):
    """No search finds what the file said."""
    indexing.index_again(instance.__dict__.pop("_kip_entries", ()))


def on_collection_restricted(sender, instance, **kwargs):
    """What files of a private collection say is no part of what search tells, and is again later."""
    documents = get_document_model().objects.filter(
        collection__path__startswith=instance.collection.path
    )
    indexing.index_again(indexing.entries_showing(documents.values("pk")))


def on_document_saving(sender, instance, raw=False, update_fields=None, **kwargs):
    if not raw and (update_fields is None or "file" in update_fields):
        taking_in.before_saving(instance)


def on_document_saved(sender, instance, created=False, raw=False, update_fields=None, **kwargs):
    if raw or (update_fields is not None and "file" not in update_fields):
        return
    record = taking_in.after_saving(instance)
    if not created:
        indexing.index_again(indexing.entries_showing([instance.pk]))
    if record and record.text_state == TextState.WAITING:
        transaction.on_commit(wake_text_reader, robust=True)


def on_document_record_deleted(sender, instance, **kwargs):
    taking_in.delete_original(instance)


def on_upload_waiting(sender, instance, raw=False, **kwargs):
    if not raw:
        taking_in.before_waiting(instance)


def on_image_saving(sender, instance, raw=False, update_fields=None, **kwargs):
    if not raw and (update_fields is None or "file" in update_fields):
        taking_in.before_saving_image(instance)


def on_image_saved(sender, instance, created=False, raw=False, **kwargs):
    """Another file or focal point makes other pictures; whoever replaces a file deletes the old ones."""
    if created or raw:
        return
    uses.note_users(instance)
    pictures = {str(instance.pk): uses.kinds_of(instance)}
    transaction.on_commit(functools.partial(wake_picture_maker, pictures), robust=True)


def on_pictures_published(sender, instance, **kwargs):
    """The worker makes them before readers come; without one there is nothing to find out."""
    if pictures_are_configured():
        transaction.on_commit(lambda: wake_picture_maker(uses.pictures_of(instance)), robust=True)


def on_emergency_numbered(sender, kinds, **kwargs):
    """What the feed says of an emergency, CAP says in the same commit."""
    if FeedKind.EMERGENCY in kinds and messages.settle(at=timezone.now()):
        transaction.on_commit(wake_receipts, robust=True)


def on_feed_advanced(sender, **kwargs):
    """After the commit and robustly: whatever happens here, the feed is numbered."""
    changes.note(scopes.FEED)
    if webhooks_are_configured():
        transaction.on_commit(_wake_webhooks_for_subscribers, robust=True)


def _wake_webhooks_for_subscribers():
    if WebhookSubscription.objects.active().exists():
        wake_webhooks()


def on_told(sender, kinds, **kwargs):
    """What subscribers are told of is found by the worker; it is only woken."""
    if kinds & {FeedKind.EMERGENCY, FeedKind.NEWS}:
        transaction.on_commit(_wake_mailing_for_subscribers, robust=True)


def _wake_mailing_for_subscribers():
    if Subscriber.objects.active().exists():
        wake_mailing()


def on_migrated(sender, using, **kwargs):
    put_up_seals(connections[using])


def register_signal_handlers():
    def connect(signal, handler, sender):
        name = f"{handler.__name__}.{sender._meta.label_lower}"
        signal.connect(handler, sender=sender, dispatch_uid=f"kip_pages.{name}")

    # Before the feed looks again: it tells the size of the public copy.
    connect(pre_save, on_document_saving, get_document_model())
    connect(post_save, on_document_saved, get_document_model())
    connect(post_delete, on_document_record_deleted, DocumentRecord)
    connect(pre_delete, on_document_deleting, get_document_model())
    connect(post_delete, on_document_deleted, get_document_model())
    connect(post_save, on_collection_restricted, CollectionViewRestriction)
    connect(post_delete, on_collection_restricted, CollectionViewRestriction)
    connect(pre_save, on_image_saving, get_image_model())
    connect(pre_save, on_upload_waiting, UploadedFile)
    # Each type by name: a handler for every model would slow down all saving and deleting.
    for model in {Page, *get_page_models()}:
        connect(pre_save, on_page_saving, model)
        connect(post_save, on_page_saved, model)
        connect(pre_delete, on_page_deleting, model)
    for model in (Agency, Site, PageViewRestriction, Locale, Obligation, PpidMenuItem):
        connect(post_save, on_anything_changed, model)
        connect(post_delete, on_anything_changed, model)
    connect(m2m_changed, on_anything_changed, PpidMenuItem.obligations.through)
    post_page_move.connect(on_anything_changed, dispatch_uid="kip_pages.on_anything_changed.move")
    post_page_move.connect(on_moved, dispatch_uid="kip_pages.on_moved")
    page_slug_changed.connect(on_renamed, dispatch_uid="kip_pages.on_renamed")
    for signal in (page_published, page_unpublished):
        signal.connect(on_shown_or_hidden, dispatch_uid="kip_pages.on_shown_or_hidden")
    for model in (RegisterEdition, EditionFile, ExemptItem):
        connect(post_save, on_register_changed, model)
        connect(pre_delete, on_register_changed, model)
    page_published.connect(on_pictures_published, dispatch_uid="kip_pages.on_pictures_published")
    connect(post_save, on_restricted, PageViewRestriction)
    connect(post_delete, on_restriction_lifted, PageViewRestriction)
    connect(post_save, on_site_changed, Site)
    connect(post_save, on_agency_saved, Agency)
    connect(post_save, on_file_saved, get_image_model())
    connect(post_save, on_image_saved, get_image_model())
    connect(post_save, on_file_saved, get_document_model())
    connect(pre_delete, on_file_deleting, get_image_model())
    connect(pre_delete, on_file_deleting, get_document_model())
    post_migrate.connect(
        on_migrated,
        sender=apps.get_app_config("kip_pages"),
        dispatch_uid="kip_pages.editions.on_migrated",
    )
    feed_advanced.connect(
        on_emergency_numbered, dispatch_uid="kip_pages.alerts.on_emergency_numbered"
    )
    feed_advanced.connect(on_feed_advanced, dispatch_uid="kip_pages.push.on_feed_advanced")
    feed_advanced.connect(on_told, dispatch_uid="kip_pages.subscribers.on_told")
