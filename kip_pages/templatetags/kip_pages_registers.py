"""What templates ask of registers: of entries how long they are known and where to find them, of frozen
editions their files, and what changed since the year before.
"""

import dataclasses
from urllib.parse import quote

from django import template
from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _

from ..choices import EditionFormat
from ..downloads import edition_path
from ..editions import comparing
from ..formats.text import telephone_address
from ..models import EditionFile, RegisterEdition
from ..models.publications import Publication, publications_of

register = template.Library()

# What a page shows of the changes; the workbook has all of them.
CHANGES_SHOWN = 50
PDF = "application/pdf"


@dataclasses.dataclass(frozen=True)
class File:
    label: str
    url: str
    size: int


@register.simple_tag
def history_of(entry) -> list[Publication]:
    """Return when an entry was published and renewed, newest first."""
    return publications_of(entry)


@register.simple_tag(takes_context=True)
def lasting_address_of(context, entry) -> str:
    """Return the address that leads to an entry whatever its page is called, and wherever it moves.

    An alias has none of its own: its address is that of its page.
    """
    request = context["request"]
    if entry.alias_of_id:
        return entry.get_full_url(request)
    return request.build_absolute_uri(reverse("kip_register:entry", args=[entry.feed_id]))


@register.simple_tag
def mail_about(entry, email: str) -> str:
    """Return the address that opens a letter to ``email`` with the entry's title as its subject."""
    subject = _("Question about public information: %(title)s") % {"title": entry.title}
    return f"mailto:{email}?subject={quote(subject)}"


@register.filter
def with_pdf(documents) -> bool:
    """Whether one of the documents that can be opened is a PDF, which a screen reader may not read."""
    return any(document.link and document.media_type == PDF for document in documents)


@register.filter
def telephone(phone: str) -> str:
    """Return the address to call, or nothing where the text is not one number."""
    return telephone_address(phone)


@register.simple_tag
def with_files(editions) -> list[tuple[RegisterEdition, list[File]]]:
    """Return editions with their files, in two queries and without the files' contents."""
    editions = list(editions)
    files = EditionFile.objects.defer("content")
    prefetch_related_objects(editions, Prefetch("files", queryset=files, to_attr="kept_files"))
    return [(edition, _files(edition)) for edition in editions]


@register.simple_tag
def files_of(edition) -> list[File]:
    """Return the files of one edition."""
    ((_edition, files),) = with_files([edition])
    return files


def _files(edition):
    kept = {kept.format: kept for kept in edition.kept_files}
    return [
        File(name.label, edition_path(edition, name), kept[name].size)
        for name in EditionFormat
        if name in kept
    ]


@register.simple_tag
def changes_since_year_before(edition):
    """Return the earlier edition, what changed since and the first rows of it, or None."""
    before = comparing.year_before(edition)
    if before is None:
        return None
    difference = comparing.compare_editions(before, edition)
    rows = list(difference.rows())
    return {
        "before": before,
        "difference": difference,
        "rows": rows[:CHANGES_SHOWN],
        "hidden": len(rows[CHANGES_SHOWN:]),
    }
