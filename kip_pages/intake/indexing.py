"""Keep the search index from telling what a file no longer says, or no longer says to everybody."""

from collections.abc import Iterable

from wagtail.search import index

from ..models import DipEntryPage


def entries_showing(documents: Iterable) -> list[int]:
    """Return the keys of the register entries that show any of the documents."""
    entries = DipEntryPage.objects.filter(documents__document__in=documents)
    return list(entries.order_by().values_list("pk", flat=True).distinct())


def index_again(entries: Iterable[int]) -> None:
    """Put the entries with these keys into the search index as they are now."""
    for page in DipEntryPage.objects.filter(pk__in=list(entries)).iterator(chunk_size=100):
        index.insert_or_update_object(page)
