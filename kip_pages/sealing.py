"""Triggers by which the database itself refuses to change what has to stay: editions and CAP messages.

Put up after every ``migrate`` instead of by a migration: SQLite makes a table anew to alter it, and
a table made anew has no triggers. What they cannot stop is whoever may drop them, or ``TRUNCATE``;
such a change shows by the hash that is stored beside the bytes.
"""

from .choices import EditionStatus
from .models import CapMessage, EditionFile, RegisterEdition

EDITION = "a frozen edition of the register stays as it is"
CAP_MESSAGE = "a CAP message that went out stays as it is"
# Model, when its rows are sealed, and what is said to who tries. Nothing may delete them either: a page
# may be gone, and an agency closed, but not what was said.
SEALED = (
    (RegisterEdition, f"WHEN (OLD.status = '{EditionStatus.FROZEN}')", EDITION),
    (EditionFile, "", EDITION),
    (CapMessage, "", CAP_MESSAGE),
)

_FUNCTION = """
CREATE OR REPLACE FUNCTION kip_refuse_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
_POSTGRES = """
CREATE OR REPLACE TRIGGER {name} BEFORE {event} ON {table}
FOR EACH ROW {condition} EXECUTE FUNCTION kip_refuse_sealed('{message}')
"""
# What the triggers called before there was more than one kind of thing to seal.
_FORMER_FUNCTION = "DROP FUNCTION IF EXISTS kip_refuse_frozen()"
_SQLITE = """
CREATE TRIGGER IF NOT EXISTS {name} BEFORE {event} ON {table}
{condition} BEGIN SELECT RAISE(ABORT, '{message}'); END
"""


def put_up_seals(connection) -> None:
    """Create the triggers on a PostgreSQL or SQLite database; other databases go without them."""
    if connection.vendor not in ("postgresql", "sqlite"):
        return
    # Somebody may just have migrated back to before there were any.
    tables = set(connection.introspection.table_names())
    sealed = [row for row in SEALED if row[0]._meta.db_table in tables]
    if not sealed:
        return
    with connection.cursor() as cursor:
        for statement in _statements(connection, sealed):
            cursor.execute(statement)


def _statements(connection, sealed):
    is_postgres = connection.vendor == "postgresql"
    if is_postgres:
        yield _FUNCTION
    for model, condition, message in sealed:
        for event in ("UPDATE", "DELETE"):
            template = _POSTGRES if is_postgres else _SQLITE
            yield template.format(
                name=f"kip_{model._meta.model_name}_no_{event.lower()}",
                table=connection.ops.quote_name(model._meta.db_table),
                event=event,
                condition=condition,
                message=message,
            )
    if is_postgres:
        yield _FORMER_FUNCTION
