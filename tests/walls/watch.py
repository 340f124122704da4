"""Sees what a request writes, and whether it touched what is somebody else's."""

import contextlib
import re

from django.apps import apps
from django.db import connection

WRITES = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"', re.I)


class Watch:
    """Remembers rows as they are, and tells which of them a request changed or copied."""

    def __init__(self, world):
        self.tables = {model._meta.db_table: model for model in apps.get_models(True)}
        self.known = every_key()
        self.rows = {
            side.word: {table: self._rows(model, side.rows) for table, model in self.tables.items()}
            for side in (world.own, world.foreign, world.province)
        }
        self.written = set()

    @contextlib.contextmanager
    def watching(self):
        """Note the tables that are written while this runs."""
        self.written = set()

        def note(execute, sql, params, many, context):
            if written := WRITES.match(sql):
                self.written.add(written[1])
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            yield

    def disturbed(self, side):
        """Say which rows of ``side`` are not as they were, and which new ones carry its word."""
        found = []
        for table in self.written & self.tables.keys():
            model = self.tables[table]
            if self._rows(model, side.rows) != self.rows[side.word][table]:
                found.append(f"{model._meta.label} changed")
            known = {key for label, key in self.known if label == model._meta.label}
            new = model._base_manager.exclude(pk__in=known).values()
            found += [
                f"a new {model._meta.label} tells {side.word}"
                for row in new
                if side.word in repr(row)
            ]
        return found

    def _rows(self, model, keys):
        own = {key for label, key in keys if label == model._meta.label}
        columns = [field.attname for field in model._meta.local_concrete_fields]
        rows = model._base_manager.filter(pk__in=own).order_by().values("pk", *columns)
        return {row["pk"]: row for row in rows} if own else {}


def every_key():
    """Return every row there is, as label of the model and key."""
    return {
        (model._meta.label, key)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
        for key in model._base_manager.order_by().values_list("pk", flat=True)
    }
