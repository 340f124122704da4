"""Start a register entry with what one has: a file. What the law asks for besides comes later."""

import dataclasses
from collections.abc import Iterable

from django.core.files import File
from django.db import transaction
from wagtail.documents import get_document_model
from wagtail.models import Page, PageSubscription
from wagtail.permissions import policy_registry

from opd_sites.models import Agency
from opd_sites.walls import scope

from .choices import DocumentKind, InformationCategory
from .file_names import title_from_name
from .files.kinds import FileKind
from .intake import taking_in
from .models import DipDocument, DipEntryPage, DipIndexPage, DocumentRecord, Obligation

_KINDS = {
    FileKind.CSV: DocumentKind.DATASET,
    FileKind.JSON: DocumentKind.DATASET,
    FileKind.XLSX: DocumentKind.DATASET,
    FileKind.ODS: DocumentKind.DATASET,
    FileKind.JPEG: DocumentKind.IMAGE,
    FileKind.PNG: DocumentKind.IMAGE,
}


@dataclasses.dataclass(frozen=True)
class Entered:
    """What became of a file: a draft, or none because the agency has the file already (``twins``)."""

    entry: DipEntryPage | None
    twins: list[DocumentRecord]


def open_sections(user):
    """Return the registers to which ``user`` may add entries by the rights on pages alone.

    One query, as every screen of the admin asks whether there is one; ``sections_of`` is stricter.
    """
    policy = policy_registry.get_by_type(Page)
    pages = policy.instances_user_has_permission_for(user, "add")
    return DipIndexPage.objects.filter(pk__in=pages.order_by().values("pk"))


def sections_of(user):
    """Return the registers of one's own agencies to which ``user`` may add entries."""
    return scope(user, open_sections(user))


def agency_of(section: DipIndexPage) -> Agency:
    """Return the agency whose register ``section`` is."""
    return Agency.objects.select_related("collection").get(root_page__in=section.get_ancestors())


def with_agencies(sections: Iterable[DipIndexPage]) -> list[tuple[Agency | None, DipIndexPage]]:
    """Return the same for many registers, with one query, in the order of the agencies' names."""
    agencies = {a.root_page.path: a for a in Agency.objects.select_related("root_page")}
    length = max(map(len, agencies), default=0)
    pairs = [(agencies.get(section.path[:length]), section) for section in sections]
    return sorted(pairs, key=lambda pair: (pair[0].name if pair[0] else "", pair[1].path))


def enter(
    *,
    section: DipIndexPage,
    user,
    category: InformationCategory,
    file: File,
    title: str = "",
    obligations: Iterable[Obligation] = (),
    even_if_known: bool = True,
) -> Entered:
    """Make a draft of a register entry out of a file; without a title, the file's name makes one.

    With ``even_if_known=False`` a file that the agency has already makes none. Raises
    ``RefusedFileError``; then nothing is left of the attempt.
    """
    title = title.strip() or title_from_name(file.name)
    clean = taking_in.examine(file, name=file.name, title=title)
    agency = agency_of(section)
    twins = _twins(clean.examined, agency)
    if twins and not even_if_known:
        return Entered(None, twins)
    document = get_document_model()(
        title=title, file=clean, collection=agency.collection, uploaded_by_user=user
    )
    try:
        with transaction.atomic():
            document.save()
            kind = _KINDS.get(clean.examined.kind, DocumentKind.DOCUMENT)
            entry = DipEntryPage(title=title, category=category, is_online=True, owner=user)
            entry.documents = [DipDocument(title=title, kind=kind, document=document)]
            entry.obligations = list(obligations)
            return Entered(_add_draft(section, entry, user), twins)
    except Exception:
        # The rows are rolled back, a stored file is not.
        if document.file._committed:
            document.file.storage.delete(document.file.name)
        raise


def _twins(examined, agency):
    known = DocumentRecord.objects.within(agency.collection).select_related("document")
    same = known.same_file(examined.original_sha256) | known.same_file(examined.sha256)
    return list(same.order_by("pk"))


def _add_draft(section, entry, user):
    """Save as Wagtail's own view for new pages does, without what it asks for before publishing."""
    entry.live = False
    entry.locale = section.locale
    entry.slug = section.free_slug(entry.title)
    section.add_child(instance=entry)
    entry.save_revision(user=user, log_action=True, clean=False)
    PageSubscription.objects.create(page=entry, user=user, comment_notifications=True)
    return entry
