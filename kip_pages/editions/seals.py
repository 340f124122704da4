"""Triggers by which the database itself refuses to change a frozen edition.

Put up after every ``migrate`` instead of by a migration: SQLite makes a table anew to alter it, and
a table made anew has no triggers. What they cannot stop is whoever may drop them, or ``TRUNCATE``;
such a change shows at the next download, by the hash.
"""

from ..choices import EditionStatus
from ..models import EditionFile, RegisterEdition

MESSAGE = "a frozen edition of the register stays as it is"

_FUNCTION = """
CREATE OR REPLACE FUNCTION kip_refuse_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
_POSTGRES = """
CREATE OR REPLACE TRIGGER {name} BEFORE {event} ON {table}
FOR EACH ROW {condition} EXECUTE FUNCTION kip_refuse_frozen()
"""
_SQLITE = """
CREATE TRIGGER IF NOT EXISTS {name} BEFORE {event} ON {table}
{condition} BEGIN SELECT RAISE(ABORT, '{message}'); END
"""


def put_up_seals(connection) -> None:
    """Create the triggers on a PostgreSQL or SQLite database; other databases go without them."""
    tables = {model._meta.db_table for model in (RegisterEdition, EditionFile)}
    # Somebody may just have migrated back to before there were any.
    if not tables <= set(connection.introspection.table_names()):
        return
    if connection.vendor not in ("postgresql", "sqlite"):
        return
    with connection.cursor() as cursor:
        for statement in _statements(connection):
            cursor.execute(statement)


def _statements(connection):
    is_postgres = connection.vendor == "postgresql"
    if is_postgres:
        yield _FUNCTION.format(message=MESSAGE)
    frozen = f"WHEN (OLD.status = '{EditionStatus.FROZEN}')"
    for model, condition in ((RegisterEdition, frozen), (EditionFile, "")):
        for event in ("UPDATE", "DELETE"):
            template = _POSTGRES if is_postgres else _SQLITE
            yield template.format(
                name=f"kip_{model._meta.model_name}_no_{event.lower()}",
                table=connection.ops.quote_name(model._meta.db_table),
                event=event,
                condition=condition,
                message=MESSAGE,
            )
