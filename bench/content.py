"""What the pages of the province hold, and the rows that hang on them."""

import dataclasses
import datetime

from taggit.models import Tag
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from kip_pages.choices import ActivityState, InformationCategory, NewsCategory
from kip_pages.models import (
    ActivityPage,
    DipDocument,
    DipEntryPage,
    NewsPage,
    NewsRelatedEntry,
    NewsTag,
    Obligation,
)
from opd_sites.models import Agency

from .prose import TAGS, Writer

BATCH = 1000


@dataclasses.dataclass(frozen=True)
class Shelf:
    """What pages refer to: a picture and a file per agency, tags, and the law's obligations.

    Only rows: nothing measured here opens a picture or a file.
    """

    pictures: dict[int, int]
    files: dict[int, int]
    tags: list[int]
    obligations: list[str]

    @classmethod
    def fill(cls, agencies: list[Agency]) -> "Shelf":
        images, documents = get_image_model().objects, get_document_model().objects
        pictures = images.bulk_create(_picture(agency) for agency in agencies)
        files = documents.bulk_create(_file(agency) for agency in agencies)
        tags = Tag.objects.bulk_create(Tag(name=name, slug=f"t-{n}") for n, name in enumerate(TAGS))
        keys = [agency.pk for agency in agencies]
        return cls(
            pictures=dict(zip(keys, (picture.pk for picture in pictures), strict=True)),
            files=dict(zip(keys, (file.pk for file in files), strict=True)),
            tags=[tag.pk for tag in tags],
            obligations=list(Obligation.objects.current().values_list("pk", flat=True)),
        )


def _picture(agency):
    return get_image_model()(
        title=agency.name,
        file=f"original_images/{agency.code}.jpg",
        width=1600,
        height=900,
        file_size=180_000,
        collection=agency.collection,
    )


def _file(agency):
    return get_document_model()(
        title=agency.name,
        file=f"documents/{agency.code}.pdf",
        file_size=240_000,
        collection=agency.collection,
    )


def own_fields(model, writer: Writer, *, picture: int, on: datetime.date) -> dict:
    """Return the fields of a page of ``model`` beyond those that every page has."""
    return _FIELDS[model](writer, picture, on)


def _news(writer, picture, on):
    return {
        "date": on,
        "category": writer.pick(NewsCategory.values),
        "lead_image_id": picture,
        "lead_image_alt": writer.sentence(),
        "body": writer.body(paragraphs=(3, 5)),
    }


def _entry(writer, picture, on):
    return {
        "category": writer.pick(InformationCategory.values),
        "holding_unit": "Subbagian Perencanaan dan Keuangan",
        "responsible_officer": "Kepala Subbagian Perencanaan dan Keuangan",
        "made_when": on.strftime("%Y-%m"),
        "made_where": "Serang",
        "is_printed": True,
        "is_online": True,
        "retention": "5 tahun",
        "period": str(on.year),
    }


def _activity(writer, picture, on):
    return {
        "state": writer.pick(ActivityState.values),
        "goal": writer.summary(),
        "target": writer.sentence(),
        "progress": 60,
        "starts_on": on,
        "budget_source": f"APBD {on.year}",
        "budget_amount": 250_000_000,
        "unit": "Bidang Pelayanan",
        "location": "Serang",
        "body": writer.body(paragraphs=(3, 4)),
    }


_FIELDS = {NewsPage: _news, DipEntryPage: _entry, ActivityPage: _activity}


def add_belongings(pages: list, agency_of: dict[int, int], shelf: Shelf) -> None:
    """Insert tags and related entries of reports, documents and obligations of register entries.

    ``agency_of`` says whose each page is, by its key.
    """
    reports = [page for page in pages if isinstance(page, NewsPage)]
    entries = [page for page in pages if isinstance(page, DipEntryPage)]
    first_entry = {agency_of[page.pk]: page.pk for page in reversed(entries)}
    _add(NewsTag, (tag for page in reports for tag in _tags(page, shelf)))
    _add(
        NewsRelatedEntry,
        (
            NewsRelatedEntry(page_id=page.pk, entry_id=first_entry[agency_of[page.pk]])
            for page in reports
            if page.pk % 4 == 0 and agency_of[page.pk] in first_entry
        ),
    )
    _add(DipDocument, (d for e in entries for d in _documents(e, shelf.files[agency_of[e.pk]])))
    _add(DipEntryPage.obligations.through, (o for e in entries for o in _answers(e, shelf)))


def _add(model, rows):
    model.objects.bulk_create(rows, batch_size=BATCH)


def _tags(page, shelf):
    return [
        NewsTag(content_object_id=page.pk, tag_id=pk) for pk in Writer(page.pk).few(shelf.tags, 3)
    ]


def _answers(page, shelf):
    row = DipEntryPage.obligations.through
    codes = Writer(page.pk).few(shelf.obligations, 2)
    return [row(dipentrypage_id=page.pk, obligation_id=code) for code in codes]


def _documents(page, file):
    own = {"page_id": page.pk, "locale_id": page.locale_id}
    address = f"https://arsip.bench.test/{page.slug}.xlsx"
    return [
        DipDocument(title="Dokumen lengkap", document_id=file, sort_order=0, **own),
        DipDocument(title="Lampiran data", external_url=address, sort_order=1, **own),
    ]
