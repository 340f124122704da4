"""Many more pages: those of the province again, with their rows of the search index."""

from collections import Counter

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from modelsearch.conf import get_app_config
from wagtail.models import Page

from kip_pages.models import DipEntryPage

from .prose import Writer
from .province import SECTIONS, analyse

# Every so many register entries have a file of some ten pages of text.
FILES_AMONG = 50
FILE_SENTENCES = 180
KINDS_OF_FILES = 20


def multiply_pages(total: int) -> int:
    """Copy pages within their sections until there are ``total``; return how many there are."""
    with transaction.atomic(), connection.cursor() as cursor:
        count = sum(model.objects.count() for model in SECTIONS)
        if count < total:
            while count < total:
                count += _copy(cursor, total - count)
            _read_files(cursor)
    analyse()
    return count


def _copy(cursor, most):
    placed = _places(most)
    cursor.execute(
        "CREATE TEMPORARY TABLE copy (old integer PRIMARY KEY, new integer, path varchar, slug varchar)"
    )
    cursor.executemany("INSERT INTO copy VALUES (%s, %s, %s, %s)", placed)
    page = Page._meta.db_table
    _insert(
        cursor,
        Page,
        {"id": "c.new", "path": "c.path", "slug": "c.slug", "translation_key": "gen_random_uuid()"},
        key="id",
    )
    for model in SECTIONS:
        _insert(cursor, model, {"page_ptr_id": "c.new"}, key="page_ptr_id")
    entry = get_app_config().get_model("IndexEntry")
    table = entry._meta.db_table
    columns = [f.column for f in entry._meta.concrete_fields if f.column not in ("id", "object_id")]
    cursor.execute(
        f"INSERT INTO {table} (object_id, {', '.join(columns)}) "
        f"SELECT c.new::varchar, {', '.join(f'e.{name}' for name in columns)} "
        f"FROM {table} e JOIN copy c ON e.object_id = c.old::varchar"
    )
    cursor.execute(f"SELECT setval(pg_get_serial_sequence('{page}', 'id'), max(id)) FROM {page}")
    cursor.execute("DROP TABLE copy")
    return len(placed)


def _insert(cursor, model, changed, *, key):
    table = model._meta.db_table
    columns = [field.column for field in model._meta.local_concrete_fields]
    values = ", ".join(changed.get(name, f"p.{name}") for name in columns)
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) "
        f"SELECT {values} FROM {table} p JOIN copy c ON p.{key} = c.old"
    )


def _places(most):
    """Return old key, new key, path and slug of each copy; they stand after what is there."""
    top = Page.objects.order_by("-pk").values_list("pk", flat=True)[0]
    children = dict(Page.objects.values_list("path", "numchild"))
    added, placed = Counter(), []
    pages = Page.objects.filter(content_type__in=[_type(model) for model in SECTIONS])
    for number, (pk, path, depth) in enumerate(
        pages.order_by("pk").values_list("pk", "path", "depth")[:most], start=1
    ):
        parent = path[: -Page.steplen]
        added[parent] += 1
        position = children[parent] + added[parent]
        slug = f"salinan-{top + number}"
        placed.append((pk, top + number, Page._get_path(parent, depth, position), slug))
    for path, count in added.items():
        Page.objects.filter(path=path).update(numchild=children[path] + count)
    return placed


def _type(model):
    return ContentType.objects.get_for_model(model).pk


def _read_files(cursor):
    """Let some entries have files with text, as ``documents_text`` puts it into the index."""
    table = get_app_config().get_model("IndexEntry")._meta.db_table
    for kind in range(KINDS_OF_FILES):
        writer = Writer(-kind - 1)
        text = " ".join(writer.sentence() for _sentence in range(FILE_SENTENCES))
        cursor.execute(
            f"UPDATE {table} SET body_text = body_text || ' ' || %s, "
            "body = body || setweight(to_tsvector('indonesian', %s), 'D') "
            "WHERE content_type_id = %s AND id %% %s = %s",
            [text, text, _type(DipEntryPage), FILES_AMONG * KINDS_OF_FILES, kind],
        )
