"""What stands in the place of an id that is not the user's."""

from collections.abc import Callable, Iterable
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Model, UUIDField

from ..walls import scope

# No row will ever have these. They fit every kind of column, so that nothing fails in another way.
NOBODY = 2**31 - 1
NOBODY_UUID = UUID(int=2**128 - 1)
LARGEST = 2**63 - 1


def foreign_ids(user, model: type[Model], values: Iterable, *, among: Callable = scope) -> dict:
    """Return nobody's id for each of ``values`` that names nothing of ``among(user, rows)``.

    What is no id at all names nothing by itself, and is left out.
    """
    keys = {value: key for value in values if (key := _key(model, value)) is not None}
    if not keys:
        return {}
    rows = model._base_manager.filter(pk__in=set(keys.values()))
    found = set(among(user, rows).values_list("pk", flat=True))
    return {value: _nobody(model, value) for value, key in keys.items() if key not in found}


def _key(model, value):
    """Return ``value`` as a key of ``model``, or None where it is empty or cannot be one."""
    if value == "":
        return None
    try:
        key = model._meta.pk.to_python(value)
    except (ValidationError, OverflowError):
        return None
    return None if isinstance(key, int) and abs(key) > LARGEST else key


def _nobody(model, value):
    key = NOBODY_UUID if isinstance(model._meta.pk, UUIDField) else NOBODY
    return str(key) if isinstance(value, str) else key
