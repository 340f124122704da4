"""What search needs of PostgreSQL beside Wagtail's own indexes: one for all words of a page, and,
where it may be had, pg_trgm for words that are nearly the same in titles."""

from django.db import DatabaseError, migrations, transaction

WORDS = "kip_pages_search_words"
TITLES = "kip_pages_title_words"


def prepare(apps, schema_editor):
    """Make the indexes; without the right to install pg_trgm, search only lacks its help."""
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        return
    table = {
        name: schema_editor.quote_name(apps.get_model(app, name)._meta.db_table)
        for app, name in (("wagtailsearch", "IndexEntry"), ("wagtailcore", "Page"))
    }
    schema_editor.execute(
        f"CREATE INDEX IF NOT EXISTS {WORDS} ON {table['IndexEntry']} USING gin ((title || body))"
    )
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            cursor.execute(
                f"CREATE INDEX IF NOT EXISTS {TITLES} ON {table['Page']} USING gin (title gin_trgm_ops)"
            )
    except DatabaseError:
        # Not the owner of the database, or a server without its contributed modules. Docs: search.md
        pass


def remove(apps, schema_editor):
    # The extension stays: others may use it.
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX IF EXISTS {WORDS}")
        schema_editor.execute(f"DROP INDEX IF EXISTS {TITLES}")


class Migration(migrations.Migration):

    dependencies = [
        ('kip_pages', '0019_public_changes'),
        ('wagtailsearch', '0010_add_text_fields'),
    ]

    operations = [migrations.RunPython(prepare, remove)]
