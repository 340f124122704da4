"""Wrap methods of others' classes that offer no seam; tests pin what is wrapped."""

import functools
from collections.abc import Callable, Iterable

_OURS = "_kip_wrapped"


def wrap_once(methods: Iterable[tuple[type, str, Callable]]) -> None:
    """Replace each method, given as class, name and wrapper; one that is wrapped already stays so."""
    for owner, name, wrap in methods:
        method = getattr(owner, name)
        if not hasattr(method, _OURS):
            wrapped = functools.wraps(method)(wrap(method))
            setattr(wrapped, _OURS, True)
            setattr(owner, name, wrapped)
