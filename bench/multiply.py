"""Many more items: the numbered ones again under new ids, as nobody types 200,000 pages."""

from django.db import connection, transaction

from kip_pages.models import FeedItem, FeedState

from .province import analyse

BATCH = 20_000


def multiply(total: int) -> int:
    """Copy stored items until there are ``total``; return how many there are then."""
    table, state = FeedItem._meta.db_table, FeedState._meta.db_table
    columns = [field.column for field in FeedItem._meta.concrete_fields if not field.primary_key]
    copied = ", ".join(column for column in columns if column not in ("uid", "pos"))
    with transaction.atomic(), connection.cursor() as cursor:
        count = FeedItem.objects.count()
        while count < total:
            cursor.execute(
                f"INSERT INTO {table} (uid, pos, {copied}) "
                f"SELECT gen_random_uuid(), s.top + row_number() OVER (ORDER BY i.pos), {copied} "
                f"FROM (SELECT * FROM {table} ORDER BY pos LIMIT %s) i, "
                f"(SELECT max(pos) AS top FROM {table}) s",
                [min(BATCH, total - count)],
            )
            count += cursor.rowcount
        cursor.execute(
            f"UPDATE {state} SET pos = (SELECT max(pos) FROM {table}), changed_at = now()"
        )
    analyse()
    return count
