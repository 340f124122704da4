"""HTML in which everything is text unless it was made here."""

import html
import string


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


class _Escaping(string.Formatter):
    def format_field(self, value, format_spec):
        if isinstance(value, Markup):
            return str(value)
        return html.escape(format(value, format_spec))


def render(template: str, **values) -> Markup:
    """Fill ``{name}`` in a template; every value that is not ``Markup`` is escaped."""
    return Markup(_Escaping().vformat(template, (), values))


def join(parts) -> Markup:
    """Put pieces of ``Markup`` together."""
    return Markup("".join(render("{part}", part=part) for part in parts))
