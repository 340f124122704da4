"""Which pages are private, asked once for an answer instead of by every list in it."""

import contextlib
import contextvars
from collections.abc import Iterator

from django.db.models import Q
from wagtail.models import PageViewRestriction

_asked: contextvars.ContextVar[list[list[str]] | None] = contextvars.ContextVar(
    "private_paths", default=None
)


@contextlib.contextmanager
def asked_once() -> Iterator[None]:
    """Believe within the block what was answered first; for making one answer that changes nothing."""
    token = _asked.set([])
    try:
        yield
    finally:
        _asked.reset(token)


def private_paths() -> list[str]:
    """Return the tree paths that restrictions of any kind stand at."""
    answers = _asked.get()
    if answers:
        return answers[0]
    paths = list(PageViewRestriction.objects.values_list("page__path", flat=True))
    if answers is not None:
        answers.append(paths)
    return paths


def public(pages):
    """Narrow a page queryset to what is not private; Wagtail's ``public()``, asking no more than once."""
    private = Q()
    for path in private_paths():
        private |= Q(path__startswith=path)
    return pages.exclude(private) if private else pages


class RestrictedPageMixin:
    """Spares a page the look at all pages above it where nothing at all is private."""

    def get_view_restrictions(self):
        # Above an alias other pages' restrictions count: Wagtail knows which.
        return super().get_view_restrictions() if private_paths() else _NONE.all()


_NONE = PageViewRestriction.objects.none()
