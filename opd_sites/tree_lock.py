"""One lock for the shape of the tree, so that whoever changes it reads it as it is.

Wagtail keeps the tree in the paths of pages. A move rewrites the paths of a whole section, from paths
that were read before; a page that is added to the section meanwhile, a second move, or somebody's
Publish of a page loaded a minute ago then leave rows behind that belong nowhere. So:

- ``changing()`` holds the tree alone. What rewrites paths runs in it: moving, ordering, deleting.
- ``sharing()`` keeps the tree from being rewritten. Adding, copying and saving pages run in it, any
  number at once: publishing waits for nobody but a move that is just being done.
- Saving a page whose type says ``saved_at_once``, an emergency, does not wait for that either. What is
  planned for later does: the schedule shares the tree for whatever is due, one thing after another.

Both locks last until the end of the transaction, and what was read before is read again inside.
Wagtail has no seam for this (its views call these methods directly), so ``install`` wraps them; what
is wrapped is pinned in ``tests/opd_sites/test_tree.py``. See ``docs/decisions/0012-tree-lock.md``.
"""

import contextlib
import time

from django.db import connections, router, transaction
from django.http import Http404
from wagtail.actions.copy_page import CopyPageAction
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.actions.delete_page import DeletePageAction
from wagtail.actions.move_page import MovePageAction
from wagtail.models import AbstractPage, Collection, Page
from wagtail.query import PageQuerySet

from .wrapping import wrap_once

# Any number that nobody else uses for an advisory lock in this database.
_KEY = 0x4B49_5054_5245_45  # "KIPTREE"
_PLACE = ("path", "depth", "numchild")
# Whoever stands in the queue for the lock keeps all behind from sharing it. So who wants the tree alone
# asks again and again for a while first, and stands in line only then: none waits for ever.
_PATIENCE, _PAUSE = 2.0, 0.02


class PageIsGoneError(Page.DoesNotExist, Http404):
    """The page was deleted while somebody was about to do something with it: a 404 in the admin."""


@contextlib.contextmanager
def changing():
    """Hold the tree alone until the end of the transaction.

    A transaction that writes pages first and moves or deletes afterwards takes this first: two of
    them could else wait for each other, and the database would end one with an error.
    """
    with transaction.atomic(using=_database()):
        end = time.monotonic() + _PATIENCE
        while not _lock("pg_try_advisory_xact_lock"):
            if time.monotonic() >= end:
                _lock("pg_advisory_xact_lock")
                break
            time.sleep(_PAUSE)
        yield


@contextlib.contextmanager
def sharing():
    """Keep the tree from being rewritten until the end of the transaction."""
    with transaction.atomic(using=_database()):
        _lock("pg_advisory_xact_lock_shared")
        yield


@contextlib.contextmanager
def sharing_if_free():
    """Share the tree, or go on without where it is just being changed; for saving one page.

    Its row is locked before its place is read, and whoever moves it writes the same row: one comes after
    the other. What the lock adds is that transactions with many pages cannot wait for each other.
    """
    with transaction.atomic(using=_database()):
        _lock("pg_try_advisory_xact_lock_shared")
        yield


def install() -> None:
    """Let everything that changes the tree go through the lock; once, when Django starts."""
    wrap_once(WRAPPED)


def _alone(*attributes):
    """Wrap a method: hold the tree alone, read anew where its pages lie, and go on."""

    def wrap(method):
        def alone(self, *args, **kwargs):
            with changing():
                for page in (getattr(self, name) for name in attributes):
                    if page is not None:
                        _read_place(page)
                return method(self, *args, **kwargs)

        return alone

    return wrap


def _below(source, parent):
    """Wrap a method that copies: below a parent it only adds, beside its source it moves others."""

    def wrap(method):
        def copy(self, *args, **kwargs):
            with (changing if getattr(self, parent) is None else sharing)():
                for page in (getattr(self, source), getattr(self, parent)):
                    if page is not None:
                        _read_place(page)
                return method(self, *args, **kwargs)

        return copy

    return wrap


def _alone_itself(method):
    def alone(self, *args, **kwargs):
        with changing():
            _read_place(self)
            return method(self, *args, **kwargs)

    return alone


def _add_child(method):
    def add_child(self, **kwargs):
        with sharing():
            # Its row is locked, as treebeard does next: the child's address begins with the parent's.
            _read_place(self, for_update=True)
            return method(self, **kwargs)

    return add_child


def _save(method):
    """Wrap ``save``: somebody may have loaded the page before it was moved, or got children."""

    def save(self, *args, **kwargs):
        if self._state.adding:
            return method(self, *args, **kwargs)
        fields = kwargs.get("update_fields")
        with _lock_to_save(self, fields)():
            if fields is None:  # else no place is written, or it is on purpose
                _read_place(self, for_update=True)
                if isinstance(self, AbstractPage):
                    self.set_url_path(self.get_parent())
            return method(self, *args, **kwargs)

    return save


def _lock_to_save(node, fields):
    if _renames_a_section(node, fields):
        return changing
    return sharing_if_free if getattr(node, "saved_at_once", False) else sharing


def _renames_a_section(page, fields):
    """Say whether saving rewrites the addresses of everything below."""
    if not isinstance(page, AbstractPage) or (fields is not None and "slug" not in fields):
        return False
    stored = Page.objects.using(_database()).filter(pk=page.pk, numchild__gt=0)
    return stored.exclude(slug=page.slug).exists()


# What Wagtail 8.0 and treebeard 5.3 change trees with.
WRAPPED = [
    (MovePageAction, "execute", _alone("page", "target")),
    (DeletePageAction, "execute", _alone("page")),
    (CopyPageAction, "execute", _below("page", "to")),
    (CreatePageAliasAction, "execute", _below("page", "parent")),
    (PageQuerySet, "delete", _alone()),
    (AbstractPage, "add_sibling", _alone_itself),
    (AbstractPage, "add_child", _add_child),
    (AbstractPage, "save", _save),
    # Sorted by name, so every new one moves its siblings; agencies hold their rights by these paths.
    (Collection, "add_sibling", _alone_itself),
    (Collection, "add_child", _alone_itself),
    (Collection, "move", _alone_itself),
    (Collection, "delete", _alone_itself),
    (Collection, "save", _save),
]


def _read_place(node, *, for_update=False):
    """Read anew where the node lies; raise ``PageIsGoneError`` where it lies nowhere any more."""
    model = type(node).tree_model()
    fields = [*_PLACE, *(["url_path"] if model is Page else [])]
    rows = model._base_manager.using(_database()).filter(pk=node.pk)
    if for_update:
        rows = rows.select_for_update(no_key=True)
    place = rows.values(*fields).first()
    if place is None:
        raise PageIsGoneError(node.pk)
    for name, value in place.items():
        setattr(node, name, value)
    node.__dict__.pop("_cached_parent_obj", None)


def _database():
    return router.db_for_write(Page)


def _lock(function):
    """Call a function of PostgreSQL's, and say what it said; one that waits says nothing."""
    connection = connections[_database()]
    if connection.vendor != "postgresql":
        return True  # SQLite's transactions are one after another anyway
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [_KEY])
        return cursor.fetchone()[0]
