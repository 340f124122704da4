"""What finds words that are nearly the same in titles: PostgreSQL's pg_trgm, where it may be had."""

from django.db import DatabaseError, migrations, transaction

INDEX = "kip_pages_title_words"


def prepare(apps, schema_editor):
    """Install the extension and the index; without the right to that, search only lacks its help."""
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        return
    table = schema_editor.quote_name(apps.get_model("wagtailcore", "Page")._meta.db_table)
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            cursor.execute(
                f"CREATE INDEX IF NOT EXISTS {INDEX} ON {table} USING gin (title gin_trgm_ops)"
            )
    except DatabaseError:
        # Not the owner of the database, or a server without its contributed modules. Docs: search.md
        pass


def remove(apps, schema_editor):
    # The extension stays: others may use it.
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX IF EXISTS {INDEX}")


class Migration(migrations.Migration):

    dependencies = [('kip_pages', '0019_public_changes')]

    operations = [migrations.RunPython(prepare, remove)]
