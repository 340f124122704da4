"""Entries of the register as pages, for a download of what a reader sees at this moment."""

import datetime
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import urljoin

from django.utils import timezone

from opd_sites.models import Agency

from ..identifiers import item_uid
from ..models import DipEntryPage
from .register import Value, table_rows


def entry_rows(
    entries: Iterable[DipEntryPage],
    *,
    agency_of: Callable[[DipEntryPage], Agency],
    address_of: Callable[[DipEntryPage], str],
    language_of: Callable[[DipEntryPage], str],
) -> Iterator[list[Value]]:
    """Yield the entries' rows in the order of ``register.HEADINGS``."""
    return table_rows(_told(entries, agency_of, address_of, language_of))


def _told(entries, agency_of, address_of, language_of):
    for entry in entries:
        language = language_of(entry)
        yield _uid(entry, language), _data(entry, agency_of(entry), address_of(entry), language)
        # An entry and its documents name each other: without this they stay until all memory is swept.
        for name in ("_prefetched_objects_cache", "_cluster_related_objects"):
            entry.__dict__.pop(name, None)


def _uid(entry, language):
    """Return the id in the feed, which tells nothing of aliases."""
    return "" if entry.alias_of_id else str(item_uid(entry.translation_key, language))


def _data(entry, agency, address, language):
    """Return what the feed's payload would say, as far as the table shows it."""
    return {
        "title": entry.title,
        "summary": entry.summary,
        "dip": entry.feed_object(),
        "attachments": [
            attachment | {"url": _absolute(address, attachment["url"])}
            for attachment in entry.feed_attachments()
        ],
        "agency": {"name": agency.name, "code": agency.code},
        "url": address,
        "locale": language,
        "published_at": _local(entry.first_published_at),
        "updated_at": _local(entry.last_published_at),
    }


def _absolute(base, address):
    """Make a path absolute; leave alone what was received, however odd."""
    return urljoin(base, address) if address.startswith("/") else address


def _local(moment: datetime.datetime | None):
    if moment is None:
        return None
    # In the zone of the site, whoever asks.
    local = timezone.localtime(moment, timezone.get_default_timezone())
    return local.isoformat(timespec="seconds")
