"""Say that public pages may have changed, in the transaction that changed them.

Early, doubled or needless words cost a rendering; they are never wrong.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count

from ..models import PublicChange
from . import versions
from .scopes import top_of

# Rows of one scope that may pile up before they are made one.
CROWD = 100


def note(*scopes: str) -> None:
    PublicChange.objects.bulk_create(PublicChange(scope=scope) for scope in dict.fromkeys(scopes))
    versions.forget()
    # Once again when others can see it: somebody may have asked meanwhile.
    transaction.on_commit(versions.forget)


def note_pages(paths: Iterable[str]) -> None:
    """The same for the sites of pages, by their tree paths."""
    note(*{top_of(path) for path in paths})


def tidy() -> None:
    """Put one new row in the place of many old ones; a row that commits meanwhile stays."""
    crowded = PublicChange.objects.order_by().values("scope").annotate(rows=Count("pk"))
    for scope in crowded.filter(rows__gt=CROWD).values_list("scope", flat=True):
        with transaction.atomic():
            newest = PublicChange.objects.create(scope=scope)
            PublicChange.objects.filter(scope=scope, pk__lt=newest.pk).delete()
