"""How long the database may think about one question, and how alike a word must be to be meant."""

from contextlib import contextmanager

from django.db import OperationalError, connection, transaction

# Milliseconds for one statement; what is asked here takes some tens.
LONGEST_STATEMENT = 4000
# Of pg_trgm: its own 0.6 would miss "rentsra" for "renstra".
ALIKE = 0.5
_CANCELLED = "57014"


class TakesTooLongError(Exception):
    """The question was too heavy: ask for more, or for rarer, words."""


@contextmanager
def bounded():
    """Let no statement of the block hold the database; raises ``TakesTooLongError``.

    Where a word is common PostgreSQL would read every row of the search index instead of what its
    indexes name: it does not know what it costs to unpack a text. It is told not to, and not to compile
    what seems dear then.
    """
    if connection.vendor != "postgresql":
        yield
        return
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('statement_timeout', %s, true),"
                    " set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true),"
                    " set_config('pg_trgm.word_similarity_threshold', %s, true)",
                    [str(LONGEST_STATEMENT), str(ALIKE)],
                )
            yield
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") == _CANCELLED:
            raise TakesTooLongError from error
        raise
