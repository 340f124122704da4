"""Wrap methods of others' classes, or functions of their modules, that offer no seam; tests pin them."""

import functools
from collections.abc import Callable, Iterable
from types import ModuleType

_OURS = "_kip_wrapped"


def wrap_once(methods: Iterable[tuple[type | ModuleType, str, Callable]]) -> None:
    """Replace each, given as class or module, name and wrapper; one that is wrapped already stays so."""
    for owner, name, wrap in methods:
        method = getattr(owner, name)
        if not hasattr(method, _OURS):
            wrapped = functools.wraps(method)(wrap(method))
            setattr(wrapped, _OURS, True)
            setattr(owner, name, wrapped)
