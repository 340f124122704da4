"""Publishing many entries at once writes what publishing them one by one writes, and nothing else."""

import datetime
import json
from collections import defaultdict

import pytest
from django.apps import apps
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.text import slugify
from wagtail.coreutils import find_available_slug
from wagtail.log_actions import LogContext
from wagtail.models import Page
from wagtail.search.backends import get_search_backend
from wagtail.signals import page_published

from kip_pages.dip_import.content import EntryContent
from kip_pages.dip_import.publishing import publish_new
from kip_pages.dip_import.understood import Understood
from kip_pages.dip_import.vocabulary import Stated
from kip_pages.feed import outbox, sequencer
from kip_pages.models import DipEntryPage, FeedItem
from opd_sites.choices import AgencyRole

from ..factories import UserFactory, publish, section_of

AT = timezone.now()
# What cannot be the same twice: keys of rows, moments, and random ids.
MOMENTS = (models.DateTimeField,)
RANDOM = {"uuid", "translation_key"}
# Depends on how many entries of the index stood when a page was indexed, and is mended by Wagtail.
ROUNDED = {"title_norm", "title_length"}


def content(title, key, **fields):
    row = Understood("Lembar", 1, title=title, raw_title=f"1. {title}", key=key)
    row.category = Stated.PERIODIC
    for name, value in fields.items():
        setattr(row, name, value)
    return EntryContent.of(row)


CONTENTS = [
    content(
        "Rencana Kerja 2024", "A1", summary="Memuat rencana.", holder="Sekretariat",
        links=["https://x.test/a.pdf", "/b c.pdf"], period=(2024, 2024), retention="5 tahun",
    ),
    content("Rencana Kerja 2024", "A2", responsible="Subbagian Umum"),  # the same slug
    content("Rencana Kerja 2024", "A3", links=["https://x.test/c"]),
    content("√√√", "A4"),  # nothing that a slug could be made of
    content("x" * 300, "A5", period=(2017, 2022)),
]  # fmt: skip


def one_by_one(agency, user):
    """The way Wagtail's documentation shows, and that the importer went before."""
    section = section_of(agency, DipEntryPage)
    for item in CONTENTS:
        # As the admin does, so that the log says who has created it too.
        with LogContext(user=user):
            _publish_one(section, item, user)


def _publish_one(section, item, user):
    entry = DipEntryPage(**item.fields, source_key=item.key, live=False)
    entry.documents = list(item.new_documents())
    entry.slug = find_available_slug(section, slugify(entry.title)[:80] or "informasi")
    section.add_child(instance=entry)
    entry.save_revision(user=user).publish(user=user)


def at_once(agency, user):
    section = section_of(agency, DipEntryPage)
    # In two batches, so that the second begins after the first.
    publish_new(CONTENTS[:2], section=section, user=user, at=AT)
    publish_new(CONTENTS[2:], section=section, user=user, at=AT)


def written_by(agency, work, user):
    """Return every row that ``work`` adds to any table, and those that it changes."""
    before = everything()
    with outbox.bulk_work():
        work(agency, user)
    after = everything()
    added = defaultdict(list)
    for table, rows in after.items():
        for pk, row in rows.items():
            if before[table].get(pk) != row:
                added[table].append(row)
    return {table: comparable(table, rows, agency) for table, rows in added.items()}


def everything():
    return {
        model: {
            row[model._meta.pk.attname]: row for row in model._base_manager.values(*_columns(model))
        }
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }


def _columns(model):
    names = [field.attname for field in model._meta.local_concrete_fields]
    # A vector is compared as text, as PostgreSQL writes it.
    return names


def comparable(model, rows, agency):
    """Replace what must differ by what it stands for: pages by their place, moments by none."""
    home = agency.root_page.path
    places = dict(Page.objects.values_list("pk", "path"))
    told = []
    for row in rows:
        values = {}
        for field in model._meta.local_concrete_fields:
            if field.attname in RANDOM | ROUNDED or isinstance(field, MOMENTS):
                continue
            values[field.attname] = _value(field, row[field.attname], places, home)
        told.append(json.dumps(values, sort_keys=True, default=str))
    return sorted(told)


def _value(field, value, places, home):
    if value is None:
        return None
    if field.name in ("page", "page_id", "page_ptr", "object_id", "of") or (
        field.is_relation and issubclass(field.related_model, Page)
    ):
        path = places.get(int(value)) if str(value).isdecimal() else None
        return path.removeprefix(home) if path else str(value)
    if field.primary_key or field.name in ("revision", "latest_revision", "live_revision"):
        return "own"
    if field.name in ("path", "url_path"):
        return str(value).removeprefix(home).split("/beranda/")[-1]
    if field.name == "content" and isinstance(value, dict):
        return _of_revision(value, places, home)
    return value


def _of_revision(content, places, home):
    told = {k: v for k, v in content.items() if k not in ("pk", "translation_key", "path")}
    told["url_path"] = told["url_path"].split("/beranda/")[-1]
    told["documents"] = [
        {k: v for k, v in d.items() if k not in ("pk", "page", "translation_key")}
        for d in told["documents"]
    ]
    return told


def test_every_row_of_every_table_is_as_if_they_were_published_one_by_one(agency, other_agency):
    user = UserFactory(role=AgencyRole.PUBLISHER, role__agency=agency)
    for place in (agency, other_agency):
        publish(DipEntryPage, place, title="Sudah ada")
        publish(DipEntryPage, place, title="Rencana Kerja 2024")
    expected = written_by(agency, one_by_one, user)
    found = written_by(other_agency, at_once, user)
    assert {m._meta.label for m in found} == {m._meta.label for m in expected}
    for model, rows in expected.items():
        if model._meta.label == "kip_pages.OutboxEntry":
            # One word for each page is enough; one by one each says several.
            assert set(found[model]) == set(rows)
            continue
        if model._meta.label == "kip_pages.PublicChange":
            # One word for the whole agency is enough, and it is the other one's.
            assert (len(set(found[model])), len(set(rows))) == (1, 1)
            continue
        assert found[model] == rows, model._meta.label
    written = {model._meta.label for model in expected}
    assert {"wagtailcore.Page", "wagtailcore.Revision", "wagtailcore.PageLogEntry"} <= written
    assert {"kip_pages.DipEntryPage", "kip_pages.DipDocument"} <= written


def test_the_tree_is_whole_and_the_feed_tells_of_all(agency):
    at_once(agency, None)
    assert not any(Page.find_problems(agency.root_page))
    sequencer.catch_up(pressing_only=False, max_batches=None)
    assert FeedItem.objects.register().present().count() == len(CONTENTS)
    publish(DipEntryPage, agency, title="Lagi")
    assert not any(Page.find_problems(agency.root_page))


def test_they_are_found_by_searching_their_documents_too(agency):
    at_once(agency, None)
    found = get_search_backend().search("rencana", DipEntryPage.objects.all())
    assert sorted(entry.source_key for entry in found) == ["A1", "A2", "A3"]


def test_wagtail_tells_everybody_that_they_were_published(agency):
    heard = []

    def hear(sender, instance, revision, **kwargs):
        heard.append((instance.source_key, instance.live, revision.pk == instance.live_revision_id))

    page_published.connect(hear)
    try:
        at_once(agency, None)
    finally:
        page_published.disconnect(hear)
    assert heard == [(item.key, True, True) for item in CONTENTS]


def test_a_revision_can_be_edited_and_published_again(agency):
    at_once(agency, None)
    entry = DipEntryPage.objects.get(source_key="A1")
    edited = entry.get_latest_revision_as_object()
    assert [document.external_url for document in edited.documents.all()] == [
        "https://x.test/a.pdf",
        "/b c.pdf",
    ]
    edited.title = "Diubah"
    edited.save_revision().publish()
    entry.refresh_from_db()
    assert (entry.title, entry.documents.count()) == ("Diubah", 2)


def test_twice_as_many_entries_cost_few_more_statements(agency):
    """Of each page the row of its own table and its references are written alone, nothing else."""
    section = section_of(agency, DipEntryPage)
    counts = []
    for size in (10, 20):
        contents = [content(f"Dokumen {size} {n}", f"{size}-{n}") for n in range(size)]
        with CaptureQueriesContext(connection) as queries:
            publish_new(contents, section=section, user=None, at=AT)
        counts.append(len(queries))
    assert counts[1] - counts[0] <= 10 * 6, counts


def test_nothing_to_publish_asks_nothing(agency, django_assert_num_queries):
    section = section_of(agency, DipEntryPage)
    with django_assert_num_queries(0):
        assert publish_new([], section=section, user=None, at=AT) == []


@pytest.mark.parametrize("moment", [AT, AT - datetime.timedelta(days=1)])
def test_the_moment_is_that_of_the_caller(agency, moment):
    (entry,) = publish_new(
        CONTENTS[:1], section=section_of(agency, DipEntryPage), user=None, at=moment
    )
    entry.refresh_from_db()
    assert entry.first_published_at == entry.last_published_at == moment
    assert entry.live_revision.created_at == moment
