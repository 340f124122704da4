"""Sees what a request writes, and whether it touched what is somebody else's."""

import contextlib
import re
from collections import defaultdict

from django.apps import apps
from django.db import connection

WRITES = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"', re.I)


class Watch:
    """Remembers rows as they are, and tells which of them a request changed or copied."""

    def __init__(self, world):
        self.tables = {model._meta.db_table: model for model in apps.get_models(True)}
        self.known = keys_by_model(every_key())
        sides = (world.own, world.foreign, world.province)
        self.keys = {side.word: keys_by_model(side.rows) for side in sides}
        self.rows = {
            word: {
                table: self._rows(model, keys[model._meta.label])
                for table, model in self.tables.items()
            }
            for word, keys in self.keys.items()
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
            before, keys = self.rows[side.word][table], self.keys[side.word][model._meta.label]
            if self._rows(model, keys) != before:
                found.append(f"{model._meta.label} changed")
            new = model._base_manager.exclude(pk__in=self.known[model._meta.label]).values()
            found += [
                f"a new {model._meta.label} tells {side.word}"
                for row in new
                if side.word in repr(row)
            ]
        return found

    def _rows(self, model, keys):
        if not keys:
            return {}
        columns = [field.attname for field in model._meta.local_concrete_fields]
        rows = model._base_manager.filter(pk__in=keys).order_by().values("pk", *columns)
        return {row["pk"]: row for row in rows}


def keys_by_model(pairs):
    found = defaultdict(set)
    for label, key in pairs:
        found[label].add(key)
    return found


def every_key():
    """Return every row there is, as label of the model and key."""
    return {
        (model._meta.label, key)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
        for key in model._base_manager.order_by().values_list("pk", flat=True)
    }
