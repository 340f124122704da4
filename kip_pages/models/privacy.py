"""Which pages are private, asked once for an answer instead of by every list in it."""

import contextlib
import contextvars
import dataclasses
from collections.abc import Iterator

from django.db.models import Q
from wagtail.models import Page, PageViewRestriction


@dataclasses.dataclass(frozen=True)
class PrivatePlaces:
    """Tree paths: ``restricted`` are those that restrictions of any kind stand at.

    ``mirrored`` are those of their aliases: to open one, what is asked of its source is asked.
    """

    restricted: frozenset[str]
    mirrored: frozenset[str]

    def concern(self, path: str) -> bool:
        """Say whether the page at ``path`` may be private; False is certain."""
        return any(path.startswith(place) for place in self.restricted | self.mirrored)


_asked: contextvars.ContextVar[list[PrivatePlaces] | None] = contextvars.ContextVar(
    "private_places", default=None
)


@contextlib.contextmanager
def asked_once() -> Iterator[None]:
    """Believe within the block what was answered first; for making one answer that changes nothing."""
    token = _asked.set([])
    try:
        yield
    finally:
        _asked.reset(token)


def private_places() -> PrivatePlaces:
    answers = _asked.get()
    if answers:
        return answers[0]
    places = "page__path", "page__aliases__pk", "page__aliases__path"
    rows = list(PageViewRestriction.objects.values_list(*places))
    mirrored = {pk: path for _restricted, pk, path in rows if pk}
    newest = list(mirrored)
    while newest:  # an alias may be the source of another one
        further = Page.objects.filter(alias_of__in=newest).exclude(pk__in=mirrored)
        found = dict(further.values_list("pk", "path"))
        mirrored |= found
        newest = list(found)
    found = PrivatePlaces(
        restricted=frozenset(path for path, *_alias in rows),
        mirrored=frozenset(mirrored.values()),
    )
    if answers is not None:
        answers.append(found)
    return found


def public(pages):
    """Narrow a page queryset to what is not private; Wagtail's ``public()``, asking no more than once."""
    private = Q()
    for path in sorted(private_places().restricted):
        private |= Q(path__startswith=path)
    return pages.exclude(private) if private else pages


class RestrictedPageMixin:
    """Spares a page the look at all pages above it where nothing private concerns it."""

    def get_view_restrictions(self):
        if private_places().concern(self.path):
            return super().get_view_restrictions()
        return PageViewRestriction.objects.none()
