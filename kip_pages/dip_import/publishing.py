"""Publish many new entries at once.

What ``add_child`` and ``save_revision().publish()`` write for each page in some forty statements is
written here for all of them in a few, and nothing else: a test compares every row of every table.
What Wagtail's signals tell is told as well, except ``post_save``, which would index each page alone.
"""

import datetime
from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db.models import F
from django.utils.text import slugify
from modelsearch.backends import get_search_backends_with_name
from wagtail.coreutils import find_available_slug
from wagtail.log_actions import get_active_log_context
from wagtail.models import Page, PageLogEntry, ReferenceIndex, Revision
from wagtail.signals import page_published, published

from opd_sites import tree_lock

from ..feed import outbox
from ..models import DipDocument, DipEntryPage, DipIndexPage
from ..models.dip import SLUG_LENGTH, TAKEN_SLUGS
from ..page_cache import changes
from .content import EntryContent


def publish_new(
    contents: Iterable[EntryContent], *, section: DipIndexPage, user, at: datetime.datetime
) -> list[DipEntryPage]:
    """Publish an entry for each content below ``section``, in one transaction of the caller's.

    As ``add_child`` does, it shares the tree and locks the parent's row: nobody moves the section or
    takes the same places meanwhile.
    """
    contents = list(contents)
    if not contents:
        return []
    with tree_lock.sharing():
        parent = Page.objects.select_for_update().get(pk=section.pk)
        return _publish_below(parent, contents, user, at)


def _publish_below(parent, contents, user, at):
    entries = [_entry(content, parent) for content in contents]
    _place(entries, parent)
    _name(entries, parent)
    _insert(entries)
    documents = _insert_documents(entries, contents)
    revisions = _insert_revisions(entries, documents, user, at)
    _put_live(entries, revisions, at)
    _log(entries, revisions, user, at)
    _index(entries)
    outbox.look_again(entry.pk for entry in entries)
    changes.note_pages([parent.path])
    for entry, revision in zip(entries, revisions, strict=True):
        page_published.send(sender=DipEntryPage, instance=entry, revision=revision)
        published.send(sender=DipEntryPage, instance=entry, revision=revision)
    return entries


def _entry(content, parent):
    entry = DipEntryPage(**content.fields, source_key=content.key, live=False)
    entry.draft_title = entry.title
    entry.locale_id = parent.locale_id
    return entry


def _place(entries, parent):
    """Give the entries the places after the last child."""
    last = parent.get_last_child()
    depth = parent.depth + 1
    path = last._inc_path() if last else Page._get_path(parent.path, depth, 1)
    for entry in entries:
        entry.path, entry.depth = path, depth
        path = entry._inc_path()
    Page.objects.filter(pk=parent.pk).update(numchild=F("numchild") + len(entries))


def _name(entries, parent):
    """Give the entries the slugs that they would get one after the other."""
    wanted = [slugify(entry.title)[:SLUG_LENGTH] or "informasi" for entry in entries]
    siblings = parent.get_children().filter(slug__in=set(wanted))
    taken = {*TAKEN_SLUGS, *siblings.values_list("slug", flat=True)}
    numbers = {}
    for entry, slug in zip(entries, wanted, strict=True):
        entry.slug = slug
        if slug in taken:
            entry.slug = _numbered(slug, parent, taken, numbers)
        taken.add(entry.slug)
        entry.set_url_path(parent)


def _numbered(slug, parent, taken, numbers):
    if slug not in numbers:
        free = find_available_slug(parent, slug)
        numbers[slug] = int(free[len(slug) + 1 :]) if free != slug else 1
    while f"{slug}-{numbers[slug]}" in taken:
        numbers[slug] += 1
    return f"{slug}-{numbers[slug]}"


def _insert(entries):
    fields = Page._meta.concrete_fields
    bases = [Page(**{f.attname: getattr(entry, f.attname) for f in fields}) for entry in entries]
    Page.objects.bulk_create(bases)
    for entry, base in zip(entries, bases, strict=True):
        entry.pk = entry.id = base.pk
        # As fixtures are loaded: the row of this table alone, as that of all pages stands already.
        entry.save_base(raw=True, force_insert=True)


def _insert_documents(entries, contents):
    documents = []
    for entry, content in zip(entries, contents, strict=True):
        own = content.new_documents()
        for document in own:
            document.page, document.locale_id = entry, entry.locale_id
        documents.append(own)
    DipDocument.objects.bulk_create([document for own in documents for document in own])
    return documents


def _insert_revisions(entries, documents, user, at):
    revisions = []
    base = ContentType.objects.get_for_model(Page)
    own = ContentType.objects.get_for_model(DipEntryPage)
    for entry, attached in zip(entries, documents, strict=True):
        entry.documents = attached
        revisions.append(
            Revision(
                content_type=own,
                base_content_type=base,
                object_id=str(entry.pk),
                created_at=at,
                user=user,
                content=entry.serializable_data(),
                object_str=str(entry),
            )
        )
    return Revision.objects.bulk_create(revisions)


def _put_live(entries, revisions, at):
    bases = []
    for entry, revision in zip(entries, revisions, strict=True):
        entry.latest_revision = entry.live_revision = revision
        entry.latest_revision_created_at = revision.created_at
        entry.first_published_at = entry.last_published_at = at
        entry.live, entry.has_unpublished_changes = True, False
        bases.append(Page(pk=entry.pk, **{name: getattr(entry, name) for name in _PUT_LIVE}))
    Page.objects.bulk_update(bases, _PUT_LIVE)


_PUT_LIVE = (
    *("latest_revision", "live_revision", "latest_revision_created_at", "live"),
    *("first_published_at", "last_published_at", "has_unpublished_changes"),
)


def _log(entries, revisions, user, at):
    context = get_active_log_context()
    own = ContentType.objects.get_for_model(DipEntryPage, for_concrete_model=False)

    def logged(entry, action, revision):
        return PageLogEntry(
            content_type=own,
            label=entry.get_admin_display_title(),
            action=action,
            timestamp=at,
            data={},
            user=user or context.user,
            uuid=context.uuid,
            page_id=entry.pk,
            revision=revision,
            content_changed=True,
        )

    PageLogEntry.objects.bulk_create(
        entry_of_log
        for entry, revision in zip(entries, revisions, strict=True)
        for entry_of_log in (
            logged(entry, "wagtail.create", None),
            logged(entry, "wagtail.publish", revision),
        )
    )


def _index(entries):
    for entry in entries:
        ReferenceIndex.create_or_update_for_object(entry)
    for _name, backend in get_search_backends_with_name(with_auto_update=True):
        backend.add_bulk(DipEntryPage, entries)
